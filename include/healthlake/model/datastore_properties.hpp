// The properties of a data store: its status, its configurations, and the shapes they reach.
//
// Rules: names, limits and requirements are the service model's (2017-07-01).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/shape.hpp"
#include "healthlake/model/rules.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The status of a data store.
enum class DatastoreStatus : std::uint16_t {
  creating,
  active,
  deleting,
  deleted,
  create_failed,
  updating,
  update_failed,
  unknown = EnumValue::unknown
};
consteval auto enumeration(DatastoreStatus) {
  return spelled("DatastoreStatus", "CREATING", "ACTIVE", "DELETING", "DELETED", "CREATE_FAILED", "UPDATING",
                 "UPDATE_FAILED");
}

/// The FHIR version of a data store.
enum class FHIRVersion : std::uint16_t { r4, unknown = EnumValue::unknown };
consteval auto enumeration(FHIRVersion) { return spelled("FHIRVersion", "R4"); }

/// The type of the key that encrypts a data store: the customer's or one owned by AWS.
enum class CmkType : std::uint16_t { customer_managed_kms_key, aws_owned_kms_key, unknown = EnumValue::unknown };
consteval auto enumeration(CmkType) { return spelled("CmkType", "CUSTOMER_MANAGED_KMS_KEY", "AWS_OWNED_KMS_KEY"); }

/// The key that encrypts a data store.
struct KmsEncryptionConfig {
  /// The type of the key.
  OpenEnum<CmkType> cmk_type{};
  /// The ARN, id or alias of a KMS key.
  std::optional<std::string> kms_key_id{};

  template <class Self>
  static consteval auto shape() {
    return structure("KmsEncryptionConfig", field<&Self::cmk_type>("CmkType", required),
                     field<&Self::kms_key_id>("KmsKeyId", rules::EncryptionKeyID));
  }
  friend bool operator==(KmsEncryptionConfig const&, KmsEncryptionConfig const&) = default;
};

/// The encryption of a data store at rest.
struct SseConfiguration {
  /// The key.
  KmsEncryptionConfig kms_encryption_config{};

  template <class Self>
  static consteval auto shape() {
    return structure("SseConfiguration", field<&Self::kms_encryption_config>("KmsEncryptionConfig", required));
  }
  friend bool operator==(SseConfiguration const&, SseConfiguration const&) = default;
};

/// The type of sample data that a new data store is preloaded with.
enum class PreloadDataType : std::uint16_t { synthea, unknown = EnumValue::unknown };
consteval auto enumeration(PreloadDataType) { return spelled("PreloadDataType", "SYNTHEA"); }

/// The sample data that a new data store is preloaded with.
struct PreloadDataConfig {
  /// The type of sample data.
  OpenEnum<PreloadDataType> preload_data_type{};

  template <class Self>
  static consteval auto shape() {
    return structure("PreloadDataConfig", field<&Self::preload_data_type>("PreloadDataType", required));
  }
  friend bool operator==(PreloadDataConfig const&, PreloadDataConfig const&) = default;
};

/// How requests to a data store's FHIR endpoint are authorized.
enum class AuthorizationStrategy : std::uint16_t {
  smart_on_fhir_v1,
  smart_on_fhir,
  aws_auth,
  unknown = EnumValue::unknown
};
consteval auto enumeration(AuthorizationStrategy) {
  return spelled("AuthorizationStrategy", "SMART_ON_FHIR_V1", "SMART_ON_FHIR", "AWS_AUTH");
}

/// The identity provider configuration of a data store: how requests to its FHIR endpoint are authorized.
struct IdentityProviderConfiguration {
  /// How requests are authorized.
  OpenEnum<AuthorizationStrategy> authorization_strategy{};
  /// Whether fine-grained authorization is enabled.
  std::optional<bool> fine_grained_authorization_enabled{};
  /// The identity provider's metadata (SMART on FHIR), a string that contains JSON.
  std::optional<std::string> metadata{};
  /// The ARN of the Lambda function that decodes the identity provider's access tokens.
  std::optional<std::string> idp_lambda_arn{};

  template <class Self>
  static consteval auto shape() {
    return structure(
        "IdentityProviderConfiguration", field<&Self::authorization_strategy>("AuthorizationStrategy", required),
        field<&Self::fine_grained_authorization_enabled>("FineGrainedAuthorizationEnabled"),
        field<&Self::metadata>("Metadata"), field<&Self::idp_lambda_arn>("IdpLambdaArn", rules::LambdaArn));
  }
  friend bool operator==(IdentityProviderConfiguration const&, IdentityProviderConfiguration const&) = default;
};

