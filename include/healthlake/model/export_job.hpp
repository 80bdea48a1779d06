// Export jobs: StartFHIRExportJob, DescribeFHIRExportJob, ListFHIRExportJobs and every shape they reach.
//
// Rules: names, limits and requirements are the service model's (2017-07-01); the preview of January 2021 is the
// same but for OutputDataConfig. May include core/ and model/.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "healthlake/core/shape.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/model/rules.hpp"
#include "healthlake/model/waiter.hpp"

namespace healthlake {

/// Where a job stands. Done are completed, completed_with_errors, failed, cancel_completed and cancel_failed.
enum class JobStatus : std::uint8_t {
  submitted,
  queued,
  in_progress,
  completed_with_errors,
  completed,
  failed,
  cancel_submitted,
  cancel_in_progress,
  cancel_completed,
  cancel_failed,
};
consteval auto enumeration(JobStatus) {
  return spelled("JobStatus", "SUBMITTED", "QUEUED", "IN_PROGRESS", "COMPLETED_WITH_ERRORS", "COMPLETED", "FAILED",
                 "CANCEL_SUBMITTED", "CANCEL_IN_PROGRESS", "CANCEL_COMPLETED", "CANCEL_FAILED");
}

/// A place in S3 and the key that encrypts what is written there.
struct S3Configuration {
  /// `s3://bucket/prefix`; at most 1024 characters.
  std::string s3_uri{};
  /// The ARN, id or alias of a KMS key; 1 to 400 characters.
  std::string kms_key_id{};

  static consteval auto shape() {
    return structure("S3Configuration", field<&S3Configuration::s3_uri>("S3Uri", rules::S3Uri, required),
                     field<&S3Configuration::kms_key_id>("KmsKeyId", rules::EncryptionKeyID, required));
  }
  friend bool operator==(S3Configuration const&, S3Configuration const&) = default;
};

/// Where a job writes to: a union of `S3Configuration` (the service since July 2021) and `S3Uri` (the preview of
/// January 2021). Responses of the changeover carry both; then S3Configuration is the one to keep.
struct OutputDataConfig {
  Union<S3Configuration, std::string> value;

  [[nodiscard]] S3Configuration const* s3_configuration() const noexcept { return value.get_if<0>(); }
  /// The preview's form.
  [[nodiscard]] std::string const* s3_uri() const noexcept { return value.get_if<1>(); }

  static consteval auto shape() {
    return union_of("OutputDataConfig", alternative<&OutputDataConfig::value, 0>("S3Configuration"),
                    alternative<&OutputDataConfig::value, 1>("S3Uri", rules::S3Uri, legacy));
  }
  friend bool operator==(OutputDataConfig const&, OutputDataConfig const&) = default;
};

/// Everything the service tells of an export job.
struct ExportJobProperties {
  std::string job_id{};
  std::optional<std::string> job_name{};
  OpenEnum<JobStatus> job_status{};
  Timestamp submit_time{};
  std::optional<Timestamp> end_time{};
  std::string datastore_id{};
  OutputDataConfig output_data_config{};
  std::optional<std::string> data_access_role_arn{};
  /// Why the job failed, or what it has to say otherwise.
  std::optional<std::string> message{};

  static consteval auto shape() {
    return structure("ExportJobProperties", field<&ExportJobProperties::job_id>("JobId", rules::JobId, required),
                     field<&ExportJobProperties::job_name>("JobName", rules::JobName),
                     field<&ExportJobProperties::job_status>("JobStatus", required),
                     field<&ExportJobProperties::submit_time>("SubmitTime", required),
                     field<&ExportJobProperties::end_time>("EndTime"),
                     field<&ExportJobProperties::datastore_id>("DatastoreId", rules::DatastoreId, required),
                     field<&ExportJobProperties::output_data_config>("OutputDataConfig", required),
                     field<&ExportJobProperties::data_access_role_arn>("DataAccessRoleArn", rules::IamRoleArn),
                     field<&ExportJobProperties::message>("Message", rules::Message));
  }
  friend bool operator==(ExportJobProperties const&, ExportJobProperties const&) = default;
};

/// The input of StartFHIRExportJob.
struct StartFHIRExportJobRequest {
  std::optional<std::string> job_name{};
  OutputDataConfig output_data_config{};
  std::string datastore_id{};
  /// The role HealthLake takes on to write to the bucket.
  std::string data_access_role_arn{};
  /// Left out, a fresh one is sent, and the same one on every attempt.
  std::optional<std::string> client_token{};

  static consteval auto shape() {
    return structure(
        "StartFHIRExportJobRequest", field<&StartFHIRExportJobRequest::job_name>("JobName", rules::JobName),
        field<&StartFHIRExportJobRequest::output_data_config>("OutputDataConfig", required),
        field<&StartFHIRExportJobRequest::datastore_id>("DatastoreId", rules::DatastoreId, required),
        field<&StartFHIRExportJobRequest::data_access_role_arn>("DataAccessRoleArn", rules::IamRoleArn, required),
        field<&StartFHIRExportJobRequest::client_token>("ClientToken", rules::ClientTokenString, idempotency_token));
  }
  friend bool operator==(StartFHIRExportJobRequest const&, StartFHIRExportJobRequest const&) = default;
};

/// The output of StartFHIRExportJob.
struct StartFHIRExportJobResponse {
  std::string job_id{};
  OpenEnum<JobStatus> job_status{};
  std::optional<std::string> datastore_id{};

