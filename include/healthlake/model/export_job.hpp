// Export jobs: StartFHIRExportJob, DescribeFHIRExportJob, ListFHIRExportJobs, and every shape they reach.
//
// Rules: names, limits and requirements are the service model's (2017-07-01); the preview of January 2021 is the same
// except for OutputDataConfig (model/job.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/shape.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/job.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/model/rules.hpp"
#include "healthlake/model/waiter.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The input of StartFHIRExportJob.
struct StartFHIRExportJobRequest {
  /// The job's name; 1 to 64 characters.
  std::optional<std::string> job_name{};
  /// The output location.
  OutputDataConfig output_data_config{};
  /// The data store's id; 1 to 32 characters.
  std::string datastore_id{};
  /// The ARN of the role that HealthLake assumes to access S3; 20 to 2048 characters.
  std::string data_access_role_arn{};
  /// The idempotency token; if omitted, one is generated for all attempts. 1 to 64 letters, digits and hyphens.
  std::optional<std::string> client_token{};

  template <class Self>
  static consteval auto shape() {
    return structure("StartFHIRExportJobRequest", field<&Self::job_name>("JobName", rules::JobName),
                     field<&Self::output_data_config>("OutputDataConfig", required),
                     field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required),
                     field<&Self::data_access_role_arn>("DataAccessRoleArn", rules::IamRoleArn, required),
                     field<&Self::client_token>("ClientToken", rules::ClientTokenString, idempotency_token));
  }
  friend bool operator==(StartFHIRExportJobRequest const&, StartFHIRExportJobRequest const&) = default;
};

/// The output of StartFHIRExportJob.
struct StartFHIRExportJobResponse {
  /// The job's id; 1 to 32 characters.
  std::string job_id{};
  /// The status of the job.
  OpenEnum<JobStatus> job_status{};
  /// The data store's id; 1 to 32 characters.
  std::optional<std::string> datastore_id{};

  template <class Self>
  static consteval auto shape() {
    return structure("StartFHIRExportJobResponse", field<&Self::job_id>("JobId", rules::JobId, required),
                     field<&Self::job_status>("JobStatus", required),
                     field<&Self::datastore_id>("DatastoreId", rules::DatastoreId));
  }
  friend bool operator==(StartFHIRExportJobResponse const&, StartFHIRExportJobResponse const&) = default;
};

/// Starts an export of a data store. Errors: see `Errors`.
struct StartFHIRExportJob {
  static constexpr std::string_view name = "StartFHIRExportJob";
  using Input = StartFHIRExportJobRequest;
  using Output = StartFHIRExportJobResponse;
  using Errors = healthlake::Errors<ThrottlingException, AccessDeniedException, FailedDependencyException,
                                    ResourceNotFoundException, ValidationException, InternalServerException>;
};

/// The input of DescribeFHIRExportJob.
struct DescribeFHIRExportJobRequest {
  /// The data store's id; 1 to 32 characters.
  std::string datastore_id{};
  /// The job's id; 1 to 32 characters.
  std::string job_id{};

  template <class Self>
  static consteval auto shape() {
    return structure("DescribeFHIRExportJobRequest",
                     field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required),
                     field<&Self::job_id>("JobId", rules::JobId, required));
  }
  friend bool operator==(DescribeFHIRExportJobRequest const&, DescribeFHIRExportJobRequest const&) = default;
};

/// The properties of an export job.
struct ExportJobProperties {
  /// The job's id; 1 to 32 characters.
  std::string job_id{};
  /// The job's name; 1 to 64 characters.
  std::optional<std::string> job_name{};
  /// The status of the job.
  OpenEnum<JobStatus> job_status{};
  /// When the job was submitted.
  Timestamp submit_time{};
  /// When the job ended; absent before that.
  std::optional<Timestamp> end_time{};
  /// The data store's id; 1 to 32 characters.
  std::string datastore_id{};
  /// The output location.
  OutputDataConfig output_data_config{};
  /// The ARN of the role that HealthLake assumes to access S3; 20 to 2048 characters.
  std::optional<std::string> data_access_role_arn{};
  /// Why the job failed, or other information about it.
  std::optional<std::string> message{};

  template <class Self>
  static consteval auto shape() {
    return structure("ExportJobProperties", field<&Self::job_id>("JobId", rules::JobId, required),
                     field<&Self::job_name>("JobName", rules::JobName), field<&Self::job_status>("JobStatus", required),
                     field<&Self::submit_time>("SubmitTime", required), field<&Self::end_time>("EndTime"),
                     field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required),
                     field<&Self::output_data_config>("OutputDataConfig", required),
                     field<&Self::data_access_role_arn>("DataAccessRoleArn", rules::IamRoleArn),
                     field<&Self::message>("Message", rules::Message));
  }
  friend bool operator==(ExportJobProperties const&, ExportJobProperties const&) = default;
};

