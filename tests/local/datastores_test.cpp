#include "healthlake/local/datastores.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/local_bench.hpp"

using namespace healthlake;

namespace {

std::vector<std::string> names(ListFHIRDatastoresResponse const& page) {
  std::vector<std::string> all;
  for (auto const& datastore : page.datastore_properties_list) all.push_back(datastore.datastore_name.value_or("?"));
  return all;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a data store is CREATING, then ACTIVE, and returns what it was created with") {
  LocalBench bench;
  CreateFHIRDatastoreRequest const request{
      .datastore_name = "mine",
      .datastore_type_version = FHIRVersion::r4,
      .sse_configuration = SseConfiguration{{CmkType::customer_managed_kms_key, "alias/key"}},
      .preload_data_config = PreloadDataConfig{PreloadDataType::synthea},
      .identity_provider_configuration = IdentityProviderConfiguration{AuthorizationStrategy::smart_on_fhir, true},
      .analytics_configuration = AnalyticsConfiguration{AnalyticsStatus::enabled},
      .nlp_configuration = NlpConfiguration{NlpStatus::disabled},
      .profile_configuration = ProfileConfiguration{{{"us-core"}}}};
  auto const created = bench.done<CreateFHIRDatastore>(request);
  CHECK(created.datastore_id.size() == 32);
  CHECK(created.datastore_id.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(created.datastore_arn == "arn:aws:healthlake:us-east-1:123456789012:datastore/fhir/" + created.datastore_id);
  CHECK(created.datastore_endpoint ==
        "https://healthlake.us-east-1.amazonaws.com/datastore/" + created.datastore_id + "/r4/");
  CHECK(created.datastore_status == DatastoreStatus::creating);

  bench.pass(2'999);
  CHECK(bench.datastore_status(created.datastore_id) == "CREATING");
  bench.pass(1);
  auto const properties = bench.done<DescribeFHIRDatastore>({created.datastore_id}).datastore_properties;
  CHECK(properties.datastore_status == DatastoreStatus::active);
  CHECK(properties.datastore_arn == created.datastore_arn);
  CHECK(properties.datastore_endpoint == created.datastore_endpoint);
  CHECK(properties.created_at == bench_begin);
  CHECK(properties.datastore_name == request.datastore_name);
  CHECK(properties.datastore_type_version == FHIRVersion::r4);
  CHECK(properties.sse_configuration == request.sse_configuration);
  CHECK(properties.preload_data_config == request.preload_data_config);
  CHECK(properties.identity_provider_configuration == request.identity_provider_configuration);
  CHECK(properties.analytics_configuration == request.analytics_configuration);
  CHECK(properties.nlp_configuration == request.nlp_configuration);
  CHECK(properties.profile_configuration == request.profile_configuration);
}

TEST_CASE("without configurations a data store has a key of AWS and AWS's own authorization") {
  LocalBench bench;
  auto const properties = bench.done<DescribeFHIRDatastore>({bench.create_datastore()}).datastore_properties;
  REQUIRE(properties.sse_configuration);
  CHECK(properties.sse_configuration->kms_encryption_config.cmk_type == CmkType::aws_owned_kms_key);
  REQUIRE(properties.identity_provider_configuration);
  CHECK(properties.identity_provider_configuration->authorization_strategy == AuthorizationStrategy::aws_auth);
}

TEST_CASE("creating is idempotent by ClientToken") {
  LocalBench bench;
  CreateFHIRDatastoreRequest request{
      .datastore_name = "a", .datastore_type_version = FHIRVersion::r4, .client_token = "token"};
  std::string const id = bench.done<CreateFHIRDatastore>(request).datastore_id;
  bench.pass(3'000);
  auto const again = bench.done<CreateFHIRDatastore>(request);
  CHECK(again.datastore_id == id);
  CHECK(again.datastore_status == DatastoreStatus::active);
  request.datastore_name = "b";
  CHECK(bench.refused<CreateFHIRDatastore>(request) == "ValidationException");
  // The token is forgotten a day after its first use.
  bench.pass(86'400'000 - 3'000);
  CHECK(bench.done<CreateFHIRDatastore>(request).datastore_id != id);
}

TEST_CASE("what cannot be created: a customer's key without its id, bad tags, one more than the quota") {
  LocalBench bench{{.max_datastores = 2}};
  CreateFHIRDatastoreRequest request{.datastore_type_version = FHIRVersion::r4};
  request.sse_configuration = SseConfiguration{{CmkType::customer_managed_kms_key}};
  CHECK(bench.refused<CreateFHIRDatastore>(request) == "ValidationException");
  request.sse_configuration = SseConfiguration{{CmkType::aws_owned_kms_key}};
  request.tags = {{{"k", "1"}, {"k", "2"}}};
  CHECK(bench.refused<CreateFHIRDatastore>(request) == "ValidationException");
  request.tags.reset();

  std::string const first = bench.done<CreateFHIRDatastore>(request).datastore_id;
  bench.done<CreateFHIRDatastore>(request);
  CHECK(bench.refused<CreateFHIRDatastore>(request) == "ValidationException");
  CHECK(bench.errors.find("quota") != std::string::npos);
  bench.pass(3'000);
  bench.done<DeleteFHIRDatastore>({first});
  CHECK(bench.refused<CreateFHIRDatastore>(request) == "ValidationException");
  bench.pass(3'000);
  bench.done<CreateFHIRDatastore>(request);
}

TEST_CASE("an update replaces what it names, and takes a while") {
  LocalBench bench;
  std::string const id = bench.active_datastore();
  auto const updated = bench.done<UpdateFHIRDatastore>(
      {.datastore_id = id, .datastore_name = "new", .nlp_configuration = NlpConfiguration{NlpStatus::enabled}});
  CHECK(updated.datastore_properties.datastore_status == DatastoreStatus::updating);
  CHECK(updated.datastore_properties.datastore_name == "new");
  CHECK(bench.refused<UpdateFHIRDatastore>({.datastore_id = id, .datastore_name = "x"}) == "ConflictException");
  CHECK(bench.refused<DeleteFHIRDatastore>({id}) == "ConflictException");
  bench.pass(3'000);
  auto const properties = bench.done<DescribeFHIRDatastore>({id}).datastore_properties;
  CHECK(properties.datastore_status == DatastoreStatus::active);
  CHECK(properties.nlp_configuration == NlpConfiguration{NlpStatus::enabled});
  CHECK(properties.identity_provider_configuration.has_value());
  CHECK(bench.refused<UpdateFHIRDatastore>({.datastore_id = id}) == "ValidationException");
}

TEST_CASE("a data store that was deleted can still be described, and nothing else") {
  LocalBench bench;
  std::string const id = bench.create_datastore();
  CHECK(bench.refused<DeleteFHIRDatastore>({id}) == "ConflictException");
  bench.pass(3'000);
  auto const deleted = bench.done<DeleteFHIRDatastore>({id});
  CHECK(deleted.datastore_id == id);
  CHECK(deleted.datastore_status == DatastoreStatus::deleting);
  CHECK(bench.refused<DeleteFHIRDatastore>({id}) == "ConflictException");
  StartFHIRExportJobRequest const job{
      .output_data_config = output_to("s3://bucket"), .datastore_id = id, .data_access_role_arn = bench_role};
  CHECK(bench.refused<StartFHIRExportJob>(job) == "ValidationException");
  bench.pass(3'000);
  CHECK(bench.datastore_status(id) == "DELETED");
  CHECK(bench.refused<DeleteFHIRDatastore>({id}) == "ResourceNotFoundException");
  CHECK(bench.refused<UpdateFHIRDatastore>({.datastore_id = id, .datastore_name = "x"}) == "ResourceNotFoundException");
  CHECK(bench.refused<StartFHIRExportJob>(job) == "ResourceNotFoundException");
  CHECK(bench.done<ListFHIRExportJobs>({.datastore_id = id}).export_job_properties_list.empty());
}

TEST_CASE("unknown data stores are not found") {
  LocalBench bench;
  CHECK(bench.refused<DescribeFHIRDatastore>({"nowhere"}) == "ResourceNotFoundException");
  CHECK(bench.refused<UpdateFHIRDatastore>({.datastore_id = "nowhere"}) == "ResourceNotFoundException");
  CHECK(bench.refused<DeleteFHIRDatastore>({"nowhere"}) == "ResourceNotFoundException");
}

TEST_CASE("a data store is not deleted before the jobs on it have ended") {
  LocalBench bench;
  std::string const id = bench.active_datastore();
  std::string const other = bench.active_datastore();
  bench.done<StartFHIRExportJob>(
      {.output_data_config = output_to("s3://bucket"), .datastore_id = id, .data_access_role_arn = bench_role});
  CHECK(bench.refused<DeleteFHIRDatastore>({id}) == "ConflictException");
  bench.done<DeleteFHIRDatastore>({other});
  bench.pass(5'999);
  CHECK(bench.refused<DeleteFHIRDatastore>({id}) == "ConflictException");
  bench.pass(1);
  bench.done<DeleteFHIRDatastore>({id});
}

TEST_CASE("added data stores are ACTIVE from the start, and keep their place when added again") {
  LocalBench bench;
  REQUIRE(bench.service.add_datastore("ds1", {}));
  REQUIRE(bench.service.add_datastore("ds2", {}));
  bench.pass(1);
  REQUIRE(bench.service.add_datastore("ds1", {}));
  auto const all = bench.done<ListFHIRDatastores>({}).datastore_properties_list;
  REQUIRE(all.size() == 2);
  CHECK(all[0].datastore_id == "ds2");
  CHECK(all[1].datastore_id == "ds1");
  CHECK(all[1].created_at == bench_begin);
  CHECK(all[1].datastore_status == DatastoreStatus::active);
}

TEST_CASE("lists begin with the newest, filter and come in pages") {
  LocalBench bench;
  for (auto const* name : {"a", "b", "c", "a"}) {
    bench.create_datastore(name);
    bench.pass(1'000);
  }
  CHECK(names(bench.done<ListFHIRDatastores>({})) == Names{"a", "c", "b", "a"});
  auto const filtered = [&](DatastoreFilter filter) {
    return names(bench.done<ListFHIRDatastores>({.filter = std::move(filter)}));
  };
  CHECK(filtered({.datastore_name = "a"}) == Names{"a", "a"});
  CHECK(filtered({.datastore_status = DatastoreStatus::creating}) == Names{"a", "c"});
  CHECK(filtered({.datastore_status = DatastoreStatus::active}) == Names{"b", "a"});
  CHECK(filtered({.created_before = bench_begin + Milliseconds{1'000}}) == Names{"a"});
  CHECK(filtered({.created_after = bench_begin + Milliseconds{1'000}}) == Names{"a", "c"});
  CHECK(filtered({.datastore_name = "a", .created_after = bench_begin}) == Names{"a"});
  CHECK(filtered({}).size() == 4);

  auto const singly =
      bench.in_single_pages<ListFHIRDatastores>({.filter = DatastoreFilter{.datastore_name = "a"}},
                                                [](auto& page) -> auto& { return page.datastore_properties_list; });
  CHECK(singly.size() == 2);
}

TEST_CASE("a page token is good for its list and its filters only") {
  LocalBench bench;
  for (int i = 0; i < 3; ++i) bench.create_datastore();
  std::string const token = bench.done<ListFHIRDatastores>({.max_results = 1}).next_token.value();
  CHECK(bench.done<ListFHIRDatastores>({.next_token = token, .max_results = 9}).datastore_properties_list.size() == 2);
  CHECK(bench.done<ListFHIRDatastores>({.next_token = ""}).datastore_properties_list.size() == 3);
  CHECK(bench.refused<ListFHIRDatastores>({.filter = DatastoreFilter{.datastore_name = "a"}, .next_token = token}) ==
        "ValidationException");
  std::string tampered = token;
  tampered.back() = tampered.back() == '0' ? '1' : '0';
  CHECK(bench.refused<ListFHIRDatastores>({.next_token = tampered}) == "ValidationException");
  CHECK(bench.refused<ListFHIRDatastores>({.next_token = "3"}) == "ValidationException");
}

TEST_CASE("SYNTHEA preloads what an export finds") {
  LocalBench bench;
  std::string const id =
      bench
          .done<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4,
                                      .preload_data_config = PreloadDataConfig{PreloadDataType::synthea}})
          .datastore_id;
  bench.pass(3'000);
  bench.done<StartFHIRExportJob>(
      {.output_data_config = output_to("s3://bucket/out"), .datastore_id = id, .data_access_role_arn = bench_role});
  bench.pass(6'000);
  bench.service.settle();
  CHECK(bench.keys("out/").size() == 2);
}
