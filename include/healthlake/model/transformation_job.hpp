// Data transformation jobs: files in S3 in, FHIR resources in S3 out.
//
// Rules: names, limits and requirements are the service model's (2017-07-01); all operations have the host prefix
// `datatransformation.`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/shape.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/model/rules.hpp"
#include "healthlake/model/transformation_source.hpp"
#include "healthlake/model/waiter.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The input location of a transformation job.
struct TransformationInputDataConfig {
  /// `s3://bucket/prefix`.
  std::string s3_uri{};
  /// The format of the files that are read.
  std::optional<OpenEnum<SourceFormat>> source_format{};

  template <class Self>
  static consteval auto shape() {
    return structure("TransformationInputDataConfig",
                     field<&Self::s3_uri>("S3Uri", rules::DataTransformationS3Uri, required),
                     field<&Self::source_format>("SourceFormat"));
  }
  friend bool operator==(TransformationInputDataConfig const&, TransformationInputDataConfig const&) = default;
};

/// A location in S3 and the KMS key that encrypts the output.
struct DataTransformationS3Configuration {
  /// `s3://bucket/prefix`.
  std::string s3_uri{};
  /// The ARN, id or alias of a KMS key.
  std::string kms_key_id{};

  template <class Self>
  static consteval auto shape() {
    return structure("DataTransformationS3Configuration",
                     field<&Self::s3_uri>("S3Uri", rules::DataTransformationS3Uri, required),
                     field<&Self::kms_key_id>("KmsKeyId", rules::KmsKeyId, required));
  }
  friend bool operator==(DataTransformationS3Configuration const&, DataTransformationS3Configuration const&) = default;
};

/// The output location of a transformation job.
struct TransformationOutputDataConfig {
  /// The location and the key.
  DataTransformationS3Configuration s3_configuration{};

  template <class Self>
  static consteval auto shape() {
    return structure("TransformationOutputDataConfig", field<&Self::s3_configuration>("S3Configuration", required));
  }
  friend bool operator==(TransformationOutputDataConfig const&, TransformationOutputDataConfig const&) = default;
};

/// The input of StartDataTransformationJob.
struct StartDataTransformationJobRequest {
  /// The input location.
  TransformationInputDataConfig input_data_config{};
  /// The output location.
  TransformationOutputDataConfig output_data_config{};
  /// The ARN of the role that HealthLake assumes to access S3; 20 to 2048 characters.
  std::string data_access_role_arn{};
  /// The idempotency token. Required and, unlike every other ClientToken, never generated. 1 to 64 letters, digits and
  /// hyphens.
  std::string client_token{};
  /// The job's name; 1 to 64 characters.
  std::optional<std::string> job_name{};
  /// The profile's id: 32 lowercase hexadecimal digits.
  std::string profile_id{};
  /// Whether input that no longer fits the profile is detected.
  std::optional<bool> drift_detection_enabled{};
  /// Whether Provenance resources record the origin of each resource.
  std::optional<bool> provenance_enabled{};

  template <class Self>
  static consteval auto shape() {
    return structure(
        "StartDataTransformationJobRequest", field<&Self::input_data_config>("InputDataConfig", required),
        field<&Self::output_data_config>("OutputDataConfig", required),
        field<&Self::data_access_role_arn>("DataAccessRoleArn", rules::DataTransformationIamRoleArn, required),
        field<&Self::client_token>("ClientToken", rules::ClientToken, required),
        field<&Self::job_name>("JobName", rules::DataTransformationJobName),
        field<&Self::profile_id>("ProfileId", rules::ProfileIdString, required),
        field<&Self::drift_detection_enabled>("DriftDetectionEnabled"),
        field<&Self::provenance_enabled>("ProvenanceEnabled"));
  }
  friend bool operator==(StartDataTransformationJobRequest const&, StartDataTransformationJobRequest const&) = default;
};

/// The status of a transformation job. It has ended when completed, completed_with_errors or failed.
enum class TransformationJobStatus : std::uint16_t {
  submitted,
  queued,
  in_progress,
  completed,
  completed_with_errors,
  failed,
  unknown = EnumValue::unknown
};
consteval auto enumeration(TransformationJobStatus) {
  return spelled("TransformationJobStatus", "SUBMITTED", "QUEUED", "IN_PROGRESS", "COMPLETED", "COMPLETED_WITH_ERRORS",
                 "FAILED");
}

/// The output of StartDataTransformationJob.
struct StartDataTransformationJobResponse {
  /// The job's id; 1 to 32 characters.
  std::string job_id{};
  /// The status of the job.
  OpenEnum<TransformationJobStatus> job_status{};

  template <class Self>
  static consteval auto shape() {
    return structure("StartDataTransformationJobResponse",
                     field<&Self::job_id>("JobId", rules::DataTransformationJobId, required),
                     field<&Self::job_status>("JobStatus", required));
  }
  friend bool operator==(StartDataTransformationJobResponse const&,
                         StartDataTransformationJobResponse const&) = default;
};

