// Data transformation profiles: how files that are not FHIR become FHIR. Create, update, publish, get, delete.
//
// Rules: names, limits and requirements are the service model's (2017-07-01); all operations have the host prefix
// `datatransformation.`. Mappings are sensitive.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "healthlake/core/shape.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/model/rules.hpp"
#include "healthlake/model/transformation_source.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The input of CreateDataTransformationProfile.
struct CreateDataTransformationProfileRequest {
  /// The format of the files that are read.
  OpenEnum<SourceFormat> source_format{};
  /// The source of the profile.
  CreateDataTransformationProfileSource source{};
  /// The ARN, id or alias of a KMS key.
  std::optional<std::string> kms_key_id{};
  /// What the profile is for; at most 1000 characters.
  std::optional<std::string> profile_description{};
  /// The profile's name; 1 to 256 characters.
  std::string profile_name{};
  /// The tags, as a map here; at most 50.
  std::optional<std::map<std::string, std::string>> tags{};
  /// The idempotency token; if omitted, one is generated for all attempts. 1 to 64 letters, digits and hyphens.
  std::optional<std::string> client_token{};

  template <class Self>
  static consteval auto shape() {
    return structure("CreateDataTransformationProfileRequest", field<&Self::source_format>("SourceFormat", required),
                     field<&Self::source>("Source", required), field<&Self::kms_key_id>("KmsKeyId", rules::KmsKeyId),
                     field<&Self::profile_description>("ProfileDescription", rules::ProfileDescription),
                     field<&Self::profile_name>("ProfileName", rules::ProfileNameString, required),
                     field<&Self::tags>("Tags", rules::TagMap),
                     field<&Self::client_token>("ClientToken", rules::ClientToken, idempotency_token));
  }
  friend bool operator==(CreateDataTransformationProfileRequest const&,
                         CreateDataTransformationProfileRequest const&) = default;
};

/// The output of CreateDataTransformationProfile.
struct CreateDataTransformationProfileResponse {
  /// The profile's id: 32 lowercase hexadecimal digits.
  std::string profile_id{};
  /// The version of the profile: 0 for the draft, up to 99.
  std::int32_t version{};
  /// The format of the files that are read.
  OpenEnum<SourceFormat> source_format{};
  /// The format that is written.
  OpenEnum<TargetFormat> target_format{};
  /// The profile's name; 1 to 256 characters.
  std::string profile_name{};
  /// When the profile was last updated.
  Timestamp last_updated_at{};

  template <class Self>
  static consteval auto shape() {
    return structure("CreateDataTransformationProfileResponse",
                     field<&Self::profile_id>("ProfileId", rules::ProfileIdString, required),
                     field<&Self::version>("Version", rules::ProfileVersion, required),
                     field<&Self::source_format>("SourceFormat", required),
                     field<&Self::target_format>("TargetFormat", required),
                     field<&Self::profile_name>("ProfileName", rules::ProfileNameString, required),
                     field<&Self::last_updated_at>("LastUpdatedAt", required));
  }
  friend bool operator==(CreateDataTransformationProfileResponse const&,
                         CreateDataTransformationProfileResponse const&) = default;
};

/// Creates a profile that defines how files of one format are transformed into FHIR resources. Errors: see `Errors`.
struct CreateDataTransformationProfile {
  static constexpr std::string_view name = "CreateDataTransformationProfile";
  static constexpr OperationTraits traits{.host_prefix = "datatransformation."};
  using Input = CreateDataTransformationProfileRequest;
  using Output = CreateDataTransformationProfileResponse;
  using Errors =
      healthlake::Errors<ServiceQuotaExceededException, ThrottlingException, AccessDeniedException,
                         ResourceNotFoundException, ConflictException, ValidationException, InternalServerException>;
};

/// The input of UpdateDataTransformationProfile.
struct UpdateDataTransformationProfileRequest {
  /// The profile's id: 32 lowercase hexadecimal digits.
  std::string profile_id{};
  /// Mapping files by name; 1 to 500 entries. Sensitive.
  std::map<std::string, std::string> profile_mapping{};
  /// A description of the change; at most 1000 characters.
  std::optional<std::string> change_description{};

  template <class Self>
  static consteval auto shape() {
    return structure("UpdateDataTransformationProfileRequest",
                     field<&Self::profile_id>("ProfileId", rules::ProfileIdString, required),
                     field<&Self::profile_mapping>("ProfileMapping", rules::ProfileMapping, required),
                     field<&Self::change_description>("ChangeDescription", rules::ChangeDescription));
  }
  friend bool operator==(UpdateDataTransformationProfileRequest const&,
                         UpdateDataTransformationProfileRequest const&) = default;
};

