// What must be true in every world, checked from outside the simulated program. The invariants:
//
// 1. Every job was started exactly once: for each export, the service lists one job, whatever was lost or repeated.
// 2. Every final state is reported exactly once, and is the one that the service has.
// 3. Nothing is polled after its end was reported.
// 4. No request exceeds the account's rate by more than the bucket: by a clock that is right, what was sent fits a
//    bucket of the same size, which is filled, at most, where the program's clock is set forward or the program starts.
// 5. A run ends by its time limit, by a clock that is right, plus what the program's clock was set back meanwhile.
// 6. Every machine waits for a reply or for a time, so that none is forgotten, and the world ends.
// 7. A journal is always replayed, torn or not, and nothing that was acknowledged is missing (by 1 and 2).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plan.hpp"

namespace simulation {

/// What happened in a world; a simulation in which something never happens shows nothing about it.
enum class Trouble : std::uint8_t {
  not_sent,
  reply_lost,
  doubled,
  request_late,
  reply_too_late,
  cut,
  wrong_reply,
  other_reply,
  refused,
  service_down,
  throttled,
  key_expired,
  wrong_clock,
  clock_set_back,
  clock_set_forward,
  session_killed,
  program_killed,
  service_killed,
  line_torn,
  run_timed_out,
  job_failed,
  job_with_errors,
  signed_world,
};
inline constexpr std::array trouble_names{
    "requests not sent", "replies lost",     "requests doubled",   "requests late",  "replies too late",
    "replies cut",       "wrong replies",    "replies to another", "refusals",       "service down",
    "throttled",         "keys expired",     "wrong clock",        "clock set back", "clock set forward",
    "sessions killed",   "programs killed",  "services killed",    "lines torn",     "runs timed out",
    "jobs failed",       "jobs with errors", "worlds that sign"};

/// How often each happened.
class Tally {
 public:
  void count(Trouble trouble) noexcept { ++counts_[static_cast<std::size_t>(trouble)]; }
  void add(Tally const& other) noexcept {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  }
  [[nodiscard]] std::uint64_t operator[](std::size_t trouble) const noexcept { return counts_[trouble]; }

 private:
  std::array<std::uint64_t, trouble_names.size()> counts_{};
};

/// The first thing that was wrong; empty if nothing was.
class Verdict {
 public:
  void wrong(Timestamp at, std::string what) {
    if (fault_.empty()) fault_ = "at " + std::to_string((at - beginning).count) + " ms: " + std::move(what);
  }
  [[nodiscard]] bool good() const noexcept { return fault_.empty(); }
  [[nodiscard]] std::string const& fault() const noexcept { return fault_; }

 private:
  std::string fault_;
};

/// Invariant 4, for one operation: a bucket by a clock that is right.
class RateCheck {
 public:
  explicit RateCheck(RateLimit const& limit)
      : requests_(limit.requests),
        per_(limit.per.count),
        // What TokenBucket rounds in favour of the program is less than a request.
        capacity_(per_ * limit.burst + std::min(requests_, per_) - 1),
        level_(capacity_) {}

  void refill() { level_ = capacity_; }
  void set_forward(Milliseconds by) { add(by.count); }
  /// False if a request is too many.
  bool count(Timestamp now) {
    add((now - last_).count);
    last_ = now;
    level_ -= per_;
    return level_ >= 0;
  }

 private:
  void add(std::int64_t milliseconds) {
    std::int64_t const full = (capacity_ - level_ + requests_ - 1) / requests_;
    level_ = milliseconds >= full ? capacity_ : level_ + milliseconds * requests_;
  }

  std::int64_t requests_;
  std::int64_t per_;
  std::int64_t capacity_;
  std::int64_t level_;
  Timestamp last_ = beginning;
};

/// Invariants 2, 3 and 5: what the program said and did.
class Ledger {
 public:
  Ledger(std::size_t exports, Verdict& verdict) : of_(exports), verdict_(verdict) {}

  void begin_run(std::size_t one, Timestamp now, Milliseconds timeout) {
    // One more millisecond for each of two roundings.
    of_[one].end_by = now + timeout + Milliseconds{2};
    of_[one].lost = lost_;
  }
  /// The program's clock was set: what a machine may not have noticed of the time.
  void lose(Milliseconds time) { lost_ += time.count; }
  void end_run(std::size_t one, Timestamp now) {
    std::int64_t const late = (now - of_[one].end_by).count;
    if (late > lost_ - of_[one].lost)
      verdict_.wrong(now, "the run of " + name(one) + " ends " + std::to_string(late) + " ms after its time limit");
  }
  void report(std::size_t one, Timestamp now, std::string_view status) {
    if (!of_[one].status.empty()) verdict_.wrong(now, "the end of " + name(one) + " is reported again");
    of_[one].status = status;
    ++reported_;
  }
  void poll(std::size_t one, Timestamp now) {
    if (!of_[one].status.empty()) verdict_.wrong(now, name(one) + " is polled after its end was reported");
  }
  [[nodiscard]] bool all_reported() const noexcept { return reported_ >= of_.size(); }
  [[nodiscard]] std::string const& status(std::size_t one) const { return of_[one].status; }
  static std::string name(std::size_t one) { return "export-" + std::to_string(one); }

 private:
  struct Each {
    std::string status{};
    Timestamp end_by{};
    std::int64_t lost = 0;
  };
  std::vector<Each> of_;
  Verdict& verdict_;
  std::int64_t lost_ = 0;
  std::size_t reported_ = 0;
};

}  // namespace simulation
