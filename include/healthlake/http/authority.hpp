// Parses the authority of a URI: host and port (RFC 3986, 3.2.2 and 3.2.3).
//
// Rules: strict, since the authority determines where a request goes and which certificate is expected: a DNS host
// name, with or without the dot of an absolute one; an IPv4 address; or an IPv6 address in brackets. A host that ends
// in a number is an IPv4 address or an error, since resolvers read more forms of addresses than RFC 3986 has (`1.2.3`,
// `0x7f.1`). No user information, since credentials do not belong in a URL; after a colon, a port from 1 to 65535.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// RFC 1123, 2.1: 1 to 63 letters, digits and hyphens, no hyphen at either end. `extra` is allowed as well.
constexpr bool is_host_label(std::string_view label, char extra = '-') noexcept {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         all_are([extra](char c) { return is_alnum(c) || c == '-' || c == extra; }, label);
}

// RFC 3986, 3.2.2, dec-octet: 0 to 255, without leading zeros.
constexpr bool is_octet(std::string_view text) noexcept {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0') || !all_are(is_digit, text)) return false;
  int value = 0;
  for (char const c : text) value = value * 10 + digit_value(c);
  return value <= 255;
}

// RFC 3986, 3.2.2, IPv4address.
constexpr bool is_ipv4(std::string_view text) noexcept {
  for (int part = 0; part < 4; ++part) {
    std::size_t const dot = text.find('.');
    if ((dot == std::string_view::npos) != (part == 3)) return false;
    if (!is_octet(text.substr(0, dot))) return false;
    if (part < 3) text.remove_prefix(dot + 1);
  }
  return true;
}

// RFC 3986, 3.2.2, IPv6address: eight groups of hexadecimal digits, the last two optionally as an IPv4 address, with
// one `::` in place of one or more groups of zeros. No zone identifier.
constexpr bool is_ipv6(std::string_view text) noexcept {
  int groups = 0;
  bool gap = false;
  if (text.starts_with("::")) {
    gap = true;
    text.remove_prefix(2);
    if (text.empty()) return true;
  }
  while (true) {
    std::size_t const colon = text.find(':');
    auto const group = text.substr(0, colon);
    if (colon == std::string_view::npos && group.find('.') != std::string_view::npos) {
      if (!is_ipv4(group)) return false;
      groups += 2;
      break;
    }
    if (group.empty() || group.size() > 4 || !all_are(is_hex_digit, group)) return false;
    ++groups;
    if (colon == std::string_view::npos) break;
    text.remove_prefix(colon + 1);
    if (!text.starts_with(':')) continue;
    if (std::exchange(gap, true)) return false;
    text.remove_prefix(1);
    if (text.empty()) break;
  }
  return gap ? groups < 8 : groups == 8;
}

// A DNS name without the dot of an absolute one, with which it may end (RFC 3986, 3.2.2). Certificates and TLS contain
// it without the dot (RFC 6066, 3).
constexpr std::string_view without_final_dot(std::string_view host) noexcept {
  return host.substr(0, host.size() - (host.ends_with('.') ? 1 : 0));
}

// Whether a resolver may take the host for an IPv4 address: its last label is a decimal or hexadecimal number.
constexpr bool ends_in_number(std::string_view host) noexcept {
  host = without_final_dot(host);
  std::string_view const last = host.substr(host.rfind('.') + 1);
  bool const hex = last.size() > 2 && last[0] == '0' && ascii_lower(last[1]) == 'x';
  return hex ? all_are(is_hex_digit, last.substr(2)) : !last.empty() && all_are(is_digit, last);
}

// A host name of at most 253 bytes, not counting a final dot. Labels may contain underscores (names in container
// networks do).
constexpr bool is_host_name(std::string_view host) noexcept {
  host = without_final_dot(host);
  if (host.size() > 253) return false;
  while (true) {
    std::size_t const dot = host.find('.');
    if (!is_host_label(host.substr(0, dot), '_')) return false;
    if (dot == std::string_view::npos) return true;
    host.remove_prefix(dot + 1);
  }
}

// The parts of an authority; views into it.
struct Authority {
  // Without the brackets of an IPv6 address.
  std::string_view host{};
  // True for a host name, to which a label can be added; false for an IP address.
  bool name = true;
  // 0 if absent, for the scheme's default.
  std::uint16_t port = 0;
};

enum class AuthorityFault : std::uint8_t { none, user_information, host, ipv4, ipv6, port };

// Returns what is wrong, or `none` if `parts` are those of `text`.
AuthorityFault parse_authority(std::string_view text, Authority& parts) noexcept;

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/http/impl/authority.ipp"
#endif
