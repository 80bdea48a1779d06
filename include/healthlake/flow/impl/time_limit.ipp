// The functions of flow/time_limit.hpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/time_limit.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::optional<Milliseconds> TimeLimit::left(Timestamp now) noexcept {
  if (!limit_) return std::nullopt;
  constexpr Milliseconds year{std::int64_t{366} * 24 * 3'600'000};
  Milliseconds const passed = began_ ? now - last_ : Milliseconds{0};
  if (passed > Milliseconds{0} && passed < year) left_.count -= (std::min)(passed, left_).count;
  last_ = now;
  began_ = true;
  return left_;
}

HEALTHLAKE_DECL void TimeLimit::restart() noexcept {
  left_ = (std::max)(limit_.value_or(Milliseconds{0}), Milliseconds{0});
  began_ = false;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
