// What a data store is: its configurations, its status and everything the service tells of it.
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

namespace healthlake {

/// Where a data store stands.
enum class DatastoreStatus : std::uint8_t {
  creating,
  active,
  deleting,
  deleted,
  create_failed,
  updating,
  update_failed
};
consteval auto enumeration(DatastoreStatus) {
  return spelled("DatastoreStatus", "CREATING", "ACTIVE", "DELETING", "DELETED", "CREATE_FAILED", "UPDATING",
                 "UPDATE_FAILED");
}

/// The version of FHIR a data store speaks.
enum class FHIRVersion : std::uint8_t { r4 };
consteval auto enumeration(FHIRVersion) { return spelled("FHIRVersion", "R4"); }

/// Whose key encrypts a data store.
enum class CmkType : std::uint8_t { customer_managed_kms_key, aws_owned_kms_key };
consteval auto enumeration(CmkType) { return spelled("CmkType", "CUSTOMER_MANAGED_KMS_KEY", "AWS_OWNED_KMS_KEY"); }

/// The key that encrypts a data store.
struct KmsEncryptionConfig {
  /// Whose key it is.
  OpenEnum<CmkType> cmk_type{};
  /// The ARN, id or alias of a KMS key.
  std::optional<std::string> kms_key_id{};

  static consteval auto shape(auto...) {
    using Self = KmsEncryptionConfig;
    return structure("KmsEncryptionConfig", field<&Self::cmk_type>("CmkType", required),
                     field<&Self::kms_key_id>("KmsKeyId", rules::EncryptionKeyID));
  }
  friend bool operator==(KmsEncryptionConfig const&, KmsEncryptionConfig const&) = default;
};

/// The encryption of a data store at rest.
struct SseConfiguration {
  /// The key.
  KmsEncryptionConfig kms_encryption_config{};

  static consteval auto shape(auto...) {
    using Self = SseConfiguration;
    return structure("SseConfiguration", field<&Self::kms_encryption_config>("KmsEncryptionConfig", required));
  }
  friend bool operator==(SseConfiguration const&, SseConfiguration const&) = default;
};

/// Which sample data a new data store starts with.
enum class PreloadDataType : std::uint8_t { synthea };
consteval auto enumeration(PreloadDataType) { return spelled("PreloadDataType", "SYNTHEA"); }

/// The sample data a new data store starts with.
struct PreloadDataConfig {
  /// Which sample data.
  OpenEnum<PreloadDataType> preload_data_type{};

  static consteval auto shape(auto...) {
    using Self = PreloadDataConfig;
    return structure("PreloadDataConfig", field<&Self::preload_data_type>("PreloadDataType", required));
  }
  friend bool operator==(PreloadDataConfig const&, PreloadDataConfig const&) = default;
};

/// How requests to a data store's FHIR endpoint are authorized.
enum class AuthorizationStrategy : std::uint8_t { smart_on_fhir_v1, smart_on_fhir, aws_auth };
consteval auto enumeration(AuthorizationStrategy) {
  return spelled("AuthorizationStrategy", "SMART_ON_FHIR_V1", "SMART_ON_FHIR", "AWS_AUTH");
}

/// Who may use a data store's FHIR endpoint, and how that is found out.
struct IdentityProviderConfiguration {
  /// How requests are authorized.
  OpenEnum<AuthorizationStrategy> authorization_strategy{};
  /// Whether scopes decide about single resources.
  std::optional<bool> fine_grained_authorization_enabled{};
  /// What the identity provider says of itself (SMART on FHIR), as JSON text.
  std::optional<std::string> metadata{};
  /// The Lambda function that decodes the provider's tokens.
  std::optional<std::string> idp_lambda_arn{};

  static consteval auto shape(auto...) {
    using Self = IdentityProviderConfiguration;
    return structure(
        "IdentityProviderConfiguration", field<&Self::authorization_strategy>("AuthorizationStrategy", required),
        field<&Self::fine_grained_authorization_enabled>("FineGrainedAuthorizationEnabled"),
        field<&Self::metadata>("Metadata"), field<&Self::idp_lambda_arn>("IdpLambdaArn", rules::LambdaArn));
  }
  friend bool operator==(IdentityProviderConfiguration const&, IdentityProviderConfiguration const&) = default;
};

/// Whether trying again can help.
enum class ErrorCategory : std::uint8_t { retryable_error, non_retryable_error };
consteval auto enumeration(ErrorCategory) { return spelled("ErrorCategory", "RETRYABLE_ERROR", "NON_RETRYABLE_ERROR"); }

/// Why a data store could not be created or updated.
struct ErrorCause {
  /// What happened; 1 to 4096 characters.
  std::optional<std::string> error_message{};
  /// Whether trying again can help.
  std::optional<OpenEnum<ErrorCategory>> error_category{};

