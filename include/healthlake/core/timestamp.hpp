// A point in time in milliseconds, and the three formats that this service uses: epoch seconds in JSON,
// `20260807T233447Z` in signatures, `Fri, 07 Aug 2026 12:10:00 GMT` in HTTP. All in integers.
//
// Rules: years 0001 to 9999; nothing here reads a clock.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
struct Timestamp {
  /// May be out of the range below, as the result of an addition; such a time cannot be written.
  std::int64_t milliseconds = 0;

  /// 0001-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z.
  static constexpr std::int64_t min_milliseconds = -62'135'596'800'000;
  /// The last millisecond of the year 9999, the last one that the wire formats can spell.
  static constexpr std::int64_t max_milliseconds = 253'402'300'799'999;

  /// From seconds since 1970-01-01T00:00:00Z. Precondition: the milliseconds fit into 64 bits.
  static constexpr Timestamp from_seconds(std::int64_t seconds) noexcept { return {seconds * 1000}; }
  /// Whether the time is in the years 1 to 9999.
  [[nodiscard]] constexpr bool in_range() const noexcept {
    return milliseconds >= min_milliseconds && milliseconds <= max_milliseconds;
  }

  friend constexpr auto operator<=>(Timestamp const&, Timestamp const&) = default;
};

/// A span of time in milliseconds.
struct Milliseconds {
  /// May be negative: the difference of two timestamps.
  std::int64_t count = 0;

  friend constexpr auto operator<=>(Milliseconds const&, Milliseconds const&) = default;
};

/// A later time, or an earlier one for a negative span. The sum must fit into 64 bits.
constexpr Timestamp operator+(Timestamp t, Milliseconds d) noexcept { return {t.milliseconds + d.count}; }
/// An earlier time, or a later one for a negative span.
constexpr Timestamp operator-(Timestamp t, Milliseconds d) noexcept { return {t.milliseconds - d.count}; }
/// The span from `b` to `a`; negative if `a` is before `b`.
constexpr Milliseconds operator-(Timestamp a, Timestamp b) noexcept { return {a.milliseconds - b.milliseconds}; }

/// A date and time of day in UTC (proleptic Gregorian calendar).
struct CivilTime {
  /// 1 to 9999.
  int year = 1970;
  /// 1 to 12.
  int month = 1;
  /// 1 to 31.
  int day = 1;
  /// 0 to 23.
  int hour = 0;
  /// 0 to 59.
  int minute = 0;
  /// 0 to 59; there are no leap seconds.
  int second = 0;
  /// 0 to 999.
  int millisecond = 0;
  /// 0 is Sunday.
  int weekday = 4;
};

