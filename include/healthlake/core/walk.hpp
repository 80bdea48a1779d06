// What every walker of a value needs: the path of a member, and the value of any integer kind.
//
// Rules: for the walkers only (encoder, decoder, validator, printer, generator); nothing here allocates.
#pragma once

#include <cstdint>

#include "healthlake/core/path.hpp"
#include "healthlake/core/type.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// The path of a member of a structure or union; sensitive if the member's shape or anything that contains it is.
inline Path member_path(Path const& parent, Member const& member) {
  return Path::member(parent, member.name, (member.rules && member.rules->sensitive) || member.type().sensitive);
}

// The value of any integer kind.
inline std::int64_t integer_at(Kind kind, void const* value) noexcept {
  if (kind == Kind::byte) return *static_cast<std::int8_t const*>(value);
  if (kind == Kind::short_integer) return *static_cast<std::int16_t const*>(value);
  if (kind == Kind::integer) return *static_cast<std::int32_t const*>(value);
  return *static_cast<std::int64_t const*>(value);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
