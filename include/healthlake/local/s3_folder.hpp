// How the jobs of the local service name what they read and write in an ObjectStore.
//
// Rules: a URI names a folder whether or not it ends with a slash: `s3://bucket/in` contains `in/a.ndjson`, not
// `input/a.ndjson`. A URI that is the key of an object means only that object. Sizes are in megabytes of 1,000,000
// bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/local/storage/object_store.hpp"
#include "healthlake/model/job.hpp"
#include "healthlake/model/rules.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The folder that a URI names: its key is empty or ends with a slash. The error says that the URI is not valid.
Result<S3Location, std::string> parse_s3_folder(std::string_view uri);

/// The folder that an OutputDataConfig names, in either form.
Result<S3Location, std::string> parse_s3_folder(OutputDataConfig const& config);

/// `s3://bucket/key`.
inline std::string to_s3_uri(S3Location const& location) { return "s3://" + location.bucket + "/" + location.key; }

/// An object that a job is going to read.
struct InputObject {
  /// Where it is.
  S3Location location{};
  /// Its key relative to the folder, by which its results are named.
  std::string name{};
};

/// The objects below a URI whose keys end with `suffix`, sorted by key. The error is the store's.
Result<std::vector<InputObject>, std::string> objects_below(ObjectStore const& objects, std::string_view uri,
                                                            std::string_view suffix);

/// Bytes as megabytes.
constexpr double megabytes(std::size_t bytes) noexcept { return static_cast<double>(bytes) / 1'000'000.0; }

namespace detail {

// A string as the Message of a job, whose pattern does not allow commas, quotes and brackets.
std::string job_message(std::string_view text);

}  // namespace detail

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/s3_folder.ipp"
#endif
