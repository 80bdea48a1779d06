// Which errors are retryable, and of which kind: the classification of the standard retry mode.
//
// Rules: a throttling code takes precedence over a modelled trait, and both over the status; codes are compared
// exactly; a 429 or 408 alone is not retryable. Source: the error lists of the AWS SDKs' standard retry mode, on which
// botocore and smithy-rs agree.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "healthlake/core/error.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Codes of throttling errors.
inline constexpr std::array<std::string_view, 14> throttling_codes{
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
};
/// Codes of transient errors.
inline constexpr std::array<std::string_view, 2> transient_codes{"RequestTimeout", "RequestTimeoutException"};
/// Statuses of transient errors, whatever the code.
inline constexpr std::array<int, 4> transient_statuses{500, 502, 503, 504};

/// Classifies an error response. `modelled` is the retryable trait of the error's shape, if it has one.
constexpr RetryKind retry_kind(std::string_view code, int http_status, RetryKind modelled = RetryKind::none) noexcept {
  auto const in = [](auto const& list, auto const& what) {
    for (auto const& one : list)
      if (one == what) return true;
    return false;
  };
  if (in(throttling_codes, code)) return RetryKind::throttling;
  if (modelled != RetryKind::none) return modelled;
  if (in(transient_codes, code) || in(transient_statuses, http_status)) return RetryKind::transient;
  return RetryKind::none;
}

/// Classifies a transport error: failed and lost connections are transient, timeouts cost more of the retry quota, and
/// what would fail again in the same way is not retryable.
constexpr RetryKind retry_kind(TransportReason reason) noexcept {
  switch (reason) {
    case TransportReason::connect_failed:
    case TransportReason::connection_lost: return RetryKind::transient;
    case TransportReason::connect_timeout:
    case TransportReason::read_timeout: return RetryKind::timeout;
    case TransportReason::tls_verification:
    case TransportReason::response_too_large:
    case TransportReason::not_http:
    case TransportReason::cancelled:
    case TransportReason::proxy_refused: return RetryKind::none;
  }
  return RetryKind::none;
}

/// Codes of an expired key or signature: another key, or a new signature, may be accepted.
inline constexpr std::array<std::string_view, 4> expired_codes{"ExpiredToken", "ExpiredTokenException",
                                                               "RequestExpired", "TokenRefreshRequired"};

/// Whether the error may be temporary: no connection or a lost one, a response that is not in this protocol (a proxy's
/// page, whatever its status), a status of 500 or more, 408 or 429, throttling, an expired key. A certificate that
/// cannot be verified and a response that is too large are permanent.
bool may_pass(Error const& error) noexcept;

/// Whether the service may have carried out the request that ended with this error. It has not if it rejected the
/// request: with a throttling code, or with a status from 400 to 499 other than 408.
bool may_have_acted(Error const& error) noexcept;

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/core/impl/retry_kind.ipp"
#endif
