// The one operation whose input in the January 2021 preview is not a subset of today's: StartFHIRImportJob without
// JobOutputDataConfig, which is required since July 2021. Every other preview operation is today's with the newer
// members left out (model/job.hpp has both forms of OutputDataConfig).
//
// Rules: for clients of an endpoint that still implements the preview.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "healthlake/model/import_job.hpp"

namespace HEALTHLAKE_NAMESPACE::preview {

/// The input of StartFHIRImportJob as of January 2021.
struct StartFHIRImportJobRequest {
  /// The job's name; 1 to 64 characters.
  std::optional<std::string> job_name{};
  /// The input location.
  InputDataConfig input_data_config{};
  /// The data store's id; 1 to 32 characters.
  std::string datastore_id{};
  /// The ARN of the role that HealthLake assumes to access S3; 20 to 2048 characters.
  std::string data_access_role_arn{};
  /// The idempotency token; if omitted, one is generated for all attempts. 1 to 64 letters, digits and hyphens.
  std::optional<std::string> client_token{};

  template <class Self>
  static consteval auto shape() {
    return structure("StartFHIRImportJobRequest", field<&Self::job_name>("JobName", rules::JobName),
                     field<&Self::input_data_config>("InputDataConfig", required),
                     field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required),
                     field<&Self::data_access_role_arn>("DataAccessRoleArn", rules::IamRoleArn, required),
                     field<&Self::client_token>("ClientToken", rules::ClientTokenString, idempotency_token));
  }
  friend bool operator==(StartFHIRImportJobRequest const&, StartFHIRImportJobRequest const&) = default;
};

/// Starts an import of files from S3 into a data store, as of January 2021. Errors: see `Errors`.
struct StartFHIRImportJob {
  static constexpr std::string_view name = "StartFHIRImportJob";
  using Input = StartFHIRImportJobRequest;
  using Output = StartFHIRImportJobResponse;
  using Errors = healthlake::StartFHIRImportJob::Errors;
};

}  // namespace HEALTHLAKE_NAMESPACE::preview
