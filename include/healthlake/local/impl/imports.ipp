// The functions of local/imports.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/import_run.hpp"
#include "healthlake/local/imports.hpp"
#include "healthlake/local/jobs.hpp"
#include "healthlake/local/s3_folder.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/import_job.hpp"
#include "healthlake/server/dispatch.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::optional<S3Location> ImportFamily::results_of(Properties const& job) {
  if (!job.job_output_data_config) return std::nullopt;
  auto folder = parse_s3_folder(*job.job_output_data_config);
  if (!folder) return std::nullopt;
  folder->key += job.datastore_id + "-FHIR_IMPORT-" + job.job_id + "/";
  return *std::move(folder);
}

HEALTHLAKE_DECL void LocalImports::serve(Dispatcher& dispatcher) {
  dispatcher.on<StartFHIRImportJob>([this](auto const& input, auto const& at) { return start(input, at.now); });
  serve_jobs(dispatcher);
}

HEALTHLAKE_DECL Result<Unit, std::string> LocalImports::end_next(Timestamp now) {
  return end_with(now, [this](ImportJobProperties& job) { return run(job); }).transform([this](auto&& ended) {
    // It exists, since no data store is deleted before its jobs have ended.
    state().find_datastore(ended.properties.datastore_id)->resources.put(ended.resources);
    conversions_.erase(ended.properties.job_id);
    return Unit{};
  });
}

HEALTHLAKE_DECL LocalImports::Answer<StartFHIRImportJobResponse> LocalImports::start(
    StartFHIRImportJobRequest const& input, Timestamp now) {
  auto job = earlier(input, now);
  if (!job) return Unexpected{std::move(job).error()};
  if (!*job) {
    auto const datastore = state().open_datastore(input.datastore_id);
    if (!datastore) return Unexpected{datastore.error()};
    auto conversion = conversion_of(input);
    if (!conversion) return Unexpected{std::move(conversion).error()};
    *job = submit({.job_name = input.job_name,
                   .datastore_id = input.datastore_id,
                   .input_data_config = input.input_data_config,
                   .job_output_data_config = input.job_output_data_config,
                   .data_access_role_arn = input.data_access_role_arn,
                   .validation_level = input.validation_level.value_or(ValidationLevel::strict)},
                  input, now);
    if (*conversion) conversions_.emplace((*job)->job_id, **std::move(conversion));
    (*datastore)->busy_until = (std::max)((*datastore)->busy_until, *last_end());
  }
  return StartFHIRImportJobResponse{
      .job_id = (*job)->job_id, .job_status = (*job)->job_status, .datastore_id = (*job)->datastore_id};
}

HEALTHLAKE_DECL LocalImports::Answer<std::optional<Conversion>> LocalImports::conversion_of(
    StartFHIRImportJobRequest const& input) {
  if (!input.profile_id) return std::optional<Conversion>{};
  auto const profile = state().published_profile(*input.profile_id);
  if (!profile) return Unexpected{profile.error()};
  if (input.input_format && OpenEnum<SourceFormat>::from(*input.input_format) != (*profile)->format)
    return Unexpected{
        ValidationException{.message = "The InputFormat does not match the SourceFormat of the profile."}};
  return std::optional{Conversion{.format = (*profile)->format, .provenance = input.provenance_enabled == true}};
}

HEALTHLAKE_DECL std::string LocalImports::run(ImportJobProperties& job) {
  auto const fail = [&](std::string const& why) {
    job.job_status = JobStatus::failed;
    job.message = detail::job_message(why);
    return std::string{};
  };
  auto const found = conversions_.find(job.job_id);
  bool const fhir = found == conversions_.end();
  std::string const* const uri = job.input_data_config.s3_uri();
  auto const files =
      objects_below(state().objects(), uri ? *uri : "", fhir ? ".ndjson" : suffix_of(found->second.format));
  if (!files) return fail("The InputDataConfig cannot be read: " + files.error());
  if (files->empty()) return fail("No files of the expected format were found below the InputDataConfig");

  ImportRun run{state().objects(), job, state().options().running_time};
  std::size_t number = 0;
  for (auto const& file : *files) {
    if (fhir) {
      run.read_ndjson(file);
    } else {
      Conversion conversion = found->second;
      conversion.job_id = job.job_id;
      conversion.recorded = *job.end_time;
      run.convert(file, conversion, ++number);
    }
  }
  if (auto const written = run.write_log(); !written) return fail("The log cannot be written: " + written.error());
  job.job_progress_report = run.report(fhir);
  job.job_status = run.flawless() ? JobStatus::completed : JobStatus::completed_with_errors;
  if (!run.flawless()) job.message = detail::job_message(run.summary());
  return run.take_imported();
}

}  // namespace HEALTHLAKE_NAMESPACE
