// The data stores of the local service: CreateFHIRDatastore, DescribeFHIRDatastore, ListFHIRDatastores,
// UpdateFHIRDatastore, RestoreFHIRDatastore, DeleteFHIRDatastore.
//
// Rules: a data store is CREATING, UPDATING or DELETING for LocalOptions::transition_time, then ACTIVE or DELETED. What
// AWS does not document is decided here:
// - a deleted data store can be described and listed forever, and is empty; changing it is a ResourceNotFoundException;
// - updating or deleting is a ConflictException while it is CREATING, UPDATING or DELETING; deleting also while a job
//   on it has not ended;
// - an update replaces only the members that it contains, at least one; a status such as ENABLED is returned as given;
// - lists begin with the newest item; CreatedBefore and CreatedAfter exclude the given time;
// - the same ClientToken with different input is a ValidationException, since Create has no ConflictException; so is
//   exceeding LocalOptions::max_datastores, which counts those that are not DELETED ("active data stores");
// - SYNTHEA preloads one Patient and one Observation;
// - a restore from a data store that is CREATING is a ConflictException, as is (AWS) a second one while the first is
//   not ACTIVE; without a backup it is a ValidationException, from a data store that was deleted without one, or whose
//   backup has expired, a ResourceNotFoundException. The tags of the request replace those of the source.
// For backups, see local/backups.hpp.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/jobs.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/local/tags.hpp"
#include "healthlake/model/datastore.hpp"
#include "healthlake/model/datastore_restore.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/server/dispatch.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The family's handlers. Neither copyable nor movable, since the handlers point to it.
class LocalDatastores {
 public:
  /// `state` must outlive the family.
  explicit LocalDatastores(LocalState& state) : state_(state) {}
  LocalDatastores(LocalDatastores const&) = delete;
  LocalDatastores& operator=(LocalDatastores const&) = delete;

  /// Sets the handlers of the six operations.
  void serve(Dispatcher& dispatcher);

  /// When the reported properties of a data store next change by time alone.
  [[nodiscard]] std::optional<Timestamp> next_change() const;
  /// Sets the time back, when nothing is in progress.
  void reset(Timestamp now);
  /// Ends the transitions that are due, and empties deleted data stores without a backup.
  void settle(Timestamp now);

 private:
  template <class Output>
  using Answer = Result<Output, HandlerError>;
  using Tags = std::map<std::string, std::string>;

  // When a data store completes its transition, or loses its backup; nothing if time does not change it.
  static std::optional<Timestamp> changes_at(LocalDatastore const& datastore);
  // Applies the change that is due. Returns whether time can change the data store again.
  bool change(LocalDatastore& datastore, Timestamp now);
  // For a data store that has just begun something that ends by time alone.
  void watch(LocalDatastore const& datastore);
  Answer<CreateFHIRDatastoreResponse> create(CreateFHIRDatastoreRequest const& input, Timestamp now);
  Answer<RestoreFHIRDatastoreResponse> restore(RestoreFHIRDatastoreRequest const& input, Timestamp now);

  // The source of a restore.
  Answer<LocalDatastore*> restorable(RestoreFHIRDatastoreRequest const& input, Timestamp now);

  // Shared by Create and Restore: a data store with the configuration of the request, which is added after all checks.
  // Its tags are `tags` and those of the request.
  template <class Input>
  Answer<LocalDatastore> make(Input const& input, Tags tags, Timestamp now) {
    if (auto fault = fault_of(input)) return Unexpected{ValidationException{.message = *std::move(fault)}};
    if (input.tags) {
      auto set = set_tags(tags, *input.tags, 200);
      if (!set) return Unexpected{std::move(set).error()};
    }
    LocalDatastore datastore{.properties = state_.new_datastore(state_.next_id(), DatastoreStatus::creating, now),
                             .tags = std::move(tags),
                             .changed = detail::time_after(now, state_.options().transition_time)};
    datastore.properties.datastore_name = input.datastore_name;
    if (input.sse_configuration) datastore.properties.sse_configuration = input.sse_configuration;
    take_over(datastore.properties, input);
    return datastore;
  }

  template <class Response, Operation Op>
  Response add(LocalDatastore datastore, typename Op::Input const& input, TokenMemory<Op>& tokens, Timestamp now) {
    tokens.keep(input.client_token, input, state_.datastores().size(), now + state_.options().client_token_lifetime);
    state_.datastores().push_back(std::move(datastore));
    watch(state_.datastores().back());
    return summary<Response>(state_.datastores().back());
  }

  template <class Input>
  [[nodiscard]] std::optional<std::string> fault_of(Input const& input) {
    if (input.sse_configuration) {
      KmsEncryptionConfig const& key = input.sse_configuration->kms_encryption_config;
      if (key.cmk_type == CmkType::customer_managed_kms_key && !key.kms_key_id)
        return "A CmkType of CUSTOMER_MANAGED_KMS_KEY requires a KmsKeyId.";
    }
    auto const limit = state_.options().max_datastores;
    if (limit && state_.datastores().size() - deleted_ >= *limit)
      return "The account has reached its quota of " + std::to_string(*limit) + " data stores; delete one first.";
    return std::nullopt;
  }

  // Sets the members that Create, Restore and Update have in common, if present.
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

  Answer<DescribeFHIRDatastoreResponse> describe(DescribeFHIRDatastoreRequest const& input, Timestamp now);
  Answer<ListFHIRDatastoresResponse> list(ListFHIRDatastoresRequest const& input, Timestamp now);
  static bool passes(DatastoreProperties const& properties, DatastoreFilter const& filter);

  // A data store that can be changed now.
  Answer<LocalDatastore*> changeable(std::string const& id);
  Answer<UpdateFHIRDatastoreResponse> update(UpdateFHIRDatastoreRequest const& input, Timestamp now);
  Answer<DeleteFHIRDatastoreResponse> remove(DeleteFHIRDatastoreRequest const& input, Timestamp now);

  static constexpr std::string_view sample =
      "{\"resourceType\":\"Patient\",\"id\":\"sample-patient\",\"gender\":\"other\",\"birthDate\":\"1970-01-01\"}\n"
      "{\"resourceType\":\"Observation\",\"id\":\"sample-observation\",\"status\":\"final\","
      "\"code\":{\"text\":\"Heart rate\"},\"subject\":{\"reference\":\"Patient/sample-patient\"}}\n";

  LocalState& state_;
  // The index of each data store that time can change, by when it does.
  std::set<std::pair<Timestamp, std::size_t>> changes_{};
  // How many are DELETED.
  std::size_t deleted_ = 0;
  TokenMemory<CreateFHIRDatastore> creations_;
  TokenMemory<RestoreFHIRDatastore> restores_;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/datastores.ipp"
#endif
