// The functions of json/whole_number.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "healthlake/json/whole_number.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL ParsedInteger parse_whole_number(std::string_view number) noexcept {
  ParsedInteger const plain = parse_integer(number);
  if (plain.size == number.size()) return plain;

  bool const negative = number.starts_with('-');
  std::size_t const mark = (std::min)(number.find_first_of("eE"), number.size());
  std::string_view const digits = number.substr(negative ? 1 : 0, mark - (negative ? 1 : 0));
  std::size_t const point = (std::min)(digits.find('.'), digits.size());
  std::string_view exponent = number.substr((std::min)(mark + 1, number.size()));
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  // More digits than a number can have, before or after the point, however large the exponent is.
  constexpr std::int64_t most = std::int64_t{1} << 62;
  ParsedInteger const shift = parse_integer(exponent);
  std::int64_t const power = shift.in_range ? std::clamp(shift.value, -most, most) : exponent[0] == '-' ? -most : most;
  // How many digits are before the point once the exponent has moved it.
  auto const whole = static_cast<std::int64_t>(point) + power;

  std::uint64_t magnitude = 0;
  bool in_range = true;
  std::int64_t place = 0;
  auto const take = [&](int digit) {
    std::uint64_t const value = static_cast<std::uint64_t>(digit);
    in_range = in_range && magnitude <= (UINT64_MAX - value) / 10;
    magnitude = magnitude * 10 + value;
  };
  for (char const c : digits) {
    if (c == '.') continue;
    if (place++ >= whole) {
      if (c != '0') return {};
    } else {
      take(digit_value(c));
    }
  }
  for (; place < whole && magnitude != 0 && in_range; ++place) take(0);
  std::uint64_t const limit = (std::uint64_t{1} << 63) - (negative ? 0 : 1);
  return {static_cast<std::int64_t>(negative ? ~magnitude + 1 : magnitude), number.size(),
          in_range && magnitude <= limit};
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
