#include "healthlake/core/timestamp.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

using namespace healthlake;

namespace {

// An independent calendar for comparison: it knows the lengths of the months and counts day by day.
struct DayCounter {
  int year = 1;
  int month = 1;
  int day = 1;
  int weekday = 1;  // 1 January of year 1 was a Monday in the proleptic Gregorian calendar.

  static bool leap(int y) { return y % 400 == 0 || (y % 4 == 0 && y % 100 != 0); }
  [[nodiscard]] int month_length() const {
    if (month == 2) return leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  }
  void next() {
    weekday = (weekday + 1) % 7;
    if (++day <= month_length()) return;
    day = 1;
    if (++month <= 12) return;
    month = 1;
    ++year;
  }
};

CivilTime with(CivilTime base, int CivilTime::*part, int value) {
  base.*part = value;
  return base;
}

}  // namespace

TEST_CASE("the civil calendar agrees with one that counts every day from year 1 to year 9999") {
  DayCounter counter;
  std::int64_t wrong = 0;
  std::int64_t day = Timestamp::min_milliseconds / 86'400'000;
  for (; counter.year <= 9999; counter.next(), ++day) {
    Timestamp const noon{day * 86'400'000 + 43'200'001};
    CivilTime const civil = to_civil(noon);
    bool const same = civil.year == counter.year && civil.month == counter.month && civil.day == counter.day &&
                      civil.weekday == counter.weekday && civil.hour == 12 && civil.minute == 0 && civil.second == 0 &&
                      civil.millisecond == 1;
    if (!same || from_civil(civil) != noon) ++wrong;
  }
  CHECK(wrong == 0);
  CHECK(day * 86'400'000 == Timestamp::max_milliseconds + 1);
}

TEST_CASE("the time of day, before 1970 as well") {
  CivilTime const last = to_civil({-1});
  CHECK(last.year == 1969);
  CHECK(last.month == 12);
  CHECK(last.day == 31);
  CHECK(last.hour == 23);
  CHECK(last.minute == 59);
  CHECK(last.second == 59);
  CHECK(last.millisecond == 999);
  CHECK(last.weekday == 3);
  CHECK(to_iso8601({0}) == "1970-01-01T00:00:00.000Z");
  CHECK(to_iso8601({-1}) == "1969-12-31T23:59:59.999Z");
  CHECK(to_iso8601({Timestamp::min_milliseconds}) == "0001-01-01T00:00:00.000Z");
  CHECK(to_iso8601({Timestamp::max_milliseconds}) == "9999-12-31T23:59:59.999Z");
  CHECK(to_iso8601({1'786'145'687'250}) == "2026-08-07T23:34:47.250Z");
}

TEST_CASE("a time as a string has milliseconds only if there are any, and no date if it has none") {
  CHECK(to_string(Timestamp{0}) == "1970-01-01T00:00:00Z");
  CHECK(to_string(Timestamp{-1}) == "1969-12-31T23:59:59.999Z");
  CHECK(to_string(Timestamp{-1000}) == "1969-12-31T23:59:59Z");
  CHECK(to_string(Timestamp{1'786'145'687'250}) == "2026-08-07T23:34:47.250Z");
  CHECK(to_string(Timestamp{1'786'145'687'000}) == "2026-08-07T23:34:47Z");
  CHECK(to_string(Timestamp{Timestamp::max_milliseconds + 1}) == "253402300800");
  CHECK(to_string(Timestamp{Timestamp::min_milliseconds - 1}) == "-62135596800.001");
  CHECK(to_string(Timestamp{(std::numeric_limits<std::int64_t>::min)()}) == "-9223372036854775.808");
}

