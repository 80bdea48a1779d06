// The functions of local/storage/object_store.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/local/storage/object_store.hpp"
#include "healthlake/model/s3_location.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Result<Unit, std::string> MemoryStore::put(std::string_view bucket, std::string_view key,
                                                           std::string_view bytes) {
  std::string_view fault = bucket_fault(bucket);
  if (fault.empty()) fault = key_fault(key);
  if (fault.empty() && denied_.find(bucket) != denied_.end()) fault = "access denied";
  if (!fault.empty()) return Unexpected{std::string{fault}};
  buckets_[std::string{bucket}].insert_or_assign(std::string{key}, std::string{bytes});
  return Unit{};
}

HEALTHLAKE_DECL Result<std::string, std::string> MemoryStore::get(std::string_view bucket, std::string_view key) const {
  auto const objects = buckets_.find(bucket);
  if (objects == buckets_.end()) return Unexpected{std::string{"no such bucket"}};
  auto const object = objects->second.find(key);
  if (object == objects->second.end()) return Unexpected{std::string{"no such key"}};
  return object->second;
}

HEALTHLAKE_DECL Result<std::vector<std::string>, std::string> MemoryStore::list(std::string_view bucket,
                                                                                std::string_view prefix) const {
  std::vector<std::string> keys;
  auto const objects = buckets_.find(bucket);
  if (objects == buckets_.end()) return keys;
  for (auto object = objects->second.lower_bound(prefix);
       object != objects->second.end() && object->first.starts_with(prefix); ++object)
    keys.push_back(object->first);
  return keys;
}

}  // namespace HEALTHLAKE_NAMESPACE
