// How much is left of a time limit, by a clock that may be set.
//
// Rules: the first look begins it. A clock that is set back takes nothing from what is left; one that is set forward
// takes as much as it was set by, unless that is more than a year: then it is a device that learned the date.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "healthlake/core/timestamp.hpp"

namespace healthlake::detail {

class TimeLimit {
 public:
  explicit TimeLimit(std::optional<Milliseconds> limit) noexcept : limit_(limit) { restart(); }

  // What is left, 0 once it is over; nothing if there is no limit.
  [[nodiscard]] std::optional<Milliseconds> left(Timestamp now) noexcept {
    if (!limit_) return std::nullopt;
    constexpr Milliseconds year{std::int64_t{366} * 24 * 3'600'000};
    Milliseconds const passed = began_ ? now - last_ : Milliseconds{0};
    if (passed > Milliseconds{0} && passed < year) left_.count -= (std::min)(passed, left_).count;
    last_ = now;
    began_ = true;
    return left_;
  }
  // The whole time is left again, from the next look on.
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

}  // namespace healthlake::detail
