// The standard retry mode of the AWS SDKs: how long to wait before each attempt, and when to stop retrying.
//
// Rules: everything is computed from values that are passed in. "2.1" is the SDKs' default since November 2026, "2.0"
// the default before that. A retry requires, in this order: a retryable error, an attempt left, a delay that ends
// before the timeout, and enough retry quota.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The revision of the standard retry mode.
enum class RetrySpec : std::uint8_t {
  /// The SDKs' default until November 2026.
  v2_0,
  /// The SDKs' default since then: shorter delays after transient errors, at a higher quota cost, so that a client
  /// stops retrying sooner in an outage.
  v2_1,
};

/// How often and after what delays to retry.
struct RetryPolicy {
  /// Default: that of the SDKs.
  RetrySpec spec = RetrySpec::v2_1;
  /// The maximum number of attempts, including the first; 1 disables retries, and 0 counts as 1. Default 3.
  unsigned max_attempts = 3;
  /// The maximum backoff, before jitter; negative values count as 0. Default 20 s.
  Milliseconds max_backoff{20'000};
  /// True retries all operations alike, as the SDKs do; an operation with Repeat::if_not_done may then be carried out
  /// twice.
  bool repeat_any = false;
};

/// The retry quota shared by the calls of a client: while a service is down, the quota runs out and retries stop.
/// Thread-safe.
class RetryQuota {
 public:
  /// 35 retries of transient errors, or 100 of throttled ones, at the costs of retry_cost.
  static constexpr std::int32_t default_capacity = 500;

  /// A full quota.
  explicit RetryQuota(std::int32_t capacity = default_capacity) : RetryQuota(capacity, capacity) {}
  /// A negative capacity counts as 0; `initial` is clamped to the range from 0 to the capacity.
  RetryQuota(std::int32_t capacity, std::int32_t initial)
      : capacity_((std::max<std::int32_t>)(capacity, 0)), left_(std::clamp<std::int32_t>(initial, 0, capacity_)) {}
  RetryQuota(RetryQuota const&) = delete;
  RetryQuota& operator=(RetryQuota const&) = delete;

  /// Takes `cost` and returns true, or takes nothing and returns false if less than that is left.
  bool take(std::int32_t cost) noexcept;
  /// Returns `amount` to the quota, up to the capacity.
  void give_back(std::int32_t amount) noexcept;
  /// What can still be taken.
  [[nodiscard]] std::int32_t left() const noexcept { return left_.load(std::memory_order_relaxed); }

 private:
  std::int32_t capacity_;
  std::atomic<std::int32_t> left_;
};

/// The quota cost of a retry after an error of this kind. 2.1: 14, or 5 for throttling. 2.0: 5, or 10 for a timeout.
constexpr std::int32_t retry_cost(RetrySpec spec, RetryKind kind) noexcept {
  if (spec == RetrySpec::v2_0) return kind == RetryKind::timeout ? 10 : 5;
  return kind == RetryKind::throttling ? 5 : 14;
}

/// The maximum backoff after attempt `attempt` (from 1): `min(initial * 2^(attempt-1), max_backoff)`, where `initial`
/// is 50 ms, or 1 s for throttling (and in 2.0 for all errors).
constexpr Milliseconds longest_backoff(RetryPolicy const& policy, RetryKind kind, unsigned attempt) noexcept {
  std::uint32_t const initial = policy.spec == RetrySpec::v2_1 && kind != RetryKind::throttling ? 50 : 1000;
  // 2^20 * 1 s is twelve days, more than any reasonable limit, and fits in 31 bits.
  unsigned const doublings = (std::min)(attempt > 0 ? attempt - 1 : 0, 20U);
  return {std::clamp(policy.max_backoff.count, std::int64_t{0}, std::int64_t{initial << doublings})};
}

/// The backoff with full jitter: a random share of the maximum backoff.
Milliseconds backoff(RetryPolicy const& policy, RetryKind kind, unsigned attempt, Entropy const& entropy);

/// The value of x-amz-retry-after in milliseconds; nullopt if it is absent, negative or not an integer.
std::optional<Milliseconds> retry_after_of(Headers const& headers);

/// The delay before a retry, from the backoff and the server's hint. 2.1: the hint, clamped to the range from the
/// backoff to 5 s more. 2.0: the hint, at most `max_backoff` (as in smithy-rs; botocore ignores it).
constexpr Milliseconds with_retry_after(RetryPolicy const& policy, Milliseconds delay,
                                        std::optional<Milliseconds> hint) noexcept {
  if (!hint) return delay;
  if (policy.spec == RetrySpec::v2_0) return (std::min)(*hint, (std::max)(policy.max_backoff, Milliseconds{0}));
  return (std::max)(delay, (std::min)(*hint, Milliseconds{delay.count + 5000}));
}

/// How far the service's clock is ahead of the local clock, learned from rejected signatures and shared by the calls of
/// a client. Thread-safe.
class ClockSkew {
 public:
  /// To be added to the local time to get the service's; 0 as long as nothing was learned.
  [[nodiscard]] Milliseconds offset() const noexcept;
  /// Clamped to the range from 8 years behind to 2,000 years ahead, enough for any clock that is not set; truncated to
  /// seconds, or, from 110 years ahead, to about 2 minutes, which a signature tolerates.
  void set(Milliseconds offset) noexcept;

