// The functions of local/transformation_profiles.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/jobs.hpp"
#include "healthlake/local/pages.hpp"
#include "healthlake/local/s3_folder.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/local/transformation_profiles.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/transformation_profile.hpp"
#include "healthlake/model/transformation_profile_list.hpp"
#include "healthlake/server/dispatch.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL void LocalProfiles::serve(Dispatcher& dispatcher) {
  dispatcher.on<CreateDataTransformationProfile>(
      [this](auto const& input, auto const& at) { return create(input, at.now); });
  dispatcher.on<UpdateDataTransformationProfile>(
      [this](auto const& input, auto const& at) { return update(input, at.now); });
  dispatcher.on<PublishDataTransformationProfile>(
      [this](auto const& input, auto const& at) { return publish(input, at.now); });
  dispatcher.on<GetDataTransformationProfile>([this](auto const& input, auto const&) { return get(input); });
  dispatcher.on<DeleteDataTransformationProfile>(
      [this](auto const& input, auto const& at) { return remove(input, at.now); });
  dispatcher.on<ListDataTransformationProfiles>([this](auto const& input, auto const&) { return list(input); });
  dispatcher.on<ListDataTransformationProfileVersions>(
      [this](auto const& input, auto const&) { return list_versions(input); });
}

HEALTHLAKE_DECL LocalProfiles::Answer<CreateDataTransformationProfileResponse> LocalProfiles::create(
    CreateDataTransformationProfileRequest const& input, Timestamp now) {
  auto const earlier = tokens_.find<ConflictException>(input.client_token, input, now);
  if (!earlier) return Unexpected{earlier.error()};
  if (*earlier) return created(state_.profiles()[**earlier]);
  auto const limit = state_.options().max_profiles;
  if (limit && state_.profiles().size() - deleted_ >= *limit)
    return Unexpected{ServiceQuotaExceededException{
        .message = "The account has reached its quota of " + std::to_string(*limit) + " profiles; delete one first."}};
  auto mapping = mapping_of(input);
  if (!mapping) return Unexpected{std::move(mapping).error()};

  LocalProfile profile{.id = state_.next_id(),
                       .name = input.profile_name,
                       .description = input.profile_description,
                       .format = input.source_format,
                       .tags = input.tags.value_or(Mapping{})};
  profile.versions[0] = {.mapping = *std::move(mapping), .updated = now};
  tokens_.keep(input.client_token, input, state_.profiles().size(), now + state_.options().client_token_lifetime);
  state_.profiles().push_back(std::move(profile));
  return created(state_.profiles().back());
}

HEALTHLAKE_DECL CreateDataTransformationProfileResponse LocalProfiles::created(LocalProfile& profile) {
  return about<CreateDataTransformationProfileResponse>(profile, profile.draft().updated);
}

HEALTHLAKE_DECL LocalProfiles::Answer<LocalProfiles::Mapping> LocalProfiles::mapping_of(
    CreateDataTransformationProfileRequest const& input) {
  if (auto const* starter = input.source.starter_profile()) {
    auto const& known = state_.options().starter_profiles;
    auto const found = known.find(starter->starter_profile_name);
    if (found != known.end()) return found->second;
    return Unexpected{ResourceNotFoundException{.message = "There is no starter profile with that name."}};
  }
  if (auto const* copied = input.source.existing_versioned_profile_id()) {
    auto const profile = state_.find_profile(copied->profile_id);
    if (!profile) return Unexpected{profile.error()};
    auto const version = find_version(**profile, copied->version);
    if (!version) return Unexpected{version.error()};
    if ((*profile)->format == input.source_format) return (*version)->mapping;
    return other_format();
  }
  if (auto const* sample = input.source.sample_data()) return mapping_of_samples(*sample);
  // The union has four members; the dispatcher refuses any other.
  Mapping const& given = input.source.profile_mapping()->profile_mapping;
  auto const fault = std::find_if(given.begin(), given.end(), [](auto const& entry) { return !fits(entry); });
  if (!given.empty() && given.size() <= most_entries && fault == given.end()) return given;
  return Unexpected{ValidationException{.message = "A ProfileMapping must have 1 to 500 entries, with keys of 1 to "
                                                   "500 and values of at most 102400 characters."}};
}

HEALTHLAKE_DECL bool LocalProfiles::fits(Mapping::value_type const& entry) {
  std::size_t const key = count_code_points(entry.first);
  return key >= 1 && key <= 500 && count_code_points(entry.second) <= 102'400;
}

HEALTHLAKE_DECL LocalProfiles::Answer<LocalProfiles::Mapping> LocalProfiles::mapping_of_samples(
    SampleDataSource const& sample) {
  auto const files = objects_below(state_.objects(), sample.s3_uri, "");
  if (!files)
    return Unexpected{AccessDeniedException{.message = "The sample data cannot be read: " + files.error() + "."}};
  Mapping mapping;
  for (auto const& file : *files)
    if (mapping.size() < most_entries && count_code_points(file.name) <= 490)
      mapping.emplace(file.name + ".map", "DocumentReference");
  if (mapping.empty()) return Unexpected{ValidationException{.message = "There is no sample data below the S3Uri."}};
  return mapping;
}

