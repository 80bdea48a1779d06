// A response is read the same in whatever pieces its bytes come, by the rules of tests/support/transport_framing.hpp;
// what follows it is left alone.
#include "healthlake/transport/response_reader.hpp"

#include "tests/support/transport_framing.hpp"

namespace healthlake::testing {
namespace {
constexpr detail::ResponseLimits limits{.body = std::size_t{16} << 20, .header = 64 * 1024};

detail::ResponseReader read_in_pieces(FramingCase const& each, std::size_t size) {
  detail::ResponseReader reader{limits, {.to_head = each.method == "HEAD"}};
  for (std::size_t at = 0; at < each.bytes.size(); at += size) {
    auto part = std::string_view{each.bytes}.substr(at, size);
    reader.feed(part);
    if (reader.done() || reader.fault()) return reader;
  }
  reader.end(true);
  return reader;
}
}  // namespace

TEST_CASE("every row of the framing table, in pieces of every size") {
  for (auto const& table : {status_line_cases(), persistence_cases(), line_cases(), length_cases(), chunk_cases()})
    for (auto const& each : table)
      for (std::size_t size = 1; size <= each.bytes.size(); ++size) {
        CAPTURE(each.name);
        CAPTURE(size);
        auto reader = read_in_pieces(each, size);
        REQUIRE(reader.done() == (each.status != 0));
        if (each.status != 0) {
          auto const response = reader.take();
          CHECK(response.status == each.status);
          CHECK(response.body == each.body);
        } else {
          REQUIRE(reader.fault());
          CHECK(reader.fault()->reason == each.reason);
          CHECK_FALSE(reader.fault()->message.empty());
        }
      }
}

TEST_CASE("whatever comes, its pieces do not matter: every row with every byte replaced") {
  for (auto const& table : {status_line_cases(), persistence_cases(), line_cases(), length_cases(), chunk_cases()})
    for (auto each : table)
      for (std::size_t at = 0; at < each.bytes.size(); ++at) {
        char const before = each.bytes[at];
        for (char const put : {'\0', '\r', '\n', ' ', ':', ',', '0', '9', 'f', '\xff'}) {
          each.bytes[at] = put;
          auto whole = read_in_pieces(each, each.bytes.size()), pieces = read_in_pieces(each, 1);
          bool same = whole.done() == pieces.done() && whole.fault() == pieces.fault();
          if (same && whole.done()) same = whole.take() == pieces.take();
          if (!same) FAIL_CHECK(each.name, ", byte ", at, ": ", static_cast<int>(put));
        }
        each.bytes[at] = before;
      }
}

TEST_CASE("what follows a response is not consumed, and nothing follows a response that ends with the connection") {
  for (std::string const head : {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 204 No Content\r\n\r\n",
                                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nA: b\r\n\r\n"}) {
    std::string const bytes = head + "HTTP/1.1 500 Forged\r\n\r\n";
    std::string_view left = bytes;
    detail::ResponseReader reader{limits, {}};
    reader.feed(left);
    CHECK(reader.done());
    CHECK(reader.keeps_alive());
    CHECK(left == "HTTP/1.1 500 Forged\r\n\r\n");
  }
  detail::ResponseReader reader{limits, {}};
  std::string_view bytes = "HTTP/1.1 200 OK\r\n\r\nok";
  reader.feed(bytes);
  CHECK(bytes.empty());
  CHECK_FALSE(reader.done());
  CHECK_FALSE(reader.keeps_alive());
  reader.end(false);
  REQUIRE(reader.fault());
  CHECK(reader.fault()->reason == TransportReason::connection_lost);
}

TEST_CASE("when a connection outlives its response (RFC 9112, 9.3)") {
  struct Case {
    std::string head;
    bool kept;
  };
  for (auto const& each :
       std::vector<Case>{{"HTTP/1.1 200 OK\r\n", true},
                         {"HTTP/1.1 200 OK\r\nConnection: close\r\n", false},
                         {"HTTP/1.1 200 OK\r\nconnection: x , Close\r\n", false},
                         {"HTTP/1.1 200 OK\r\nConnection: x\r\nConnection: close\r\n", false},
                         {"HTTP/1.1 200 OK\r\nConnection: keep-alive, close\r\n", false},
                         {"HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\nHTTP/1.1 200\r\n", true},
                         {"HTTP/1.0 200 OK\r\n", false},
                         {"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n", true}}) {
    CAPTURE(each.head);
    std::string const bytes = each.head + "Content-Length: 0\r\n\r\n";
    std::string_view left = bytes;
    detail::ResponseReader reader{limits, {}};
    reader.feed(left);
    REQUIRE(reader.done());
    CHECK(reader.keeps_alive() == each.kept);
  }
}

TEST_CASE("the limits are met to the byte") {
  std::string const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string const bytes = head + "00004;ab\r\nbody\r\n000\r\nA: b\r\n\r\n";
  // Four zeros, an extension, two zeros, a trailer and its empty line.
  std::size_t const header = head.size() + 4 + 3 + 2 + 8;
  auto read = [&](detail::ResponseLimits most) {
    detail::ResponseReader reader{most, {}};
    std::string_view left = bytes;
    reader.feed(left);
    return reader;
  };
  CHECK(read({.body = 4, .header = header}).done());
  for (auto const most :
       {detail::ResponseLimits{.body = 4, .header = header - 1}, detail::ResponseLimits{.body = 3, .header = header},
        detail::ResponseLimits{.body = 4, .header = head.size() - 1}, detail::ResponseLimits{}}) {
    auto const reader = read(most);
    REQUIRE(reader.fault());
    CHECK(reader.fault()->reason == TransportReason::response_too_large);
  }
}

}  // namespace healthlake::testing
