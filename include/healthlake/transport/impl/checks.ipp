// The functions of transport/checks.hpp.
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
#include "healthlake/transport/checks.hpp"
#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_COLD HEALTHLAKE_DECL TransportError refusal(std::string why) {
  return {TransportReason::not_http, "the request was not sent: " + std::move(why), false};
}

HEALTHLAKE_COLD HEALTHLAKE_DECL Origin parse_origin(std::string_view scheme, std::string_view authority) {
  Authority parts;
  bool const tls = scheme == "https";
  if (!tls && scheme != "http") return {};
  if (parse_authority(authority, parts) != AuthorityFault::none) return {};
  std::string port = parts.port != 0 ? std::to_string(parts.port) : tls ? "443" : "80";
  return {tls, std::string{parts.host}, std::move(port)};
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::optional<TransportError> check_sendable(HttpRequest const& request) {
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

HEALTHLAKE_COLD HEALTHLAKE_DECL bool sends_content_length(HttpRequest const& request) noexcept {
  return !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string request_head(HttpRequest const& request, std::string_view user_agent) {
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

}  // namespace HEALTHLAKE_NAMESPACE::detail
