// The object store of the local service, in place of S3: an interface of three functions, and an implementation in
// memory.
//
// Rules: objects are bytes under a bucket and a key, without encryption, versions or owners. Errors are human-readable
// strings.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/model/s3_location.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A store for objects. For one thread at a time.
class ObjectStore {
 public:
  ObjectStore() = default;
  ObjectStore(ObjectStore const&) = delete;
  ObjectStore& operator=(ObjectStore const&) = delete;
  virtual ~ObjectStore() = default;

  /// Writes an object atomically; an existing one is replaced. The error says why it cannot be written.
  virtual Result<Unit, std::string> put(std::string_view bucket, std::string_view key, std::string_view bytes) = 0;
  /// Reads a whole object. The error says why it cannot be read, also if it does not exist.
  [[nodiscard]] virtual Result<std::string, std::string> get(std::string_view bucket, std::string_view key) const = 0;
  /// The keys of a bucket that begin with `prefix`, sorted by their bytes; none if there is no such bucket.
  [[nodiscard]] virtual Result<std::vector<std::string>, std::string> list(std::string_view bucket,
                                                                           std::string_view prefix) const = 0;
};

/// Keeps objects in memory. Buckets are created with their first object.
class MemoryStore final : public ObjectStore {
 public:
  /// From now on, writing to this bucket fails, as it does without permission.
  void deny(std::string bucket) { denied_.insert(std::move(bucket)); }

  Result<Unit, std::string> put(std::string_view bucket, std::string_view key, std::string_view bytes) override;

  [[nodiscard]] Result<std::string, std::string> get(std::string_view bucket, std::string_view key) const override;

  [[nodiscard]] Result<std::vector<std::string>, std::string> list(std::string_view bucket,
                                                                   std::string_view prefix) const override;

 private:
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> buckets_;
  std::set<std::string, std::less<>> denied_;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/storage/impl/object_store.ipp"
#endif
