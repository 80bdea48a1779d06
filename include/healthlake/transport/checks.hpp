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

TransportError refusal(std::string why);

// Where a connection goes, or false.
struct Origin {
  bool tls = true;
  // Without the brackets of an IPv6 address.
  std::string host{};
  std::string port{};

  explicit operator bool() const noexcept { return !host.empty(); }
};

// Where a request with this scheme and authority goes; false if they are invalid (see http/authority.hpp).
Origin parse_origin(std::string_view scheme, std::string_view authority);

// These describe the connection or the framing of the message, which belong to the transport.
constexpr bool belongs_to_transport(std::string_view name) noexcept {
  for (std::string_view const own : {"connection", "content-length", "expect", "transfer-encoding", "upgrade"})
    if (equal_ignoring_case(name, own)) return true;
  return false;
}

// Why the request cannot be sent, or nothing.
std::optional<TransportError> check_sendable(HttpRequest const& request);

// The milliseconds that an exchange may take: those of the transport's own options, or fewer if the caller has less
// time.
constexpr std::int64_t time_allowed(std::int64_t own, SendOptions const& limits) noexcept {
  return limits.timeout ? (std::min)(own, limits.timeout->count) : own;
}

// RFC 9110, 8.6: Content-Length is sent for an empty body if the method usually has one.
bool sends_content_length(HttpRequest const& request) noexcept;

// Request line and header lines up to the empty line. Precondition: the request passed check_sendable.
std::string request_head(HttpRequest const& request, std::string_view user_agent);

}  // namespace detail
}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/transport/impl/checks.ipp"
#endif
