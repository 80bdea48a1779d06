// Import jobs: StartFHIRImportJob, DescribeFHIRImportJob, ListFHIRImportJobs, and every shape they reach.
//
// Rules: names, limits and requirements are the service model's (2017-07-01).
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

/// The input location of an import job: a union of one member.
struct InputDataConfig {
  Union<std::string> value{};

  [[nodiscard]] std::string const* s3_uri() const noexcept { return value.get_if<0>(); }

  template <class Self>
  static consteval auto shape() {
    return union_of("InputDataConfig", alternative<&Self::value, 0>("S3Uri", rules::S3Uri));
  }
  friend bool operator==(InputDataConfig const&, InputDataConfig const&) = default;
};

/// The validation level of an import.
enum class ValidationLevel : std::uint16_t { strict, structure_only, minimal, unknown = EnumValue::unknown };
consteval auto enumeration(ValidationLevel) {
  return spelled("ValidationLevel", "strict", "structure-only", "minimal");
}

/// The input of StartFHIRImportJob.
struct StartFHIRImportJobRequest {
  /// The job's name; 1 to 64 characters.
  std::optional<std::string> job_name{};
  /// The input location.
  InputDataConfig input_data_config{};
  /// The location of the import log.
  OutputDataConfig job_output_data_config{};
  /// The data store's id; 1 to 32 characters.
  std::string datastore_id{};
  /// The ARN of the role that HealthLake assumes to access S3; 20 to 2048 characters.
  std::string data_access_role_arn{};
  /// The idempotency token; if omitted, one is generated for all attempts. 1 to 64 letters, digits and hyphens.
  std::optional<std::string> client_token{};
  /// The validation level for resources.
  std::optional<OpenEnum<ValidationLevel>> validation_level{};
  /// A transformation profile for files that are not FHIR; 1 to 5000 characters.
  std::optional<std::string> profile_id{};
  /// The format of the files; 1 to 5000 characters.
  std::optional<std::string> input_format{};
  /// Whether input that no longer fits the profile is detected.
  std::optional<bool> drift_detection_enabled{};
  /// Whether Provenance resources record the origin of each resource.
  std::optional<bool> provenance_enabled{};

  template <class Self>
  static consteval auto shape() {
    return structure("StartFHIRImportJobRequest", field<&Self::job_name>("JobName", rules::JobName),
                     field<&Self::input_data_config>("InputDataConfig", required),
                     field<&Self::job_output_data_config>("JobOutputDataConfig", required),
                     field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required),
                     field<&Self::data_access_role_arn>("DataAccessRoleArn", rules::IamRoleArn, required),
                     field<&Self::client_token>("ClientToken", rules::ClientTokenString, idempotency_token),
                     field<&Self::validation_level>("ValidationLevel"),
                     field<&Self::profile_id>("ProfileId", rules::BoundedLengthString),
                     field<&Self::input_format>("InputFormat", rules::BoundedLengthString),
                     field<&Self::drift_detection_enabled>("DriftDetectionEnabled"),
                     field<&Self::provenance_enabled>("ProvenanceEnabled"));
  }
  friend bool operator==(StartFHIRImportJobRequest const&, StartFHIRImportJobRequest const&) = default;
};

/// The output of StartFHIRImportJob.
struct StartFHIRImportJobResponse {
  /// The job's id; 1 to 32 characters.
  std::string job_id{};
  /// The status of the job.
  OpenEnum<JobStatus> job_status{};
  /// The data store's id; 1 to 32 characters.
  std::optional<std::string> datastore_id{};

  template <class Self>
  static consteval auto shape() {
    return structure("StartFHIRImportJobResponse", field<&Self::job_id>("JobId", rules::JobId, required),
                     field<&Self::job_status>("JobStatus", required),
                     field<&Self::datastore_id>("DatastoreId", rules::DatastoreId));
  }
  friend bool operator==(StartFHIRImportJobResponse const&, StartFHIRImportJobResponse const&) = default;
};

/// Starts an import of files from S3 into a data store. Errors: see `Errors`.
struct StartFHIRImportJob {
  static constexpr std::string_view name = "StartFHIRImportJob";
  using Input = StartFHIRImportJobRequest;
  using Output = StartFHIRImportJobResponse;
  using Errors = healthlake::Errors<ThrottlingException, AccessDeniedException, FailedDependencyException,
                                    ResourceNotFoundException, ValidationException, InternalServerException>;
};

/// The input of DescribeFHIRImportJob.
struct DescribeFHIRImportJobRequest {
  /// The data store's id; 1 to 32 characters.
  std::string datastore_id{};
  /// The job's id; 1 to 32 characters.
  std::string job_id{};

