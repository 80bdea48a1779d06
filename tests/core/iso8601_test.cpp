// Invariants: a time with a zone is read to the millisecond; whatever else is an error that says what was expected, at
// the first character that is not it; what to_string writes reads back.
#include "healthlake/core/iso8601.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace healthlake;

namespace {
std::string read(std::string_view text) {
  auto const time = from_iso8601(text);
  return time ? to_string(*time) : Error{time.error()}.message();
}
}  // namespace

TEST_CASE("the forms of AWS and of RFC 3339") {
  CHECK(read("2026-08-07T23:34:47Z") == "2026-08-07T23:34:47Z");
  CHECK(read("2026-08-07t23:34:47z") == "2026-08-07T23:34:47Z");
  CHECK(read("2026-08-07 23:34:47Z") == "2026-08-07T23:34:47Z");
  CHECK(read("2026-08-07T23:34:47UTC") == "2026-08-07T23:34:47Z");
  CHECK(read("20260807T233447Z") == "2026-08-07T23:34:47Z");
  CHECK(read("20260807T233447.5+0200") == "2026-08-07T21:34:47.500Z");
  CHECK(read("2024-02-29T00:00:00Z") == "2024-02-29T00:00:00Z");
  CHECK(read("0001-01-01T00:00:00Z") == "0001-01-01T00:00:00Z");
  CHECK(read("9999-12-31T23:59:59.999Z") == "9999-12-31T23:59:59.999Z");
  // The examples of RFC 3339, 5.8.
  CHECK(read("1985-04-12T23:20:50.52Z") == "1985-04-12T23:20:50.520Z");
  CHECK(read("1996-12-19T16:39:57-08:00") == "1996-12-20T00:39:57Z");
  CHECK(read("1937-01-01T12:00:27.87+00:20") == "1937-01-01T11:40:27.870Z");
}