namespace detail {
// Days since the epoch for a civil date of the years 1 to 9999, by counting from 1 March of year 0 in 400-year eras, so
// that the leap day is the last day of its year.
constexpr std::int32_t days_from_civil(int year, int month, int day) noexcept {
  std::int32_t const y = month <= 2 ? year - 1 : year;
  std::int32_t const era = y / 400;
  std::int32_t const year_of_era = y - era * 400;
  std::int32_t const day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  std::int32_t const day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

constexpr bool leap_year(int year) noexcept { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

constexpr int days_in_month(int year, int month) noexcept {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && leap_year(year) ? 29 : days[month - 1];
}

// Writes `value` with at least `width` digits.
void append_digits(std::string& out, std::uint64_t value, std::size_t width);

// Parses exactly `width` digits at `at`; -1 if they are not there.
constexpr int read_digits(std::string_view text, std::size_t at, std::size_t width) noexcept {
  if (at + width > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + width; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + digit_value(text[i]);
  }
  return value;
}

constexpr std::string_view month_names = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::string_view weekday_names = "SunMonTueWedThuFriSat";
}  // namespace detail

/// Converts a time to civil time. Precondition: time.in_range().
constexpr CivilTime to_civil(Timestamp time) noexcept {
  constexpr std::int64_t ms_per_day = 86'400'000;
  constexpr auto first_day = static_cast<std::int32_t>(Timestamp::min_milliseconds / ms_per_day);
  // In range, the days and the rest of a day fit in 32 bits, which small processors divide fast. Counted from the first
  // day in range, so that nothing is negative.
  auto const since_first = static_cast<std::uint64_t>(time.milliseconds - Timestamp::min_milliseconds);
  auto const whole_days = static_cast<std::int32_t>(since_first / std::uint64_t{ms_per_day});
  auto const rest = static_cast<std::int32_t>(since_first % std::uint64_t{ms_per_day});
  std::int32_t const days = whole_days + first_day;
  std::int32_t const shifted = days + 719'468;
  std::int32_t const era = shifted / 146'097;
  std::int32_t const day_of_era = shifted - era * 146'097;
  std::int32_t const year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  std::int32_t const day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  std::int32_t const month_from_march = (5 * day_of_year + 2) / 153;
  CivilTime civil;
  civil.day = static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  civil.month = static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  civil.year = static_cast<int>(year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0));
  civil.hour = static_cast<int>(rest / 3'600'000);
  civil.minute = static_cast<int>(rest / 60'000 % 60);
  civil.second = static_cast<int>(rest / 1000 % 60);
  civil.millisecond = static_cast<int>(rest % 1000);
  civil.weekday = static_cast<int>((days % 7 + 11) % 7);
  return civil;
}

/// Converts civil time, or returns nullopt if there is no such time (30 February, 24:00, year 0).
constexpr std::optional<Timestamp> from_civil(CivilTime const& c) noexcept {
  if (c.year < 1 || c.year > 9999 || c.month < 1 || c.month > 12) return std::nullopt;
  if (c.day < 1 || c.day > detail::days_in_month(c.year, c.month)) return std::nullopt;
  if (c.hour < 0 || c.hour > 23 || c.minute < 0 || c.minute > 59 || c.second < 0 || c.second > 59) return std::nullopt;
  if (c.millisecond < 0 || c.millisecond > 999) return std::nullopt;
  std::int64_t const days = detail::days_from_civil(c.year, c.month, c.day);
  return Timestamp{days * 86'400'000 + (((c.hour * 60 + c.minute) * 60 + c.second) * 1000 + c.millisecond)};
}

namespace detail {
// Writes two digits at `at` and returns the position after them.
constexpr char* put_two(char* at, int value) noexcept {
  at[0] = digit_of(value / 10);
  at[1] = digit_of(value % 10);
  return at + 2;
}

// Writes the date or the time of day, with or without `-` and `:` as separators.
constexpr char* put_date(char* at, CivilTime const& c, bool separated) noexcept {
  at = put_two(put_two(at, c.year / 100), c.year % 100);
  if (separated) *at++ = '-';
  at = put_two(at, c.month);
  if (separated) *at++ = '-';
  return put_two(at, c.day);
}
constexpr char* put_time(char* at, CivilTime const& c, bool separated) noexcept {
  at = put_two(at, c.hour);
  if (separated) *at++ = ':';
  at = put_two(at, c.minute);
  if (separated) *at++ = ':';
  return put_two(at, c.second);
}
}  // namespace detail

/// ISO 8601 with milliseconds, for people: `2026-08-07T23:34:47.250Z`.
std::string to_iso8601(Timestamp time);

/// ISO 8601 in UTC, with milliseconds only if there are any: `2026-08-07T23:34:47Z`, `2026-08-07T23:34:47.250Z`. A time
/// that is not in range is in epoch seconds: `253402300800`. core/iso8601.hpp parses the former.
std::string to_string(Timestamp time);

/// The characters of `20260807T233447Z`.
using AmzDate = std::array<char, 16>;

/// The date of a SigV4 signature: `20260807T233447Z`. Milliseconds are truncated. Precondition: time.in_range().
constexpr AmzDate amz_date_of(Timestamp time) noexcept {
  CivilTime const c = to_civil(time);
  AmzDate text{};
  char* at = detail::put_date(text.data(), c, false);
  *at++ = 'T';
  at = detail::put_time(at, c, false);
  *at = 'Z';
  return text;
}
/// The same as a string.
std::string to_amz_date(Timestamp time);

/// Parses `20260807T233447Z`; nullopt for any other format.
constexpr std::optional<Timestamp> from_amz_date(std::string_view text) noexcept {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  return from_civil({.year = detail::read_digits(text, 0, 4),
                     .month = detail::read_digits(text, 4, 2),
                     .day = detail::read_digits(text, 6, 2),
                     .hour = detail::read_digits(text, 9, 2),
                     .minute = detail::read_digits(text, 11, 2),
                     .second = detail::read_digits(text, 13, 2)});
}

/// RFC 9110, 5.6.7, IMF-fixdate: `Fri, 07 Aug 2026 12:10:00 GMT`.
std::string to_http_date(Timestamp time);

/// Parses an IMF-fixdate, whose weekday must match the date. The two obsolete formats of RFC 9110 are not accepted: the
/// service does not send them.
constexpr std::optional<Timestamp> from_http_date(std::string_view text) noexcept {
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return std::nullopt;
  if (text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':') return std::nullopt;
  int month = 0;
  for (std::size_t i = 0; i < 12; ++i)
    if (detail::month_names.substr(i * 3, 3) == text.substr(8, 3)) month = static_cast<int>(i) + 1;
  auto const time = from_civil({.year = detail::read_digits(text, 12, 4),
                                .month = month,
                                .day = detail::read_digits(text, 5, 2),
                                .hour = detail::read_digits(text, 17, 2),
                                .minute = detail::read_digits(text, 20, 2),
                                .second = detail::read_digits(text, 23, 2)});
  if (!time) return std::nullopt;
  auto const weekday = static_cast<std::size_t>(to_civil(*time).weekday);
  if (detail::weekday_names.substr(weekday * 3, 3) != text.substr(0, 3)) return std::nullopt;
  return time;
}

/// Epoch seconds as a JSON number without an exponent: `1786145687`, `1786145687.25`, `-0.5`.
std::string to_epoch_seconds(Timestamp time);

/// Parses epoch seconds exactly, with or without an exponent. Digits beyond the millisecond are truncated; nullopt for
/// a time outside the years 0001 to 9999. Precondition: `number` is a JSON number (RFC 8259, 6).
constexpr std::optional<Timestamp> from_epoch_seconds(std::string_view number) noexcept {
  auto const milliseconds = detail::parse_scaled(number, 3);
  Timestamp const time{milliseconds.value};
  if (!milliseconds.valid || !milliseconds.in_range || !time.in_range()) return std::nullopt;
  return time;
}

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/core/impl/timestamp.ipp"
#endif
