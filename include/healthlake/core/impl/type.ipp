// The functions of core/type.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "healthlake/core/open_enum.hpp"
#include "healthlake/core/real.hpp"
#include "healthlake/core/type.hpp"
#include "healthlake/core/union.hpp"
#include "healthlake/core/values.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Member const* Type::find(std::string_view name) const noexcept {
  for (auto const& member : members)
    if (member.name == name) return &member;
  return nullptr;
}

}  // namespace HEALTHLAKE_NAMESPACE
