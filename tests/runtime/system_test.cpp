#include "healthlake/runtime/system.hpp"

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <set>
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
  // Either bound fails only if the clock is set back meanwhile.
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

TEST_CASE("random numbers use all 64 bits") {
  SystemRuntime runtime;
  std::uint64_t ones = 0;
  std::uint64_t zeros = 0;
  for (int i = 0; i < 200; ++i) {
    std::uint64_t const number = runtime.random();
    ones |= number;
    zeros |= ~number;
  }
  // One of 128 stays unset by chance once in 2^193 runs.
  CHECK(ones == std::numeric_limits<std::uint64_t>::max());
  CHECK(zeros == std::numeric_limits<std::uint64_t>::max());
}

TEST_CASE("no number is repeated, and a child of fork returns none of its parent's") {
  SystemRandom random;
  std::set<std::uint64_t> seen;
  // So that numbers are buffered when the process forks.
  for (int i = 0; i < 40; ++i) seen.insert(random.random());
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  pid_t const child = fork();
  REQUIRE(child >= 0);
  std::array<std::uint64_t, 100> numbers{};
  for (auto& number : numbers) number = random.random();
  if (child == 0) _exit(write(ends[1], numbers.data(), sizeof numbers) == sizeof numbers ? 0 : 1);
  seen.insert(numbers.begin(), numbers.end());
  ssize_t const got = read(ends[0], numbers.data(), sizeof numbers);
  CHECK(got == sizeof numbers);
  close(ends[0]);
  close(ends[1]);
  int status = -1;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  seen.insert(numbers.begin(), numbers.end());
  CHECK(seen.size() == 240);
}
