// The functions of model/datastore_restore.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/shape.hpp"
#include "healthlake/model/datastore_properties.hpp"
#include "healthlake/model/datastore_restore.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/model/rules.hpp"
#include "healthlake/model/tag.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL ContinuousBackupRestoreConfiguration const*
RestoreConfiguration::continuous_backup_restore_configuration() const noexcept {
  return value.get_if<0>();
}

}  // namespace HEALTHLAKE_NAMESPACE
