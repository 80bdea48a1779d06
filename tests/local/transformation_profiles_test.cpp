#include "healthlake/local/transformation_profiles.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/local_bench.hpp"

using namespace healthlake;

namespace {

using Mapping = std::map<std::string, std::string>;

CreateDataTransformationProfileRequest profile_request(SourceFormat format = SourceFormat::csv) {
  return {.source_format = format, .profile_name = "name"};
}
CreateDataTransformationProfileRequest with_mapping(Mapping mapping, SourceFormat format = SourceFormat::csv) {
  auto request = profile_request(format);
  request.source.value.emplace<2>().profile_mapping = std::move(mapping);
  return request;
}
CreateDataTransformationProfileRequest copy_of(std::string id, std::int32_t version) {
  auto request = profile_request();
  request.source.value.emplace<1>() = {std::move(id), version};
  return request;
}
GetDataTransformationProfileResponse get(LocalBench& bench, std::string const& id,
                                         std::optional<std::int32_t> version = {}) {
  return bench.done<GetDataTransformationProfile>({id, version});
}

std::string const unknown(32, '0');

}  // namespace

TEST_CASE("a profile begins as a draft from a mapping, a starter, another profile or sample data") {
  LocalBench bench;
  auto request = with_mapping({{"a", "1"}, {"b", ""}});
  request.profile_description = "for tests";
  auto const created = bench.done<CreateDataTransformationProfile>(request);
  CHECK(created.version == 0);
  CHECK(created.source_format == SourceFormat::csv);
  CHECK(created.target_format == TargetFormat::fhir_r4);
  CHECK(created.profile_name == "name");
  CHECK(created.last_updated_at == bench_begin);
  auto const draft = get(bench, created.profile_id);
  CHECK(draft.version == 0);
  CHECK(draft.profile_mapping == Mapping{{"a", "1"}, {"b", ""}});
  CHECK(draft.profile_name == "name");
  CHECK(draft.profile_description == "for tests");
  CHECK_FALSE(draft.change_description);

  auto starter = profile_request(SourceFormat::ccda);
  starter.source.value.emplace<0>().starter_profile_name = "CCDA_STARTER";
  CHECK_FALSE(get(bench, bench.done<CreateDataTransformationProfile>(starter).profile_id).profile_mapping.empty());

  auto const copied = bench.done<CreateDataTransformationProfile>(copy_of(created.profile_id, 0));
  CHECK(copied.profile_id != created.profile_id);
  CHECK(get(bench, copied.profile_id).profile_mapping == draft.profile_mapping);

  bench.put("samples/x.csv", "a,b");
  bench.put("samples/y.csv", "a,b");
  auto sample = profile_request();
  sample.source.value.emplace<3>().s3_uri = "s3://bucket/samples";
  auto const sampled = get(bench, bench.done<CreateDataTransformationProfile>(sample).profile_id).profile_mapping;
  CHECK(sampled.size() == 2);
  CHECK(sampled.contains("x.csv.map"));
}

