#include "healthlake/transport/curl.hpp"

#include <pthread.h>

#include <csignal>
#include <initializer_list>
#include <thread>

#include "healthlake/transport/curl_exchange.hpp"
#include "tests/support/transport_cancel.hpp"
#include "tests/support/transport_contract.hpp"
#include "tests/support/transport_framing.hpp"
#include "tests/support/transport_kept.hpp"
#include "tests/support/transport_names.hpp"

namespace healthlake::testing {

HEALTHLAKE_TRANSPORT_CONTRACT(CurlTransport);
HEALTHLAKE_FRAMING_CONTRACT(CurlTransport);
HEALTHLAKE_KEPT_CONTRACT(CurlTransport);
HEALTHLAKE_CANCEL_CONTRACT(CurlTransport);
HEALTHLAKE_NAMES_CONTRACT(CurlTransport);

TEST_CASE("curl: a header line beyond libcurl's own limit is too large as well") {
  CurlOptions options;
  options.max_header_bytes = 1024 * 1024;
  ScriptedPeer peer{{{ReadRequest{}, Write{"HTTP/1.1 200 OK\r\nX-Long: " + std::string(500 * 1024, 'x')}, Hold{}}}};
  check_failure(CurlTransport{options}.send(post_to(peer.authority())), TransportReason::response_too_large, true);
}

TEST_CASE("curl: of more connections than are kept, the one that was idle for the longest is closed") {
  Script const twice{ReadRequest{}, Write{good_response}, ReadRequest{}, Write{good_response}};
  ScriptedPeer one{{twice, twice}}, two{{twice}}, three{{twice}};
  CurlOptions options;
  options.max_idle_connections = 2;
  CurlTransport transport{options};
  // The first is closed when the third is kept; after that, the other two are found in either place.
  for (auto const* peer : {&one, &two, &three, &three, &two, &one})
    check_good(transport.send(post_to(peer->authority())));
  CHECK(one.connections() == 2);
  CHECK(two.connections() == 1);
  CHECK(three.connections() == 1);
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

TEST_CASE("curl: libcurl's limits are named as such, and nothing is called out of memory") {
  CurlOptions options;
  options.max_header_bytes = 1024 * 1024;
  std::string const ok = "HTTP/1.1 200 OK\r\n", chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
  for (auto const& bytes : {ok + "A: " + std::string(200'000, 'x'), chunked + "0\r\nA: " + std::string(5000, 'x'),
                            chunked + std::string(17, '0')}) {
    ScriptedPeer peer{{{ReadRequest{}, Write{bytes}, Hold{}}}};
    auto const reply = CurlTransport{options}.send(post_to(peer.authority()));
    check_failure(reply, TransportReason::response_too_large, true);
    CHECK(reply.error().message.find("than libcurl accepts") != std::string::npos);
  }
}

// libcurl keeps the length for the response that has none of its own, and takes what follows for a response.
TEST_CASE("curl: the length of an interim response never cuts the final one") {
  std::string const hints = "HTTP/1.1 103 Early Hints\r\nContent-Length: 4\r\n\r\n";
  std::string const body = "longer than four bytes";
  SUBCASE("until the connection ends") {
    ScriptedPeer peer{{answer(hints + "HTTP/1.1 200 OK\r\n\r\n" + body)}};
    auto const reply = CurlTransport{}.send(post_to(peer.authority()));
    if (reply) CHECK(reply->body == body);
    else CHECK(reply.error().reason == TransportReason::connection_lost);
  }
  SUBCASE("in chunks, or by its own length") {
    ScriptedPeer peer{
        {{ReadRequest{},
          Write{hints + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n16\r\n" + body + "\r\n0\r\n\r\n"},
          ReadRequest{}, Write{hints + "HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n" + body}, ReadRequest{},
          Write{hints + "HTTP/1.1 204 No Content\r\n\r\n"}, ReadRequest{}, Write{good_response}}}};
    CurlTransport transport;
    for (std::string const& expected : {body, body, std::string{}, std::string{"good"}}) {
      auto const reply = transport.send(post_to(peer.authority()));
      REQUIRE_MESSAGE(reply.has_value(), reply.error().message);
      CHECK(reply->body == expected);
    }
    CHECK(peer.connections() == 1);
  }
}

TEST_CASE("curl: a User-Agent of two lines is refused") {
  ScriptedPeer peer{{{Hold{}}}};
  CurlOptions options;
  for (std::string const agent : {"a\r\nX-Evil: 1", "a\n", "\r"}) {
    options.user_agent = agent;
    check_failure(CurlTransport{options}.send(post_to(peer.authority())), TransportReason::not_http, false);
  }
  CHECK(peer.connections() == 0);
}

TEST_CASE("curl: cancel() is for signal handlers, too, and ends what has not reached the server") {
  static CurlTransport transport;
  ScriptedPeer peer{{{Hold{}}}};
  auto* const before = std::signal(SIGUSR1, [](int) { transport.cancel(); });
  auto const sender = pthread_self();
  std::thread signaller{[&] {
    while (peer.connections() == 0) std::this_thread::yield();
    pthread_kill(sender, SIGUSR1);
  }};
  // A TLS handshake without an answer.
  auto request = post_to(peer.authority());
  request.scheme = "https";
  auto const reply = transport.send(request);
  signaller.join();
  std::signal(SIGUSR1, before);
  check_failure(reply, TransportReason::cancelled, false);
}

TEST_CASE("curl: user information is removed from libcurl's messages, whatever a password contains") {
  using detail::without_userinfo;
  CHECK(without_userinfo("") == "");
  CHECK(without_userinfo("Could not resolve host: a") == "Could not resolve host: a");
  CHECK(without_userinfo("a // b") == "a // b");
  CHECK(without_userinfo("a@b // c") == "a@b // c");
  for (std::string const secret : {"u:p", "u", "u:p/q", "u:p#q", "u:p q", "u:p@q", "u:'p'", "//u:p//"})
    CHECK(without_userinfo("syntax in 'http://" + secret + "@proxy:1'") == "syntax in 'http://***@proxy:1'");
}

namespace {
// A server that speaks HTTP/2 in the TLS handshake.
int select_h2(SSL*, unsigned char const** chosen, unsigned char* size, unsigned char const*, unsigned, void*) {
  *chosen = reinterpret_cast<unsigned char const*>("h2");
  *size = 2;
  return SSL_TLSEXT_ERR_OK;
}
// RFC 9113, 4.1.
std::string frame(char type, char flags, char stream, std::string const& payload) {
  return std::string{'\0', '\0', static_cast<char>(payload.size()), type, flags, '\0', '\0', '\0', stream} + payload;
}
}  // namespace

TEST_CASE("curl: HTTP/2: errors of a stream are named, and connections are kept") {
  TlsIdentity const identity{"IP:127.0.0.1"};
  SSL_CTX_set_alpn_select_cb(identity.context(), &select_h2, nullptr);
  constexpr char data = 0, headers = 1, rst_stream = 3, settings = 4, end_stream = 1, end_headers = 4;
  std::string const hello = frame(settings, 0, 0, "");
  auto reset = [&](char stream, char code) {
    return frame(rst_stream, 0, stream, std::string{'\0', '\0', '\0', code});
  };
  // 0x88: `:status: 200` of the static table (RFC 7541, appendix A).
  auto respond = [&](char stream) {
    return frame(headers, end_headers, stream, "\x88") + frame(data, end_stream, stream, "ok");
  };
  CurlOptions options;
  options.http_version = CurlHttpVersion::http_2;
  options.ca_file = identity.ca_file();
  auto request = post_to("", "first body");
  request.scheme = "https";
  SUBCASE("a response, another, and a refused stream") {
    ScriptedPeer peer{{{ReadUntil{"first body"}, Write{hello + respond(1)}, ReadUntil{"second body"}, Write{respond(3)},
                        ReadUntil{"third body"}, Write{reset(5, 7)}, Hold{}},
                       {Hold{}}},
                      identity.context()};
    request.authority = peer.authority();
    CurlTransport transport{options};
    for (std::string const body : {"first body", "second body"}) {
      request.body = body;
      auto const reply = transport.send(request);
      REQUIRE_MESSAGE(reply.has_value(), reply.error().message);
      CHECK(*reply == HttpResponse{200, {}, "ok"});
    }
    CHECK(peer.connections() == 1);
    request.body = "third body";
    auto const reply = transport.send(request);
    check_failure(reply, TransportReason::connection_lost, true);
    CHECK(reply.error().message.find("refused the HTTP/2 stream") != std::string::npos);
  }
  SUBCASE("the first stream refused") {
    ScriptedPeer peer{{{ReadUntil{"first body"}, Write{hello + reset(1, 7)}, Hold{}}, {Hold{}}}, identity.context()};
    request.authority = peer.authority();
    auto const reply = CurlTransport{options}.send(request);
    check_failure(reply, TransportReason::connection_lost, true);
    CHECK(reply.error().message == "the server refused the HTTP/2 stream (REFUSED_STREAM)");
  }
  SUBCASE("another error") {
    ScriptedPeer peer{{{ReadUntil{"first body"}, Write{hello + reset(1, 2)}, Hold{}}}, identity.context()};
    request.authority = peer.authority();
    auto const reply = CurlTransport{options}.send(request);
    check_failure(reply, TransportReason::connection_lost, true);
    CHECK(reply.error().message.find("INTERNAL_ERROR") != std::string::npos);
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
