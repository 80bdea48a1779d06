#include "healthlake/flow/retry.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <limits>
#include <thread>

#include "../support/fraction.hpp"

using namespace healthlake;

namespace {
constexpr auto int64_max = std::numeric_limits<std::int64_t>::max();
constexpr auto int32_max = std::numeric_limits<std::int32_t>::max();
constexpr Timestamp noon = *from_amz_date("20260807T120000Z");

constexpr Milliseconds seconds(std::int64_t count) { return {count * 1000}; }

std::optional<Milliseconds> hint_of(std::string const& value) { return retry_after_of({{"X-Amz-Retry-After", value}}); }
}  // namespace

TEST_CASE("the quota takes all of a cost or nothing, and never holds more than its capacity") {
  RetryQuota quota{10, 7};
  CHECK(quota.left() == 7);
  CHECK(quota.take(5));
  CHECK(quota.left() == 2);
  CHECK_FALSE(quota.take(5));
  CHECK(quota.left() == 2);
  CHECK(quota.take(2));
  CHECK(quota.left() == 0);
  CHECK_FALSE(quota.take(1));
  quota.give_back(9);
  CHECK(quota.left() == 9);
  quota.give_back(5);
  CHECK(quota.left() == 10);
  CHECK(RetryQuota{}.left() == 500);
  CHECK(RetryQuota{30}.left() == 30);
}

TEST_CASE("a quota is kept within its capacity from the start, and a huge one does not overflow") {
  RetryQuota fuller_than_full{5, 10};
  CHECK(fuller_than_full.left() == 5);
  RetryQuota negative{-5};
  CHECK(negative.left() == 0);
  CHECK_FALSE(negative.take(5));
  negative.give_back(1);
  CHECK(negative.left() == 0);
  RetryQuota below_empty{5, -1};
  CHECK(below_empty.left() == 0);
  RetryQuota unlimited{int32_max};
  unlimited.give_back(10);
  CHECK(unlimited.left() == int32_max);
  CHECK(unlimited.take(5));
  CHECK(unlimited.left() == int32_max - 5);
}

TEST_CASE("a quota that two threads use is never overdrawn and never overfull") {
  constexpr std::int32_t capacity = 100;
  constexpr int rounds = 20'000;
  RetryQuota quota{capacity};
  std::atomic<bool> out_of_bounds = false;
  std::atomic<int> kept = 0;
  auto const work = [&] {
    for (int i = 0; i < rounds; ++i) {
      if (!quota.take(30)) continue;
      std::int32_t const left = quota.left();
      if (left < 0 || left > capacity) out_of_bounds = true;
      // Each thread holds on to at most one of them.
      if (i % 2 == 0 && kept.fetch_add(1) < 2) continue;
      quota.give_back(30);
    }
  };
  std::thread first{work};
  std::thread second{work};
  first.join();
  second.join();
  CHECK_FALSE(out_of_bounds);
  CHECK(quota.left() == capacity - 30 * std::min(kept.load(), 2));
}

TEST_CASE("what a retry costs") {
  CHECK(retry_cost(RetrySpec::v2_0, RetryKind::transient) == 5);
  CHECK(retry_cost(RetrySpec::v2_0, RetryKind::throttling) == 5);
  CHECK(retry_cost(RetrySpec::v2_0, RetryKind::timeout) == 10);
  CHECK(retry_cost(RetrySpec::v2_1, RetryKind::transient) == 14);
  CHECK(retry_cost(RetrySpec::v2_1, RetryKind::throttling) == 5);
  CHECK(retry_cost(RetrySpec::v2_1, RetryKind::timeout) == 14);
}

