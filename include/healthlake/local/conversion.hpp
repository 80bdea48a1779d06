// Replaces the transformation that AWS applies to files that are not FHIR: each file becomes one DocumentReference that
// points to it.
//
// Rules: CCDA files are `*.xml`, CSV files `*.csv`. A file that is empty, that is not valid UTF-8, or (CCDA) that does
// not begin with `<` cannot be converted; its content is not examined further, and the profile's mapping is not used.
// With provenance, each DocumentReference has a Provenance. Ids follow from the job and the file's number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/json/writer.hpp"
#include "healthlake/local/s3_folder.hpp"
#include "healthlake/model/transformation_source.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The suffix of the names of files in this format.
std::string_view suffix_of(OpenEnum<SourceFormat> const& format);

/// What all resources that a job creates have in common.
struct Conversion {
  /// The format of the input files.
  OpenEnum<SourceFormat> format{};
  /// The job, from whose id those of the resources are derived.
  std::string job_id{};
  /// Whether to create Provenance resources, and the time in them.
  bool provenance = false;
  /// When the job ended.
  Timestamp recorded{};

  /// The resources of the `number`-th file of the job, one per line, with line ends. The error says why there are none,
  /// and contains nothing of the file.
  [[nodiscard]] Result<std::string, std::string_view> convert(InputObject const& file, std::string_view bytes,
                                                              std::size_t number) const;

  /// How many resources each file becomes.
  [[nodiscard]] std::int64_t resources_per_file() const noexcept { return provenance ? 2 : 1; }

 private:
  [[nodiscard]] std::string document(InputObject const& file, std::size_t size, std::string const& id) const;
  [[nodiscard]] std::string origin(InputObject const& file, std::string const& id) const;
  static void begin(JsonWriter& writer, std::string_view type, std::string_view id);
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/conversion.ipp"
#endif
