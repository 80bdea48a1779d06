// Where to send a request: from a region and two switches, or from an address given by the caller.
//
// Rules: the endpoint rules of the service model (endpoint-rule-set, version 1.0). Nothing that comes from outside is
// put into a host name or a path unchecked: a region is one label of a host name, an address is parsed strictly.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/http/partitions.hpp"
#include "healthlake/text/ascii.hpp"

namespace healthlake {

/// What decides about the endpoint.
struct EndpointOptions {
  /// `us-east-1`. May be empty only if `endpoint` is given.
  std::string region{};
  bool use_fips = false;
  bool use_dual_stack = false;
  /// An address in place of the service's own: `http://127.0.0.1:8080`, `https://proxy.example/healthlake`. Empty:
  /// none. At most 2048 bytes; scheme http or https, a host name, an IPv4 address or an IPv6 address in brackets,
  /// optionally a port of 1 to 65535 and a path. No user info, query or fragment.
  std::string endpoint{};
};

/// A resolved endpoint.
struct Endpoint {
  /// `https` or `http`.
  std::string scheme = "https";
  /// Host and, if it is not the scheme's default, port.
  std::string authority{};
  /// Empty, or a slash and segments, without a slash at the end: `/custom`.
  std::string path{};

  [[nodiscard]] std::string url() const { return scheme + "://" + authority + path; }
  /// What stands in the request line: every operation of this service is posted to the path and a slash.
  [[nodiscard]] std::string target() const { return path + "/"; }

  friend bool operator==(Endpoint const&, Endpoint const&) = default;
};

namespace detail {
// RFC 1123, 2.1: 1 to 63 letters, digits and hyphens, no hyphen at either end. `extra` is allowed besides.
constexpr bool is_host_label(std::string_view label, char extra = '-') noexcept {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), [&](char c) { return is_alnum(c) || c == '-' || c == extra; });
}

