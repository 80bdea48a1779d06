// A host is reached if one of its addresses is, whatever the others do, in every form of the transport; the time to
// connect is shared by them.
#include "healthlake/transport/beast_connect.hpp"

#include <charconv>
#include <stdexcept>

#include "tests/support/beast_forms.hpp"
#include "tests/support/black_hole.hpp"
#include "tests/support/transport_contract.hpp"

namespace healthlake::testing {
namespace {

using detail::BeastEndpoint;
namespace ip = boost::asio::ip;

std::string const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

BeastEndpoint loopback(std::uint16_t port) { return {ip::address_v4::loopback(), port}; }
BeastEndpoint endpoint_of(std::string const& authority) {
  std::uint16_t port = 0;
  auto const* const digits = authority.data() + authority.rfind(':') + 1;
  std::from_chars(digits, authority.data() + authority.size(), port);
  return loopback(port);
}

// A resolver that knows one answer, and counts how often it was asked.
struct Names {
  std::vector<BeastEndpoint> addresses;
  std::size_t asked = 0;
  BeastOptions options() {
    BeastOptions options;
    options.resolver = [this](std::string const& host, std::string const& port) {
      CHECK(host == "healthlake.test");
      CHECK(port == "8080");
      ++asked;
      return addresses;
    };
    return options;
  }
};
HttpRequest const request = post_to("healthlake.test:8080");

}  // namespace

TEST_CASE_TEMPLATE("one good address is enough", T, HEALTHLAKE_BEAST_FORMS) {
  BlackHole const hole, other_hole;
  ClosedPort const closed;
  auto const hollow = loopback(hole.port()), deep = loopback(other_hole.port()), shut = endpoint_of(closed.authority());
  BeastEndpoint const v6_shut{ip::address_v6::loopback(), shut.port()};
  // RFC 3849: an address for documentation, which leads nowhere.
  BeastEndpoint const v6_nowhere{ip::make_address("2001:db8::1"), 80};
  for (auto const& others : std::vector<std::vector<BeastEndpoint>>{
           {}, {hollow}, {shut}, {v6_shut}, {v6_nowhere}, {hollow, shut, deep}, {v6_nowhere, v6_shut, shut, hollow}}) {
    CAPTURE(others.size());
    ScriptedPeer peer{{{ReadRequest{}, Write{ok}, ReadRequest{}, Write{ok}}}};
    Names names{.addresses = others};
    names.addresses.push_back(endpoint_of(peer.authority()));
    auto options = names.options();
    options.address_delay = milliseconds{5};
    T transport{options};
    // The second request finds the connection of the first.
    for (int i = 0; i < 2; ++i) {
      auto const reply = transport.send(request);
      REQUIRE_MESSAGE(reply.has_value(), reply.error().message);
      CHECK(reply->body == "ok");
    }
    CHECK(names.asked == 1);
    CHECK(peer.connections() == 1);
  }
}

TEST_CASE_TEMPLATE("every address has its share of the time to connect", T, HEALTHLAKE_BEAST_FORMS) {
  BlackHole const hole;
  ScriptedPeer peer{{answer(ok)}};
  Names names{.addresses = {loopback(hole.port()), endpoint_of(peer.authority())}};
  auto options = names.options();
  // Were the first address waited for that long, there would be no second.
  options.address_delay = std::chrono::hours{1};
  options.connect_timeout = std::chrono::milliseconds{400};
  CHECK(T{options}.send(request).has_value());
}

TEST_CASE_TEMPLATE("no good address: the last failure, or the end of the time", T, HEALTHLAKE_BEAST_FORMS) {
  ClosedPort const closed;
  auto const shut = endpoint_of(closed.authority());
  Names names{.addresses = {shut, shut, shut}};
  auto reply = T{names.options()}.send(request);
  check_failure(reply, TransportReason::connect_failed, false);
  CHECK(reply.error().message.find("3 addresses") != std::string::npos);

  names.addresses = {};
  check_failure(T{names.options()}.send(request), TransportReason::connect_failed, false);
  auto options = names.options();
  options.resolver = [](std::string const&, std::string const&) -> std::vector<BeastEndpoint> {
    throw std::runtime_error{"no such host"};
  };
  check_failure(T{options}.send(request), TransportReason::connect_failed, false);

  BlackHole const hole;
  names.addresses = {loopback(hole.port()), shut, loopback(hole.port())};
  options = names.options();
  options.connect_timeout = milliseconds{60};
  check_failure(T{options}.send(request), TransportReason::connect_timeout, false);
}

TEST_CASE("an io_context that ends while a connection is made drops what waits") {
  BlackHole const hole;
  Names names{.addresses = {loopback(hole.port()), loopback(hole.port())}};
  auto const watched = std::make_shared<int>();
  {
    boost::asio::io_context context;
    AsyncBeastTransport transport{context.get_executor(), names.options()};
    transport.async_send(request, [watched](HttpReply const&) { FAIL("it was called"); });
    while (names.asked == 0) context.poll_one();
    context.poll();
  }
  CHECK(watched.use_count() == 1);
}

TEST_CASE("addresses: the families take turns (RFC 8305, 4), and there is a most") {
  auto v6 = [](std::uint16_t port) { return BeastEndpoint{ip::address_v6::loopback(), port}; };
  auto v4 = [](std::uint16_t port) { return loopback(port); };
  CHECK(detail::in_turns({}).empty());
  CHECK(detail::in_turns({v6(1), v6(2), v6(3), v4(4)}) == std::vector{v6(1), v4(4), v6(2), v6(3)});
  CHECK(detail::in_turns({v4(1), v6(2), v6(3), v4(4)}) == std::vector{v4(1), v6(2), v4(4), v6(3)});
  CHECK(detail::in_turns(std::vector(1000, v4(1))).size() == max_beast_addresses);
}

}  // namespace healthlake::testing
