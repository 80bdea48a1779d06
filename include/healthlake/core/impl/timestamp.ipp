// The functions of core/timestamp.hpp.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void append_digits(std::string& out, std::uint64_t value, std::size_t width) {
  Decimal const digits{value};
  for (std::size_t size = digits.view().size(); size < width; ++size) out.push_back('0');
  out += digits.view();
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::string to_iso8601(Timestamp time) {
  CivilTime const c = to_civil(time);
  char text[24];
  char* at = detail::put_date(text, c, true);
  *at++ = 'T';
  at = detail::put_time(at, c, true);
  *at++ = '.';
  *at++ = detail::digit_of(c.millisecond / 100);
  at = detail::put_two(at, c.millisecond % 100);
  *at++ = 'Z';
  return {text, at};
}

HEALTHLAKE_DECL std::string to_string(Timestamp time) {
  if (!time.in_range()) return to_epoch_seconds(time);
  std::string text = to_iso8601(time);
  if (time.milliseconds % 1000 == 0) text.replace(19, 4, "");
  return text;
}

HEALTHLAKE_DECL std::string to_amz_date(Timestamp time) {
  AmzDate const text = amz_date_of(time);
  return {text.data(), text.size()};
}

HEALTHLAKE_DECL std::string to_http_date(Timestamp time) {
  CivilTime const c = to_civil(time);
  std::string out{detail::weekday_names.substr(static_cast<std::size_t>(c.weekday) * 3, 3)};
  char digits[8];
  out.append(", ").append(digits, detail::put_two(digits, c.day)).append(" ");
  out.append(detail::month_names.substr(static_cast<std::size_t>(c.month - 1) * 3, 3)).append(" ");
  out.append(digits, detail::put_two(detail::put_two(digits, c.year / 100), c.year % 100)).append(" ");
  return out.append(digits, detail::put_time(digits, c, true)).append(" GMT");
}

HEALTHLAKE_DECL std::string to_epoch_seconds(Timestamp time) {
  std::string out;
  std::uint64_t magnitude = static_cast<std::uint64_t>(time.milliseconds);
  if (time.milliseconds < 0) {
    out.push_back('-');
    magnitude = ~magnitude + 1;
  }
  detail::append_digits(out, magnitude / 1000, 1);
  if (auto fraction = static_cast<int>(magnitude % 1000); fraction != 0) {
    out.push_back('.');
    std::size_t width = 3;
    for (; fraction % 10 == 0; fraction /= 10) --width;
    detail::append_digits(out, static_cast<std::uint64_t>(fraction), width);
  }
  return out;
}

}  // namespace HEALTHLAKE_NAMESPACE