/// The output of DescribeFHIRExportJob.
struct DescribeFHIRExportJobResponse {
  /// The properties of the job.
  ExportJobProperties export_job_properties{};

  template <class Self>
  static consteval auto shape() {
    return structure("DescribeFHIRExportJobResponse",
                     field<&Self::export_job_properties>("ExportJobProperties", required));
  }
  friend bool operator==(DescribeFHIRExportJobResponse const&, DescribeFHIRExportJobResponse const&) = default;
};

/// Returns the properties of an export job, its status among them. Errors: see `Errors`.
struct DescribeFHIRExportJob {
  static constexpr std::string_view name = "DescribeFHIRExportJob";
  static constexpr OperationTraits traits{.repeat = Repeat::reads};
  using Input = DescribeFHIRExportJobRequest;
  using Output = DescribeFHIRExportJobResponse;
  using Errors =
      healthlake::Errors<ThrottlingException, ResourceNotFoundException, ValidationException, InternalServerException>;
};

/// The input of ListFHIRExportJobs.
struct ListFHIRExportJobsRequest {
  /// The data store's id; 1 to 32 characters.
  std::string datastore_id{};
  /// In a request, the previous response's token; in a response, the next page's token, absent on the last page.
  std::optional<std::string> next_token{};
  /// The maximum number of items on a page.
  std::optional<std::int32_t> max_results{};
  /// The job's name; 1 to 64 characters.
  std::optional<std::string> job_name{};
  /// The status of the job.
  std::optional<OpenEnum<JobStatus>> job_status{};
  /// Submitted before this time.
  std::optional<Timestamp> submitted_before{};
  /// Submitted after this time.
  std::optional<Timestamp> submitted_after{};

  template <class Self>
  static consteval auto shape() {
    return structure(
        "ListFHIRExportJobsRequest", field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required),
        field<&Self::next_token>("NextToken", rules::NextToken),
        field<&Self::max_results>("MaxResults", rules::MaxResultsInteger),
        field<&Self::job_name>("JobName", rules::JobName), field<&Self::job_status>("JobStatus"),
        field<&Self::submitted_before>("SubmittedBefore"), field<&Self::submitted_after>("SubmittedAfter"));
  }
  friend bool operator==(ListFHIRExportJobsRequest const&, ListFHIRExportJobsRequest const&) = default;
};

/// The output of ListFHIRExportJobs.
struct ListFHIRExportJobsResponse {
  /// The jobs on the page.
  std::vector<ExportJobProperties> export_job_properties_list{};
  /// In a request, the previous response's token; in a response, the next page's token, absent on the last page.
  std::optional<std::string> next_token{};

  template <class Self>
  static consteval auto shape() {
    return structure("ListFHIRExportJobsResponse",
                     field<&Self::export_job_properties_list>("ExportJobPropertiesList", required),
                     field<&Self::next_token>("NextToken", rules::NextToken));
  }
  friend bool operator==(ListFHIRExportJobsResponse const&, ListFHIRExportJobsResponse const&) = default;
};

/// Lists the export jobs of a data store that match the filters, page by page. Errors: see `Errors`.
struct ListFHIRExportJobs {
  static constexpr std::string_view name = "ListFHIRExportJobs";
  static constexpr OperationTraits traits{.repeat = Repeat::reads};
  using Input = ListFHIRExportJobsRequest;
  using Output = ListFHIRExportJobsResponse;
  using Errors = healthlake::Errors<ThrottlingException, AccessDeniedException, ResourceNotFoundException,
                                    ValidationException, InternalServerException>;
};

/// Waits until an export job has ended. Five polls at two minutes are not enough for a large export. Delay and attempts
/// are those of the service model; see WaitOptions.
struct FHIRExportJobCompleted {
  static constexpr std::string_view name = "FHIRExportJobCompleted";
  using Operation = DescribeFHIRExportJob;
  static constexpr Milliseconds delay{120'000};
  static constexpr unsigned max_attempts = 5;
  static constexpr std::string_view status = "ExportJobProperties.JobStatus";
  static constexpr auto acceptors = std::array{
      Acceptor{.path = status, .expected = "COMPLETED", .state = WaiterState::success},
      Acceptor{.path = status, .expected = "COMPLETED_WITH_ERRORS", .state = WaiterState::success},
      Acceptor{.path = status, .expected = "CANCEL_COMPLETED", .state = WaiterState::failure},
      Acceptor{.path = status, .expected = "FAILED", .state = WaiterState::failure},
      Acceptor{.path = status, .expected = "CANCEL_FAILED", .state = WaiterState::failure},
  };
};

}  // namespace HEALTHLAKE_NAMESPACE
