// The import family of the local service: StartFHIRImportJob, DescribeFHIRImportJob, ListFHIRImportJobs.
//
// Rules: a job reads, when it ends, every `*.ndjson` object below its InputDataConfig (with a ProfileId: every file of
// the profile's format, see conversion.hpp), adds the resources to its data store and writes its log below
// `<prefix>/<DatastoreId>-FHIR_IMPORT-<JobId>/` of the JobOutputDataConfig, in the layout of AWS's "Manifest JSON
// file":
//   manifest.json    what was read and written, with the members AWS documents
//   SUCCESS/<file>   per imported resource {"line":1,"resourceType":"Patient","id":"1"}
//   FAILURE/<file>   per rejected line {"line":2,"error":"..."}; the content of the line is not repeated
// There is no log for files without such lines. What AWS does not document is decided here:
// - a resource replaces one with the same type and id; one without an id is added;
// - ValidationLevel is a simplification of FHIR validation: `minimal` requires a JSON object with a resourceType,
//   `structure-only` also that an id, if present, is valid in FHIR, `strict` (the default) that the id is present;
// - a file that cannot be read is counted and skipped: COMPLETED_WITH_ERRORS, as for rejected lines;
// - if there is nothing to read, or the log cannot be written, the job is FAILED, and nothing is imported;
// - JobProgressReport is present once the job has ended; InputFormat is used only with a ProfileId.
// Queue, filters and tokens are those of jobs.hpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/conversion.hpp"
#include "healthlake/local/jobs.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/import_job.hpp"
#include "healthlake/server/dispatch.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// See JobFamily.
struct ImportFamily {
  using Start = StartFHIRImportJob;
  using Describe = DescribeFHIRImportJob;
  using List = ListFHIRImportJobs;
  using Properties = ImportJobProperties;
  static constexpr std::string_view kind = "import";

  /// Where a job writes its log; nothing if its destination is not valid.
  static std::optional<S3Location> results_of(Properties const& job);
};

/// The family's jobs and handlers.
class LocalImports : public JobQueue<ImportFamily> {
 public:
  /// `state` must outlive the family.
  explicit LocalImports(LocalState& state) : JobQueue(state) {}

  /// Sets the handlers of the three operations.
  void serve(Dispatcher& dispatcher);

  /// Ends the next job: reads, imports, writes its log. The error is JobQueue::end_with's.
  Result<Unit, std::string> end_next(Timestamp now);

 private:
  template <class Output>
  using Answer = Result<Output, HandlerError>;

  Answer<StartFHIRImportJobResponse> start(StartFHIRImportJobRequest const& input, Timestamp now);

  // How the job's files are converted to FHIR, if necessary.
  Answer<std::optional<Conversion>> conversion_of(StartFHIRImportJobRequest const& input);

  // Returns the resources that were imported.
  std::string run(ImportJobProperties& job);

  // By job, until it ends.
  std::map<std::string, Conversion> conversions_;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/imports.ipp"
#endif
