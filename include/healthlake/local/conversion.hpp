// The stand-in for what AWS does with files that are not FHIR: each file becomes one DocumentReference that points to
// it.
//
// Rules: CCDA files are `*.xml`, CSV files `*.csv`. A file that is empty, that is no UTF-8, or (CCDA) that does not
// begin with `<` cannot be converted; what is in it is not looked at any further, and the profile's mapping plays no
// part. With provenance, a Provenance comes with each DocumentReference. Ids follow from the job and the file's number.
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

namespace healthlake {

/// How the names of files of this format end.
inline std::string_view suffix_of(OpenEnum<SourceFormat> const& format) {
  return format == SourceFormat::ccda ? ".xml" : ".csv";
}

/// What every resource that a job makes has in common.
struct Conversion {
  OpenEnum<SourceFormat> format{};
  std::string job_id{};
  /// Whether Provenance resources are made too, and when they say that was.
  bool provenance = false;
  Timestamp recorded{};

  /// The resources of the file that is the `number`-th of the job, one a line with its line end. The error says why
  /// there are none, and repeats nothing of the file.
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

  /// How many resources come of each file.
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

}  // namespace healthlake