/// Starts a job that transforms files in S3 into FHIR resources in S3. Errors: see `Errors`.
struct StartDataTransformationJob {
  static constexpr std::string_view name = "StartDataTransformationJob";
  static constexpr OperationTraits traits{.host_prefix = "datatransformation.", .idempotent = true};
  using Input = StartDataTransformationJobRequest;
  using Output = StartDataTransformationJobResponse;
  using Errors = healthlake::Errors<ThrottlingException, AccessDeniedException, ResourceNotFoundException,
                                    ValidationException, InternalServerException>;
};

/// The input of DescribeDataTransformationJob.
struct DescribeDataTransformationJobRequest {
  /// The job's id; 1 to 32 characters.
  std::string job_id{};

  template <class Self>
  static consteval auto shape() {
    return structure("DescribeDataTransformationJobRequest",
                     field<&Self::job_id>("JobId", rules::DataTransformationJobId, required));
  }
  friend bool operator==(DescribeDataTransformationJobRequest const&,
                         DescribeDataTransformationJobRequest const&) = default;
};

/// The progress of a transformation job.
struct TransformationJobProgressReport {
  /// Files scanned.
  std::int64_t total_files_scanned{};
  /// Files converted to FHIR.
  std::int64_t total_files_converted{};
  /// Files that could not be converted.
  std::int64_t total_files_failed{};
  /// Resources generated from them.
  std::int64_t total_resources_generated{};

  template <class Self>
  static consteval auto shape() {
    return structure("TransformationJobProgressReport",
                     field<&Self::total_files_scanned>("TotalFilesScanned", required),
                     field<&Self::total_files_converted>("TotalFilesConverted", required),
                     field<&Self::total_files_failed>("TotalFilesFailed", required),
                     field<&Self::total_resources_generated>("TotalResourcesGenerated", required));
  }
  friend bool operator==(TransformationJobProgressReport const&, TransformationJobProgressReport const&) = default;
};

/// The properties of a transformation job.
struct TransformationJobProperties {
  /// The job's id; 1 to 32 characters.
  std::string job_id{};
  /// The status of the job.
  OpenEnum<TransformationJobStatus> job_status{};
  /// The input location.
  TransformationInputDataConfig input_data_config{};
  /// The output location.
  TransformationOutputDataConfig output_data_config{};
  /// The ARN of the role that HealthLake assumes to access S3; 20 to 2048 characters.
  std::string data_access_role_arn{};
  /// When the job was submitted.
  Timestamp submit_time{};
  /// The job's name; 1 to 64 characters.
  std::optional<std::string> job_name{};
  /// The profile's id: 32 lowercase hexadecimal digits.
  std::optional<std::string> profile_id{};
  /// The profile's name; 1 to 256 characters.
  std::optional<std::string> profile_name{};
  /// The version of the profile.
  std::optional<std::int32_t> profile_version{};
  /// When the job ended; absent before that.
  std::optional<Timestamp> end_time{};
  /// Whether input that no longer fits the profile is detected.
  std::optional<bool> drift_detection_enabled{};
  /// Whether Provenance resources record the origin of each resource.
  std::optional<bool> provenance_enabled{};
  /// Why the job failed, or other information about it.
  std::optional<std::string> message{};
  /// The progress of the job.
  std::optional<TransformationJobProgressReport> job_progress_report{};

  template <class Self>
  static consteval auto shape() {
    return structure(
        "TransformationJobProperties", field<&Self::job_id>("JobId", rules::DataTransformationJobId, required),
        field<&Self::job_status>("JobStatus", required), field<&Self::input_data_config>("InputDataConfig", required),
        field<&Self::output_data_config>("OutputDataConfig", required),
        field<&Self::data_access_role_arn>("DataAccessRoleArn", rules::DataTransformationIamRoleArn, required),
        field<&Self::submit_time>("SubmitTime", required),
        field<&Self::job_name>("JobName", rules::DataTransformationJobName),
        field<&Self::profile_id>("ProfileId", rules::ProfileIdString),
        field<&Self::profile_name>("ProfileName", rules::ProfileNameString),
        field<&Self::profile_version>("ProfileVersion"), field<&Self::end_time>("EndTime"),
        field<&Self::drift_detection_enabled>("DriftDetectionEnabled"),
        field<&Self::provenance_enabled>("ProvenanceEnabled"), field<&Self::message>("Message", rules::BoundedString),
        field<&Self::job_progress_report>("JobProgressReport"));
  }
  friend bool operator==(TransformationJobProperties const&, TransformationJobProperties const&) = default;
};

/// The output of DescribeDataTransformationJob.
struct DescribeDataTransformationJobResponse {
  /// The properties of the job.
  TransformationJobProperties transformation_job_properties{};

  template <class Self>
  static consteval auto shape() {
    return structure("DescribeDataTransformationJobResponse",
                     field<&Self::transformation_job_properties>("TransformationJobProperties", required));
  }
  friend bool operator==(DescribeDataTransformationJobResponse const&,
                         DescribeDataTransformationJobResponse const&) = default;
};

