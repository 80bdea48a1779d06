// The functions of local/datastores.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/backups.hpp"
#include "healthlake/local/datastores.hpp"
#include "healthlake/local/jobs.hpp"
#include "healthlake/local/pages.hpp"
#include "healthlake/local/tags.hpp"
#include "healthlake/model/datastore.hpp"
#include "healthlake/model/datastore_restore.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/server/dispatch.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL void LocalDatastores::serve(Dispatcher& dispatcher) {
  dispatcher.on<CreateFHIRDatastore>([this](auto const& input, auto const& at) { return create(input, at.now); });
  dispatcher.on<DescribeFHIRDatastore>([this](auto const& input, auto const& at) { return describe(input, at.now); });
  dispatcher.on<ListFHIRDatastores>([this](auto const& input, auto const& at) { return list(input, at.now); });
  dispatcher.on<UpdateFHIRDatastore>([this](auto const& input, auto const& at) { return update(input, at.now); });
  dispatcher.on<RestoreFHIRDatastore>([this](auto const& input, auto const& at) { return restore(input, at.now); });
  dispatcher.on<DeleteFHIRDatastore>([this](auto const& input, auto const& at) { return remove(input, at.now); });
}

HEALTHLAKE_DECL std::optional<Timestamp> LocalDatastores::next_change() const {
  return changes_.empty() ? std::nullopt : std::optional{changes_.begin()->first};
}

HEALTHLAKE_DECL void LocalDatastores::reset(Timestamp now) {
  for (auto& datastore : state_.datastores()) {
    datastore.busy_until = (std::min)(datastore.busy_until, now);
    datastore.restoring_until = (std::min)(datastore.restoring_until, now);
  }
  creations_.reset(now + state_.options().client_token_lifetime);
  restores_.reset(now + state_.options().client_token_lifetime);
}

HEALTHLAKE_DECL void LocalDatastores::settle(Timestamp now) {
  while (!changes_.empty() && changes_.begin()->first <= now) {
    LocalDatastore& datastore = state_.datastores()[changes_.begin()->second];
    changes_.erase(changes_.begin());
    if (change(datastore, now)) watch(datastore);
  }
}

HEALTHLAKE_DECL std::optional<Timestamp> LocalDatastores::changes_at(LocalDatastore const& datastore) {
  if (datastore.is(DatastoreStatus::active)) return std::nullopt;
  if (!datastore.is(DatastoreStatus::deleted)) return datastore.changed;
  return detail::has_backup(datastore) ? datastore.properties.backup_status_info->scheduled_permanent_deletion_time
                                       : std::nullopt;
}

HEALTHLAKE_DECL bool LocalDatastores::change(LocalDatastore& datastore, Timestamp now) {
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

HEALTHLAKE_DECL void LocalDatastores::watch(LocalDatastore const& datastore) {
  if (auto const at = changes_at(datastore)) changes_.emplace(*at, state_.datastores().index_of(datastore));
}

HEALTHLAKE_DECL LocalDatastores::Answer<CreateFHIRDatastoreResponse> LocalDatastores::create(
    CreateFHIRDatastoreRequest const& input, Timestamp now) {
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

HEALTHLAKE_DECL LocalDatastores::Answer<RestoreFHIRDatastoreResponse> LocalDatastores::restore(
    RestoreFHIRDatastoreRequest const& input, Timestamp now) {
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

HEALTHLAKE_DECL LocalDatastores::Answer<LocalDatastore*> LocalDatastores::restorable(
    RestoreFHIRDatastoreRequest const& input, Timestamp now) {
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

HEALTHLAKE_DECL LocalDatastores::Answer<DescribeFHIRDatastoreResponse> LocalDatastores::describe(
    DescribeFHIRDatastoreRequest const& input, Timestamp now) {
  auto const* datastore = state_.find_datastore(input.datastore_id);
  if (!datastore) return state_.no_datastore(input.datastore_id);
  return DescribeFHIRDatastoreResponse{.datastore_properties = detail::properties_at(*datastore, now)};
}

HEALTHLAKE_DECL LocalDatastores::Answer<ListFHIRDatastoresResponse> LocalDatastores::list(
    ListFHIRDatastoresRequest const& input, Timestamp now) {
  auto const& all = state_.datastores();
  DatastoreFilter const filter = input.filter.value_or(DatastoreFilter{});
  auto page = page_of<ListFHIRDatastores>(state_, input, all.size(), [&](std::size_t index) {
    return passes(all[index].properties, filter) ? std::optional{detail::properties_at(all[index], now)} : std::nullopt;
  });
  if (!page) return Unexpected{std::move(page).error()};
  return ListFHIRDatastoresResponse{.datastore_properties_list = std::move(page->items),
                                    .next_token = std::move(page->next_token)};
}

HEALTHLAKE_DECL bool LocalDatastores::passes(DatastoreProperties const& properties, DatastoreFilter const& filter) {
  return (!filter.datastore_name || properties.datastore_name == filter.datastore_name) &&
         (!filter.datastore_status || properties.datastore_status == *filter.datastore_status) &&
         (!filter.created_before || properties.created_at < filter.created_before) &&
         (!filter.created_after || properties.created_at > filter.created_after);
}

HEALTHLAKE_DECL LocalDatastores::Answer<LocalDatastore*> LocalDatastores::changeable(std::string const& id) {
  auto* const datastore = state_.find_datastore(id);
  if (!datastore || datastore->is(DatastoreStatus::deleted)) return state_.no_datastore(id);
  if (datastore->is(DatastoreStatus::active)) return datastore;
  return Unexpected{ConflictException{.message = "The data store is " +
                                                 std::string{datastore->properties.datastore_status.text()} +
                                                 "; wait until it is ACTIVE or DELETED."}};
}

HEALTHLAKE_DECL LocalDatastores::Answer<UpdateFHIRDatastoreResponse> LocalDatastores::update(
    UpdateFHIRDatastoreRequest const& input, Timestamp now) {
  auto const datastore = changeable(input.datastore_id);
  if (!datastore) return Unexpected{datastore.error()};
  if (input == UpdateFHIRDatastoreRequest{.datastore_id = input.datastore_id})
    return Unexpected{ValidationException{.message = "The request contains nothing to update."}};
  DatastoreProperties& properties = (*datastore)->properties;
  if (input.datastore_name) properties.datastore_name = input.datastore_name;
  take_over(properties, input);
  if (input.backup_configuration) detail::configure_backup(**datastore, *input.backup_configuration, now);
  properties.datastore_status = DatastoreStatus::updating;
  (*datastore)->changed = detail::time_after(now, state_.options().transition_time);
  watch(**datastore);
  return UpdateFHIRDatastoreResponse{.datastore_properties = detail::properties_at(**datastore, now)};
}

HEALTHLAKE_DECL LocalDatastores::Answer<DeleteFHIRDatastoreResponse> LocalDatastores::remove(
    DeleteFHIRDatastoreRequest const& input, Timestamp now) {
  auto const datastore = changeable(input.datastore_id);
  if (!datastore) return Unexpected{datastore.error()};
  if ((*datastore)->busy_until > now)
    return Unexpected{ConflictException{.message = "A job on the data store has not ended; wait until it ends."}};
  (*datastore)->properties.datastore_status = DatastoreStatus::deleting;
  (*datastore)->deleted_at = now;
  detail::retain_backup(**datastore, now);
  (*datastore)->changed = detail::time_after(now, state_.options().transition_time);
  watch(**datastore);
  return summary<DeleteFHIRDatastoreResponse>(**datastore);
}

}  // namespace HEALTHLAKE_NAMESPACE
