// The functions of transport/proxy.hpp.
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
#include "healthlake/transport/proxy.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_COLD HEALTHLAKE_DECL std::optional<std::string> decode_userinfo(std::string_view text) {
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

HEALTHLAKE_COLD HEALTHLAKE_DECL Proxy parse_proxy(std::string_view url) {
  if (std::size_t const colon = url.find("://"); colon != std::string_view::npos) {
    if (!equal_ignoring_case(url.substr(0, colon), "http")) return {};
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
    if (!user || !password || user->find(':') != std::string::npos) return {};
    proxy.authorization = "Basic ";
    append_base64(proxy.authorization, *user + ":" + *password);
    url.remove_prefix(at + 1);
  }
  auto origin = parse_origin("http", url);
  if (!origin) return {};
  proxy.host = std::move(origin.host);
  proxy.port = std::move(origin.port);
  return proxy;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
