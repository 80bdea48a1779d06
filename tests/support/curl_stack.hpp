// CurlTransport for `disagreement` (wire_exchange.hpp): the peer plays whenever libcurl is about to wait.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/text/ascii.hpp"
#include "healthlake/transport/curl.hpp"
#include "tests/support/stepped_peer.hpp"
#include "tests/support/wire_exchange.hpp"

namespace healthlake::testing {

class CurlStack {
 public:
  CurlStack(SteppedPeer& peer, bool cancels) : transport_(options(peer, cancels)) {}

  HttpReply send(HttpRequest const& request, SendOptions const& limits) { return transport_.send(request, limits); }

  // What libcurl decides by itself, before the adapter sees it (docs/transports.md).
  static bool decides(HttpReply const& reply, WireCase const& wire, std::optional<HttpReply> const& expected) {
    // It drops a header line that begins with NUL, and what it read together with it.
    if (wire.bytes.find(std::string_view{"\n\0", 2}) != std::string_view::npos) return true;
    if (!reply && reply.error().reason == TransportReason::response_too_large && has_long_chunk_size(wire)) return true;
    if (reply || !expected || *expected) return false;
    // It passes header lines on when they are complete.
    TransportReason const reason = reply.error().reason;
    auto const by_lines = expected_reply(wire, wire.script.end, true);
    if (!by_lines) return reason == TransportReason::cancelled || reason == TransportReason::read_timeout;
    if (!*by_lines && by_lines->error().reason == reason) return true;
    auto const final = [](TransportReason of) {
      return of == TransportReason::not_http || of == TransportReason::response_too_large;
    };
    return final(reason) && final(expected->error().reason);
  }

 private:
  // It accepts at most 16 digits, and leading zeros are digits.
  static bool has_long_chunk_size(WireCase const& wire) {
    constexpr std::size_t most_digits = 16;
    detail::ResponseReader reader{wire_limits, {.to_head = wire.has('h')}};
    std::string_view const body = feed_header(reader, wire.bytes);
    std::string header;
    detail::append_lower(header, wire.bytes.substr(0, wire.bytes.size() - body.size()));
    if (!reader.has_head() || header.find("\ntransfer-encoding:") == std::string::npos) return false;
    for (std::size_t line = 0; line < body.size();) {
      std::size_t const end = (std::min)(body.find_first_not_of("0123456789abcdefABCDEF", line), body.size());
      if (end - line > most_digits) return true;
      line = (std::min)(body.find('\n', end), body.size() - 1) + 1;
    }
    return false;
  }

  static CurlOptions options(SteppedPeer& peer, bool cancels) {
    CurlOptions options;
    options.timeout = wire_timeout;
    options.max_response_bytes = wire_limits.body;
    options.max_header_bytes = wire_limits.header;
    options.cancelled = [&peer, cancels] { return !peer.step() && peer.waits() && cancels; };
    return options;
  }

  CurlTransport transport_;
};

}  // namespace healthlake::testing