TEST_CASE("fractions of a second are truncated to milliseconds, before 1970 as well") {
  CHECK(read("2026-08-07T23:34:47.1Z") == "2026-08-07T23:34:47.100Z");
  CHECK(read("2026-08-07T23:34:47.000Z") == "2026-08-07T23:34:47Z");
  CHECK(read("2026-08-07T23:34:47.0009Z") == "2026-08-07T23:34:47Z");
  CHECK(read("2026-08-07T23:34:47.123999999999999999999Z") == "2026-08-07T23:34:47.123Z");
  CHECK(read("1969-12-31T23:59:59.9999Z") == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("offsets") {
  CHECK(read("2026-08-07T23:34:47+00:00") == "2026-08-07T23:34:47Z");
  CHECK(read("2026-08-07T23:34:47-00:00") == "2026-08-07T23:34:47Z");
  CHECK(read("2026-08-07T23:34:47+05:30") == "2026-08-07T18:04:47Z");
  CHECK(read("2026-08-07T23:34:47-0530") == "2026-08-08T05:04:47Z");
  CHECK(read("2026-01-01T00:30:00.25+01:00") == "2025-12-31T23:30:00.250Z");
  CHECK(read("2026-08-07T23:34:47+23:59") == "2026-08-06T23:35:47Z");
}

TEST_CASE("a leap second is the second after it") {
  CHECK(read("2016-12-31T23:59:60Z") == "2017-01-01T00:00:00Z");
  CHECK(read("2016-12-31T23:59:60.9Z") == "2017-01-01T00:00:00Z");
  CHECK(read("2015-06-30T23:59:60Z") == "2015-07-01T00:00:00Z");
  CHECK(read("20161231T235960Z") == "2017-01-01T00:00:00Z");
  // RFC 3339, 5.8.
  CHECK(read("1990-12-31T15:59:60-08:00") == "1991-01-01T00:00:00Z");
  CHECK(read("1969-12-31T23:59:60Z") == "1970-01-01T00:00:00Z");
  for (std::string_view const elsewhere :
       {"2016-12-31T23:59:60-08:00", "2016-12-30T23:59:60Z", "2016-12-31T22:59:60Z", "2016-12-31T23:58:60Z"}) {
    CAPTURE(elsewhere);
    auto const time = from_iso8601(elsewhere);
    REQUIRE_FALSE(time);
    CHECK(time.error().offset == 17);
  }
  CHECK_FALSE(from_iso8601("9999-12-31T23:59:60Z"));
}

TEST_CASE("every invalid form says what was expected, and where") {
  struct Case {
    std::string_view text;
    std::size_t offset;
    std::string_view expected;
  };
  for (auto const& test : {Case{"", 0, "a year"},
                           {"soon", 0, "a year"},
                           {" 2026-08-07T23:34:47Z", 0, "a year"},
                           {"+026-08-07T23:34:47Z", 0, "a year"},
                           {"0000-08-07T23:34:47Z", 0, "a year"},
                           {"2026", 4, "\"-\""},
                           {"2026/08/07T23:34:47Z", 4, "\"-\""},
                           {"2026-8-7T23:34:47Z", 5, "a month"},
                           {"2026-13-07T23:34:47Z", 5, "a month"},
                           {"2026-00-07T23:34:47Z", 5, "a month"},
                           {"2026-W32-5T23:34:47Z", 5, "a month"},
                           {"2026-08", 7, "\"-\""},
                           {"2026-08-00T23:34:47Z", 8, "a day"},
                           {"2026-08-32T23:34:47Z", 8, "a day"},
                           {"2026-02-29T23:34:47Z", 8, "a day"},
                           {"2026-08-07", 10, "\"T\""},
                           {"2026-08-07_23:34:47Z", 10, "\"T\""},
                           {"2026-08-07T24:00:00Z", 11, "an hour"},
                           {"2026-08-07T3:34:47Z", 11, "an hour"},
                           {"2026-08-07T23.34.47Z", 13, "\":\""},
                           {"2026-08-07T23Z", 13, "\":\""},
                           {"2026-08-07T23:60:00Z", 14, "a minute"},
                           {"2026-08-07T23:34Z", 16, "\":\""},
                           {"2026-08-07T23:34:61Z", 17, "a second"},
                           {"2026-08-07T23:34:", 17, "a second"},
                           {"2026-08-07T23:34:47", 19, "a zone"},
                           {"2026-08-07T23:34:47.5", 21, "a zone"},
                           {"2026-08-07T23:34:47.Z", 20, "a digit"},
                           {"2026-08-07T23:34:47,5Z", 19, "a zone"},
                           {"2026-08-07T23:34:47 Z", 19, "a zone"},
                           {"2026-08-07T23:34:47GMT", 19, "a zone"},
                           {"2026-08-07T23:34:47+2", 19, "a zone"},
                           {"2026-08-07T23:34:47+02", 19, "a zone"},
                           {"2026-08-07T23:34:47+02:0", 19, "a zone"},
                           {"2026-08-07T23:34:47+24:00", 19, "a zone"},
                           {"2026-08-07T23:34:47+02:60", 19, "a zone"},
                           {"2026-08-07T23:34:47+02:000", 25, "no trailing"},
                           {"2026-08-07T23:34:47ZZ", 20, "no trailing"},
                           {"2026-08-07T23:34:47Z ", 20, "no trailing"},
                           {"2026-08-07T23:34:47Z[UTC]", 20, "no trailing"},
                           {"1786145687", 4, "a month"},
                           {"20260807", 8, "\"T\""},
                           {"20260", 4, "a month"},
                           {"20260807T23:34:47Z", 11, "a minute"},
                           {"2026-08-07T233447Z", 13, "\":\""},
                           {"0001-01-01T00:00:00+00:01", 0, "a time in the years 0001 to 9999"},
                           {"9999-12-31T23:59:59-00:01", 0, "a time in the years 0001 to 9999"}}) {
    CAPTURE(test.text);
    auto const time = from_iso8601(test.text);
    REQUIRE_FALSE(time);
    CHECK(time.error().offset == test.offset);
    CHECK(time.error().message.starts_with(std::string{"expected "}.append(test.expected)));
  }
  CHECK(read("2026-13-07T23:34:47Z") ==
        "malformed, at byte 5: expected a month from 01 to 12, as in 2026-08-07T23:34:47Z; found "
        "\"13-07T23:34:47Z\", near `2026-`");
  CHECK(read("2026-08-07").find("found the end, near `2026-08-07`") != std::string::npos);
}

TEST_CASE("an error shows a hostile string bounded and escaped") {
  std::string const hostile = std::string{"2026-08-07T23:34:47."} + std::string(100'000, '7') + "\x1b[31m\n";
  auto const time = from_iso8601(hostile);
  REQUIRE_FALSE(time);
  std::string const message = Error{time.error()}.message();
  CHECK(message.size() < 400);
  CHECK(message.find('\x1b') == std::string::npos);
  CHECK(message.find('\n') == std::string::npos);
}

TEST_CASE("what to_string writes reads back") {
  for (std::int64_t ms = Timestamp::min_milliseconds; ms <= Timestamp::max_milliseconds; ms += 157'312'345'678) {
    auto const time = from_iso8601(to_string(Timestamp{ms}));
    REQUIRE(time);
    REQUIRE(time->milliseconds == ms);
    REQUIRE(from_iso8601(to_iso8601(Timestamp{ms})).value() == Timestamp{ms});
    REQUIRE(from_iso8601(to_amz_date(Timestamp{ms})).value() == *from_amz_date(to_amz_date(Timestamp{ms})));
  }
}

TEST_CASE("forms besides RFC 3339 are read only where they are asked for") {
  CHECK(detail::read_date("2016-12-31T23:59:59Z", {}).fault == detail::DateFault::none);
  CHECK(detail::read_date("2016-12-31T23:59:60Z", {}).fault == detail::DateFault::second);
  CHECK(detail::read_date("2016-12-31T23:59:60Z", {.leap_seconds = true}).fault == detail::DateFault::none);
  CHECK(detail::read_date("20161231T235959Z", {}).fault == detail::DateFault::dash);
  CHECK(detail::read_date("20161231T235959Z", {.basic = true}).fault == detail::DateFault::none);
}

TEST_CASE("an error shows 32 bytes of what it found") {
  std::string const text(40, 'x');
  CHECK(from_iso8601(text).error().message.find("found \"" + text.substr(0, 32) + "\"...") != std::string::npos);
  CHECK(from_iso8601(text.substr(0, 32)).error().message.ends_with("found \"" + text.substr(0, 32) + "\""));
}
