// The functions of local/records.hpp.
#pragma once

#include <utility>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/records.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL void LocalProfile::remove() {
  Timestamp const updated = draft().updated;
  *this = LocalProfile{.id = std::move(id), .name = std::move(name), .format = std::move(format), .deleted = true};
  versions[0].updated = updated;
}

}  // namespace HEALTHLAKE_NAMESPACE
