// How a host may be spelled: the chapter of the transports' contract on names (RFC 3986, 3.2.2).
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "healthlake/http/transport.hpp"
#include "tests/support/scripted_peer.hpp"
#include "tests/support/tls/identity.hpp"
#include "tests/support/transport_contract.hpp"
#include "tests/support/transport_kept.hpp"

namespace healthlake::testing {

// The name is resolved, and signed as Host, with its dot; certificates and SNI contain it without one (RFC 6066, 3).
TEST_CASE_TEMPLATE_DEFINE("an absolute name keeps its final dot, except in TLS", T, names_absolute) {
  for (std::string const subject : {"DNS:healthlake.test", "DNS:other.test"}) {
    CAPTURE(subject);
    TlsIdentity const identity{subject};
    std::string announced;
    SSL_CTX_set_tlsext_servername_arg(identity.context(), &announced);
    SSL_CTX_set_tlsext_servername_callback(
        identity.context(), +[](SSL* ssl, int*, void* to) {
          char const* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
          *static_cast<std::string*>(to) = name == nullptr ? "none" : name;
          return SSL_TLSEXT_ERR_OK;
        });
    ScriptedPeer proxy{{{ReadRequest{}, Write{"HTTP/1.1 200 OK\r\n\r\n"}, StartTls{identity.context()}, ReadRequest{},
                         Write{good_response}}}};
    typename T::Options options;
    options.ca_file = identity.ca_file();
    options.proxy = "http://" + proxy.authority();
    auto request = post_to("healthlake.test.:8443");
    request.scheme = "https";
    auto const reply = T{options}.send(request);
    REQUIRE(proxy.wait_until_closed(1));
    CHECK(announced == "healthlake.test");
    if (subject == "DNS:other.test") {
      check_failure(reply, TransportReason::tls_verification, false);
      continue;
    }
    check_good(reply);
    auto const seen = proxy.requests();
    REQUIRE(seen.size() == 2);
    CHECK(lines_of(seen[0]).front() == "CONNECT healthlake.test.:8443 HTTP/1.1");
    CHECK(has_line(seen[1], "Host: healthlake.test.:8443"));
  }
}

}  // namespace healthlake::testing

// For a .cpp file in namespace healthlake::testing.
#define HEALTHLAKE_NAMES_CONTRACT(TRANSPORT) TEST_CASE_TEMPLATE_INVOKE(names_absolute, TRANSPORT)
