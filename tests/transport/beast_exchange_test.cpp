// The response that came is the answer, be the request written or not (RFC 9112, 9.5); and a connection on which a
// request broke off is not used again. In every form, with TLS and without.
#include "healthlake/transport/beast_exchange.hpp"

#include <atomic>
#include <thread>

#include "tests/support/beast_forms.hpp"
#include "tests/support/transport_contract.hpp"

namespace healthlake::testing {
namespace {

struct Early {
  std::string name;
  std::string bytes;
  std::string body;
};
std::string const refusal = "HTTP/1.1 413 Content Too Large\r\n";

// More than the buffers of two sockets, so that the request cannot be written completely.
std::string const large(std::size_t{8} << 20, 'x');

template <class T, class Check>
void with_peer(bool tls, std::vector<Script> const& scripts, Check&& check) {
  TlsIdentity const identity{"IP:127.0.0.1"};
  ScriptedPeer peer{scripts, tls ? identity.context() : nullptr};
  BeastOptions options;
  options.ca_file = identity.ca_file();
  T transport{options};
  auto request = post_to(peer.authority(), large);
  if (tls) request.scheme = "https";
  check(transport, request, peer);
}

}  // namespace

TEST_CASE_TEMPLATE("the response of a server that refuses before it has read the request is received", T,
                   HEALTHLAKE_BEAST_FORMS) {
  for (auto const& each : std::vector<Early>{
           {"by length", refusal + "Content-Length: 5\r\n\r\nlarge", "large"},
           {"by length, and closes", refusal + "Connection: close\r\nContent-Length: 5\r\n\r\nlarge", "large"},
           {"without a body", refusal + "Content-Length: 0\r\n\r\n", ""},
           {"valid chunked coding", refusal + "Transfer-Encoding: chunked\r\n\r\n5\r\nlarge\r\n0\r\n\r\n", "large"},
           {"until the connection ends", refusal + "Connection: close\r\n\r\nlarge", "large"},
           {"behind an interim response", "HTTP/1.1 102 Processing\r\n\r\n" + refusal + "Content-Length: 0\r\n\r\n",
            ""},
           {"at length", refusal + "Content-Length: 10000\r\n\r\n" + large.substr(0, 10'000), large.substr(0, 10'000)}})
    for (bool const tls : {false, true}) {
      CAPTURE(each.name);
      CAPTURE(tls);
      // What it has not read makes the server's system reset the connection when it is closed.
      with_peer<T>(tls, {{ReadByte{}, Write{each.bytes}}, answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")},
                   [&](T& transport, HttpRequest const& request, ScriptedPeer& peer) {
                     auto const reply = transport.send(request);
                     REQUIRE_MESSAGE(reply.has_value(), reply.error().message);
                     CHECK(reply->status == 413);
                     CHECK((reply->body == each.body));
                     CHECK(peer.connections() == 1);
                     // The request that broke off does not go on in front of the next one.
                     auto const next = transport.send(request);
                     REQUIRE(next.has_value());
                     CHECK(next->status == 200);
                     CHECK(peer.connections() == 2);
                   });
    }
}

TEST_CASE_TEMPLATE("the response of a server that answers early and keeps reading is received, too", T,
                   HEALTHLAKE_BEAST_FORMS) {
  for (bool const tls : {false, true}) {
    CAPTURE(tls);
    with_peer<T>(tls, {{ReadByte{}, Write{refusal + "Content-Length: 2\r\n\r\nno"}, Hold{}}},
                 [&](T& transport, HttpRequest const& request, ScriptedPeer&) {
                   auto const reply = transport.send(request);
                   REQUIRE(reply.has_value());
                   CHECK(reply->status == 413);
                   CHECK(reply->body == "no");
                 });
  }
}

TEST_CASE_TEMPLATE("a server that breaks off without an answer is lost", T, HEALTHLAKE_BEAST_FORMS) {
  for (std::string const begun :
       {"", "HTTP/1.1 413 Con", "HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\n\r\nla",
        "HTTP/1.1 413 Content Too Large\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nlarge\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        // A success is not complete only because its connection ended.
        "HTTP/1.1 200 OK\r\n\r\nla"})
    for (bool const tls : {false, true}) {
      CAPTURE(begun);
      CAPTURE(tls);
      Script script{ReadByte{}, Write{begun}};
      if (tls) script.push_back(CutTls{});
      with_peer<T>(tls, {script}, [&](T& transport, HttpRequest const& request, ScriptedPeer&) {
        check_failure(transport.send(request), TransportReason::connection_lost, true);
      });
    }
}

TEST_CASE_TEMPLATE("an exchange ends when the options say so, whatever it waits for", T, HEALTHLAKE_BEAST_FORMS) {
  std::string const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  std::atomic<bool> flag{false};
  static_assert(std::atomic<bool>::is_always_lock_free);
  BeastOptions options;
  options.cancelled = [&flag] { return flag.load(); };
  auto stop_once = [&flag](auto&& is_time) {
    return std::thread{[&flag, is_time] {
      while (!is_time()) std::this_thread::yield();
      flag = true;
    }};
  };
  SUBCASE("for a response; and the next does not begin") {
    ScriptedPeer peer{{{ReadRequest{}, Hold{}}, answer(ok)}};
    T transport{options};
    auto stopper = stop_once([&] { return !peer.requests().empty(); });
    auto const reply = transport.send(post_to(peer.authority()));
    stopper.join();
    check_failure(reply, TransportReason::cancelled, true);
    check_failure(transport.send(post_to(peer.authority())), TransportReason::cancelled, false);
    CHECK(peer.connections() == 1);
    flag = false;
    CHECK(transport.send(post_to(peer.authority())).has_value());
  }
  SUBCASE("for TLS") {
    ScriptedPeer peer{{{Hold{}}}};
    auto request = post_to(peer.authority());
    request.scheme = "https";
    auto stopper = stop_once([&] { return peer.connections() != 0; });
    auto const reply = T{options}.send(request);
    stopper.join();
    check_failure(reply, TransportReason::cancelled, false);
  }
  SUBCASE("for nothing: it ends in time all the same") {
    ScriptedPeer peer{{{ReadRequest{}, Hold{}}}};
    options.timeout = milliseconds{120};
    check_failure(T{options}.send(post_to(peer.authority())), TransportReason::read_timeout, true);
  }
}

TEST_CASE_TEMPLATE("a User-Agent of the options that would be more than one line is refused", T,
                   HEALTHLAKE_BEAST_FORMS) {
  ScriptedPeer peer{{{Hold{}}}};
  BeastOptions options;
  options.user_agent = "a\r\nX-Evil: 1";
  check_failure(T{options}.send(post_to(peer.authority())), TransportReason::not_http, false);
  CHECK(peer.connections() == 0);
}

}  // namespace healthlake::testing
