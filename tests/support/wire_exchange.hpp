// What a transport makes of any bytes in any pieces, compared with the parser that all adapters share: for the fuzz
// targets of the transports and the differential test. Invariants, for each input:
// - the exchange ends by its deadline, on one connection, and sends the request once;
// - a response that transport/response_reader.hpp accepts is returned unchanged: status, field lines and body;
// - one that it does not accept is an error, for the same reason, that has a message;
// - whatever came after the response, the next exchange gets its own answer.
// What libcurl decides by itself is listed in `libcurl_decides` and in docs/transports.md.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/transport/response_reader.hpp"
#include "tests/support/stepped_peer.hpp"

namespace healthlake::testing {

// An input: a line of flags, then the bytes of the server. The flags: `c` the connection is then closed in order, `r`
// reset, otherwise it stays open; `h` the request is HEAD, `l` it has a large body, `e` the server does not wait for
// it; each digit is the size of the next piece, and `*` that of a larger one; without any, there is one piece.
struct WireCase {
  explicit WireCase(std::string_view input) {
    std::size_t const line = (std::min)(input.find('\n'), input.size());
    flags = input.substr(0, line);
    bytes = input.substr((std::min)(line + 1, input.size()));
    script.end = has('c') ? ScriptEnd::close : has('r') ? ScriptEnd::reset : ScriptEnd::open;
    script.early = has('e');
    std::string_view rest = bytes;
    for (char const flag : flags) {
      std::size_t const size = flag == '*' ? 100 : detail::is_digit(flag) ? static_cast<std::size_t>(flag - '0') : 0;
      if (size == 0 || rest.empty()) continue;
      script.pieces.emplace_back(rest.substr(0, size));
      rest.remove_prefix((std::min)(size, rest.size()));
    }
    if (!rest.empty()) script.pieces.emplace_back(rest);
  }

  [[nodiscard]] bool has(char flag) const { return flags.find(flag) != std::string_view::npos; }
  // Whether the connection may end before the request is written, so that the end of the exchange depends on the
  // moment.
  [[nodiscard]] bool races() const { return has('l') || (has('e') && script.end != ScriptEnd::open); }

  [[nodiscard]] HttpRequest request(std::string authority) const {
    HttpRequest request{
        .scheme = "http", .authority = std::move(authority), .body = has('l') ? std::string(100'000, 'x') : "{}"};
    if (!has('h')) return request;
    request.method = "HEAD";
    request.body.clear();
    return request;
  }

  std::string_view flags;
  std::string_view bytes;
  SteppedScript script{};
};

// The time of an exchange that does not wait for more.
inline constexpr std::chrono::seconds wire_timeout{10};
inline constexpr detail::ResponseLimits wire_limits{.body = 4096, .header = 1024};

// Feeds complete lines up to the end of the header; returns the rest.
inline std::string_view feed_header(detail::ResponseReader& reader, std::string_view bytes) {
  while (!reader.has_head() && !reader.fault() && bytes.find('\n') != std::string_view::npos) {
    std::string_view line = bytes.substr(0, bytes.find('\n') + 1);
    bytes.remove_prefix(line.size());
    reader.feed(line);
  }
  return bytes;
}

// What the shared parser makes of all bytes and the end; nothing: it waits for more. `by_lines`: it gets header lines
// when they are complete.
inline std::optional<HttpReply> expected_reply(WireCase const& of, ScriptEnd end, bool by_lines = false) {
  detail::ResponseReader reader{wire_limits, {.to_head = of.has('h')}};
  std::string_view bytes = by_lines ? feed_header(reader, of.bytes) : of.bytes;
  if (!by_lines || reader.has_head()) reader.feed(bytes);
  if (end != ScriptEnd::open) reader.end(end == ScriptEnd::close);
  if (reader.fault()) return HttpReply{Unexpected{*reader.fault()}};
  if (reader.done()) return HttpReply{reader.take()};
  return std::nullopt;
}

inline std::string in_words(HttpReply const& reply) {
  if (!reply) return std::string{to_string(reply.error().reason)} + ": " + reply.error().message;
  return "status " + std::to_string(reply->status) + ", " + std::to_string(reply->headers.size()) + " field lines, " +
         std::to_string(reply->body.size()) + " bytes";
}

// Of an exchange whose end depends on the moment: a response must be the expected one, but an error response whose body
// ends with the connection may be cut.
inline bool may_be(HttpReply const& reply, WireCase const& of) {
  if (!reply) return true;
  auto const whole = expected_reply(of, ScriptEnd::close);
  if (!whole || !*whole) return false;
  HttpResponse const& expected = **whole;
  if (reply->status != expected.status || reply->headers != expected.headers) return false;
  return reply->body == expected.body || (reply->status >= 400 && expected.body.starts_with(reply->body));
}

// Whether an exchange ended because nothing more came. On a busy machine, connecting may take all of its time.
inline bool waited(HttpReply const& reply, bool timed) {
  using enum TransportReason;
  if (reply) return false;
  if (!timed) return reply.error().reason == cancelled;
  return reply.error().reason == read_timeout || reply.error().reason == connect_timeout;
}

// What is different; empty if nothing is. `Stack` sends requests while the peer plays; the second argument of its
// constructor says whether it cancels an exchange that waits for more.
template <class Stack>
std::string disagreement(SteppedPeer& peer, std::string_view input) {
  WireCase const wire{input};
  auto const expected = expected_reply(wire, wire.script.end);
  peer.begin(wire.script);
  bool const timed = !expected && wire.has('t');
  Stack stack{peer, !timed};
  auto const begin = std::chrono::steady_clock::now();
  SendOptions limits;
  if (timed) limits.timeout = Milliseconds{20};
  HttpReply const reply = stack.send(wire.request(peer.authority()), limits);
  if (std::chrono::steady_clock::now() - begin >= wire_timeout) return "took longer than it may: " + in_words(reply);
  if (peer.accepted() > 1) return "connected again";
  if (peer.requests() > 1) return "sent the request again";
  if (!reply && reply.error().message.empty()) return "an error without a message";
  if (!expected && !wire.races() && !waited(reply, timed) && !Stack::decides(reply, wire, expected))
    return "expected to wait for more, not " + in_words(reply);
  if (wire.races() && !may_be(reply, wire) && !Stack::decides(reply, wire, expected))
    return "not what the server sent: " + in_words(reply);
  bool const same =
      !expected || wire.races() ||
      (*expected ? reply && *reply == **expected : !reply && reply.error().reason == expected->error().reason);
  if (!same && !Stack::decides(reply, wire, expected))
    return "expected " + in_words(*expected) + "\n  not " + in_words(reply);
  peer.finish();
  HttpReply const next = stack.send(WireCase{""}.request(peer.authority()), {});
  if (!next || next->status != 299 || next->body != "marker") return "the next exchange got " + in_words(next);
  return {};
}

}  // namespace healthlake::testing
