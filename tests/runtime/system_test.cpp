#include "healthlake/runtime/system.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "healthlake/client.hpp"

using namespace healthlake;

static_assert(Runtime<SystemRuntime>);
static_assert(std::is_constructible_v<Entropy, SystemRuntime&>);

TEST_CASE("the system's clock counts milliseconds from 1970 in UTC") {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  using std::chrono::system_clock;
  SystemRuntime const runtime;
  auto const clock = [] { return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count(); };
  std::int64_t const before = clock();
  Timestamp const now = runtime.now();
  std::int64_t const after = clock();
  // Either bound fails only if the clock is set back in between.
  CHECK((before <= now.milliseconds || after < before));
  CHECK((now.milliseconds <= after || after < before));
  CHECK(now.in_range());
}

TEST_CASE("a sleep of no time or less returns") {
  SystemRuntime const runtime;
  runtime.sleep({0});
  runtime.sleep({-1});
  runtime.sleep({std::numeric_limits<std::int64_t>::min()});
  runtime.sleep({1});
}

TEST_CASE("the system's numbers use all 64 bits") {
  SystemRuntime runtime;
  std::uint64_t ones = 0;
  std::uint64_t zeros = 0;
  for (int i = 0; i < 200; ++i) {
    std::uint64_t const number = runtime();
    ones |= number;
    zeros |= ~number;
  }
  // One of 128 would stay unset by chance once in 2^193 runs.
  CHECK(ones == std::numeric_limits<std::uint64_t>::max());
  CHECK(zeros == std::numeric_limits<std::uint64_t>::max());
}
