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

HEALTHLAKE_COLD HEALTHLAKE_DECL bool is_unprotected(Endpoint const& endpoint) noexcept {
  detail::Authority at;
  if (endpoint.scheme == "https") return false;
  if (detail::parse_authority(endpoint.authority, at) != detail::AuthorityFault::none) return true;
  if (!at.name) return at.host != "::1" && !(detail::is_ipv4(at.host) && at.host.starts_with("127."));
  auto const name = detail::without_final_dot(at.host);
  auto const top = name.substr(name.rfind('.') + 1);
  return !equal_ignoring_case(top, "localhost");
}

}  // namespace HEALTHLAKE_NAMESPACE

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_COLD HEALTHLAKE_DECL Unexpected<SetupError> endpoint_error(std::string message) {
  return Unexpected{SetupError{SetupPhase::endpoint, std::move(message)}};
}

HEALTHLAKE_COLD HEALTHLAKE_DECL Unexpected<SetupError> bad_url(std::string_view what, std::string_view expected) {
  return endpoint_error(concat({"Invalid Configuration: the custom endpoint ", what, "; expected ", expected}));
}

HEALTHLAKE_COLD HEALTHLAKE_DECL Unexpected<SetupError> bad_authority(AuthorityFault fault) {
  switch (fault) {
    case AuthorityFault::ipv4:
      return bad_url("has a host that ends in a number but is not an IPv4 address",
                     "four numbers from 0 to 255 without leading zeros or a final dot, such as 127.0.0.1");
    case AuthorityFault::ipv6:
      return bad_url("has an invalid IPv6 address", "brackets around it, such as [::1], and no zone identifier");
    case AuthorityFault::port: return bad_url("has a port outside 1 to 65535", "a decimal number after the colon");
    case AuthorityFault::user_information: return bad_url("has user information");
    case AuthorityFault::host:
    case AuthorityFault::none: break;
  }
  return bad_url("has no host or an invalid one",
                 "a DNS name (labels of 1 to 63 letters, digits, hyphens and underscores, 253 in total), an IPv4 "
                 "address, or an IPv6 address in brackets");
}

HEALTHLAKE_COLD HEALTHLAKE_DECL char const* region_fault(std::string_view region, bool custom_endpoint) noexcept {
  if (!is_host_label(region))
    return "is not a valid host label; expected 1 to 63 letters, digits and hyphens, such as us-east-1";
  if (!all_are([](char c) { return ascii_lower(c) == c; }, region))
    return "has upper-case letters; expected lower case, such as us-east-1";
  if (custom_endpoint || has_region_form(region)) return nullptr;
  auto const& known = partition_of(region).regions;
  if (std::find(known.begin(), known.end(), region) != known.end()) return nullptr;
  return "is neither known nor named like one; expected words and a number separated by hyphens, such as us-east-1, "
         "us-gov-west-1 or eusc-de-east-1 (an availability zone such as us-east-1a is not a region)";
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_COLD HEALTHLAKE_DECL Result<Endpoint> parse_endpoint(std::string_view url) {
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
  auto const fault = detail::parse_authority(authority, parts);
  if (fault != detail::AuthorityFault::none) return detail::bad_authority(fault);
  if (!detail::is_endpoint_path(path)) return detail::bad_url("has an invalid path");
  if (path.ends_with('/')) path.remove_suffix(1);
  bool const default_port = parts.port == (endpoint.scheme == "http" ? 80 : 443);
  detail::append_lower(endpoint.authority, parts.port == 0 ? authority : authority.substr(0, authority.rfind(':')));
  if (parts.port != 0 && !default_port) append(endpoint.authority, {":", Decimal{parts.port}});
  endpoint.path = path;
  return endpoint;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL Result<Endpoint> resolve_endpoint(EndpointOptions const& options) {
  if (!options.region.empty())
    if (char const* const fault = detail::region_fault(options.region, !options.endpoint.empty()))
      return detail::endpoint_error(concat({"Invalid Configuration: the region ", fault}));
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

HEALTHLAKE_COLD HEALTHLAKE_DECL Endpoint with_host_prefix(Endpoint endpoint, std::string_view prefix) {
  Authority parts;
  static_cast<void>(parse_authority(endpoint.authority, parts));
  if (parts.name) endpoint.authority.insert(0, prefix);
  return endpoint;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