  static consteval auto shape(auto...) {
    using Self = ErrorCause;
    return structure("ErrorCause", field<&Self::error_message>("ErrorMessage", rules::ErrorMessage),
                     field<&Self::error_category>("ErrorCategory"));
  }
  friend bool operator==(ErrorCause const&, ErrorCause const&) = default;
};

/// Whether natural language processing is on for a data store, or on the way.
enum class NlpStatus : std::uint8_t { enabled, enabling, disabled, disabling };
consteval auto enumeration(NlpStatus) { return spelled("NlpStatus", "ENABLED", "ENABLING", "DISABLED", "DISABLING"); }

/// Natural language processing of a data store.
struct NlpConfiguration {
  /// On, off, or on the way.
  std::optional<OpenEnum<NlpStatus>> status{};

  static consteval auto shape(auto...) {
    using Self = NlpConfiguration;
    return structure("NlpConfiguration", field<&Self::status>("Status"));
  }
  friend bool operator==(NlpConfiguration const&, NlpConfiguration const&) = default;
};

/// Whether analytics is on for a data store, or on the way.
enum class AnalyticsStatus : std::uint8_t { enabled, enabling, disabled, disabling, pausing, paused };
consteval auto enumeration(AnalyticsStatus) {
  return spelled("AnalyticsStatus", "ENABLED", "ENABLING", "DISABLED", "DISABLING", "PAUSING", "PAUSED");
}

/// Analytics of a data store.
struct AnalyticsConfiguration {
  /// On, off, or on the way.
  std::optional<OpenEnum<AnalyticsStatus>> status{};

  static consteval auto shape(auto...) {
    using Self = AnalyticsConfiguration;
    return structure("AnalyticsConfiguration", field<&Self::status>("Status"));
  }
  friend bool operator==(AnalyticsConfiguration const&, AnalyticsConfiguration const&) = default;
};

/// The FHIR profiles of a data store.
struct ProfileConfiguration {
  /// The profiles that resources are checked against, by name.
  std::optional<std::vector<std::string>> default_profiles{};

  static consteval auto shape(auto...) {
    using Self = ProfileConfiguration;
    return structure("ProfileConfiguration", field<&Self::default_profiles>("DefaultProfiles", rules::DefaultProfiles));
  }
  friend bool operator==(ProfileConfiguration const&, ProfileConfiguration const&) = default;
};

/// Everything the service tells of a data store.
struct DatastoreProperties {
  /// The data store's id; 1 to 32 characters.
  std::string datastore_id{};
  /// The data store's ARN.
  std::string datastore_arn{};
  /// The data store's name; 1 to 256 characters.
  std::optional<std::string> datastore_name{};
  /// Where the data store stands.
  OpenEnum<DatastoreStatus> datastore_status{};
  /// When the data store was created.
  std::optional<Timestamp> created_at{};
  /// The version of FHIR; R4 is the only one.
  OpenEnum<FHIRVersion> datastore_type_version{};
  /// The URL of the data store's FHIR endpoint.
  std::string datastore_endpoint{};
  /// Encryption at rest; left out, a key of AWS is used.
  std::optional<SseConfiguration> sse_configuration{};
  /// Sample data to start with.
  std::optional<PreloadDataConfig> preload_data_config{};
  /// Who may use the FHIR endpoint.
  std::optional<IdentityProviderConfiguration> identity_provider_configuration{};
  /// Why creating or updating failed.
  std::optional<ErrorCause> error_cause{};
  /// Natural language processing of the data store.
  std::optional<NlpConfiguration> nlp_configuration{};
  /// Analytics of the data store.
  std::optional<AnalyticsConfiguration> analytics_configuration{};
  /// FHIR profiles of the data store.
  std::optional<ProfileConfiguration> profile_configuration{};

  static consteval auto shape(auto...) {
    using Self = DatastoreProperties;
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
                     field<&Self::profile_configuration>("ProfileConfiguration"));
  }
  friend bool operator==(DatastoreProperties const&, DatastoreProperties const&) = default;
};

}  // namespace healthlake
