// The functions of local/s3_folder.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/local/s3_folder.hpp"
#include "healthlake/local/storage/object_store.hpp"
#include "healthlake/model/job.hpp"
#include "healthlake/model/rules.hpp"
#include "healthlake/text/ascii.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Result<S3Location, std::string> parse_s3_folder(std::string_view uri) {
  auto folder = parse_s3_uri(uri);
  if (!folder) return Unexpected{std::string{"the S3Uri does not name a bucket"}};
  if (!folder->key.empty() && !folder->key.ends_with('/')) folder->key.push_back('/');
  return *std::move(folder);
}

HEALTHLAKE_DECL Result<S3Location, std::string> parse_s3_folder(OutputDataConfig const& config) {
  if (auto const* current = config.s3_configuration()) return parse_s3_folder(current->s3_uri);
  if (auto const* preview = config.s3_uri()) return parse_s3_folder(*preview);
  return Unexpected{std::string{"OutputDataConfig does not contain an S3Uri"}};
}

HEALTHLAKE_DECL Result<std::vector<InputObject>, std::string> objects_below(ObjectStore const& objects,
                                                                            std::string_view uri,
                                                                            std::string_view suffix) {
  auto const folder = parse_s3_folder(uri);
  if (!folder) return Unexpected{folder.error()};
  std::string const alone = folder->key.substr(0, folder->key.size() - (folder->key.empty() ? 0 : 1));
  auto keys = objects.list(folder->bucket, alone);
  if (!keys) return Unexpected{std::move(keys).error()};
  std::vector<InputObject> found;
  for (auto& key : *keys) {
    bool const below = key.size() > folder->key.size() && key.starts_with(folder->key);
    if (!key.ends_with(suffix) || (!below && key != alone)) continue;
    std::string name = below ? key.substr(folder->key.size()) : key.substr(key.rfind('/') + 1);
    found.push_back({{folder->bucket, std::move(key)}, std::move(name)});
  }
  return found;
}

}  // namespace HEALTHLAKE_NAMESPACE

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::string job_message(std::string_view text) {
  constexpr AsciiSet allowed{"a-zA-Z0-9 _.:/=+%@-"};
  std::string message{text.substr(0, static_cast<std::size_t>(rules::Message.max))};
  for (char& c : message) {
    if (!allowed.has(c)) c = '_';
  }
  return message;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
