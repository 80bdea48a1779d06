// The export family of the local service: StartFHIRExportJob, DescribeFHIRExportJob, ListFHIRExportJobs.
//
// Rules: when a job ends, it writes the content of its data store at that moment to
// `<prefix>/<DatastoreId>-FHIR_EXPORT-<JobId>/` in its OutputDataConfig. What AWS does not document is decided here:
// - OutputDataConfig is returned as given, in either form;
// - lines of the data store that are not resources are skipped: COMPLETED_WITH_ERRORS;
// - files that were written before the destination failed stay there.
// Queue, filters and tokens are those of jobs.hpp.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/jobs.hpp"
#include "healthlake/local/ndjson.hpp"
#include "healthlake/local/s3_folder.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/server/dispatch.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// See JobFamily.
struct ExportFamily {
  using Start = StartFHIRExportJob;
  using Describe = DescribeFHIRExportJob;
  using List = ListFHIRExportJobs;
  using Properties = ExportJobProperties;
  static constexpr std::string_view kind = "export";
};

/// The family's jobs and handlers.
class LocalExports : public JobQueue<ExportFamily> {
 public:
  explicit LocalExports(LocalState& state) : JobQueue(state) {}

  /// Sets the handlers of the three operations.
  void serve(Dispatcher& dispatcher) {
    dispatcher.on<StartFHIRExportJob>([this](auto const& input, auto const& at) { return start(input, at.now); });
    serve_jobs(dispatcher);
  }

  /// Ends the next job: writes its results. The error is JobQueue::end_with's.
  Result<Unit, std::string> end_next(Timestamp now) {
    return end_with(now, [this](ExportJobProperties& job) { run(job); }).transform([](auto&&) { return Unit{}; });
  }

 private:
  template <class Output>
  using Answer = Result<Output, HandlerError>;

  Answer<StartFHIRExportJobResponse> start(StartFHIRExportJobRequest const& input, Timestamp now) {
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

  void run(ExportJobProperties& job) {
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

  Result<Unit, std::string> write_results(ExportJobProperties const& job, Ndjson const& resources) {
    auto folder = parse_s3_folder(job.output_data_config);
    if (!folder) return Unexpected{std::move(folder).error()};
    folder->key += job.datastore_id + "-FHIR_EXPORT-" + job.job_id + "/";
    return write_ndjson(resources, state().objects(), *folder, state().options().max_resources_per_file);
  }
};

}  // namespace HEALTHLAKE_NAMESPACE
