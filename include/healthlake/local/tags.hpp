// The tags of the local service: TagResource, UntagResource, ListTagsForResource, on data stores and on
// transformation profiles.
//
// Rules: a data store has at most 200 tags, a profile 50 (the limits of TagList and TagMap); more are a
// ValidationException, and none of the request's tags is set. What AWS does not document is decided here:
// - a duplicate key in a request, and a key that begins with `aws:` (which AWS reserves), is a ValidationException;
// - removing a tag that does not exist succeeds; lists are in the order of the keys;
// - a deleted resource has no tags and is a ResourceNotFoundException.
// A data store whose id does not have 32 characters cannot be tagged: it does not have a valid AmazonResourceName.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/tag.hpp"
#include "healthlake/server/dispatch.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Adds tags, or replaces their values; all of them or none. The error is a ValidationException.
Result<Unit, HandlerError> set_tags(std::map<std::string, std::string>& tags, std::vector<Tag> const& added,
                                    std::size_t limit);

/// The family's handlers. Neither copyable nor movable, since the handlers point to it.
class LocalTags {
 public:
  /// `state` must outlive the family.
  explicit LocalTags(LocalState& state) : state_(state) {}
  LocalTags(LocalTags const&) = delete;
  LocalTags& operator=(LocalTags const&) = delete;

  /// Sets the handlers of the three operations.
  void serve(Dispatcher& dispatcher);

 private:
  template <class Output>
  using Answer = Result<Output, HandlerError>;

  struct Resource {
    std::map<std::string, std::string>* tags = nullptr;
    std::size_t limit = 0;
  };

  Answer<Resource> find(std::string const& arn);
  Answer<TagResourceResponse> tag(TagResourceRequest const& input);
  Answer<UntagResourceResponse> untag(UntagResourceRequest const& input);
  Answer<ListTagsForResourceResponse> list(ListTagsForResourceRequest const& input);

  LocalState& state_;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/tags.ipp"
#endif
