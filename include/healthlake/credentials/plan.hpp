// How to get credentials, as plain data: what the environment and the shared files say, before anything is sent.
//
// Rules: a plan is a base, from which the first credentials are, and the roles that are assumed with them one after the
// other. It is made once for each fetch and holds no state of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/sign/credentials.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// AssumeRole of AWS STS, signed with the credentials before it.
struct AssumeRolePlan {
  /// 20 to 2048 characters.
  std::string role_arn{};
  /// 2 to 64 of `[A-Za-z0-9_+=,.@-]`; empty if one is to be made up.
  std::string role_session_name{};
  /// 2 to 1224 characters; empty to send none.
  std::string external_id{};
  /// 900 to 43,200; the service's default is 3600.
  std::optional<std::int32_t> duration_seconds{};
  /// For messages: `profile dev`.
  std::string source{};

  friend bool operator==(AssumeRolePlan const&, AssumeRolePlan const&) = default;
};

/// AssumeRoleWithWebIdentity of AWS STS, not signed. The token file is read at each fetch.
struct WebIdentityPlan {
  /// As AssumeRolePlan::role_arn.
  std::string role_arn{};
  /// As AssumeRolePlan::role_session_name.
  std::string role_session_name{};
  /// The path of a file with an OpenID Connect token, which whoever issues it replaces from time to time.
  std::string token_file{};
  /// As AssumeRolePlan::source.
  std::string source{};

  friend bool operator==(WebIdentityPlan const&, WebIdentityPlan const&) = default;
};

/// GetRoleCredentials of IAM Identity Center, with the access token that `aws sso login` left in a file.
struct SsoPlan {
  /// The name of the sso-session; empty for the older form.
  std::string session{};
  /// The start URL of IAM Identity Center, which the token must be for.
  std::string start_url{};
  /// The region of the service to call, which is not that of the profile.
  std::string region{};
  /// The account of the role, 12 digits.
  std::string account_id{};
  /// The name of the role in that account.
  std::string role_name{};
  /// As CredentialsPlan::sts_endpoint_url, with AWS_ENDPOINT_URL_SSO.
  std::string endpoint_url{};
  /// As AssumeRolePlan::source.
  std::string source{};

  friend bool operator==(SsoPlan const&, SsoPlan const&) = default;
};

/// A program that prints credentials.
struct ProcessPlan {
  /// Its path or name, and its arguments.
  std::vector<std::string> arguments{};
  /// As AssumeRolePlan::source.
  std::string source{};

  friend bool operator==(ProcessPlan const&, ProcessPlan const&) = default;
};

/// The endpoint of a container: ECS, or EKS Pod Identity. At least one of the addresses is not empty.
struct ContainerPlan {
  /// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI; it is used if both are set.
  std::string relative_uri{};
  /// AWS_CONTAINER_CREDENTIALS_FULL_URI.
  std::string full_uri{};
  /// AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, read for each request; it is used if both are set.
  std::string token_file{};
  /// AWS_CONTAINER_AUTHORIZATION_TOKEN.
  Secret token{};

  friend bool operator==(ContainerPlan const&, ContainerPlan const&) = default;
};

/// The instance metadata service of EC2. Whether there is one shows when it is asked.
struct InstancePlan {
  /// AWS_EC2_METADATA_SERVICE_ENDPOINT or ec2_metadata_service_endpoint: a URL that is used instead of the mode's.
  std::string endpoint{};
  /// AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE or ec2_metadata_service_endpoint_mode: the IPv6 address.
  bool ipv6 = false;
  /// It is named by a `credential_source`, so its absence is a failure.
  bool required = false;

  friend bool operator==(InstancePlan const&, InstancePlan const&) = default;
};

/// Where the first credentials of a plan are from.
using PlanBase = std::variant<ProvidedCredentials, WebIdentityPlan, SsoPlan, ProcessPlan, ContainerPlan, InstancePlan>;

/// How to get credentials.
struct CredentialsPlan {
  /// The first credentials; those to sign with, unless there are roles.
  PlanBase base{};
  /// In the order in which they are assumed, each with the credentials of the one before.
  std::vector<AssumeRolePlan> roles{};
  /// The region of STS: AWS_REGION or that of the profile. Empty for the global endpoint.
  std::string region{};
  /// A URL that is used instead of the region's endpoint of STS: AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL, or as in
  /// ProfileSettings; usually empty.
  std::string sts_endpoint_url{};
  /// As in ProvidedCredentials; not those of `base`.
  std::vector<std::string> warnings{};
  /// What was looked for before, as in NotConfigured: for the message if an instance has no credentials either.
  std::string looked_for{};

  friend bool operator==(CredentialsPlan const&, CredentialsPlan const&) = default;
};

}  // namespace HEALTHLAKE_NAMESPACE
