// One call's answer is never another's, and what a hostile response leaves behind does no harm to the next call: the
// chapter of the transports' contract on all that can follow a good response on the same transport, and on when a
// connection is used again.
#pragma once

#include <doctest/doctest.h>
#include <poll.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "healthlake/http/transport.hpp"
#include "tests/support/scripted_peer.hpp"
#include "tests/support/tls/identity.hpp"
#include "tests/support/transport_contract.hpp"

namespace healthlake::testing {

inline std::string const good_response = "HTTP/1.1 200 OK\r\nX-Good: 1\r\nContent-Length: 4\r\n\r\ngood";

inline void check_good(HttpReply const& reply) {
  if (!reply) FAIL_CHECK(to_string(reply.error().reason), ": ", reply.error().message);
  else CHECK(*reply == HttpResponse{200, {{"X-Good", "1"}, {"Content-Length", "4"}}, "good"});
}

// The sockets of this process that lead to a peer.
inline std::vector<int> sockets_to(ScriptedPeer const& peer) {
  std::vector<int> found;
  for (int fd = 3; fd < 1024; ++fd) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0 && address.sin_family == AF_INET &&
        ntohs(address.sin_port) == peer.port())
      found.push_back(fd);
  }
  return found;
}

// Waits until what a peer wrote, or its end, has come to the only socket that leads to it.
inline bool something_comes_from(ScriptedPeer const& peer) {
  auto const sockets = sockets_to(peer);
  if (sockets.size() != 1) return sockets.empty();
  pollfd one{.fd = sockets.front(), .events = POLLIN, .revents = 0};
  return poll(&one, 1, 5000) == 1;
}

struct HostileCase {
  std::string name;
  Script script;
  TransportReason reason = TransportReason::not_http;
};

inline std::vector<HostileCase> hostile_cases() {
  using enum TransportReason;
  std::string const ok = "HTTP/1.1 200 OK\r\n", chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
  auto sends = [](std::string bytes) { return answer(std::move(bytes)); };
  return {
      // Written over, and freed twice, by libcurl up to 8.0 on a handle that is used again (its issue 11101).
      {"a first line that begins with a blank", sends(ok + " a:x\r\nContent-Length: 2\r\n\r\n{}")},
      {"a first line that begins with a tab", sends(ok + "\ta:x\r\nContent-Length: 2\r\n\r\n{}")},
      {"a first line of blanks", sends(ok + "   \r\nContent-Length: 2\r\n\r\n{}")},
      {"a blank after an interim response", sends("HTTP/1.1 100 Continue\r\n\r\n" + ok + " a:x\r\n\r\n")},
      {"a line without a colon", sends(ok + "nonsense\r\n\r\n")},
      {"NUL in a name", sends(ok + std::string("A\0: b\r\n\r\n", 10))},
      {"a line of 64 KiB", sends(ok + "A: " + std::string(65536, 'x') + "\r\n\r\n"), response_too_large},
      {"a line of 1 MiB", {ReadRequest{}, Write{ok + "A: "}, WriteForever{std::string(4096, 'x')}}, response_too_large},
      {"lines without end", {ReadRequest{}, Write{ok}, WriteForever{"A: b\r\n"}}, response_too_large},
      {"a body without end",
       {ReadRequest{}, Write{ok + "\r\n"}, WriteForever{std::string(4096, 'x')}},
       response_too_large},
      {"chunks without end",
       {ReadRequest{}, Write{chunked}, WriteForever{"10\r\n0123456789abcdef\r\n"}},
       response_too_large},
      {"a chunk that is none", sends(chunked + "zz\r\n")},
      {"a trailer that is none", sends(chunked + "0\r\nnonsense\r\n\r\n")},
      {"two lengths", sends(ok + "Content-Length: 4\r\nContent-Length: 5\r\n\r\ngood!")},
      {"an unknown coding", sends(ok + "Transfer-Encoding: rot13\r\n\r\ntbbq")},
      {"another protocol", sends("SSH-2.0-OpenSSH_9.2p1\r\n\r\n")},
      {"101", sends("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")},
      {"nothing", {ReadRequest{}}, connection_lost},
      {"a reset", {ReadRequest{}, Reset{}}, connection_lost},
      {"a cut header", sends(ok + "Content-Le"), connection_lost},
      {"a cut body", sends(ok + "Content-Length: 5\r\n\r\ngood"), connection_lost},
      {"a cut chunk", sends(chunked + "5\r\ngood"), connection_lost},
  };
}