/// Returns the properties of a transformation job, its status among them. Errors: see `Errors`.
struct DescribeDataTransformationJob {
  static constexpr std::string_view name = "DescribeDataTransformationJob";
  static constexpr OperationTraits traits{.host_prefix = "datatransformation.", .readonly = true};
  using Input = DescribeDataTransformationJobRequest;
  using Output = DescribeDataTransformationJobResponse;
  using Errors = healthlake::Errors<ThrottlingException, AccessDeniedException, ResourceNotFoundException,
                                    ValidationException, InternalServerException>;
};

/// The input of ListDataTransformationJobs.
struct ListDataTransformationJobsRequest {
  /// The maximum number of items on a page.
  std::optional<std::int32_t> max_results{};
  /// In a request, the previous response's token; in a response, the next page's token, absent on the last page.
  std::optional<std::string> next_token{};
  /// The status of the job.
  std::optional<OpenEnum<TransformationJobStatus>> job_status{};
  /// The job's name; 1 to 64 characters.
  std::optional<std::string> job_name{};
  /// Submitted after this time.
  std::optional<Timestamp> submitted_after{};
  /// Submitted before this time.
  std::optional<Timestamp> submitted_before{};

  template <class Self>
  static consteval auto shape() {
    return structure(
        "ListDataTransformationJobsRequest", field<&Self::max_results>("MaxResults", rules::MaxResults),
        field<&Self::next_token>("NextToken", rules::DataTransformationNextToken),
        field<&Self::job_status>("JobStatus"), field<&Self::job_name>("JobName", rules::DataTransformationJobName),
        field<&Self::submitted_after>("SubmittedAfter"), field<&Self::submitted_before>("SubmittedBefore"));
  }
  friend bool operator==(ListDataTransformationJobsRequest const&, ListDataTransformationJobsRequest const&) = default;
};

/// A transformation job in a list.
struct TransformationJobSummary {
  /// The job's id; 1 to 32 characters.
  std::string job_id{};
  /// The status of the job.
  OpenEnum<TransformationJobStatus> job_status{};
  /// When the job was submitted.
  Timestamp submit_time{};
  /// The job's name; 1 to 64 characters.
  std::optional<std::string> job_name{};
  /// When the job ended; absent before that.
  std::optional<Timestamp> end_time{};
  /// The format of the files that are read.
  std::optional<OpenEnum<SourceFormat>> source_format{};

  template <class Self>
  static consteval auto shape() {
    return structure("TransformationJobSummary",
                     field<&Self::job_id>("JobId", rules::DataTransformationJobId, required),
                     field<&Self::job_status>("JobStatus", required), field<&Self::submit_time>("SubmitTime", required),
                     field<&Self::job_name>("JobName", rules::DataTransformationJobName),
                     field<&Self::end_time>("EndTime"), field<&Self::source_format>("SourceFormat"));
  }
  friend bool operator==(TransformationJobSummary const&, TransformationJobSummary const&) = default;
};

/// The output of ListDataTransformationJobs.
struct ListDataTransformationJobsResponse {
  /// The items on the page.
  std::vector<TransformationJobSummary> items{};
  /// In a request, the previous response's token; in a response, the next page's token, absent on the last page.
  std::optional<std::string> next_token{};

  template <class Self>
  static consteval auto shape() {
    return structure("ListDataTransformationJobsResponse", field<&Self::items>("Items", required),
                     field<&Self::next_token>("NextToken", rules::DataTransformationNextToken));
  }
  friend bool operator==(ListDataTransformationJobsResponse const&,
                         ListDataTransformationJobsResponse const&) = default;
};

/// Lists transformation jobs, page by page. Errors: see `Errors`.
struct ListDataTransformationJobs {
  static constexpr std::string_view name = "ListDataTransformationJobs";
  static constexpr OperationTraits traits{.host_prefix = "datatransformation.", .readonly = true};
  using Input = ListDataTransformationJobsRequest;
  using Output = ListDataTransformationJobsResponse;
  using Errors =
      healthlake::Errors<ThrottlingException, AccessDeniedException, ValidationException, InternalServerException>;
};

/// Waits until a transformation job has ended. Delay and attempts are those of the service model; see WaitOptions.
struct DataTransformationJobCompleted {
  static constexpr std::string_view name = "DataTransformationJobCompleted";
  using Operation = DescribeDataTransformationJob;
  static constexpr Milliseconds delay{30'000};
  static constexpr unsigned max_attempts = 5;
  static constexpr std::string_view status = "TransformationJobProperties.JobStatus";
  static constexpr auto acceptors = std::array{
      Acceptor{.path = status, .expected = "COMPLETED", .state = WaiterState::success},
      Acceptor{.path = status, .expected = "COMPLETED_WITH_ERRORS", .state = WaiterState::success},
      Acceptor{.path = status, .expected = "FAILED", .state = WaiterState::failure},
      Acceptor{
          .matcher = Acceptor::Matcher::error, .expected = "ResourceNotFoundException", .state = WaiterState::failure},
  };
};

}  // namespace HEALTHLAKE_NAMESPACE
