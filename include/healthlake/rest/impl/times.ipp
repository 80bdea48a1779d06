// The functions of rest/times.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/core/values.hpp"
#include "healthlake/protocol/error_response.hpp"
#include "healthlake/rest/times.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::rest {

namespace detail {

// Removes the number at the front, of `least` to `most` digits; -1 if it is not there.
inline int take_number(std::string_view& rest, std::size_t least, std::size_t most) noexcept {
  std::size_t size = 0;
  while (size < rest.size() && size < most && healthlake::detail::is_digit(rest[size])) ++size;
  if (size < least) return -1;
  int const value = healthlake::detail::read_digits(rest, 0, size);
  rest.remove_prefix(size);
  return value;
}

// Removes `expected` at the front; returns whether it was there.
inline bool take(std::string_view& rest, std::string_view expected) noexcept {
  if (!rest.starts_with(expected)) return false;
  rest.remove_prefix(expected.size());
  return true;
}

// The white space before AM and PM: newer formatters write U+202F, a narrow space that does not break.
inline void skip_spaces(std::string_view& rest) noexcept {
  while (take(rest, " ") || take(rest, "\xE2\x80\xAF") || take(rest, "\xC2\xA0")) {
  }
}

// The time of day `h:mm:ss`, and AM or PM.
inline bool take_time(std::string_view& rest, CivilTime& civil) noexcept {
  civil.hour = take_number(rest, 1, 2);
  if (!take(rest, ":")) return false;
  civil.minute = take_number(rest, 2, 2);
  if (!take(rest, ":")) return false;
  civil.second = take_number(rest, 2, 2);
  skip_spaces(rest);
  bool const pm = take(rest, "PM") || take(rest, "pm");
  if (!pm && !take(rest, "AM") && !take(rest, "am")) return true;
  if (civil.hour < 1 || civil.hour > 12) return false;
  civil.hour = civil.hour % 12 + (pm ? 12 : 0);
  return true;
}

}  // namespace detail

// Stricter than RFC 3339. A device that exports by REST has no other use for core/iso8601.hpp.
HEALTHLAKE_DECL std::optional<Timestamp> parse_instant(std::string_view text) noexcept {
  using namespace detail;
  CivilTime civil;
  civil.year = take_number(text, 4, 4);
  if (!take(text, "-")) return std::nullopt;
  civil.month = take_number(text, 2, 2);
  if (!take(text, "-")) return std::nullopt;
  civil.day = take_number(text, 2, 2);
  if (!take(text, "T")) return std::nullopt;
  civil.hour = take_number(text, 2, 2);
  if (!take(text, ":")) return std::nullopt;
  civil.minute = take_number(text, 2, 2);
  if (!take(text, ":")) return std::nullopt;
  civil.second = take_number(text, 2, 2);
  // FHIR allows :60 at any time: the second after :59.
  Milliseconds const leap{civil.second == 60 ? 1000 : 0};
  if (leap.count != 0) civil.second = 59;
  if (take(text, ".")) {
    std::size_t digits = 0;
    for (; !text.empty() && healthlake::detail::is_digit(text[0]); ++digits, text.remove_prefix(1))
      if (digits < 3) civil.millisecond = civil.millisecond * 10 + healthlake::detail::digit_value(text[0]);
    if (digits == 0) return std::nullopt;
    for (; digits < 3; ++digits) civil.millisecond *= 10;
  }
  auto time = from_civil(civil);
  if (!time) return std::nullopt;
  time->milliseconds += leap.count;
  if (take(text, "Z")) return text.empty() && time->in_range() ? time : std::nullopt;
  bool const west = take(text, "-");
  if (!west && !take(text, "+")) return std::nullopt;
  int const hours = take_number(text, 2, 2);
  if (!take(text, ":")) return std::nullopt;
  int const minutes = take_number(text, 2, 2);
  if (!text.empty() || hours < 0 || minutes < 0 || minutes > 59 || hours * 60 + minutes > 14 * 60) return std::nullopt;
  std::int64_t const offset = (std::int64_t{hours} * 60 + minutes) * 60'000;
  time->milliseconds += west ? offset : -offset;
  return time->in_range() ? time : std::nullopt;
}

HEALTHLAKE_DECL std::string to_service_time(Timestamp time) {
  CivilTime const c = to_civil(time);
  std::string out{healthlake::detail::month_names.substr(static_cast<std::size_t>(c.month - 1) * 3, 3)};
  char digits[8];
  append(out, {" ", Decimal{c.day}, ", ", Decimal{c.year}, " ", Decimal{c.hour % 12 == 0 ? 12 : c.hour % 12}});
  // The separator and two digits of the minute and the second.
  char const* const end = healthlake::detail::put_time(digits, c, true);
  return out.append(static_cast<char const*>(digits) + 2, end).append(c.hour < 12 ? " AM" : " PM");
}

HEALTHLAKE_DECL std::optional<Timestamp> parse_service_time(std::string_view text) noexcept {
  using namespace detail;
  text = healthlake::detail::trim_white_space(text);
  if (auto const instant = parse_instant(text)) return instant;
  CivilTime civil;
  auto const month = healthlake::detail::month_names.find(text.substr(0, 3));
  if (text.size() < 3 || month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  civil.month = static_cast<int>(month / 3) + 1;
  text.remove_prefix(3);
  skip_spaces(text);
  civil.day = take_number(text, 1, 2);
  if (!take(text, ",")) return std::nullopt;
  skip_spaces(text);
  civil.year = take_number(text, 4, 4);
  static_cast<void>(take(text, ","));
  skip_spaces(text);
  if (!take_time(text, civil)) return std::nullopt;
  skip_spaces(text);
  static_cast<void>(take(text, "UTC") || take(text, "GMT"));
  return text.empty() ? from_civil(civil) : std::nullopt;
}

HEALTHLAKE_DECL std::optional<Timestamp> time_of(std::optional<Document> const& member) {
  if (!member) return std::nullopt;
  std::string text;
  if (healthlake::detail::text_of(member, text)) return parse_service_time(text);
  // Precondition of from_epoch_seconds: a JSON number.
  bool const number =
      !member->json.empty() && (member->json[0] == '-' || healthlake::detail::is_digit(member->json[0]));
  return number ? from_epoch_seconds(member->json) : std::nullopt;
}

}  // namespace HEALTHLAKE_NAMESPACE::rest
