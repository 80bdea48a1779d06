// The functions of flow/pause.hpp.
#pragma once

#include <algorithm>
#include <optional>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/pause.hpp"
#include "healthlake/flow/step.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void Pause::begin(Timestamp now, Milliseconds length) noexcept {
  since_ = now;
  length_ = length;
}

HEALTHLAKE_DECL std::optional<Wait> Pause::left(Timestamp now, std::optional<Milliseconds> most) noexcept {
  since_ = (std::min)(since_, now);
  Timestamp end = later(since_, length_);
  if (most) end = (std::min)(end, later(now, *most));
  if (now < end) return Wait{end};
  return std::nullopt;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
