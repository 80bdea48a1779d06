// The functions of local/conversion.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/json/writer.hpp"
#include "healthlake/local/conversion.hpp"
#include "healthlake/local/s3_folder.hpp"
#include "healthlake/model/transformation_source.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::string_view suffix_of(OpenEnum<SourceFormat> const& format) {
  return format == SourceFormat::ccda ? ".xml" : ".csv";
}

HEALTHLAKE_DECL Result<std::string, std::string_view> Conversion::convert(InputObject const& file,
                                                                          std::string_view bytes,
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

HEALTHLAKE_DECL std::string Conversion::document(InputObject const& file, std::size_t size,
                                                 std::string const& id) const {
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

HEALTHLAKE_DECL std::string Conversion::origin(InputObject const& file, std::string const& id) const {
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

HEALTHLAKE_DECL void Conversion::begin(JsonWriter& writer, std::string_view type, std::string_view id) {
  writer.begin_object();
  writer.key("resourceType"), writer.string(type);
  writer.key("id"), writer.string(id);
}

}  // namespace HEALTHLAKE_NAMESPACE
