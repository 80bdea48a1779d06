// The AWS partitions and their domain names.
//
// Rules: constant tables. A region belongs to the partition that lists it; or else to the one whose naming rule it
// matches, so that regions launched after this release work; or else to `aws` (the `aws.partition` function of Smithy's
// endpoint rules). Source: the partitions file of botocore, version 1.1.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include "healthlake/text/ascii.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// One partition. Every partition offers FIPS and dual-stack endpoints.
struct Partition {
  /// `aws`, `aws-cn`, ...
  std::string_view id;
  /// Its regions are named `<prefix>-<word>-<number>`: `us` matches `us-east-1`.
  std::span<std::string_view const> region_prefixes;
  /// `amazonaws.com`: an endpoint is `healthlake.<region>.<suffix>`.
  std::string_view dns_suffix;
  /// `api.aws`: the same for dual-stack endpoints.
  std::string_view dual_stack_dns_suffix;
  /// The known regions, and the pseudo-region of global services (`aws-global`).
  std::span<std::string_view const> regions;
};

namespace detail {
struct PartitionData {
  static constexpr std::string_view aws_prefixes[] = {"us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"};
  static constexpr std::string_view aws[] = {
      "af-south-1",     "ap-east-1",      "ap-east-2",      "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
      "ap-south-1",     "ap-south-2",     "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4",
      "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "aws-global",     "ca-central-1",   "ca-west-1",
      "eu-central-1",   "eu-central-2",   "eu-north-1",     "eu-south-1",     "eu-south-2",     "eu-west-1",
      "eu-west-2",      "eu-west-3",      "il-central-1",   "me-central-1",   "me-south-1",     "mx-central-1",
      "sa-east-1",      "us-east-1",      "us-east-2",      "us-west-1",      "us-west-2"};
  static constexpr std::string_view cn_prefixes[] = {"cn"};
  static constexpr std::string_view cn[] = {"aws-cn-global", "cn-north-1", "cn-northwest-1"};
  static constexpr std::string_view eusc_prefixes[] = {"eusc-de"};
  static constexpr std::string_view eusc[] = {"eusc-de-east-1"};
  static constexpr std::string_view iso_prefixes[] = {"us-iso"};
  static constexpr std::string_view iso[] = {"aws-iso-global", "us-iso-east-1", "us-iso-west-1"};
  static constexpr std::string_view iso_b_prefixes[] = {"us-isob"};
  static constexpr std::string_view iso_b[] = {"aws-iso-b-global", "us-isob-east-1", "us-isob-west-1"};
  static constexpr std::string_view iso_e_prefixes[] = {"eu-isoe"};
  static constexpr std::string_view iso_e[] = {"aws-iso-e-global", "eu-isoe-west-1"};
  static constexpr std::string_view iso_f_prefixes[] = {"us-isof"};
  static constexpr std::string_view iso_f[] = {"aws-iso-f-global", "us-isof-east-1", "us-isof-south-1"};
  static constexpr std::string_view gov_prefixes[] = {"us-gov"};
  static constexpr std::string_view gov[] = {"aws-us-gov-global", "us-gov-east-1", "us-gov-west-1"};

  static constexpr Partition partitions[] = {
      {"aws", aws_prefixes, "amazonaws.com", "api.aws", aws},
      {"aws-cn", cn_prefixes, "amazonaws.com.cn", "api.amazonwebservices.com.cn", cn},
      {"aws-eusc", eusc_prefixes, "amazonaws.eu", "api.amazonwebservices.eu", eusc},
      {"aws-iso", iso_prefixes, "c2s.ic.gov", "api.aws.ic.gov", iso},
      {"aws-iso-b", iso_b_prefixes, "sc2s.sgov.gov", "api.aws.scloud", iso_b},
      {"aws-iso-e", iso_e_prefixes, "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", iso_e},
      {"aws-iso-f", iso_f_prefixes, "csp.hci.ic.gov", "api.aws.hci.ic.gov", iso_f},
      {"aws-us-gov", gov_prefixes, "amazonaws.com", "api.aws", gov}};
};

// Matches `<prefix>-\w+-\d+`. Since \w does not match a hyphen, the word ends at the first one.
constexpr bool fits_region_rule(std::string_view region, std::string_view prefix) noexcept {
  if (!region.starts_with(prefix)) return false;
  region.remove_prefix(prefix.size());
  if (!region.starts_with('-')) return false;
  region.remove_prefix(1);
  std::size_t const hyphen = region.find('-');
  if (hyphen == 0 || hyphen == std::string_view::npos || hyphen + 1 == region.size()) return false;
  constexpr AsciiSet word{"a-zA-Z0-9_"};
  return all_are(word, region.substr(0, hyphen)) && all_are(is_digit, region.substr(hyphen + 1));
}
}  // namespace detail

/// All partitions; `aws` is the first.
constexpr std::span<Partition const> partitions() noexcept { return detail::PartitionData::partitions; }

/// The partition of a region, by the rules at the top of this file. Any string has one.
constexpr Partition const& partition_of(std::string_view region) noexcept {
  for (auto const& partition : partitions())
    if (std::find(partition.regions.begin(), partition.regions.end(), region) != partition.regions.end())
      return partition;
  for (auto const& partition : partitions())
    for (auto const prefix : partition.region_prefixes)
      if (detail::fits_region_rule(region, prefix)) return partition;
  return partitions().front();
}

}  // namespace HEALTHLAKE_NAMESPACE
