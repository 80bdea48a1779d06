// The invariant: of a time limit there is left what has not passed by the clock, whatever the clock is set to.
#include "healthlake/flow/time_limit.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <optional>

#include "../support/virtual_time.hpp"

using namespace healthlake;
using detail::TimeLimit;
using virtual_time::noon;
using virtual_time::seconds;

TEST_CASE("time limit: begins at the first look and runs down to 0") {
  TimeLimit limit{seconds(10)};
  CHECK(limit.left(noon + seconds(500)) == seconds(10));
  CHECK(limit.left(noon + seconds(503)) == seconds(7));
  CHECK(limit.left(noon + seconds(503)) == seconds(7));
  CHECK(limit.left(noon + seconds(510)) == seconds(0));
  CHECK(limit.left(noon + seconds(900)) == seconds(0));
  limit.restart();
  CHECK(limit.left(noon + seconds(5000)) == seconds(10));
}

TEST_CASE("time limit: none, and less than nothing") {
  CHECK(TimeLimit{std::nullopt}.left(noon) == std::nullopt);
  for (std::int64_t const count : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min()})
    CHECK(TimeLimit{Milliseconds{count}}.left(noon) == Milliseconds{0});
  TimeLimit endless{Milliseconds{std::numeric_limits<std::int64_t>::max()}};
  CHECK(endless.left({Timestamp::min_milliseconds})->count > 0);
  CHECK(endless.left({Timestamp::max_milliseconds})->count > 0);
}

TEST_CASE("time limit: a clock that is set takes nothing by going back, and nothing by learning the date") {
  TimeLimit limit{seconds(10)};
  Timestamp const boot{};
  CHECK(limit.left(boot) == seconds(10));
  CHECK(limit.left(boot + seconds(2)) == seconds(8));
  CHECK(limit.left(noon) == seconds(8));
  CHECK(limit.left(noon + seconds(1)) == seconds(7));
  CHECK(limit.left(noon - seconds(86'400)) == seconds(7));
  CHECK(limit.left(noon - seconds(86'399)) == seconds(6));
  CHECK(limit.left(noon) == seconds(0));
}
