// Invariants: a conversion is exact where it can be; durations are rounded up and points in time down, below zero as
// well; what does not fit becomes the nearest value that does; nothing overflows, whatever the unit and its type.
#include "healthlake/core/chrono.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <ratio>

using namespace healthlake;
using namespace std::chrono_literals;

namespace {
using std::chrono::duration;
using std::chrono::sys_time;
using Limits = std::numeric_limits<std::int64_t>;

template <class D>
concept Convertible = requires(D time) { from_chrono(time); };
static_assert(Convertible<std::chrono::nanoseconds>);
static_assert(Convertible<duration<std::uint8_t>>);
static_assert(Convertible<sys_time<std::chrono::days>>);
static_assert(Convertible<std::chrono::system_clock::time_point>);
// A rounding that nobody chose, and clocks that do not count from 1970.
static_assert(!Convertible<duration<double>>);
static_assert(!Convertible<duration<bool>>);
static_assert(!Convertible<sys_time<duration<double>>>);
static_assert(!Convertible<std::chrono::steady_clock::time_point>);
static_assert(!Convertible<std::chrono::local_time<std::chrono::seconds>>);
static_assert(!Convertible<int>);

static_assert(std::same_as<decltype(to_chrono(Milliseconds{})), std::chrono::milliseconds>);
static_assert(std::same_as<decltype(to_chrono(Timestamp{})), sys_time<std::chrono::milliseconds>>);
// At compile time as well.
static_assert(from_chrono(30s) == Milliseconds{30'000});

template <class D>
sys_time<D> at(std::int64_t count) {
  return sys_time<D>{D{static_cast<typename D::rep>(count)}};
}
}  // namespace

TEST_CASE("durations in milliseconds and longer units are exact") {
  CHECK(from_chrono(1ms) == Milliseconds{1});
  CHECK(from_chrono(-1ms) == Milliseconds{-1});
  CHECK(from_chrono(0s) == Milliseconds{0});
  CHECK(from_chrono(5min) == Milliseconds{300'000});
  CHECK(from_chrono(-2h) == Milliseconds{-7'200'000});
  CHECK(from_chrono(std::chrono::days{1}) == Milliseconds{86'400'000});
  CHECK(from_chrono(duration<std::uint8_t>{255}) == Milliseconds{255'000});
  CHECK(from_chrono(duration<std::int8_t, std::ratio<1, 8>>{-1}) == Milliseconds{-125});
  CHECK(to_chrono(Milliseconds{1'500}) == 1'500ms);
  CHECK(to_chrono(Milliseconds{-1}) == -1ms);
  CHECK(to_chrono<std::chrono::microseconds>(Milliseconds{-7}) == -7'000us);
  CHECK(to_chrono<std::chrono::milliseconds>(Milliseconds{Limits::max()}) == std::chrono::milliseconds{Limits::max()});
  CHECK(to_chrono<std::chrono::milliseconds>(Milliseconds{Limits::min()}) == std::chrono::milliseconds{Limits::min()});
  CHECK(from_chrono(std::chrono::milliseconds{Limits::min()}) == Milliseconds{Limits::min()});
  CHECK(from_chrono(std::chrono::milliseconds{Limits::max()}) == Milliseconds{Limits::max()});
}

TEST_CASE("durations are rounded up") {
  CHECK(from_chrono(1ns) == Milliseconds{1});
  CHECK(from_chrono(999'999ns) == Milliseconds{1});
  CHECK(from_chrono(1'000'000ns) == Milliseconds{1});
  CHECK(from_chrono(1'000'001ns) == Milliseconds{2});
  CHECK(from_chrono(-1ns) == Milliseconds{0});
  CHECK(from_chrono(-1'000'001ns) == Milliseconds{-1});
  // A unit of two fifths of a millisecond, and one of five halves.
  CHECK(from_chrono(duration<int, std::ratio<2, 5'000>>{3}) == Milliseconds{2});
  CHECK(from_chrono(duration<int, std::ratio<2, 5'000>>{-3}) == Milliseconds{-1});
  CHECK(from_chrono(duration<int, std::ratio<5, 2'000>>{3}) == Milliseconds{8});
  CHECK(from_chrono(duration<int, std::ratio<5, 2'000>>{-3}) == Milliseconds{-7});
  CHECK(to_chrono<std::chrono::seconds>(Milliseconds{1}) == 1s);
  CHECK(to_chrono<std::chrono::seconds>(Milliseconds{1'000}) == 1s);
  CHECK(to_chrono<std::chrono::seconds>(Milliseconds{-999}) == 0s);
  CHECK(to_chrono<std::chrono::seconds>(Milliseconds{-1'001}) == -1s);
}

TEST_CASE("points in time are rounded down, before 1970 as well") {
  CHECK(from_chrono(at<std::chrono::microseconds>(1'999)) == Timestamp{1});
  CHECK(from_chrono(at<std::chrono::microseconds>(-1)) == Timestamp{-1});
  CHECK(from_chrono(at<std::chrono::microseconds>(-1'000)) == Timestamp{-1});
  CHECK(from_chrono(at<std::chrono::microseconds>(-1'001)) == Timestamp{-2});
  CHECK(from_chrono(at<std::chrono::days>(1)) == Timestamp::from_seconds(86'400));
  CHECK(to_chrono<std::chrono::seconds>(Timestamp{1'999}) == at<std::chrono::seconds>(1));
  CHECK(to_chrono<std::chrono::seconds>(Timestamp{-1}) == at<std::chrono::seconds>(-1));
  CHECK(to_chrono<std::chrono::days>(Timestamp{-1}) == at<std::chrono::days>(-1));
  CHECK(to_chrono(Timestamp{-1}) == at<std::chrono::milliseconds>(-1));
}

TEST_CASE("the calendar is that of std::chrono") {
  using namespace std::chrono;
  for (int const y : {1, 1969, 1970, 2000, 2024, 2100, 9999})
    for (unsigned const m : {1U, 2U, 3U, 12U}) {
      sys_days const day = year{y} / month{m} / 28;
      CHECK(from_chrono(sys_time<days>{day}) == *from_civil({.year = y, .month = static_cast<int>(m), .day = 28}));
    }
}

TEST_CASE("what does not fit becomes the nearest value that does") {
  CHECK(from_chrono(std::chrono::hours::max()) == Milliseconds{Limits::max()});
  CHECK(from_chrono(std::chrono::hours::min()) == Milliseconds{Limits::min()});
  CHECK(from_chrono(duration<std::uint64_t, std::milli>::max()) == Milliseconds{Limits::max()});
  CHECK(from_chrono(duration<std::uint64_t>::max()) == Milliseconds{Limits::max()});
  CHECK(from_chrono(duration<std::uint64_t, std::nano>::max()) == Milliseconds{18'446'744'073'710});
  CHECK(from_chrono(std::chrono::seconds{Limits::max() / 1000 + 1}) == Milliseconds{Limits::max()});
  CHECK(from_chrono(std::chrono::seconds{Limits::max() / 1000}) == Milliseconds{Limits::max() / 1000 * 1000});
  CHECK(from_chrono(std::chrono::seconds{Limits::min() / 1000}) == Milliseconds{Limits::min() / 1000 * 1000});
  CHECK(from_chrono(std::chrono::nanoseconds{Limits::min()}) == Milliseconds{Limits::min() / 1'000'000});
  CHECK(from_chrono(duration<std::int64_t, std::ratio<5, 2'000>>::max()) == Milliseconds{Limits::max()});
  CHECK(from_chrono(duration<std::int64_t, std::ratio<5, 2'000>>::min()) == Milliseconds{Limits::min()});

  using Small = duration<std::int8_t>;
  CHECK(to_chrono<Small>(Milliseconds{127'000}) == Small{127});
  CHECK(to_chrono<Small>(Milliseconds{127'001}) == Small{127});
  CHECK(to_chrono<Small>(Milliseconds{-1'000'000}) == Small{-128});
  CHECK(to_chrono<duration<std::uint8_t>>(Milliseconds{-1'000}) == duration<std::uint8_t>{0});
  CHECK(to_chrono<std::chrono::nanoseconds>(Milliseconds{Limits::max()}) == std::chrono::nanoseconds::max());
  CHECK(to_chrono<std::chrono::nanoseconds>(Milliseconds{Limits::min()}) == std::chrono::nanoseconds::min());

  CHECK(from_chrono(at<std::chrono::milliseconds>(Limits::max())) == Timestamp{Timestamp::max_milliseconds});
  CHECK(from_chrono(at<std::chrono::milliseconds>(Limits::min())) == Timestamp{Timestamp::min_milliseconds});
  CHECK(from_chrono(at<std::chrono::milliseconds>(Timestamp::max_milliseconds + 1)) ==
        Timestamp{Timestamp::max_milliseconds});
  CHECK(from_chrono(at<std::chrono::milliseconds>(Timestamp::min_milliseconds)) ==
        Timestamp{Timestamp::min_milliseconds});
  CHECK(to_chrono<std::chrono::nanoseconds>(Timestamp{Timestamp::max_milliseconds}) ==
        sys_time<std::chrono::nanoseconds>::max());
  CHECK(to_chrono<std::chrono::nanoseconds>(Timestamp{Timestamp::min_milliseconds}) ==
        sys_time<std::chrono::nanoseconds>::min());
}

TEST_CASE("every whole second of a day comes back, and the present of the system clock is within its millisecond") {
  for (std::int64_t second = -86'400; second <= 86'400; second += 7) {
    Timestamp const time = Timestamp::from_seconds(second);
    CHECK(from_chrono(to_chrono(time)) == time);
    CHECK(from_chrono(to_chrono<std::chrono::nanoseconds>(time)) == time);
  }
  auto const now = std::chrono::system_clock::now();
  auto const lost = now - to_chrono<std::chrono::system_clock::duration>(from_chrono(now));
  CHECK(lost >= 0ms);
  CHECK(lost < 1ms);
}
