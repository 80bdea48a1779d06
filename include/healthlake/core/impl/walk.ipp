// The functions of core/walk.hpp.
#pragma once

#include <cstdint>

#include "healthlake/core/path.hpp"
#include "healthlake/core/type.hpp"
#include "healthlake/core/walk.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL Path member_path(Path const& parent, Member const& member) {
  return Path::member(parent, member.name, (member.rules && member.rules->sensitive) || member.type().sensitive);
}

HEALTHLAKE_DECL std::int64_t integer_at(Kind kind, void const* value) noexcept {
  if (kind == Kind::byte) return *static_cast<std::int8_t const*>(value);
  if (kind == Kind::short_integer) return *static_cast<std::int16_t const*>(value);
  if (kind == Kind::integer) return *static_cast<std::int32_t const*>(value);
  return *static_cast<std::int64_t const*>(value);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
