// The invariant: an instant is read exactly or not at all; a time that the service wrote for people is read if there is
// any way to, and never in a way that depends on the machine.
#include "healthlake/rest/times.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace healthlake;

namespace {
std::optional<std::string> instant(std::string_view text) {
  auto const time = rest::parse_instant(text);
  return time ? std::optional{to_iso8601(*time)} : std::nullopt;
}
std::optional<std::string> service_time(std::string_view text) {
  auto const time = rest::parse_service_time(text);
  return time ? std::optional{to_iso8601(*time)} : std::nullopt;
}
std::optional<std::string> member(std::string json) {
  auto const time = rest::time_of(Document{std::move(json)});
  return time ? std::optional{to_iso8601(*time)} : std::nullopt;
}
}  // namespace

TEST_CASE("instants: with Z or an offset, to the millisecond") {
  CHECK(instant("2010-03-14T09:00:00Z") == "2010-03-14T09:00:00.000Z");
  CHECK(instant("2010-03-14T09:00:00.1Z") == "2010-03-14T09:00:00.100Z");
  CHECK(instant("2010-03-14T09:00:00.123456789Z") == "2010-03-14T09:00:00.123Z");
  CHECK(instant("2010-03-14T09:00:00.000-04:00") == "2010-03-14T13:00:00.000Z");
  CHECK(instant("2010-03-14T09:00:00+05:30") == "2010-03-14T03:30:00.000Z");
  CHECK(instant("2010-03-14T09:00:00+14:00") == "2010-03-13T19:00:00.000Z");
  // The regular expression of R4 allows a second 60.
  CHECK(instant("2016-12-31T23:59:60Z") == "2017-01-01T00:00:00.000Z");
  CHECK(instant("2017-01-01T05:29:60.5+05:30") == "2017-01-01T00:00:00.500Z");
}

TEST_CASE("fault 79: what is not an instant is refused, and not left out") {
  for (auto const* text : {"2010-03-14T09:00:00.000-4:00",
                           "2010-03-14T09:00:00.000-0400",
                           "2010-03-14T09:00:00",
                           "2010-03-14T09:00Z",
                           "2010-03-14",
                           "2010-03",
                           "2010-3-14T09:00:00Z",
                           "2010-02-30T09:00:00Z",
                           "2010-03-14T24:00:00Z",
                           "2010-03-14T09:60:00Z",
                           "2010-03-14T09:00:00.Z",
                           "2010-03-14T09:00:00+15:00",
                           "2010-03-14T09:00:00+14:30",
                           "2010-03-14T09:00:61Z",
                           "9999-12-31T23:59:60Z",
                           "2010-03-14T09:00:00+04:60",
                           "2010-03-14T09:00:00 04:00",
                           "2010-03-14t09:00:00Z",
                           "2010-03-14T09:00:00Z ",
                           " 2010-03-14T09:00:00Z",
                           "2010-03-14T09:00:00ZZ",
                           "0001-01-01T00:00:00+01:00",
                           "9999-12-31T23:59:59-01:00",
                           "now",
                           ""}) {
    CAPTURE(text);
    CHECK_FALSE(rest::parse_instant(text));
  }
}

TEST_CASE("times of the service: written as documented, and read back") {
  CHECK(rest::to_service_time(*rest::parse_instant("2023-04-21T17:58:02Z")) == "Apr 21, 2023 5:58:02 PM");
  CHECK(rest::to_service_time(*rest::parse_instant("2023-12-01T00:00:09.9Z")) == "Dec 1, 2023 12:00:09 AM");
  CHECK(rest::to_service_time(*rest::parse_instant("2023-12-01T12:00:00Z")) == "Dec 1, 2023 12:00:00 PM");
  // Each hour of a day, and a day of each month.
  for (int hour = 0; hour < 24; ++hour)
    for (int month = 1; month <= 12; ++month) {
      Timestamp const time =
          *from_civil({.year = 2024, .month = month, .day = month * 2, .hour = hour, .minute = 7, .second = 59});
      CHECK(rest::parse_service_time(rest::to_service_time(time)) == time);
    }
}

TEST_CASE("fault 77: times without a zone, in forms of formatters, or unreadable") {
  CHECK(service_time("Apr 21, 2023 5:58:02 PM") == "2023-04-21T17:58:02.000Z");
  CHECK(service_time("Apr 21, 2023, 5:58:02 PM") == "2023-04-21T17:58:02.000Z");
  CHECK(service_time("Apr 21, 2023 5:58:02 pm") == "2023-04-21T17:58:02.000Z");
  // A narrow space that does not break, as newer formatters write it.
  CHECK(service_time("Apr 21, 2023, 5:58:02\xE2\x80\xAFPM") == "2023-04-21T17:58:02.000Z");
  CHECK(service_time("Apr 21, 2023 12:00:00 AM") == "2023-04-21T00:00:00.000Z");
  // Without AM and PM: a 24-hour clock.
  CHECK(service_time("Apr 21, 2023 17:58:02") == "2023-04-21T17:58:02.000Z");
  CHECK(service_time("Apr 21, 2023 5:58:02 PM UTC") == "2023-04-21T17:58:02.000Z");
  CHECK(service_time(" 2023-04-21T17:58:02Z ") == "2023-04-21T17:58:02.000Z");
  for (auto const* text :
       {"", "Apr", "Apr 21", "Apr 21, 2023", "Foo 21, 2023 5:58:02 PM", "anF 21, 2023 5:58:02 PM",
        "Apr 31, 2023 5:58:02 PM", "Apr 21, 2023 13:58:02 PM", "Apr 21, 2023 0:58:02 AM", "Apr 21, 2023 24:00:00",
        "Apr 21, 2023 5:58 PM", "Apr 21, 2023 5:58:02 PM CET", "21 avr. 2023 17:58:02"}) {
    CAPTURE(text);
    CHECK_FALSE(rest::parse_service_time(text));
  }
}

TEST_CASE("a time in a response: a string or a number of seconds; anything else is no time") {
  CHECK(member(R"("Apr 21, 2023 5:58:02 PM")") == "2023-04-21T17:58:02.000Z");
  CHECK(member("1682099882.25") == "2023-04-21T17:58:02.250Z");
  CHECK(member("-1") == "1969-12-31T23:59:59.000Z");
  for (auto const* json : {"null", "true", "{}", "[1]", "\"\"", "\"soon\"", "1e300"}) {
    CAPTURE(json);
    CHECK_FALSE(member(json));
  }
  CHECK_FALSE(rest::time_of(std::nullopt));
}
