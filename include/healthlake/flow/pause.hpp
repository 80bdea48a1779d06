// A delay of a machine, measured by a clock that may be adjusted.
#pragma once

#include <algorithm>
#include <optional>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/step.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// `now` plus `time`, at most the latest Timestamp; a negative `time` counts as 0.
constexpr Timestamp later(Timestamp now, Milliseconds time) noexcept {
  return now + std::clamp(time, Milliseconds{0}, Timestamp{Timestamp::max_milliseconds} - now);
}

// A delay that never lasts longer than intended, nor than there is time left, even if the clock is set back during it.
class Pause {
 public:
  void begin(Timestamp now, Milliseconds length) noexcept;
  // When the delay ends; nullopt if it is over. With `most`, after that at the latest.
  [[nodiscard]] std::optional<Wait> left(Timestamp now, std::optional<Milliseconds> most) noexcept;
  [[nodiscard]] std::optional<Wait> left(Timestamp now) noexcept { return left(now, std::nullopt); }

 private:
  Timestamp since_{Timestamp::min_milliseconds};
  Milliseconds length_{};
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/flow/impl/pause.ipp"
#endif
