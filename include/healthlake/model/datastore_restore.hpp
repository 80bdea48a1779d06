// Restoring a data store from its backup: RestoreFHIRDatastore, and every shape it reaches.
//
// Rules: names, limits and requirements are the service model's (2017-07-01).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/shape.hpp"
#include "healthlake/model/datastore_properties.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/model/rules.hpp"
#include "healthlake/model/tag.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The configuration of a restore from a continuous backup.
struct ContinuousBackupRestoreConfiguration {
  /// The point in time to restore to, from EarliestRestorePoint to LatestRestorePoint; if omitted, the latest.
  std::optional<Timestamp> restore_point_time{};

  template <class Self>
  static consteval auto shape() {
    return structure("ContinuousBackupRestoreConfiguration", field<&Self::restore_point_time>("RestorePointTime"));
  }
  friend bool operator==(ContinuousBackupRestoreConfiguration const&,
                         ContinuousBackupRestoreConfiguration const&) = default;
};

/// The restore configuration: a union of one member.
struct RestoreConfiguration {
  Union<ContinuousBackupRestoreConfiguration> value{};

  [[nodiscard]] ContinuousBackupRestoreConfiguration const* continuous_backup_restore_configuration() const noexcept {
    return value.get_if<0>();
  }

  template <class Self>
  static consteval auto shape() {
    return union_of("RestoreConfiguration", alternative<&Self::value, 0>("ContinuousBackupRestoreConfiguration"));
  }
  friend bool operator==(RestoreConfiguration const&, RestoreConfiguration const&) = default;
};

/// The input of RestoreFHIRDatastore.
struct RestoreFHIRDatastoreRequest {
  /// The id of the data store to restore from; 1 to 32 characters.
  std::string source_datastore_id{};
  /// The type and the parameters of the restore.
  RestoreConfiguration restore_configuration{};
  /// The new data store's name; 1 to 256 characters.
  std::optional<std::string> datastore_name{};
  /// The server-side encryption configuration; if omitted, an AWS owned key is used.
  std::optional<SseConfiguration> sse_configuration{};
  /// The idempotency token; if omitted, one is generated for all attempts. 1 to 64 letters, digits and hyphens.
  std::optional<std::string> client_token{};
  /// The tags; at most 200.
  std::optional<std::vector<Tag>> tags{};
  /// The identity provider configuration: how requests to the FHIR endpoint are authorized.
  std::optional<IdentityProviderConfiguration> identity_provider_configuration{};
  /// The analytics configuration.
  std::optional<AnalyticsConfiguration> analytics_configuration{};
  /// The natural language processing (NLP) configuration.
  std::optional<NlpConfiguration> nlp_configuration{};
  /// The FHIR profile configuration.
  std::optional<ProfileConfiguration> profile_configuration{};

  template <class Self>
  static consteval auto shape() {
    return structure("RestoreFHIRDatastoreRequest",
                     field<&Self::source_datastore_id>("SourceDatastoreId", rules::DatastoreId, required),
                     field<&Self::restore_configuration>("RestoreConfiguration", required),
                     field<&Self::datastore_name>("DatastoreName", rules::DatastoreName),
                     field<&Self::sse_configuration>("SseConfiguration"),
                     field<&Self::client_token>("ClientToken", rules::ClientTokenString, idempotency_token),
                     field<&Self::tags>("Tags", rules::TagList),
                     field<&Self::identity_provider_configuration>("IdentityProviderConfiguration"),
                     field<&Self::analytics_configuration>("AnalyticsConfiguration"),
                     field<&Self::nlp_configuration>("NlpConfiguration"),
                     field<&Self::profile_configuration>("ProfileConfiguration"));
  }
  friend bool operator==(RestoreFHIRDatastoreRequest const&, RestoreFHIRDatastoreRequest const&) = default;
};

/// The output of RestoreFHIRDatastore: the new data store.
struct RestoreFHIRDatastoreResponse {
  /// The data store's id; 1 to 32 characters.
  std::string datastore_id{};
  /// The data store's ARN.
  std::string datastore_arn{};
  /// The status of the data store.
  OpenEnum<DatastoreStatus> datastore_status{};
  /// The URL of the data store's FHIR endpoint.
  std::string datastore_endpoint{};

  template <class Self>
  static consteval auto shape() {
    return structure("RestoreFHIRDatastoreResponse",
                     field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required),
                     field<&Self::datastore_arn>("DatastoreArn", rules::DatastoreArn, required),
                     field<&Self::datastore_status>("DatastoreStatus", required),
                     field<&Self::datastore_endpoint>("DatastoreEndpoint", rules::BoundedLengthString, required));
  }
  friend bool operator==(RestoreFHIRDatastoreResponse const&, RestoreFHIRDatastoreResponse const&) = default;
};

/// Restores a data store with backup enabled to a point in time: creates a new data store from its backup, with none of
/// its configuration. It is CREATING at first; wait for FHIRDatastoreActive before using it. Errors: see `Errors`.
struct RestoreFHIRDatastore {
  static constexpr std::string_view name = "RestoreFHIRDatastore";
  using Input = RestoreFHIRDatastoreRequest;
  using Output = RestoreFHIRDatastoreResponse;
  using Errors = healthlake::Errors<ThrottlingException, AccessDeniedException, ResourceNotFoundException,
                                    ConflictException, ValidationException, InternalServerException>;
};

}  // namespace HEALTHLAKE_NAMESPACE
