// When to call `next` of many machines in one thread: a loop sets the timer of each machine that waits, sleeps until
// the first one is due, and takes those that are.
//
// Rules: a machine waits by the wall clock, a loop should not: here the time left of a timer changes as that of a
// deadline does. Setting the clock back does not change it; setting it forward reduces it by as much, unless that is
// more than a year. No clock and no sleep; memory for the largest number in use, and nothing else, is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "healthlake/core/timestamp.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// One timer for each machine; the caller numbers the machines, from 0. Every function takes O(log n) steps. Apart from
/// std::bad_alloc in `set`, or std::length_error for a number beyond the maximum size of a vector, which then changes
/// nothing, nothing is thrown. Times are within Timestamp's range.
class Timers {
 public:
  /// Sets the timer of a machine to `until` (Wait::until, say), in place of the one it had; at `now` or before, it is
  /// due at once.
  void set(std::size_t machine, Timestamp until, Timestamp now);
  /// Removes the timer of a machine; has no effect if it has none.
  void clear(std::size_t machine) noexcept;

  /// Removes the timer that is due first and returns its machine; nullopt if none is due. Timers that are due at the
  /// same time are taken in the order in which they were set, so that no machine waits for another one forever.
  std::optional<std::size_t> take(Timestamp now) noexcept;
  /// The time until the first timer is due, 0 if one is: how long the loop may sleep. nullopt if no timer is set.
  [[nodiscard]] std::optional<Milliseconds> left(Timestamp now) noexcept;

  /// Whether no timer is set.
  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
  /// The number of timers that are set.
  [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  struct Slot {
    // On the scale of passed_.
    std::int64_t due = 0;
    std::uint64_t order = 0;
    // In heap_, or none.
    std::size_t place = none;
  };

  void pass(Timestamp now) noexcept;
  [[nodiscard]] bool before(std::size_t a, std::size_t b) const noexcept;
  void put(std::size_t place, std::size_t machine) noexcept;
  // Moves the machine at this place up or down to where it belongs.
  void settle(std::size_t place) noexcept;

  // By machine.
  std::vector<Slot> slots_;
  // A binary heap of machines, the first due in front.
  std::vector<std::size_t> heap_;
  // Milliseconds that passed since the first call, whatever was done to the clock.
  std::int64_t passed_ = 0;
  std::optional<Timestamp> last_;
  std::uint64_t sets_ = 0;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/flow/impl/timers.ipp"
#endif
