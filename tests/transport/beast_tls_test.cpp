// Whom the transport trusts: servers whose certificate names them in its subjectAltName, and nobody whom only the
// environment names.
#include "healthlake/transport/beast_tls.hpp"

#include <stdlib.h>

#include "tests/support/beast_forms.hpp"
#include "tests/support/transport_contract.hpp"

namespace healthlake::testing {
namespace {
std::string const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

struct Variable {
  char const* name;
  Variable(char const* its_name, std::string const& value) : name(its_name) { setenv(name, value.c_str(), 1); }
  ~Variable() { unsetenv(name); }
  Variable(Variable const&) = delete;
  Variable& operator=(Variable const&) = delete;
};
}  // namespace

TEST_CASE_TEMPLATE("the common name is ignored (RFC 9525, 6.3)", T, HEALTHLAKE_BEAST_FORMS) {
  for (std::string const host : {"localhost", "127.0.0.1"})
    for (std::string const names :
         {"", "email:a@localhost", "DNS:healthlake.test", "IP:127.0.0.2", "URI:https://localhost"}) {
      CAPTURE(host);
      CAPTURE(names);
      TlsIdentity const identity{names, "test authority", host};
      ScriptedPeer peer{{answer(ok)}, identity.context()};
      BeastOptions options;
      options.ca_file = identity.ca_file();
      auto request = post_to(peer.authority(host));
      request.scheme = "https";
      check_failure(T{options}.send(request), TransportReason::tls_verification, false);
      CHECK(peer.requests().empty());
    }
}

TEST_CASE_TEMPLATE("SSL_CERT_FILE is used only if an option says so, and never with a CA of the options", T,
                   HEALTHLAKE_BEAST_FORMS) {
  TlsIdentity const identity{"IP:127.0.0.1"}, other{"IP:127.0.0.1", "another authority"};
  ScriptedPeer peer{{answer(ok), answer(ok), answer(ok), answer(ok)}, identity.context()};
  auto request = post_to(peer.authority());
  request.scheme = "https";
  Variable const file{"SSL_CERT_FILE", identity.ca_file()};
  BeastOptions options;
  check_failure(T{options}.send(request), TransportReason::tls_verification, false);
  options.ca_from_environment = true;
  CHECK(T{options}.send(request).has_value());
  options.ca_file = other.ca_file();
  check_failure(T{options}.send(request), TransportReason::tls_verification, false);
  options.ca_from_environment = false;
  options.ca_file = identity.ca_file();
  CHECK(T{options}.send(request).has_value());
}

TEST_CASE("the environment does not stand in for the certificates of the system") {
  auto count = [](BeastOptions const& options) {
    detail::BeastError error;
    auto context = detail::make_tls_context(options, error);
    REQUIRE(context.has_value());
    return sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context->native_handle())));
  };
  int const before = count({});
  TlsIdentity const identity{"IP:127.0.0.1"};
  Variable const file{"SSL_CERT_FILE", identity.ca_file()};
  Variable const folder{"SSL_CERT_DIR", "/nowhere"};
  CHECK(count({}) == before);
  BeastOptions asked;
  asked.ca_from_environment = true;
  CHECK(count(asked) == 1);
}

}  // namespace healthlake::testing
