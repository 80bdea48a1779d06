// The functions of local/exports.hpp.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/exports.hpp"
#include "healthlake/local/jobs.hpp"
#include "healthlake/local/ndjson.hpp"
#include "healthlake/local/s3_folder.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/model/export_prefix.hpp"
#include "healthlake/server/dispatch.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::optional<S3Location> ExportFamily::results_of(Properties const& job) {
  auto const folder = export_prefix(job);
  return folder ? std::optional{*folder} : std::nullopt;
}

HEALTHLAKE_DECL void LocalExports::serve(Dispatcher& dispatcher) {
  dispatcher.on<StartFHIRExportJob>([this](auto const& input, auto const& at) { return start(input, at.now); });
  serve_jobs(dispatcher);
}

HEALTHLAKE_DECL Result<Unit, std::string> LocalExports::end_next(Timestamp now) {
  return end_with(now, [this](ExportJobProperties& job) { run(job); }).transform([](auto&&) { return Unit{}; });
}

HEALTHLAKE_DECL LocalExports::Answer<StartFHIRExportJobResponse> LocalExports::start(
    StartFHIRExportJobRequest const& input, Timestamp now) {
  auto job = earlier(input, now);
  if (!job) return Unexpected{std::move(job).error()};
  if (!*job) {
    auto const datastore = state().open_datastore(input.datastore_id);
    if (!datastore) return Unexpected{datastore.error()};
    *job = submit({.job_name = input.job_name,
                   .datastore_id = input.datastore_id,
                   .output_data_config = input.output_data_config,
                   .data_access_role_arn = input.data_access_role_arn},
                  input, now);
    (*datastore)->busy_until = (std::max)((*datastore)->busy_until, *last_end());
  }
  return StartFHIRExportJobResponse{
      .job_id = (*job)->job_id, .job_status = (*job)->job_status, .datastore_id = (*job)->datastore_id};
}

HEALTHLAKE_DECL void LocalExports::run(ExportJobProperties& job) {
  // It exists, since no data store is deleted before its jobs have ended.
  Ndjson const& resources = state().find_datastore(job.datastore_id)->resources;
  if (auto const written = write_results(job, resources); !written) {
    job.job_status = JobStatus::failed;
    job.message = detail::job_message("The destination cannot be written to: " + written.error());
  } else if (resources.bad_lines() != 0) {
    job.job_status = JobStatus::completed_with_errors;
    job.message =
        detail::job_message(std::to_string(resources.bad_lines()) + " of " + std::to_string(resources.lines()) +
                            " lines are not resources and were skipped - the first is " + resources.first_bad_line());
  } else {
    job.job_status = JobStatus::completed;
  }
}

HEALTHLAKE_DECL Result<Unit, std::string> LocalExports::write_results(ExportJobProperties const& job,
                                                                      Ndjson const& resources) {
  auto const folder = export_prefix(job);
  if (!folder) return Unexpected{to_string(folder.error())};
  return write_ndjson(resources, state().objects(), *folder, state().options().max_resources_per_file);
}

}  // namespace HEALTHLAKE_NAMESPACE
