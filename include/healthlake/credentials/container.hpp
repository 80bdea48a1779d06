// The endpoint of a container, which ECS and EKS Pod Identity name in environment variables.
//
// Rules: the address is parsed, and its host allowed, before the authorization token is read: over HTTP only this
// machine and the addresses of the two agents; over HTTPS any host. The token file is read for each attempt. The
// request must not go through a proxy (is_local_authority).
#pragma once

#include <string>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/http_provider.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/http/message.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Where a container's credentials are.
struct ContainerAddress {
  /// `https` or `http`.
  std::string scheme{};
  /// The host and, unless it is the scheme's default, the port.
  std::string authority{};
  /// Path and query.
  std::string target{};

  friend bool operator==(ContainerAddress const&, ContainerAddress const&) = default;
};

/// The address that a plan names, if credentials may be asked for there: `relative_uri` at 169.254.170.2, or else
/// `full_uri`: https, or http to 127.0.0.0/8, `[::1]`, `localhost`, 169.254.170.2, 169.254.170.23 or `[fd00:ec2::23]`.
/// No user information, no fragment; at most 2048 bytes. The error is to be read after the variable's name.
Result<ContainerAddress, std::string> container_address(ContainerPlan const& plan);

/// The provider.
class ContainerCredentials final : public detail::HttpProvider {
 public:
  /// 2 s for an attempt.
  static constexpr FetchLimits default_limits{3, Milliseconds{2000}};

  /// `system` and `entropy` refer to what must outlive this object.
  ContainerCredentials(LocalSystemRef system, Entropy entropy, ContainerPlan plan,
                       FetchLimits const& limits = default_limits)
      : HttpProvider(entropy, limits), system_(system), plan_(std::move(plan)) {}

 private:
  void begin(Timestamp now) override;
  void prepare(Timestamp now) override;
  void take(HttpResponse const& response, Timestamp now) override;
  [[nodiscard]] detail::SentSecrets sent_secrets() const override { return {token_.reveal()}; }
  [[nodiscard]] std::string who() const override;

  LocalSystemRef system_;
  ContainerPlan plan_;
  // What was sent, for redaction.
  Secret token_{};
};

static_assert(CredentialsProvider<ContainerCredentials>);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/container.ipp"
#endif
