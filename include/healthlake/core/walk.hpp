// What every walker of a value needs: the path of a member, and the value of any integer kind.
//
// Rules: for the walkers only (encoder, decoder, validator, printer, generator); nothing here allocates.
#pragma once

#include <cstdint>

#include "healthlake/core/path.hpp"
#include "healthlake/core/type.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// The path of a member of a structure or union; sensitive if the member's shape or anything that contains it is.
Path member_path(Path const& parent, Member const& member);

// The value of any integer kind.
std::int64_t integer_at(Kind kind, void const* value) noexcept;

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/core/impl/walk.ipp"
#endif
