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
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The suffix of the names of files in this format.
inline std::string_view suffix_of(OpenEnum<SourceFormat> const& format) {
  return format == SourceFormat::ccda ? ".xml" : ".csv";
}

/// What all resources that a job creates have in common.
struct Conversion {
  OpenEnum<SourceFormat> format{};
  std::string job_id{};
  /// Whether to create Provenance resources, and the time in them.
  bool provenance = false;
  Timestamp recorded{};

  /// The resources of the `number`-th file of the job, one per line, with line ends. The error says why there are none,
  /// and contains nothing of the file.
  [[nodiscard]] Result<std::string, std::string_view> convert(InputObject const& file, std::string_view bytes,
                                                              std::size_t number) const {
    if (bytes.empty()) return Unexpected{std::string_view{"the file is empty"}};
    if (!valid_utf8(bytes)) return Unexpected{std::string_view{"the file is not valid UTF-8"}};
    std::size_t const first = bytes.find_first_not_of(" \t\r\n");
    if (format == SourceFormat::ccda && (first == std::string_view::npos || bytes[first] != '<'))
      return Unexpected{std::string_view{"the file is not XML"}};
    std::string const id = job_id + "-" + std::to_string(number);
    std::string lines = document(file, bytes.size(), id) + "\n";
    if (provenance) lines += origin(file, id) + "\n";
    return lines;
  }

  /// How many resources each file becomes.
  [[nodiscard]] std::int64_t resources_per_file() const noexcept { return provenance ? 2 : 1; }

 private:
  [[nodiscard]] std::string document(InputObject const& file, std::size_t size, std::string const& id) const {
    std::string json;
    JsonWriter writer{json};
    begin(writer, "DocumentReference", id);
    writer.key("status"), writer.string("current");
    writer.key("content"), writer.begin_array(), writer.begin_object();
    writer.key("attachment"), writer.begin_object();
    writer.key("contentType"), writer.string(format == SourceFormat::ccda ? "text/xml" : "text/csv");
    writer.key("url"), writer.string(to_s3_uri(file.location));
    writer.key("size"), writer.integer(static_cast<std::int64_t>(size));
    writer.end_object(), writer.end_object(), writer.end_array(), writer.end_object();
    return json;
  }

  [[nodiscard]] std::string origin(InputObject const& file, std::string const& id) const {
    std::string json;
    JsonWriter writer{json};
    begin(writer, "Provenance", id);
    writer.key("recorded"), writer.string(to_iso8601(recorded));
    writer.key("target"), writer.begin_array(), writer.begin_object();
    writer.key("reference"), writer.string("DocumentReference/" + id);
    writer.end_object(), writer.end_array();
    writer.key("entity"), writer.begin_array(), writer.begin_object();
    writer.key("role"), writer.string("source");
    writer.key("what"), writer.begin_object(), writer.key("display"), writer.string(to_s3_uri(file.location));
    writer.end_object(), writer.end_object(), writer.end_array(), writer.end_object();
    return json;
  }

  static void begin(JsonWriter& writer, std::string_view type, std::string_view id) {
    writer.begin_object();
    writer.key("resourceType"), writer.string(type);
    writer.key("id"), writer.string(id);
  }
};

}  // namespace HEALTHLAKE_NAMESPACE
