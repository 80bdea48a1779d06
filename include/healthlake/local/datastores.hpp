// The data stores of an embedded service: CreateFHIRDatastore, DescribeFHIRDatastore, ListFHIRDatastores,
// UpdateFHIRDatastore, DeleteFHIRDatastore.
//
// Rules: a data store is CREATING, UPDATING or DELETING for LocalOptions::transition_time, then ACTIVE or DELETED. What
// AWS does not document is decided here:
// - a data store that was deleted can be described and listed for ever, and is empty; what changes it is a
//   ResourceNotFoundException;
// - updating and deleting is a ConflictException while it is CREATING, UPDATING or DELETING; deleting also as long as a
//   job on it has not ended;
// - an update replaces the members that are there, and has one at least; a status such as ENABLED comes back as given;
// - lists begin with the newest; CreatedBefore and CreatedAfter leave out the moment itself;
// - the same ClientToken with another input is a ValidationException, since Create has no ConflictException; so is one
//   data store more than LocalOptions::max_datastores, which counts those that are not DELETED ("active data stores");
// - SYNTHEA preloads one Patient and one Observation.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/jobs.hpp"
#include "healthlake/local/pages.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/local/tags.hpp"
#include "healthlake/model/datastore.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/server/dispatch.hpp"

namespace healthlake {

/// The family's handlers. Neither copied nor moved, for the handlers point to it.
class LocalDatastores {
 public:
  explicit LocalDatastores(LocalState& state) : state_(state) {}
  LocalDatastores(LocalDatastores const&) = delete;
  LocalDatastores& operator=(LocalDatastores const&) = delete;

  /// Sets the handlers of the five operations.
  void serve(Dispatcher& dispatcher) {
    dispatcher.on<CreateFHIRDatastore>([this](auto const& input, auto const& at) { return create(input, at.now); });
    dispatcher.on<DescribeFHIRDatastore>([this](auto const& input, auto const&) { return describe(input); });
    dispatcher.on<ListFHIRDatastores>([this](auto const& input, auto const&) { return list(input); });
    dispatcher.on<UpdateFHIRDatastore>([this](auto const& input, auto const& at) { return update(input, at.now); });
    dispatcher.on<DeleteFHIRDatastore>([this](auto const& input, auto const& at) { return remove(input, at.now); });
  }

  /// Ends the transitions whose end has come.
  void settle(Timestamp now) {
    for (auto& datastore : state_.datastores()) {
      auto& status = datastore.properties.datastore_status;
      if (datastore.changed > now) continue;
      if (status == DatastoreStatus::creating || status == DatastoreStatus::updating) status = DatastoreStatus::active;
      if (status != DatastoreStatus::deleting) continue;
      status = DatastoreStatus::deleted;
      datastore.resources = Ndjson{};
      datastore.tags.clear();
    }
  }

 private:
  template <class Output>
  using Answer = Result<Output, HandlerError>;

  Answer<CreateFHIRDatastoreResponse> create(CreateFHIRDatastoreRequest const& input, Timestamp now) {
    auto const earlier = tokens_.find<ValidationException>(input.client_token, input, now);
    if (!earlier) return Unexpected{earlier.error()};
    if (*earlier) return summary<CreateFHIRDatastoreResponse>(state_.datastores()[**earlier]);
    if (auto fault = fault_of(input)) return Unexpected{ValidationException{.message = *std::move(fault)}};

    LocalDatastore datastore;
    std::map<std::string, std::string> tags;
    if (input.tags) {
      auto set = set_tags(tags, *input.tags, 200);
      if (!set) return Unexpected{std::move(set).error()};
    }
    datastore.tags = std::move(tags);
    datastore.properties = state_.new_datastore(state_.next_id(), DatastoreStatus::creating, now);
    DatastoreProperties& properties = datastore.properties;
    properties.datastore_name = input.datastore_name;
    properties.preload_data_config = input.preload_data_config;
    if (input.sse_configuration) properties.sse_configuration = input.sse_configuration;
    take_over(properties, input);
    if (input.preload_data_config) datastore.resources.add("SYNTHEA", sample);
    datastore.changed = now + state_.options().transition_time;
    tokens_.keep(input.client_token, input, state_.datastores().size(), now + state_.options().client_token_lifetime);
    state_.datastores().push_back(std::move(datastore));
    return summary<CreateFHIRDatastoreResponse>(state_.datastores().back());
  }

  [[nodiscard]] std::optional<std::string> fault_of(CreateFHIRDatastoreRequest const& input) {
    if (input.sse_configuration) {
      KmsEncryptionConfig const& key = input.sse_configuration->kms_encryption_config;
      if (key.cmk_type == CmkType::customer_managed_kms_key && !key.kms_key_id)
        return "A CmkType of CUSTOMER_MANAGED_KMS_KEY needs a KmsKeyId.";
    }
    auto const& all = state_.datastores();
    auto const active = std::count_if(all.begin(), all.end(),
                                      [](auto const& datastore) { return !datastore.is(DatastoreStatus::deleted); });
    auto const limit = state_.options().max_datastores;
    if (limit && static_cast<std::size_t>(active) >= *limit)
      return "The account has " + std::to_string(*limit) + " data stores, which is its quota; delete one first.";
    return std::nullopt;
  }