/// Whether a retry can succeed.
enum class ErrorCategory : std::uint16_t { retryable_error, non_retryable_error, unknown = EnumValue::unknown };
consteval auto enumeration(ErrorCategory) { return spelled("ErrorCategory", "RETRYABLE_ERROR", "NON_RETRYABLE_ERROR"); }

/// Why the creation or the update of a data store failed.
struct ErrorCause {
  /// What happened; 1 to 4096 characters.
  std::optional<std::string> error_message{};
  /// Whether a retry can succeed.
  std::optional<OpenEnum<ErrorCategory>> error_category{};

  template <class Self>
  static consteval auto shape() {
    return structure("ErrorCause", field<&Self::error_message>("ErrorMessage", rules::ErrorMessage),
                     field<&Self::error_category>("ErrorCategory"));
  }
  friend bool operator==(ErrorCause const&, ErrorCause const&) = default;
};

/// The status of natural language processing in a data store.
enum class NlpStatus : std::uint16_t { enabled, enabling, disabled, disabling, unknown = EnumValue::unknown };
consteval auto enumeration(NlpStatus) { return spelled("NlpStatus", "ENABLED", "ENABLING", "DISABLED", "DISABLING"); }

/// The natural language processing (NLP) configuration of a data store.
struct NlpConfiguration {
  /// The status.
  std::optional<OpenEnum<NlpStatus>> status{};

  template <class Self>
  static consteval auto shape() {
    return structure("NlpConfiguration", field<&Self::status>("Status"));
  }
  friend bool operator==(NlpConfiguration const&, NlpConfiguration const&) = default;
};

/// The status of analytics in a data store.
enum class AnalyticsStatus : std::uint16_t {
  enabled,
  enabling,
  disabled,
  disabling,
  pausing,
  paused,
  unknown = EnumValue::unknown
};
consteval auto enumeration(AnalyticsStatus) {
  return spelled("AnalyticsStatus", "ENABLED", "ENABLING", "DISABLED", "DISABLING", "PAUSING", "PAUSED");
}

/// The analytics configuration of a data store.
struct AnalyticsConfiguration {
  /// The status.
  std::optional<OpenEnum<AnalyticsStatus>> status{};

  template <class Self>
  static consteval auto shape() {
    return structure("AnalyticsConfiguration", field<&Self::status>("Status"));
  }
  friend bool operator==(AnalyticsConfiguration const&, AnalyticsConfiguration const&) = default;
};

/// The FHIR profile configuration of a data store.
struct ProfileConfiguration {
  /// The names of the profiles that resources are validated against by default.
  std::optional<std::vector<std::string>> default_profiles{};

  template <class Self>
  static consteval auto shape() {
    return structure("ProfileConfiguration", field<&Self::default_profiles>("DefaultProfiles", rules::DefaultProfiles));
  }
  friend bool operator==(ProfileConfiguration const&, ProfileConfiguration const&) = default;
};

/// Whether continuous backup is enabled for a data store.
enum class BackupStatus : std::uint16_t { enabled, disabled, unknown = EnumValue::unknown };
consteval auto enumeration(BackupStatus) { return spelled("BackupStatus", "ENABLED", "DISABLED"); }

/// The type of a backup.
enum class BackupType : std::uint16_t { continuous, unknown = EnumValue::unknown };
consteval auto enumeration(BackupType) { return spelled("BackupType", "CONTINUOUS"); }

/// The backup configuration of a data store.
struct BackupConfiguration {
  /// Whether backup is enabled.
  std::optional<OpenEnum<BackupStatus>> status{};
  /// The type of backup; CONTINUOUS is the only one.
  std::optional<OpenEnum<BackupType>> backup_type{};
  /// The number of days for which backup data is retained; 1 to 30.
  std::optional<std::int32_t> retention_period_in_days{};
  /// Whether the data store's tags are applied to data stores that are restored from it.
  std::optional<bool> backup_tags_enabled{};

