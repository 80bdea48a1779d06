// Credentials of an EC2 instance's role, from its metadata service (IMDS), version 2 only.
//
// Rules: a session token first, then the name of the role and its credentials, each with the token; never version 1.
// The requests must not go through a proxy (is_local_authority), and each attempt has a second, connecting included:
// from inside a container the connection succeeds, but the token's reply may be dropped on its way. Credentials that
// expired stay in use as long as the service has no others, whatever it answers, as AWS asks (static stability): with a
// warning, and an expiration 10 to 20 minutes from now, so that the next refresh is 5 to 15 minutes away. An expiration
// in the future is never changed. The credentials of a role that was taken away are forgotten.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/http_provider.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/flow/retry.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/sign/credentials.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The provider. Unless the plan says that it is required, or it provided credentials before, it is not configured
/// where no metadata service answers as one should, or the instance has no role; a service that answers with 429 or
/// 5xx, or does not answer although it did before, has failed. The session token is kept from one fetch to the next.
class InstanceCredentials final : public detail::HttpProvider {
 public:
  /// 1 s for an attempt.
  static constexpr FetchLimits default_limits{3, Milliseconds{1000}};
  /// What is asked for as the lifetime of a session token, in seconds; the service's maximum.
  static constexpr std::int32_t token_lifetime = 21'600;

  /// `entropy` refers to what must outlive this object.
  InstanceCredentials(Entropy entropy, InstancePlan plan, FetchLimits const& limits = default_limits)
      : HttpProvider(entropy, limits), plan_(std::move(plan)) {}

  /// The plan that this provider was made for.
  [[nodiscard]] InstancePlan const& plan() const noexcept { return plan_; }

 private:
  enum class Phase : std::uint8_t { token, role, keys };

  void begin(Timestamp now) override;
  void prepare(Timestamp now) override;
  void take(HttpResponse const& response, Timestamp now) override;
  [[nodiscard]] detail::SentSecrets sent_secrets() const override { return {token_.reveal()}; }
  [[nodiscard]] std::string who() const override;

  void ask_for(Phase phase);
  void take_token(HttpResponse const& response, Timestamp now);
  void take_role(HttpResponse const& response, Timestamp now);
  void take_keys(HttpResponse const& response, Timestamp now);
  // The last credentials stay in use if they have expired, or are about to.
  void give_up(CredentialsFailure failure, Timestamp now) override;
  void end_without_role();
  // It is the failure, or nothing was configured.
  void end_without(CredentialsFailure failure);
  // The credentials, which have expired, for some more minutes.
  ProvidedCredentials extended(ProvidedCredentials provided, std::string_view why, Timestamp now) const;

  InstancePlan plan_;
  Phase phase_ = Phase::token;
  // Below the endpoint's path.
  std::string path_{};
  std::string role_{};
  Secret token_{};
  Timestamp token_end_{};
  bool renewed_token_ = false;
  // A metadata service has answered: if it does not now, it has failed.
  bool seen_ = false;
  std::optional<ProvidedCredentials> last_{};
  bool provided_before_ = false;
};

static_assert(CredentialsProvider<InstanceCredentials>);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/instance_metadata.ipp"
#endif
