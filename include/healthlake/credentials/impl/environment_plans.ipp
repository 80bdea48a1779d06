// The functions of credentials/environment_plans.hpp.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "healthlake/credentials/environment_plans.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/credentials/shared_files.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

HEALTHLAKE_DECL bool plausible_role_arn(std::string_view arn) noexcept {
  return arn.starts_with("arn:") && arn.size() >= 20 && arn.size() <= 2048 && all_are(is_visible, arn);
}

HEALTHLAKE_DECL bool plausible_session_name(std::string_view name) noexcept {
  constexpr AsciiSet allowed{"A-Za-z0-9_+=,.@-"};
  return name.empty() || (name.size() >= 2 && name.size() <= 64 && all_are(allowed, name));
}

}  // namespace detail

HEALTHLAKE_DECL Provision<WebIdentityPlan> web_identity_of_environment(LocalSystemRef system) {
  std::string const file{system.variable("AWS_WEB_IDENTITY_TOKEN_FILE")};
  if (file.empty()) return NotConfigured{"AWS_WEB_IDENTITY_TOKEN_FILE in the environment", {}};
  WebIdentityPlan plan{.role_arn = std::string{system.variable("AWS_ROLE_ARN")},
                       .role_session_name = std::string{system.variable("AWS_ROLE_SESSION_NAME")},
                       .token_file = expand_home(system, file),
                       .source = "the environment"};
  if (plan.role_arn.empty())
    return detail::credentials_failure(
        "AWS_WEB_IDENTITY_TOKEN_FILE is set in the environment, but AWS_ROLE_ARN, the role to assume with it, is not");
  if (!detail::plausible_role_arn(plan.role_arn))
    return detail::credentials_failure(concat({"AWS_ROLE_ARN in the environment: ", detail::role_arn_expected}));
  if (!detail::plausible_session_name(plan.role_session_name))
    return detail::credentials_failure(
        concat({"AWS_ROLE_SESSION_NAME in the environment: ", detail::session_name_expected}));
  if (plan.token_file.empty())
    return detail::credentials_failure("AWS_WEB_IDENTITY_TOKEN_FILE in the environment: there is no home folder");
  return plan;
}

HEALTHLAKE_DECL Provision<ContainerPlan> container_of_environment(LocalSystemRef system) {
  auto const read = [system](char const* name) { return std::string{system.variable(name)}; };
  ContainerPlan plan{.relative_uri = read("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
                     .full_uri = read("AWS_CONTAINER_CREDENTIALS_FULL_URI"),
                     .token_file = read("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
                     .token = Secret{system.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")}};
  if (plan.relative_uri.empty() && plan.full_uri.empty())
    return NotConfigured{
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI in the environment", {}};
  return plan;
}

HEALTHLAKE_DECL Provision<InstancePlan> instance_of_system(LocalSystemRef system, SharedFiles const& files,
                                                           std::string_view profile) {
  if (equal_ignoring_case(system.variable("AWS_EC2_METADATA_DISABLED"), "true"))
    return NotConfigured{"the instance metadata, which AWS_EC2_METADATA_DISABLED switches off", {}};
  auto const setting = [&](char const* variable, std::string_view property) {
    std::string value{system.variable(variable)};
    if (value.empty()) value = files.value(SharedSectionKind::profile, profile, property);
    return value;
  };
  InstancePlan plan{.endpoint = setting("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint")};
  auto const mode = setting("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
  plan.ipv6 = equal_ignoring_case(mode, "IPv6");
  if (plan.endpoint.empty() && !plan.ipv6 && !mode.empty() && !equal_ignoring_case(mode, "IPv4"))
    return detail::credentials_failure(
        concat({"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE or ec2_metadata_service_endpoint_mode: expected IPv4 or IPv6, "
                "found ",
                quoted(mode, 64)}));
  return plan;
}

}  // namespace HEALTHLAKE_NAMESPACE
