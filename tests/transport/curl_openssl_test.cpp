// curl_openssl_strict: hosts by subjectAltName alone (RFC 9525), and no keys in the file of SSLKEYLOGFILE.
#include "healthlake/transport/curl_openssl.hpp"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <initializer_list>

#include "healthlake/transport/curl.hpp"
#include "tests/support/transport_kept.hpp"

namespace healthlake::testing {
namespace {

HttpReply send_to(std::string const& host, TlsIdentity const& identity, CurlTlsSetup setup) {
  ScriptedPeer peer{{answer(good_response)}, identity.context()};
  CurlOptions options;
  options.ca_file = identity.ca_file();
  options.tls_setup = setup;
  auto request = post_to(peer.authority(host));
  request.scheme = "https";
  return CurlTransport{options}.send(request);
}

}  // namespace

TEST_CASE("curl: over OpenSSL, a certificate names its host in the subjectAltName or not at all") {
  struct Case {
    std::string names, common_name, host;
    bool good;
  };
  for (auto const& each : std::initializer_list<Case>{
           {"DNS:localhost", "test server", "localhost", true},
           {"IP:127.0.0.1", "test server", "127.0.0.1", true},
           {"DNS:localhost,IP:127.0.0.1", "test server", "127.0.0.1", true},
           {"", "localhost", "localhost", false},
           {"", "127.0.0.1", "127.0.0.1", false},
           {"email:a@localhost", "localhost", "localhost", false},
           {"URI:https://localhost", "localhost", "localhost", false},
           {"DNS:elsewhere.test", "localhost", "localhost", false},
           {"DNS:127.0.0.1", "test server", "127.0.0.1", false},
           {"DNS:local*", "test server", "localhost", false},
       }) {
    CAPTURE(each.names);
    CAPTURE(each.common_name);
    CAPTURE(each.host);
    TlsIdentity const identity{each.names, "test authority", each.common_name};
    auto const reply = send_to(each.host, identity, &curl_openssl_strict);
    if (each.good) check_good(reply);
    else check_failure(reply, TransportReason::tls_verification, false);
  }
  // What libcurl does without it, so that this test notices when it is needed no longer.
  check_good(send_to("localhost", TlsIdentity{"", "test authority", "localhost"}, nullptr));
}

TEST_CASE("curl: over OpenSSL, a body until the end is whole only with close_notify") {
  for (auto const& reply : replies_cut_over_tls<CurlTransport>({.tls_setup = &curl_openssl_strict}))
    check_failure(reply, TransportReason::connection_lost, true);
}

TEST_CASE("curl: over OpenSSL, a setup that fails ends the exchange before anything is sent") {
  TlsIdentity const identity{"DNS:localhost"};
  for (CurlTlsSetup const setup : std::initializer_list<CurlTlsSetup>{
           [](void*, std::string const&) { return false; }, [](void*, std::string const&) -> bool { throw 1; }}) {
    check_failure(send_to("localhost", identity, setup), TransportReason::connect_failed, false);
  }
}

TEST_CASE("curl: over OpenSSL, the host is the one of the request, and connections are kept") {
  TlsIdentity const identity{"DNS:localhost,IP:127.0.0.1"};
  static std::vector<std::string> hosts;
  CurlOptions options;
  options.ca_file = identity.ca_file();
  options.tls_setup = [](void* context, std::string const& host) {
    hosts.push_back(host);
    return curl_openssl_strict(context, host);
  };
  Script const twice{ReadRequest{}, Write{good_response}, ReadRequest{}, Write{good_response}};
  ScriptedPeer peer{{twice, twice}, identity.context()};
  CurlTransport transport{options};
  auto request = post_to("");
  request.scheme = "https";
  for (char const* host : {"localhost", "localhost", "127.0.0.1", "127.0.0.1"}) {
    request.authority = peer.authority(host);
    check_good(transport.send(request));
  }
  CHECK(hosts == std::vector<std::string>{"localhost", "127.0.0.1"});
  CHECK(peer.connections() == 2);
}

TEST_CASE("curl: over OpenSSL, a response before a reset is the answer too") {
  CurlOptions options;
  options.tls_setup = &curl_openssl_strict;
  check_reset_after_response<CurlTransport>("https", 40, options);
}

TEST_CASE("curl: over OpenSSL, a reset without a response ends the exchange") {
  TlsIdentity const identity{"IP:127.0.0.1"};
  CurlOptions options;
  options.ca_file = identity.ca_file();
  options.tls_setup = &curl_openssl_strict;
  for (std::string const begun :
       {"", "HTTP/1.1 413 Con", "HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\n\r\nlo"}) {
    CAPTURE(begun);
    ScriptedPeer peer{{{ReadUntil{"xxxx"}, Write{begun}, Reset{}}}, identity.context()};
    auto request = post_to(peer.authority(), std::string(std::size_t{8} << 20, 'x'));
    request.scheme = "https";
    check_failure(CurlTransport{options}.send(request), TransportReason::connection_lost, true);
  }
}

// libcurl opens the file when it is initialized, so each case is a process of its own.
TEST_CASE("curl: over OpenSSL, SSLKEYLOGFILE gets no keys") {
  auto const file = std::filesystem::temp_directory_path() / ("healthlake-keys-" + std::to_string(getpid()));
  auto const program = std::filesystem::read_symlink("/proc/self/exe");
  auto size_after = [&](char const* how) {
    pid_t const child = fork();
    if (child == 0) {
      setenv("SSLKEYLOGFILE", file.c_str(), 1);
      setenv("HEALTHLAKE_KEYS", how, 1);
      execl(program.c_str(), "test", "-tc=curl: one exchange that another test asks for", "--no-skip",
            "--out=/dev/null", nullptr);
      _exit(127);
    }
    int status = -1;
    waitpid(child, &status, 0);
    CHECK(status == 0);
    auto const size = std::filesystem::exists(file) ? std::filesystem::file_size(file) : 0;
    std::filesystem::remove(file);
    return size;
  };
  CHECK(size_after("strict") == 0);
  // Where libcurl writes none by itself, the case above says nothing.
  CHECK(size_after("as libcurl does") > 0);
}

TEST_CASE("curl: one exchange that another test asks for" * doctest::skip()) {
  char const* const how = getenv("HEALTHLAKE_KEYS");
  check_good(send_to("localhost", TlsIdentity{"DNS:localhost"},
                     how != nullptr && std::string{how} == "strict" ? &curl_openssl_strict : nullptr));
}

}  // namespace healthlake::testing