/// The output of UpdateDataTransformationProfile.
struct UpdateDataTransformationProfileResponse {
  /// The profile's id: 32 lowercase hexadecimal digits.
  std::string profile_id{};
  /// The format of the files that are read.
  OpenEnum<SourceFormat> source_format{};
  /// The format that is written.
  OpenEnum<TargetFormat> target_format{};
  /// The profile's name; 1 to 256 characters.
  std::optional<std::string> profile_name{};
  /// When the profile was last updated.
  Timestamp last_updated_at{};

  template <class Self>
  static consteval auto shape() {
    return structure("UpdateDataTransformationProfileResponse",
                     field<&Self::profile_id>("ProfileId", rules::ProfileIdString, required),
                     field<&Self::source_format>("SourceFormat", required),
                     field<&Self::target_format>("TargetFormat", required),
                     field<&Self::profile_name>("ProfileName", rules::ProfileNameString),
                     field<&Self::last_updated_at>("LastUpdatedAt", required));
  }
  friend bool operator==(UpdateDataTransformationProfileResponse const&,
                         UpdateDataTransformationProfileResponse const&) = default;
};

/// Replaces the mapping of a profile's draft. Errors: see `Errors`.
struct UpdateDataTransformationProfile {
  static constexpr std::string_view name = "UpdateDataTransformationProfile";
  static constexpr OperationTraits traits{.host_prefix = "datatransformation.", .idempotent = true};
  using Input = UpdateDataTransformationProfileRequest;
  using Output = UpdateDataTransformationProfileResponse;
  using Errors = healthlake::Errors<ThrottlingException, AccessDeniedException, ResourceNotFoundException,
                                    ValidationException, InternalServerException>;
};

/// The input of PublishDataTransformationProfile.
struct PublishDataTransformationProfileRequest {
  /// The profile's id: 32 lowercase hexadecimal digits.
  std::string profile_id{};
  /// The format of the files that are read.
  OpenEnum<SourceFormat> source_format{};
  /// The version to publish; if omitted, the draft is published.
  std::optional<std::int32_t> from_existing_version{};
  /// A description of the change; at most 1000 characters.
  std::optional<std::string> change_description{};

  template <class Self>
  static consteval auto shape() {
    return structure("PublishDataTransformationProfileRequest",
                     field<&Self::profile_id>("ProfileId", rules::ProfileIdString, required),
                     field<&Self::source_format>("SourceFormat", required),
                     field<&Self::from_existing_version>("FromExistingVersion", rules::ProfileVersion),
                     field<&Self::change_description>("ChangeDescription", rules::ChangeDescription));
  }
  friend bool operator==(PublishDataTransformationProfileRequest const&,
                         PublishDataTransformationProfileRequest const&) = default;
};

/// The output of PublishDataTransformationProfile.
struct PublishDataTransformationProfileResponse {
  /// The profile's id: 32 lowercase hexadecimal digits.
  std::string profile_id{};
  /// The version of the profile: 0 for the draft, up to 99.
  std::int32_t version{};
  /// The format of the files that are read.
  OpenEnum<SourceFormat> source_format{};
  /// The format that is written.
  OpenEnum<TargetFormat> target_format{};
  /// The profile's name; 1 to 256 characters.
  std::optional<std::string> profile_name{};
  /// When the profile was last updated.
  Timestamp last_updated_at{};

  template <class Self>
  static consteval auto shape() {
    return structure("PublishDataTransformationProfileResponse",
                     field<&Self::profile_id>("ProfileId", rules::ProfileIdString, required),
                     field<&Self::version>("Version", rules::ProfileVersion, required),
                     field<&Self::source_format>("SourceFormat", required),
                     field<&Self::target_format>("TargetFormat", required),
                     field<&Self::profile_name>("ProfileName", rules::ProfileNameString),
                     field<&Self::last_updated_at>("LastUpdatedAt", required));
  }
  friend bool operator==(PublishDataTransformationProfileResponse const&,
                         PublishDataTransformationProfileResponse const&) = default;
};

/// Publishes a profile's draft as a numbered version that jobs can use. Errors: see `Errors`.
struct PublishDataTransformationProfile {
  static constexpr std::string_view name = "PublishDataTransformationProfile";
  static constexpr OperationTraits traits{.host_prefix = "datatransformation."};
  using Input = PublishDataTransformationProfileRequest;
  using Output = PublishDataTransformationProfileResponse;
  using Errors = healthlake::Errors<ServiceQuotaExceededException, ThrottlingException, AccessDeniedException,
                                    ResourceNotFoundException, ValidationException, InternalServerException>;
};

/// The input of GetDataTransformationProfile.
struct GetDataTransformationProfileRequest {
  /// The profile's id: 32 lowercase hexadecimal digits.
  std::string profile_id{};
  /// The version of the profile.
  std::optional<std::int32_t> profile_version{};

