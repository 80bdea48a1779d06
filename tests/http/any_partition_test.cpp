// Invariants: with `any_partition`, an ARN of every partition that the endpoint rules know, in each of its regions, is
// valid wherever the model has a pattern for ARNs; nothing else that a pattern rejects is. Without it, the model
// decides.
#include "healthlake/http/any_partition.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/validate.hpp"
#include "healthlake/model/all.hpp"
#include "healthlake/model/patterns.hpp"

using namespace healthlake;

namespace {

// An ARN that a pattern is for: `arn:PARTITION:SERVICE:REGION:REST`.
struct ArnForm {
  Pattern const* pattern;
  std::string service;
  bool regional;
  std::string rest;

  [[nodiscard]] std::string in(std::string_view partition, std::string_view region) const {
    return "arn:" + std::string{partition} + ":" + service + ":" + (regional ? std::string{region} : "") + ":" + rest;
  }
};

std::string const id(32, 'a');

std::vector<ArnForm> const forms{
    {&patterns::datastore_arn, "healthlake", true, "123456789012:datastore/fhir/" + id},
    {&patterns::resource_arn, "healthlake", true, "123456789012:datastore/fhir/" + id},
    {&patterns::resource_arn, "healthlake", true, "123456789012:dataTransformationProfile/" + id},
    {&patterns::kms_key_id, "kms", true, "123456789012:key/0b1c2d3e-0000-4000-8000-000000000000"},
    {&patterns::kms_key_id, "kms", true, "123456789012:alias/mine"},
    {&patterns::lambda_arn, "lambda", true, "123456789012:function:convert"},
    {&patterns::lambda_arn, "lambda", true, "123456789012:function:convert:$LATEST"},
    {&patterns::iam_role_arn, "iam", false, "123456789012:role/Export"},
};

bool accepted(Pattern const& pattern, std::string const& text) {
  return pattern.matches(text) || any_partition(pattern, text);
}

// Whether the endpoint rules put a region of this name into the partition.
bool has_region(Partition const& partition, std::string_view region) { return partition_of(region).id == partition.id; }

}  // namespace

TEST_CASE("any_partition: every ARN-like pattern of the model has a form here") {
  for (auto const* pattern : patterns::all) {
    CAPTURE(pattern->name);
    bool found = false;
    for (auto const& form : forms) found = found || form.pattern == pattern;
    CHECK(found == (pattern->regex.find("arn:") != std::string_view::npos));
  }
}

TEST_CASE("any_partition: each partition, each of its regions, each ARN-like pattern") {
  bool refused_by_model = false;
  for (auto const& partition : partitions())
    for (auto const region : partition.regions)
      for (auto const& form : forms) {
        auto const arn = form.in(partition.id, region);
        CAPTURE(arn);
        CHECK(accepted(*form.pattern, arn));
        refused_by_model = refused_by_model || !form.pattern->matches(arn);
      }
  CHECK(refused_by_model);
  // Regions that are newer than this release, by the partitions' rules.
  for (auto const& form : forms) {
    CHECK(accepted(*form.pattern, form.in("aws", "eu-north-12")));
    CHECK(accepted(*form.pattern, form.in("aws-eusc", "eusc-de-west-2")));
    CHECK(accepted(*form.pattern, form.in("aws-us-gov", "us-gov-central-1")));
  }
}

TEST_CASE("any_partition: nothing else that a pattern rejects is accepted") {
  for (auto const& form : forms) {
    auto const& pattern = *form.pattern;
    auto const good = form.in("aws-eusc", "eusc-de-east-1");
    CAPTURE(good);
    REQUIRE(accepted(pattern, good));
    auto spoiled = [&](std::string const& what, std::string const& by) {
      std::string arn = good;
      std::size_t const at = arn.find(what);
      REQUIRE(at != std::string::npos);
      CAPTURE(what);
      CAPTURE(by);
      arn.replace(at, what.size(), by);
      CAPTURE(arn);
      CHECK_FALSE(any_partition(pattern, arn));
    };
    for (std::string const partition : {"", "aws-", "aws-moon", "AWS-EUSC", "aws-eusc-", "eusc", "aws eusc", "-eusc"})
      spoiled("aws-eusc", partition);
    for (std::string const account : {"", "12345678901", "1234567890123", "12345678901x", "*"})
      // A KMS key may leave its account out, but then no colon is left.
      spoiled("123456789012", account);
    for (std::string const service : {"", "s3", "HEALTHLAKE", "healthlake ", "kmss"})
      spoiled(":" + form.service + ":", ":" + service + ":");
    for (std::string const arn : {"", "ARN", " arn", "urn"}) spoiled("arn:", arn + ":");
    if (form.regional) {
      for (std::string const region :
           {"us-east-1", "us-gov-west-1", "EUSC-DE-EAST-1", "eusc-de-east", "eusc-de-east-1a", "eusc-fr-east-1",
            "eusc-de-e/st-1", " eusc-de-east-1", "moon-base-1"}) {
        spoiled("eusc-de-east-1", region);
        REQUIRE_FALSE(has_region(partition_of("eusc-de-east-1"), region));
      }
      spoiled("eusc-de-east-1", "");
    } else {
      spoiled("::", ":eusc-de-east-1:");
    }
    CHECK_FALSE(any_partition(pattern, ""));
    CHECK_FALSE(any_partition(pattern, "arn:aws-eusc"));
    CHECK_FALSE(any_partition(pattern, "arn:aws-eusc:" + form.service + ":eusc-de-east-1"));
    CHECK_FALSE(any_partition(pattern, good + "\n"));
    CHECK_FALSE(any_partition(pattern, good + "\xff"));
  }
  // A region and a partition that are known, but not together.
  CHECK_FALSE(any_partition(patterns::lambda_arn, "arn:aws:lambda:us-gov-west-1:123456789012:function:f"));
  CHECK_FALSE(any_partition(patterns::lambda_arn, "arn:aws-us-gov:lambda:us-east-1:123456789012:function:f"));
  // Patterns that are not for ARNs.
  for (auto const* pattern : {&patterns::identifier, &patterns::tag, &patterns::client_token, &patterns::profile_id,
                              &patterns::s3_uri, &patterns::transformation_s3_uri})
    if (auto const arn = forms[0].in("aws-eusc", "eusc-de-east-1"); !pattern->matches(arn))
      CHECK_FALSE(any_partition(*pattern, arn));
}

TEST_CASE("any_partition: an option of validation; by default, the model decides") {
  ValidateOptions const open{.also_accept = &any_partition};
  ListTagsForResourceRequest tags{.resource_arn = forms[1].in("aws-eusc", "eusc-de-east-1")};
  CHECK(violations(tags).size() == 1);
  CHECK(violations(tags, open).empty());
  tags.resource_arn = forms[1].in("aws-us-gov", "us-gov-west-1");
  CHECK(violations(tags).empty());
  tags.resource_arn = forms[0].in("aws-moon", "moon-base-1");
  CHECK(violations(tags, open) == violations(tags));
  CHECK(violations(tags, open).size() == 1);

  // Lengths are limits of their own.
  tags.resource_arn = forms[1].in("aws-eusc", "eusc-de-east-1") + std::string(2000, 'x');
  CHECK(violations(tags, open) == violations(tags));
}
