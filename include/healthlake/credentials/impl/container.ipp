// The functions of credentials/container.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/container.hpp"
#include "healthlake/credentials/http_provider.hpp"
#include "healthlake/credentials/json_keys.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/token_file.hpp"
#include "healthlake/http/authority.hpp"
#include "healthlake/http/local_address.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// Visible ASCII without a fragment, or a backslash, which some parsers take for a slash.
constexpr bool is_plain_uri(std::string_view text) noexcept {
  constexpr std::size_t longest = 2048;
  return text.size() <= longest && all_are(is_visible, text) && text.find_first_of("#\\") == std::string_view::npos;
}

// Whether a token may be sent there in the clear.
constexpr bool allowed_over_http(Authority const& at) noexcept {
  if (is_loopback(at)) return true;
  if (at.name) return false;
  if (at.host.find(':') != std::string_view::npos)
    return ipv6_groups(at.host) == Ipv6Groups{0xFD00, 0x0EC2, 0, 0, 0, 0, 0, 0x23};
  return at.host == "169.254.170.2" || at.host == "169.254.170.23";
}

inline Result<ContainerAddress, std::string> full_address(std::string_view uri) {
  std::size_t const mark = uri.find("://");
  ContainerAddress address;
  if (mark != std::string_view::npos) append_lower(address.scheme, uri.substr(0, mark));
  bool const http = address.scheme == "http";
  if (!is_plain_uri(uri) || (!http && address.scheme != "https"))
    return Unexpected{std::string{"is not a URL; expected http:// or https://, a host, and a path"}};
  uri.remove_prefix(mark + 3);
  std::size_t const end = (std::min)(uri.find_first_of("/?"), uri.size());
  Authority at;
  if (parse_authority(uri.substr(0, end), at) != AuthorityFault::none)
    return Unexpected{
        std::string{"has no host or an invalid one; expected a host name or an IP address without user "
                    "information, and optionally a port"}};
  if (http && !allowed_over_http(at))
    return Unexpected{concat({"names the host ", printable_ascii(at.host),
                              ", to which the authorization token must not be sent over http; expected https, or "
                              "127.0.0.1, [::1], localhost, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]"})};
  address.authority = uri.substr(0, end);
  address.target = concat({uri.substr(end).starts_with('/') ? "" : "/", uri.substr(end)});
  return address;
}

}  // namespace detail

HEALTHLAKE_DECL Result<ContainerAddress, std::string> container_address(ContainerPlan const& plan) {
  auto const& relative = plan.relative_uri;
  if (relative.empty()) return detail::full_address(plan.full_uri);
  if (!relative.starts_with('/') || !detail::is_plain_uri(relative))
    return Unexpected{std::string{"is not a path; expected one that begins with a slash"}};
  return ContainerAddress{"http", "169.254.170.2", relative};
}

HEALTHLAKE_DECL std::string ContainerCredentials::who() const {
  if (request().authority.empty()) return "the container's credentials";
  return concat({"the container's credentials at ", request().scheme, "://", request().authority});
}

HEALTHLAKE_DECL void ContainerCredentials::begin(Timestamp) {
  auto address = container_address(plan_);
  if (!address)
    return end(failed(
        {plan_.relative_uri.empty() ? "AWS_CONTAINER_CREDENTIALS_FULL_URI" : "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
         " ", address.error()}));
  request().method = "GET";
  request().scheme = std::move(address->scheme);
  request().authority = std::move(address->authority);
  request().target = std::move(address->target);
  go();
}

HEALTHLAKE_DECL void ContainerCredentials::prepare(Timestamp) {
  if (!plan_.token_file.empty()) {
    auto token = detail::read_token(system_, plan_.token_file);
    if (!token) return end(failed_for_now({token.error()}));
    token_ = std::move(*token);
  } else if (detail::all_are(detail::is_printable, plan_.token.reveal())) {
    token_ = plan_.token;
  } else {
    return end(
        failed({"AWS_CONTAINER_AUTHORIZATION_TOKEN contains a line break, another control or a non-ASCII "
                "character"}));
  }
  request().headers.set("Accept", "application/json");
  if (!token_.empty()) request().headers.set("Authorization", token_.reveal());
}

HEALTHLAKE_DECL void ContainerCredentials::take(HttpResponse const& response, Timestamp now) {
  if (response.status != 200) {
    auto const text = detail::describe_json_error(response.status, response.body, token_.reveal());
    if (detail::is_passing_status(response.status))
      return again(failed_for_now({"the request failed", text}), RetryKind::transient, now);
    return end(failed({"the request was refused", text}));
  }
  auto const keys = detail::read_json_keys(response.body);
  auto provided =
      keys ? detail::credentials_of(*keys) : Result<ProvidedCredentials, std::string>{Unexpected{keys.error()}};
  if (!provided) return end(failed_for_now({"the reply is not credentials: ", provided.error()}));
  end_with(std::move(*provided), now);
}

}  // namespace HEALTHLAKE_NAMESPACE
