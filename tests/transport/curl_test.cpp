#include "healthlake/transport/curl.hpp"

#include <stdlib.h>

#include <initializer_list>

#include "tests/support/transport_contract.hpp"

namespace healthlake::testing {

HEALTHLAKE_TRANSPORT_CONTRACT(CurlTransport);

TEST_CASE("curl: a chunk that is none ends the exchange") {
  ScriptedPeer peer{{answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n")}};
  check_failure(CurlTransport{}.send(post_to(peer.authority())), TransportReason::connection_lost, true);
}

TEST_CASE("curl: a header line beyond libcurl's own limit is too large as well") {
  CurlOptions options;
  options.max_header_bytes = 1024 * 1024;
  ScriptedPeer peer{{{ReadRequest{}, Write{"HTTP/1.1 200 OK\r\nX-Long: " + std::string(500 * 1024, 'x')}, Hold{}}}};
  check_failure(CurlTransport{options}.send(post_to(peer.authority())), TransportReason::response_too_large, true);
}

TEST_CASE("curl: an authority is known by its key, not by its name") {
  TlsIdentity const identity{"IP:127.0.0.1"}, namesake{"IP:127.0.0.1"};
  ScriptedPeer peer{{answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}, identity.context()};
  CurlOptions options;
  options.ca_file = namesake.ca_file();
  auto request = post_to(peer.authority());
  request.scheme = "https";
  auto const reply = CurlTransport{options}.send(request);
  // Which of the two reasons depends on libcurl's TLS library, see the head of curl.hpp.
  REQUIRE_FALSE(reply.has_value());
  CHECK((reply.error().reason == TransportReason::tls_verification ||
         reply.error().reason == TransportReason::connect_failed));
  CHECK_FALSE(reply.error().may_have_reached_server);
  CHECK(peer.requests().empty());
}

TEST_CASE("curl: a proxy is a tunnel, and a tunnel that fails is no connection") {
  ScriptedPeer proxy{{{ReadRequest{}, Write{"HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n"}, ReadRequest{},
                       Write{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"}},
                      answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")}};
  CurlOptions options;
  options.proxy = "http://" + proxy.authority();
  auto const reply = CurlTransport{options}.send(post_to("healthlake.test:8080"));
  REQUIRE(reply.has_value());
  CHECK(*reply == HttpResponse{200, {{"Content-Length", "2"}}, "ok"});
  auto const seen = proxy.requests();
  REQUIRE(seen.size() == 2);
  CHECK(lines_of(seen[0]).front() == "CONNECT healthlake.test:8080 HTTP/1.1");
  CHECK(lines_of(seen[1]).front() == "POST / HTTP/1.1");
  CHECK(has_line(seen[1], "Host: healthlake.test:8080"));
  CHECK(seen[0].find("X-Amz-Target") == std::string::npos);
  check_failure(CurlTransport{options}.send(post_to("healthlake.test:8080")), TransportReason::connect_failed, false);
}

TEST_CASE("curl: the environment's proxy is not asked for") {
  ClosedPort const closed;
  setenv("http_proxy", ("http://" + closed.authority()).c_str(), 1);
  ScriptedPeer peer{{answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}};
  CHECK(CurlTransport{}.send(post_to(peer.authority())).has_value());
  unsetenv("http_proxy");
}

TEST_CASE("curl: a trailer is not part of the header, and a body may be no larger than the limit") {
  detail::CurlExchange exchange{10, 100};
  CHECK(exchange.take_line("HTTP/2 200 \r\n"));
  CHECK(exchange.take_line("a: b\n"));
  CHECK(exchange.take_line("\r\n"));
  // RFC 9112, 7.1.2: a trailer is not part of the header, whatever it looks like.
  CHECK(exchange.take_line("HTTP/1.1 500: x\r\n"));
  CHECK(exchange.response == HttpResponse{200, {{"a", "b"}}, ""});
  CHECK(exchange.take_body("0123456789"));
  CHECK_FALSE(exchange.take_body("0"));
  REQUIRE(exchange.stopped);
  CHECK(exchange.stopped->reason == TransportReason::response_too_large);
}

TEST_CASE("curl: what libcurl says, in the words of TransportReason") {
  using enum TransportReason;
  struct Case {
    CURLcode code;
    TransportReason before, after;
  };
  for (auto const& each :
       std::initializer_list<Case>{{CURLE_COULDNT_RESOLVE_HOST, connect_failed, connection_lost},
                                   {CURLE_COULDNT_CONNECT, connect_failed, connection_lost},
                                   {CURLE_SSL_CONNECT_ERROR, connect_failed, connection_lost},
                                   {CURLE_OPERATION_TIMEDOUT, connect_timeout, read_timeout},
                                   {CURLE_PEER_FAILED_VERIFICATION, tls_verification, tls_verification},
                                   {CURLE_SSL_CACERT_BADFILE, tls_verification, tls_verification},
                                   {CURLE_SSL_ISSUER_ERROR, tls_verification, tls_verification},
                                   {CURLE_SSL_INVALIDCERTSTATUS, tls_verification, tls_verification},
                                   {CURLE_PARTIAL_FILE, connect_failed, connection_lost},
                                   {CURLE_GOT_NOTHING, connect_failed, connection_lost},
                                   {CURLE_RECV_ERROR, connect_failed, connection_lost},
                                   {CURLE_SEND_ERROR, connect_failed, connection_lost},
                                   {CURLE_FILESIZE_EXCEEDED, response_too_large, response_too_large},
                                   {CURLE_OUT_OF_MEMORY, connect_failed, response_too_large},
                                   {CURLE_UNSUPPORTED_PROTOCOL, connect_failed, not_http},
                                   {CURLE_WEIRD_SERVER_REPLY, connect_failed, not_http}}) {
    CAPTURE(static_cast<int>(each.code));
    CHECK(detail::curl_reason(each.code, false) == each.before);
    CHECK(detail::curl_reason(each.code, true) == each.after);
  }
}

TEST_CASE("curl: HTTP/2 is a matter of TLS; without it the request is HTTP/1.1") {
  CurlOptions options;
  options.http_version = CurlHttpVersion::http_2;
  ScriptedPeer peer{{answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}};
  CHECK(CurlTransport{options}.send(post_to(peer.authority())).has_value());
  CHECK(lines_of(peer.requests().front()).front() == "POST / HTTP/1.1");
}

TEST_CASE("curl: CurlGlobal nests, and transports outlive an inner one") {
  CurlGlobal const outer;
  CHECK(outer.ok());
  CurlTransport transport;
  { CHECK(CurlGlobal{}.ok()); }
  ScriptedPeer peer{{answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}};
  CHECK(transport.send(post_to(peer.authority())).has_value());
}

}  // namespace healthlake::testing
