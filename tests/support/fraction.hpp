// An entropy source that always draws the same part of whatever a number is drawn from.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "healthlake/flow/retry.hpp"

struct Fraction {
  /// From 0 to 1.
  double part = 0;

  std::uint64_t operator()() const {
    // `random_part` looks at the upper half.
    double const upper = std::min(std::round(part * 0x1p32), 0x1p32 - 1);
    return static_cast<std::uint64_t>(upper) << 32;
  }
};

/// The back-off when `part` of the longest one is drawn.
inline healthlake::Milliseconds backoff_at(healthlake::RetryPolicy const& policy, healthlake::RetryKind kind,
                                           unsigned attempt, double part) {
  Fraction const drawn{part};
  return healthlake::backoff(policy, kind, attempt, healthlake::Entropy{drawn});
}
