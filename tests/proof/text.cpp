// Claims, each tried on every input of its kind:
// - a time of every day from year 1 to year 9999, and every millisecond of ten days (with the argument `all`; otherwise
//   every 1,009th), is the same after each of the four formats, and each day follows the one before it in the calendar;
// - every string of one, two or three bytes is the same after percent-encoding and after base64, the encoded form
//   consists of allowed characters only, and no other string of that length decodes to the same bytes;
// - every string of four characters decodes as base64 exactly if it is the encoding of what it decodes to.
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/text/base64.hpp"
#include "healthlake/text/percent.hpp"

namespace {

std::uint64_t tried = 0;
int wrong = 0;

void expect(bool good, char const* claim, long long input) {
  ++tried;
  if (good || ++wrong > 10) return;
  std::printf("%s: wrong for %lld\n", claim, input);
}

void report(char const* what) {
  std::printf("%-48s %12llu inputs, %d wrong\n", what, static_cast<unsigned long long>(tried), wrong);
  std::fflush(stdout);
  tried = 0;
}

using healthlake::CivilTime;
using healthlake::Timestamp;

constexpr std::int64_t day = 86'400'000;

// The formats of whole seconds lose the rest of the second.
void check_time(Timestamp time) {
  Timestamp const whole = Timestamp::from_seconds((time.milliseconds - Timestamp::min_milliseconds) / 1000 +
                                                  Timestamp::min_milliseconds / 1000);
  expect(from_civil(to_civil(time)) == time, "civil time", time.milliseconds);
  expect(healthlake::from_amz_date(to_amz_date(time)) == whole, "x-amz-date", time.milliseconds);
  expect(healthlake::from_http_date(to_http_date(time)) == whole, "HTTP date", time.milliseconds);
  expect(healthlake::from_epoch_seconds(to_epoch_seconds(time)) == time, "epoch seconds", time.milliseconds);
}

// Counts by the rules of the Gregorian calendar alone.
void next_day(CivilTime& c) {
  bool const leap = c.year % 4 == 0 && (c.year % 100 != 0 || c.year % 400 == 0);
  bool const short_month = c.month == 4 || c.month == 6 || c.month == 9 || c.month == 11;
  int const days = c.month == 2 ? (leap ? 29 : 28) : short_month ? 30 : 31;
  c.weekday = (c.weekday + 1) % 7;
  if (++c.day <= days) return;
  c.day = 1;
  if (++c.month <= 12) return;
  c.month = 1;
  ++c.year;
}

void every_day() {
  // 1 January of year 1 is a Monday in the proleptic Gregorian calendar.
  CivilTime expected{.year = 1, .month = 1, .day = 1, .weekday = 1};
  for (std::int64_t at = Timestamp::min_milliseconds; at <= Timestamp::max_milliseconds; at += day) {
    CivilTime const c = to_civil(Timestamp{at});
    expect(c.year == expected.year && c.month == expected.month && c.day == expected.day &&
               c.weekday == expected.weekday && c.hour == 0 && c.minute == 0 && c.second == 0 && c.millisecond == 0,
           "the calendar", at);
    check_time({at});
    check_time({at + day - 1});
    next_day(expected);
  }
  expect(expected.year == 10'000, "the last day", expected.year);
  report("every day of the years 1 to 9999");
}

void every_millisecond(std::int64_t step) {
  // The first and the last, leap days of each kind, the days around the epoch, and a day of a daylight-saving change.
  for (CivilTime const& of :
       {CivilTime{.year = 1, .month = 1, .day = 1}, CivilTime{.year = 1582, .month = 10, .day = 15},
        CivilTime{.year = 1900, .month = 2, .day = 28}, CivilTime{.year = 1969, .month = 12, .day = 31},
        CivilTime{.year = 1970, .month = 1, .day = 1}, CivilTime{.year = 2000, .month = 2, .day = 29},
        CivilTime{.year = 2024, .month = 2, .day = 29}, CivilTime{.year = 2026, .month = 3, .day = 29},
        CivilTime{.year = 2038, .month = 1, .day = 19}, CivilTime{.year = 9999, .month = 12, .day = 31}}) {
    std::int64_t const first = from_civil(of)->milliseconds;
    for (std::int64_t at = first; at < first + day; at += step) check_time({at});
  }
  report(step == 1 ? "every millisecond of ten days" : "every 1,009th millisecond of ten days");
}

std::string base64(std::string_view bytes) {
  std::string out;
  healthlake::append_base64(out, bytes);
  return out;
}

std::string percent(std::string_view bytes) {
  std::string out;
  healthlake::detail::percent_encode(bytes, 'x', [&out](char c) { out.push_back(c); });
  return out;
}

bool all_in(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

constexpr std::string_view base64_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
constexpr std::string_view percent_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%";

void every_short_string() {
  for (std::size_t size : {1U, 2U, 3U}) {
    for (std::uint32_t number = 0; number < 1U << (8 * size); ++number) {
      std::string bytes;
      for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(number >> (8 * i)));
      std::string const in_base64 = base64(bytes), escaped = percent(bytes);
      std::string back;
      expect(healthlake::parse_base64(in_base64, back) && back == bytes, "base64", number);
      expect(in_base64.size() == 4 && all_in(in_base64, base64_alphabet), "the alphabet of base64", number);
      expect(healthlake::percent_decode(escaped) == bytes, "percent-encoding", number);
      expect(all_in(escaped, percent_alphabet), "the characters of percent-encoding", number);
    }
  }
  report("every string of at most three bytes");
}

// What RFC 3986 says of the escape at the beginning of three characters; what is not an escape is left as it is.
std::string decoded_escape(std::string const& text) {
  auto digit = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
  if (text[0] != '%' || !digit(text[1]) || !digit(text[2])) return text;
  return {static_cast<char>(std::strtoul(text.c_str() + 1, nullptr, 16))};
}

void every_escape() {
  for (std::uint32_t number = 0; number < 1U << 16; ++number)
    for (char const first : {'%', 'a'}) {
      std::string const text{first, static_cast<char>(number >> 8), static_cast<char>(number)};
      expect(healthlake::percent_decode(text) == decoded_escape(text), "an escape", number);
    }
  report("every pair of bytes after a percent sign");
}

// Every string of four characters of the alphabet and one outside it: decoded, and encoded again, it has to be itself.
void every_quartet() {
  std::string const characters = std::string{base64_alphabet} + "-";
  std::uint64_t valid = 0;
  std::string text(4, 'A'), out;
  for (char const a : characters)
    for (char const b : characters)
      for (char const c : characters)
        for (char const d : characters) {
          text = {a, b, c, d};
          out.clear();
          bool const accepted = healthlake::parse_base64(text, out);
          valid += accepted;
          expect(!accepted || base64(out) == text, "a quartet", static_cast<long long>(tried));
        }
  // As many as there are strings of one, two and three bytes.
  expect(valid == (1U << 8) + (1U << 16) + (1U << 24), "the number of valid quartets", static_cast<long long>(valid));
  report("every string of four characters as base64");
}

}  // namespace

int main(int argc, char** argv) {
  every_day();
  every_millisecond(argc > 1 && std::strcmp(argv[1], "all") == 0 ? 1 : 1009);
  every_short_string();
  every_escape();
  every_quartet();
  return wrong == 0 ? 0 : 1;
}
