// The invariants: a machine is taken when it is due and not before; requests are at the rate, and never idle while a
// machine is due; keys take turns; `left` is the time until there is a machine to take, exactly.
#include "healthlake/flow/schedule.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <vector>

#include "../support/virtual_time.hpp"

using namespace healthlake;
using virtual_time::noon;
using virtual_time::seconds;

TEST_CASE("schedule: what is due is taken in turn, at the rate") {
  Schedule schedule;
  for (std::size_t machine = 0; machine < 8; ++machine) schedule.set(machine, machine < 6 ? 0 : 1, noon, noon);
  std::vector<std::size_t> order;
  Timestamp now = noon;
  while (auto const left = schedule.left(now)) {
    now = now + *left;
    order.push_back(schedule.take(now).value());
    schedule.sent(now);
    CHECK(schedule.take(now) == std::nullopt);
  }
  CHECK(order == std::vector<std::size_t>{0, 6, 1, 7, 2, 3, 4, 5});
  CHECK(now - noon == Milliseconds{700});
  CHECK(schedule.empty());
}

TEST_CASE("schedule: a machine that sends nothing costs nothing") {
  Schedule schedule{{1, {60'000}}};
  for (std::size_t machine = 0; machine < 3; ++machine) schedule.set(machine, 0, noon, noon);
  for (std::size_t machine = 0; machine < 3; ++machine) CHECK(schedule.take(noon) == machine);
  schedule.sent(noon);
  schedule.set(0, 0, noon, noon);
  CHECK(schedule.take(noon) == std::nullopt);
  CHECK(schedule.left(noon) == seconds(60));
}

TEST_CASE("schedule: a machine has one time, wherever it waits") {
  Schedule schedule;
  schedule.set(0, 0, noon, noon);
  CHECK(schedule.left(noon) == Milliseconds{0});
  schedule.set(0, 3, noon + seconds(5), noon);  // from those that are due back to those that are not
  CHECK(schedule.size() == 1);
  CHECK(schedule.take(noon) == std::nullopt);
  CHECK(schedule.left(noon) == seconds(5));
  schedule.clear(0);
  CHECK(schedule.left(noon) == std::nullopt);
  schedule.set(1, 0, noon, noon);
  CHECK(schedule.left(noon) == Milliseconds{0});
  schedule.clear(1);
  schedule.clear(77);
  CHECK(schedule.empty());
  CHECK(schedule.take(noon + seconds(60)) == std::nullopt);
}

TEST_CASE("schedule: after a refusal, nothing goes before the rate allows it anew") {
  Schedule schedule{{.requests = 10, .burst = 10}};
  schedule.set(0, 0, noon, noon);
  schedule.drain(noon);
  CHECK(schedule.left(noon) == Milliseconds{100});
  CHECK(schedule.take(noon + Milliseconds{99}) == std::nullopt);
  CHECK(schedule.take(noon + Milliseconds{100}) == 0U);
}

TEST_CASE("schedule: requests that were reported late count all the same") {
  Schedule schedule{{.requests = 10}};
  for (std::size_t const machine : {0U, 1U, 2U}) schedule.set(machine, machine, noon, noon);
  CHECK(schedule.take(noon) == 0U);
  CHECK(schedule.take(noon) == 1U);
  schedule.sent(noon);
  schedule.sent(noon);
  CHECK(schedule.take(noon + Milliseconds{100}) == std::nullopt);
  CHECK(schedule.left(noon + Milliseconds{100}) == Milliseconds{100});
  CHECK(schedule.take(noon + Milliseconds{200}) == 2U);
}

TEST_CASE("schedule: none is taken early or lost, and the loop never sleeps too long or in vain") {
  std::mt19937_64 random{3};
  auto const below = [&](std::uint64_t end) { return random() % end; };
  Schedule schedule{{.requests = 50, .burst = 2}};
  std::map<std::size_t, Timestamp> due;
  std::size_t taken = 0;
  Timestamp now = noon;
  for (int step = 0; step < 50'000; ++step) {
    if (below(3) != 0) {
      auto const machine = static_cast<std::size_t>(below(200));
      due[machine] = now + Milliseconds{static_cast<std::int64_t>(below(3'000))};
      schedule.set(machine, machine % 7, due[machine], now);
    }
    auto const left = schedule.left(now);
    REQUIRE(left.has_value() == !due.empty());
    REQUIRE(schedule.size() == due.size());
    auto const machine = schedule.take(now);
    REQUIRE(machine.has_value() == (left == Milliseconds{0}));
    if (machine) {
      REQUIRE(due.at(*machine) <= now);
      due.erase(*machine);
      if (below(4) != 0) schedule.sent(now);
      ++taken;
    } else if (left) {
      REQUIRE(schedule.left(now + Milliseconds{left->count - 1}) == Milliseconds{1});
      now = now + *left;
    }
  }
  CHECK(taken > 10'000);
}

TEST_CASE("schedule: a machine whose time cannot be set has none, wherever it waited") {
  constexpr std::size_t most = (std::numeric_limits<std::size_t>::max)();
  for (Timestamp const until : {noon, noon + seconds(5)}) {
    Schedule schedule;
    schedule.set(0, 0, until, noon);
    schedule.set(1, 0, noon, noon);
    static_cast<void>(schedule.left(noon));
    CHECK_THROWS_AS(schedule.set(0, most, noon, noon), std::length_error);
    CHECK_THROWS_AS(schedule.set(most, 0, noon, noon), std::length_error);
    CHECK(schedule.size() == 1);
    CHECK(schedule.take(noon + seconds(5)) == 1U);
    CHECK(schedule.empty());
  }
}

TEST_CASE("schedule: it is not empty while a machine waits for its time, or for its turn") {
  Schedule schedule{{1, seconds(60), 1}};
  CHECK(schedule.empty());
  schedule.set(0, 0, noon + seconds(1), noon);
  CHECK_FALSE(schedule.empty());
  schedule.sent(noon);
  CHECK(schedule.take(noon + seconds(1)) == std::nullopt);
  CHECK_FALSE(schedule.empty());
  CHECK(schedule.take(noon + seconds(60)) == 0U);
  CHECK(schedule.empty());
}
