// Which bytes are a response and which are refused, as one table: every transport decides alike, whatever its HTTP
// stack would do by itself. Sections are those of RFC 9112 unless another RFC is named. docs/transports.md has the same
// decisions in words.
//
// Also here: responses that never end, and bytes behind a response that nobody asked for.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/http/transport.hpp"
#include "tests/support/scripted_peer.hpp"
#include "tests/support/tls/identity.hpp"
#include "tests/support/transport_contract.hpp"

namespace healthlake::testing {

// One answer of a server, after which it closes the connection in order.
struct FramingCase {
  std::string name;
  std::string bytes;
  // The status that the caller sees; 0 if the answer is refused for `reason`.
  int status = 0;
  std::string body{};
  TransportReason reason = TransportReason::not_http;
  std::string method = "POST";
};

inline FramingCase taken(std::string name, std::string bytes, std::string body, int status = 200) {
  return {.name = std::move(name), .bytes = std::move(bytes), .status = status, .body = std::move(body)};
}
inline FramingCase refused(std::string name, std::string bytes, TransportReason reason = TransportReason::not_http) {
  return {.name = std::move(name), .bytes = std::move(bytes), .reason = reason};
}
inline FramingCase to_head(FramingCase other) {
  other.method = "HEAD";
  return other;
}

// Literals with NUL in them.
template <std::size_t N>
std::string with_nul(char const (&text)[N]) {
  return {text, N - 1};
}

inline std::vector<FramingCase> status_line_cases() {
  std::string const two = "\r\nContent-Length: 2\r\n\r\nok";
  return {
      taken("a reason phrase", "HTTP/1.1 200 OK" + two, "ok"),
      taken("no reason phrase, with the blank (4)", "HTTP/1.1 200 " + two, "ok"),
      taken("no reason phrase, without the blank", "HTTP/1.1 200" + two, "ok"),
      taken("a reason phrase of obs-text (4)", "HTTP/1.1 200 \xe9t\xe9\t!" + two, "ok"),
      taken("a status that nobody knows (RFC 9110, 15)", "HTTP/1.1 299 Well" + two, "ok", 299),
      taken("a status above 599", "HTTP/1.1 799 Odd" + two, "ok", 799),
      taken("HTTP/1.0 with a length", "HTTP/1.0 200 OK" + two, "ok"),
      taken("HTTP/1.0 without one", "HTTP/1.0 200 OK\r\n\r\nok", "ok"),
      refused("HTTP/0.9", "ok"),
      refused("HTTP/2.0", "HTTP/2.0 200 OK" + two),
      refused("HTTP/2", "HTTP/2 200" + two),
      refused("HTTP/1.2", "HTTP/1.2 200 OK" + two),
      refused("HTTP/1", "HTTP/1 200 OK" + two),
      refused("HTTP/1.10", "HTTP/1.10 200 OK" + two),
      refused("http/1.1", "http/1.1 200 OK" + two),
      refused("another name", "ICY 200 OK" + two),
      refused("another name, and no line end", "ICY 200 OK"),
      refused("a blank before the status line", " HTTP/1.1 200 OK" + two),
      refused("two blanks before the status", "HTTP/1.1  200 OK" + two),
      refused("a tab before the status", "HTTP/1.1\t200 OK" + two),
      refused("two digits", "HTTP/1.1 20 OK" + two),
      refused("four digits", "HTTP/1.1 2000 OK" + two),
      refused("a signed status", "HTTP/1.1 +20 OK" + two),
      refused("a status with a letter", "HTTP/1.1 2x0 OK" + two),
      refused("a status below 100", "HTTP/1.1 099 Low" + two),
      refused("no status", "HTTP/1.1" + two),
      refused("no status but the blank", "HTTP/1.1 " + two),
      refused("text right behind the status", "HTTP/1.1 200-OK" + two),
      refused("NUL in the reason phrase", with_nul("HTTP/1.1 200 O\0K") + two),
      refused("an escape in the reason phrase", "HTTP/1.1 200 \x1b[2J" + two),
      refused("an empty line before the status line", "\r\nHTTP/1.1 200 OK" + two),
      refused("a bare LF before the status line", "\nHTTP/1.1 200 OK" + two),
      refused("101 that nobody asked for (RFC 9110, 15.2.2)", "HTTP/1.1 101 Up\r\nUpgrade: x\r\n\r\n"),
      taken("interim responses first (RFC 9110, 15.2)",
            "HTTP/1.1 100\r\n\r\nHTTP/1.1 103 Hints\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK" + two, "ok"),
      refused("a bad status line after an interim response", "HTTP/1.1 100 Continue\r\n\r\nHTTP/2.0 200 OK" + two),
  };
}

// What a response says about the connection does not change where a body without a length ends (RFC 9112, 6.3).
inline std::vector<FramingCase> persistence_cases() {
  std::vector<FramingCase> cases;
  for (std::string const version : {"HTTP/1.0", "HTTP/1.1"})
    for (std::string const fields :
         {"", "Connection: keep-alive\r\n", "Connection: close\r\n",
          "connection: Keep-Alive\r\nKeep-Alive: timeout=5\r\n", "Connection: close\r\nConnection: keep-alive\r\n",
          "Connection: keep-alive, close\r\n", "Proxy-Connection: keep-alive\r\n", "Connection: upgrade\r\n"})
      for (std::string const interim : {"", "HTTP/1.1 103 Hints\r\nContent-Length: 1\r\n\r\n"})
        for (int const status : {200, 600}) {
          std::string const code = std::to_string(status);
          std::string const name = interim.substr(0, 12) + " " + version + " " + code + " " + fields;
          cases.push_back(taken(name + "and no length",
                                interim + version + " " + code + " X\r\n" + fields + "\r\nsome bytes", "some bytes",
                                status));
          cases.push_back(
              taken(name + "and no body", interim + version + " " + code + " X\r\n" + fields + "\r\n", "", status));
          cases.push_back(taken(name + "and a length",
                                interim + version + " " + code + " X\r\n" + fields + "Content-Length: 2\r\n\r\nok",
                                "ok", status));
        }
  return cases;
}

inline std::vector<FramingCase> line_cases() {
  std::string const ok = "HTTP/1.1 200 OK\r\n", end = "Content-Length: 2\r\n\r\nok";
  return {
      refused("a bare LF ends the status line (2.2)", "HTTP/1.1 200 OK\n" + end),
      refused("a bare LF ends a field line", ok + "A: b\n" + end),
      refused("a bare LF ends the last field line", ok + "Content-Length: 2\n\r\nok"),
      refused("a bare LF is the empty line", ok + "Content-Length: 2\r\n\nok"),
      refused("all line ends are bare LF", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
      refused("a bare CR in a field line (2.2)", ok + "A: b\rC: d\r\n" + end),
      refused("CR CR LF", ok + "A: b\r\r\n" + end),
      refused("NUL in a value (RFC 9110, 5.5)", ok + with_nul("A: b\0c\r\n") + end),
      refused("NUL in a name", ok + with_nul("A\0: b\r\n") + end),
      refused("an escape in a value", ok + "A: \x1b[2J\r\n" + end),
      refused("DEL in a value", ok + "A: \x7f\r\n" + end),
      taken("obs-text and tabs in a value", ok + "A:\t\xe9\tb \r\n" + end, "ok"),
      refused("a line without a colon", ok + "nonsense\r\n" + end),
      refused("an empty name", ok + ": b\r\n" + end),
      refused("a blank before the colon (5.1)", ok + "A : b\r\n" + end),
      refused("a blank before the colon of a length", ok + "Content-Length : 2\r\n\r\nok"),
      refused("a blank in a name", ok + "A B: c\r\n" + end),
      refused("obs-text in a name", ok + "\xc3\xa9: c\r\n" + end),
      taken("a folded value (5.2)", ok + "A: b\r\n c\r\n\td\r\n" + end, "ok"),
      refused("a fold of nothing", ok + " A: b\r\n" + end),
      refused("a folded length", ok + "Content-Length:\r\n 2\r\n\r\nok"),
      refused("a length with more on the next line", ok + "Content-Length: 2\r\n 0\r\n\r\nok"),
      refused("a folded Transfer-Encoding", ok + "Transfer-Encoding:\r\n chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
  };
}

inline std::vector<FramingCase> length_cases() {
  using enum TransportReason;
  std::string const ok = "HTTP/1.1 200 OK\r\n", chunks = "2\r\nok\r\n0\r\n\r\n";
  auto length = [&](std::string const& value) { return ok + "Content-Length: " + value + "\r\n\r\nok"; };
  auto coding = [&](std::string const& value) { return ok + "Transfer-Encoding: " + value + "\r\n\r\n" + chunks; };
  return {
      taken("a length", length("2"), "ok"),
      taken("a length with zeros before it", length("0002"), "ok"),
      taken("the same length on two lines (6.3)", ok + "Content-Length: 2\r\ncontent-length: 2\r\n\r\nok", "ok"),
      taken("the same length twice on one line (6.3)", length("2, 2"), "ok"),
      taken("no length: until the connection ends", ok + "\r\nok", "ok"),
      refused("two lengths on two lines (6.3)", ok + "Content-Length: 2\r\nContent-Length: 1\r\n\r\nok"),
      refused("two lengths on one line", length("2, 1")),
      refused("a length and nothing", length("2,")),
      refused("a length and a word", length("2, x")),
      refused("a signed length", length("+2")),
      refused("a negative length", length("-2")),
      refused("an empty length", length("")),
      refused("a hexadecimal length", length("0x2")),
      refused("a length with a fraction", length("2.0")),
      refused("a length with a unit", length("2 bytes")),
      refused("two numbers", length("2 2")),
      refused("a length above the limit", length("16777217"), response_too_large),
      refused("a length above 64 bits", length("18446744073709551618"), response_too_large),
      refused("two lengths above 64 bits", length("18446744073709551618, 18446744073709551619"), not_http),
      taken("chunked", coding("chunked"), "ok"),
      taken("Chunked (7)", coding("Chunked"), "ok"),
      refused("Content-Length, then Transfer-Encoding (6.3)",
              ok + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks),
      refused("Transfer-Encoding, then Content-Length",
              ok + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n" + chunks),
      refused("an unknown coding (6.1)", coding("rot13")),
      refused("a coding that was not asked for (6.1)", coding("gzip, chunked")),
      refused("gzip alone", coding("gzip")),
      refused("identity, which RFC 7230 removed", coding("identity")),
      refused("chunked, not last", coding("chunked, gzip")),
      refused("chunked twice (6.1)", coding("chunked, chunked")),
      refused("chunked on two lines", ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks),
      refused("chunked with a parameter", coding("chunked;q=1")),
      refused("an empty coding", coding("")),
      refused("almost chunked", coding("xchunked")),
      refused("chunked in HTTP/1.0 (6.1)", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks),
      taken("204 with a length has no body (6.3)", "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n", "", 204),
      taken("204 with a coding has no body", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", "", 204),
      taken("304 with a length has no body", "HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n", "", 304),
      refused("204 with two lengths", "HTTP/1.1 204 No Content\r\nContent-Length: 2, 1\r\n\r\n"),
      to_head(taken("HEAD with a length", ok + "Content-Length: 2\r\n\r\n", "")),
      to_head(taken("HEAD with a length above the limit", ok + "Content-Length: 99999999999\r\n\r\n", "")),
      to_head(taken("HEAD with chunked", ok + "Transfer-Encoding: chunked\r\n\r\n", "")),
      to_head(refused("HEAD with two lengths", ok + "Content-Length: 2, 1\r\n\r\n")),
      refused("a wrong length, then the end of the connection", ok + "Content-Length: -2\r\n"),
      refused("two lengths, then the end", ok + "Content-Length: 2\r\nContent-Length: 3\r\n"),
      refused("an unknown coding, then the end", ok + "Transfer-Encoding: rot13\r\nok"),
      refused("a length in an interim response that is none",
              "HTTP/1.1 103 Hints\r\nContent-Length: x\r\n\r\n" + ok + "Content-Length: 2\r\n\r\nok"),
      refused("a body cut short", ok + "Content-Length: 3\r\n\r\nok", connection_lost),
  };
}

inline std::vector<FramingCase> chunk_cases() {
  using enum TransportReason;
  std::string const ok = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string const last = "0\r\n\r\n";
  std::string const letters = "abcdefghijklmnopqrstuvwxyz";
  return {
      taken("no chunk", ok + last, ""),
      taken("hexadecimal, either case (7.1)", ok + "a\r\n0123456789\r\n1A\r\n" + letters + "\r\n" + last,
            "0123456789" + letters),
      taken("a size with zeros before it", ok + "0002\r\nok\r\n000\r\n\r\n", "ok"),
      taken("extensions (7.1.1)", ok + "2;a;b=c ; d=\"e f\"\r\nok\r\n0;z\r\n\r\n", "ok"),
      taken("blanks behind a size", ok + "2 \t\r\nok\r\n" + last, "ok"),
      taken("a trailer is dropped (7.1.2)", ok + "2\r\nok\r\n0\r\nA: b\r\nC: d\r\n e\r\n\r\n", "ok"),
      taken("a length in a trailer is dropped, too", ok + "2\r\nok\r\n0\r\nContent-Length: 5\r\n\r\n", "ok"),
      refused("a size that is none", ok + "zz\r\nok\r\n" + last),
      refused("an empty size", ok + "\r\nok\r\n" + last),
      refused("an extension without a size", ok + ";a\r\nok\r\n" + last),
      refused("a signed size", ok + "+2\r\nok\r\n" + last),
      refused("a negative size", ok + "-2\r\nok\r\n" + last),
      refused("a size with a prefix", ok + "0x2\r\nok\r\n" + last),
      refused("a blank before a size", ok + " 2\r\nok\r\n" + last),
      refused("text behind a size", ok + "2 2\r\nok\r\n" + last),
      refused("a size above 64 bits", ok + "10000000000000002\r\nok\r\n" + last, response_too_large),
      refused("a size above the limit", ok + "1000001\r\nok\r\n" + last, response_too_large),
      refused("a bare LF ends a size", ok + "2\nok\r\n" + last),
      refused("a bare LF ends an extension", ok + "2;a\nok\r\n" + last),
      refused("a bare CR in an extension", ok + "2;a\rb\r\nok\r\n" + last),
      refused("NUL in an extension", ok + with_nul("2;a\0\r\nok\r\n") + last),
      refused("a bare LF ends a chunk", ok + "2\r\nok\n" + last),
      refused("a chunk longer than its size", ok + "2\r\nokay\r\n" + last),
      refused("a chunk shorter than its size", ok + "5\r\nok\r\n" + last),
      refused("a trailer line without a colon", ok + "2\r\nok\r\n0\r\nnonsense\r\n\r\n"),
      refused("a bare LF ends a trailer line", ok + "2\r\nok\r\n0\r\nA: b\n\r\n"),
      refused("a bare LF ends the trailer", ok + "2\r\nok\r\n0\r\n\n"),
      refused("CR CR LF ends a trailer line", ok + "2\r\nok\r\n0\r\nA: b\r\r\n\r\n"),
      refused("CR CR LF ends the trailer", ok + "2\r\nok\r\n0\r\n\r\r\n"),
      refused("a bare CR in a trailer line, then the end", ok + "2\r\nok\r\n0\r\nA: b\rc"),
      refused("the end in a chunk", ok + "5\r\nok", connection_lost),
      refused("the end before the last chunk", ok + "2\r\nok\r\n", connection_lost),
      refused("the end before the last line", ok + "2\r\nok\r\n0\r\n", connection_lost),
      refused("the end in the trailer", ok + "2\r\nok\r\n0\r\nA: b\r\n", connection_lost),
  };
}

template <class T>
void check_framing(std::vector<FramingCase> const& cases) {
  for (auto const& each : cases) {
    CAPTURE(each.name);
    // The second script is for a transport that sends again by itself, which none may.
    ScriptedPeer peer{{answer(each.bytes), answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}};
    auto request = post_to(peer.authority(), each.method == "HEAD" ? "" : "{}");
    request.method = each.method;
    auto const reply = T{}.send(request);
    if (each.status == 0) {
      CHECK_FALSE(reply.has_value());
      if (!reply) check_failure(reply, each.reason, true);
    } else {
      CHECK_MESSAGE(reply.has_value(), (reply ? "" : reply.error().message));
      if (reply) CHECK(reply->status == each.status);
      if (reply) CHECK(reply->body == each.body);
    }
    CHECK(peer.connections() == 1);
  }
}

TEST_CASE_TEMPLATE_DEFINE("framing: status lines", T, framing_status) { check_framing<T>(status_line_cases()); }
TEST_CASE_TEMPLATE_DEFINE("framing: fields about the connection", T, framing_persistence) {
  check_framing<T>(persistence_cases());
}
TEST_CASE_TEMPLATE_DEFINE("framing: line ends and field lines", T, framing_lines) { check_framing<T>(line_cases()); }
TEST_CASE_TEMPLATE_DEFINE("framing: where a body ends", T, framing_lengths) { check_framing<T>(length_cases()); }
TEST_CASE_TEMPLATE_DEFINE("framing: chunks and trailers", T, framing_chunks) { check_framing<T>(chunk_cases()); }

// With the default limits: whatever stands around the body counts as header, and 64 KiB of that are the most.
TEST_CASE_TEMPLATE_DEFINE("framing: what never ends is too large", T, framing_endless) {
  struct Case {
    std::string name, begun, forever;
  };
  std::string const ok = "HTTP/1.1 200 OK\r\n", chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
  std::string const many(4096, 'a'), zeros(4096, '0');
  for (auto const& each :
       std::vector<Case>{{"a status line", "HTTP/1.1 200 ", many},
                         {"a field name", ok, many},
                         {"a field value", ok + "A: ", many},
                         {"field lines", ok, "A: " + many + "\r\n"},
                         {"short field lines", ok, "A:\r\nB:\r\nC:\r\nD:\r\nE:\r\nF:\r\nG:\r\nH:\r\n"},
                         {"a fold", ok + "A: b\r\n", " " + many + "\r\n"},
                         {"blanks in a fold", ok + "A: b\r\n", " \r\n \r\n \r\n \r\n \r\n \r\n \r\n"},
                         {"interim responses", "", "HTTP/1.1 100 Continue\r\n\r\n"},
                         {"an interim response", "HTTP/1.1 103 Early Hints\r\n", "A: " + many + "\r\n"},
                         {"a chunk extension", chunked + "1;", many},
                         {"blanks behind a chunk size", chunked + "1", std::string(4096, ' ')},
                         {"zeros of a chunk size", chunked, zeros},
                         {"zeros of a last chunk", chunked + "1\r\na\r\n", zeros},
                         {"extensions of many chunks", chunked, "1;" + many + "\r\na\r\n"},
                         {"zeros of many chunks", chunked, zeros + "1\r\na\r\n"},
                         {"an extension of the last chunk", chunked + "0;", many},
                         {"a trailer name", chunked + "0\r\n", many},
                         {"a trailer line", chunked + "0\r\nA: ", many},
                         {"trailer lines", chunked + "1\r\na\r\n0\r\n", "A: " + many + "\r\n"},
                         {"a fold in a trailer", chunked + "0\r\nA: b\r\n", " " + many + "\r\n"}}) {
    CAPTURE(each.name);
    ScriptedPeer peer{{{ReadRequest{}, Write{each.begun}, WriteForever{each.forever}}}};
    typename T::Options options;
    options.timeout = std::chrono::seconds{20};
    check_failure(T{options}.send(post_to(peer.authority())), TransportReason::response_too_large, true);
    CHECK(peer.wait_until_closed(1));
  }
}

// Tiny chunks are not an attack: what a chunk needs does not count.
TEST_CASE_TEMPLATE_DEFINE("framing: a body may come in very many chunks", T, framing_many_chunks) {
  std::string bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 50'000; ++i) bytes += "1\r\nx\r\n";
  ScriptedPeer peer{{answer(bytes + "0\r\n\r\n")}};
  auto const reply = T{}.send(post_to(peer.authority()));
  REQUIRE(reply.has_value());
  CHECK((reply->body == std::string(50'000, 'x')));
}

}  // namespace healthlake::testing

// For a .cpp file in namespace healthlake::testing.
#define HEALTHLAKE_FRAMING_CONTRACT(TRANSPORT)               \
  TEST_CASE_TEMPLATE_INVOKE(framing_status, TRANSPORT);      \
  TEST_CASE_TEMPLATE_INVOKE(framing_persistence, TRANSPORT); \
  TEST_CASE_TEMPLATE_INVOKE(framing_lines, TRANSPORT);       \
  TEST_CASE_TEMPLATE_INVOKE(framing_lengths, TRANSPORT);     \
  TEST_CASE_TEMPLATE_INVOKE(framing_chunks, TRANSPORT);      \
  TEST_CASE_TEMPLATE_INVOKE(framing_endless, TRANSPORT);     \
  TEST_CASE_TEMPLATE_INVOKE(framing_many_chunks, TRANSPORT)
