// The functions of credentials/expiration.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/expiration.hpp"
#include "healthlake/text/ascii.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// Minutes east of UTC; nullopt if the text is not a zone.
constexpr std::optional<int> zone_minutes(std::string_view zone) noexcept {
  if (equal_ignoring_case(zone, "Z") || equal_ignoring_case(zone, "UTC")) return 0;
  if (zone.size() < 5 || (zone[0] != '+' && zone[0] != '-')) return std::nullopt;
  bool const colon = zone[3] == ':';
  if (zone.size() != (colon ? 6u : 5u)) return std::nullopt;
  int const hours = read_digits(zone, 1, 2);
  int const minutes = read_digits(zone, colon ? 4 : 3, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  return (hours * 60 + minutes) * (zone[0] == '-' ? -1 : 1);
}

}  // namespace detail

HEALTHLAKE_DECL std::optional<Timestamp> parse_expiration(std::string_view text) noexcept {
  using detail::read_digits;
  constexpr std::size_t seconds_end = 19;
  if (text.size() <= seconds_end || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':')
    return std::nullopt;
  if (detail::ascii_lower(text[10]) != 't' && text[10] != ' ') return std::nullopt;
  CivilTime civil{.year = read_digits(text, 0, 4),
                  .month = read_digits(text, 5, 2),
                  .day = read_digits(text, 8, 2),
                  .hour = read_digits(text, 11, 2),
                  .minute = read_digits(text, 14, 2),
                  .second = read_digits(text, 17, 2)};
  std::size_t at = seconds_end;
  if (text[at] == '.') {
    std::size_t const first = ++at;
    for (int place = 100; at < text.size() && detail::is_digit(text[at]); ++at, place /= 10)
      civil.millisecond += detail::digit_value(text[at]) * place;
    if (at == first) return std::nullopt;
  }
  auto const local = from_civil(civil);
  auto const zone = detail::zone_minutes(text.substr(at));
  if (!local || !zone) return std::nullopt;
  Timestamp const time = *local - Milliseconds{std::int64_t{*zone} * 60'000};
  if (!time.in_range()) return std::nullopt;
  return time;
}

}  // namespace HEALTHLAKE_NAMESPACE
