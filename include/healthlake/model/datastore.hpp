// Data stores: create, describe, list, update, delete.
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
#include "healthlake/model/datastore_properties.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/model/rules.hpp"
#include "healthlake/model/tag.hpp"
#include "healthlake/model/waiter.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The input of CreateFHIRDatastore.
struct CreateFHIRDatastoreRequest {
  /// The data store's name; 1 to 256 characters.
  std::optional<std::string> datastore_name{};
  /// The FHIR version; R4 is the only one.
  OpenEnum<FHIRVersion> datastore_type_version{};
  /// The server-side encryption configuration; if omitted, an AWS owned key is used.
  std::optional<SseConfiguration> sse_configuration{};
  /// The sample data to preload.
  std::optional<PreloadDataConfig> preload_data_config{};
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
  /// The backup configuration.
  std::optional<BackupConfiguration> backup_configuration{};

  template <class Self>
  static consteval auto shape() {
    return structure("CreateFHIRDatastoreRequest", field<&Self::datastore_name>("DatastoreName", rules::DatastoreName),
                     field<&Self::datastore_type_version>("DatastoreTypeVersion", required),
                     field<&Self::sse_configuration>("SseConfiguration"),
                     field<&Self::preload_data_config>("PreloadDataConfig"),
                     field<&Self::client_token>("ClientToken", rules::ClientTokenString, idempotency_token),
                     field<&Self::tags>("Tags", rules::TagList),
                     field<&Self::identity_provider_configuration>("IdentityProviderConfiguration"),
                     field<&Self::analytics_configuration>("AnalyticsConfiguration"),
                     field<&Self::nlp_configuration>("NlpConfiguration"),
                     field<&Self::profile_configuration>("ProfileConfiguration"),
                     field<&Self::backup_configuration>("BackupConfiguration"));
  }
  friend bool operator==(CreateFHIRDatastoreRequest const&, CreateFHIRDatastoreRequest const&) = default;
};

/// The output of CreateFHIRDatastore.
struct CreateFHIRDatastoreResponse {
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
    return structure("CreateFHIRDatastoreResponse",
                     field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required),
                     field<&Self::datastore_arn>("DatastoreArn", rules::DatastoreArn, required),
                     field<&Self::datastore_status>("DatastoreStatus", required),
                     field<&Self::datastore_endpoint>("DatastoreEndpoint", rules::BoundedLengthString, required));
  }
  friend bool operator==(CreateFHIRDatastoreResponse const&, CreateFHIRDatastoreResponse const&) = default;
};

/// Creates a data store. It is CREATING at first; wait for FHIRDatastoreActive before using it. Errors: see `Errors`.
struct CreateFHIRDatastore {
  static constexpr std::string_view name = "CreateFHIRDatastore";
  using Input = CreateFHIRDatastoreRequest;
  using Output = CreateFHIRDatastoreResponse;
  using Errors =
      healthlake::Errors<ThrottlingException, AccessDeniedException, ValidationException, InternalServerException>;
};

/// The input of DescribeFHIRDatastore.
struct DescribeFHIRDatastoreRequest {
  /// The data store's id; 1 to 32 characters.
  std::string datastore_id{};

  template <class Self>
  static consteval auto shape() {
    return structure("DescribeFHIRDatastoreRequest",
                     field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required));
  }
  friend bool operator==(DescribeFHIRDatastoreRequest const&, DescribeFHIRDatastoreRequest const&) = default;
};

/// The output of DescribeFHIRDatastore.
struct DescribeFHIRDatastoreResponse {
  /// The properties of the data store.
  DatastoreProperties datastore_properties{};

  template <class Self>
  static consteval auto shape() {
    return structure("DescribeFHIRDatastoreResponse",
                     field<&Self::datastore_properties>("DatastoreProperties", required));
  }
  friend bool operator==(DescribeFHIRDatastoreResponse const&, DescribeFHIRDatastoreResponse const&) = default;
};

/// Returns the properties of a data store. Errors: see `Errors`.
struct DescribeFHIRDatastore {
  static constexpr std::string_view name = "DescribeFHIRDatastore";
  static constexpr OperationTraits traits{.repeat = Repeat::reads};
  using Input = DescribeFHIRDatastoreRequest;
  using Output = DescribeFHIRDatastoreResponse;
  using Errors =
      healthlake::Errors<ThrottlingException, ResourceNotFoundException, ValidationException, InternalServerException>;
};

