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
#include "healthlake/local/selection.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/model/export_prefix.hpp"
#include "healthlake/rest/export.hpp"
#include "healthlake/rest/shapes.hpp"
#include "healthlake/rest/times.hpp"
#include "healthlake/server/dispatch.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::optional<S3Location> ExportFamily::results_of(Properties const& job) {
  auto const folder = export_prefix(job);
  return folder ? std::optional{*folder} : std::nullopt;
}

HEALTHLAKE_DECL void LocalExports::serve(Dispatcher& dispatcher) {
  dispatcher.on<StartFHIRExportJob>([this](auto const& input, auto const& at) { return start(input, at.now); });
  serve_jobs(dispatcher);
  dispatcher.on<rest::StartExport>([this](auto const& input, auto const& at) { return start_rest(input, at.now); });
  dispatcher.on<rest::DescribeExport>(
      [this](auto const& input, auto const& at) { return describe_rest(input, at.now); });
  dispatcher.on<rest::CancelExport>([this](auto const& input, auto const& at) { return cancel_rest(input, at.now); });
}

HEALTHLAKE_DECL Result<Unit, std::string> LocalExports::end_next(Timestamp now) {
  return end_with(now, [this](ExportJobProperties& job) { run(job); }).transform([this](auto&& ended) {
    if (auto const found = selections_.find(ended.properties.job_id); found != selections_.end())
      selections_.erase(found);
    return Unit{};
  });
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

namespace detail {

// A job as FHIR REST describes it.
HEALTHLAKE_DECL rest::DescribedExport as_rest(ExportJobProperties const& job) {
  auto const time = [](Timestamp at) { return Document{"\"" + rest::to_service_time(at) + "\""}; };
  rest::DescribedExport described;
  rest::ExportProperties& properties = described.export_job_properties;
  properties = {.job_id = job.job_id,
                .job_name = job.job_name,
                .job_status = job.job_status,
                .submit_time = time(job.submit_time),
                .datastore_id = job.datastore_id,
                .data_access_role_arn = job.data_access_role_arn,
                .message = job.message};
  if (job.end_time) properties.end_time = time(*job.end_time);
  if (auto const* const to = job.output_data_config.s3_configuration())
    properties.output_data_config = rest::DescribedDestination{*to};
  return described;
}

}  // namespace detail

HEALTHLAKE_DECL LocalExports::Answer<rest::StartExportResponse> LocalExports::start_rest(
    rest::StartExportRequest const& input, Timestamp now) {
  auto const datastore = state().open_datastore(input.datastore_id);
  if (!datastore) return Unexpected{datastore.error()};
  if (input.group_id && !has_group((*datastore)->resources, *input.group_id))
    return Unexpected{ResourceNotFoundException{.message = "There is no Group/" + *input.group_id + "."}};
  auto const job = submit({.job_name = input.body.job_name,
                           .datastore_id = input.datastore_id,
                           .output_data_config = {input.body.output_data_config.s3_configuration},
                           .data_access_role_arn = input.body.data_access_role_arn},
                          {}, now);
  selections_.insert_or_assign(job.job_id, input);
  (*datastore)->busy_until = (std::max)((*datastore)->busy_until, *last_end());
  return rest::StartExportResponse{
      .job_id = job.job_id, .job_status = job.job_status, .datastore_id = job.datastore_id};
}

HEALTHLAKE_DECL LocalExports::Answer<ExportJobProperties> LocalExports::find_job(rest::ExportId const& input,
                                                                                 Timestamp now) const {
  auto job = find(input.job_id, now);
  if (job && job->datastore_id == input.datastore_id) return *std::move(job);
  return Unexpected{ResourceNotFoundException{.message = "There is no export job " + quoted(input.job_id, 64) +
                                                         " in the data store " + quoted(input.datastore_id, 64) + "."}};
}

HEALTHLAKE_DECL LocalExports::Answer<rest::DescribedExport> LocalExports::describe_rest(rest::ExportId const& input,
                                                                                        Timestamp now) const {
  return find_job(input, now).transform([](ExportJobProperties const& job) { return detail::as_rest(job); });
}

HEALTHLAKE_DECL LocalExports::Answer<rest::DescribedExport> LocalExports::cancel_rest(rest::ExportId const& input,
                                                                                      Timestamp now) {
  auto const job = find_job(input, now);
  if (!job) return Unexpected{job.error()};
  using enum JobStatus;
  auto const status = job->job_status.value();
  if (status == cancel_submitted) return detail::as_rest(*job);
  if (status != submitted && status != queued && status != in_progress)
    return Unexpected{
        ConflictException{.message = "The job has ended with the status " + std::string{job->job_status.text()} + "."}};
  return detail::as_rest(cancel(input.job_id, now));
}

HEALTHLAKE_DECL void LocalExports::run(ExportJobProperties& job) {
  if (job.job_status == JobStatus::cancel_submitted) {
    job.job_status = JobStatus::cancel_completed;
    return;
  }
  // It exists, since no data store is deleted before its jobs have ended.
  Ndjson const& resources = state().find_datastore(job.datastore_id)->resources;
  auto const selection = selections_.find(job.job_id);
  auto const written = selection == selections_.end()
                           ? write_results(job, resources)
                           : write_results(job, select_resources(resources, selection->second));
  if (!written) {
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
