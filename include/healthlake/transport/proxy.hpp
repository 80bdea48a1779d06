// The URL of an HTTP proxy: `http://host:port`, with or without user information.
//
// Rules: errors contain nothing of the URL, since it may have user information. Only HTTP proxies; the connection to
// them is not encrypted. No sockets.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "healthlake/http/message.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/base64.hpp"
#include "healthlake/text/percent.hpp"
#include "healthlake/transport/checks.hpp"
#include "healthlake/transport/chunked_body.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

struct Proxy {
  // Without the brackets of an IPv6 address.
  std::string host{};
  std::string port{};
  // The value of Proxy-Authorization (RFC 7617); empty without user information. Secret.
  std::string authorization{};
};

inline constexpr char const* bad_proxy =
    "the proxy URL is not valid: expected http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, with reserved characters "
    "of "
    "USER and PASSWORD percent-encoded (RFC 3986, 3.2.1)";

// User or password, percent-decoded; nothing if it contains what RFC 3986, 3.2.1 does not allow, or a control character
// (RFC 7617, 2).
inline std::optional<std::string> decode_userinfo(std::string_view text) {
  constexpr AsciiSet allowed{"-._~0-9A-Za-z!$&'()*+,;=:"};
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '%') {
      int const byte = percent_escape(text, at);
      if (byte < 0) return std::nullopt;
      c = static_cast<char>(byte);
      if (is_control(c)) return std::nullopt;
      at += 2;
    } else if (!allowed.has(c)) {
      return std::nullopt;
    }
    decoded.push_back(c);
  }
  return decoded;
}

// `http://` may be absent, as it often is in proxy variables; the default port is 80. Nothing if the URL has another
// form: see bad_proxy.
inline std::optional<Proxy> parse_proxy(std::string_view url) {
  if (std::size_t const colon = url.find("://"); colon != std::string_view::npos) {
    if (!equal_ignoring_case(url.substr(0, colon), "http")) return std::nullopt;
    url.remove_prefix(colon + 3);
  }
  if (url.ends_with('/')) url.remove_suffix(1);
  Proxy proxy;
  if (std::size_t const at = url.find('@'); at != std::string_view::npos) {
    std::string_view const userinfo = url.substr(0, at);
    std::size_t const colon = (std::min)(userinfo.find(':'), userinfo.size());
    auto const user = decode_userinfo(userinfo.substr(0, colon));
    auto const password = decode_userinfo(userinfo.substr((std::min)(colon + 1, userinfo.size())));
    // RFC 7617, 2: a user must not contain a colon.
    if (!user || !password || user->find(':') != std::string::npos) return std::nullopt;
    proxy.authorization = "Basic ";
    append_base64(proxy.authorization, *user + ":" + *password);
    url.remove_prefix(at + 1);
  }
  auto origin = parse_origin("http", url);
  if (!origin) return std::nullopt;
  proxy.host = std::move(origin->host);
  proxy.port = std::move(origin->port);
  return proxy;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

/// Whether a transport's `proxy` option accepts this URL: `http://host:port` or `http://user:password@host:port`, with
/// reserved characters of user and password percent-encoded.
inline bool is_proxy_url(std::string_view url) { return detail::parse_proxy(url).has_value(); }

}  // namespace HEALTHLAKE_NAMESPACE