template <class T>
typename T::Options small_limits(std::string ca_file) {
  typename T::Options options;
  options.max_response_bytes = 100'000;
  options.ca_file = std::move(ca_file);
  return options;
}

TEST_CASE_TEMPLATE_DEFINE("after a good response: a hostile one is an error, and the next call is well", T,
                          kept_hostile) {
  TlsIdentity const identity{"IP:127.0.0.1"};
  for (std::string const scheme : {"http", "https"})
    for (auto const& each : hostile_cases()) {
      CAPTURE(scheme);
      CAPTURE(each.name);
      Script script = answer(good_response);
      script.insert(script.end(), each.script.begin(), each.script.end());
      // libcurl has connected anew by the time its retry is stopped, so there is one connection to spare.
      ScriptedPeer peer{{script, answer(good_response), answer(good_response)},
                        scheme == "https" ? identity.context() : nullptr};
      auto request = post_to(peer.authority());
      request.scheme = scheme;
      T transport{small_limits<T>(identity.ca_file())};
      check_good(transport.send(request));
      check_failure(transport.send(request), each.reason, true);
      check_good(transport.send(request));
      // On the kept connection came the good one and the hostile one; what was not read of it went with it.
      CHECK(peer.requests().size() == 3);
    }
}

TEST_CASE_TEMPLATE_DEFINE("after a good response: what nobody asked for is nobody's answer", T, kept_unasked) {
  TlsIdentity const identity{"IP:127.0.0.1"};
  std::string const unasked = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  std::string const late = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother";
  std::string const head = "HTTP/1.1 200 OK\r\nX-Good: 1\r\nContent-Length: 4\r\n\r\n";
  std::string const chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngood\r\n0\r\n\r\n";
  // What follows the good response once that was received, and what comes together with it.
  std::vector<std::pair<std::string, Script>> const later{
      {"a response", {Write{late}, Hold{}}},
      {"408", {Write{unasked}, Hold{}}},
      {"408, and the end of the connection", {Write{unasked}}},
      {"one byte", {Write{"H"}, Hold{}}},
      {"a line end", {Write{"\r\n"}, Hold{}}},
      {"the end of the connection", {}},
      {"a reset", {Reset{}}},
  };
  std::vector<std::pair<std::string, Step>> const together{
      {"a response", Write{good_response + late}},
      {"a response by itself", WriteTogether{{good_response, late}}},
      {"a response with the body", WriteTogether{{head, "good" + late}}},
      {"a response with the rest of the body", WriteTogether{{head + "go", "od" + late}}},
      {"a response after the body", WriteTogether{{head, "good", late}}},
      {"a long one", Write{good_response + std::string(30'000, 'x') + late}},
      {"a response after chunks", Write{chunks + late}},
      {"a response with the last chunk", WriteTogether{{chunks.substr(0, chunks.size() - 3), "\n\r\n" + late}}},
  };
  for (std::string const scheme : {"http", "https"}) {
    CAPTURE(scheme);
    auto* const tls = scheme == "https" ? identity.context() : nullptr;
    typename T::Options options;
    options.ca_file = identity.ca_file();
    for (auto const& each : later) {
      CAPTURE(each.first);
      Script script{ReadRequest{}, Write{good_response}, AwaitSignal{}};
      script.insert(script.end(), each.second.begin(), each.second.end());
      ScriptedPeer peer{{script, answer(good_response)}, tls};
      auto request = post_to(peer.authority());
      request.scheme = scheme;
      T transport{options};
      check_good(transport.send(request));
      peer.signal();
      REQUIRE(something_comes_from(peer));
      check_good(transport.send(request));
      CHECK(peer.connections() == 2);
    }
    for (auto const& each : together) {
      CAPTURE(each.first);
      ScriptedPeer peer{{{ReadRequest{}, each.second, Hold{}}, answer(good_response)}, tls};
      auto request = post_to(peer.authority());
      request.scheme = scheme;
      T transport{options};
      auto const first = transport.send(request);
      REQUIRE(first.has_value());
      CHECK(first->body == "good");
      check_good(transport.send(request));
      CHECK(peer.connections() == 2);
    }
    // libcurl reads it with a header that has no body, and drops it; the connection may be used again.
    Script script{ReadRequest{}, Write{"HTTP/1.1 204 No Content\r\n\r\n" + late}, ReadRequest{}, Write{good_response}};
    ScriptedPeer peer{{script, answer(good_response)}, tls};
    auto request = post_to(peer.authority());
    request.scheme = scheme;
    T transport{options};
    auto const empty = transport.send(request);
    REQUIRE(empty.has_value());
    CHECK(empty->status == 204);
    check_good(transport.send(request));
  }
}

TEST_CASE_TEMPLATE_DEFINE("a connection that is quiet is used again, as long as the options say", T, kept_keep) {
  TlsIdentity const identity{"IP:127.0.0.1"};
  std::string const chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngood\r\n0\r\n\r\n";
  std::vector<std::string> const responses{good_response, chunks, "HTTP/1.1 204 No Content\r\n\r\n", good_response,
                                           good_response};
  typename T::Options options;
  options.ca_file = identity.ca_file();
  for (std::string const scheme : {"http", "https"}) {
    CAPTURE(scheme);
    Script script;
    for (auto const& response : responses) {
      script.push_back(ReadRequest{});
      // Header and body apart, as many servers write them.
      script.push_back(WriteTogether{{response.substr(0, 20), response.substr(20)}});
    }
    ScriptedPeer peer{{script, script, script, script, script}, scheme == "https" ? identity.context() : nullptr};
    auto request = post_to(peer.authority());
    request.scheme = scheme;
    T transport{options};
    for (std::size_t i = 0; i < responses.size(); ++i) REQUIRE(transport.send(request).has_value());
    CHECK(peer.connections() == 1);
  }
  // What is older than no time at all is too old.
  options.max_idle_age = milliseconds{0};
  ScriptedPeer peer{{answer(good_response), answer(good_response)}};
  T transport{options};
  check_good(transport.send(post_to(peer.authority())));
  check_good(transport.send(post_to(peer.authority())));
  CHECK(peer.connections() == 2);
}

TEST_CASE_TEMPLATE_DEFINE("no more connections are kept than the options say", T, kept_most_idle) {
  Script const twice{ReadRequest{}, Write{good_response}, ReadRequest{}, Write{good_response}};
  ScriptedPeer one{{twice, twice}}, two{{twice, twice}}, three{{twice, twice}};
  typename T::Options options;
  options.max_idle_connections = 1;
  T transport{options};
  for (auto const* peer : {&one, &two, &two, &one}) check_good(transport.send(post_to(peer->authority())));
  CHECK(two.connections() == 1);
  CHECK(one.connections() == 2);
  options.max_idle_connections = 0;
  T none{options};
  for (int i = 0; i < 2; ++i) check_good(none.send(post_to(three.authority())));
  CHECK(three.connections() == 2);
}

TEST_CASE_TEMPLATE_DEFINE("an idle connection is kept alive by TCP", T, kept_tcp_keep_alive) {
  ScriptedPeer peer{{{ReadRequest{}, Write{good_response}, Hold{}}}};
  T transport;
  check_good(transport.send(post_to(peer.authority())));
  auto const sockets = sockets_to(peer);
  REQUIRE(sockets.size() == 1);
  int on = 0;
  socklen_t size = sizeof on;
  REQUIRE(getsockopt(sockets.front(), SOL_SOCKET, SO_KEEPALIVE, &on, &size) == 0);
  CHECK(on != 0);
}

// RFC 9112, 9.5: a client that writes looks out for a response that says why it should stop.
TEST_CASE_TEMPLATE_DEFINE("a response that came before the request was sent is the answer", T, kept_early) {
  TlsIdentity const identity{"IP:127.0.0.1"};
  std::string const refusal = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\n";
  typename T::Options options;
  options.ca_file = identity.ca_file();
  for (std::string const scheme : {"http", "https"})
    for (auto const& head : {refusal, refusal + "Connection: close\r\n"})
      for (int status : {413, 200}) {
        CAPTURE(scheme);
        CAPTURE(status);
        std::string bytes = head + "\r\nlong";
        bytes.replace(9, 3, std::to_string(status));
        // Nothing more is read: neither can the client send it all, nor would its request make sense to anyone.
        ScriptedPeer peer{{{ReadUntil{"\r\n\r\n"}, Write{bytes}, AwaitSignal{}}, answer(good_response)},
                          scheme == "https" ? identity.context() : nullptr};
        auto request = post_to(peer.authority(), std::string(std::size_t{32} << 20, 'x'));
        request.scheme = scheme;
        T transport{options};
        auto const reply = transport.send(request);
        peer.signal();
        REQUIRE_MESSAGE(reply.has_value(), reply.error().message);
        CHECK(reply->status == status);
        CHECK(reply->body == "long");
        request.body = "{}";
        check_good(transport.send(request));
        CHECK(peer.connections() == 2);
      }
}

// A server that closes with unread bytes resets the connection after its response, at any time in the client's writes.
// Each of many rounds gives the reset another chance to come first.
template <class T>
void check_reset_after_response(std::string const& scheme, int rounds, typename T::Options options = {}) {
  TlsIdentity const identity{"IP:127.0.0.1"};
  options.ca_file = identity.ca_file();
  auto refusal = [](std::string const& fields, std::string const& body) {
    return "HTTP/1.1 413 Content Too Large\r\n" + fields + "\r\n" + body;
  };
  std::vector<std::string> const responses{
      refusal("Content-Length: 4\r\nConnection: close\r\n", "long"),
      "HTTP/1.1 103 Early Hints\r\n\r\n" + refusal("Content-Length: 4\r\n", "long"),
      refusal("Transfer-Encoding: chunked\r\n", "4\r\nlong\r\n0\r\n\r\n"),
  };
  for (int round = 0; round < rounds; ++round)
    for (auto const& response : responses) {
      CAPTURE(response);
      Script script{ReadUntil{std::string(static_cast<std::size_t>(1 + round * 10'000), 'x')}, Write{response}};
      if (round % 3 == 0) script.push_back(Reset{});
      ScriptedPeer peer{{script}, scheme == "https" ? identity.context() : nullptr};
      auto request = post_to(peer.authority(), std::string(std::size_t{8} << 20, 'x'));
      request.scheme = scheme;
      auto const reply = T{options}.send(request);
      REQUIRE_MESSAGE(reply.has_value(), reply.error().message);
      CHECK(reply->status == 413);
      CHECK(reply->body == "long");
    }
}

TEST_CASE_TEMPLATE_DEFINE("a response before a reset is the answer, whenever the reset comes", T, kept_reset) {
  check_reset_after_response<T>("http", 60);
}

TEST_CASE_TEMPLATE_DEFINE("an interim response does not stop a request", T, kept_interim) {
  ScriptedPeer peer{{{ReadUntil{"\r\n\r\n"}, Write{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"},
                      ReadRequest{}, Write{good_response}}}};
  auto const request = post_to(peer.authority(), std::string(std::size_t{8} << 20, 'x'));
  check_good(T{}.send(request));
  REQUIRE(peer.requests().size() == 1);
  CHECK((body_of(peer.requests().front()) == request.body));
}

}  // namespace healthlake::testing

// For a .cpp file in namespace healthlake::testing.
#define HEALTHLAKE_KEPT_CONTRACT(TRANSPORT)                  \
  TEST_CASE_TEMPLATE_INVOKE(kept_hostile, TRANSPORT);        \
  TEST_CASE_TEMPLATE_INVOKE(kept_unasked, TRANSPORT);        \
  TEST_CASE_TEMPLATE_INVOKE(kept_keep, TRANSPORT);           \
  TEST_CASE_TEMPLATE_INVOKE(kept_most_idle, TRANSPORT);      \
  TEST_CASE_TEMPLATE_INVOKE(kept_tcp_keep_alive, TRANSPORT); \
  TEST_CASE_TEMPLATE_INVOKE(kept_early, TRANSPORT);          \
  TEST_CASE_TEMPLATE_INVOKE(kept_reset, TRANSPORT);          \
  TEST_CASE_TEMPLATE_INVOKE(kept_interim, TRANSPORT)
