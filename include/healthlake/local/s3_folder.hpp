// How the jobs of the local service name what they read and write in an ObjectStore.
//
// Rules: a URI names a folder whether or not it ends with a slash: `s3://bucket/in` contains `in/a.ndjson`, not
// `input/a.ndjson`. A URI that is the key of an object means only that object. Sizes are in megabytes of 1,000,000
// bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/local/storage/object_store.hpp"
#include "healthlake/model/job.hpp"
#include "healthlake/model/rules.hpp"
#include "healthlake/text/ascii.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The folder that a URI names: its key is empty or ends with a slash. The error says that the URI is not valid.
inline Result<S3Location, std::string> parse_s3_folder(std::string_view uri) {
  auto folder = parse_s3_uri(uri);
  if (!folder) return Unexpected{std::string{"the S3Uri does not name a bucket"}};
  if (!folder->key.empty() && !folder->key.ends_with('/')) folder->key.push_back('/');
  return *std::move(folder);
}

/// The folder that an OutputDataConfig names, in either form.
inline Result<S3Location, std::string> parse_s3_folder(OutputDataConfig const& config) {
  if (auto const* current = config.s3_configuration()) return parse_s3_folder(current->s3_uri);
  if (auto const* preview = config.s3_uri()) return parse_s3_folder(*preview);
  return Unexpected{std::string{"OutputDataConfig does not contain an S3Uri"}};
}

/// `s3://bucket/key`.
inline std::string to_s3_uri(S3Location const& location) { return "s3://" + location.bucket + "/" + location.key; }

/// An object that a job is going to read.
struct InputObject {
  S3Location location{};
  /// Its key relative to the folder, by which its results are named.
  std::string name{};
};

/// The objects below a URI whose keys end with `suffix`, sorted by key. The error is the store's.
inline Result<std::vector<InputObject>, std::string> objects_below(ObjectStore const& objects, std::string_view uri,
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

/// Bytes as megabytes.
constexpr double megabytes(std::size_t bytes) noexcept { return static_cast<double>(bytes) / 1'000'000.0; }

namespace detail {

// A string as the Message of a job, whose pattern does not allow commas, quotes and brackets.
inline std::string job_message(std::string_view text) {
  constexpr AsciiSet allowed{"a-zA-Z0-9 _.:/=+%@-"};
  std::string message{text.substr(0, static_cast<std::size_t>(rules::Message.max))};
  for (char& c : message) {
    if (!allowed.has(c)) c = '_';
  }
  return message;
}

}  // namespace detail

}  // namespace HEALTHLAKE_NAMESPACE
