// What the transports of this folder share: which requests they refuse, where a request goes, and how its head reads.
//
// Rules: no socket, no TLS, no thread; a request that passes `check_sendable` can be written to the wire as it is. A
// refusal is TransportReason::not_http, which no strategy retries, with may_have_reached_server false; its text names a
// header but never shows a header's value.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/version.hpp"

namespace healthlake {

/// The User-Agent of a request that brings none.
inline constexpr std::string_view default_user_agent = "healthlake-cpp/" HEALTHLAKE_VERSION;

/// The most that a transport takes in, unless its options say otherwise: the body (16 MiB), and all header lines
/// together with those of interim responses (64 KiB).
inline constexpr std::size_t default_max_response_bytes = std::size_t{16} * 1024 * 1024;
/// See default_max_response_bytes.
inline constexpr std::size_t default_max_header_bytes = std::size_t{64} * 1024;

namespace detail {

constexpr bool ascii_letter_or_digit(char c) noexcept {
  char const lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
}

// RFC 9112, 3.2.1: origin-form. No blank, control character or fragment may stand in a request line.
constexpr bool is_origin_form(std::string_view target) noexcept {
  for (char const c : target)
    if (c <= ' ' || c > '~' || c == '#') return false;
  return target.starts_with('/');
}

inline TransportError refusal(std::string why) {
  return {TransportReason::not_http, "the request was not sent: " + std::move(why), false};
}

// Where a connection goes.
struct Origin {
  bool tls = true;
  // Without the brackets of an IPv6 address.
  std::string host{};
  std::string port{};
};

// `host`, `host:port`, `[IPv6]` or `[IPv6]:port`. User information is refused: credentials do not travel in a URL.
inline std::optional<Origin> parse_origin(std::string_view scheme, std::string_view authority) {
  if (scheme != "https" && scheme != "http") return std::nullopt;
  Origin origin{.tls = scheme == "https", .host = {}, .port = scheme == "https" ? "443" : "80"};
  bool const bracket = authority.starts_with('[');
  std::size_t const end = bracket ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (end == std::string_view::npos) return std::nullopt;
  origin.host = authority.substr(bracket ? 1 : 0, bracket ? end - 1 : end);
  std::string_view const punctuation = bracket ? ".:" : "._-";
  for (char const c : origin.host)
    if (!ascii_letter_or_digit(c) && punctuation.find(c) == std::string_view::npos) return std::nullopt;
  std::string_view const rest = authority.substr(end + (bracket ? 1 : 0));
  if (origin.host.empty()) return std::nullopt;
  if (rest.empty()) return origin;
  std::uint16_t port = 0;
  auto const [stop, error] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), port);
  if (rest.front() != ':' || error != std::errc{} || stop != rest.data() + rest.size() || port == 0)
    return std::nullopt;
  origin.port = std::to_string(port);
  return origin;
}

// These describe the connection or the framing of the message, which are the transport's.
constexpr bool belongs_to_transport(std::string_view name) noexcept {
  for (std::string_view const own : {"connection", "content-length", "expect", "transfer-encoding", "upgrade"})
    if (equal_ignoring_case(name, own)) return true;
  return false;
}

// Why the request cannot be sent, or nothing.
inline std::optional<TransportError> check_sendable(HttpRequest const& request) {
  if (!is_token(request.method)) return refusal("the method is not a token (RFC 9110, 9.1)");
  if (!parse_origin(request.scheme, request.authority))
    return refusal("expected the scheme https or http and an authority of host or host:port");
  if (!is_origin_form(request.target))
    return refusal("the target must begin with a slash and hold visible ASCII without `#` (RFC 9112, 3.2.1)");
  if (request.method == "HEAD" && !request.body.empty()) return refusal("a HEAD request has no body");
  for (auto const& [name, value] : request.headers) {
    if (!is_token(name)) return refusal("a header name is not a token (RFC 9110, 5.1)");
    if (forbidden_field_value(value))
      return refusal("the value of the header " + std::string{name} + " holds CR, LF or NUL (RFC 9110, 5.5)");
    if (belongs_to_transport(name))
      return refusal("the header " + std::string{name} + " is written by the transport; remove it");
  }
  if (request.headers.count("host") > 1) return refusal("the header Host is there more than once");
  return std::nullopt;
}

// RFC 9110, 8.6: an empty body is announced for methods that usually have one.
inline bool sends_content_length(HttpRequest const& request) noexcept {
  return !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
}

// Request line and header lines up to the empty line. Precondition: the request passed check_sendable.
inline std::string request_head(HttpRequest const& request, std::string_view user_agent) {
  std::string head = request.method + " " + request.target + " HTTP/1.1\r\n";
  auto line = [&](std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
  };
  if (!request.headers.find("host")) line("Host", request.authority);
  if (!request.headers.find("user-agent") && !user_agent.empty()) line("User-Agent", user_agent);
  if (sends_content_length(request)) line("Content-Length", std::to_string(request.body.size()));
  for (auto const& [name, value] : request.headers) line(name, value);
  return head += "\r\n";
}

}  // namespace detail
}  // namespace healthlake
