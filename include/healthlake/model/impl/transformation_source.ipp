// The functions of model/transformation_source.hpp.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "healthlake/core/shape.hpp"
#include "healthlake/model/rules.hpp"
#include "healthlake/model/transformation_source.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL ExistingVersionedProfileSource const*
CreateDataTransformationProfileSource::existing_versioned_profile_id() const noexcept {
  return value.get_if<1>();
}

}  // namespace HEALTHLAKE_NAMESPACE
