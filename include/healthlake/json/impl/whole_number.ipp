// The functions of json/whole_number.hpp.
#pragma once

#include <string_view>

#include "healthlake/json/whole_number.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL ParsedInteger parse_whole_number(std::string_view number) noexcept {
  ParsedInteger const plain = parse_integer(number);
  if (plain.size == number.size()) return plain;
  auto const [value, valid, exact, in_range] = parse_scaled(number, 0);
  return {value, valid && exact ? number.size() : 0, in_range};
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
