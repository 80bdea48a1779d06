// The functions of local/tags.hpp.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/local/tags.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/tag.hpp"
#include "healthlake/server/dispatch.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Result<Unit, HandlerError> set_tags(std::map<std::string, std::string>& tags,
                                                    std::vector<Tag> const& added, std::size_t limit) {
  auto all = tags;
  std::set<std::string_view> keys;
  for (auto const& tag : added) {
    if (!keys.insert(tag.key).second)
      return Unexpected{ValidationException{.message = "The Tags of the request contain a duplicate key."}};
    if (std::string_view{tag.key}.starts_with("aws:"))
      return Unexpected{ValidationException{.message = "Keys must not begin with aws:, which is reserved for AWS."}};
    all.insert_or_assign(tag.key, tag.value);
  }
  if (all.size() > limit)
    return Unexpected{
        ValidationException{.message = "The resource would have more than " + std::to_string(limit) + " tags."}};
  tags = std::move(all);
  return Unit{};
}

HEALTHLAKE_DECL void LocalTags::serve(Dispatcher& dispatcher) {
  dispatcher.on<TagResource>([this](auto const& input, auto const&) { return tag(input); });
  dispatcher.on<UntagResource>([this](auto const& input, auto const&) { return untag(input); });
  dispatcher.on<ListTagsForResource>([this](auto const& input, auto const&) { return list(input); });
}

HEALTHLAKE_DECL LocalTags::Answer<LocalTags::Resource> LocalTags::find(std::string const& arn) {
  std::string_view const id = std::string_view{arn}.substr(arn.rfind('/') + 1);
  if (auto* const datastore = state_.find_datastore(id))
    if (datastore->properties.datastore_arn == arn && !datastore->is(DatastoreStatus::deleted))
      return Resource{&datastore->tags, 200};
  if (auto const profile = state_.find_profile(id); profile && state_.profile_arn(id) == arn)
    return Resource{&(*profile)->tags, 50};
  return Unexpected{ResourceNotFoundException{.message = "There is no resource " + quoted(arn, 256) + "."}};
}

HEALTHLAKE_DECL LocalTags::Answer<TagResourceResponse> LocalTags::tag(TagResourceRequest const& input) {
  auto const resource = find(input.resource_arn);
  if (!resource) return Unexpected{resource.error()};
  auto set = set_tags(*resource->tags, input.tags, resource->limit);
  if (!set) return Unexpected{std::move(set).error()};
  return TagResourceResponse{};
}

HEALTHLAKE_DECL LocalTags::Answer<UntagResourceResponse> LocalTags::untag(UntagResourceRequest const& input) {
  auto const resource = find(input.resource_arn);
  if (!resource) return Unexpected{resource.error()};
  for (auto const& key : input.tag_keys) resource->tags->erase(key);
  return UntagResourceResponse{};
}

HEALTHLAKE_DECL LocalTags::Answer<ListTagsForResourceResponse> LocalTags::list(
    ListTagsForResourceRequest const& input) {
  auto const resource = find(input.resource_arn);
  if (!resource) return Unexpected{resource.error()};
  std::vector<Tag> tags;
  for (auto const& [key, value] : *resource->tags) tags.push_back({key, value});
  return ListTagsForResourceResponse{.tags = std::move(tags)};
}

}  // namespace HEALTHLAKE_NAMESPACE