  template <class Self>
  static consteval auto shape() {
    return structure("DescribeFHIRImportJobRequest",
                     field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required),
                     field<&Self::job_id>("JobId", rules::JobId, required));
  }
  friend bool operator==(DescribeFHIRImportJobRequest const&, DescribeFHIRImportJobRequest const&) = default;
};

/// The progress of an import job. Counts are since the start of the job.
struct JobProgressReport {
  /// Files scanned.
  std::optional<std::int64_t> total_number_of_scanned_files{};
  /// Their size in megabytes.
  std::optional<double> total_size_of_scanned_files_in_mb{};
  /// Files imported.
  std::optional<std::int64_t> total_number_of_imported_files{};
  /// Resources scanned.
  std::optional<std::int64_t> total_number_of_resources_scanned{};
  /// Resources imported.
  std::optional<std::int64_t> total_number_of_resources_imported{};
  /// Resources with a customer error.
  std::optional<std::int64_t> total_number_of_resources_with_customer_error{};
  /// Files that could not be read because of a customer error.
  std::optional<std::int64_t> total_number_of_files_read_with_customer_error{};
  /// Files scanned that are not FHIR.
  std::optional<std::int64_t> total_number_of_scanned_non_fhir_files{};
  /// Their size in megabytes.
  std::optional<double> total_size_of_scanned_non_fhir_files_in_mb{};
  /// Files imported that are not FHIR.
  std::optional<std::int64_t> total_number_of_imported_non_fhir_files{};
  /// Resources scanned in them.
  std::optional<std::int64_t> total_number_of_non_fhir_resources_scanned{};
  /// Resources imported from them.
  std::optional<std::int64_t> total_number_of_non_fhir_resources_imported{};
  /// Resources in them with a customer error.
  std::optional<std::int64_t> total_number_of_non_fhir_resources_with_customer_error{};
  /// Non-FHIR files that could not be read because of a customer error.
  std::optional<std::int64_t> total_number_of_non_fhir_files_read_with_customer_error{};
  /// Megabytes per second.
  std::optional<double> throughput{};
  /// Files converted to FHIR.
  std::optional<std::int64_t> total_files_converted{};
  /// Resources generated from them.
  std::optional<std::int64_t> total_resources_generated{};

  template <class Self>
  static consteval auto shape() {
    return structure(
        "JobProgressReport", field<&Self::total_number_of_scanned_files>("TotalNumberOfScannedFiles"),
        field<&Self::total_size_of_scanned_files_in_mb>("TotalSizeOfScannedFilesInMB"),
        field<&Self::total_number_of_imported_files>("TotalNumberOfImportedFiles"),
        field<&Self::total_number_of_resources_scanned>("TotalNumberOfResourcesScanned"),
        field<&Self::total_number_of_resources_imported>("TotalNumberOfResourcesImported"),
        field<&Self::total_number_of_resources_with_customer_error>("TotalNumberOfResourcesWithCustomerError"),
        field<&Self::total_number_of_files_read_with_customer_error>("TotalNumberOfFilesReadWithCustomerError"),
        field<&Self::total_number_of_scanned_non_fhir_files>("TotalNumberOfScannedNonFhirFiles"),
        field<&Self::total_size_of_scanned_non_fhir_files_in_mb>("TotalSizeOfScannedNonFhirFilesInMB"),
        field<&Self::total_number_of_imported_non_fhir_files>("TotalNumberOfImportedNonFhirFiles"),
        field<&Self::total_number_of_non_fhir_resources_scanned>("TotalNumberOfNonFhirResourcesScanned"),
        field<&Self::total_number_of_non_fhir_resources_imported>("TotalNumberOfNonFhirResourcesImported"),
        field<&Self::total_number_of_non_fhir_resources_with_customer_error>(
            "TotalNumberOfNonFhirResourcesWithCustomerError"),
        field<&Self::total_number_of_non_fhir_files_read_with_customer_error>(
            "TotalNumberOfNonFhirFilesReadWithCustomerError"),
        field<&Self::throughput>("Throughput"), field<&Self::total_files_converted>("TotalFilesConverted"),
        field<&Self::total_resources_generated>("TotalResourcesGenerated"));
  }
  friend bool operator==(JobProgressReport const&, JobProgressReport const&) = default;
};

/// The properties of an import job.
struct ImportJobProperties {
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
  /// The input location.
  InputDataConfig input_data_config{};
  /// The location of the import log.
  std::optional<OutputDataConfig> job_output_data_config{};
  /// The progress of the job.
  std::optional<JobProgressReport> job_progress_report{};
  /// The ARN of the role that HealthLake assumes to access S3; 20 to 2048 characters.
  std::optional<std::string> data_access_role_arn{};
  /// Why the job failed, or other information about it.
  std::optional<std::string> message{};
  /// The validation level for resources.
  std::optional<OpenEnum<ValidationLevel>> validation_level{};

