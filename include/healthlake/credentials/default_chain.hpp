// What is configured on this machine: a plan for credentials, and the region and endpoint that go with it.
//
// Rules: looked for in this order, until something is configured: keys in the environment, the profile, a web identity
// in the environment, a container, an instance. What is configured and wrong is a failure; nothing after it is looked
// at. A profile that the program names leaves out the environment's keys and web identity.
#pragma once

#include <string>

#include "healthlake/core/result.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/provided.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// What the program says about credentials.
struct CredentialsOptions {
  /// The profile to use, such as the argument of `--profile`. Empty: AWS_PROFILE, or `default`.
  std::string profile{};
  /// The region of STS and of ProfileSettings, such as the argument of `--region`. Empty: AWS_REGION, or `region` of
  /// the profile.
  std::string region{};
};

/// Finds out how to get credentials; reads the environment and the shared files. Not configured only if the instance
/// metadata is switched off as well.
Provision<CredentialsPlan> plan_credentials(LocalSystemRef system, CredentialsOptions const& options);

/// Region and endpoint, for EndpointOptions.
struct ProfileSettings {
  /// CredentialsOptions::region, AWS_REGION, or `region` of the profile; may be empty.
  std::string region{};
  /// AWS_ENDPOINT_URL_HEALTHLAKE, AWS_ENDPOINT_URL, `endpoint_url` below `healthlake` in the profile's `services`
  /// section, or `endpoint_url` of the profile. Empty if none is set, or if AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or
  /// `ignore_configured_endpoint_urls` is `true`.
  std::string endpoint_url{};
  /// Where each of them is from, for messages: `AWS_REGION`, `region in /home/me/.aws/config:3`. Empty if it is not
  /// set, or if the program set it.
  std::string region_source{};
  /// See `region_source`.
  std::string endpoint_source{};

  friend bool operator==(ProfileSettings const&, ProfileSettings const&) = default;
};

/// Reads the settings. A profile that does not exist has none. AWS_DEFAULT_REGION, which some tools read, is not read.
/// A failure is a file that cannot be used, a `services` section that is missing, or a setting that is neither `true`
/// nor `false`.
Result<ProfileSettings, CredentialsFailure> profile_settings(LocalSystemRef system, CredentialsOptions const& options);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/default_chain.ipp"
#endif
