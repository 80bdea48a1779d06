// Tags on data stores and profiles: TagResource, UntagResource, ListTagsForResource.
//
// Rules: names, limits and requirements are the service model's (2017-07-01).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/shape.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/model/rules.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A key and a value on a resource.
struct Tag {
  /// The tag's key; 1 to 128 characters.
  std::string key{};
  /// The tag's value; at most 256 characters.
  std::string value{};

  template <class Self>
  static consteval auto shape() {
    return structure("Tag", field<&Self::key>("Key", rules::TagKey, required),
                     field<&Self::value>("Value", rules::TagValue, required));
  }
  friend bool operator==(Tag const&, Tag const&) = default;
};

/// The input of TagResource.
struct TagResourceRequest {
  /// The ARN of the data store or the profile.
  std::string resource_arn{};
  /// The tags; at most 200.
  std::vector<Tag> tags{};

  template <class Self>
  static consteval auto shape() {
    return structure("TagResourceRequest",
                     field<&Self::resource_arn>("ResourceARN", rules::AmazonResourceName, required),
                     field<&Self::tags>("Tags", rules::TagList, required));
  }
  friend bool operator==(TagResourceRequest const&, TagResourceRequest const&) = default;
};

/// The output of TagResource.
struct TagResourceResponse {
  static consteval auto shape() { return structure("TagResourceResponse"); }
  friend bool operator==(TagResourceResponse const&, TagResourceResponse const&) = default;
};

/// Adds tags to a data store or a profile; a tag with the same key is replaced. Errors: see `Errors`.
struct TagResource {
  static constexpr std::string_view name = "TagResource";
  static constexpr OperationTraits traits{.repeat = Repeat::with_note};
  using Input = TagResourceRequest;
  using Output = TagResourceResponse;
  using Errors = healthlake::Errors<ResourceNotFoundException, ValidationException>;
};

/// The input of UntagResource.
struct UntagResourceRequest {
  /// The ARN of the data store or the profile.
  std::string resource_arn{};
  /// The keys of the tags to remove; at most 200.
  std::vector<std::string> tag_keys{};

  template <class Self>
  static consteval auto shape() {
    return structure("UntagResourceRequest",
                     field<&Self::resource_arn>("ResourceARN", rules::AmazonResourceName, required),
                     field<&Self::tag_keys>("TagKeys", rules::TagKeyList, required));
  }
  friend bool operator==(UntagResourceRequest const&, UntagResourceRequest const&) = default;
};

/// The output of UntagResource.
struct UntagResourceResponse {
  static consteval auto shape() { return structure("UntagResourceResponse"); }
  friend bool operator==(UntagResourceResponse const&, UntagResourceResponse const&) = default;
};

/// Removes tags from a data store or a profile. Errors: see `Errors`.
struct UntagResource {
  static constexpr std::string_view name = "UntagResource";
  static constexpr OperationTraits traits{.repeat = Repeat::with_note};
  using Input = UntagResourceRequest;
  using Output = UntagResourceResponse;
  using Errors = healthlake::Errors<ResourceNotFoundException, ValidationException>;
};

/// The input of ListTagsForResource.
struct ListTagsForResourceRequest {
  /// The ARN of the data store or the profile.
  std::string resource_arn{};

  template <class Self>
  static consteval auto shape() {
    return structure("ListTagsForResourceRequest",
                     field<&Self::resource_arn>("ResourceARN", rules::AmazonResourceName, required));
  }
  friend bool operator==(ListTagsForResourceRequest const&, ListTagsForResourceRequest const&) = default;
};

/// The output of ListTagsForResource.
struct ListTagsForResourceResponse {
  /// The tags; at most 200.
  std::optional<std::vector<Tag>> tags{};

  template <class Self>
  static consteval auto shape() {
    return structure("ListTagsForResourceResponse", field<&Self::tags>("Tags", rules::TagList));
  }
  friend bool operator==(ListTagsForResourceResponse const&, ListTagsForResourceResponse const&) = default;
};

/// Lists the tags of a data store or a profile. Errors: see `Errors`.
struct ListTagsForResource {
  static constexpr std::string_view name = "ListTagsForResource";
  static constexpr OperationTraits traits{.repeat = Repeat::reads};
  using Input = ListTagsForResourceRequest;
  using Output = ListTagsForResourceResponse;
  using Errors = healthlake::Errors<ResourceNotFoundException, ValidationException>;
};

}  // namespace HEALTHLAKE_NAMESPACE
