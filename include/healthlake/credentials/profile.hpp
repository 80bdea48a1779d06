// From a profile of the shared files to a plan.
//
// Rules: a profile with `role_arn` is a role, whatever keys stand beside it: it assumes the role with the credentials
// of `source_profile` or `credential_source`, or with a web identity. Without it, a profile's keys come before SSO, and
// SSO before `credential_process`. A source profile may be of any kind, is resolved under its own name, and its keys
// come before its role, which ends a chain; a chain that comes back to a profile is a failure. Properties of one
// profile are never those of another one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/credentials/shared_files.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The most profiles of a chain of `source_profile`.
inline constexpr std::size_t max_source_profiles = 16;

/// The access key of a profile, with its token. A secret or a token is joined to an access key id of the other file
/// only if its own file has none: the halves of two keys are not one. Half of an access key is a failure.
Provision<ProvidedCredentials> keys_of_profile(SharedFiles const& files, std::string_view name);

/// How to get the credentials of a profile. Not configured: it has none. A failure if there is no such profile.
Provision<CredentialsPlan> plan_of_profile(SharedFiles const& files, std::string_view name, LocalSystemRef system);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/profile.ipp"
#endif
