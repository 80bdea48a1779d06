// The functions of local/transformation_jobs.hpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/jobs.hpp"
#include "healthlake/local/s3_folder.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/local/transformation_jobs.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/transformation_job.hpp"
#include "healthlake/server/dispatch.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL TransformationJobSummary TransformationFamily::item(Properties const& job) {
  return {.job_id = job.job_id,
          .job_status = job.job_status,
          .submit_time = job.submit_time,
          .job_name = job.job_name,
          .end_time = job.end_time,
          .source_format = job.input_data_config.source_format};
}

HEALTHLAKE_DECL std::optional<S3Location> TransformationFamily::results_of(Properties const& job) {
  auto folder = parse_s3_folder(job.output_data_config.s3_configuration.s3_uri);
  if (!folder) return std::nullopt;
  folder->key += "DATA_TRANSFORMATION-" + job.job_id + "/";
  return *std::move(folder);
}

HEALTHLAKE_DECL void LocalTransformations::serve(Dispatcher& dispatcher) {
  dispatcher.on<StartDataTransformationJob>([this](auto const& input, auto const& at) { return start(input, at.now); });
  serve_jobs(dispatcher);
}

HEALTHLAKE_DECL Result<Unit, std::string> LocalTransformations::end_next(Timestamp now) {
  return end_with(now, [this](TransformationJobProperties& job) { run(job); }).transform([](auto&&) { return Unit{}; });
}

HEALTHLAKE_DECL LocalTransformations::Answer<StartDataTransformationJobResponse> LocalTransformations::start(
    StartDataTransformationJobRequest const& input, Timestamp now) {
  auto job = earlier(input, now);
  if (!job) return Unexpected{std::move(job).error()};
  if (!*job) {
    auto const profile = state().published_profile(input.profile_id);
    if (!profile) return Unexpected{profile.error()};
    auto const& format = input.input_data_config.source_format;
    if (format && *format != (*profile)->format)
      return Unexpected{ValidationException{.message = "The SourceFormat does not match that of the profile."}};
    TransformationJobProperties properties{.input_data_config = input.input_data_config,
                                           .output_data_config = input.output_data_config,
                                           .data_access_role_arn = input.data_access_role_arn,
                                           .job_name = input.job_name,
                                           .profile_id = input.profile_id,
                                           .profile_name = (*profile)->name,
                                           .profile_version = (*profile)->latest(),
                                           .drift_detection_enabled = input.drift_detection_enabled,
                                           .provenance_enabled = input.provenance_enabled};
    properties.input_data_config.source_format = (*profile)->format;
    *job = submit(std::move(properties), input, now);
  }
  return StartDataTransformationJobResponse{.job_id = (*job)->job_id, .job_status = (*job)->job_status};
}

HEALTHLAKE_DECL void LocalTransformations::run(TransformationJobProperties& job) {
  job.job_progress_report = TransformationJobProgressReport{};
  auto const fail = [&](std::string why) {
    job.job_status = TransformationJobStatus::failed;
    job.message = std::move(why);
  };
  auto const files =
      objects_below(state().objects(), job.input_data_config.s3_uri, suffix_of(*job.input_data_config.source_format));
  if (!files) return fail("The InputDataConfig cannot be read: " + files.error());
  if (files->empty()) return fail("No files of the expected format were found below the InputDataConfig");
  std::string const lines = convert(job, *files);
  TransformationJobProgressReport const& report = *job.job_progress_report;
  if (lines.empty()) return fail("None of the files could be converted");
  if (auto const written = write(job, lines); !written) return fail("The output cannot be written: " + written.error());
  job.job_status = TransformationJobStatus::completed;
  if (report.total_files_failed == 0) return;
  job.job_status = TransformationJobStatus::completed_with_errors;
  job.message = std::to_string(report.total_files_failed) + " of " + std::to_string(report.total_files_scanned) +
                " files could not be converted";
}

HEALTHLAKE_DECL std::string LocalTransformations::convert(TransformationJobProperties& job,
                                                          std::vector<InputObject> const& files) {
  Conversion const conversion{.format = *job.input_data_config.source_format,
                              .job_id = job.job_id,
                              .provenance = job.provenance_enabled == true,
                              .recorded = *job.end_time};
  TransformationJobProgressReport& report = *job.job_progress_report;
  std::string all;
  std::size_t number = 0;
  for (auto const& file : files) {
    ++report.total_files_scanned;
    ++number;
    auto const bytes = state().objects().get(file.location.bucket, file.location.key);
    auto const lines = conversion.convert(file, bytes ? std::string_view{*bytes} : std::string_view{}, number);
    if (!lines) {
      ++report.total_files_failed;
      continue;
    }
    ++report.total_files_converted;
    report.total_resources_generated += conversion.resources_per_file();
    all += *lines;
  }
  return all;
}

HEALTHLAKE_DECL Result<Unit, std::string> LocalTransformations::write(TransformationJobProperties const& job,
                                                                      std::string_view lines) {
  auto const folder = TransformationFamily::results_of(job);
  if (!folder) return Unexpected{std::string{"the S3Uri does not name a bucket"}};
  return state().objects().put(folder->bucket, folder->key + "resources.ndjson", lines);
}

}  // namespace HEALTHLAKE_NAMESPACE
