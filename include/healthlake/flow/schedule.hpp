// Which of many machines to step next in one thread: those that are due, in turn, at the rate that an account allows.
//
// Rules: as for Timers, TokenBucket and Turns, which it combines: no clock, no sleep, one thread. Call `next` or `ask`
// of a machine only when `take` returns it: a request counts as an attempt once the machine has returned it, so it must
// not be held back. One Schedule is for the requests that share a rate; a loop over operations with different rates has
// one for each rate, and sleeps until the earliest of their times.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/rate_limit.hpp"
#include "healthlake/flow/timers.hpp"
#include "healthlake/flow/turns.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The machines of a loop, by number, with the times at which they want to be stepped. Every function takes O(log n)
/// steps for each machine that has become due. Apart from std::bad_alloc in `set`, or std::length_error for a number
/// beyond the maximum size of a vector, which then leaves the machine without a time, nothing is thrown.
class Schedule {
 public:
  /// `limit` is the rate of the requests.
  explicit Schedule(RateLimit const& limit = {}) noexcept : bucket_(limit) {}

  /// Sets when to step a machine: at `until` (Wait::until, say), or as soon as possible if that is `now` or before. It
  /// takes the place of an earlier time, and a machine that is due already goes behind the others of its key. Machines
  /// with the same `key` share turns: the number of a data store or of a customer, for example.
  void set(std::size_t machine, std::size_t key, Timestamp until, Timestamp now);
  /// Removes a machine, which has ended; has no effect if it has no time.
  void clear(std::size_t machine) noexcept;

  /// Removes the machine whose turn it is and returns it; nullopt if none is due, or no request may be sent now. Step
  /// it; if it sends a request, call `sent`, and `set` once the reply was received.
  std::optional<std::size_t> take(Timestamp now) noexcept;
  /// Counts the request of a machine that `take` has returned, or any other that the rate is for. Call it before the
  /// next `take`, which could not know of the request otherwise. See TokenBucket::spend.
  void sent(Timestamp now) noexcept { bucket_.spend(now); }
  /// Counts requests until the bucket is empty: see TokenBucket::drain.
  void drain(Timestamp now) noexcept { bucket_.drain(now); }

  /// How long `take` will return nullopt: how long the loop may sleep. 0 if there is a machine to take, nullopt if no
  /// machine has a time.
  [[nodiscard]] std::optional<Milliseconds> left(Timestamp now) noexcept;

  /// Whether no machine has a time.
  [[nodiscard]] bool empty() const noexcept { return timers_.empty() && turns_.empty(); }
  /// The number of machines that have a time.
  [[nodiscard]] std::size_t size() const noexcept { return timers_.size() + turns_.size(); }

 private:
  // Those that are due take their places.
  void settle(Timestamp now) noexcept;

  TokenBucket bucket_;
  Timers timers_;
  Turns turns_;
  // By machine.
  std::vector<std::size_t> keys_;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/flow/impl/schedule.ipp"
#endif
