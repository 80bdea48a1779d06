#include "healthlake/transport/beast.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <initializer_list>

#include "healthlake/transport/checks.hpp"
#include "tests/support/beast_forms.hpp"
#include "tests/support/transport_cancel.hpp"
#include "tests/support/transport_contract.hpp"
#include "tests/support/transport_framing.hpp"
#include "tests/support/transport_kept.hpp"
#include "tests/support/transport_names.hpp"

namespace healthlake::testing {

HEALTHLAKE_TRANSPORT_CONTRACT(BeastTransport);
HEALTHLAKE_TRANSPORT_CONTRACT(CallbackBeast);
HEALTHLAKE_FRAMING_CONTRACT(BeastTransport);
HEALTHLAKE_KEPT_CONTRACT(BeastTransport);
HEALTHLAKE_CANCEL_CONTRACT(BeastTransport);
HEALTHLAKE_NAMES_CONTRACT(BeastTransport);
HEALTHLAKE_FRAMING_CONTRACT(CallbackBeast);
HEALTHLAKE_KEPT_CONTRACT(CallbackBeast);
HEALTHLAKE_CANCEL_CONTRACT(CallbackBeast);
HEALTHLAKE_NAMES_CONTRACT(CallbackBeast);
#if defined(BOOST_ASIO_HAS_CO_AWAIT)
HEALTHLAKE_TRANSPORT_CONTRACT(CoroutineBeast);
HEALTHLAKE_FRAMING_CONTRACT(CoroutineBeast);
HEALTHLAKE_KEPT_CONTRACT(CoroutineBeast);
HEALTHLAKE_CANCEL_CONTRACT(CoroutineBeast);
HEALTHLAKE_NAMES_CONTRACT(CoroutineBeast);
#endif

namespace {
std::string const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Replies in the order in which they come.
struct Replies {
  std::vector<HttpReply> came{};
  auto sink() {
    return [this](HttpReply reply) { came.push_back(std::move(reply)); };
  }
};
}  // namespace

TEST_CASE("the origin of a request: host and port of the connection") {
  struct Case {
    char const *scheme, *authority, *host, *port;
    bool tls;
  };
  for (auto const& each : std::initializer_list<Case>{
           {"https", "healthlake.us-east-1.amazonaws.com", "healthlake.us-east-1.amazonaws.com", "443", true},
           {"http", "a_b-c", "a_b-c", "80", false},
           {"http", "127.0.0.1:08080", "127.0.0.1", "8080", false},
           {"https", "[::1]", "::1", "443", true},
           {"https", "[fe80::1]:65535", "fe80::1", "65535", true}}) {
    CAPTURE(each.authority);
    auto const origin = detail::parse_origin(each.scheme, each.authority);
    REQUIRE(static_cast<bool>(origin));
    CHECK(origin.host == each.host);
    CHECK(origin.port == each.port);
    CHECK(origin.tls == each.tls);
  }
}

TEST_CASE("beast: a timeout without end is a long one, and one below a millisecond is a millisecond") {
  ScriptedPeer peer{{answer(ok), {ReadRequest{}, Hold{}}}};
  BeastOptions options;
  options.timeout = options.connect_timeout = std::chrono::milliseconds::max();
  CHECK(BeastTransport{options}.send(post_to(peer.authority())).has_value());
  options.timeout = std::chrono::milliseconds{-1};
  auto const reply = BeastTransport{options}.send(post_to(peer.authority()));
  REQUIRE_FALSE(reply.has_value());
  CHECK((reply.error().reason == TransportReason::connect_timeout ||
         reply.error().reason == TransportReason::read_timeout));
}

TEST_CASE("beast: requests run side by side on one io_context") {
  // Neither is answered before both are there.
  Script const both{ReadRequest{}, AwaitRequests{2}, Write{ok}, ReadRequest{}, Write{ok}};
  ScriptedPeer peer{{both, both}};
  boost::asio::io_context context;
  AsyncBeastTransport transport{context.get_executor()};
  Replies replies;
  transport.async_send(post_to(peer.authority(), "1"), replies.sink());
  transport.async_send(post_to(peer.authority(), "2"), replies.sink());
  CHECK(replies.came.empty());
  context.run();
  REQUIRE(replies.came.size() == 2);
  CHECK(replies.came[0].has_value());
  CHECK(replies.came[1].has_value());
  CHECK(peer.connections() == 2);
  // Both connections are kept, and one of them serves the third request.
  context.restart();
  transport.async_send(post_to(peer.authority(), "3"), replies.sink());
  context.run();
  REQUIRE(replies.came.size() == 3);
  CHECK(replies.came[2].has_value());
  CHECK(peer.connections() == 2);
}

TEST_CASE("beast: no more connections are kept than the options say") {
  Script const twice{ReadRequest{}, Write{ok}, ReadRequest{}, Write{ok}};
  ScriptedPeer one{{twice, twice}}, two{{twice, twice}};
  BeastOptions options;
  options.max_idle_connections = 1;
  BeastTransport transport{options};
  REQUIRE(transport.send(post_to(one.authority())).has_value());
  REQUIRE(transport.send(post_to(two.authority())).has_value());
  REQUIRE(transport.send(post_to(two.authority())).has_value());
  REQUIRE(transport.send(post_to(one.authority())).has_value());
  CHECK(two.connections() == 1);
  CHECK(one.connections() == 2);

  options.max_idle_connections = 0;
  ScriptedPeer three{{twice, twice}};
  BeastTransport none{options};
  REQUIRE(none.send(post_to(three.authority())).has_value());
  REQUIRE(none.send(post_to(three.authority())).has_value());
  CHECK(three.connections() == 2);
}

TEST_CASE("beast: an io_context that ends early drops what waits, and nothing is called") {
  ScriptedPeer peer{{{ReadRequest{}, Hold{}}}};
  Replies replies;
  {
    boost::asio::io_context context;
    AsyncBeastTransport transport{context.get_executor()};
    transport.async_send(post_to(peer.authority()), replies.sink());
    while (peer.requests().empty()) context.poll_one();
  }
  CHECK(replies.came.empty());
  CHECK(peer.wait_until_closed(1));
}

TEST_CASE("beast: over TLS, a body until the end is whole only with close_notify") {
  for (auto const& reply : replies_cut_over_tls<BeastTransport>({}))
    check_failure(reply, TransportReason::connection_lost, true);
}

TEST_CASE("beast: over TLS, a response before a reset is the answer too") {
  check_reset_after_response<BeastTransport>("https", 20);
}

TEST_CASE("beast: an authority is known by its key, not by its name") {
  TlsIdentity const identity{"IP:127.0.0.1"}, namesake{"IP:127.0.0.1"};
  ScriptedPeer peer{{answer(ok)}, identity.context()};
  BeastOptions options;
  options.ca_file = namesake.ca_file();
  auto request = post_to(peer.authority());
  request.scheme = "https";
  check_failure(BeastTransport{options}.send(request), TransportReason::tls_verification, false);
}

TEST_CASE("beast: a folder of CA certificates is as good as a file") {
  TlsIdentity const identity{"IP:127.0.0.1"};
  ScriptedPeer peer{{answer(ok)}, identity.context()};
  BeastOptions options;
  // An empty directory: no certificate is trusted.
  auto const folder = std::filesystem::path{identity.ca_file() + ".d"};
  std::filesystem::create_directory(folder);
  options.ca_path = folder.string();
  auto request = post_to(peer.authority());
  request.scheme = "https";
  check_failure(BeastTransport{options}.send(request), TransportReason::tls_verification, false);
  std::filesystem::remove(folder);
}

#if defined(BOOST_ASIO_HAS_CO_AWAIT)
namespace {
boost::asio::awaitable<void> send_into(AsyncBeastTransport& transport, HttpRequest request, Replies& replies) {
  replies.came.push_back(co_await transport.async_send(std::move(request)));
}
}  // namespace

TEST_CASE("beast: coroutines run side by side, too") {
  Script const both{ReadRequest{}, AwaitRequests{2}, Write{ok}};
  ScriptedPeer peer{{both, both}};
  boost::asio::io_context context;
  AsyncBeastTransport transport{context.get_executor()};
  Replies replies;
  for (std::string const body : {"1", "2"})
    boost::asio::co_spawn(context, send_into(transport, post_to(peer.authority(), body), replies),
                          boost::asio::detached);
  context.run();
  REQUIRE(replies.came.size() == 2);
  for (auto const& reply : replies.came) {
    REQUIRE(reply.has_value());
    CHECK(reply->body == "ok");
  }
}

TEST_CASE("beast: coroutines get timeouts, refusals and cancellation as values") {
  ScriptedPeer peer{{{ReadRequest{}, Hold{}}, {ReadRequest{}, Hold{}}, {ReadRequest{}, Hold{}}}};
  boost::asio::io_context context;
  Replies replies;
  SUBCASE("timeout") {
    AsyncBeastTransport transport{context.get_executor(), impatient<AsyncBeastTransport>()};
    boost::asio::co_spawn(context, send_into(transport, post_to(peer.authority()), replies), boost::asio::detached);
    context.run();
    REQUIRE(replies.came.size() == 1);
    check_failure(replies.came[0], TransportReason::read_timeout, true);
  }
  SUBCASE("refusal") {
    AsyncBeastTransport transport{context.get_executor()};
    boost::asio::co_spawn(context, send_into(transport, post_to("a b"), replies), boost::asio::detached);
    context.run();
    REQUIRE(replies.came.size() == 1);
    check_failure(replies.came[0], TransportReason::not_http, false);
  }
  SUBCASE("cancellation of all that runs") {
    AsyncBeastTransport transport{context.get_executor()};
    for (int i = 0; i < 2; ++i)
      boost::asio::co_spawn(context, send_into(transport, post_to(peer.authority()), replies), boost::asio::detached);
    while (peer.requests().size() < 2) context.poll_one();
    CHECK(replies.came.empty());
    transport.cancel();
    context.run();
    REQUIRE(replies.came.size() == 2);
    for (auto const& reply : replies.came) check_failure(reply, TransportReason::cancelled, true);
  }
}
#endif

}  // namespace healthlake::testing
