// The functions of local/backups.hpp.
#pragma once

#include <algorithm>
#include <cstdint>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/backups.hpp"
#include "healthlake/local/records.hpp"
#include "healthlake/model/datastore_properties.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL bool has_backup(LocalDatastore const& datastore) {
  auto const& info = datastore.properties.backup_status_info;
  return info && info->configuration && info->configuration->status == BackupStatus::enabled;
}

HEALTHLAKE_DECL Milliseconds retention_of(DatastoreBackupStatus const& info) {
  return {std::int64_t{86'400'000} * info.configuration->retention_period_in_days.value_or(0)};
}

HEALTHLAKE_DECL void configure_backup(LocalDatastore& datastore, BackupConfiguration const& wanted, Timestamp now) {
  bool const had_backup = has_backup(datastore);
  auto& info = datastore.properties.backup_status_info;
  if (!info)
    info = DatastoreBackupStatus{.configuration = BackupConfiguration{.status = BackupStatus::enabled,
                                                                      .backup_type = BackupType::continuous,
                                                                      .retention_period_in_days = 7,
                                                                      .backup_tags_enabled = false}};
  BackupConfiguration& kept = *info->configuration;
  if (wanted.status) kept.status = wanted.status;
  if (wanted.backup_type) kept.backup_type = wanted.backup_type;
  if (wanted.retention_period_in_days) kept.retention_period_in_days = wanted.retention_period_in_days;
  if (wanted.backup_tags_enabled) kept.backup_tags_enabled = wanted.backup_tags_enabled;
  if (!has_backup(datastore)) info->backup_enabled_at.reset();
  else if (!had_backup) info->backup_enabled_at = now;
}

HEALTHLAKE_DECL void retain_backup(LocalDatastore& datastore, Timestamp now) {
  if (!has_backup(datastore)) return;
  auto& info = *datastore.properties.backup_status_info;
  info.scheduled_permanent_deletion_time = time_after(now, retention_of(info));
}

HEALTHLAKE_DECL bool is_restorable(LocalDatastore const& datastore, Timestamp now) {
  if (!has_backup(datastore)) return false;
  auto const& end = datastore.properties.backup_status_info->scheduled_permanent_deletion_time;
  return !end || now < *end;
}

HEALTHLAKE_DECL DatastoreProperties properties_at(LocalDatastore const& datastore, Timestamp now) {
  DatastoreProperties properties = datastore.properties;
  if (!is_restorable(datastore, now)) return properties;
  auto& info = *properties.backup_status_info;
  info.earliest_restore_point = (std::max)(*info.backup_enabled_at, now - retention_of(info));
  info.latest_restore_point = datastore.deleted_at.value_or(now);
  return properties;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
