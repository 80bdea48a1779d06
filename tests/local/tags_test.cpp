#include "healthlake/local/tags.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/local_bench.hpp"

using namespace healthlake;

namespace {

std::string datastore_arn(std::string const& id) {
  return "arn:aws:healthlake:us-east-1:123456789012:datastore/fhir/" + id;
}
std::string profile_arn(std::string const& id) {
  return "arn:aws:healthlake:us-east-1:123456789012:dataTransformationProfile/" + id;
}
std::vector<Tag> numbered(int from, int count) {
  std::vector<Tag> tags;
  for (int i = from; i < from + count; ++i) tags.push_back({"key" + std::to_string(i), "value"});
  return tags;
}
std::vector<Tag> tags_of(LocalBench& bench, std::string const& arn) {
  auto const listed = bench.done<ListTagsForResource>({arn}).tags;
  REQUIRE(listed);
  return *listed;
}

}  // namespace

TEST_CASE("tags are added, replaced, listed in order and removed") {
  LocalBench bench;
  std::string const arn = datastore_arn(bench.active_datastore());
  CHECK(tags_of(bench, arn).empty());
  bench.done<TagResource>({arn, {{"b", "1"}, {"a", ""}}});
  bench.done<TagResource>({arn, {{"b", "2"}}});
  CHECK(tags_of(bench, arn) == std::vector<Tag>{{"a", ""}, {"b", "2"}});
  bench.done<UntagResource>({arn, {"a", "was-never-there"}});
  CHECK(tags_of(bench, arn) == std::vector<Tag>{{"b", "2"}});
}

TEST_CASE("what is created with tags has them") {
  LocalBench bench;
  auto const datastore =
      bench.done<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4, .tags = {{{"k", "v"}}}});
  CHECK(tags_of(bench, datastore.datastore_arn) == std::vector<Tag>{{"k", "v"}});
  CreateDataTransformationProfileRequest request{
      .source_format = SourceFormat::csv, .profile_name = "p", .tags = {{{"k", "v"}}}};
  request.source.value.emplace<0>().starter_profile_name = "CSV_STARTER";
  std::string const profile = bench.done<CreateDataTransformationProfile>(request).profile_id;
  CHECK(tags_of(bench, profile_arn(profile)) == std::vector<Tag>{{"k", "v"}});
}

TEST_CASE("a data store has at most 200 tags, a profile 50, and a request that exceeds that sets none") {
  LocalBench bench;
  std::string const datastore = datastore_arn(bench.active_datastore());
  std::string const profile = profile_arn(bench.create_profile());
  for (auto const& [arn, limit] : std::map<std::string, int>{{datastore, 200}, {profile, 50}}) {
    bench.done<TagResource>({arn, numbered(0, limit - 1)});
    CHECK(bench.refused<TagResource>({arn, numbered(500, 2)}) == "ValidationException");
    CHECK(tags_of(bench, arn).size() == static_cast<std::size_t>(limit - 1));
    bench.done<TagResource>({arn, numbered(500, 1)});
    // Replacing needs no room.
    bench.done<TagResource>({arn, {{"key500", "new"}}});
    CHECK(bench.refused<TagResource>({arn, numbered(501, 1)}) == "ValidationException");
    bench.done<UntagResource>({arn, {"key500"}});
    bench.done<TagResource>({arn, numbered(501, 1)});
  }
}

TEST_CASE("keys that AWS reserves, and duplicate keys, are refused") {
  LocalBench bench;
  std::string const arn = datastore_arn(bench.active_datastore());
  CHECK(bench.refused<TagResource>({arn, {{"aws:x", "v"}}}) == "ValidationException");
  CHECK(bench.refused<TagResource>({arn, {{"k", "1"}, {"k", "1"}}}) == "ValidationException");
  CHECK(tags_of(bench, arn).empty());
}

TEST_CASE("resources that are not there, or no more, are not found") {
  LocalBench bench;
  std::string const datastore = bench.active_datastore();
  std::string const profile = bench.create_profile();
  bench.done<DeleteFHIRDatastore>({datastore});
  // As long as it is DELETING it is there.
  bench.done<TagResource>({datastore_arn(datastore), {{"k", "v"}}});
  bench.pass(3'000);
  bench.done<DeleteDataTransformationProfile>({profile});
  std::string const nothing(32, '0');
  for (auto const& arn :
       {datastore_arn(datastore), profile_arn(profile), datastore_arn(nothing), profile_arn(nothing)}) {
    CHECK(bench.refused<TagResource>({arn, {{"k", "v"}}}) == "ResourceNotFoundException");
    CHECK(bench.refused<UntagResource>({arn, {"k"}}) == "ResourceNotFoundException");
    CHECK(bench.refused<ListTagsForResource>({arn}) == "ResourceNotFoundException");
  }
}
