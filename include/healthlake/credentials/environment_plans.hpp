// What environment variables say about web identities, containers and instances.
//
// Rules: an empty variable counts as one that is not set. Addresses are taken as they are; the provider that sends to
// them checks them.
#pragma once

#include <string>
#include <string_view>

#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/credentials/shared_files.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The web identity of AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN and AWS_ROLE_SESSION_NAME. A failure if the file is
/// set without the role, or the role is not an ARN.
Provision<WebIdentityPlan> web_identity_of_environment(LocalSystemRef system);

/// The endpoint of a container, by AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI, with
/// AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE or AWS_CONTAINER_AUTHORIZATION_TOKEN.
Provision<ContainerPlan> container_of_environment(LocalSystemRef system);

/// The instance metadata, unless AWS_EC2_METADATA_DISABLED is `true` in any case; no other value switches it off. The
/// variables AWS_EC2_METADATA_SERVICE_ENDPOINT and AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE come before the properties of
/// the profile. A failure if there is no endpoint, and the mode is neither IPv4 nor IPv6, in any case.
Provision<InstancePlan> instance_of_system(LocalSystemRef system, SharedFiles const& files, std::string_view profile);

namespace detail {
// Whether STS accepts its length, and whether it looks like an ARN at all.
bool plausible_role_arn(std::string_view arn) noexcept;
// 2 to 64 of `[A-Za-z0-9_+=,.@-]`, or empty.
bool plausible_session_name(std::string_view name) noexcept;
inline constexpr std::string_view role_arn_expected = "expected an ARN such as arn:aws:iam::111122223333:role/name";
inline constexpr std::string_view session_name_expected = "expected 2 to 64 ASCII letters, digits or _+=,.@-";
}  // namespace detail

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/environment_plans.ipp"
#endif
