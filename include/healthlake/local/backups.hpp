// The backups of the local service's data stores: what BackupStatusInfo returns, and which times can be restored.
//
// Rules: the local service keeps no history. A backup is the data store itself: a restore copies what the data store
// contains at that moment, for any requested time in the restore window. AWS documents that the window lies within the
// retention period, and that the backup of a deleted data store is retained for that period. What AWS does not document
// is decided here:
// - a BackupConfiguration without a Status enables backup, unless an update of an earlier one keeps it; the defaults
//   are CONTINUOUS, 7 days, and no tags; an update replaces only the members that it contains;
// - the window begins when backup was enabled and ends now; disabling backup ends it, enabling it begins a new one;
// - without any BackupConfiguration there is no BackupStatusInfo.
#pragma once

#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/records.hpp"
#include "healthlake/model/datastore_properties.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

/// Of the state in DatastoreProperties::backup_status_info: the data store has a backup, or had one when it was
/// deleted.
bool has_backup(LocalDatastore const& datastore);

Milliseconds retention_of(DatastoreBackupStatus const& info);

/// Applies the BackupConfiguration of a Create or an Update.
void configure_backup(LocalDatastore& datastore, BackupConfiguration const& wanted, Timestamp now);

/// Retains the backup of a data store that is being deleted, if it has one.
void retain_backup(LocalDatastore& datastore, Timestamp now);

/// Whether there is a backup that can be restored.
bool is_restorable(LocalDatastore const& datastore, Timestamp now);

/// The properties of a data store, with the current restore window.
DatastoreProperties properties_at(LocalDatastore const& datastore, Timestamp now);

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/backups.ipp"
#endif
