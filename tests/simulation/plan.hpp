// The plan of a world: everything that is drawn from its seed before it begins.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/rate_limit.hpp"
#include "healthlake/testing/virtual_runtime.hpp"

namespace simulation {

using healthlake::Milliseconds;
using healthlake::RateLimit;
using healthlake::Timestamp;

/// When every world begins, by a clock that is right.
inline constexpr Timestamp beginning = Timestamp::from_seconds(1'800'000'000);

/// Numbers from a seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) { source_.seed = seed; }
  std::uint64_t random() { return source_.random(); }
  /// From 0 to `end` - 1.
  std::uint64_t below(std::uint64_t end) { return random() % end; }
  /// From `low` to `high`, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  /// From `low`, which is positive, to `high`, of each power of two as often as of any other.
  std::int64_t scaled(std::int64_t low, std::int64_t high) {
    unsigned doublings = 0;
    while ((low << (doublings + 1)) < high) ++doublings;
    std::int64_t const from = low << below(doublings + 1);
    return between(from, std::min(2 * from, high));
  }
  bool one_in(std::uint64_t count) { return below(count) == 0; }
  bool chance(unsigned percent) { return below(100) < percent; }

 private:
  healthlake::VirtualRuntime source_;
};

/// How many there are of what.
struct Size {
  std::size_t exports = 20;
  std::size_t stores = 3;
  std::size_t sessions = 2;
};
inline constexpr Size small_world{};
inline constexpr Size full_world{10'000, 200, 50};

/// The bug that the simulated program has.
enum class Bug {
  none,
  /// An export whose start is repeated after a restart has a new token.
  new_token,
  /// Now and then, a machine that has to wait is given no time.
  lost_wakeup,
  /// After a restart, the last end that was reported before is reported again.
  double_report,
};

/// A world.
struct Plan {
  Size size{};
  Bug bug = Bug::none;
  std::uint64_t seed = 1;

  // The service.
  Milliseconds submitted{1'000};
  Milliseconds running{5'000};
  std::size_t places = 1;
  bool limits_rates = false;
  /// Every request is signed and verified; otherwise, only its date and the age of its key are checked.
  bool signs = false;
  /// Of the data stores: in percent, those whose bucket refuses, and those with lines that are no resources.
  unsigned denied = 0;
  unsigned damaged = 0;
  unsigned service_crashes = 0;

  // The network.
  Milliseconds latency{50};
  /// In percent of the requests.
  unsigned faults = 0;
  unsigned storms = 0;
  Milliseconds storm_length{60'000};

  // The program.
  RateLimit start_rate{};
  RateLimit poll_rate{};
  bool turns_by_session = false;
  Milliseconds delay{10'000};
  Milliseconds timeout{600'000};
  unsigned attempts = 3;
  unsigned client_crashes = 0;
  /// What its clock is ahead, and how often it is set.
  Milliseconds skew{};
  unsigned jumps = 0;
  Milliseconds key_lifetime{};

  /// About how long it all takes.
  Milliseconds horizon{};
};

namespace detail {

inline void draw_service(Plan& plan, Dice& dice) {
  auto const exports = static_cast<std::int64_t>(plan.size.exports);
  plan.delay = {dice.scaled(500, 120'000)};
  plan.submitted = {dice.scaled(1, 5'000)};
  plan.places = dice.chance(40) ? 1 : static_cast<std::size_t>(dice.scaled(2, exports + 1));
  // The queue empties within a few polls of the last job, whatever the number of jobs.
  std::int64_t const span = plan.delay.count * dice.scaled(1, 40) / 10;
  plan.running = {std::max<std::int64_t>(span * static_cast<std::int64_t>(plan.places) / exports, 1)};
  if (plan.places > 1) plan.running.count = std::min<std::int64_t>(plan.running.count, plan.delay.count * 4);
  plan.signs = dice.one_in(64);
  plan.denied = dice.one_in(3) ? 30 : 0;
  plan.damaged = dice.one_in(3) ? 30 : 0;
  plan.service_crashes = dice.one_in(3) ? static_cast<unsigned>(dice.between(1, 3)) : 0;
}

inline void draw_network(Plan& plan, Dice& dice) {
  plan.latency = {dice.scaled(1, 2'000)};
  constexpr unsigned shares[] = {0, 2, 2, 10, 30};
  plan.faults = shares[dice.below(5)];
  plan.storms = dice.one_in(3) ? static_cast<unsigned>(dice.between(1, 3)) : 0;
  plan.storm_length = {dice.scaled(1'000, 300'000)};
}

inline void draw_rates(Plan& plan, Dice& dice) {
  auto const exports = static_cast<std::uint32_t>(plan.size.exports);
  // Those that AWS documents, or others.
  if (dice.one_in(8)) {
    plan.start_rate = {1, {60'000}, 1};
  } else {
    plan.start_rate = {static_cast<std::uint32_t>(dice.scaled(1, std::max(exports / 4, 20U))), {1'000}, 1};
    if (dice.one_in(2)) plan.start_rate.burst = static_cast<std::uint32_t>(dice.scaled(1, 20));
  }
  plan.poll_rate = {static_cast<std::uint32_t>(dice.scaled(10, std::max(exports / 4, 20U))), {1'000}, 1};
  if (dice.one_in(2)) plan.poll_rate.burst = static_cast<std::uint32_t>(dice.scaled(1, 20));
  plan.limits_rates = dice.one_in(4);
  plan.turns_by_session = dice.one_in(2);
}

inline void draw_clock(Plan& plan, Dice& dice) {
  constexpr std::int64_t hour = 3'600'000;
  if (dice.one_in(3)) plan.skew = {dice.between(-20 * hour, 20 * hour)};
  else if (dice.one_in(3)) plan.skew = {dice.between(-600'000, 600'000)};
  else if (dice.one_in(16)) plan.skew = Timestamp{dice.between(0, hour)} - beginning;  // a device that was just started
  plan.jumps = dice.one_in(3) ? static_cast<unsigned>(dice.between(1, 4)) : 0;
  plan.key_lifetime = {dice.one_in(3) ? dice.scaled(120'000, 6 * hour) : 1'000 * hour};
}

}  // namespace detail

/// Draws a world.
inline Plan draw_plan(std::uint64_t seed, Size const& size, Bug bug) {
  Dice dice{seed * 0x9E3779B97F4A7C15U + size.exports};
  Plan plan{.size = size, .bug = bug, .seed = seed};
  detail::draw_service(plan, dice);
  detail::draw_network(plan, dice);
  detail::draw_rates(plan, dice);
  detail::draw_clock(plan, dice);
  plan.attempts = dice.one_in(4) ? 1 : 3;
  plan.client_crashes = dice.one_in(3) ? static_cast<unsigned>(dice.between(1, 4)) : 0;
  auto const exports = static_cast<std::int64_t>(size.exports);
  std::int64_t const starting = exports * plan.start_rate.per.count / plan.start_rate.requests;
  std::int64_t const polling = exports * 4 * 1'000 / plan.poll_rate.requests;
  std::int64_t const queue = exports * plan.running.count / static_cast<std::int64_t>(plan.places);
  plan.horizon = {starting + polling + queue + 2 * plan.delay.count + 10'000};
  // Some runs end by their time limit and are followed by others; in a large world, few: each costs polls.
  std::int64_t const shortest = size.exports > 1'000 ? 10 : 2;
  plan.timeout = {std::max<std::int64_t>(plan.horizon.count * dice.scaled(shortest, 100) / 10, 30'000)};
  return plan;
}

/// A world for measuring: the same for each export, however many there are. Every request is signed and verified, as in
/// earnest.
inline Plan steady_plan(std::size_t exports) {
  Plan plan{.size = {exports, std::min<std::size_t>(exports, 200), std::min<std::size_t>(exports, 50)}};
  plan.places = exports;
  plan.signs = true;
  plan.faults = 2;
  plan.start_rate = {200, {1'000}, 1};
  plan.poll_rate = {1'000, {1'000}, 1};
  plan.delay = {2'500};
  plan.key_lifetime = {3'600'000};
  plan.timeout = {24 * 3'600'000};
  plan.horizon = {static_cast<std::int64_t>(exports) * 5 + 20'000};
  return plan;
}

}  // namespace simulation