TEST_CASE("sources that are not there, are of another format or are empty are refused") {
  LocalBench bench;
  auto request = profile_request();
  request.source.value.emplace<0>().starter_profile_name = "none of ours";
  CHECK(bench.refused<CreateDataTransformationProfile>(request) == "ResourceNotFoundException");
  CHECK(bench.refused<CreateDataTransformationProfile>(copy_of(unknown, 0)) == "ResourceNotFoundException");
  CHECK(bench.refused<CreateDataTransformationProfile>(copy_of(bench.create_profile(), 2)) ==
        "ResourceNotFoundException");
  CHECK(bench.refused<CreateDataTransformationProfile>(copy_of(bench.create_profile(SourceFormat::ccda), 0)) ==
        "ValidationException");
  request.source.value.emplace<3>().s3_uri = "s3://bucket/nothing";
  CHECK(bench.refused<CreateDataTransformationProfile>(request) == "ValidationException");
  bench.objects.unlisted.insert("bucket");
  CHECK(bench.refused<CreateDataTransformationProfile>(request) == "AccessDeniedException");

  Mapping many;
  for (int i = 0; i < 501; ++i) many.emplace(std::to_string(i), "");
  for (auto const& mapping : {Mapping{}, Mapping{{"", "secret-mapping"}}, Mapping{{std::string(501, 'k'), ""}},
                              Mapping{{"k", std::string(102'401, 'v')}}, many})
    CHECK(bench.refused<CreateDataTransformationProfile>(with_mapping(mapping)) == "ValidationException");
  many.erase("0");
  bench.done<CreateDataTransformationProfile>(with_mapping(many));
  bench.done<CreateDataTransformationProfile>(with_mapping({{std::string(500, 'k'), std::string(102'400, 'v')}}));
  CHECK(bench.errors.find("secret-mapping") == std::string::npos);
}

TEST_CASE("creating is idempotent by token, and has a quota if one is asked for") {
  LocalBench bench{{.max_profiles = 1}};
  auto request = with_mapping({{"a", "secret-mapping"}});
  request.client_token = "token";
  auto const first = bench.done<CreateDataTransformationProfile>(request);
  CHECK(bench.done<CreateDataTransformationProfile>(request) == first);
  request.profile_name = "other";
  CHECK(bench.refused<CreateDataTransformationProfile>(request) == "ConflictException");
  request.client_token = "another";
  CHECK(bench.refused<CreateDataTransformationProfile>(request) == "ServiceQuotaExceededException");
  bench.done<DeleteDataTransformationProfile>({first.profile_id});
  bench.done<CreateDataTransformationProfile>(request);
  CHECK(bench.errors.find("secret-mapping") == std::string::npos);
}

TEST_CASE("an update replaces the draft and leaves versions alone") {
  LocalBench bench;
  std::string const id = bench.create_profile();
  bench.pass(10);
  auto const updated = bench.done<UpdateDataTransformationProfile>(
      {.profile_id = id, .profile_mapping = {{"n", "2"}}, .change_description = "why"});
  CHECK(updated.last_updated_at == bench.now);
  CHECK(updated.profile_name == "profile");
  CHECK(get(bench, id).profile_mapping == Mapping{{"n", "2"}});
  CHECK(get(bench, id, 0).change_description == "why");
  CHECK(get(bench, id, 1).profile_mapping == Mapping{{"a.map", "secret-mapping"}});
  CHECK(get(bench, id, 1).version == 1);
  CHECK(get(bench, id, 1).last_updated_at == bench_begin);
  CHECK(bench.refused<GetDataTransformationProfile>({id, 2}) == "ResourceNotFoundException");
}

TEST_CASE("versions 1 to 99 are published from the draft or from a version, and no more") {
  LocalBench bench;
  std::string const id = bench.create_profile(SourceFormat::csv, 1);
  bench.done<UpdateDataTransformationProfile>({.profile_id = id, .profile_mapping = {{"n", "2"}}});
  PublishDataTransformationProfileRequest request{
      .profile_id = id, .source_format = SourceFormat::csv, .change_description = "second"};
  auto const second = bench.done<PublishDataTransformationProfile>(request);
  CHECK(second.version == 2);
  CHECK(second.source_format == SourceFormat::csv);
  CHECK(get(bench, id, 2).profile_mapping == Mapping{{"n", "2"}});
  CHECK(get(bench, id, 2).change_description == "second");
  request.from_existing_version = 1;
  CHECK(bench.done<PublishDataTransformationProfile>(request).version == 3);
  CHECK(get(bench, id, 3).profile_mapping == get(bench, id, 1).profile_mapping);
  request.from_existing_version = 50;
  CHECK(bench.refused<PublishDataTransformationProfile>(request) == "ResourceNotFoundException");
  request.from_existing_version = 0;
  for (int version = 4; version <= 99; ++version)
    CHECK(bench.done<PublishDataTransformationProfile>(request).version == version);
  CHECK(bench.refused<PublishDataTransformationProfile>(request) == "ServiceQuotaExceededException");
  request.source_format = SourceFormat::ccda;
  CHECK(bench.refused<PublishDataTransformationProfile>(request) == "ValidationException");

  auto const versions = bench.in_single_pages<ListDataTransformationProfileVersions>(
      {.profile_id = id}, [](auto& page) -> auto& { return page.items; });
  REQUIRE(versions.size() == 100);
  CHECK(versions.front().version == 99);
  CHECK(versions.back().version == 0);
  CHECK(versions[97].change_description == "second");
  CHECK(versions[97].profile_id == id);
}

TEST_CASE("a profile that was deleted is gone from everything") {
  LocalBench bench;
  std::string const id = bench.create_profile();
  auto const deleted = bench.done<DeleteDataTransformationProfile>({id});
  CHECK(deleted.profile_id == id);
  CHECK(deleted.profile_name == "profile");
  CHECK(deleted.deletion_time == bench.now);
  for (auto const& gone : {id, unknown}) {
    CHECK(bench.refused<DeleteDataTransformationProfile>({gone}) == "ResourceNotFoundException");
    CHECK(bench.refused<GetDataTransformationProfile>({gone}) == "ResourceNotFoundException");
    CHECK(bench.refused<UpdateDataTransformationProfile>({.profile_id = gone, .profile_mapping = {{"a", ""}}}) ==
          "ResourceNotFoundException");
    CHECK(bench.refused<PublishDataTransformationProfile>({.profile_id = gone, .source_format = SourceFormat::csv}) ==
          "ResourceNotFoundException");
    CHECK(bench.refused<ListDataTransformationProfileVersions>({.profile_id = gone}) == "ResourceNotFoundException");
  }
  CHECK(bench.done<ListDataTransformationProfiles>({.source_format = SourceFormat::csv}).items.empty());
}

TEST_CASE("profiles are listed by format, newest first, in pages") {
  LocalBench bench;
  std::string const first = bench.create_profile(SourceFormat::csv, 2);
  std::string const other = bench.create_profile(SourceFormat::ccda, 0);
  std::string const second = bench.create_profile(SourceFormat::csv, 0);
  auto const all = bench.in_single_pages<ListDataTransformationProfiles>(
      {.source_format = SourceFormat::csv}, [](auto& page) -> auto& { return page.items; });
  REQUIRE(all.size() == 2);
  CHECK(all[0].profile_id == second);
  CHECK(all[0].version == 0);
  CHECK(all[1].profile_id == first);
  CHECK(all[1].version == 2);
  CHECK(all[1].profile_name == "profile");
  auto const token =
      bench.done<ListDataTransformationProfiles>({.source_format = SourceFormat::csv, .max_results = 1}).next_token;
  REQUIRE(token);
  CHECK(bench.refused<ListDataTransformationProfiles>({.source_format = SourceFormat::ccda, .next_token = token}) ==
        "ValidationException");
  CHECK(bench.refused<ListDataTransformationProfileVersions>({.profile_id = other, .next_token = token}) ==
        "ValidationException");
}

// A token outlives what it created: whatever became of that, the same request is answered with the same item.
TEST_CASE("the token of a profile that was deleted still names it, and creates no other one") {
  LocalBench bench;
  auto input = with_mapping({{"a", "secret-mapping"}});
  input.client_token = "tok";
  auto const first = bench.done<CreateDataTransformationProfile>(input);
  bench.done<DeleteDataTransformationProfile>({first.profile_id});
  CHECK(bench.done<CreateDataTransformationProfile>(input) == first);
  CHECK(bench.done<ListDataTransformationProfiles>({.source_format = SourceFormat::csv}).items.empty());
  CHECK(bench.refused<GetDataTransformationProfile>({first.profile_id}) == "ResourceNotFoundException");
  // A day later the token is a new one.
  bench.pass(86'400'000);
  CHECK(bench.done<CreateDataTransformationProfile>(input).profile_id != first.profile_id);
}
