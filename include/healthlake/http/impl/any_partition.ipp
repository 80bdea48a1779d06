// The functions of http/any_partition.hpp.
#pragma once

#include <string_view>

#include "healthlake/core/type.hpp"
#include "healthlake/http/any_partition.hpp"
#include "healthlake/http/partitions.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL bool any_partition(Pattern const& pattern, std::string_view text) {
  std::string_view arn;
  std::string_view id;
  std::string_view service;
  std::string_view region;
  bool const split = detail::take_arn_part(text, arn) && detail::take_arn_part(text, id) &&
                     detail::take_arn_part(text, service) && detail::take_arn_part(text, region);
  if (!split || arn != "arn") return false;
  for (auto const& partition : partitions())
    if (partition.id == id && (region.empty() || detail::has_region(partition, region)))
      return pattern.matches(concat({"arn:aws:", service, region.empty() ? "::" : ":us-east-1:", text}));
  return false;
}

}  // namespace HEALTHLAKE_NAMESPACE