TEST_CASE("the back-off doubles up to its limit, and the limit stands before the jitter") {
  RetryPolicy const policy{.spec = RetrySpec::v2_0};
  CHECK(backoff_at(policy, RetryKind::transient, 1, 1.0) == Milliseconds{1000});
  CHECK(backoff_at(policy, RetryKind::timeout, 2, 1.0) == Milliseconds{2000});
  CHECK(backoff_at(policy, RetryKind::throttling, 5, 1.0) == Milliseconds{16'000});
  CHECK(backoff_at(policy, RetryKind::transient, 6, 1.0) == Milliseconds{20'000});
  CHECK(backoff_at(policy, RetryKind::transient, 6, 0.5) == Milliseconds{10'000});
  CHECK(backoff_at(policy, RetryKind::transient, 6, 0.0) == Milliseconds{0});
  // What is not said otherwise is 2.1.
  RetryPolicy const newer;
  CHECK(backoff_at(newer, RetryKind::transient, 1, 1.0) == Milliseconds{50});
  CHECK(backoff_at(newer, RetryKind::timeout, 3, 1.0) == Milliseconds{200});
  CHECK(backoff_at(newer, RetryKind::throttling, 1, 1.0) == Milliseconds{1000});
  // To the nearest millisecond.
  CHECK(backoff_at(newer, RetryKind::transient, 1, 0.029) == Milliseconds{1});
  CHECK(backoff_at(newer, RetryKind::transient, 1, 0.031) == Milliseconds{2});
}

TEST_CASE("the back-off at its extremes") {
  RetryPolicy const policy{.spec = RetrySpec::v2_0};
  constexpr auto most = std::numeric_limits<unsigned>::max();
  CHECK(backoff_at(policy, RetryKind::transient, most, 1.0) == Milliseconds{20'000});
  CHECK(backoff_at(policy, RetryKind::transient, 0, 1.0) == Milliseconds{1000});
  RetryPolicy const boundless{.spec = RetrySpec::v2_0, .max_backoff = {int64_max}};
  CHECK(backoff_at(boundless, RetryKind::transient, 21, 1.0) == Milliseconds{1'048'576'000});
  CHECK(backoff_at(boundless, RetryKind::transient, 22, 1.0) == Milliseconds{1'048'576'000});
  CHECK(backoff_at(boundless, RetryKind::transient, most, 1.0) == Milliseconds{1'048'576'000});
  RetryPolicy const none{.max_backoff = {0}};
  CHECK(backoff_at(none, RetryKind::transient, 9, 1.0) == Milliseconds{0});
  RetryPolicy const negative{.max_backoff = {-5}};
  CHECK(backoff_at(negative, RetryKind::transient, 9, 1.0) == Milliseconds{0});
}

TEST_CASE("x-amz-retry-after is a number of milliseconds or nothing") {
  CHECK(hint_of("1500") == Milliseconds{1500});
  CHECK(hint_of("0") == Milliseconds{0});
  CHECK(hint_of("9223372036854775807") == Milliseconds{int64_max});
  for (char const* bad : {"", " ", "-1", "-0x1", "+5", "1.5", "1e3", "5s", " 5", "5 ", "invalid", "9223372036854775808",
                          "Fri, 07 Aug 2026 12:10:00 GMT"}) {
    CAPTURE(bad);
    CHECK_FALSE(hint_of(bad));
  }
  CHECK_FALSE(retry_after_of({}));
  // The Retry-After of HTTP itself is another header, in seconds.
  CHECK_FALSE(retry_after_of({{"Retry-After", "5"}}));
}

TEST_CASE("how far the hint counts") {
  RetryPolicy const older{.spec = RetrySpec::v2_0};
  RetryPolicy const newer;
  Milliseconds const delay{1000};
  CHECK(with_retry_after(older, delay, std::nullopt) == delay);
  CHECK(with_retry_after(newer, delay, std::nullopt) == delay);
  CHECK(with_retry_after(older, delay, Milliseconds{0}) == Milliseconds{0});
  CHECK(with_retry_after(older, delay, Milliseconds{7000}) == Milliseconds{7000});
  CHECK(with_retry_after(older, delay, Milliseconds{int64_max}) == Milliseconds{20'000});
  CHECK(with_retry_after({.spec = RetrySpec::v2_0, .max_backoff = {-5}}, delay, seconds(7)) == Milliseconds{0});
  CHECK(with_retry_after({.spec = RetrySpec::v2_0, .max_backoff = {0}}, delay, seconds(7)) == Milliseconds{0});
  CHECK(with_retry_after(newer, delay, Milliseconds{0}) == delay);
  CHECK(with_retry_after(newer, delay, Milliseconds{5999}) == Milliseconds{5999});
  CHECK(with_retry_after(newer, delay, Milliseconds{int64_max}) == Milliseconds{6000});
}

TEST_CASE("the skew of a clock is kept in whole seconds") {
  ClockSkew skew;
  CHECK(skew.offset() == Milliseconds{0});
  skew.set({600'999});
  CHECK(skew.offset() == Milliseconds{600'000});
  for (auto const& [set, kept] : {std::pair{-999, 0}, {-1000, -1000}, {-1999, -1000}, {-2000, -2000}, {999, 0}}) {
    skew.set({set});
    CHECK(skew.offset() == Milliseconds{kept});
  }
  skew.set({-3'600'000});
  CHECK(skew.offset() == Milliseconds{-3'600'000});
  // A device whose clock begins in 1970.
  skew.set({noon.milliseconds});
  CHECK(skew.offset() == Milliseconds{noon.milliseconds});
}

TEST_CASE("a clock that was never set is corrected, wherever its time begins") {
  // Year 1 is the zero of .NET and Go, 1601 that of Windows, 1900 that of NTP, 1904 that of old Macintoshes.
  for (int const year : {1, 1601, 1858, 1899, 1900, 1904, 1970, 1980, 2000, 2026})
    for (Milliseconds const later : {seconds(300), ClockBounds{}.max_after_earliest}) {
      CAPTURE(year);
      Timestamp const local = *from_civil({.year = year});
      Timestamp const service = earliest_time + later;
      ClockSkew skew;
      skew.set(service - local);
      Milliseconds const correction = correction_at(local, skew.offset(), {});
      Milliseconds const error = service - (local + correction);
      CHECK(error >= Milliseconds{0});
      CHECK(error < Milliseconds{128'000});
    }
}

TEST_CASE("a skew that no clock has does not wrap around to another one") {
  ClockSkew skew;
  std::int64_t const behind = std::int64_t{1} << 28;
  skew.set({Timestamp::max_milliseconds});
  Milliseconds const most = skew.offset();
  CHECK(most > seconds(2100LL * 365 * 86'400));
  skew.set({int64_max});
  CHECK(skew.offset() == most);
  skew.set({Timestamp::min_milliseconds});
  CHECK(skew.offset() == Milliseconds{-behind * 1000});
  skew.set({-int64_max - 1});
  CHECK(skew.offset() == Milliseconds{-behind * 1000});
  // Exact to the second up to 110 years, and never less far ahead for more.
  Milliseconds last{};
  for (std::int64_t years = 1; years < 2100; ++years) {
    Milliseconds const offset = seconds(years * 365 * 86'400 + 7);
    skew.set(offset);
    if (years <= 110) REQUIRE(skew.offset() == offset);
    REQUIRE(skew.offset() > last);
    REQUIRE(skew.offset() <= offset);
    last = skew.offset();
  }
}

// Invariant: a Date header moves the time of signatures to nothing that the bounds do not allow.
TEST_CASE("a plausible clock is corrected by a day at most, one of the past to twenty years") {
  ClockBounds const usual;
  Milliseconds const day = seconds(86'400);
  CHECK(may_correct(noon, noon + day, usual));
  CHECK_FALSE(may_correct(noon, noon + day + Milliseconds{1}, usual));
  CHECK(may_correct(noon, noon + Milliseconds{-day.count}, usual));
  CHECK_FALSE(may_correct(noon, noon + Milliseconds{-day.count - 1}, usual));
  CHECK_FALSE(may_correct(noon, noon + seconds(67LL * 365 * 86'400), usual));
  // The clock that is at the limit is believed, the one before it is not.
  Timestamp const just_before = earliest_time + Milliseconds{-1};
  CHECK_FALSE(may_correct(earliest_time, earliest_time + Milliseconds{2 * day.count}, usual));
  CHECK(may_correct(just_before, earliest_time + Milliseconds{2 * day.count}, usual));
  Timestamp const device{};
  CHECK_FALSE(may_correct(device, just_before, usual));
  CHECK(may_correct(device, earliest_time, usual));
  CHECK(may_correct(device, earliest_time + usual.max_after_earliest, usual));
  CHECK_FALSE(may_correct(device, earliest_time + usual.max_after_earliest + Milliseconds{1}, usual));
  CHECK_FALSE(may_correct(device, Timestamp{Timestamp::max_milliseconds}, usual));
  CHECK_FALSE(may_correct(Timestamp{Timestamp::min_milliseconds}, Timestamp{}, usual));

  ClockBounds const never{.max_correction = {}, .max_after_earliest = {-1}};
  CHECK_FALSE(may_correct(noon, noon + seconds(1), never));
  CHECK_FALSE(may_correct(device, earliest_time, never));
  ClockBounds const year{.max_correction = seconds(366 * 86'400), .max_after_earliest = seconds(100LL * 366 * 86'400)};
  CHECK(may_correct(noon, noon + seconds(365 * 86'400), year));
  CHECK(may_correct(device, noon + seconds(67LL * 365 * 86'400), year));
}

TEST_CASE("a correction that was right for another clock is not used") {
  ClockBounds const usual;
  Milliseconds const decades = noon - Timestamp{};
  CHECK(correction_at(Timestamp{}, decades, usual) == decades);
  // Somebody set the clock.
  CHECK(correction_at(noon, decades, usual) == Milliseconds{});
  CHECK(correction_at(noon, seconds(600), usual) == seconds(600));
  CHECK(correction_at(Timestamp{}, seconds(600), usual) == Milliseconds{});
}

TEST_CASE("what shows that the clock is off") {
  auto const skew = [](std::string_view code, Headers const& headers, Milliseconds took = {},
                       Milliseconds offset = {}) { return clock_skew_of(code, headers, noon, noon + took, offset); };
  Headers const ahead{{"Date", "Fri, 07 Aug 2026 12:10:00 GMT"}};
  for (char const* code : {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException",
                           "SignatureDoesNotMatch", "AuthFailure"}) {
    CAPTURE(code);
    CHECK(skew(code, ahead) == Milliseconds{600'000});
  }
  for (char const* code : {"", "ValidationException", "AccessDeniedException", "requestexpired"}) {
    CAPTURE(code);
    CHECK_FALSE(skew(code, ahead));
  }
  constexpr char const* code = "RequestExpired";
  CHECK_FALSE(skew(code, {}));
  CHECK_FALSE(skew(code, {{"Date", "yesterday"}}));
  CHECK_FALSE(skew(code, {{"Date", "Sat, 08 Aug 2026 12:00:01 GMT"}}));
  CHECK_FALSE(skew(code, {{"Date", "Fri, 07 Aug 2093 12:00:00 GMT"}}));
  CHECK_FALSE(skew(code, {{"Date", "Fri, 07 Aug 2026 12:10:00 GMT"}, {"Age", "0"}}));
  CHECK(skew(code, {{"Date", "Fri, 07 Aug 2026 12:04:00 GMT"}}) == Milliseconds{240'000});
  CHECK_FALSE(skew(code, {{"Date", "Fri, 07 Aug 2026 12:03:59 GMT"}}));
  CHECK(skew(code, {{"Date", "Fri, 07 Aug 2026 11:56:00 GMT"}}) == Milliseconds{-240'000});
  CHECK_FALSE(skew(code, {{"Date", "Fri, 07 Aug 2026 11:56:01 GMT"}}));
  // Fifteen minutes is not too long, a millisecond more is.
  CHECK(skew(code, {{"Date", "Fri, 07 Aug 2026 13:00:00 GMT"}}, {900'000}) == Milliseconds{2'700'000});
  CHECK_FALSE(skew(code, {{"Date", "Fri, 07 Aug 2026 13:00:00 GMT"}}, {900'001}));
  // The correction in use was right already, or is what was wrong.
  CHECK_FALSE(skew(code, ahead, {}, {600'000}));
  CHECK(skew(code, ahead, {}, {-600'000}) == Milliseconds{600'000});
  CHECK(skew(code, {{"Date", "Fri, 07 Aug 2026 12:00:00 GMT"}}, {}, {600'000}) == Milliseconds{0});
}
