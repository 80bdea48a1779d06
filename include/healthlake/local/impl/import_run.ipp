// The functions of local/import_run.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/real.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/json/writer.hpp"
#include "healthlake/local/import_run.hpp"
#include "healthlake/local/ndjson.hpp"
#include "healthlake/local/s3_folder.hpp"
#include "healthlake/model/import_job.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::string_view resource_fault(ResourceHead const& head, OpenEnum<ValidationLevel> const& level) {
  if (!head.fault.empty()) return head.fault;
  if (level == ValidationLevel::minimal) return {};
  if (head.has_id && head.id.empty()) return "the resource id must be 1 to 64 letters, digits, hyphens or dots";
  if (level == ValidationLevel::structure_only || head.has_id) return {};
  return "the resource has no id";
}

HEALTHLAKE_DECL void ImportRun::read_ndjson(InputObject const& file) {
  auto text = read(file);
  if (!text) return;
  bool imported = false;
  for_each_line(*text, [&](std::size_t number, std::string_view line) {
    ResourceHead const head = read_resource_head(line);
    ++resources_.scanned;
    std::string_view const fault = resource_fault(head, *job_.validation_level);
    if (!fault.empty()) return refuse(file.name, number, fault);
    imported = true;
    accept(file.name, number, head, line);
  });
  if (imported) ++files_.imported;
}

HEALTHLAKE_DECL void ImportRun::convert(InputObject const& file, Conversion const& conversion, std::size_t number) {
  auto bytes = read(file);
  if (!bytes) return;
  auto const lines = conversion.convert(file, *bytes, number);
  if (!lines) {
    ++files_.unreadable;
    return add_fault(file.name, 0, lines.error());
  }
  ++files_.imported;
  for_each_line(*lines, [&](std::size_t, std::string_view line) {
    ++resources_.scanned;
    accept(file.name, 0, read_resource_head(line), line);
  });
}

HEALTHLAKE_DECL std::string ImportRun::summary() const {
  return std::to_string(resources_.refused) + " of " + std::to_string(resources_.scanned) +
         " resources were rejected and " + std::to_string(files_.unreadable) + " of " + std::to_string(files_.scanned) +
         " files could not be read";
}

HEALTHLAKE_DECL JobProgressReport ImportRun::report(bool fhir) const {
  JobProgressReport report;
  report.total_number_of_scanned_files = files_.scanned;
  report.total_size_of_scanned_files_in_mb = megabytes(files_.bytes);
  report.total_number_of_imported_files = files_.imported;
  report.total_number_of_resources_scanned = resources_.scanned;
  report.total_number_of_resources_imported = resources_.scanned - resources_.refused;
  report.total_number_of_resources_with_customer_error = resources_.refused;
  report.total_number_of_files_read_with_customer_error = files_.unreadable;
  if (duration_.count > 0) report.throughput = megabytes(files_.bytes) * 1000 / static_cast<double>(duration_.count);
  if (fhir) return report;
  report.total_number_of_scanned_non_fhir_files = files_.scanned;
  report.total_size_of_scanned_non_fhir_files_in_mb = megabytes(files_.bytes);
  report.total_number_of_imported_non_fhir_files = files_.imported;
  report.total_number_of_non_fhir_files_read_with_customer_error = files_.unreadable;
  report.total_number_of_non_fhir_resources_scanned = resources_.scanned;
  report.total_number_of_non_fhir_resources_imported = resources_.scanned - resources_.refused;
  report.total_number_of_non_fhir_resources_with_customer_error = resources_.refused;
  report.total_files_converted = files_.imported;
  report.total_resources_generated = resources_.scanned - resources_.refused;
  return report;
}

