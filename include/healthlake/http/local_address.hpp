// Which hosts are this machine or its neighbourhood: addresses that no proxy may be asked for.
//
// Rules: addresses are compared as numbers, since IPv6 has many spellings of one. No look-ups: a name other than
// `localhost` is not local, whatever its address is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "healthlake/http/authority.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/hex.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

/// The eight groups of an IPv6 address.
using Ipv6Groups = std::array<std::uint16_t, 8>;

// Precondition: is_ipv6(text).
constexpr Ipv6Groups ipv6_groups(std::string_view text) noexcept {
  Ipv6Groups groups{};
  std::size_t count = 0;
  // Where `::` stands: the groups after it are moved to the end.
  std::size_t gap = groups.size();
  if (text.starts_with(':')) text.remove_prefix(1);
  while (!text.empty()) {
    if (text.starts_with(':')) {
      gap = count;
      text.remove_prefix(1);
      continue;
    }
    auto const group = text.substr(0, text.find(':'));
    text.remove_prefix(group.size() < text.size() ? group.size() + 1 : group.size());
    std::uint32_t value = 0;
    if (group.find('.') == std::string_view::npos) {
      for (char const c : group) value = value << 4 | static_cast<std::uint32_t>(hex_value(c));
      groups[count++] = static_cast<std::uint16_t>(value);
      continue;
    }
    std::uint32_t octet = 0;
    for (char const c : group) {
      if (c == '.') value = value << 8 | octet;
      octet = c == '.' ? 0 : octet * 10 + static_cast<std::uint32_t>(digit_value(c));
    }
    value = value << 8 | octet;
    groups[count++] = static_cast<std::uint16_t>(value >> 16);
    groups[count++] = static_cast<std::uint16_t>(value & 0xFFFF);
  }
  std::size_t const moved = count > gap ? count - gap : 0;
  for (std::size_t i = 0; i < moved; ++i) {
    std::size_t const from = count - 1 - i;
    std::size_t const to = groups.size() - 1 - i;
    if (from == to) break;
    groups[to] = groups[from];
    groups[from] = 0;
  }
  return groups;
}

// 127.0.0.0/8, ::1 and `localhost` (RFC 6761), without its subdomains.
constexpr bool is_loopback(Authority const& at) noexcept {
  if (at.name) return equal_ignoring_case(without_final_dot(at.host), "localhost");
  if (at.host.find(':') == std::string_view::npos) return at.host.starts_with("127.");
  return ipv6_groups(at.host) == Ipv6Groups{0, 0, 0, 0, 0, 0, 0, 1};
}

// 169.254.0.0/16 (RFC 3927), fe80::/10 (RFC 4291), and fd00:ec2::/32, which AWS uses in the same way.
constexpr bool is_link_local(Authority const& at) noexcept {
  if (at.name) return false;
  if (at.host.find(':') == std::string_view::npos) return at.host.starts_with("169.254.");
  auto const groups = ipv6_groups(at.host);
  return (groups[0] & 0xFFC0) == 0xFE80 || (groups[0] == 0xFD00 && groups[1] == 0x0EC2);
}

}  // namespace detail

/// Whether the host of an authority is this machine or a link-local address: 127.0.0.0/8, `[::1]`, `localhost`,
/// 169.254.0.0/16, `[fe80::]`/10 and `[fd00:ec2::]`/32. What is asked there, such as an instance's metadata, must not
/// be asked through a proxy: the proxy's own would answer.
constexpr bool is_local_authority(std::string_view authority) noexcept {
  std::size_t const bracket = authority.starts_with('[') ? authority.find(']') : std::string_view::npos;
  detail::Authority at;
  if (bracket != std::string_view::npos) at.host = authority.substr(1, bracket - 1);
  else at.host = authority.substr(0, authority.find(':'));
  if (bracket != std::string_view::npos && !detail::is_ipv6(at.host)) return false;
  at.name = bracket == std::string_view::npos && !detail::is_ipv4(at.host);
  return detail::is_loopback(at) || detail::is_link_local(at);
}

}  // namespace HEALTHLAKE_NAMESPACE
