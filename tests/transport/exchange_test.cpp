// The invariants: the pieces in which bytes are written and read do not matter; every row of the framing table gives
// the reply that the adapters give; a reply says that nothing reached the server only if nothing was written; a
// connection is offered for reuse only if both messages are complete and nothing follows them.
#include "healthlake/transport/exchange.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "tests/support/transport_framing.hpp"

namespace healthlake::testing {
namespace {

HttpRequest post() {
  return {.method = "POST",
          .scheme = "http",
          .authority = "127.0.0.1:8080",
          .target = "/",
          .headers = {{"A", "b"}},
          .body = "the body"};
}

// Writes the request in pieces of this size.
std::string written(HttpExchange& exchange, std::size_t size) {
  std::string bytes;
  while (!exchange.to_write().empty()) {
    auto const piece = exchange.to_write().substr(0, size);
    bytes += piece;
    exchange.wrote(piece.size());
  }
  return bytes;
}

HttpExchange sent() {
  HttpExchange exchange{post()};
  written(exchange, 1'000);
  return exchange;
}

constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

}  // namespace

TEST_CASE("exchange: the request on the wire, in pieces of any size") {
  std::string const expected =
      "POST / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: " + std::string{default_user_agent} +
      "\r\nContent-Length: 8\r\nA: b\r\n\r\nthe body";
  for (std::size_t size = 1; size <= expected.size(); ++size) {
    HttpExchange exchange{post()};
    CHECK(written(exchange, size) == expected);
    CHECK_FALSE(exchange.done());
  }
  HttpExchange exchange{post()};
  exchange.wrote(1'000'000);
  CHECK(exchange.to_write().empty());
}

TEST_CASE("exchange: every row of the framing table, in pieces of any size") {
  for (auto const& table : {status_line_cases(), persistence_cases(), line_cases(), length_cases(), chunk_cases()})
    for (auto const& each : table)
      for (std::size_t size : {std::size_t{1}, std::size_t{7}, (std::max)(each.bytes.size(), std::size_t{1})}) {
        CAPTURE(each.name);
        HttpExchange exchange{{.method = each.method, .scheme = "http", .authority = "a", .target = "/"}};
        written(exchange, 1'000);
        for (std::size_t at = 0; at < each.bytes.size() && !exchange.done(); at += size)
          exchange.read(std::string_view{each.bytes}.substr(at, size));
        exchange.closed();
        REQUIRE(exchange.done());
        auto const reply = exchange.reply();
        REQUIRE(reply.has_value() == (each.status != 0));
        if (reply) {
          CHECK(reply->status == each.status);
          CHECK(reply->body == each.body);
        } else {
          CHECK(reply.error().reason == each.reason);
          CHECK(reply.error().may_have_reached_server);
          CHECK_FALSE(exchange.reusable());
        }
      }
}

TEST_CASE("exchange: when a connection can be used again") {
  auto exchange = sent();
  CHECK_FALSE(exchange.reusable());
  exchange.read(ok);
  CHECK(exchange.reusable());
  CHECK(exchange.reply()->body == "hi");

  for (std::string_view const closing : {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                                         "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
    auto last = sent();
    last.read(closing);
    CHECK(last.done());
    CHECK_FALSE(last.reusable());
  }
  auto more = sent();
  more.read(std::string{ok} + "H");
  CHECK(more.done());
  CHECK_FALSE(more.reusable());
  auto later = sent();
  later.read(ok);
  later.read("H");
  CHECK_FALSE(later.reusable());
}

TEST_CASE("exchange: a response before the whole request was written") {
  HttpExchange exchange{post()};
  exchange.wrote(20);
  exchange.read("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
  CHECK(exchange.done());
  CHECK(exchange.to_write().empty());
  CHECK_FALSE(exchange.reusable());
  CHECK(exchange.reply()->status == 413);
}

TEST_CASE(
    "exchange: a refusal that ends with the connection is the reply, though the request was not read as a whole") {
  struct Case {
    std::size_t wrote;
    char const* response;
    int if_closed;  // the status of the reply; 0: connection_lost
    int if_reset;
  };
  constexpr std::size_t all = 1'000;
  for (Case const& test : {
           Case{20, "HTTP/1.1 413 Too Large\r\nConnection: close\r\n\r\nlarge", 413, 413},
           Case{20, "HTTP/1.1 400 Bad Request\r\n\r\nlarge", 400, 400},
           Case{20, "HTTP/1.1 399 Odd\r\n\r\nlarge", 399, 0},
           Case{20, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nlarge", 200, 0},
           Case{20, "HTTP/1.1 413 Too Large\r\nContent-Length: 6\r\n\r\nlarge", 0, 0},
           Case{20, "HTTP/1.1 413 Too Large\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nlarge\r\n", 0, 0},
           Case{20, "HTTP/1.1 413 Too Large\r\nConnection: clo", 0, 0},
           Case{all, "HTTP/1.1 200 OK\r\n\r\nlarge", 200, 0},
           Case{all, "HTTP/1.1 413 Too Large\r\n\r\nlarge", 413, 0},
       })
    for (bool const reset : {false, true}) {
      CAPTURE(test.response);
      CAPTURE(reset);
      HttpExchange exchange{post()};
      exchange.wrote(test.wrote);
      exchange.read(test.response);
      if (reset) exchange.fail(TransportReason::connection_lost, "reset");
      else exchange.closed();
      CHECK(exchange.done());
      CHECK_FALSE(exchange.reusable());
      auto const reply = exchange.reply();
      int const status = reset ? test.if_reset : test.if_closed;
      REQUIRE(reply.has_value() == (status != 0));
      if (reply) CHECK((reply->status == status && reply->body == "large"));
      else CHECK(reply.error().reason == TransportReason::connection_lost);
    }
  HttpExchange late{post()};
  late.wrote(20);
  late.read("HTTP/1.1 413 Too Large\r\n\r\nlarge");
  late.fail(TransportReason::read_timeout, "no response in time");
  CHECK(late.reply().error().reason == TransportReason::read_timeout);
  HttpExchange early{post()};
  early.wrote(20);
  early.read("HTTP/1.1 413 Too Large\r\n\r\nlar");
  CHECK_FALSE(early.reply());
}

TEST_CASE("exchange: whether a failed request may have reached the server") {
  HttpExchange unwritten{post()};
  unwritten.fail(TransportReason::connect_timeout, "no connection in time");
  CHECK(unwritten.done());
  CHECK(unwritten.to_write().empty());
  CHECK(unwritten.reply().error() == TransportError{TransportReason::connect_timeout, "no connection in time", false});

  HttpExchange begun{post()};
  begun.wrote(1);
  begun.fail(TransportReason::read_timeout, "no response in time");
  CHECK(begun.reply().error() == TransportError{TransportReason::read_timeout, "no response in time", true});
}

TEST_CASE("exchange: what comes after its end does not change the reply") {
  auto complete = sent();
  complete.read(ok);
  complete.fail(TransportReason::connection_lost, "reset");
  complete.closed();
  CHECK(complete.reply()->status == 200);

  auto failed = sent();
  failed.fail(TransportReason::cancelled, "stop");
  failed.read(ok);
  failed.closed();
  failed.fail(TransportReason::read_timeout, "late");
  CHECK(failed.reply().error().reason == TransportReason::cancelled);
}

TEST_CASE("exchange: a reply that is asked for too early is a lost connection") {
  auto exchange = sent();
  exchange.read("HTTP/1.1 200");
  auto const reply = exchange.reply();
  REQUIRE_FALSE(reply);
  CHECK(reply.error().reason == TransportReason::connection_lost);
  CHECK(exchange.done());
}

TEST_CASE("exchange: a request that cannot be sent is never written") {
  for (std::string_view const target : {"", "no-slash", "/a b", "/#"}) {
    auto request = post();
    request.target = target;
    HttpExchange exchange{request};
    CHECK(exchange.done());
    CHECK(exchange.to_write().empty());
    exchange.read(ok);
    auto const reply = exchange.reply();
    REQUIRE_FALSE(reply);
    CHECK(reply.error().reason == TransportReason::not_http);
    CHECK_FALSE(reply.error().may_have_reached_server);
  }
}

TEST_CASE("exchange: its limits are those of the response") {
  for (std::size_t const size : {std::size_t{9}, std::size_t{10}, std::size_t{11}}) {
    HttpExchange exchange{post(), {.max_response_bytes = 10}};
    exchange.wrote(1);
    exchange.read("HTTP/1.1 200 OK\r\n\r\n" + std::string(size, 'x'));
    exchange.closed();
    CHECK(exchange.reply().has_value() == (size <= 10));
  }
  HttpExchange exchange{post(), {.max_header_bytes = 64}};
  exchange.wrote(1);
  CHECK_FALSE(exchange.failed());
  exchange.read("HTTP/1.1 200 OK\r\nA: " + std::string(64, 'x'));
  CHECK(exchange.failed());
  CHECK(exchange.reply().error().reason == TransportReason::response_too_large);
}

// What a server sends on an idle connection is nobody's answer, and a request of which nothing was written did not
// reach anyone.
TEST_CASE("exchange: bytes or an end before the request are no response to it") {
  for (std::string const& bytes :
       {std::string{ok}, std::string{"HTTP/1.1 408 Request Timeout\r\n\r\n"}, std::string{}}) {
    CAPTURE(bytes);
    HttpExchange exchange{post()};
    if (bytes.empty()) exchange.closed();
    else exchange.read(bytes);
    CHECK(exchange.done());
    CHECK_FALSE(exchange.reusable());
    auto const reply = exchange.reply();
    REQUIRE_FALSE(reply);
    CHECK(reply.error().reason == TransportReason::connection_lost);
    CHECK_FALSE(reply.error().may_have_reached_server);
  }
}

}  // namespace healthlake::testing
