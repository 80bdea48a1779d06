// The functions of credentials/instance_metadata.hpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/http_provider.hpp"
#include "healthlake/credentials/instance_metadata.hpp"
#include "healthlake/credentials/json_keys.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/flow/retry.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/percent.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

inline constexpr std::string_view imds_token_header = "X-aws-ec2-metadata-token";
inline constexpr std::string_view imds_lifetime_header = "X-aws-ec2-metadata-token-ttl-seconds";
inline constexpr std::string_view imds_roles_path = "/latest/meta-data/iam/security-credentials/";

}  // namespace detail

HEALTHLAKE_DECL std::string InstanceCredentials::who() const {
  if (request().authority.empty()) return "the instance metadata";
  return concat({"the instance metadata at ", request().scheme, "://", request().authority});
}

HEALTHLAKE_DECL void InstanceCredentials::begin(Timestamp now) {
  auto endpoint = parse_endpoint(!plan_.endpoint.empty() ? std::string_view{plan_.endpoint}
                                 : plan_.ipv6            ? "http://[fd00:ec2::254]"
                                                         : "http://169.254.169.254");
  if (!endpoint)
    return end(
        failed({"the endpoint of the metadata service is not valid: ", endpoint.error().as<SetupError>()->message}));
  request().scheme = std::move(endpoint->scheme);
  request().authority = std::move(endpoint->authority);
  path_ = std::move(endpoint->path);
  renewed_token_ = false;
  ask_for(token_.empty() || now >= token_end_ ? Phase::token : Phase::role);
}

HEALTHLAKE_DECL void InstanceCredentials::ask_for(Phase phase) {
  phase_ = phase;
  request().method = phase == Phase::token ? "PUT" : "GET";
  if (phase == Phase::token) {
    request().target = concat({path_, "/latest/api/token"});
  } else {
    request().target = concat({path_, detail::imds_roles_path});
    if (phase == Phase::keys) detail::percent_encode(role_, '-', [this](char c) { request().target += c; });
  }
  go();
}

HEALTHLAKE_DECL void InstanceCredentials::prepare(Timestamp) {
  request().headers.clear();
  if (phase_ == Phase::token) request().headers.add(detail::imds_lifetime_header, Decimal{token_lifetime});
  else request().headers.add(detail::imds_token_header, token_.reveal());
}

HEALTHLAKE_DECL void InstanceCredentials::take(HttpResponse const& response, Timestamp now) {
  int const status = response.status;
  if (detail::is_passing_status(status)) {
    seen_ = true;
    auto const text = detail::describe_json_error(status, response.body, token_.reveal());
    return again(failed_for_now({"the request failed", text}), RetryKind::transient, now);
  }
  // The token expired, or the service does not know it any more.
  if (status == 401 && phase_ != Phase::token && !renewed_token_) {
    renewed_token_ = true;
    token_end_ = now;
    return ask_for(Phase::token);
  }
  if (status == 200) {
    if (phase_ == Phase::token) return take_token(response, now);
    if (phase_ == Phase::role) return take_role(response, now);
    return take_keys(response, now);
  }
  if (phase_ == Phase::token && status == 403) return give_up(failed({"it is switched off (status 403)"}), now);
  if (phase_ == Phase::token && (status == 404 || status == 405))
    return give_up(failed({"it does not offer version 2 (status ", Decimal{status}, ")"}), now);
  if (phase_ == Phase::role && status == 404) return end_without_role();
  auto const text = detail::describe_json_error(status, response.body, token_.reveal());
  // The role was replaced since its name was read.
  if (phase_ == Phase::keys && status == 404) {
    ask_for(Phase::role);
    return again(failed_for_now({"the role has no credentials", text}), RetryKind::transient, now);
  }
  give_up(failed({"the request was refused", text}), now);
}

HEALTHLAKE_DECL void InstanceCredentials::take_token(HttpResponse const& response, Timestamp now) {
  auto const token = detail::trim_white_space(response.body);
  if (token.empty() || !detail::all_are(detail::is_visible, token))
    return give_up(failed({"the session token is empty or not visible ASCII"}), now);
  // A little less than its lifetime, for the time that it was under way.
  constexpr std::int64_t margin = 30;
  std::int64_t lifetime = token_lifetime;
  if (auto const header = response.headers.find(detail::imds_lifetime_header)) {
    auto const seconds = parse_integer(trim_blanks(*header));
    if (seconds.size != 0 && seconds.in_range) lifetime = std::clamp(seconds.value, margin, lifetime);
  }
  seen_ = true;
  token_ = Secret{token};
  token_end_ = detail::later(now, Milliseconds{(lifetime - margin) * 1000});
  ask_for(Phase::role);
}

HEALTHLAKE_DECL void InstanceCredentials::take_role(HttpResponse const& response, Timestamp now) {
  constexpr std::size_t longest = 128;
  auto const role = detail::trim_white_space(response.body);
  if (role.empty()) return end_without_role();
  // A name that contains the session token would be printed with it.
  if (role.size() > longest || !detail::all_are(detail::is_visible, role) || role.find('<') != std::string_view::npos ||
      quote(role) != role)
    return give_up(failed({"the name of the role is not one"}), now);
  role_ = role;
  ask_for(Phase::keys);
}

HEALTHLAKE_DECL void InstanceCredentials::take_keys(HttpResponse const& response, Timestamp now) {
  auto const keys = detail::read_json_keys(response.body);
  if (!keys) return give_up(failed({"the reply is not credentials: ", keys.error()}), now);
  if (auto const code = keys->code(); !code.empty() && code != "Success")
    return give_up(failed({"there are no credentials for the role ", printable_ascii(role_),
                           describe(200, code, keys->message())}),
                   now);
  auto provided = detail::credentials_of(*keys);
  if (!provided) return give_up(failed({"the reply is not credentials: ", provided.error()}), now);
  provided->source = concat({"the role ", role_, " of the instance"});
  last_ = *provided;
  provided_before_ = true;
  if (*provided->expiration <= now)
    return end(extended(std::move(*provided), "the metadata service has not renewed them", now));
  end(std::move(*provided));
}

HEALTHLAKE_DECL void InstanceCredentials::give_up(CredentialsFailure failure, Timestamp now) {
  if (last_ && *last_->expiration <= now)
    return end(extended(*last_, "the metadata service does not provide others", now));
  // A cache does not use them any more. Until they are extended, it would have none.
  if (last_ && *last_->expiration <= now + detail::last_seconds) return end(*last_);
  end_without(std::move(failure));
}

HEALTHLAKE_DECL void InstanceCredentials::end_without_role() {
  last_.reset();
  end_without(failed({"the instance has no role"}));
}

HEALTHLAKE_DECL void InstanceCredentials::end_without(CredentialsFailure failure) {
  if (provided_before_ || plan_.required || (seen_ && failure.transient)) return end(std::move(failure));
  end(NotConfigured{concat({"a role of an EC2 instance (", failure.error.as<SetupError>()->message, ")"}), {}});
}

HEALTHLAKE_DECL ProvidedCredentials InstanceCredentials::extended(ProvidedCredentials provided, std::string_view why,
                                                                  Timestamp now) const {
  constexpr std::int64_t least = 10 * 60'000;
  constexpr std::int64_t more = 10 * 60'000;
  provided.warnings.push_back(concat({"the credentials of ", provided.source, " expired at ",
                                      to_iso8601(*provided.expiration), " and stay in use, since ", why}));
  provided.expiration = detail::later(now, Milliseconds{least + random_part(entropy(), more)});
  return provided;
}

}  // namespace HEALTHLAKE_NAMESPACE
