// What the transports share: which requests they refuse, where a request goes, and how its head is written.
//
// Rules: no sockets, TLS or threads; a request that passes `check_sendable` can be written to the wire unchanged. A
// refusal is TransportReason::not_http, which is never retried, with may_have_reached_server false; its message can
// name a header but never contains a header's value.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/http/authority.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/http/request_check.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"
#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The User-Agent of a request that has none.
inline constexpr std::string_view default_user_agent = "healthlake-cpp/" HEALTHLAKE_VERSION;

/// The default limits of a response: 16 MiB of body, and 64 KiB of header lines, those of interim responses included.
inline constexpr std::size_t default_max_response_bytes = std::size_t{16} * 1024 * 1024;
/// See default_max_response_bytes.
inline constexpr std::size_t default_max_header_bytes = std::size_t{64} * 1024;

namespace detail {

// RFC 9112, 3.2.1: origin-form. A request target must not contain a space, a control character or a fragment.
constexpr bool is_origin_form(std::string_view target) noexcept {
  return target.starts_with('/') && all_are(is_visible, target) && target.find('#') == std::string_view::npos;
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

// Where a request with this scheme and authority goes; nothing if they are invalid (see http/authority.hpp).
inline std::optional<Origin> parse_origin(std::string_view scheme, std::string_view authority) {
  Authority parts;
  bool const tls = scheme == "https";
  if (!tls && scheme != "http") return std::nullopt;
  if (parse_authority(authority, parts) != AuthorityFault::none) return std::nullopt;
  std::string port = parts.port != 0 ? std::to_string(parts.port) : tls ? "443" : "80";
  return Origin{tls, std::string{parts.host}, std::move(port)};
}

// These describe the connection or the framing of the message, which belong to the transport.
constexpr bool belongs_to_transport(std::string_view name) noexcept {
  for (std::string_view const own : {"connection", "content-length", "expect", "transfer-encoding", "upgrade"})
    if (equal_ignoring_case(name, own)) return true;
  return false;
}

// Why the request cannot be sent, or nothing.
inline std::optional<TransportError> check_sendable(HttpRequest const& request) {
  std::string fault;
  if (!check_well_formed(request, fault)) return refusal(std::move(fault));
  if (!parse_origin(request.scheme, request.authority))
    return refusal("expected the scheme https or http and an authority of host or host:port");
  if (!is_origin_form(request.target))
    return refusal("the target must begin with a slash and contain only visible ASCII, without `#` (RFC 9112, 3.2.1)");
  if (request.method == "HEAD" && !request.body.empty()) return refusal("a HEAD request must not have a body");
  for (auto const& [name, value] : request.headers)
    if (belongs_to_transport(name))
      return refusal(concat({"the header ", name, " is set by the transport; remove it"}));
  return std::nullopt;
}

// The milliseconds that an exchange may take: those of the transport's own options, or fewer if the caller has less
// time.
constexpr std::int64_t time_allowed(std::int64_t own, SendOptions const& limits) noexcept {
  return limits.timeout ? (std::min)(own, limits.timeout->count) : own;
}

// RFC 9110, 8.6: Content-Length is sent for an empty body if the method usually has one.
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
}  // namespace HEALTHLAKE_NAMESPACE
