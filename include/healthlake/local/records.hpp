// The data stores and transformation profiles of the local service, and the table that contains them.
//
// Rules: plain values, which the families change. Nothing is ever removed from a table, so indexes and references stay
// valid.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/ndjson.hpp"
#include "healthlake/model/datastore_properties.hpp"
#include "healthlake/model/transformation_source.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// The time that long after another, or the last one that JSON can express: what would be later is then.
constexpr Timestamp time_after(Timestamp time, Milliseconds length) noexcept {
  return (std::min)(time + length, Timestamp{Timestamp::max_milliseconds});
}

}  // namespace detail

/// A data store. A deleted one stays, with the status DELETED.
struct LocalDatastore {
  /// What DescribeFHIRDatastore returns.
  DatastoreProperties properties{};
  /// By key.
  std::map<std::string, std::string> tags{};
  /// What jobs export.
  Ndjson resources{};
  /// When it stops being CREATING, UPDATING or DELETING.
  Timestamp changed{};
  /// When the last job on it ends.
  Timestamp busy_until{};
  /// When the last restore from it ends.
  Timestamp restoring_until{};
  /// When its deletion began.
  std::optional<Timestamp> deleted_at{};

  /// Whether the status is this one.
  [[nodiscard]] bool is(DatastoreStatus status) const { return properties.datastore_status == status; }
};

/// The id by which an item is listed, for the pages of every list operation.
inline std::string const& id_of(LocalDatastore const& datastore) noexcept { return datastore.properties.datastore_id; }

/// A version of a profile.
struct LocalProfileVersion {
  /// By key.
  std::map<std::string, std::string> mapping{};
  /// What the update said about it.
  std::optional<std::string> change_description{};
  /// When the version was last changed.
  Timestamp updated{};
};

/// A transformation profile. A deleted one stays, without its content: for a day, its ClientToken can be sent again,
/// and the response has the id, name, format and time of the draft.
struct LocalProfile {
  /// 32 lower-case hexadecimal digits.
  std::string id{};
  /// What the caller named it.
  std::string name{};
  /// What the profile is for; absent if nobody said so.
  std::optional<std::string> description{};
  /// The format of the files that it transforms.
  OpenEnum<SourceFormat> format{};
  /// 0 is the draft, which always exists; in a deleted profile, it contains only the time.
  std::map<std::int32_t, LocalProfileVersion> versions{};
  /// By key.
  std::map<std::string, std::string> tags{};
  /// Whether it was deleted.
  bool deleted = false;

  /// Removes the content.
  void remove();

  /// Version 0, the draft.
  [[nodiscard]] LocalProfileVersion& draft() { return versions.at(0); }
  /// The version that jobs use; 0 if none is published.
  [[nodiscard]] std::int32_t latest() const { return versions.rbegin()->first; }
};

/// The same of a profile.
inline std::string const& id_of(LocalProfile const& profile) noexcept { return profile.id; }

/// Items in the order of their creation, with an index by id. The id of an item in the table must not change.
template <class T>
class LocalTable {
 public:
  /// Adds an item, which has an id that no other one has.
  void push_back(T item) {
    items_.push_back(std::move(item));
    places_.insert_or_assign(id_of(items_.back()), items_.size() - 1);
  }
  /// The item of this id, or null.
  [[nodiscard]] T* find(std::string_view id) {
    auto const place = places_.find(id);
    return place == places_.end() ? nullptr : &items_[place->second];
  }
  /// The same for a constant table.
  [[nodiscard]] T const* find(std::string_view id) const {
    auto const place = places_.find(id);
    return place == places_.end() ? nullptr : &items_[place->second];
  }
  /// The index of an item of the table.
  [[nodiscard]] std::size_t index_of(T const& item) const { return places_.find(id_of(item))->second; }
  /// The item at an index, from 0 in the order of creation.
  [[nodiscard]] T& operator[](std::size_t index) { return items_[index]; }
  /// The item at an index, from 0 in the order of creation.
  [[nodiscard]] T const& operator[](std::size_t index) const { return items_[index]; }
  /// The newest item. Precondition: there is one.
  [[nodiscard]] T& back() { return items_.back(); }
  /// The number of items.
  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  /// The oldest item.
  [[nodiscard]] auto begin() noexcept { return items_.begin(); }
  /// Past the newest item.
  [[nodiscard]] auto end() noexcept { return items_.end(); }
  /// The oldest item.
  [[nodiscard]] auto begin() const noexcept { return items_.begin(); }
  /// Past the newest item.
  [[nodiscard]] auto end() const noexcept { return items_.end(); }

 private:
  // References to items stay valid when more are added.
  std::deque<T> items_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/records.ipp"
#endif
