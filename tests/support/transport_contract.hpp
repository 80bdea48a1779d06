// What every transport of transport/ must do, as test templates over its type: curl_test.cpp and beast_test.cpp each
// invoke them. Loopback only; the only waiting is for short timeouts of the transport itself.
#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/http/transport.hpp"
#include "tests/support/scripted_peer.hpp"
#include "tests/support/tls/identity.hpp"

namespace healthlake::testing {

using std::chrono::milliseconds;

inline HttpRequest post_to(std::string authority, std::string body = "{}") {
  return {.method = "POST",
          .scheme = "http",
          .authority = std::move(authority),
          .target = "/",
          .headers = {{"X-Amz-Target", "HealthLake.DescribeFHIRExportJob"}},
          .body = std::move(body)};
}

// Short enough for a test to wait for.
template <class T>
typename T::Options impatient() {
  typename T::Options options;
  options.timeout = milliseconds{80};
  return options;
}

inline std::vector<std::string> lines_of(std::string_view message) {
  std::vector<std::string> lines;
  for (std::size_t end = 0; (end = message.find("\r\n")) != std::string_view::npos && end != 0;) {
    lines.emplace_back(message.substr(0, end));
    message.remove_prefix(end + 2);
  }
  return lines;
}

inline std::string body_of(std::string const& message) { return message.substr(message.find("\r\n\r\n") + 4); }

inline bool has_line(std::string const& message, std::string const& line) {
  for (auto const& each : lines_of(message))
    if (each == line) return true;
  return false;
}

inline void check_failure(HttpReply const& reply, TransportReason reason, bool may_have_reached) {
  REQUIRE_FALSE(reply.has_value());
  INFO(to_string(reply.error().reason), ": ", reply.error().message);
  CHECK(reply.error().reason == reason);
  CHECK(reply.error().may_have_reached_server == may_have_reached);
  CHECK_FALSE(reply.error().message.empty());
}

inline std::string every_byte() {
  std::string bytes;
  for (int c = 0; c < 256; ++c) bytes.push_back(static_cast<char>(c));
  return bytes;
}

TEST_CASE_TEMPLATE_DEFINE("a POST arrives byte for byte and its answer comes back", T, contract_post) {
  ScriptedPeer peer{
      {answer("HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n"
              "x-amzn-RequestId:  abc \r\nContent-Length: 15\r\n\r\n{\"JobId\":\"j-1\"}")}};
  auto request = post_to(peer.authority(), "{\"JobId\":\"j-1\"}\n");
  request.target = "/a/../b%2Fc?x=%20&y='*'";
  request.headers = {{"X-Second", "b"},
                     {"X-First", "a"},
                     {"X-Empty", ""},
                     {"x-second", "c: d;"},
                     {"Authorization", "AWS4-HMAC-SHA256 Credential=AKID/20260807/us-east-1/healthlake/aws4_request"}};
  auto const reply = T{}.send(request);
  REQUIRE(reply.has_value());
  CHECK(*reply == HttpResponse{.status = 200,
                               .headers = {{"Content-Type", "application/x-amz-json-1.0"},
                                           {"x-amzn-RequestId", "abc"},
                                           {"Content-Length", "15"}},
                               .body = "{\"JobId\":\"j-1\"}"});
  REQUIRE(peer.requests().size() == 1);
  auto const seen = peer.requests().front();
  CHECK(body_of(seen) == request.body);
  auto lines = lines_of(seen);
  CHECK(lines.front() == "POST /a/../b%2Fc?x=%20&y='*' HTTP/1.1");
  CHECK(std::erase(lines, "Host: " + peer.authority()) == 1);
  CHECK(std::erase(lines, "User-Agent: healthlake-cpp/0.1.0") == 1);
  CHECK(std::erase(lines, "Content-Length: 16") == 1);
  // And no Accept, no Expect, no Content-Type: nothing that was not asked for.
  REQUIRE(lines.size() == 6);
  CHECK(lines[1] == "X-Second: b");
  CHECK(lines[2] == "X-First: a");
  CHECK((lines[3] == "X-Empty:" || lines[3] == "X-Empty: "));
  CHECK(lines[4] == "x-second: c: d;");
  CHECK(lines[5] == "Authorization: AWS4-HMAC-SHA256 Credential=AKID/20260807/us-east-1/healthlake/aws4_request");
}

TEST_CASE_TEMPLATE_DEFINE("the request's own Host and User-Agent stand in for the transport's", T, contract_host) {
  ScriptedPeer peer{{answer("HTTP/1.1 204 No Content\r\n\r\n")}};
  auto request = post_to(peer.authority());
  request.headers = {{"host", "healthlake.us-east-1.amazonaws.com"}, {"user-agent", "mine/1"}};
  REQUIRE(T{}.send(request).has_value());
  auto const seen = peer.requests().front();
  std::size_t hosts = 0, agents = 0;
  for (auto const& line : lines_of(seen)) {
    hosts += equal_ignoring_case(line.substr(0, 5), "host:");
    agents += equal_ignoring_case(line.substr(0, 11), "user-agent:");
  }
  CHECK(hosts == 1);
  CHECK(agents == 1);
  // libcurl writes the name its own way.
  CHECK((has_line(seen, "host: healthlake.us-east-1.amazonaws.com") ||
         has_line(seen, "Host: healthlake.us-east-1.amazonaws.com")));
  CHECK(has_line(seen, "user-agent: mine/1"));

  ScriptedPeer silent{{answer("HTTP/1.1 204 No Content\r\n\r\n")}};
  typename T::Options options;
  options.user_agent = "";
  REQUIRE(T{options}.send(post_to(silent.authority())).has_value());
  CHECK(silent.requests().front().find("User-Agent") == std::string::npos);
}

TEST_CASE_TEMPLATE_DEFINE("methods other than POST", T, contract_methods) {
  // The HEAD response announces a body that never comes; the connection stays usable.
  ScriptedPeer peer{{{ReadRequest{}, Write{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"},  //
                      ReadRequest{}, Write{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"}, ReadRequest{},
                      Write{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"}, ReadRequest{},
                      Write{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"}}}};
  T transport;
  for (std::string const method : {"HEAD", "GET", "DELETE", "PUT"}) {
    CAPTURE(method);
    auto request = post_to(peer.authority(), "");
    request.method = method;
    auto const reply = transport.send(request);
    REQUIRE(reply.has_value());
    CHECK(reply->body == (method == "HEAD" ? "" : "ok"));
    auto const seen = peer.requests().back();
    CHECK(lines_of(seen).front() == method + " / HTTP/1.1");
    CHECK(has_line(seen, "Content-Length: 0") == (method == "PUT"));
  }
  CHECK(peer.connections() == 1);
}

TEST_CASE_TEMPLATE_DEFINE("every status is a response, on one kept connection", T, contract_statuses) {
  std::vector<int> const statuses{200, 302, 400, 403, 404, 429, 500, 503};
  Script script;
  for (int const status : statuses) {
    script.push_back(ReadRequest{});
    script.push_back(Write{"HTTP/1.1 " + std::to_string(status) +
                           " Any\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 2\r\n\r\n{}"});
  }
  ScriptedPeer peer{{script}};
  T transport;
  for (int const status : statuses) {
    auto const reply = transport.send(post_to(peer.authority()));
    REQUIRE(reply.has_value());
    CHECK(reply->status == status);
    CHECK(reply->body == "{}");
  }
  CHECK(peer.connections() == 1);
  CHECK(peer.requests().size() == statuses.size());
}

TEST_CASE_TEMPLATE_DEFINE("what is HTTP is read as HTTP", T, contract_answers) {
  struct Case {
    std::string name;
    std::string bytes;
    HttpResponse expected;
  };
  std::vector<Case> const cases{
      {"no body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", {200, {{"Content-Length", "0"}}, ""}},
      {"204", "HTTP/1.1 204 No Content\r\nA: b\r\n\r\n", {204, {{"A", "b"}}, ""}},
      {"no reason phrase", "HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\nx", {200, {{"Content-Length", "1"}}, "x"}},
      {"chunks with an extension",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n",
       {200, {{"Transfer-Encoding", "chunked"}}, "abc0123456789"}},
      {"a trailer is dropped",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Amz-Late: 1\r\n\r\n",
       {200, {{"Transfer-Encoding", "chunked"}}, "a"}},
      {"until the connection ends", "HTTP/1.1 200 OK\r\nA: b\r\n\r\nall of it", {200, {{"A", "b"}}, "all of it"}},
      {"a name twice",
       "HTTP/1.1 200 OK\r\nX: 1\r\nx: 2\r\nX: 1\r\nContent-Length: 0\r\n\r\n",
       {200, {{"X", "1"}, {"x", "2"}, {"X", "1"}, {"Content-Length", "0"}}, ""}},
      {"a folded line",
       "HTTP/1.1 200 OK\r\nX: a\r\n  b\r\n\tc \r\nContent-Length: 0\r\n\r\n",
       {200, {{"X", "a b c"}, {"Content-Length", "0"}}, ""}},
      {"blanks and an empty value",
       "HTTP/1.1 200 OK\r\nX:\t a : b \t\r\nE:\r\nContent-Length:0\r\n\r\n",
       {200, {{"X", "a : b"}, {"E", ""}, {"Content-Length", "0"}}, ""}},
      {"interim responses",
       "HTTP/1.1 100 Continue\r\nX: no\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
       "HTTP/1.1 201 Created\r\nX: yes\r\nContent-Length: 1\r\n\r\n!",
       {201, {{"X", "yes"}, {"Content-Length", "1"}}, "!"}},
      {"a content coding is left alone",
       "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
       {200, {{"Content-Encoding", "gzip"}, {"Content-Length", "3"}}, "abc"}},
  };
  for (auto const& each : cases) {
    CAPTURE(each.name);
    ScriptedPeer peer{{answer(each.bytes)}};
    auto const reply = T{}.send(post_to(peer.authority()));
    if (!reply) FAIL_CHECK(reply.error().message);
    else CHECK(*reply == each.expected);
  }
}

TEST_CASE_TEMPLATE_DEFINE("what is not a whole response is an error", T, contract_failures) {
  struct Case {
    std::string name;
    Script script;
    TransportReason reason;
  };
  using enum TransportReason;
  std::vector<Case> const cases{
      {"closed before any byte", {ReadRequest{}}, connection_lost},
      {"reset before any byte", {ReadRequest{}, Reset{}}, connection_lost},
      {"cut in the status line", answer("HTTP/1."), connection_lost},
      {"cut in the header", answer("HTTP/1.1 200 OK\r\nContent-Le"), connection_lost},
      {"cut before the empty line", answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"), connection_lost},
      {"cut after an interim response", answer("HTTP/1.1 100 Continue\r\n\r\n"), connection_lost},
      {"cut in the body", answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123456789"), connection_lost},
      {"no body at all", answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"), connection_lost},
      {"cut in a chunk", answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123"), connection_lost},
      {"cut between chunks", answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n123\r\n"),
       connection_lost},
      {"cut before the last line", answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n1\r\n0\r\n"),
       connection_lost},
      {"another protocol", answer("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\nand so on\r\n\r\n"), not_http},
      {"binary", answer(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\r\n\r\n", 14)), not_http},
      {"a line without a colon", answer("HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 0\r\n\r\n"), not_http},
      {"a blank in a name", answer("HTTP/1.1 200 OK\r\nna me: x\r\nContent-Length: 0\r\n\r\n"), not_http},
      {"NUL in a value", answer(std::string("HTTP/1.1 200 OK\r\nA: b\0c\r\nContent-Length: 0\r\n\r\n", 47)), not_http},
      {"101 that nobody asked for", answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), not_http},
  };
  for (auto const& each : cases) {
    CAPTURE(each.name);
    // The second script is for a transport that sends again by itself, which none may.
    ScriptedPeer peer{{each.script, answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}};
    check_failure(T{}.send(post_to(peer.authority())), each.reason, true);
    CHECK(peer.connections() == 1);
  }
}

TEST_CASE_TEMPLATE_DEFINE("a response has a largest size", T, contract_limits) {
  typename T::Options options;
  options.max_response_bytes = 1000;
  options.max_header_bytes = 2000;
  std::string const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string const thousand(1000, 'x');
  SUBCASE("what just fits") {
    ScriptedPeer peer{{answer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + thousand),
                       answer(chunked + "3e8\r\n" + thousand + "\r\n0\r\n\r\n"),
                       answer("HTTP/1.1 200 OK\r\n\r\n" + thousand)}};
    for (int i = 0; i < 3; ++i) {
      CAPTURE(i);
      auto const reply = T{options}.send(post_to(peer.authority()));
      REQUIRE(reply.has_value());
      CHECK(reply->body == thousand);
    }
  }
  SUBCASE("what does not") {
    std::vector<Script> const scripts{
        answer("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + thousand + "y"),
        answer("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"),
        answer("HTTP/1.1 200 OK\r\n\r\n" + thousand + "y"),
        {ReadRequest{}, Write{chunked}, WriteForever{"10\r\n0123456789abcdef\r\n"}},
        {ReadRequest{}, Write{"HTTP/1.1 200 OK\r\n\r\n"}, WriteForever{"0123456789abcdef"}},
        {ReadRequest{}, Write{"HTTP/1.1 200 OK\r\n"}, WriteForever{"X-Filler: 0123456789abcdef\r\n"}},
        {ReadRequest{}, Write{"HTTP/1.1 200 OK\r\nX-Long: "}, WriteForever{"0123456789abcdef"}},
        {ReadRequest{}, WriteForever{"HTTP/1.1 100 Continue\r\n\r\n"}},
    };
    for (std::size_t i = 0; i < scripts.size(); ++i) {
      CAPTURE(i);
      ScriptedPeer peer{{scripts[i]}};
      check_failure(T{options}.send(post_to(peer.authority())), TransportReason::response_too_large, true);
    }
  }
}

TEST_CASE_TEMPLATE_DEFINE("time runs out", T, contract_timeouts) {
  auto options = impatient<T>();
  SUBCASE("while the response is awaited") {
    for (std::string const begun :
         {"", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"}) {
      CAPTURE(begun);
      ScriptedPeer peer{{{ReadRequest{}, Write{begun}, Hold{}}}};
      check_failure(T{options}.send(post_to(peer.authority())), TransportReason::read_timeout, true);
    }
  }
  SUBCASE("of the call, before the transport's own has run out") {
    options.timeout = std::chrono::hours{1};
    ScriptedPeer peer{{{ReadRequest{}, Hold{}}}};
    T transport{options};
    check_failure(transport.send(post_to(peer.authority()), SendOptions{.timeout = Milliseconds{200}}),
                  TransportReason::read_timeout, true);
  }
  SUBCASE("of the transport, before that of the call has run out") {
    ScriptedPeer peer{{{ReadRequest{}, Hold{}}}};
    T transport{options};
    check_failure(transport.send(post_to(peer.authority()), SendOptions{.timeout = Milliseconds{3'600'000}}),
                  TransportReason::read_timeout, true);
  }
  SUBCASE("while TLS is awaited, which is part of connecting") {
    ScriptedPeer peer{{{Hold{}}}};
    auto request = post_to(peer.authority());
    request.scheme = "https";
    check_failure(T{options}.send(request), TransportReason::connect_timeout, false);
    ScriptedPeer second{{{Hold{}}}};
    options.connect_timeout = std::exchange(options.timeout, std::chrono::seconds{60});
    request.authority = second.authority();
    check_failure(T{options}.send(request), TransportReason::connect_timeout, false);
  }
  SUBCASE("and the transport is good for the next request") {
    ScriptedPeer peer{{{ReadRequest{}, Hold{}}, answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")}};
    T transport{options};
    check_failure(transport.send(post_to(peer.authority())), TransportReason::read_timeout, true);
    auto const reply = transport.send(post_to(peer.authority()));
    REQUIRE(reply.has_value());
    CHECK(reply->body == "ok");
  }
}

TEST_CASE_TEMPLATE_DEFINE("no connection, nothing sent", T, contract_connect) {
  ClosedPort const closed;
  check_failure(T{}.send(post_to(closed.authority())), TransportReason::connect_failed, false);
  // RFC 6761, 6.4: names under .invalid never resolve.
  check_failure(T{}.send(post_to("healthlake.invalid")), TransportReason::connect_failed, false);
}

TEST_CASE_TEMPLATE_DEFINE("a kept connection that ended is replaced, one that breaks is not", T, contract_reuse) {
  std::string const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  T transport;
  SUBCASE("closed while idle") {
    ScriptedPeer peer{{answer(ok), answer(ok)}};
    REQUIRE(transport.send(post_to(peer.authority())).has_value());
    REQUIRE(peer.wait_until_closed(1));
    auto const reply = transport.send(post_to(peer.authority()));
    REQUIRE(reply.has_value());
    CHECK(reply->body == "ok");
    CHECK(peer.connections() == 2);
  }
  SUBCASE("closed after the second request") {
    ScriptedPeer peer{{{ReadRequest{}, Write{ok}, ReadRequest{}}, answer(ok)}};
    REQUIRE(transport.send(post_to(peer.authority())).has_value());
    check_failure(transport.send(post_to(peer.authority())), TransportReason::connection_lost, true);
    // libcurl has connected anew by the time it can be stopped; but nothing was sent there.
    CHECK(peer.requests().size() == 2);
  }
  SUBCASE("Connection: close is heeded") {
    ScriptedPeer peer{
        {{ReadRequest{}, Write{"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"}, Hold{}},
         answer(ok)}};
    REQUIRE(transport.send(post_to(peer.authority())).has_value());
    REQUIRE(transport.send(post_to(peer.authority())).has_value());
    CHECK(peer.connections() == 2);
  }
  SUBCASE("bytes that nobody asked for never become the next response") {
    ScriptedPeer peer{
        {{ReadRequest{}, Write{ok + "HTTP/1.1 500 Forged\r\nContent-Length: 0\r\n\r\n"}, Hold{}}, answer(ok)}};
    REQUIRE(transport.send(post_to(peer.authority())).has_value());
    auto const reply = transport.send(post_to(peer.authority()));
    if (reply) CHECK(reply->status == 200);
  }
  SUBCASE("two servers, each its own connection") {
    ScriptedPeer one{{{ReadRequest{}, Write{ok}, ReadRequest{}, Write{ok}}}}, two{{answer(ok)}};
    REQUIRE(transport.send(post_to(one.authority())).has_value());
    REQUIRE(transport.send(post_to(two.authority())).has_value());
    REQUIRE(transport.send(post_to(one.authority())).has_value());
    CHECK(one.connections() == 1);
    CHECK(two.requests().size() == 1);
  }
}

TEST_CASE_TEMPLATE_DEFINE("bodies are bytes, and may be large", T, contract_bodies) {
  std::string large;
  while (large.size() < 1024 * 1024) large += every_byte();
  std::string const head = "HTTP/1.1 200 OK\r\nContent-Length: ";
  ScriptedPeer peer{{{ReadRequest{}, Write{head + "256\r\n\r\n" + every_byte()},  //
                      ReadRequest{}, Write{head + std::to_string(large.size()) + "\r\n\r\n" + large}}}};
  T transport;
  for (std::string const& body : {every_byte(), large}) {
    auto const reply = transport.send(post_to(peer.authority(), body));
    REQUIRE(reply.has_value());
    CHECK((reply->body == body));
    CHECK((body_of(peer.requests().back()) == body));
  }
  CHECK(peer.connections() == 1);
}

TEST_CASE_TEMPLATE_DEFINE("a request that cannot be written safely is refused before connecting", T,
                          contract_refusals) {
  ScriptedPeer peer{{{Hold{}}}};
  T transport;
  auto refused = [&](auto&& spoil) {
    auto request = post_to(peer.authority());
    spoil(request);
    auto const reply = transport.send(request);
    check_failure(reply, TransportReason::not_http, false);
    CHECK(reply.error().message.find("secret") == std::string::npos);
  };
  for (std::string const& value : {std::string{"secret\r\nX-Evil: 1"}, std::string{"secret\n"}, std::string{"\rsecret"},
                                   std::string("secret\0", 7)})
    refused([&](auto& r) { r.headers.add("X-A", value); });
  for (std::string const& name : {std::string{}, std::string{"X A"}, std::string{"X:"}, std::string{"X\r\nY"},
                                  std::string("X\0", 2), std::string{"X\xc3\xa9"}})
    refused([&](auto& r) { r.headers.add(name, "secret"); });
  for (char const* name : {"Content-Length", "transfer-encoding", "Connection", "Expect", "upgrade"})
    refused([&](auto& r) { r.headers.add(name, "secret"); });
  refused([](auto& r) { r.headers.add("Host", "a"), r.headers.add("host", "b"); });
  for (char const* method : {"", "PO ST", "GET / HTTP/1.1\r\nX: y\r\n\r\n"})
    refused([&](auto& r) { r.method = method; });
  for (std::string const target : {"", "a", "*", "http://a/", "/ ", "/\r\nX: y", "/#f", "/\x7f", "/\xc3\xa9"})
    refused([&](auto& r) { r.target = target; });
  for (char const* scheme : {"", "ftp", "file", "HTTP"}) refused([&](auto& r) { r.scheme = scheme; });
  for (std::string const authority : {"", ":80", "a:", "a:0", "a:65536", "a:8x", "a:-1", "me:secret@a", "a/b", "a b",
                                      "a\r\nb", "[::1", "[]", "[::1]80", "[::1]:", "a?b"})
    refused([&](auto& r) { r.authority = authority; });
  refused([](auto& r) { r.method = "HEAD"; });
  CHECK(peer.connections() == 0);
}

// Of responses whose body ends with the connection.
inline std::vector<std::string> const heads_without_length{"HTTP/1.1 200 OK\r\n\r\n",
                                                           "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n",
                                                           "HTTP/1.0 500 No\r\nConnection: close\r\n\r\n"};

// What a transport that trusts `ca_file` makes of them if the connection ends without close_notify.
template <class T>
std::vector<HttpReply> replies_cut_over_tls(typename T::Options options) {
  TlsIdentity const identity{"IP:127.0.0.1"};
  options.ca_file = identity.ca_file();
  std::vector<HttpReply> replies;
  for (std::string const& head : heads_without_length) {
    ScriptedPeer peer{{{ReadRequest{}, Write{head + "ab"}, CutTls{}}}, identity.context()};
    auto request = post_to(peer.authority());
    request.scheme = "https";
    replies.push_back(T{options}.send(request));
  }
  return replies;
}

TEST_CASE_TEMPLATE_DEFINE("TLS: only a certificate of a trusted authority for this host will do", T, contract_tls) {
  std::string const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  TlsIdentity const good{"DNS:localhost,IP:127.0.0.1"},
      elsewhere{"DNS:healthlake.test,IP:127.0.0.2", "another authority"};
  typename T::Options trusting;
  auto request = post_to("");
  request.scheme = "https";
  SUBCASE("by address and by name, and the connection is kept") {
    trusting.ca_file = good.ca_file();
    for (std::string const host : {"127.0.0.1", "localhost"}) {
      CAPTURE(host);
      ScriptedPeer peer{{{ReadRequest{}, Write{ok}, ReadRequest{}, Write{ok}}}, good.context()};
      request.authority = peer.authority(host);
      T transport{trusting};
      for (int i = 0; i < 2; ++i) {
        auto const reply = transport.send(request);
        REQUIRE(reply.has_value());
        CHECK(reply->body == "ok");
      }
      CHECK(peer.connections() == 1);
    }
  }
  SUBCASE("an authority that nobody trusts") {
    ScriptedPeer peer{{answer(ok), answer(ok)}, good.context()};
    request.authority = peer.authority();
    check_failure(T{}.send(request), TransportReason::tls_verification, false);
    trusting.ca_file = elsewhere.ca_file();
    check_failure(T{trusting}.send(request), TransportReason::tls_verification, false);
    CHECK(peer.requests().empty());
  }
  SUBCASE("another host's certificate") {
    ScriptedPeer peer{{answer(ok), answer(ok)}, elsewhere.context()};
    trusting.ca_file = elsewhere.ca_file();
    for (std::string const host : {"127.0.0.1", "localhost"}) {
      request.authority = peer.authority(host);
      check_failure(T{trusting}.send(request), TransportReason::tls_verification, false);
    }
    CHECK(peer.requests().empty());
  }
  SUBCASE("a CA file that is not there") {
    ScriptedPeer peer{{answer(ok)}, good.context()};
    request.authority = peer.authority();
    trusting.ca_file = good.ca_file() + ".missing";
    check_failure(T{trusting}.send(request), TransportReason::tls_verification, false);
  }
  SUBCASE("a server without TLS") {
    ScriptedPeer peer{{{ReadByte{}, Write{"HTTP/1.1 400 Bad Request\r\n\r\n"}}}};
    request.authority = peer.authority();
    check_failure(T{trusting}.send(request), TransportReason::connect_failed, false);
  }
  SUBCASE("a body until the connection ends in order") {
    trusting.ca_file = good.ca_file();
    for (std::string const& head : heads_without_length) {
      CAPTURE(head);
      ScriptedPeer peer{{answer(head + "ab")}, good.context()};
      request.authority = peer.authority();
      auto const reply = T{trusting}.send(request);
      REQUIRE(reply.has_value());
      CHECK(reply->body == "ab");
    }
  }
  SUBCASE("one megabyte each way") {
    trusting.ca_file = good.ca_file();
    std::string const large(1024 * 1024, '\x81');
    ScriptedPeer peer{{answer("HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n" + large)}, good.context()};
    request.authority = peer.authority();
    request.body = large;
    auto const reply = T{trusting}.send(request);
    REQUIRE(reply.has_value());
    CHECK((reply->body == large));
    CHECK((body_of(peer.requests().front()) == large));
  }
}

TEST_CASE_TEMPLATE_DEFINE("TLS: a body that is cut short of its length is an error", T, contract_tls_cut) {
  TlsIdentity const identity{"IP:127.0.0.1"};
  typename T::Options trusting;
  trusting.ca_file = identity.ca_file();
  std::string const head = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n";
  // In order, and without close_notify.
  ScriptedPeer peer{{answer(head + "ab"), {ReadRequest{}, Write{head + "ab"}, CutTls{}}}, identity.context()};
  auto request = post_to(peer.authority());
  request.scheme = "https";
  for (int i = 0; i < 2; ++i) check_failure(T{trusting}.send(request), TransportReason::connection_lost, true);
}

TEST_CASE_TEMPLATE_DEFINE("a transport moves, with its connection", T, contract_move) {
  std::string const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  ScriptedPeer peer{{{ReadRequest{}, Write{ok}, ReadRequest{}, Write{ok}, ReadRequest{}, Write{ok}}}};
  T first;
  REQUIRE(first.send(post_to(peer.authority())).has_value());
  T second{std::move(first)};
  REQUIRE(second.send(post_to(peer.authority())).has_value());
  T third;
  third = std::move(second);
  REQUIRE(third.send(post_to(peer.authority())).has_value());
  CHECK(peer.connections() == 1);
  check_failure(first.send(post_to(peer.authority())), TransportReason::connect_failed, false);
  static_assert(!std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T>);
}

}  // namespace healthlake::testing

// For a .cpp file in namespace healthlake::testing.
#define HEALTHLAKE_TRANSPORT_CONTRACT(TRANSPORT)           \
  TEST_CASE_TEMPLATE_INVOKE(contract_post, TRANSPORT);     \
  TEST_CASE_TEMPLATE_INVOKE(contract_host, TRANSPORT);     \
  TEST_CASE_TEMPLATE_INVOKE(contract_methods, TRANSPORT);  \
  TEST_CASE_TEMPLATE_INVOKE(contract_statuses, TRANSPORT); \
  TEST_CASE_TEMPLATE_INVOKE(contract_answers, TRANSPORT);  \
  TEST_CASE_TEMPLATE_INVOKE(contract_failures, TRANSPORT); \
  TEST_CASE_TEMPLATE_INVOKE(contract_limits, TRANSPORT);   \
  TEST_CASE_TEMPLATE_INVOKE(contract_timeouts, TRANSPORT); \
  TEST_CASE_TEMPLATE_INVOKE(contract_connect, TRANSPORT);  \
  TEST_CASE_TEMPLATE_INVOKE(contract_reuse, TRANSPORT);    \
  TEST_CASE_TEMPLATE_INVOKE(contract_bodies, TRANSPORT);   \
  TEST_CASE_TEMPLATE_INVOKE(contract_refusals, TRANSPORT); \
  TEST_CASE_TEMPLATE_INVOKE(contract_tls, TRANSPORT);      \
  TEST_CASE_TEMPLATE_INVOKE(contract_tls_cut, TRANSPORT);  \
  TEST_CASE_TEMPLATE_INVOKE(contract_move, TRANSPORT)