 private:
  // A 32-bit number, so that 32-bit targets need no lock. In whole seconds, the precision of a Date header, with `zero`
  // for an offset of 0; beyond `coarse`, in steps of `coarse_seconds`.
  static constexpr std::uint32_t zero = std::uint32_t{1} << 28;
  static constexpr std::uint32_t coarse = std::uint32_t{7} << 29;
  static constexpr std::uint32_t coarse_seconds = 128;
  std::atomic<std::uint32_t> code_ = zero;
};

/// 2026-08-01: this version was released later, so no correct clock shows an earlier time.
inline constexpr Timestamp earliest_time = Timestamp::from_seconds(1'785'542'400);

/// How far a Date header is trusted. It is not signed, and over plain HTTP anyone can forge it.
struct ClockBounds {
  /// The maximum correction, in either direction, of a clock at or after earliest_time. Default 24 h; 0 disables it.
  Milliseconds max_correction{86'400'000};
  /// A clock before earliest_time (a device that starts in 1970) is corrected to any time from earliest_time to this
  /// much later. Default 20 years; a negative value disables it.
  Milliseconds max_after_earliest{631'152'000'000};
};

/// Whether the service's time may replace the local time.
constexpr bool may_correct(Timestamp local, Timestamp service, ClockBounds const& bounds) noexcept {
  if (local < earliest_time) return service >= earliest_time && service - earliest_time <= bounds.max_after_earliest;
  Milliseconds const difference = service - local;
  return difference <= bounds.max_correction && Milliseconds{-difference.count} <= bounds.max_correction;
}

/// The correction to add to the local time: `offset`, or 0 if that would exceed the bounds, as it does once the clock
/// was set.
constexpr Milliseconds correction_at(Timestamp local, Milliseconds offset, ClockBounds const& bounds) noexcept {
  return may_correct(local, local + offset, bounds) ? offset : Milliseconds{};
}

/// Error codes that a wrong clock can cause.
inline constexpr std::array<std::string_view, 6> clock_skew_codes{"RequestTimeTooSkewed",  "RequestExpired",
                                                                  "RequestInTheFuture",    "InvalidSignatureException",
                                                                  "SignatureDoesNotMatch", "AuthFailure"};

/// The smallest difference that counts as clock skew: signatures are valid for five minutes.
inline constexpr Milliseconds min_clock_skew{4 * 60'000};
/// A response that took longer is not used to measure clock skew.
inline constexpr Milliseconds max_response_time_for_skew{15 * 60'000};

namespace detail {
// The server's time of an error response that a wrong clock can cause; nullopt for other errors, without a Date, and
// with an Age, which shows that the response came from a cache (RFC 9111).
std::optional<Timestamp> rejected_at(std::string_view code, Headers const& headers);
bool is_no_skew(Milliseconds difference) noexcept;
}  // namespace detail

/// The new offset if this error response shows that the clock is wrong, otherwise nullopt. `sent` and `received` are
/// local times, `offset` is the correction in use. The server's time is taken from the Date header, unless an Age
/// header (RFC 9111) shows that the response came from a cache; a time outside `bounds` is not trusted.
std::optional<Milliseconds> clock_skew_of(std::string_view code, Headers const& headers, Timestamp sent,
                                          Timestamp received, Milliseconds offset, ClockBounds const& bounds = {});

/// The offset to sign with again if a signature was rejected although the clock is now right: the request was delayed
/// until the signature had expired, or the clock or its correction was changed while it was in flight. The server's
/// Date then matches the time at which the response was received, with `offset` or without, but not the time it was
/// signed with. Otherwise nullopt.
std::optional<Milliseconds> held_up(std::string_view code, Headers const& headers, Timestamp signed_with,
                                    Timestamp received, Milliseconds offset);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/flow/impl/retry.ipp"
#endif
