// A Runtime for tests: time passes only where something sleeps, and random numbers come from a seed, so that hours of
// waiting take no time and every run is the same.
//
// Rules: a plain value, which may be copied, compared and set. Never use its numbers outside of tests: they can be
// predicted.
#pragma once

#include <cstdint>

#include "healthlake/core/timestamp.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Satisfies the Runtime concept of drive.hpp.
struct VirtualRuntime {
  /// The present.
  Timestamp time = Timestamp::from_seconds(1'800'000'000);
  /// The state of the random numbers; equal seeds give equal numbers.
  std::uint64_t seed = 1;
  /// How often something slept.
  std::uint64_t sleeps = 0;
  /// Sleeps that remain until one is interrupted, which cancels what sleeps; none if it is negative, the default.
  std::int64_t sleeps_left = -1;

  /// The present, which does not pass by itself.
  [[nodiscard]] Timestamp now() const noexcept { return time; }

  /// Advances the clock. Returns false, and leaves the clock alone, if the sleep was interrupted.
  bool sleep(Milliseconds length) noexcept {
    if (sleeps_left == 0) return false;
    if (sleeps_left > 0) --sleeps_left;
    ++sleeps;
    advance(length);
    return true;
  }

  /// Lets time pass without a sleep, as a slow server does. It never passes the year 9999.
  void advance(Milliseconds length) noexcept {
    if (length.count <= 0) return;
    std::int64_t const room = Timestamp::max_milliseconds - time.milliseconds;
    Milliseconds const step = length.count < room ? length : Milliseconds{room};
    time = time + step;
  }

  /// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
  std::uint64_t random() noexcept {
    seed += 0x9E3779B97F4A7C15U;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }

  friend bool operator==(VirtualRuntime const&, VirtualRuntime const&) = default;
};

}  // namespace HEALTHLAKE_NAMESPACE
