// The invariants: timers are taken in the order in which they are due, and those that are due at the same time in the
// order in which they were set; a machine has one timer at most; the time left is what has not passed by the clock,
// whatever the clock is set to. Compared with a model that keeps the timers in a list.
#include "healthlake/flow/timers.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <stdexcept>
#include <vector>

#include "../support/virtual_time.hpp"

using namespace healthlake;
using virtual_time::noon;
using virtual_time::seconds;

namespace {

// The same by the plainest means: a list in the order in which the timers were set.
class ListOfTimers {
 public:
  void set(std::size_t machine, Timestamp until) {
    clear(machine);
    list_.push_back({machine, until});
  }
  void clear(std::size_t machine) {
    std::erase_if(list_, [&](Each const& each) { return each.machine == machine; });
  }
  std::optional<std::size_t> take(Timestamp now) {
    Each const* const first = find_first();
    if (first == nullptr || now < first->until) return std::nullopt;
    std::size_t const machine = first->machine;
    clear(machine);
    return machine;
  }
  [[nodiscard]] std::optional<Milliseconds> left(Timestamp now) const {
    Each const* const first = find_first();
    if (first == nullptr) return std::nullopt;
    return first->until < now ? Milliseconds{0} : first->until - now;
  }
  [[nodiscard]] std::size_t size() const { return list_.size(); }

 private:
  struct Each {
    std::size_t machine;
    Timestamp until;
  };
  [[nodiscard]] Each const* find_first() const {
    Each const* first = nullptr;
    for (auto const& each : list_)
      if (first == nullptr || each.until < first->until) first = &each;
    return first;
  }
  std::vector<Each> list_;
};

}  // namespace

TEST_CASE("timers: any order of calls does what the list does") {
  std::mt19937_64 random{7};
  auto const below = [&](std::uint64_t end) { return random() % end; };
  for (std::size_t const machines : {std::size_t{1}, std::size_t{2}, std::size_t{9}, std::size_t{100}}) {
    Timers timers;
    ListOfTimers list;
    Timestamp now = noon;
    for (int step = 0; step < 20'000; ++step) {
      auto const machine = static_cast<std::size_t>(below(machines));
      switch (below(8)) {
        case 0: now = now + Milliseconds{static_cast<std::int64_t>(below(20))}; break;
        case 1:
          timers.clear(machine);
          list.clear(machine);
          break;
        case 2:
        case 3: REQUIRE(timers.take(now) == list.take(now)); break;
        default: {
          // Few different times, so that many are equal, none of them before now: those are all due alike.
          Timestamp const until = now + Milliseconds{static_cast<std::int64_t>(below(30))};
          timers.set(machine, until, now);
          list.set(machine, until);
        }
      }
      REQUIRE(timers.left(now) == list.left(now));
      REQUIRE(timers.size() == list.size());
      REQUIRE(timers.empty() == (list.size() == 0));
    }
  }
}

TEST_CASE("timers: equal times are taken in the order in which they were set, past times as if they were now") {
  Timers timers;
  for (unsigned const machine : {5U, 0U, 3U, 9U, 1U}) timers.set(machine, noon - seconds(machine), noon);
  timers.set(3, noon, noon);  // behind the others now
  for (unsigned const machine : {5U, 0U, 9U, 1U, 3U}) CHECK(timers.take(noon) == machine);
  CHECK(timers.take(noon) == std::nullopt);
  CHECK(timers.left(noon) == std::nullopt);
}

TEST_CASE("timers: a clock that is set back does not hold a timer up") {
  Timers timers;
  timers.set(0, noon + seconds(10), noon);
  CHECK(timers.left(noon + seconds(4)) == seconds(6));
  Timestamp const earlier = noon - seconds(100'000);
  CHECK(timers.left(earlier) == seconds(6));
  timers.set(1, earlier + seconds(3), earlier);
  CHECK(timers.take(earlier + seconds(3)) == 1U);
  CHECK(timers.take(earlier + seconds(5)) == std::nullopt);
  CHECK(timers.take(earlier + seconds(6)) == 0U);
}

TEST_CASE("timers: a clock that is set forward ends them early, unless it has just learned the date") {
  Timers timers;
  Timestamp const boot{};
  timers.set(0, boot + seconds(10), boot);
  CHECK(timers.left(noon) == seconds(10));
  CHECK(timers.left(noon + seconds(3)) == seconds(7));
  CHECK(timers.take(noon + seconds(3'600)) == 0U);
}

TEST_CASE("timers: the first and the last time that there is") {
  Timestamp const first{Timestamp::min_milliseconds};
  Timestamp const last{Timestamp::max_milliseconds};
  Timers timers;
  timers.set(0, last, first);
  CHECK(timers.left(first) == last - first);
  timers.set(1, first, last);
  CHECK(timers.take(last) == 1U);
  CHECK(timers.take(last) == std::nullopt);
}

TEST_CASE("timers: clearing what is not set has no effect") {
  Timers timers;
  timers.clear(0);
  timers.clear((std::numeric_limits<std::size_t>::max)());
  timers.set(2, noon, noon);
  timers.clear(1);
  timers.clear(3);
  CHECK(timers.size() == 1);
  timers.clear(2);
  timers.clear(2);
  CHECK(timers.empty());
}

TEST_CASE("timers: a number that no vector has room for is refused, and changes nothing") {
  constexpr std::size_t most = (std::numeric_limits<std::size_t>::max)();
  Timers timers;
  timers.set(2, noon, noon);
  for (std::size_t const number : {most, most - 1}) CHECK_THROWS_AS(timers.set(number, noon, noon), std::length_error);
  CHECK(timers.size() == 1);
  CHECK(timers.take(noon) == 2U);
}
