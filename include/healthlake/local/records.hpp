// What the local service keeps of data stores and transformation profiles.
//
// Rules: plain values; the families change them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/ndjson.hpp"
#include "healthlake/model/datastore_properties.hpp"
#include "healthlake/model/transformation_source.hpp"

namespace healthlake {

/// A data store. One that was deleted stays, with the status DELETED.
struct LocalDatastore {
  DatastoreProperties properties{};
  std::map<std::string, std::string> tags{};
  Ndjson resources{};
  /// When it is through with being CREATING, UPDATING or DELETING.
  Timestamp changed{};
  /// When the last job on it ends.
  Timestamp busy_until{};
  /// When the last restore from it ends.
  Timestamp restoring_until{};
  /// When its deletion began.
  std::optional<Timestamp> deleted_at{};

  [[nodiscard]] bool is(DatastoreStatus status) const { return properties.datastore_status == status; }
};

/// A version of a profile.
struct LocalProfileVersion {
  std::map<std::string, std::string> mapping{};
  std::optional<std::string> change_description{};
  Timestamp updated{};
};

/// A transformation profile. One that was deleted stays without its content: the token that created it may be sent
/// again for a day, and is answered with the id, name, format and time of the draft.
struct LocalProfile {
  std::string id{};
  std::string name{};
  std::optional<std::string> description{};
  OpenEnum<SourceFormat> format{};
  /// 0 is the draft, and always there; of a profile that was deleted it holds its time only.
  std::map<std::int32_t, LocalProfileVersion> versions{};
  std::map<std::string, std::string> tags{};
  bool deleted = false;

  /// Drops the content.
  void remove() {
    Timestamp const updated = draft().updated;
    *this = LocalProfile{.id = std::move(id), .name = std::move(name), .format = std::move(format), .deleted = true};
    versions[0].updated = updated;
  }

  [[nodiscard]] LocalProfileVersion& draft() { return versions.at(0); }
  /// The version that jobs use; 0 if none was published.
  [[nodiscard]] std::int32_t latest() const { return versions.rbegin()->first; }
};

}  // namespace healthlake