  static consteval auto shape() {
    return structure("StartFHIRExportJobResponse",
                     field<&StartFHIRExportJobResponse::job_id>("JobId", rules::JobId, required),
                     field<&StartFHIRExportJobResponse::job_status>("JobStatus", required),
                     field<&StartFHIRExportJobResponse::datastore_id>("DatastoreId", rules::DatastoreId));
  }
  friend bool operator==(StartFHIRExportJobResponse const&, StartFHIRExportJobResponse const&) = default;
};

/// Begins an export of a data store. Errors: see `Errors`.
struct StartFHIRExportJob {
  static constexpr std::string_view name = "StartFHIRExportJob";
  using Input = StartFHIRExportJobRequest;
  using Output = StartFHIRExportJobResponse;
  using Errors = healthlake::Errors<ThrottlingException, AccessDeniedException, FailedDependencyException,
                                    ResourceNotFoundException, ValidationException, InternalServerException>;
};

/// The input of DescribeFHIRExportJob.
struct DescribeFHIRExportJobRequest {
  std::string datastore_id{};
  std::string job_id{};

  static consteval auto shape() {
    return structure("DescribeFHIRExportJobRequest",
                     field<&DescribeFHIRExportJobRequest::datastore_id>("DatastoreId", rules::DatastoreId, required),
                     field<&DescribeFHIRExportJobRequest::job_id>("JobId", rules::JobId, required));
  }
  friend bool operator==(DescribeFHIRExportJobRequest const&, DescribeFHIRExportJobRequest const&) = default;
};

/// The output of DescribeFHIRExportJob.
struct DescribeFHIRExportJobResponse {
  ExportJobProperties export_job_properties{};

  static consteval auto shape() {
    return structure("DescribeFHIRExportJobResponse",
                     field<&DescribeFHIRExportJobResponse::export_job_properties>("ExportJobProperties", required));
  }
  friend bool operator==(DescribeFHIRExportJobResponse const&, DescribeFHIRExportJobResponse const&) = default;
};

/// Tells how an export job is doing. Errors: see `Errors`.
struct DescribeFHIRExportJob {
  static constexpr std::string_view name = "DescribeFHIRExportJob";
  using Input = DescribeFHIRExportJobRequest;
  using Output = DescribeFHIRExportJobResponse;
  using Errors = healthlake::Errors<ThrottlingException, ResourceNotFoundException, ValidationException,
                                    InternalServerException>;
};

/// The input of ListFHIRExportJobs: a page of the jobs that pass every filter that is set.
struct ListFHIRExportJobsRequest {
  std::string datastore_id{};
  /// From the page before; left out, the first page.
  std::optional<std::string> next_token{};
  /// How many jobs a page may hold: 1 to 500.
  std::optional<std::int32_t> max_results{};
  std::optional<std::string> job_name{};
  std::optional<OpenEnum<JobStatus>> job_status{};
  std::optional<Timestamp> submitted_before{};
  std::optional<Timestamp> submitted_after{};

  static consteval auto shape() {
    return structure("ListFHIRExportJobsRequest",
                     field<&ListFHIRExportJobsRequest::datastore_id>("DatastoreId", rules::DatastoreId, required),
                     field<&ListFHIRExportJobsRequest::next_token>("NextToken", rules::NextToken),
                     field<&ListFHIRExportJobsRequest::max_results>("MaxResults", rules::MaxResultsInteger),
                     field<&ListFHIRExportJobsRequest::job_name>("JobName", rules::JobName),
                     field<&ListFHIRExportJobsRequest::job_status>("JobStatus"),
                     field<&ListFHIRExportJobsRequest::submitted_before>("SubmittedBefore"),
                     field<&ListFHIRExportJobsRequest::submitted_after>("SubmittedAfter"));
  }
  friend bool operator==(ListFHIRExportJobsRequest const&, ListFHIRExportJobsRequest const&) = default;
};

/// The output of ListFHIRExportJobs.
struct ListFHIRExportJobsResponse {
  std::vector<ExportJobProperties> export_job_properties_list{};
  /// For the next page; absent on the last one.
  std::optional<std::string> next_token{};

  static consteval auto shape() {
    return structure(
        "ListFHIRExportJobsResponse",
        field<&ListFHIRExportJobsResponse::export_job_properties_list>("ExportJobPropertiesList", required),
        field<&ListFHIRExportJobsResponse::next_token>("NextToken", rules::NextToken));
  }
  friend bool operator==(ListFHIRExportJobsResponse const&, ListFHIRExportJobsResponse const&) = default;
};

/// Lists the export jobs of a data store, page by page. Errors: see `Errors`.
struct ListFHIRExportJobs {
  static constexpr std::string_view name = "ListFHIRExportJobs";
  using Input = ListFHIRExportJobsRequest;
  using Output = ListFHIRExportJobsResponse;
  using Errors = healthlake::Errors<ThrottlingException, AccessDeniedException, ResourceNotFoundException,
                                    ValidationException, InternalServerException>;
};

/// Waits until an export job is done. Delay and attempts are those of the service model; five polls of two minutes
/// are short for a big export, so set WaitOptions.
struct FHIRExportJobCompleted {
  static constexpr std::string_view name = "FHIRExportJobCompleted";
  using Operation = DescribeFHIRExportJob;
  static constexpr Milliseconds delay{120'000};
  static constexpr unsigned max_attempts = 5;
  static constexpr std::string_view status = "ExportJobProperties.JobStatus";
  static constexpr std::array acceptors{
      Acceptor{.path = status, .expected = "COMPLETED", .state = WaiterState::success},
      Acceptor{.path = status, .expected = "COMPLETED_WITH_ERRORS", .state = WaiterState::success},
      Acceptor{.path = status, .expected = "CANCEL_COMPLETED", .state = WaiterState::failure},
      Acceptor{.path = status, .expected = "FAILED", .state = WaiterState::failure},
      Acceptor{.path = status, .expected = "CANCEL_FAILED", .state = WaiterState::failure},
  };
};

}  // namespace healthlake