TEST_CASE("from_civil rejects dates and times that do not exist") {
  CivilTime const good{.year = 2024, .month = 2, .day = 29, .hour = 23, .minute = 59, .second = 59, .millisecond = 999};
  CHECK(from_civil(good).has_value());
  CHECK_FALSE(from_civil(with(good, &CivilTime::year, 2023)).has_value());
  CHECK_FALSE(from_civil(with(good, &CivilTime::year, 2100)).has_value());
  CHECK(from_civil(with(good, &CivilTime::year, 2000)).has_value());
  CHECK_FALSE(from_civil(with(good, &CivilTime::year, 0)).has_value());
  CHECK_FALSE(from_civil(with(good, &CivilTime::year, 10'000)).has_value());
  CHECK_FALSE(from_civil(with(good, &CivilTime::month, 0)).has_value());
  for (int day = 1; day <= 31; ++day)
    for (int const month : {0, 13})
      CHECK_FALSE(from_civil(with(with(good, &CivilTime::month, month), &CivilTime::day, day)).has_value());
  CHECK_FALSE(from_civil(with(good, &CivilTime::month, 13)).has_value());
  CHECK_FALSE(from_civil(with(good, &CivilTime::day, 0)).has_value());
  CHECK_FALSE(from_civil(with(good, &CivilTime::day, 30)).has_value());
  CHECK_FALSE(from_civil(with(with(good, &CivilTime::month, 4), &CivilTime::day, 31)).has_value());
  CHECK_FALSE(from_civil(with(good, &CivilTime::hour, 24)).has_value());
  CHECK_FALSE(from_civil(with(good, &CivilTime::hour, -1)).has_value());
  CHECK_FALSE(from_civil(with(good, &CivilTime::minute, 60)).has_value());
  CHECK_FALSE(from_civil(with(good, &CivilTime::minute, -1)).has_value());
  CHECK_FALSE(from_civil(with(good, &CivilTime::second, 60)).has_value());
  CHECK_FALSE(from_civil(with(good, &CivilTime::second, -1)).has_value());
  CHECK_FALSE(from_civil(with(good, &CivilTime::millisecond, 1000)).has_value());
  CHECK_FALSE(from_civil(with(good, &CivilTime::millisecond, -1)).has_value());
}

TEST_CASE("the range of a timestamp and its arithmetic") {
  CHECK(Timestamp{Timestamp::min_milliseconds}.in_range());
  CHECK(Timestamp{Timestamp::max_milliseconds}.in_range());
  CHECK_FALSE(Timestamp{Timestamp::min_milliseconds - 1}.in_range());
  CHECK_FALSE(Timestamp{Timestamp::max_milliseconds + 1}.in_range());
  CHECK(Timestamp::from_seconds(-2) == Timestamp{-2000});
  CHECK(Timestamp{5} + Milliseconds{7} == Timestamp{12});
  CHECK(Timestamp{5} - Milliseconds{7} == Timestamp{-2});
  CHECK(Timestamp{5} - Timestamp{7} == Milliseconds{-2});
  CHECK(Timestamp{5} < Timestamp{7});
  CHECK(Milliseconds{5} < Milliseconds{7});
}

TEST_CASE("the date format of signatures") {
  CHECK(to_amz_date({1'786'145'687'999}) == "20260807T233447Z");
  CHECK(to_amz_date({Timestamp::min_milliseconds}) == "00010101T000000Z");
  CHECK(from_amz_date("20260807T233447Z") == Timestamp{1'786'145'687'000});
  CHECK(from_amz_date("20240229T000000Z").has_value());
  for (std::string_view const bad : {"",
                                     "20260807T233447",
                                     "20260807T233447z",
                                     "20260807t233447Z",
                                     "20260807 233447Z",
                                     "20230229T000000Z",
                                     "20261301T000000Z",
                                     "20260807T243447Z",
                                     "20260807T236047Z",
                                     "20260807T233460Z",
                                     "2026080xT233447Z",
                                     "202x0807T233447Z",
                                     "2026x807T233447Z",
                                     "20260807Tx33447Z",
                                     "20260807T23x447Z",
                                     "20260807T2334x7Z",
                                     "20260807T233447ZZ",
                                     "-0260807T233447Z",
                                     "2026-08-07T23:34",
                                     "00000101T000000Z"}) {
    CAPTURE(bad);
    CHECK_FALSE(from_amz_date(bad).has_value());
  }
}

TEST_CASE("the date format of HTTP") {
  CHECK(to_http_date({1'786'104'600'000}) == "Fri, 07 Aug 2026 12:10:00 GMT");
  CHECK(from_http_date("Fri, 07 Aug 2026 12:10:00 GMT") == Timestamp{1'786'104'600'000});
  // RFC 9110, 5.6.7 gives this example.
  CHECK(from_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == Timestamp{784'111'777'000});
  CHECK(to_http_date({784'111'777'999}) == "Sun, 06 Nov 1994 08:49:37 GMT");
  for (std::string_view const bad :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Mon, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 UTC", "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nox 1994 08:49:37 GMT", "Sun, 6  Nov 1994 08:49:37 GMT", "Sun; 06 Nov 1994 08:49:37 GMT",
        "Sun, 06-Nov 1994 08:49:37 GMT", "Sun, 06 Nov-1994 08:49:37 GMT", "Sun, 06 Nov 1994-08:49:37 GMT",
        "Sun, 06 Nov 1994 08.49:37 GMT", "Sun, 06 Nov 1994 08:49.37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 06 anF 1994 08:49:37 GMT"}) {
    CAPTURE(bad);
    CHECK_FALSE(from_http_date(bad).has_value());
  }
  for (std::int64_t month = 0; month < 12; ++month) {
    Timestamp const time = Timestamp::from_seconds(month * 31 * 86'400);
    CHECK(from_http_date(to_http_date(time)) == time);
  }
}

TEST_CASE("epoch seconds are written with no more digits than necessary") {
  CHECK(to_epoch_seconds({0}) == "0");
  CHECK(to_epoch_seconds({1'786'145'687'000}) == "1786145687");
  CHECK(to_epoch_seconds({1'786'145'687'250}) == "1786145687.25");
  CHECK(to_epoch_seconds({1}) == "0.001");
  CHECK(to_epoch_seconds({10}) == "0.01");
  CHECK(to_epoch_seconds({-500}) == "-0.5");
  CHECK(to_epoch_seconds({-1}) == "-0.001");
  CHECK(to_epoch_seconds({-1001}) == "-1.001");
  CHECK(to_epoch_seconds({Timestamp::min_milliseconds}) == "-62135596800");
  CHECK(to_epoch_seconds({Timestamp::max_milliseconds}) == "253402300799.999");
}

TEST_CASE("epoch seconds are parsed exactly") {
  struct Case {
    std::string_view number;
    std::int64_t milliseconds;
  };
  for (auto const& test : {Case{"0", 0},
                           {"-0", 0},
                           {"-0.0", 0},
                           {"1786145687", 1'786'145'687'000},
                           {"1786145687.25", 1'786'145'687'250},
                           {"1786145687.250", 1'786'145'687'250},
                           {"1786145687.2509999", 1'786'145'687'250},
                           {"0.001", 1},
                           {"0.0009", 0},
                           {"-0.001", -1},
                           {"-1.5", -1500},
                           {"-1.0009", -1000},
                           {"1.786145687E9", 1'786'145'687'000},
                           {"1.78614568725e+9", 1'786'145'687'250},
                           {"1786145687250e-3", 1'786'145'687'250},
                           {"5e-4", 0},
                           {"5e-3", 5},
                           {"1e0", 1000},
                           {"1E2", 100'000},
                           {"0e999999999", 0},
                           {"0.000e5", 0},
                           {"1e-99999999999999999999", 0},
                           {"253402300799.999", Timestamp::max_milliseconds},
                           {"253402300799.9999", Timestamp::max_milliseconds},
                           {"-62135596800", Timestamp::min_milliseconds}}) {
    CAPTURE(test.number);
    auto const time = from_epoch_seconds(test.number);
    REQUIRE(time.has_value());
    CHECK(time->milliseconds == test.milliseconds);
  }
}

TEST_CASE("epoch seconds outside the years 0001 to 9999, and what is not a number") {
  for (std::string_view const bad :
       {"253402300800", "-62135596800.001", "-62135596801", "99999999999999999999999999", "1e300", "1e99999999999",
        "-1e12", "25340230080e1", "", "-", "+1", ".5", "e5", "abc", "1x", "1.5x", "1e5x", "--1",
        // The maximum of 64 bits, and what wraps around.
        "922337203685477581", "-922337203685477581", "9223372036854775810", "-9223372036854775810",
        "92233720368547758100", "9223372036854775810e-1", "9223372036854775810.5", "1.5.5", " 1"}) {
    CAPTURE(bad);
    CHECK_FALSE(from_epoch_seconds(bad).has_value());
  }
}

TEST_CASE("every millisecond survives a round trip") {
  std::int64_t wrong = 0;
  std::int64_t count = 0;
  for (std::int64_t ms = Timestamp::min_milliseconds; ms <= Timestamp::max_milliseconds; ms += 15'731'234'567, ++count)
    if (from_epoch_seconds(to_epoch_seconds({ms})) != Timestamp{ms}) ++wrong;
  for (std::int64_t ms = -2000; ms <= 2000; ++ms)
    if (from_epoch_seconds(to_epoch_seconds({ms})) != Timestamp{ms}) ++wrong;
  CHECK(wrong == 0);
  CHECK(count > 20'000);
}

TEST_CASE("the century of an HTTP date, and a month that there is not") {
  CHECK(to_http_date({946'684'800'000}) == "Sat, 01 Jan 2000 00:00:00 GMT");
  CHECK(from_http_date("Wed, 07 Jan 2026 12:10:00 GMT").has_value());
  CHECK_FALSE(from_http_date("Wed, 07 Xxx 2026 12:10:00 GMT").has_value());
}
