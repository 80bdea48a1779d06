// The standard retry mode of the AWS SDKs: how long to wait before which attempt, and when to stop trying.
//
// Rules: everything is arithmetic on values that are passed in. "2.1" is the SDKs' default since November 2026, "2.0"
// what it was before. The order of the questions is: is the error retryable, are attempts left, is quota left, how
// long.
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

namespace healthlake {

/// Which revision of the standard mode.
enum class RetrySpec : std::uint8_t {
  /// The SDKs' default until November 2026.
  v2_0,
  /// The SDKs' default since then: quicker after a transient error, and dearer, so that an outage ends the retries of
  /// a client sooner.
  v2_1,
};

/// How often and how patiently to try.
struct RetryPolicy {
  /// Default: the SDKs' own.
  RetrySpec spec = RetrySpec::v2_1;
  /// Attempts in all, the first included; 1 never retries, and 0 counts as 1. Default 3.
  unsigned max_attempts = 3;
  /// The longest back-off, before jitter; less than nothing counts as 0. Default 20 s.
  Milliseconds max_backoff{20'000};
  /// True retries every operation alike, as the SDKs do, although one that is Repeat::if_not_done may then happen
  /// twice.
  bool repeat_any = false;
};

/// The retry quota that the calls of a client share: when a service is down, it runs empty and retries stop.
/// Safe to use from several threads.
class RetryQuota {
 public:
  static constexpr std::int32_t default_capacity = 500;

  explicit RetryQuota(std::int32_t capacity = default_capacity) : RetryQuota(capacity, capacity) {}
  /// A capacity below 0 counts as 0, and `initial` is brought within 0 and the capacity.
  RetryQuota(std::int32_t capacity, std::int32_t initial)
      : capacity_((std::max<std::int32_t>)(capacity, 0)), left_(std::clamp<std::int32_t>(initial, 0, capacity_)) {}
  RetryQuota(RetryQuota const&) = delete;
  RetryQuota& operator=(RetryQuota const&) = delete;

  /// Takes `cost`, or nothing at all if there is not enough.
  bool take(std::int32_t cost) noexcept {
    std::int32_t left = left_.load(std::memory_order_relaxed);
    while (left >= cost)
      if (left_.compare_exchange_weak(left, left - cost, std::memory_order_relaxed)) return true;
    return false;
  }
  /// Gives back, never above the capacity.
  void give_back(std::int32_t amount) noexcept {
    std::int32_t left = left_.load(std::memory_order_relaxed);
    // What fits in is added, so that the sum cannot overflow.
    while (!left_.compare_exchange_weak(left, left + (std::min)(amount, capacity_ - left), std::memory_order_relaxed)) {
    }
  }
  [[nodiscard]] std::int32_t left() const noexcept { return left_.load(std::memory_order_relaxed); }

 private:
  std::int32_t capacity_;
  std::atomic<std::int32_t> left_;
};

/// What a retry of this kind takes from the quota. 2.1: 14, throttling 5. 2.0: 5, a timeout 10.
constexpr std::int32_t retry_cost(RetrySpec spec, RetryKind kind) noexcept {
  if (spec == RetrySpec::v2_0) return kind == RetryKind::timeout ? 10 : 5;
  return kind == RetryKind::throttling ? 5 : 14;
}

/// The longest back-off behind attempt `attempt` (from 1): `min(initial * 2^(attempt-1), max_backoff)`, where `initial`
/// is 50 ms, for throttling (and in 2.0 for everything) 1 s.
constexpr Milliseconds longest_backoff(RetryPolicy const& policy, RetryKind kind, unsigned attempt) noexcept {
  std::uint32_t const initial = policy.spec == RetrySpec::v2_1 && kind != RetryKind::throttling ? 50 : 1000;
  // 2^20 * 1 s is twelve days, beyond any sensible limit, and fits into 31 bits.
  unsigned const doublings = (std::min)(attempt > 0 ? attempt - 1 : 0, 20U);
  return {std::clamp(policy.max_backoff.count, std::int64_t{0}, std::int64_t{initial << doublings})};
}

/// The back-off: a random part of the longest one.
inline Milliseconds backoff(RetryPolicy const& policy, RetryKind kind, unsigned attempt, Entropy const& entropy) {
  return {random_part(entropy, longest_backoff(policy, kind, attempt).count)};
}

/// The value of x-amz-retry-after in milliseconds; nothing if it is missing, negative or no integer.
inline std::optional<Milliseconds> retry_after_of(Headers const& headers) {
  auto const value = headers.find("x-amz-retry-after");
  if (!value) return std::nullopt;
  auto const hint = parse_integer(*value);
  if (hint.size == 0 || hint.size != value->size() || !hint.in_range || hint.value < 0) return std::nullopt;
  return Milliseconds{hint.value};
}

/// The delay after a back-off and the server's hint. 2.1: the hint counts between the back-off and 5 s more. 2.0:
/// the hint counts up to the longest back-off (as in smithy-rs; botocore ignores it).
constexpr Milliseconds with_retry_after(RetryPolicy const& policy, Milliseconds delay,
                                        std::optional<Milliseconds> hint) noexcept {
  if (!hint) return delay;
  if (policy.spec == RetrySpec::v2_0) return (std::min)(*hint, (std::max)(policy.max_backoff, Milliseconds{0}));
  return (std::max)(delay, (std::min)(*hint, Milliseconds{delay.count + 5000}));
}

/// How far the service's clock is ahead of ours, as learned from refused signatures; the calls of a client share it.
/// Safe to use from several threads.
class ClockSkew {
 public:
  [[nodiscard]] Milliseconds offset() const noexcept {
    return {(std::int64_t{seconds_.load(std::memory_order_relaxed)} - zero) * 1000};
  }
  /// From 8 years behind us to 127 years ahead, enough for a device whose clock began in 1904; more is cut off.
  void set(Milliseconds offset) noexcept {
    bool const behind = offset.count < 0;
    // By its magnitude, for division with a sign is a function of its own on 32-bit targets.
    auto const count = static_cast<std::uint64_t>(offset.count);
    std::uint32_t const limit = behind ? zero : (std::numeric_limits<std::uint32_t>::max)() - zero;
    auto const seconds =
        static_cast<std::uint32_t>((std::min)((behind ? ~count + 1 : count) / 1000, std::uint64_t{limit}));
    seconds_.store(behind ? zero - seconds : zero + seconds, std::memory_order_relaxed);
  }

