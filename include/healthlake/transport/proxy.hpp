// The URL of an HTTP proxy: `http://host:port`, with or without user information.
//
// Rules: errors contain nothing of the URL, since it may have user information. Only HTTP proxies; the connection to
// them is not encrypted. No sockets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// A proxy, or false.
struct Proxy {
  // Without the brackets of an IPv6 address.
  std::string host{};
  std::string port{};
  // The value of Proxy-Authorization (RFC 7617); empty without user information. Secret.
  std::string authorization{};

  explicit operator bool() const noexcept { return !host.empty(); }
};

inline constexpr char const* bad_proxy =
    "the proxy URL is not valid: expected http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, with reserved characters "
    "of USER and PASSWORD percent-encoded (RFC 3986, 3.2.1)";

// User or password, percent-decoded; nothing if it contains what RFC 3986, 3.2.1 does not allow, or a control character
// (RFC 7617, 2).
std::optional<std::string> decode_userinfo(std::string_view text);

// `http://` may be absent, as it often is in proxy variables; the default port is 80. False if the URL has another
// form: see bad_proxy.
Proxy parse_proxy(std::string_view url);

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

/// Whether a transport's `proxy` option accepts this URL: `http://host:port` or `http://user:password@host:port`, with
/// reserved characters of user and password percent-encoded.
inline bool is_proxy_url(std::string_view url) { return static_cast<bool>(detail::parse_proxy(url)); }

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/transport/impl/proxy.ipp"
#endif
