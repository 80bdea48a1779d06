// AWS Security Token Service: AssumeRole, and AssumeRoleWithWebIdentity.
//
// Rules: a POST with a form as its body (the AWS query protocol), answered in XML. AssumeRole is signed for the region
// of the endpoint, and a wrong clock is corrected as for any call. A web identity is never signed, and its token file
// is read for each attempt. The endpoint is that of the region, and the global one only without a region. A reply
// counts only with all four parts of the credentials.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/http_provider.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/credentials/signer_ref.hpp"
#include "healthlake/credentials/xml_reader.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/sign/credentials.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Where STS is, and how its replies are read.
struct StsOptions {
  /// `eu-west-1`; empty (or `aws-global`) for the global endpoint, which is signed for as us-east-1.
  std::string region{};
  /// A custom endpoint, as EndpointOptions::endpoint; empty for the region's.
  std::string endpoint{};
  /// The reader; required.
  XmlReader xml = nullptr;
};

/// An endpoint, and the region to sign for.
struct StsEndpoint {
  /// Where requests are sent.
  Endpoint endpoint{};
  /// The region of the credential scope.
  std::string signing_region{};
};

/// Resolves the endpoint; the error is that of resolve_endpoint.
Result<StsEndpoint> sts_endpoint(StsOptions const& options);

namespace detail {

// Appends `&name=value` to a form, percent-encoded.
void append_form(std::string& form, std::string_view name, std::string_view value);

// What both operations have in common.
class StsProvider : public HttpProvider {
 protected:
  StsProvider(Entropy entropy, StsOptions options, FetchLimits const& limits)
      : HttpProvider(entropy, limits), options_(std::move(options)) {}

  // Sets the address, or ends the fetch and returns false.
  bool resolve();
  void take(HttpResponse const& response, Timestamp now) final;

  // The attempt that the service refused may succeed if it is repeated. May prepare for that.
  [[nodiscard]] virtual bool may_repeat(std::string_view code, std::string_view message, HttpResponse const& response,
                                        Timestamp now) = 0;
  [[nodiscard]] std::string const& signing_region() const noexcept { return signing_region_; }
  // The role's session, after `said`; made up from the time if it is empty.
  static std::string session_name(std::string const& said, Timestamp now);

 private:
  void take_success(HttpResponse const& response, Timestamp now);

  StsOptions options_;
  std::string signing_region_{};
};

}  // namespace detail

/// Assumes a role with other credentials.
class AssumeRoleCredentials final : public detail::StsProvider {
 public:
  /// 10 s for an attempt.
  static constexpr FetchLimits default_limits{};

  /// `signer` and `entropy` refer to what must outlive this object; `with` are the credentials to assume the role with.
  AssumeRoleCredentials(SignerRef signer, Entropy entropy, StsOptions options, AssumeRolePlan plan, Credentials with,
                        FetchLimits const& limits = default_limits)
      : StsProvider(entropy, std::move(options), limits),
        signer_(signer),
        plan_(std::move(plan)),
        with_(std::move(with)) {}

 private:
  void begin(Timestamp now) override;
  void prepare(Timestamp now) override;
  bool may_repeat(std::string_view code, std::string_view message, HttpResponse const& response,
                  Timestamp now) override;
  [[nodiscard]] detail::SentSecrets sent_secrets() const override {
    return {with_.session_token.reveal(), with_.secret_access_key.reveal()};
  }
  [[nodiscard]] std::string who() const override;

  SignerRef signer_;
  AssumeRolePlan plan_;
  Credentials with_;
  // What is added to the local time, as learned from a rejected signature; and when the attempt was sent.
  Milliseconds correction_{};
  Timestamp sent_{};
};

/// Exchanges the token of a web identity, such as a Kubernetes service account, for credentials.
class WebIdentityCredentials final : public detail::StsProvider {
 public:
  /// 10 s for an attempt, and 4 of them, since a new token may not be known everywhere yet.
  static constexpr FetchLimits default_limits{4, Milliseconds{10'000}};

  /// `system` and `entropy` refer to what must outlive this object.
  WebIdentityCredentials(LocalSystemRef system, Entropy entropy, StsOptions options, WebIdentityPlan plan,
                         FetchLimits const& limits = default_limits)
      : StsProvider(entropy, std::move(options), limits), system_(system), plan_(std::move(plan)) {}

 private:
  void begin(Timestamp now) override;
  void prepare(Timestamp now) override;
  bool may_repeat(std::string_view code, std::string_view message, HttpResponse const& response,
                  Timestamp now) override;
  [[nodiscard]] detail::SentSecrets sent_secrets() const override { return {token_.reveal()}; }
  [[nodiscard]] std::string who() const override;

  LocalSystemRef system_;
  WebIdentityPlan plan_;
  // What was sent, for redaction.
  Secret token_{};
};

static_assert(CredentialsProvider<AssumeRoleCredentials> && CredentialsProvider<WebIdentityCredentials>);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/sts.ipp"
#endif
