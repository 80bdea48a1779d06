// Resolves the endpoint: from a region and two options, or from a custom endpoint URL.
//
// Rules: the endpoint rules of the service model (endpoint-rule-set, version 1.0). No untrusted string becomes part of
// a host name or path unchecked: a region must be one label of a host name, a URL is parsed strictly.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/http/authority.hpp"
#include "healthlake/http/partitions.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/percent.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The parameters of endpoint resolution.
struct EndpointOptions {
  /// `us-east-1`. May be empty only if `endpoint` is set.
  std::string region{};
  bool use_fips = false;
  bool use_dual_stack = false;
  /// A custom endpoint URL: `http://127.0.0.1:8080`, `https://proxy.example/healthlake`; empty for the service's own.
  /// At most 2048 bytes; the scheme http or https, a host name, an IPv4 address or an IPv6 address in brackets,
  /// optionally a port from 1 to 65535 and a path. No user information, query or fragment.
  std::string endpoint{};
};

/// A resolved endpoint.
struct Endpoint {
  /// `https` or `http`.
  std::string scheme = "https";
  /// The host and, unless it is the scheme's default, the port.
  std::string authority{};
  /// Empty, or a path without a trailing slash: `/custom`.
  std::string path{};

  [[nodiscard]] std::string url() const { return scheme + "://" + authority + path; }
  /// The request target: the path and a slash, for every operation of this service.
  [[nodiscard]] std::string target() const { return path + "/"; }

  friend bool operator==(Endpoint const&, Endpoint const&) = default;
};

/// True where anybody on the way can read what is sent, and change what comes back: over plain HTTP to a host that is
/// not this machine (`localhost` and names below it, RFC 6761; 127.0.0.0/8; `[::1]`).
inline bool is_unprotected(Endpoint const& endpoint) noexcept {
  detail::Authority at;
  if (endpoint.scheme == "https") return false;
  if (detail::parse_authority(endpoint.authority, at) != detail::AuthorityFault::none) return true;
  if (!at.name) return at.host != "::1" && !(detail::is_ipv4(at.host) && at.host.starts_with("127."));
  auto const top = at.host.substr(at.host.rfind('.') + 1);
  return !equal_ignoring_case(top, "localhost");
}

namespace detail {
// Segments of pchar (RFC 3986, 3.3), none of them empty or a dot segment, percent-encoded or not: HTTP stacks differ in
// how they treat those, and the signature would not match. A trailing slash is accepted.
constexpr bool is_endpoint_path(std::string_view path) noexcept {
  constexpr AsciiSet plain{"a-zA-Z0-9._~!$&'()*+,;=:@-"};
  while (!path.empty() && path != "/") {
    path.remove_prefix(1);
    auto const segment = path.substr(0, path.find('/'));
    bool only_dots = true;
    for (std::size_t i = 0; i < segment.size(); ++i) {
      int const escaped = percent_escape(segment, i);
      if (escaped < 0 && !plain.has(segment[i])) return false;
      only_dots = only_dots && (escaped == '.' || segment[i] == '.');
      if (escaped >= 0) i += 2;
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

/// Parses a URL as described at EndpointOptions::endpoint. The scheme is converted to lower case; the scheme's default
/// port, leading zeros of a port and a trailing slash are removed. The error is SetupError{endpoint}; it does not quote
/// the URL, which may contain a password by mistake.
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

  std::size_t const slash = (std::min)(url.find('/'), url.size());
  std::string_view const authority = url.substr(0, slash);
  std::string_view path = url.substr(slash);
  detail::Authority parts;
  switch (detail::parse_authority(authority, parts)) {
    case detail::AuthorityFault::user_information: return detail::bad_url("has user information");
    case detail::AuthorityFault::host: return detail::bad_url("has no host or an invalid one");
    case detail::AuthorityFault::ipv6: return detail::bad_url("has an invalid IPv6 address");
    case detail::AuthorityFault::port: return detail::bad_url("has a port outside 1 to 65535");
    case detail::AuthorityFault::none: break;
  }
  if (!detail::is_endpoint_path(path)) return detail::bad_url("has an invalid path");
  if (path.ends_with('/')) path.remove_suffix(1);
  bool const default_port = parts.port == (endpoint.scheme == "http" ? 80 : 443);
  endpoint.authority = parts.port == 0 ? authority : authority.substr(0, authority.rfind(':'));
  if (parts.port != 0 && !default_port) append(endpoint.authority, {":", Decimal{parts.port}});
  endpoint.path = path;
  return endpoint;
}

/// Resolves the endpoint. A region that belongs to no known partition gets the domain of `aws`. The error is
/// SetupError{endpoint}: FIPS or dual stack with a custom endpoint, no region, a region that is not a valid host label,
/// or a URL that parse_endpoint rejects.
inline Result<Endpoint> resolve_endpoint(EndpointOptions const& options) {
  if (!options.endpoint.empty()) {
    if (options.use_fips)
      return detail::endpoint_error(
          "Invalid Configuration: FIPS and custom endpoint are not supported together; use a FIPS host as the "
          "endpoint, or remove one of them");
    if (options.use_dual_stack)
      return detail::endpoint_error(
          "Invalid Configuration: Dualstack and custom endpoint are not supported together; use a dual-stack host as "
          "the endpoint, or remove one of them");
    return parse_endpoint(options.endpoint);
  }
  if (options.region.empty())
    return detail::endpoint_error(
        "Invalid Configuration: Missing Region; set EndpointOptions::region or EndpointOptions::endpoint");
  if (!detail::is_host_label(options.region))
    return detail::endpoint_error(
        "Invalid Configuration: the region is not a valid host label; expected 1 to 63 letters, digits and hyphens, "
        "such as us-east-1");
  Partition const& partition = partition_of(options.region);
  Endpoint endpoint;
  endpoint.authority = options.use_fips ? "healthlake-fips." : "healthlake.";
  endpoint.authority += options.region;
  endpoint.authority += '.';
  endpoint.authority += options.use_dual_stack ? partition.dual_stack_dns_suffix : partition.dns_suffix;
  return endpoint;
}

namespace detail {

// The endpoint of an operation with a host prefix (the endpoint trait of Smithy): `prefix` is prepended to the host,
// also for a custom endpoint. An IP address is left unchanged, since it cannot be prefixed. Precondition: `prefix` is
// one or more labels of a host name, each followed by a dot, as in the service model.
inline Endpoint with_host_prefix(Endpoint endpoint, std::string_view prefix) {
  Authority parts;
  static_cast<void>(parse_authority(endpoint.authority, parts));
  if (parts.name) endpoint.authority.insert(0, prefix);
  return endpoint;
}

}  // namespace detail

}  // namespace HEALTHLAKE_NAMESPACE
