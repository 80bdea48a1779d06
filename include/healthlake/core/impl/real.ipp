// The functions of core/real.hpp.
#pragma once

#include <algorithm>
#include <charconv>
#include <clocale>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <version>

#include "healthlake/core/real.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL bool is_tiny(std::string_view number) noexcept {
  std::size_t const mark = (std::min)(number.find_first_of("eE"), number.size());
  std::string_view const digits = number.substr(0, mark);
  std::size_t const first = digits.find_first_of("123456789");
  if (first == std::string_view::npos) return true;
  std::size_t const point = (std::min)(digits.find('.'), digits.size());
  auto power = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
  if (mark == number.size()) return power <= 0;
  std::string_view exponent = number.substr(mark + 1);
  bool const negative = exponent.starts_with('-');
  if (negative || exponent.starts_with('+')) exponent.remove_prefix(1);
  ParsedInteger const parsed = parse_integer(exponent);
  constexpr std::int64_t most = std::int64_t{1} << 60;
  std::int64_t const size = parsed.in_range ? (std::min)(parsed.value, most) : most;
  return power + (negative ? -size : size) <= 0;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
