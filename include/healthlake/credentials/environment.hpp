// Credentials from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, the names that every AWS SDK uses.
//
// Rules: an empty variable counts as one that is not set. The three belong together: without both parts of the access
// key the provider is not configured, and a token alone is never joined to keys from elsewhere. AWS_SECURITY_TOKEN and
// AWS_CREDENTIAL_EXPIRATION, which one SDK reads, are not read.
#pragma once

#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/provided.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Reads the environment once. Fails if a variable contains anything but visible ASCII, such as a line feed that was
/// copied along.
CredentialsOutcome credentials_of_environment(LocalSystemRef system);

/// The environment as a provider.
class EnvironmentCredentials : public detail::Unsent<EnvironmentCredentials> {
 public:
  /// `system` refers to what must outlive this object.
  explicit EnvironmentCredentials(LocalSystemRef system) : system_(system) {}

  /// What the variables hold now.
  CredentialsOutcome provide(Timestamp) const { return credentials_of_environment(system_); }

 private:
  LocalSystemRef system_;
};

static_assert(CredentialsProvider<EnvironmentCredentials>);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/environment.ipp"
#endif
