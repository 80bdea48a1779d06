// The transformation jobs of the local service: StartDataTransformationJob, DescribeDataTransformationJob,
// ListDataTransformationJobs.
//
// Rules: a job uses the latest version of its profile that was published before it started. When it ends, it reads
// every file of the source format below its InputDataConfig and writes what conversion.hpp makes of them to
// `<prefix>/DATA_TRANSFORMATION-<JobId>/resources.ndjson` of its OutputDataConfig. What AWS does not document is
// decided here:
// - a profile without a published version, or an InputDataConfig with a SourceFormat other than the profile's, is a
//   ValidationException;
// - a file that cannot be read or converted is counted as failed: COMPLETED_WITH_ERRORS, or FAILED if all are;
// - if there is nothing to read, or the output cannot be written, the job is FAILED; JobProgressReport is present once
//   the job has ended. Queue, filters and tokens are those of jobs.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/conversion.hpp"
#include "healthlake/local/jobs.hpp"
#include "healthlake/local/s3_folder.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/transformation_job.hpp"
#include "healthlake/server/dispatch.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// See JobFamily.
struct TransformationFamily {
  using Start = StartDataTransformationJob;
  using Describe = DescribeDataTransformationJob;
  using List = ListDataTransformationJobs;
  using Properties = TransformationJobProperties;
  static constexpr std::string_view kind = "transformation";

  /// A job as ListDataTransformationJobs returns it.
  static TransformationJobSummary item(Properties const& job);
  /// Where a job writes; nothing if its destination is not valid.
  static std::optional<S3Location> results_of(Properties const& job);
};

/// The family's jobs and handlers.
class LocalTransformations : public JobQueue<TransformationFamily> {
 public:
  /// `state` must outlive the family.
  explicit LocalTransformations(LocalState& state) : JobQueue(state) {}

  /// Sets the handlers of the three operations.
  void serve(Dispatcher& dispatcher);

  /// Ends the next job: reads, converts, writes. The error is JobQueue::end_with's.
  Result<Unit, std::string> end_next(Timestamp now);

 private:
  template <class Output>
  using Answer = Result<Output, HandlerError>;

  Answer<StartDataTransformationJobResponse> start(StartDataTransformationJobRequest const& input, Timestamp now);
  void run(TransformationJobProperties& job);

  // The resources of all files, and the counts of the report.
  std::string convert(TransformationJobProperties& job, std::vector<InputObject> const& files);
  Result<Unit, std::string> write(TransformationJobProperties const& job, std::string_view lines);
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/transformation_jobs.ipp"
#endif
