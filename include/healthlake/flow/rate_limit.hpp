// How many requests an account may send: a token bucket, which says when the next request may be sent.
//
// Rules: no clock and no sleep; the caller passes the time and waits. A bucket is for one thread. If the clock is set
// back, nothing is added; if it is set forward, the bucket is full at most. So a jump never permits more than `burst`
// requests beyond the rate.
#pragma once

#include <cstdint>

#include "healthlake/core/timestamp.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A rate of requests. The default, 10 per second, is what AWS documents per account for most HealthLake operations
/// ("Amazon HealthLake throttling and quotas"); starting an export or import is 1 per minute: `{1, {60'000}}`.
struct RateLimit {
  /// The largest `requests` and `burst`; more count as this.
  static constexpr std::uint32_t max_requests = 1'000'000;
  /// The longest `per`, 24 h; a longer one counts as this.
  static constexpr Milliseconds max_per{86'400'000};

  /// How many requests in `per`. Default 10. 0 counts as 1.
  std::uint32_t requests = 10;
  /// In which span of time. Default 1 s. Less than 1 ms counts as 1 ms.
  Milliseconds per{1'000};
  /// How many requests may go at once after a pause: the size of the bucket. Default 1: requests are `per / requests`
  /// apart, but at least 1 ms, so no span of the length `per` has more than `requests`; a rate above 1,000 per second
  /// needs a larger one. 0 counts as 1.
  std::uint32_t burst = 1;
};

/// Counts requests against a RateLimit. A value: copy it to keep what is left. Nothing is thrown. Times are within
/// Timestamp's range.
class TokenBucket {
 public:
  /// A full bucket. Values out of range are clamped.
  explicit TokenBucket(RateLimit const& limit = {}) noexcept;

  /// The time until a request may be sent, rounded up; 0 if it may be sent now.
  [[nodiscard]] Milliseconds left(Timestamp now) noexcept;
  /// Counts a request and returns true, or returns false if none may be sent now.
  bool take(Timestamp now) noexcept;
  /// Counts a request that was sent although none might be: the next one waits for it, too. The bucket owes one bucket
  /// at most.
  void spend(Timestamp now) noexcept;
  /// Empties the bucket, as after a response that said that the rate was exceeded, or in a program that does not know
  /// what was sent before it was started.
  void drain(Timestamp now) noexcept;

 private:
  void fill(Timestamp now) noexcept;

  // In units of which a millisecond adds `requests_` and a request takes `per_`: no rounding, and no overflow within
  // the limits above.
  std::int64_t requests_;
  std::int64_t per_;
  std::int64_t capacity_;
  std::int64_t level_;
  // Nothing has passed before the first call.
  Timestamp last_{Timestamp::max_milliseconds};
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/flow/impl/rate_limit.ipp"
#endif
