// Accepts what a pattern of the service model rejects only because it is older than a partition or a region.
//
//   CallOptions options;
//   options.validate.also_accept = &any_partition;
//
// Rules: some patterns of the model list the partitions or the forms of regions of their time; the endpoint rules know
// more (partitions.hpp). An ARN of a known partition, in a region of that partition, is matched as if it were of `aws`
// and us-east-1: whatever else the pattern requires still holds. Nothing is accepted by default, since the service
// applies its own patterns, which may be those of the model.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "healthlake/core/type.hpp"
#include "healthlake/http/partitions.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {
// Removes the part before the first colon, and the colon; false if there is none.
constexpr bool take_arn_part(std::string_view& rest, std::string_view& part) noexcept {
  std::size_t const colon = rest.find(':');
  if (colon == std::string_view::npos) return false;
  part = rest.substr(0, colon);
  rest.remove_prefix(colon + 1);
  return true;
}

// Whether the partition lists the region, or names its regions so.
constexpr bool has_region(Partition const& partition, std::string_view region) noexcept {
  if (std::find(partition.regions.begin(), partition.regions.end(), region) != partition.regions.end()) return true;
  return std::any_of(partition.region_prefixes.begin(), partition.region_prefixes.end(),
                     [region](std::string_view prefix) { return fits_region_rule(region, prefix); });
}
}  // namespace detail

/// For ValidateOptions::also_accept: whether `text` is an ARN that matches the pattern apart from its partition and
/// region, which are known (partitions()) and belong together. An ARN without a region, as those of IAM, has only its
/// partition checked.
bool any_partition(Pattern const& pattern, std::string_view text);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/http/impl/any_partition.ipp"
#endif