 private:
  static constexpr std::uint32_t zero = std::uint32_t{1} << 28;
  // Whole seconds, since a Date header has no more, and so that 32-bit targets need no lock; `zero` is no offset.
  std::atomic<std::uint32_t> seconds_ = zero;
};

/// 2026-08-01: this version is not older, so no clock that is right shows an earlier time.
inline constexpr Timestamp earliest_time = Timestamp::from_seconds(1'785'542'400);

/// How far a Date header is believed. It is not signed, and over plain HTTP anybody can write it.
struct ClockBounds {
  /// A clock at or after earliest_time is corrected by this at most, either way. Default 24 h; 0 for never.
  Milliseconds max_correction{86'400'000};
  /// A clock before it (a device that began in 1970) is set to any time from earliest_time to so much later. Default 20
  /// years; less than 0 for never.
  Milliseconds max_after_earliest{631'152'000'000};
};

/// Whether `service` may take the place of the local time `local`.
constexpr bool may_correct(Timestamp local, Timestamp service, ClockBounds const& bounds) noexcept {
  if (local < earliest_time) return service >= earliest_time && service - earliest_time <= bounds.max_after_earliest;
  Milliseconds const difference = service - local;
  return difference <= bounds.max_correction && Milliseconds{-difference.count} <= bounds.max_correction;
}

/// What is to be added to the local time: `offset`, or nothing where that leads out of the bounds, as it does once the
/// clock was set.
constexpr Milliseconds correction_at(Timestamp local, Milliseconds offset, ClockBounds const& bounds) noexcept {
  return may_correct(local, local + offset, bounds) ? offset : Milliseconds{};
}

/// Codes of errors that a wrong clock can cause.
inline constexpr std::array<std::string_view, 6> clock_skew_codes{"RequestTimeTooSkewed",  "RequestExpired",
                                                                  "RequestInTheFuture",    "InvalidSignatureException",
                                                                  "SignatureDoesNotMatch", "AuthFailure"};

/// Below this, a difference is no skew: signatures are good for five minutes.
inline constexpr Milliseconds min_clock_skew{4 * 60'000};
/// A response that took longer says nothing of the clock.
inline constexpr Milliseconds max_response_time_for_skew{15 * 60'000};

/// The new offset if this error response shows that the clock is off, else nothing. `sent` and `received` are local
/// times, `offset` the correction in use. The server's time is its Date header, unless an Age header (RFC 9111)
/// shows that a cache answered; one out of `bounds` is not believed.
inline std::optional<Milliseconds> clock_skew_of(std::string_view code, Headers const& headers, Timestamp sent,
                                                 Timestamp received, Milliseconds offset,
                                                 ClockBounds const& bounds = {}) {
  bool suspect = false;
  for (auto const other : clock_skew_codes) suspect = suspect || other == code;
  if (!suspect) return std::nullopt;
  auto const date = headers.find("Date");
  if (!date || headers.find("Age") || received - sent > max_response_time_for_skew) return std::nullopt;
  auto const server = from_http_date(*date);
  if (!server || !may_correct(received, *server, bounds)) return std::nullopt;
  Milliseconds const difference = *server - (received + offset);
  if (difference < min_clock_skew && Milliseconds{-difference.count} < min_clock_skew) return std::nullopt;
  return *server - received;
}

/// The offset to sign with again if a signature was refused although the clock is right by now: the request was held up
/// until the signature had expired, or the clock or its correction was set while it was under way. The server's Date
/// fits the time at which the response came, by `offset` or by none, and not the one it was signed with. Nothing if it
/// was not so.
inline std::optional<Milliseconds> held_up(std::string_view code, Headers const& headers, Timestamp signed_with,
                                           Timestamp received, Milliseconds offset) {
  bool suspect = false;
  for (auto const other : clock_skew_codes) suspect = suspect || other == code;
  auto const date = headers.find("Date");
  if (!suspect || !date || headers.find("Age")) return std::nullopt;
  auto const server = from_http_date(*date);
  if (!server) return std::nullopt;
  auto const fits = [](Milliseconds difference) {
    return difference < min_clock_skew && Milliseconds{-difference.count} < min_clock_skew;
  };
  if (fits(*server - signed_with)) return std::nullopt;
  for (auto const right : {offset, Milliseconds{0}})
    if (fits(*server - (received + right))) return right;
  return std::nullopt;
}

}  // namespace healthlake
