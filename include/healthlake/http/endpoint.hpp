// Resolves the endpoint: from a region and two options, or from a custom endpoint URL.
//
// Rules: the endpoint rules of the service model (endpoint-rule-set, version 1.0). No untrusted string becomes part of
// a host name or path unchecked: a region must have the form of one, a URL is parsed strictly.
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
  /// `us-east-1`: a region of a partition, or one that this release does not know, of the same form: words in lower
  /// case and a number, separated by hyphens. With `endpoint`, which is the only case in which it may be empty, it is
  /// used for the signature alone: any label of a host name in lower case.
  std::string region{};
  /// The endpoint with cryptography that is validated by FIPS 140. Not with `endpoint`. Off.
  bool use_fips = false;
  /// The endpoint that also has IPv6 addresses. Not with `endpoint`. Off.
  bool use_dual_stack = false;
  /// A custom endpoint URL: `http://127.0.0.1:8080`, `https://proxy.example/healthlake`; empty for the service's own.
  /// At most 2048 bytes; the scheme http or https, a host name (with or without a final dot), an IPv4 address or an
  /// IPv6 address in brackets, optionally a port from 1 to 65535 and a path. No user information, query or fragment.
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

  /// `https://healthlake.us-east-1.amazonaws.com`.
  [[nodiscard]] std::string url() const { return scheme + "://" + authority + path; }
  /// The request target: the path and a slash, for every operation of this service.
  [[nodiscard]] std::string target() const { return path + "/"; }

  friend bool operator==(Endpoint const&, Endpoint const&) = default;
};

/// True where anybody on the way can read what is sent, and change what comes back: over plain HTTP to a host that is
/// not this machine (`localhost` and names below it, RFC 6761; 127.0.0.0/8; `[::1]`).
bool is_unprotected(Endpoint const& endpoint) noexcept;

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

Unexpected<SetupError> endpoint_error(std::string message);
Unexpected<SetupError> bad_url(std::string_view what, std::string_view expected =
                                                          "http:// or https://, a host, and optionally a port and a "
                                                          "path");
Unexpected<SetupError> bad_authority(AuthorityFault fault);

// Words of letters and digits in lower case, the first without digits, and a number at the end: `us-east-1`.
constexpr bool has_region_form(std::string_view region) noexcept {
  constexpr AsciiSet word{"a-z0-9"};
  int words = 0;
  for (;; ++words) {
    std::size_t const hyphen = region.find('-');
    std::string_view const part = region.substr(0, hyphen);
    if (part.empty() || !all_are(word, part) || (words == 0 && !all_are(is_lower, part))) return false;
    if (hyphen == std::string_view::npos) return words >= 2 && all_are(is_digit, part);
    region.remove_prefix(hyphen + 1);
  }
}

// What is wrong with a region, or nullptr.
char const* region_fault(std::string_view region, bool custom_endpoint) noexcept;
}  // namespace detail

/// Parses a URL as described at EndpointOptions::endpoint. Scheme and host are converted to lower case (RFC 3986,
/// 6.2.2.1); the scheme's default port, leading zeros of a port and a trailing slash are removed. The error is
/// SetupError{endpoint}; it does not quote the URL, which may contain a password by mistake.
Result<Endpoint> parse_endpoint(std::string_view url);

/// Resolves the endpoint. A region that belongs to no known partition gets the domain of `aws`. The error is
/// SetupError{endpoint}: FIPS or dual stack with a custom endpoint, no region or an invalid one, or a URL that
/// parse_endpoint rejects.
Result<Endpoint> resolve_endpoint(EndpointOptions const& options);

namespace detail {

// The endpoint of an operation with a host prefix (the endpoint trait of Smithy): `prefix` is prepended to the host,
// also for a custom endpoint. An IP address is left unchanged, since it cannot be prefixed. Precondition: `prefix` is
// one or more labels of a host name, each followed by a dot, as in the service model.
Endpoint with_host_prefix(Endpoint endpoint, std::string_view prefix);

}  // namespace detail

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/http/impl/endpoint.ipp"
#endif
