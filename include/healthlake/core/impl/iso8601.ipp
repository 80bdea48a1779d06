// The functions of core/iso8601.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/core/iso8601.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// Reads a date and time from left to right; stops at the first fault.
class DateReader {
 public:
  DateReader(std::string_view text, DateForms forms) noexcept
      : text_(text), leap_(forms.leap_seconds), basic_(forms.basic && text.size() > 4 && is_digit(text[4])) {}

  ReadDate read() noexcept {
    if (!date() || !time_of_day() || !fraction() || !zone()) return {{}, fault_, at_};
    if (at_ != text_.size()) return {{}, DateFault::trailing, at_};
    return result();
  }

 private:
  bool fail(DateFault fault) noexcept {
    fault_ = fault;
    return false;
  }
  [[nodiscard]] char front() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool number(int& value, std::size_t width, int low, int high, DateFault fault) noexcept {
    value = read_digits(text_, at_, width);
    if (value < low || value > high) return fail(fault);
    at_ += width;
    return true;
  }
  bool separator(char c, DateFault fault) noexcept {
    if (basic_) return true;
    if (front() != c) return fail(fault);
    ++at_;
    return true;
  }

  bool date() noexcept {
    return number(civil_.year, 4, 1, 9999, DateFault::year) && separator('-', DateFault::dash) &&
           number(civil_.month, 2, 1, 12, DateFault::month) && separator('-', DateFault::dash) &&
           number(civil_.day, 2, 1, days_in_month(civil_.year, civil_.month), DateFault::day);
  }
  bool time_of_day() noexcept {
    if (ascii_lower(front()) != 't' && front() != ' ') return fail(DateFault::time);
    ++at_;
    bool const whole = number(civil_.hour, 2, 0, 23, DateFault::hour) && separator(':', DateFault::colon) &&
                       number(civil_.minute, 2, 0, 59, DateFault::minute) && separator(':', DateFault::colon);
    second_at_ = at_;
    return whole && number(civil_.second, 2, 0, leap_ ? 60 : 59, DateFault::second);
  }
  bool fraction() noexcept {
    if (front() != '.') return true;
    std::size_t const first = ++at_;
    for (int place = 100; is_digit(front()); ++at_, place /= 10) civil_.millisecond += digit_value(front()) * place;
    return at_ != first || fail(DateFault::fraction);
  }
  bool zone() noexcept {
    std::string_view const rest = text_.substr(at_);
    for (std::string_view const utc : {"UTC", "Z"})
      if (equal_ignoring_case(rest.substr(0, utc.size()), utc)) {
        at_ += utc.size();
        return true;
      }
    if (front() != '+' && front() != '-') return fail(DateFault::zone);
    bool const colon = rest.size() > 3 && rest[3] == ':';
    int const hours = read_digits(rest, 1, 2);
    int const minutes = read_digits(rest, colon ? 4 : 3, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return fail(DateFault::zone);
    east_ = (hours * 60 + minutes) * (front() == '-' ? -1 : 1);
    at_ += colon ? 6 : 5;
    return true;
  }

  ReadDate result() noexcept {
    bool const leap = civil_.second == 60;
    if (leap) {
      civil_.second = 59;
      civil_.millisecond = 0;
    }
    Timestamp time = *from_civil(civil_) - Milliseconds{std::int64_t{east_} * 60'000};
    if (leap) {
      time = time + Milliseconds{1000};
      // Then a month begins.
      if (time.in_range() && (time.milliseconds % 86'400'000 != 0 || to_civil(time).day != 1))
        return {{}, DateFault::second, second_at_};
    }
    if (!time.in_range()) return {{}, DateFault::range, 0};
    return {time};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t second_at_ = 0;
  CivilTime civil_{};
  int east_ = 0;
  DateFault fault_ = DateFault::none;
  bool leap_;
  bool basic_;
};

HEALTHLAKE_DECL ReadDate read_date(std::string_view text, DateForms forms) noexcept {
  return DateReader{text, forms}.read();
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Result<Timestamp, Malformed> from_iso8601(std::string_view text) {
  detail::ReadDate const read = detail::read_date(text, {.basic = true, .leap_seconds = true});
  if (read.fault == detail::DateFault::none) return read.time;
  constexpr std::string_view expected[] = {"",
                                           "a year from 0001 to 9999",
                                           "\"-\"",
                                           "a month from 01 to 12",
                                           "a day of that month",
                                           "\"T\" and a time of day",
                                           "an hour from 00 to 23",
                                           "\":\"",
                                           "a minute from 00 to 59",
                                           "a second from 00 to 59 (60 only at 23:59 UTC on the last day of a month)",
                                           "a digit after the decimal point",
                                           "a zone: \"Z\", or an offset such as +02:00",
                                           "no trailing characters",
                                           "a time in the years 0001 to 9999, in UTC"};
  std::string_view const rest = text.substr(read.offset);
  std::string_view const before = text.substr(0, read.offset);
  std::size_t const shown = (std::min)(before.size(), Malformed::excerpt_limit);
  return Unexpected{
      Malformed{.message = concat({"expected ", expected[static_cast<std::size_t>(read.fault)], ", as in ",
                                   "2026-08-07T23:34:47Z; found ", rest.empty() ? "the end" : quoted(rest, 32)}),
                .offset = read.offset,
                .excerpt = printable_ascii(before.substr(before.size() - shown), Malformed::excerpt_limit)}};
}

}  // namespace HEALTHLAKE_NAMESPACE