  template <class Self>
  static consteval auto shape() {
    return structure("ImportJobProperties", field<&Self::job_id>("JobId", rules::JobId, required),
                     field<&Self::job_name>("JobName", rules::JobName), field<&Self::job_status>("JobStatus", required),
                     field<&Self::submit_time>("SubmitTime", required), field<&Self::end_time>("EndTime"),
                     field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required),
                     field<&Self::input_data_config>("InputDataConfig", required),
                     field<&Self::job_output_data_config>("JobOutputDataConfig"),
                     field<&Self::job_progress_report>("JobProgressReport"),
                     field<&Self::data_access_role_arn>("DataAccessRoleArn", rules::IamRoleArn),
                     field<&Self::message>("Message", rules::Message),
                     field<&Self::validation_level>("ValidationLevel"));
  }
  friend bool operator==(ImportJobProperties const&, ImportJobProperties const&) = default;
};

/// The output of DescribeFHIRImportJob.
struct DescribeFHIRImportJobResponse {
  /// The properties of the job.
  ImportJobProperties import_job_properties{};

  template <class Self>
  static consteval auto shape() {
    return structure("DescribeFHIRImportJobResponse",
                     field<&Self::import_job_properties>("ImportJobProperties", required));
  }
  friend bool operator==(DescribeFHIRImportJobResponse const&, DescribeFHIRImportJobResponse const&) = default;
};

/// Returns the properties of an import job, its status among them. Errors: see `Errors`.
struct DescribeFHIRImportJob {
  static constexpr std::string_view name = "DescribeFHIRImportJob";
  static constexpr OperationTraits traits{.repeat = Repeat::reads};
  using Input = DescribeFHIRImportJobRequest;
  using Output = DescribeFHIRImportJobResponse;
  using Errors =
      healthlake::Errors<ThrottlingException, ResourceNotFoundException, ValidationException, InternalServerException>;
};

/// The input of ListFHIRImportJobs.
struct ListFHIRImportJobsRequest {
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
        "ListFHIRImportJobsRequest", field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required),
        field<&Self::next_token>("NextToken", rules::NextToken),
        field<&Self::max_results>("MaxResults", rules::MaxResultsInteger),
        field<&Self::job_name>("JobName", rules::JobName), field<&Self::job_status>("JobStatus"),
        field<&Self::submitted_before>("SubmittedBefore"), field<&Self::submitted_after>("SubmittedAfter"));
  }
  friend bool operator==(ListFHIRImportJobsRequest const&, ListFHIRImportJobsRequest const&) = default;
};

/// The output of ListFHIRImportJobs.
struct ListFHIRImportJobsResponse {
  /// The jobs on the page.
  std::vector<ImportJobProperties> import_job_properties_list{};
  /// In a request, the previous response's token; in a response, the next page's token, absent on the last page.
  std::optional<std::string> next_token{};

  template <class Self>
  static consteval auto shape() {
    return structure("ListFHIRImportJobsResponse",
                     field<&Self::import_job_properties_list>("ImportJobPropertiesList", required),
                     field<&Self::next_token>("NextToken", rules::NextToken));
  }
  friend bool operator==(ListFHIRImportJobsResponse const&, ListFHIRImportJobsResponse const&) = default;
};

/// Lists the import jobs of a data store, page by page. Errors: see `Errors`.
struct ListFHIRImportJobs {
  static constexpr std::string_view name = "ListFHIRImportJobs";
  static constexpr OperationTraits traits{.repeat = Repeat::reads};
  using Input = ListFHIRImportJobsRequest;
  using Output = ListFHIRImportJobsResponse;
  using Errors = healthlake::Errors<ThrottlingException, AccessDeniedException, ResourceNotFoundException,
                                    ValidationException, InternalServerException>;
};

/// Waits until an import job has ended. Delay and attempts are those of the service model; see WaitOptions.
struct FHIRImportJobCompleted {
  static constexpr std::string_view name = "FHIRImportJobCompleted";
  using Operation = DescribeFHIRImportJob;
  static constexpr Milliseconds delay{120'000};
  static constexpr unsigned max_attempts = 5;
  static constexpr std::string_view status = "ImportJobProperties.JobStatus";
  static constexpr auto acceptors = std::array{
      Acceptor{.path = status, .expected = "COMPLETED", .state = WaiterState::success},
      Acceptor{.path = status, .expected = "COMPLETED_WITH_ERRORS", .state = WaiterState::success},
      Acceptor{.path = status, .expected = "FAILED", .state = WaiterState::failure},
  };
  /// The model has no end for these.
  static constexpr auto own_acceptors = std::array{
      Acceptor{.path = status, .expected = "CANCEL_COMPLETED", .state = WaiterState::failure},
      Acceptor{.path = status, .expected = "CANCEL_FAILED", .state = WaiterState::failure},
  };
};

}  // namespace HEALTHLAKE_NAMESPACE
