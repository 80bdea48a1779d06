// The shapes of the FHIR REST `$export`: what a request says and what a response contains.
//
// Rules: names as in the service's developer guide, which is not consistent: `jobId` beside `JobName`. A reader takes
// the first letter of a name in either case. Members of a response may be missing, except for what a call is made for.
// In a request, the members before `body` go into its path and query. No AWS SDK has these shapes, and nothing here
// could be compared with a service model; docs/rest-export.md says what is documented.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "healthlake/core/shape.hpp"
#include "healthlake/model/job.hpp"
#include "healthlake/model/rules.hpp"
#include "healthlake/rest/rules.hpp"
#include "healthlake/rest/times.hpp"

namespace HEALTHLAKE_NAMESPACE::rest {

/// What is exported: everything, what belongs to any patient, or what belongs to the patients of a group.
enum class ExportScope : std::uint8_t { system, patient, group };
consteval auto enumeration(ExportScope) { return spelled("ExportScope", "system", "Patient", "Group"); }

/// The format of the files: NDJSON, under each name that it has.
enum class OutputFormat : std::uint8_t { fhir_ndjson, application_ndjson, ndjson };
consteval auto enumeration(OutputFormat) {
  return spelled("OutputFormat", "application/fhir+ndjson", "application/ndjson", "ndjson");
}

/// Where the files go.
struct ExportDestination {
  /// The location and the key.
  S3Configuration s3_configuration{};

  template <class Self>
  static consteval auto shape() {
    return structure("ExportDestination", field<&Self::s3_configuration>("S3Configuration", required));
  }
  friend bool operator==(ExportDestination const&, ExportDestination const&) = default;
};

/// The body of a request that starts an export.
struct ExportBody {
  /// The job's name; 1 to 64 characters.
  std::optional<std::string> job_name{};
  /// The output location.
  ExportDestination output_data_config{};
  /// The ARN of the role that HealthLake assumes to access S3; 20 to 2048 characters.
  std::string data_access_role_arn{};

  template <class Self>
  static consteval auto shape() {
    return structure("ExportBody", field<&Self::job_name>("JobName", healthlake::rules::JobName),
                     field<&Self::output_data_config>("OutputDataConfig", required),
                     field<&Self::data_access_role_arn>("DataAccessRoleArn", healthlake::rules::IamRoleArn, required));
  }
  friend bool operator==(ExportBody const&, ExportBody const&) = default;
};

/// The input of StartExport.
struct StartExportRequest {
  /// The data store's id; 1 to 32 letters, digits, dots, hyphens and underscores.
  std::string datastore_id{};
  /// What is exported. Default: all of the data store.
  OpenEnum<ExportScope> scope{ExportScope::system};
  /// The id of a Group resource, 1 to 64 letters, digits, dots and hyphens: with the scope `group`, and only then.
  std::optional<std::string> group_id{};
  /// Only resources of these types: 1 to 160 names of FHIR R4. Default: of all types.
  std::optional<std::vector<std::string>> types{};
  /// Only resources updated at this time or later, and those without a time of their last update. For an export of what
  /// has changed since another one, this is the time at which that one was submitted, not the time at which it ended.
  std::optional<Timestamp> since{};
  /// Only resources updated at this time or earlier.
  std::optional<Timestamp> until{};
  /// The name under which the format of the files is asked for; they are NDJSON in any case.
  std::optional<OpenEnum<OutputFormat>> output_format{};
  /// Only resources with all these security labels, each `system|code`, or `system|` for any code of the system: 1 to
  /// 16, of 2 to 1024 characters.
  std::optional<std::vector<std::string>> security{};
  /// Only resources with all these tags, in the same form.
  std::optional<std::vector<std::string>> tags{};
  /// What the request has in its body.
  ExportBody body{};