HEALTHLAKE_DECL Result<Unit, std::string> ImportRun::write_log() {
  auto folder = parse_s3_folder(*job_.job_output_data_config);
  if (!folder) return Unexpected{std::move(folder).error()};
  folder->key += job_.datastore_id + "-FHIR_IMPORT-" + job_.job_id + "/";
  for (auto const& [name, text] : logs_)
    if (auto written = objects_.put(folder->bucket, folder->key + name, text); !written) return written;
  return objects_.put(folder->bucket, folder->key + "manifest.json", manifest(*folder));
}

HEALTHLAKE_DECL std::optional<std::string> ImportRun::read(InputObject const& file) {
  ++files_.scanned;
  auto bytes = objects_.get(file.location.bucket, file.location.key);
  if (!bytes) {
    ++files_.unreadable;
    add_fault(file.name, 0, "the file cannot be read");
    return std::nullopt;
  }
  files_.bytes += bytes->size();
  return *std::move(bytes);
}

HEALTHLAKE_DECL void ImportRun::accept(std::string const& name, std::size_t number, ResourceHead const& head,
                                       std::string_view line) {
  resources_.imported_bytes += line.size();
  imported_.append(line).push_back('\n');
  std::string& log = logs_["SUCCESS/" + name];
  JsonWriter writer{log};
  begin_entry(writer, number);
  writer.key("resourceType"), writer.string(head.type);
  if (!head.id.empty()) writer.key("id"), writer.string(head.id);
  writer.end_object();
  log.push_back('\n');
}

HEALTHLAKE_DECL void ImportRun::refuse(std::string const& name, std::size_t number, std::string_view fault) {
  ++resources_.refused;
  add_fault(name, number, fault);
}

HEALTHLAKE_DECL void ImportRun::add_fault(std::string const& name, std::size_t number, std::string_view fault) {
  std::string& log = logs_["FAILURE/" + name];
  JsonWriter writer{log};
  begin_entry(writer, number);
  writer.key("error"), writer.string(fault);
  writer.end_object();
  log.push_back('\n');
}

HEALTHLAKE_DECL void ImportRun::begin_entry(JsonWriter& writer, std::size_t number) {
  writer.begin_object();
  if (number != 0) writer.key("line"), writer.integer(static_cast<std::int64_t>(number));
}

HEALTHLAKE_DECL std::string ImportRun::manifest(S3Location const& folder) const {
  std::string json;
  JsonWriter writer{json};
  auto const number = [&](std::string_view name, std::int64_t value) { writer.key(name), writer.integer(value); };
  auto const size = [&](std::string_view name, double value) {
    writer.key(name), detail::append_real<double>(writer.value(), &value);
  };
  auto const place = [&](std::string_view outer, std::string_view inner, std::string const& uri) {
    writer.key(outer), writer.begin_object(), writer.key(inner), writer.string(uri);
  };
  writer.begin_object();
  place("inputDataConfig", "s3Uri", *job_.input_data_config.s3_uri());
  writer.end_object();
  place("outputDataConfig", "s3Uri", to_s3_uri(folder));
  if (auto const* current = job_.job_output_data_config->s3_configuration())
    writer.key("encryptionKeyID"), writer.string(current->kms_key_id);
  writer.end_object();
  place("successOutput", "successOutputS3Uri", to_s3_uri(folder) + "SUCCESS/");
  writer.end_object();
  place("failureOutput", "failureOutputS3Uri", to_s3_uri(folder) + "FAILURE/");
  writer.end_object();
  number("numberOfScannedFiles", files_.scanned);
  number("numberOfFilesImported", files_.imported);
  size("sizeOfScannedFilesInMB", megabytes(files_.bytes));
  size("sizeOfDataImportedSuccessfullyInMB", megabytes(resources_.imported_bytes));
  number("numberOfResourcesScanned", resources_.scanned);
  number("numberOfResourcesImportedSuccessfully", resources_.scanned - resources_.refused);
  number("numberOfResourcesWithCustomerError", resources_.refused);
  number("numberOfResourcesWithServerError", 0);
  writer.end_object();
  return json + "\n";
}

}  // namespace HEALTHLAKE_NAMESPACE
