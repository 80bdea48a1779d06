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
#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL void EnumValue::assign(EnumTable const& table, std::string_view spelling) {
  index = unknown;
  text.clear();
  for (std::size_t i = 0; i < table.spellings.size(); ++i)
    if (table.spellings[i] == spelling) index = static_cast<std::uint16_t>(i);
  if (index == unknown) text = spelling;
}

HEALTHLAKE_DECL std::string_view EnumValue::spelling(EnumTable const& table) const noexcept {
  return index < table.spellings.size() ? table.spellings[index] : std::string_view{text};
}

}  // namespace HEALTHLAKE_NAMESPACE