  template <class Self>
  static consteval auto shape() {
    return structure(
        "BackupConfiguration", field<&Self::status>("Status"), field<&Self::backup_type>("BackupType"),
        field<&Self::retention_period_in_days>("RetentionPeriodInDays", rules::BackupRetentionPeriodInDays),
        field<&Self::backup_tags_enabled>("BackupTagsEnabled"));
  }
  friend bool operator==(BackupConfiguration const&, BackupConfiguration const&) = default;
};

/// The backup status of a data store.
struct DatastoreBackupStatus {
  /// The backup configuration.
  std::optional<BackupConfiguration> configuration{};
  /// When backup was enabled.
  std::optional<Timestamp> backup_enabled_at{};
  /// The earliest point in time that the data store can be restored to.
  std::optional<Timestamp> earliest_restore_point{};
  /// The latest point in time that the data store can be restored to.
  std::optional<Timestamp> latest_restore_point{};
  /// When the retained backup data of a deleted data store is permanently deleted.
  std::optional<Timestamp> scheduled_permanent_deletion_time{};

  template <class Self>
  static consteval auto shape() {
    return structure("DatastoreBackupStatus", field<&Self::configuration>("Configuration"),
                     field<&Self::backup_enabled_at>("BackupEnabledAt"),
                     field<&Self::earliest_restore_point>("EarliestRestorePoint"),
                     field<&Self::latest_restore_point>("LatestRestorePoint"),
                     field<&Self::scheduled_permanent_deletion_time>("ScheduledPermanentDeletionTime"));
  }
  friend bool operator==(DatastoreBackupStatus const&, DatastoreBackupStatus const&) = default;
};

/// The properties of a data store.
struct DatastoreProperties {
  /// The data store's id; 1 to 32 characters.
  std::string datastore_id{};
  /// The data store's ARN.
  std::string datastore_arn{};
  /// The data store's name; 1 to 256 characters.
  std::optional<std::string> datastore_name{};
  /// The status of the data store.
  OpenEnum<DatastoreStatus> datastore_status{};
  /// When the data store was created.
  std::optional<Timestamp> created_at{};
  /// The FHIR version; R4 is the only one.
  OpenEnum<FHIRVersion> datastore_type_version{};
  /// The URL of the data store's FHIR endpoint.
  std::string datastore_endpoint{};
  /// The server-side encryption configuration.
  std::optional<SseConfiguration> sse_configuration{};
  /// The preloaded sample data.
  std::optional<PreloadDataConfig> preload_data_config{};
  /// The identity provider configuration: how requests to the FHIR endpoint are authorized.
  std::optional<IdentityProviderConfiguration> identity_provider_configuration{};
  /// Why the creation or the update failed.
  std::optional<ErrorCause> error_cause{};
  /// The natural language processing (NLP) configuration.
  std::optional<NlpConfiguration> nlp_configuration{};
  /// The analytics configuration.
  std::optional<AnalyticsConfiguration> analytics_configuration{};
  /// The FHIR profile configuration.
  std::optional<ProfileConfiguration> profile_configuration{};
  /// The backup status; absent if backup was never configured.
  std::optional<DatastoreBackupStatus> backup_status_info{};

  template <class Self>
  static consteval auto shape() {
    return structure("DatastoreProperties", field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required),
                     field<&Self::datastore_arn>("DatastoreArn", rules::DatastoreArn, required),
                     field<&Self::datastore_name>("DatastoreName", rules::DatastoreName),
                     field<&Self::datastore_status>("DatastoreStatus", required), field<&Self::created_at>("CreatedAt"),
                     field<&Self::datastore_type_version>("DatastoreTypeVersion", required),
                     field<&Self::datastore_endpoint>("DatastoreEndpoint", rules::HealthLakeString, required),
                     field<&Self::sse_configuration>("SseConfiguration"),
                     field<&Self::preload_data_config>("PreloadDataConfig"),
                     field<&Self::identity_provider_configuration>("IdentityProviderConfiguration"),
                     field<&Self::error_cause>("ErrorCause"), field<&Self::nlp_configuration>("NlpConfiguration"),
                     field<&Self::analytics_configuration>("AnalyticsConfiguration"),
                     field<&Self::profile_configuration>("ProfileConfiguration"),
                     field<&Self::backup_status_info>("BackupStatusInfo"));
  }
  friend bool operator==(DatastoreProperties const&, DatastoreProperties const&) = default;
};

}  // namespace HEALTHLAKE_NAMESPACE