HEALTHLAKE_DECL LocalProfiles::Answer<LocalProfileVersion*> LocalProfiles::find_version(LocalProfile& profile,
                                                                                        std::int32_t version) {
  auto const found = profile.versions.find(version);
  if (found != profile.versions.end()) return &found->second;
  return Unexpected{
      ResourceNotFoundException{.message = "The profile has no version " + std::to_string(version) + "."}};
}

HEALTHLAKE_DECL Unexpected<ValidationException> LocalProfiles::other_format() {
  return Unexpected{ValidationException{.message = "The SourceFormat does not match that of the profile."}};
}

HEALTHLAKE_DECL LocalProfiles::Answer<UpdateDataTransformationProfileResponse> LocalProfiles::update(
    UpdateDataTransformationProfileRequest const& input, Timestamp now) {
  auto const profile = state_.find_profile(input.profile_id);
  if (!profile) return Unexpected{profile.error()};
  (*profile)->draft() = {input.profile_mapping, input.change_description, now};
  return about<UpdateDataTransformationProfileResponse>(**profile, now);
}

HEALTHLAKE_DECL LocalProfiles::Answer<PublishDataTransformationProfileResponse> LocalProfiles::publish(
    PublishDataTransformationProfileRequest const& input, Timestamp now) {
  auto const profile = state_.find_profile(input.profile_id);
  if (!profile) return Unexpected{profile.error()};
  if ((*profile)->format != input.source_format) return other_format();
  auto const from = find_version(**profile, input.from_existing_version.value_or(0));
  if (!from) return Unexpected{from.error()};
  std::int32_t const next = (*profile)->latest() + 1;
  if (next > rules::ProfileVersion.max)
    return Unexpected{ServiceQuotaExceededException{.message = "The profile already has 99 versions, the maximum."}};
  (*profile)->versions[next] = {(*from)->mapping, input.change_description, now};
  auto response = about<PublishDataTransformationProfileResponse>(**profile, now);
  response.version = next;
  return response;
}

HEALTHLAKE_DECL LocalProfiles::Answer<GetDataTransformationProfileResponse> LocalProfiles::get(
    GetDataTransformationProfileRequest const& input) {
  auto const profile = state_.find_profile(input.profile_id);
  if (!profile) return Unexpected{profile.error()};
  auto const version = find_version(**profile, input.profile_version.value_or(0));
  if (!version) return Unexpected{version.error()};
  auto response = about<GetDataTransformationProfileResponse>(**profile, (*version)->updated);
  response.version = input.profile_version.value_or(0);
  response.profile_mapping = (*version)->mapping;
  response.profile_description = (*profile)->description;
  response.change_description = (*version)->change_description;
  return response;
}

HEALTHLAKE_DECL LocalProfiles::Answer<DeleteDataTransformationProfileResponse> LocalProfiles::remove(
    DeleteDataTransformationProfileRequest const& input, Timestamp now) {
  auto const profile = state_.find_profile(input.profile_id);
  if (!profile) return Unexpected{profile.error()};
  DeleteDataTransformationProfileResponse response{
      .profile_id = input.profile_id, .profile_name = (*profile)->name, .deletion_time = now};
  (*profile)->remove();
  ++deleted_;
  return response;
}

HEALTHLAKE_DECL LocalProfiles::Answer<ListDataTransformationProfilesResponse> LocalProfiles::list(
    ListDataTransformationProfilesRequest const& input) {
  using Item = DataTransformationProfileSummary;
  auto const& all = state_.profiles();
  auto page = page_of<ListDataTransformationProfiles>(state_, input, all.size(), [&](std::size_t index) {
    LocalProfile const& profile = all[index];
    if (profile.deleted || profile.format != input.source_format) return std::optional<Item>{};
    auto item = about<Item>(profile, profile.versions.at(profile.latest()).updated);
    item.version = profile.latest();
    item.profile_description = profile.description;
    return std::optional{std::move(item)};
  });
  if (!page) return Unexpected{std::move(page).error()};
  return ListDataTransformationProfilesResponse{std::move(page->items), std::move(page->next_token)};
}

HEALTHLAKE_DECL LocalProfiles::Answer<ListDataTransformationProfileVersionsResponse> LocalProfiles::list_versions(
    ListDataTransformationProfileVersionsRequest const& input) {
  using Item = DataTransformationProfileVersionSummary;
  auto const profile = state_.find_profile(input.profile_id);
  if (!profile) return Unexpected{profile.error()};
  auto const& versions = (*profile)->versions;
  auto page = page_of<ListDataTransformationProfileVersions>(state_, input, versions.size(), [&](std::size_t index) {
    auto const number = static_cast<std::int32_t>(index);
    LocalProfileVersion const& version = versions.at(number);
    auto item = about<Item>(**profile, version.updated);
    item.version = number;
    item.change_description = version.change_description;
    return std::optional{std::move(item)};
  });
  if (!page) return Unexpected{std::move(page).error()};
  return ListDataTransformationProfileVersionsResponse{std::move(page->items), std::move(page->next_token)};
}

}  // namespace HEALTHLAKE_NAMESPACE
