// The functions of flow/rate_limit.hpp.
#pragma once

#include <algorithm>
#include <cstdint>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/rate_limit.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL TokenBucket::TokenBucket(RateLimit const& limit) noexcept
    : requests_(std::clamp(limit.requests, std::uint32_t{1}, RateLimit::max_requests)),
      per_(std::clamp(limit.per.count, std::int64_t{1}, RateLimit::max_per.count)),
      // With what the rate adds until the end of the millisecond in which the bucket is full: `left` is rounded up,
      // which must not make the rate lower.
      capacity_(per_ * std::clamp(limit.burst, std::uint32_t{1}, RateLimit::max_requests) +
                (std::min)(requests_, per_) - 1),
      level_(capacity_) {}

HEALTHLAKE_DECL Milliseconds TokenBucket::left(Timestamp now) noexcept {
  fill(now);
  return {level_ >= per_ ? 0 : (per_ - level_ + requests_ - 1) / requests_};
}

HEALTHLAKE_DECL bool TokenBucket::take(Timestamp now) noexcept {
  if (left(now).count > 0) return false;
  level_ -= per_;
  return true;
}

HEALTHLAKE_DECL void TokenBucket::spend(Timestamp now) noexcept {
  fill(now);
  level_ = (std::max)(level_ - per_, -capacity_);
}

HEALTHLAKE_DECL void TokenBucket::drain(Timestamp now) noexcept {
  fill(now);
  level_ = (std::min)(level_, std::int64_t{0});
}

HEALTHLAKE_DECL void TokenBucket::fill(Timestamp now) noexcept {
  std::int64_t const passed = (now - last_).count;
  last_ = now;
  if (passed <= 0) return;
  // Compared by division, since a product with years of time would overflow.
  if (passed >= (capacity_ - level_ + requests_ - 1) / requests_) level_ = capacity_;
  else level_ += passed * requests_;
}

}  // namespace HEALTHLAKE_NAMESPACE