  template <class Self>
  static consteval auto shape() {
    return structure("StartExportRequest", field<&Self::datastore_id>("datastoreId", detail::PathId, required),
                     field<&Self::scope>("scope", required), field<&Self::group_id>("groupId", detail::GroupId),
                     field<&Self::types>("_type", detail::ResourceTypes), field<&Self::since>("_since"),
                     field<&Self::until>("_until"), field<&Self::output_format>("_outputFormat"),
                     field<&Self::security>("_security", detail::SystemsAndCodes),
                     field<&Self::tags>("_tag", detail::SystemsAndCodes), field<&Self::body>("body", required));
  }
  friend bool operator==(StartExportRequest const&, StartExportRequest const&) = default;
};

/// The output of StartExport.
struct StartExportResponse {
  /// The job's id, from the body or else from `content_location`.
  std::string job_id{};
  /// The status of the job.
  std::optional<OpenEnum<JobStatus>> job_status{};
  /// The data store that is exported.
  std::optional<std::string> datastore_id{};
  /// The header Content-Location, where the status of the job is; empty if there is none. It is an absolute or a
  /// relative reference, and may name another host: see locate_export.
  std::string content_location{};

  template <class Self>
  static consteval auto shape() {
    return structure("StartExportResponse", field<&Self::datastore_id>("datastoreId"),
                     field<&Self::job_status>("jobStatus"), field<&Self::job_id>("jobId", detail::PathId, required));
  }
  friend bool operator==(StartExportResponse const&, StartExportResponse const&) = default;
};

/// Which export: the input of DescribeExport and CancelExport.
struct ExportId {
  /// The data store's id; 1 to 32 letters, digits, dots, hyphens and underscores.
  std::string datastore_id{};
  /// The job's id; 1 to 32 letters, digits, dots, hyphens and underscores.
  std::string job_id{};

  template <class Self>
  static consteval auto shape() {
    return structure("ExportId", field<&Self::datastore_id>("datastoreId", detail::PathId, required),
                     field<&Self::job_id>("jobId", detail::PathId, required));
  }
  friend bool operator==(ExportId const&, ExportId const&) = default;
};

/// Where the files of a job go, as its status says.
struct DescribedDestination {
  /// The location and the key.
  std::optional<S3Configuration> s3_configuration{};

  template <class Self>
  static consteval auto shape() {
    return structure("DescribedDestination", field<&Self::s3_configuration>("s3Configuration"));
  }
  friend bool operator==(DescribedDestination const&, DescribedDestination const&) = default;
};

/// The properties of an export.
struct ExportProperties {
  /// The job's id.
  std::string job_id{};
  /// The name that the start gave it.
  std::optional<std::string> job_name{};
  /// The status.
  OpenEnum<JobStatus> job_status{};
  /// When the job was submitted, as the service wrote it: see `submitted`.
  std::optional<Document> submit_time{};
  /// When the job ended, as the service wrote it: see `ended`.
  std::optional<Document> end_time{};
  /// The data store that is exported.
  std::string datastore_id{};
  /// Where the files go.
  std::optional<DescribedDestination> output_data_config{};
  /// The role that writes them.
  std::optional<std::string> data_access_role_arn{};
  /// Why the job failed, or other information about it.
  std::optional<std::string> message{};

  /// The time in `submit_time`; nullopt if it is absent or cannot be read.
  [[nodiscard]] std::optional<Timestamp> submitted() const { return time_of(submit_time); }
  /// The time in `end_time`; nullopt if it is absent or cannot be read.
  [[nodiscard]] std::optional<Timestamp> ended() const { return time_of(end_time); }

  template <class Self>
  static consteval auto shape() {
    return structure("ExportProperties", field<&Self::job_id>("jobId", required), field<&Self::job_name>("JobName"),
                     field<&Self::job_status>("jobStatus", required), field<&Self::submit_time>("submitTime"),
                     field<&Self::end_time>("endTime"), field<&Self::datastore_id>("datastoreId", required),
                     field<&Self::output_data_config>("outputDataConfig"),
                     field<&Self::data_access_role_arn>("DataAccessRoleArn"), field<&Self::message>("Message"));
  }
  friend bool operator==(ExportProperties const&, ExportProperties const&) = default;
};

/// The output of DescribeExport and CancelExport.
struct DescribedExport {
  /// Of a cancel that was accepted without a description of the job, without any value.
  ExportProperties export_job_properties{};
  /// The header X-Progress, any text; empty if there is none.
  std::string progress{};

  template <class Self>
  static consteval auto shape() {
    return structure("DescribedExport", field<&Self::export_job_properties>("exportJobProperties", required));
  }
  friend bool operator==(DescribedExport const&, DescribedExport const&) = default;
};

}  // namespace HEALTHLAKE_NAMESPACE::rest