// A decimal number of `digits` digits at most, without a zero in front; -1 if it is none.
constexpr int small_number(std::string_view text, std::size_t digits) noexcept {
  if (text.empty() || text.size() > digits || (text.size() > 1 && text[0] == '0')) return -1;
  int value = 0;
  for (char const c : text) {
    if (!is_digit(c)) return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

// RFC 3986, 3.2.2, IPv4address.
constexpr bool is_ipv4(std::string_view text) noexcept {
  for (int part = 0; part < 4; ++part) {
    std::size_t const dot = text.find('.');
    if ((dot == std::string_view::npos) != (part == 3)) return false;
    int const value = small_number(text.substr(0, dot), 3);
    if (value < 0 || value > 255) return false;
    if (part < 3) text.remove_prefix(dot + 1);
  }
  return true;
}

// RFC 3986, 3.2.2, IPv6address: eight groups of hexadecimal digits, the last two perhaps as an IPv4 address, and one
// `::` in place of one or more groups of zeros. No zone.
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
    if (group.empty() || group.size() > 4 || !std::all_of(group.begin(), group.end(), is_hex_digit)) return false;
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

// A host name of at most 253 bytes whose labels may have underscores (names inside a container network do), or an
// IPv4 address: a name whose last label is a number is one, or wrong.
constexpr bool is_host_name(std::string_view host) noexcept {
  if (host.size() > 253) return false;
  std::string_view rest = host;
  std::string_view label;
  while (true) {
    std::size_t const dot = rest.find('.');
    label = rest.substr(0, dot);
    if (!is_host_label(label, '_')) return false;
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  return !std::all_of(label.begin(), label.end(), is_digit) || is_ipv4(host);
}

// Segments of pchar (RFC 3986, 3.3) without empty and dot segments, also percent-encoded ones: stacks differ in what
// they make of those, and the signature would not match. A slash at the end may be there.
constexpr bool is_endpoint_path(std::string_view path) noexcept {
  while (!path.empty() && path != "/") {
    path.remove_prefix(1);
    auto const segment = path.substr(0, path.find('/'));
    bool only_dots = true;
    for (std::size_t i = 0; i < segment.size(); ++i) {
      char c = segment[i];
      if (c == '%') {
        if (i + 2 >= segment.size() || !is_hex_digit(segment[i + 1]) || !is_hex_digit(segment[i + 2])) return false;
        if (segment[i + 1] == '2' && ascii_lower(segment[i + 2]) == 'e') c = '.';
        i += 2;
      } else if (!is_alnum(c) && std::string_view{"-._~!$&'()*+,;=:@"}.find(c) == std::string_view::npos) {
        return false;
      }
      only_dots = only_dots && c == '.';
    }
    if (segment.empty() || only_dots) return false;
    path.remove_prefix(segment.size());
  }
  return true;
}

inline Unexpected<SetupError> endpoint_error(std::string message) {
  return Unexpected{SetupError{SetupPhase::endpoint, std::move(message)}};
}
inline Unexpected<SetupError> bad_url(std::string_view what) {
  return endpoint_error("Invalid Configuration: the custom endpoint " + std::string{what} +
                        "; expected http:// or https://, a host, and optionally a port and a path");
}
}  // namespace detail

/// Parses an address as EndpointOptions::endpoint describes it. The scheme is put into lower case, the scheme's
/// default port and a slash at the end are left off. The error is SetupError{endpoint}; it does not quote the address,
/// which may hold a password where none belongs.
inline Result<Endpoint> parse_endpoint(std::string_view url) {
  if (url.size() > 2048) return detail::bad_url("is longer than 2048 bytes");
  Endpoint endpoint;
  std::size_t const colon = url.find("://");
  if (colon == std::string_view::npos) return detail::bad_url("has no scheme");
  if (equal_ignoring_case(url.substr(0, colon), "http")) {
    endpoint.scheme = "http";
  } else if (!equal_ignoring_case(url.substr(0, colon), "https")) {
    return detail::bad_url("has a scheme other than http and https");
  }
  url.remove_prefix(colon + 3);
  if (url.find_first_of("?#") != std::string_view::npos) return detail::bad_url("has a query or a fragment");

  std::size_t const slash = std::min(url.find('/'), url.size());
  std::string_view authority = url.substr(0, slash);
  std::string_view path = url.substr(slash);
  if (authority.find('@') != std::string_view::npos) return detail::bad_url("has user info");
  std::size_t const bracket = authority.starts_with('[') ? authority.find(']') : std::string_view::npos;
  std::size_t const port_colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string_view const host = authority.substr(0, port_colon);
  if (bracket != std::string_view::npos) {
    if (bracket + 1 != host.size() || !detail::is_ipv6(host.substr(1, bracket - 1)))
      return detail::bad_url("has a wrong IPv6 address");
  } else if (!detail::is_host_name(host)) {
    return detail::bad_url("has no host, or a wrong one");
  }
  if (port_colon != std::string_view::npos) {
    int const port = detail::small_number(authority.substr(port_colon + 1), 5);
    if (port < 1 || port > 65535) return detail::bad_url("has a port outside 1 to 65535");
    if (port == (endpoint.scheme == "http" ? 80 : 443)) authority = host;
  }
  if (!detail::is_endpoint_path(path)) return detail::bad_url("has a wrong path");
  if (path.ends_with('/')) path.remove_suffix(1);
  endpoint.authority = authority;
  endpoint.path = path;
  return endpoint;
}

/// The endpoint for these options. A region that no partition knows gets the domain of `aws`. The error is
/// SetupError{endpoint}: FIPS or dual stack together with a custom endpoint, no region, a region that cannot be part
/// of a host name, or an address that parse_endpoint refuses.
inline Result<Endpoint> resolve_endpoint(EndpointOptions const& options) {
  if (!options.endpoint.empty()) {
    if (options.use_fips)
      return detail::endpoint_error(
          "Invalid Configuration: FIPS and custom endpoint are not supported together; name a FIPS host as the "
          "endpoint, or leave one of them out");
    if (options.use_dual_stack)
      return detail::endpoint_error(
          "Invalid Configuration: Dualstack and custom endpoint are not supported together; name a dual-stack host as "
          "the endpoint, or leave one of them out");
    return parse_endpoint(options.endpoint);
  }
  if (options.region.empty())
    return detail::endpoint_error(
        "Invalid Configuration: Missing Region; set EndpointOptions::region or EndpointOptions::endpoint");
  if (!detail::is_host_label(options.region))
    return detail::endpoint_error(
        "Invalid Configuration: the region cannot be part of a host name; expected 1 to 63 letters, digits and hyphens "
        "like us-east-1");
  Partition const& partition = partition_of(options.region);
  Endpoint endpoint;
  endpoint.authority = options.use_fips ? "healthlake-fips." : "healthlake.";
  endpoint.authority += options.region;
  endpoint.authority += '.';
  endpoint.authority += options.use_dual_stack ? partition.dual_stack_dns_suffix : partition.dns_suffix;
  return endpoint;
}

namespace detail {

// The endpoint of an operation that has a host prefix (the endpoint trait of Smithy): `prefix` goes in front of the
// host, also of a custom one. An IP address stays as it is, since no name can begin in front of it. Precondition:
// `prefix` is one or more labels of a host name, each with a dot behind it, as in the service model.
inline Endpoint with_host_prefix(Endpoint endpoint, std::string_view prefix) {
  std::string_view const authority = endpoint.authority;
  if (authority.starts_with('[') || is_ipv4(authority.substr(0, authority.find(':')))) return endpoint;
  endpoint.authority.insert(0, prefix);
  return endpoint;
}

}  // namespace detail

}  // namespace healthlake
