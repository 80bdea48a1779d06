// The functions of http/authority.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "healthlake/http/authority.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_COLD HEALTHLAKE_DECL AuthorityFault parse_authority(std::string_view text, Authority& parts) noexcept {
  if (text.find('@') != std::string_view::npos) return AuthorityFault::user_information;
  std::size_t const bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  bool const ipv6 = bracket != std::string_view::npos;
  std::size_t const colon = text.find(':', ipv6 ? bracket : 0);
  std::string_view const host = text.substr(0, colon);
  parts.host = ipv6 ? host.substr(1, bracket - 1) : host;
  parts.name = !ipv6 && !is_ipv4(host);
  parts.port = 0;
  if (ipv6 ? bracket + 1 != host.size() || !is_ipv6(parts.host) : text.starts_with('[')) return AuthorityFault::ipv6;
  if (!ipv6 && !is_host_name(host)) return AuthorityFault::host;
  if (parts.name && ends_in_number(host)) return AuthorityFault::ipv4;
  if (colon == std::string_view::npos) return AuthorityFault::none;
  auto const port = text.substr(colon + 1);
  auto const number = parse_integer(port);
  if (number.size != port.size() || !number.in_range || number.value < 1 || number.value > 65'535)
    return AuthorityFault::port;
  parts.port = static_cast<std::uint16_t>(number.value);
  return AuthorityFault::none;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
