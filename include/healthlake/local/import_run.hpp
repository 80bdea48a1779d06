// One run of an import job: reads the files, imports or rejects each line, and writes the log. See imports.hpp for the
// rules and the layout.
//
// Rules: the content of a rejected line is not repeated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/json/writer.hpp"
#include "healthlake/local/conversion.hpp"
#include "healthlake/local/ndjson.hpp"
#include "healthlake/local/s3_folder.hpp"
#include "healthlake/model/import_job.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Why a line is not imported at this level; empty if it is.
std::string_view resource_fault(ResourceHead const& head, OpenEnum<ValidationLevel> const& level);

/// Reads, counts and writes.
class ImportRun {
 public:
  /// Reads from and writes to `objects` for `job`, which took `duration`. All must outlive the run.
  ImportRun(ObjectStore& objects, ImportJobProperties const& job, Milliseconds duration)
      : objects_(objects), job_(job), duration_(duration) {}

  /// A file of FHIR resources.
  void read_ndjson(InputObject const& file);

  /// A file that is not FHIR.
  void convert(InputObject const& file, Conversion const& conversion, std::size_t number);

  /// Whether nothing was rejected and everything could be read.
  [[nodiscard]] bool flawless() const noexcept { return resources_.refused == 0 && files_.unreadable == 0; }
  /// How many resources were rejected and how many files could not be read, for the message of a job.
  [[nodiscard]] std::string summary() const;
  /// The imported resources, one per line.
  [[nodiscard]] std::string&& take_imported() noexcept { return std::move(imported_); }

  /// The counts; unless the files are `fhir`, also those of files that are not FHIR.
  [[nodiscard]] JobProgressReport report(bool fhir) const;

  /// Writes manifest and logs. The error is the store's; what was written before it stays.
  Result<Unit, std::string> write_log();

 private:
  struct Files {
    std::int64_t scanned = 0;
    std::int64_t imported = 0;
    std::int64_t unreadable = 0;
    std::size_t bytes = 0;
  };
  struct Resources {
    std::int64_t scanned = 0;
    std::int64_t refused = 0;
    std::size_t imported_bytes = 0;
  };

  std::optional<std::string> read(InputObject const& file);
  void accept(std::string const& name, std::size_t number, ResourceHead const& head, std::string_view line);
  void refuse(std::string const& name, std::size_t number, std::string_view fault);
  void add_fault(std::string const& name, std::size_t number, std::string_view fault);

  // Without a number for the whole file.
  static void begin_entry(JsonWriter& writer, std::size_t number);

  // The members that AWS documents ("Manifest JSON file").
  [[nodiscard]] std::string manifest(S3Location const& folder) const;

  ObjectStore& objects_;
  ImportJobProperties const& job_;
  Milliseconds duration_;
  Files files_{};
  Resources resources_{};
  std::string imported_{};
  // By name below the job's folder.
  std::map<std::string, std::string> logs_{};
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/import_run.ipp"
#endif
