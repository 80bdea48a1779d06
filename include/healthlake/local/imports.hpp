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

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/conversion.hpp"
#include "healthlake/local/import_run.hpp"
#include "healthlake/local/jobs.hpp"
#include "healthlake/local/s3_folder.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/errors.hpp"
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
};

/// The family's jobs and handlers.
class LocalImports : public JobQueue<ImportFamily> {
 public:
  explicit LocalImports(LocalState& state) : JobQueue(state) {}

  /// Sets the handlers of the three operations.
  void serve(Dispatcher& dispatcher) {
    dispatcher.on<StartFHIRImportJob>([this](auto const& input, auto const& at) { return start(input, at.now); });
    serve_jobs(dispatcher);
  }

  /// Ends the next job: reads, imports, writes its log. The error is JobQueue::end_with's.
  Result<Unit, std::string> end_next(Timestamp now) {
    return end_with(now, [this](ImportJobProperties& job) { return run(job); }).transform([this](auto&& ended) {
      // It exists, since no data store is deleted before its jobs have ended.
      state().find_datastore(ended.properties.datastore_id)->resources.put(ended.resources);
      conversions_.erase(ended.properties.job_id);
      return Unit{};
    });
  }

 private:
  template <class Output>
  using Answer = Result<Output, HandlerError>;

  Answer<StartFHIRImportJobResponse> start(StartFHIRImportJobRequest const& input, Timestamp now) {
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

  // How the job's files are converted to FHIR, if necessary.
  Answer<std::optional<Conversion>> conversion_of(StartFHIRImportJobRequest const& input) {
    if (!input.profile_id) return std::optional<Conversion>{};
    auto const profile = state().published_profile(*input.profile_id);
    if (!profile) return Unexpected{profile.error()};
    if (input.input_format && OpenEnum<SourceFormat>::from(*input.input_format) != (*profile)->format)
      return Unexpected{
          ValidationException{.message = "The InputFormat does not match the SourceFormat of the profile."}};
    return std::optional{Conversion{.format = (*profile)->format, .provenance = input.provenance_enabled == true}};
  }

  // Returns the resources that were imported.
  std::string run(ImportJobProperties& job) {
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

  // By job, until it ends.
  std::map<std::string, Conversion> conversions_;
};

}  // namespace HEALTHLAKE_NAMESPACE
