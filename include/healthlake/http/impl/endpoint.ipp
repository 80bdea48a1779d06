// The functions of http/endpoint.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/http/authority.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/http/partitions.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/percent.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL bool is_unprotected(Endpoint const& endpoint) noexcept {
  detail::Authority at;
  if (endpoint.scheme == "https") return false;
  if (detail::parse_authority(endpoint.authority, at) != detail::AuthorityFault::none) return true;
  if (!at.name) return at.host != "::1" && !(detail::is_ipv4(at.host) && at.host.starts_with("127."));
  auto const top = at.host.substr(at.host.rfind('.') + 1);
  return !equal_ignoring_case(top, "localhost");
}

}  // namespace HEALTHLAKE_NAMESPACE

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL Unexpected<SetupError> endpoint_error(std::string message) {
  return Unexpected{SetupError{SetupPhase::endpoint, std::move(message)}};
}

HEALTHLAKE_DECL Unexpected<SetupError> bad_url(std::string_view what) {
  return endpoint_error("Invalid Configuration: the custom endpoint " + std::string{what} +
                        "; expected http:// or https://, a host, and optionally a port and a path");
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Result<Endpoint> parse_endpoint(std::string_view url) {
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

HEALTHLAKE_DECL Result<Endpoint> resolve_endpoint(EndpointOptions const& options) {
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

}  // namespace HEALTHLAKE_NAMESPACE

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL Endpoint with_host_prefix(Endpoint endpoint, std::string_view prefix) {
  Authority parts;
  static_cast<void>(parse_authority(endpoint.authority, parts));
  if (parts.name) endpoint.authority.insert(0, prefix);
  return endpoint;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
