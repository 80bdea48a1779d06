// The time left of a time limit, measured by a clock that may be adjusted.
//
// Rules: it starts with the first call of `left`. Setting the clock back does not change the time left; setting it
// forward reduces the time left by as much, unless that is more than a year, which means that a device has just
// obtained the date.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "healthlake/core/timestamp.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

class TimeLimit {
 public:
  explicit TimeLimit(std::optional<Milliseconds> limit) noexcept : limit_(limit) { restart(); }

  // The time left, 0 once it has expired; nullopt if there is no limit.
  [[nodiscard]] std::optional<Milliseconds> left(Timestamp now) noexcept {
    if (!limit_) return std::nullopt;
    constexpr Milliseconds year{std::int64_t{366} * 24 * 3'600'000};
    Milliseconds const passed = began_ ? now - last_ : Milliseconds{0};
    if (passed > Milliseconds{0} && passed < year) left_.count -= (std::min)(passed, left_).count;
    last_ = now;
    began_ = true;
    return left_;
  }
  // Starts the full time again, at the next call of `left`.
  void restart() noexcept {
    left_ = (std::max)(limit_.value_or(Milliseconds{0}), Milliseconds{0});
    began_ = false;
  }

 private:
  std::optional<Milliseconds> limit_;
  Milliseconds left_{};
  Timestamp last_{};
  bool began_ = false;
};

}  // namespace HEALTHLAKE_NAMESPACE::detail