  // The members that both Create and Update have, where they are there.
  template <class Input>
  static void take_over(DatastoreProperties& properties, Input const& input) {
    if (input.identity_provider_configuration)
      properties.identity_provider_configuration = input.identity_provider_configuration;
    if (input.analytics_configuration) properties.analytics_configuration = input.analytics_configuration;
    if (input.nlp_configuration) properties.nlp_configuration = input.nlp_configuration;
    if (input.profile_configuration) properties.profile_configuration = input.profile_configuration;
  }

  template <class Response>
  static Response summary(LocalDatastore const& datastore) {
    DatastoreProperties const& properties = datastore.properties;
    return {.datastore_id = properties.datastore_id,
            .datastore_arn = properties.datastore_arn,
            .datastore_status = properties.datastore_status,
            .datastore_endpoint = properties.datastore_endpoint};
  }

  Answer<DescribeFHIRDatastoreResponse> describe(DescribeFHIRDatastoreRequest const& input) {
    auto const* datastore = state_.find_datastore(input.datastore_id);
    if (!datastore) return state_.no_datastore(input.datastore_id);
    return DescribeFHIRDatastoreResponse{.datastore_properties = datastore->properties};
  }

  Answer<ListFHIRDatastoresResponse> list(ListFHIRDatastoresRequest const& input) {
    auto const& all = state_.datastores();
    DatastoreFilter const filter = input.filter.value_or(DatastoreFilter{});
    auto page = page_of<ListFHIRDatastores>(state_, input, all.size(), [&](std::size_t index) {
      DatastoreProperties const& properties = all[index].properties;
      return passes(properties, filter) ? std::optional{properties} : std::nullopt;
    });
    if (!page) return Unexpected{std::move(page).error()};
    return ListFHIRDatastoresResponse{.datastore_properties_list = std::move(page->items),
                                      .next_token = std::move(page->next_token)};
  }

  static bool passes(DatastoreProperties const& properties, DatastoreFilter const& filter) {
    return (!filter.datastore_name || properties.datastore_name == filter.datastore_name) &&
           (!filter.datastore_status || properties.datastore_status == *filter.datastore_status) &&
           (!filter.created_before || properties.created_at < filter.created_before) &&
           (!filter.created_after || properties.created_at > filter.created_after);
  }

  // A data store that can be changed now.
  Answer<LocalDatastore*> changeable(std::string const& id) {
    auto* const datastore = state_.find_datastore(id);
    if (!datastore || datastore->is(DatastoreStatus::deleted)) return state_.no_datastore(id);
    if (datastore->is(DatastoreStatus::active)) return datastore;
    return Unexpected{ConflictException{.message = "The data store is " +
                                                   std::string{datastore->properties.datastore_status.text()} +
                                                   "; wait until it is ACTIVE, or gone."}};
  }

  Answer<UpdateFHIRDatastoreResponse> update(UpdateFHIRDatastoreRequest const& input, Timestamp now) {
    auto const datastore = changeable(input.datastore_id);
    if (!datastore) return Unexpected{datastore.error()};
    if (input == UpdateFHIRDatastoreRequest{.datastore_id = input.datastore_id})
      return Unexpected{
          ValidationException{.message = "There is nothing in the request that the update could change."}};
    DatastoreProperties& properties = (*datastore)->properties;
    if (input.datastore_name) properties.datastore_name = input.datastore_name;
    take_over(properties, input);
    properties.datastore_status = DatastoreStatus::updating;
    (*datastore)->changed = now + state_.options().transition_time;
    return UpdateFHIRDatastoreResponse{.datastore_properties = properties};
  }

  Answer<DeleteFHIRDatastoreResponse> remove(DeleteFHIRDatastoreRequest const& input, Timestamp now) {
    auto const datastore = changeable(input.datastore_id);
    if (!datastore) return Unexpected{datastore.error()};
    if ((*datastore)->busy_until > now)
      return Unexpected{ConflictException{.message = "A job on the data store has not ended; wait until it has."}};
    (*datastore)->properties.datastore_status = DatastoreStatus::deleting;
    (*datastore)->changed = now + state_.options().transition_time;
    return summary<DeleteFHIRDatastoreResponse>(**datastore);
  }

  static constexpr std::string_view sample =
      "{\"resourceType\":\"Patient\",\"id\":\"sample-patient\",\"gender\":\"other\",\"birthDate\":\"1970-01-01\"}\n"
      "{\"resourceType\":\"Observation\",\"id\":\"sample-observation\",\"status\":\"final\","
      "\"code\":{\"text\":\"Heart rate\"},\"subject\":{\"reference\":\"Patient/sample-patient\"}}\n";

  LocalState& state_;
  TokenMemory<CreateFHIRDatastore> tokens_;
};

}  // namespace healthlake