/// A filter for data stores; a data store has to match every member that is set.
struct DatastoreFilter {
  /// The data store's name; 1 to 256 characters.
  std::optional<std::string> datastore_name{};
  /// The status of the data store.
  std::optional<OpenEnum<DatastoreStatus>> datastore_status{};
  /// Created before this time.
  std::optional<Timestamp> created_before{};
  /// Created after this time.
  std::optional<Timestamp> created_after{};

  template <class Self>
  static consteval auto shape() {
    return structure("DatastoreFilter", field<&Self::datastore_name>("DatastoreName", rules::DatastoreName),
                     field<&Self::datastore_status>("DatastoreStatus"), field<&Self::created_before>("CreatedBefore"),
                     field<&Self::created_after>("CreatedAfter"));
  }
  friend bool operator==(DatastoreFilter const&, DatastoreFilter const&) = default;
};

/// The input of ListFHIRDatastores.
struct ListFHIRDatastoresRequest {
  /// The filter; if omitted, all data stores are listed.
  std::optional<DatastoreFilter> filter{};
  /// In a request, the previous response's token; in a response, the next page's token, absent on the last page.
  std::optional<std::string> next_token{};
  /// The maximum number of items on a page.
  std::optional<std::int32_t> max_results{};

  template <class Self>
  static consteval auto shape() {
    return structure("ListFHIRDatastoresRequest", field<&Self::filter>("Filter"),
                     field<&Self::next_token>("NextToken", rules::NextToken),
                     field<&Self::max_results>("MaxResults", rules::MaxResultsInteger));
  }
  friend bool operator==(ListFHIRDatastoresRequest const&, ListFHIRDatastoresRequest const&) = default;
};

/// The output of ListFHIRDatastores.
struct ListFHIRDatastoresResponse {
  /// The data stores on the page.
  std::vector<DatastoreProperties> datastore_properties_list{};
  /// In a request, the previous response's token; in a response, the next page's token, absent on the last page.
  std::optional<std::string> next_token{};

  template <class Self>
  static consteval auto shape() {
    return structure("ListFHIRDatastoresResponse",
                     field<&Self::datastore_properties_list>("DatastorePropertiesList", required),
                     field<&Self::next_token>("NextToken", rules::NextToken));
  }
  friend bool operator==(ListFHIRDatastoresResponse const&, ListFHIRDatastoresResponse const&) = default;
};

/// Lists the data stores of the account that match the filter, page by page. Errors: see `Errors`.
struct ListFHIRDatastores {
  static constexpr std::string_view name = "ListFHIRDatastores";
  static constexpr OperationTraits traits{.repeat = Repeat::reads};
  using Input = ListFHIRDatastoresRequest;
  using Output = ListFHIRDatastoresResponse;
  using Errors = healthlake::Errors<ThrottlingException, ValidationException, InternalServerException>;
};

/// The input of UpdateFHIRDatastore.
struct UpdateFHIRDatastoreRequest {
  /// The data store's id; 1 to 32 characters.
  std::string datastore_id{};
  /// The data store's name; 1 to 256 characters.
  std::optional<std::string> datastore_name{};
  /// The analytics configuration.
  std::optional<AnalyticsConfiguration> analytics_configuration{};
  /// The natural language processing (NLP) configuration.
  std::optional<NlpConfiguration> nlp_configuration{};
  /// The FHIR profile configuration.
  std::optional<ProfileConfiguration> profile_configuration{};
  /// The identity provider configuration: how requests to the FHIR endpoint are authorized.
  std::optional<IdentityProviderConfiguration> identity_provider_configuration{};
  /// The backup configuration.
  std::optional<BackupConfiguration> backup_configuration{};

  template <class Self>
  static consteval auto shape() {
    return structure("UpdateFHIRDatastoreRequest",
                     field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required),
                     field<&Self::datastore_name>("DatastoreName", rules::DatastoreName),
                     field<&Self::analytics_configuration>("AnalyticsConfiguration"),
                     field<&Self::nlp_configuration>("NlpConfiguration"),
                     field<&Self::profile_configuration>("ProfileConfiguration"),
                     field<&Self::identity_provider_configuration>("IdentityProviderConfiguration"),
                     field<&Self::backup_configuration>("BackupConfiguration"));
  }
  friend bool operator==(UpdateFHIRDatastoreRequest const&, UpdateFHIRDatastoreRequest const&) = default;
};