  template <class Self>
  static consteval auto shape() {
    return structure("GetDataTransformationProfileRequest",
                     field<&Self::profile_id>("ProfileId", rules::ProfileIdString, required),
                     field<&Self::profile_version>("ProfileVersion", rules::ProfileVersion));
  }
  friend bool operator==(GetDataTransformationProfileRequest const&,
                         GetDataTransformationProfileRequest const&) = default;
};

/// The output of GetDataTransformationProfile.
struct GetDataTransformationProfileResponse {
  /// The profile's id: 32 lowercase hexadecimal digits.
  std::string profile_id{};
  /// The version of the profile: 0 for the draft, up to 99.
  std::int32_t version{};
  /// The format of the files that are read.
  OpenEnum<SourceFormat> source_format{};
  /// The format that is written.
  OpenEnum<TargetFormat> target_format{};
  /// Mapping files by name; 1 to 500 entries. Sensitive.
  std::map<std::string, std::string> profile_mapping{};
  /// The profile's name; 1 to 256 characters.
  std::optional<std::string> profile_name{};
  /// What the profile is for; at most 1000 characters.
  std::optional<std::string> profile_description{};
  /// A description of the change; at most 1000 characters.
  std::optional<std::string> change_description{};
  /// When the profile was last updated.
  Timestamp last_updated_at{};

  template <class Self>
  static consteval auto shape() {
    return structure(
        "GetDataTransformationProfileResponse", field<&Self::profile_id>("ProfileId", rules::ProfileIdString, required),
        field<&Self::version>("Version", rules::ProfileVersion, required),
        field<&Self::source_format>("SourceFormat", required), field<&Self::target_format>("TargetFormat", required),
        field<&Self::profile_mapping>("ProfileMapping", rules::ProfileMapping, required),
        field<&Self::profile_name>("ProfileName", rules::ProfileNameString),
        field<&Self::profile_description>("ProfileDescription", rules::ProfileDescription),
        field<&Self::change_description>("ChangeDescription", rules::ChangeDescription),
        field<&Self::last_updated_at>("LastUpdatedAt", required));
  }
  friend bool operator==(GetDataTransformationProfileResponse const&,
                         GetDataTransformationProfileResponse const&) = default;
};

/// Returns a profile with its mapping. Errors: see `Errors`.
struct GetDataTransformationProfile {
  static constexpr std::string_view name = "GetDataTransformationProfile";
  static constexpr OperationTraits traits{.host_prefix = "datatransformation.", .readonly = true};
  using Input = GetDataTransformationProfileRequest;
  using Output = GetDataTransformationProfileResponse;
  using Errors = healthlake::Errors<ThrottlingException, AccessDeniedException, ResourceNotFoundException,
                                    ValidationException, InternalServerException>;
};

/// The input of DeleteDataTransformationProfile.
struct DeleteDataTransformationProfileRequest {
  /// The profile's id: 32 lowercase hexadecimal digits.
  std::string profile_id{};

  template <class Self>
  static consteval auto shape() {
    return structure("DeleteDataTransformationProfileRequest",
                     field<&Self::profile_id>("ProfileId", rules::ProfileIdString, required));
  }
  friend bool operator==(DeleteDataTransformationProfileRequest const&,
                         DeleteDataTransformationProfileRequest const&) = default;
};

/// The output of DeleteDataTransformationProfile.
struct DeleteDataTransformationProfileResponse {
  /// The profile's id: 32 lowercase hexadecimal digits.
  std::string profile_id{};
  /// The profile's name; 1 to 256 characters.
  std::optional<std::string> profile_name{};
  /// When the profile was deleted.
  Timestamp deletion_time{};

  template <class Self>
  static consteval auto shape() {
    return structure("DeleteDataTransformationProfileResponse",
                     field<&Self::profile_id>("ProfileId", rules::ProfileIdString, required),
                     field<&Self::profile_name>("ProfileName", rules::ProfileNameString),
                     field<&Self::deletion_time>("DeletionTime", required));
  }
  friend bool operator==(DeleteDataTransformationProfileResponse const&,
                         DeleteDataTransformationProfileResponse const&) = default;
};

/// Deletes a profile and all its versions. Errors: see `Errors`.
struct DeleteDataTransformationProfile {
  static constexpr std::string_view name = "DeleteDataTransformationProfile";
  static constexpr OperationTraits traits{.host_prefix = "datatransformation.", .idempotent = true};
  using Input = DeleteDataTransformationProfileRequest;
  using Output = DeleteDataTransformationProfileResponse;
  using Errors = healthlake::Errors<ThrottlingException, AccessDeniedException, ResourceNotFoundException,
                                    ValidationException, InternalServerException>;
};

}  // namespace HEALTHLAKE_NAMESPACE
