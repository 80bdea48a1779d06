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
  [[nodiscard]] std::optional<Milliseconds> left(Timestamp now) noexcept;
  // Starts the full time again, at the next call of `left`.
  void restart() noexcept;

 private:
  std::optional<Milliseconds> limit_;
  Milliseconds left_{};
  Timestamp last_{};
  bool began_ = false;
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/flow/impl/time_limit.ipp"
#endif
