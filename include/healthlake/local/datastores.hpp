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

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/backups.hpp"
#include "healthlake/local/jobs.hpp"
#include "healthlake/local/pages.hpp"
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
  explicit LocalDatastores(LocalState& state) : state_(state) {}
  LocalDatastores(LocalDatastores const&) = delete;
  LocalDatastores& operator=(LocalDatastores const&) = delete;

  /// Sets the handlers of the six operations.
  void serve(Dispatcher& dispatcher) {
    dispatcher.on<CreateFHIRDatastore>([this](auto const& input, auto const& at) { return create(input, at.now); });
    dispatcher.on<DescribeFHIRDatastore>([this](auto const& input, auto const& at) { return describe(input, at.now); });
    dispatcher.on<ListFHIRDatastores>([this](auto const& input, auto const& at) { return list(input, at.now); });
    dispatcher.on<UpdateFHIRDatastore>([this](auto const& input, auto const& at) { return update(input, at.now); });
    dispatcher.on<RestoreFHIRDatastore>([this](auto const& input, auto const& at) { return restore(input, at.now); });
    dispatcher.on<DeleteFHIRDatastore>([this](auto const& input, auto const& at) { return remove(input, at.now); });
  }

  /// When the reported properties of a data store next change by time alone.
  [[nodiscard]] std::optional<Timestamp> next_change() const {
    return changes_.empty() ? std::nullopt : std::optional{changes_.begin()->first};
  }
  /// Sets the time back, when nothing is in progress.
  void reset(Timestamp now) {
    for (auto& datastore : state_.datastores()) {
      datastore.busy_until = (std::min)(datastore.busy_until, now);
      datastore.restoring_until = (std::min)(datastore.restoring_until, now);
    }
    creations_.reset(now + state_.options().client_token_lifetime);
    restores_.reset(now + state_.options().client_token_lifetime);
  }
  /// Ends the transitions that are due, and empties deleted data stores without a backup.
  void settle(Timestamp now) {
    while (!changes_.empty() && changes_.begin()->first <= now) {
      LocalDatastore& datastore = state_.datastores()[changes_.begin()->second];
      changes_.erase(changes_.begin());
      if (change(datastore, now)) watch(datastore);
    }
  }

 private:
  template <class Output>
  using Answer = Result<Output, HandlerError>;
  using Tags = std::map<std::string, std::string>;

  // When a data store completes its transition, or loses its backup; nothing if time does not change it.
  static std::optional<Timestamp> changes_at(LocalDatastore const& datastore) {
    if (datastore.is(DatastoreStatus::active)) return std::nullopt;
    if (!datastore.is(DatastoreStatus::deleted)) return datastore.changed;
    return detail::has_backup(datastore) ? datastore.properties.backup_status_info->scheduled_permanent_deletion_time
                                         : std::nullopt;
  }
  // Applies the change that is due. Returns whether time can change the data store again.
  bool change(LocalDatastore& datastore, Timestamp now) {
    auto& status = datastore.properties.datastore_status;
    if (status == DatastoreStatus::creating || status == DatastoreStatus::updating) status = DatastoreStatus::active;
    if (status == DatastoreStatus::deleting) {
      status = DatastoreStatus::deleted;
      ++deleted_;
    }
    if (status != DatastoreStatus::deleted) return false;
    if (detail::is_restorable(datastore, now)) return true;
    datastore.resources = Ndjson{};
    datastore.tags.clear();
    return false;
  }
  // For a data store that has just begun something that ends by time alone.
  void watch(LocalDatastore const& datastore) {
    if (auto const at = changes_at(datastore)) changes_.emplace(*at, state_.datastores().index_of(datastore));
  }

  Answer<CreateFHIRDatastoreResponse> create(CreateFHIRDatastoreRequest const& input, Timestamp now) {
    auto const earlier = creations_.find<ValidationException>(input.client_token, input, now);
    if (!earlier) return Unexpected{earlier.error()};
    if (*earlier) return summary<CreateFHIRDatastoreResponse>(state_.datastores()[**earlier]);
    auto datastore = make(input, {}, now);
    if (!datastore) return Unexpected{std::move(datastore).error()};
    datastore->properties.preload_data_config = input.preload_data_config;
    if (input.backup_configuration) detail::configure_backup(*datastore, *input.backup_configuration, now);
    if (input.preload_data_config) datastore->resources.add("SYNTHEA", sample);
    return add<CreateFHIRDatastoreResponse>(*std::move(datastore), input, creations_, now);
  }

  Answer<RestoreFHIRDatastoreResponse> restore(RestoreFHIRDatastoreRequest const& input, Timestamp now) {
    auto const earlier = restores_.find<ValidationException>(input.client_token, input, now);
    if (!earlier) return Unexpected{earlier.error()};
    if (*earlier) return summary<RestoreFHIRDatastoreResponse>(state_.datastores()[**earlier]);
    auto const source = restorable(input, now);
    if (!source) return Unexpected{source.error()};
    bool const with_tags = (*source)->properties.backup_status_info->configuration->backup_tags_enabled == true;
    auto datastore = make(input, with_tags ? (*source)->tags : Tags{}, now);
    if (!datastore) return Unexpected{std::move(datastore).error()};
    datastore->resources = (*source)->resources;
    (*source)->restoring_until = datastore->changed;
    return add<RestoreFHIRDatastoreResponse>(*std::move(datastore), input, restores_, now);
  }

  // The source of a restore.
  Answer<LocalDatastore*> restorable(RestoreFHIRDatastoreRequest const& input, Timestamp now) {
    std::string const& id = input.source_datastore_id;
    auto* const source = state_.find_datastore(id);
    bool const there = source && (!source->is(DatastoreStatus::deleted) || detail::is_restorable(*source, now));
    if (!there) return state_.no_datastore(id);
    if (!detail::is_restorable(*source, now))
      return Unexpected{ValidationException{.message = "Backup is not enabled for the data store " +
                                                       state_.datastore_arn(id) +
                                                       "; enable it with UpdateFHIRDatastore."}};
    auto const info = *detail::properties_at(*source, now).backup_status_info;
    auto const* const wanted = input.restore_configuration.continuous_backup_restore_configuration();
    auto const time = wanted ? wanted->restore_point_time : std::nullopt;
    if (time && (*time < *info.earliest_restore_point || *time > *info.latest_restore_point))
      return Unexpected{ValidationException{
          .message = "The RestorePointTime is outside the restore window of the data store, from " +
                     to_iso8601(*info.earliest_restore_point) + " to " + to_iso8601(*info.latest_restore_point) + "."}};
    if (source->is(DatastoreStatus::creating))
      return Unexpected{ConflictException{.message = "The data store is CREATING; wait until it is ACTIVE."}};
    if (source->restoring_until > now)
      return Unexpected{ConflictException{
          .message = "A restore from the data store is in progress; wait until the restored data store is ACTIVE."}};
    return source;
  }

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
                             .changed = now + state_.options().transition_time};
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

  Answer<DescribeFHIRDatastoreResponse> describe(DescribeFHIRDatastoreRequest const& input, Timestamp now) {
    auto const* datastore = state_.find_datastore(input.datastore_id);
    if (!datastore) return state_.no_datastore(input.datastore_id);
    return DescribeFHIRDatastoreResponse{.datastore_properties = detail::properties_at(*datastore, now)};
  }

  Answer<ListFHIRDatastoresResponse> list(ListFHIRDatastoresRequest const& input, Timestamp now) {
    auto const& all = state_.datastores();
    DatastoreFilter const filter = input.filter.value_or(DatastoreFilter{});
    auto page = page_of<ListFHIRDatastores>(state_, input, all.size(), [&](std::size_t index) {
      return passes(all[index].properties, filter) ? std::optional{detail::properties_at(all[index], now)}
                                                   : std::nullopt;
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
                                                   "; wait until it is ACTIVE or DELETED."}};
  }

  Answer<UpdateFHIRDatastoreResponse> update(UpdateFHIRDatastoreRequest const& input, Timestamp now) {
    auto const datastore = changeable(input.datastore_id);
    if (!datastore) return Unexpected{datastore.error()};
    if (input == UpdateFHIRDatastoreRequest{.datastore_id = input.datastore_id})
      return Unexpected{ValidationException{.message = "The request contains nothing to update."}};
    DatastoreProperties& properties = (*datastore)->properties;
    if (input.datastore_name) properties.datastore_name = input.datastore_name;
    take_over(properties, input);
    if (input.backup_configuration) detail::configure_backup(**datastore, *input.backup_configuration, now);
    properties.datastore_status = DatastoreStatus::updating;
    (*datastore)->changed = now + state_.options().transition_time;
    watch(**datastore);
    return UpdateFHIRDatastoreResponse{.datastore_properties = detail::properties_at(**datastore, now)};
  }

  Answer<DeleteFHIRDatastoreResponse> remove(DeleteFHIRDatastoreRequest const& input, Timestamp now) {
    auto const datastore = changeable(input.datastore_id);
    if (!datastore) return Unexpected{datastore.error()};
    if ((*datastore)->busy_until > now)
      return Unexpected{ConflictException{.message = "A job on the data store has not ended; wait until it ends."}};
    (*datastore)->properties.datastore_status = DatastoreStatus::deleting;
    (*datastore)->deleted_at = now;
    detail::retain_backup(**datastore, now);
    (*datastore)->changed = now + state_.options().transition_time;
    watch(**datastore);
    return summary<DeleteFHIRDatastoreResponse>(**datastore);
  }

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
