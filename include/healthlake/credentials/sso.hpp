// Credentials of a role in IAM Identity Center, with the access token that `aws sso login` left behind.
//
// Rules: the token's file is read for each fetch, since a new login replaces it; nothing here logs in or renews a
// token. The request is not signed. The expiration is in milliseconds.
#pragma once

#include <string>
#include <utility>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/http_provider.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/sign/credentials.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The provider.
class SsoCredentials final : public detail::HttpProvider {
 public:
  /// 10 s for an attempt.
  static constexpr FetchLimits default_limits{};

  /// `system` and `entropy` refer to what must outlive this object.
  SsoCredentials(LocalSystemRef system, Entropy entropy, SsoPlan plan, FetchLimits const& limits = default_limits)
      : HttpProvider(entropy, limits), system_(system), plan_(std::move(plan)) {}

 private:
  void begin(Timestamp now) override;
  void prepare(Timestamp now) override;
  void take(HttpResponse const& response, Timestamp now) override;
  [[nodiscard]] detail::SentSecrets sent_secrets() const override { return {token_.reveal()}; }
  [[nodiscard]] std::string who() const override;

  LocalSystemRef system_;
  SsoPlan plan_;
  Secret token_{};
};

static_assert(CredentialsProvider<SsoCredentials>);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/sso.ipp"
#endif
