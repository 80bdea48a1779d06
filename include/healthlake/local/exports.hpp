// The export family of the local service: StartFHIRExportJob, DescribeFHIRExportJob, ListFHIRExportJobs.
//
// Rules: when a job ends, it writes the content of its data store at that moment to
// `<prefix>/<DatastoreId>-FHIR_EXPORT-<JobId>/` in its OutputDataConfig. What AWS does not document is decided here:
// - OutputDataConfig is returned as given, in either form;
// - lines of the data store that are not resources are skipped: COMPLETED_WITH_ERRORS;
// - files that were written before the destination failed stay there;
// - an export by FHIR REST (rest/) is a job like the others: it is in the same queue, and the operations of both
//   interfaces describe it; what it writes of the data store, local/selection.hpp says;
// - a job that is cancelled writes nothing, and is CANCEL_SUBMITTED until it ends as CANCEL_COMPLETED; one that has
//   ended cannot be cancelled: ConflictException. Its data store can be deleted when the job would have ended.
// Queue, filters and tokens are those of jobs.hpp.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/jobs.hpp"
#include "healthlake/local/ndjson.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/rest/shapes.hpp"
#include "healthlake/server/dispatch.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// See JobFamily.
struct ExportFamily {
  using Start = StartFHIRExportJob;
  using Describe = DescribeFHIRExportJob;
  using List = ListFHIRExportJobs;
  using Properties = ExportJobProperties;
  static constexpr std::string_view kind = "export";

  /// Where a job writes; nothing if its destination is not valid.
  static std::optional<S3Location> results_of(Properties const& job);
};

/// The family's jobs and handlers.
class LocalExports : public JobQueue<ExportFamily> {
 public:
  /// `state` must outlive the family.
  explicit LocalExports(LocalState& state) : JobQueue(state) {}

  /// Sets the handlers of the three operations, and of those of rest/export.hpp.
  void serve(Dispatcher& dispatcher);

  /// Ends the next job: writes its results. The error is JobQueue::end_with's.
  Result<Unit, std::string> end_next(Timestamp now);

 private:
  template <class Output>
  using Answer = Result<Output, HandlerError>;

  Answer<StartFHIRExportJobResponse> start(StartFHIRExportJobRequest const& input, Timestamp now);
  Answer<rest::StartExportResponse> start_rest(rest::StartExportRequest const& input, Timestamp now);
  Answer<rest::DescribedExport> describe_rest(rest::ExportId const& input, Timestamp now) const;
  Answer<rest::DescribedExport> cancel_rest(rest::ExportId const& input, Timestamp now);
  // The error is a ResourceNotFoundException.
  [[nodiscard]] Answer<ExportJobProperties> find_job(rest::ExportId const& input, Timestamp now) const;
  void run(ExportJobProperties& job);
  Result<Unit, std::string> write_results(ExportJobProperties const& job, Ndjson const& resources);

  // What the jobs by FHIR REST that have not ended select, by id.
  std::map<std::string, rest::StartExportRequest, std::less<>> selections_;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/exports.ipp"
#endif
