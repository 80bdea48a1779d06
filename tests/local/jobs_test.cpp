// What the three families of jobs have in common.
#include "healthlake/local/jobs.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/local_bench.hpp"

using namespace healthlake;

namespace {

StartFHIRExportJobRequest export_of(std::string datastore) {
  return {.output_data_config = output_to("s3://bucket/out"),
          .datastore_id = std::move(datastore),
          .data_access_role_arn = bench_role,
          .client_token = "tok"};
}
StartFHIRImportJobRequest import_of(std::string datastore) {
  return {.input_data_config = {{std::string{"s3://bucket/in"}}},
          .job_output_data_config = output_to("s3://bucket/log"),
          .datastore_id = std::move(datastore),
          .data_access_role_arn = bench_role,
          .client_token = "tok"};
}

}  // namespace

// The token comes first: whether a new job could start now does not matter to a request that started one already.
TEST_CASE("the same Start is the same job, whatever its data store is going through") {
  LocalBench bench;
  bench.put("in/a.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n");
  std::string const id = bench.active_datastore();
  auto const exported = bench.done<StartFHIRExportJob>(export_of(id));
  auto const imported = bench.done<StartFHIRImportJob>(import_of(id));
  auto const check = [&](DatastoreStatus status) {
    CHECK(bench.datastore_status(id) == OpenEnum<DatastoreStatus>{status}.text());
    CHECK(bench.done<StartFHIRExportJob>(export_of(id)).job_id == exported.job_id);
    CHECK(bench.done<StartFHIRImportJob>(import_of(id)).job_id == imported.job_id);
    auto another = export_of(id);
    another.client_token = "another";
    if (status != DatastoreStatus::active) CHECK_FALSE(bench.call<StartFHIRExportJob>(another));
  };
  check(DatastoreStatus::active);
  bench.done<UpdateFHIRDatastore>({.datastore_id = id, .datastore_name = "new"});
  check(DatastoreStatus::updating);
  bench.pass(20'000);
  check(DatastoreStatus::active);
  bench.done<DeleteFHIRDatastore>({id});
  check(DatastoreStatus::deleting);
  bench.pass(3'000);
  check(DatastoreStatus::deleted);
}

TEST_CASE("the same Start is the same transformation job, whatever became of its profile") {
  LocalBench bench;
  bench.put("in/a.csv", "a,b");
  std::string const profile = bench.create_profile();
  StartDataTransformationJobRequest const request{
      .input_data_config = {.s3_uri = "s3://bucket/in/"},
      .output_data_config = {{.s3_uri = "s3://bucket/made", .kms_key_id = "alias/key"}},
      .data_access_role_arn = bench_role,
      .client_token = "tok",
      .profile_id = profile};
  std::string const job = bench.done<StartDataTransformationJob>(request).job_id;
  bench.done<DeleteDataTransformationProfile>({profile});
  CHECK(bench.done<StartDataTransformationJob>(request).job_id == job);
}

TEST_CASE("the token of a data store that was deleted still names it") {
  LocalBench bench;
  CreateFHIRDatastoreRequest const request{.datastore_type_version = FHIRVersion::r4, .client_token = "tok"};
  std::string const id = bench.done<CreateFHIRDatastore>(request).datastore_id;
  bench.pass(3'000);
  bench.done<DeleteFHIRDatastore>({id});
  bench.pass(3'000);
  auto const again = bench.done<CreateFHIRDatastore>(request);
  CHECK(again.datastore_id == id);
  CHECK(again.datastore_status == DatastoreStatus::deleted);
}

TEST_CASE("a job is described with the id of its data store, its family and no other") {
  LocalBench bench;
  bench.put("in/a.csv", "a,b");
  std::string const one = bench.active_datastore();
  std::string const two = bench.active_datastore();
  std::string const job = bench.done<StartFHIRExportJob>(export_of(one)).job_id;
  CHECK(bench.done<DescribeFHIRExportJob>({one, job}).export_job_properties.job_id == job);
  CHECK(bench.refused<DescribeFHIRExportJob>({two, job}) == "ResourceNotFoundException");
  CHECK(bench.refused<DescribeFHIRImportJob>({one, job}) == "ResourceNotFoundException");
  CHECK(bench.refused<DescribeDataTransformationJob>({job}) == "ResourceNotFoundException");
  CHECK(bench.errors.find("There is no export job \\\"" + job + "\\\" in the data store \\\"" + two + "\\\".") !=
        std::string::npos);
  CHECK(bench.errors.find("There is no transformation job \\\"" + job + "\\\".") != std::string::npos);
}

// What a request examines is bounded, whatever the filters let through; following the tokens finds everything.
TEST_CASE("a list with rare items has short pages, and loses none") {
  LocalBench bench{{.max_examined_per_page = 3}};
  std::string const id = bench.active_datastore();
  std::vector<std::string> wanted;
  for (int i = 0; i < 20; ++i) {
    auto job = export_of(id);
    job.client_token = "tok" + std::to_string(i);
    if (i == 0 || i == 12 || i == 13) job.job_name = "rare";
    std::string const started = bench.done<StartFHIRExportJob>(job).job_id;
    if (job.job_name) wanted.insert(wanted.begin(), started);
  }
  std::vector<std::string> found;
  int pages = 0;
  ListFHIRExportJobsRequest request{.datastore_id = id, .job_name = "rare"};
  do {
    auto page = bench.done<ListFHIRExportJobs>(request);
    for (auto const& job : page.export_job_properties_list) found.push_back(job.job_id);
    request.next_token = page.next_token;
    ++pages;
  } while (request.next_token);
  CHECK(found == wanted);
  CHECK(pages == 7);
  // A full page ends where the next item would have been, at the latest.
  auto const full = bench.done<ListFHIRExportJobs>({.datastore_id = id, .max_results = 3});
  CHECK(full.export_job_properties_list.size() == 3);
  CHECK(full.next_token);
}