/// The output of UpdateFHIRDatastore.
struct UpdateFHIRDatastoreResponse {
  /// The properties of the data store.
  DatastoreProperties datastore_properties{};

  template <class Self>
  static consteval auto shape() {
    return structure("UpdateFHIRDatastoreResponse",
                     field<&Self::datastore_properties>("DatastoreProperties", required));
  }
  friend bool operator==(UpdateFHIRDatastoreResponse const&, UpdateFHIRDatastoreResponse const&) = default;
};

/// Updates the name or the configuration of a data store. Errors: see `Errors`.
struct UpdateFHIRDatastore {
  static constexpr std::string_view name = "UpdateFHIRDatastore";
  static constexpr OperationTraits traits{.repeat = Repeat::with_note};
  using Input = UpdateFHIRDatastoreRequest;
  using Output = UpdateFHIRDatastoreResponse;
  using Errors = healthlake::Errors<ThrottlingException, AccessDeniedException, ResourceNotFoundException,
                                    ConflictException, ValidationException, InternalServerException>;
};

/// The input of DeleteFHIRDatastore.
struct DeleteFHIRDatastoreRequest {
  /// The data store's id; 1 to 32 characters.
  std::string datastore_id{};

  template <class Self>
  static consteval auto shape() {
    return structure("DeleteFHIRDatastoreRequest",
                     field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required));
  }
  friend bool operator==(DeleteFHIRDatastoreRequest const&, DeleteFHIRDatastoreRequest const&) = default;
};

/// The output of DeleteFHIRDatastore.
struct DeleteFHIRDatastoreResponse {
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
    return structure("DeleteFHIRDatastoreResponse",
                     field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required),
                     field<&Self::datastore_arn>("DatastoreArn", rules::DatastoreArn, required),
                     field<&Self::datastore_status>("DatastoreStatus", required),
                     field<&Self::datastore_endpoint>("DatastoreEndpoint", rules::BoundedLengthString, required));
  }
  friend bool operator==(DeleteFHIRDatastoreResponse const&, DeleteFHIRDatastoreResponse const&) = default;
};

/// Deletes a data store and everything in it. The data store is DELETING at first. Errors: see `Errors`.
struct DeleteFHIRDatastore {
  static constexpr std::string_view name = "DeleteFHIRDatastore";
  static constexpr OperationTraits traits{.repeat = Repeat::with_note};
  using Input = DeleteFHIRDatastoreRequest;
  using Output = DeleteFHIRDatastoreResponse;
  using Errors = healthlake::Errors<ThrottlingException, AccessDeniedException, ResourceNotFoundException,
                                    ConflictException, ValidationException, InternalServerException>;
};

/// Waits until a data store is ACTIVE. Delay and attempts are those of the service model; see WaitOptions.
struct FHIRDatastoreActive {
  static constexpr std::string_view name = "FHIRDatastoreActive";
  using Operation = DescribeFHIRDatastore;
  static constexpr Milliseconds delay{60'000};
  static constexpr unsigned max_attempts = 5;
  static constexpr std::string_view status = "DatastoreProperties.DatastoreStatus";
  static constexpr auto acceptors = std::array{
      Acceptor{.path = status, .expected = "ACTIVE", .state = WaiterState::success},
      Acceptor{.path = status, .expected = "CREATE_FAILED", .state = WaiterState::failure},
      Acceptor{.path = status, .expected = "DELETED", .state = WaiterState::failure},
  };
  /// The model has no end for these.
  static constexpr auto own_acceptors = std::array{
      Acceptor{.path = status, .expected = "UPDATE_FAILED", .state = WaiterState::failure},
  };
  /// A data store that was just created may be unknown for so long: the default of WaitOptions::not_found.
  static constexpr Milliseconds not_found{60'000};
};

/// Waits until a data store is DELETED. Delay and attempts are those of the service model; see WaitOptions.
struct FHIRDatastoreDeleted {
  static constexpr std::string_view name = "FHIRDatastoreDeleted";
  using Operation = DescribeFHIRDatastore;
  static constexpr Milliseconds delay{120'000};
  static constexpr unsigned max_attempts = 5;
  static constexpr std::string_view status = "DatastoreProperties.DatastoreStatus";
  static constexpr auto acceptors = std::array{
      Acceptor{.path = status, .expected = "DELETED", .state = WaiterState::success},
  };
};

}  // namespace HEALTHLAKE_NAMESPACE
