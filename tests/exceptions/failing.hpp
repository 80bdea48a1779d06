// Makes allocations of a thread fail, in a program that replaces `operator new` by one that asks `fails()`.
#pragma once

#include <utility>

namespace failing {

// How many allocations of this thread go well until one fails; none fails while it is negative.
inline thread_local long until_failure = -1;
// Whether all of them fail from then on, or only that one.
inline thread_local bool for_good = false;

inline bool fails() {
  if (until_failure < 0) return false;
  if (until_failure > 0) return --until_failure, false;
  if (!for_good) until_failure = -1;
  return true;
}

// Fails the `n`th allocation while it lives; whether that came to be is what `hit` says.
class Failing {
 public:
  explicit Failing(long n, bool good = false) {
    until_failure = n;
    for_good = good;
  }
  ~Failing() { until_failure = -1; }
  Failing(Failing const&) = delete;
  Failing& operator=(Failing const&) = delete;
  [[nodiscard]] static bool hit() { return until_failure < 0 || (for_good && until_failure == 0); }
};

// Tests themselves allocate without being failed.
template <class F>
auto unharmed(F f) {
  long const kept = std::exchange(until_failure, -1);
  auto result = f();
  until_failure = kept;
  return result;
}

}  // namespace failing
