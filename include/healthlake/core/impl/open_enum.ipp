// The functions of core/open_enum.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "healthlake/core/open_enum.hpp"
#include "healthlake/text/bytes.hpp"
#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL void EnumValue::assign(EnumTable const& table, std::string_view spelling) {
  text.clear();
  std::size_t i = 0;
  while (i < table.spellings.size() && !detail::bytes::same(table.spellings[i], spelling)) ++i;
  index = i < table.spellings.size() ? static_cast<std::uint16_t>(i) : unknown;
  if (index == unknown) text = spelling;
}

HEALTHLAKE_DECL std::string_view EnumValue::spelling(EnumTable const& table) const noexcept {
  return index < table.spellings.size() ? table.spellings[index] : std::string_view{text};
}

}  // namespace HEALTHLAKE_NAMESPACE
