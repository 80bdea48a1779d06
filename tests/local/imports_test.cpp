#include "healthlake/local/imports.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/local_bench.hpp"

using namespace healthlake;

namespace {

std::string resource(std::string const& type, std::string const& id, std::string const& more = {}) {
  return "{\"resourceType\":\"" + type + "\",\"id\":\"" + id + "\"" + more + "}\n";
}

StartFHIRImportJobRequest import_of(std::string const& datastore, std::string const& uri = "s3://bucket/in/") {
  return {.input_data_config = {{uri}},
          .job_output_data_config = output_to("s3://bucket/log"),
          .datastore_id = datastore,
          .data_access_role_arn = bench_role};
}

ImportJobProperties describe(LocalBench& bench, std::string const& datastore, std::string const& job) {
  return bench.done<DescribeFHIRImportJob>({.datastore_id = datastore, .job_id = job}).import_job_properties;
}

// Runs it to its end.
ImportJobProperties run(LocalBench& bench, StartFHIRImportJobRequest const& request) {
  std::string const job = bench.done<StartFHIRImportJob>(request).job_id;
  bench.pass(6'000);
  return describe(bench, request.datastore_id, job);
}

// What an export finds in the data store, by type.
std::string exported(LocalBench& bench, std::string const& datastore, std::string const& type) {
  std::string const job = bench
                              .done<StartFHIRExportJob>({.output_data_config = output_to("s3://bucket/out"),
                                                         .datastore_id = datastore,
                                                         .data_access_role_arn = bench_role})
                              .job_id;
  bench.pass(6'000);
  bench.service.settle();
  return bench.get("out/" + datastore + "-FHIR_EXPORT-" + job + "/" + type + "/" + type + "-001.ndjson");
}

}  // namespace

TEST_CASE("an import reads every *.ndjson below its prefix, and a later export has what it brought") {
  LocalBench bench;
  std::string const datastore = bench.active_datastore();
  bench.put("in/a.ndjson", resource("Patient", "1") + resource("Patient", "2"));
  bench.put("in/deeper/b.ndjson", "\r\n" + resource("Observation", "3"));
  bench.put("in/readme.txt", "not this");
  bench.put("input/c.ndjson", resource("Patient", "9"));

  auto const started = bench.done<StartFHIRImportJob>(import_of(datastore));
  CHECK(started.job_status == JobStatus::submitted);
  CHECK(started.datastore_id == datastore);
  bench.pass(1'000);
  auto job = describe(bench, datastore, started.job_id);
  CHECK(job.job_status == JobStatus::in_progress);
  CHECK_FALSE(job.job_progress_report);
  bench.pass(5'000);
  job = describe(bench, datastore, started.job_id);
  CHECK(job.job_status == JobStatus::completed);
  CHECK(job.end_time == job.submit_time + Milliseconds{6'000});
  CHECK(job.validation_level == ValidationLevel::strict);
  CHECK(job.input_data_config == InputDataConfig{std::string{"s3://bucket/in/"}});
  CHECK(job.job_output_data_config == output_to("s3://bucket/log"));
  CHECK(job.data_access_role_arn == bench_role);
  CHECK_FALSE(job.message);
  REQUIRE(job.job_progress_report);
  CHECK(job.job_progress_report->total_number_of_scanned_files == 2);
  CHECK(job.job_progress_report->total_number_of_imported_files == 2);
  CHECK(job.job_progress_report->total_number_of_resources_scanned == 3);
  CHECK(job.job_progress_report->total_number_of_resources_imported == 3);
  CHECK(job.job_progress_report->total_number_of_resources_with_customer_error == 0);
  CHECK(job.job_progress_report->total_number_of_files_read_with_customer_error == 0);
  auto const bytes = bench.get("in/a.ndjson").size() + bench.get("in/deeper/b.ndjson").size();
  CHECK(job.job_progress_report->total_size_of_scanned_files_in_mb == static_cast<double>(bytes) / 1e6);
  CHECK(job.job_progress_report->throughput == static_cast<double>(bytes) / 1e6 * 1000 / 5'000);
  CHECK_FALSE(job.job_progress_report->total_number_of_scanned_non_fhir_files);

  CHECK(exported(bench, datastore, "Patient") == resource("Patient", "1") + resource("Patient", "2"));
  CHECK(exported(bench, datastore, "Observation") == resource("Observation", "3"));
}

TEST_CASE("the log has a manifest, and says of each line what became of it without repeating it") {
  LocalBench bench;
  std::string const datastore = bench.active_datastore();
  bench.put("in/a.ndjson", resource("Patient", "1") + "confidential, not JSON\n" + resource("Patient", "2"));
  bench.put("in/b.ndjson", "{\"resourceType\":\"Patient\"}\n");
  auto const job = run(bench, import_of(datastore));
  CHECK(job.job_status == JobStatus::completed_with_errors);
  CHECK(job.message == "2 of 4 resources were rejected and 0 of 2 files could not be read");

  std::string const folder = "log/" + datastore + "-FHIR_IMPORT-" + job.job_id + "/";
  CHECK(bench.keys("log/") == std::vector<std::string>{folder + "FAILURE/a.ndjson", folder + "FAILURE/b.ndjson",
                                                       folder + "SUCCESS/a.ndjson", folder + "manifest.json"});
  CHECK(bench.get(folder + "SUCCESS/a.ndjson") ==
        "{\"line\":1,\"resourceType\":\"Patient\",\"id\":\"1\"}\n"
        "{\"line\":3,\"resourceType\":\"Patient\",\"id\":\"2\"}\n");
  CHECK(bench.get(folder + "FAILURE/a.ndjson") == "{\"line\":2,\"error\":\"not a JSON object with a resourceType\"}\n");
  CHECK(bench.get(folder + "FAILURE/b.ndjson") == "{\"line\":1,\"error\":\"the resource has no id\"}\n");

  auto const manifest = nlohmann::json::parse(bench.get(folder + "manifest.json"));
  CHECK(manifest.at("inputDataConfig") == nlohmann::json{{"s3Uri", "s3://bucket/in/"}});
  CHECK(manifest.at("outputDataConfig") ==
        nlohmann::json{{"s3Uri", "s3://bucket/" + folder}, {"encryptionKeyID", "alias/key"}});
  CHECK(manifest.at("successOutput") == nlohmann::json{{"successOutputS3Uri", "s3://bucket/" + folder + "SUCCESS/"}});
  CHECK(manifest.at("failureOutput") == nlohmann::json{{"failureOutputS3Uri", "s3://bucket/" + folder + "FAILURE/"}});
  CHECK(manifest.at("numberOfScannedFiles") == 2);
  CHECK(manifest.at("numberOfFilesImported") == 1);
  CHECK(manifest.at("numberOfResourcesScanned") == 4);
  CHECK(manifest.at("numberOfResourcesImportedSuccessfully") == 2);
  CHECK(manifest.at("numberOfResourcesWithCustomerError") == 2);
  CHECK(manifest.at("numberOfResourcesWithServerError") == 0);
  CHECK(manifest.at("sizeOfScannedFilesInMB").get<double>() > 0);
  CHECK(manifest.at("sizeOfDataImportedSuccessfullyInMB").get<double>() ==
        static_cast<double>(2 * resource("Patient", "1").size() - 2) / 1e6);
  for (auto const& key : bench.keys("log/")) CHECK(bench.get(key).find("confidential") == std::string::npos);
}

TEST_CASE("a resource takes the place of the one with its type and id") {
  LocalBench bench;
  REQUIRE(bench.service.add_datastore(
      "ds1", {{"x", resource("Patient", "1", ",\"v\":0") + resource("Patient", "2", ",\"v\":0")}}));
  bench.put("in/a.ndjson", resource("Patient", "2", ",\"v\":1") + resource("Patient", "3", ",\"v\":1") +
                               resource("Observation", "1", ",\"v\":1"));
  run(bench, import_of("ds1"));
  CHECK(exported(bench, "ds1", "Patient") == resource("Patient", "1", ",\"v\":0") +
                                                 resource("Patient", "2", ",\"v\":1") +
                                                 resource("Patient", "3", ",\"v\":1"));
  bench.put("in/a.ndjson", resource("Patient", "3", ",\"v\":2"));
  run(bench, import_of("ds1"));
  CHECK(exported(bench, "ds1", "Patient").ends_with(resource("Patient", "3", ",\"v\":2")));
  CHECK(exported(bench, "ds1", "Observation") == resource("Observation", "1", ",\"v\":1"));
}

TEST_CASE("how strict the checks are follows from the ValidationLevel") {
  std::string const good = resource("Patient", "1");
  std::string const no_id = "{\"resourceType\":\"Patient\"}\n";
  std::string const bad_id = "{\"resourceType\":\"Patient\",\"id\":\"no spaces\"}\n";
  std::string const number_id = "{\"resourceType\":\"Patient\",\"id\":7}\n";
  std::string const no_type = "{\"id\":\"1\"}\n";
  struct Row {
    ValidationLevel level;
    std::int64_t imported;
  };
  for (auto const& row :
       {Row{ValidationLevel::strict, 1}, Row{ValidationLevel::structure_only, 2}, Row{ValidationLevel::minimal, 4}}) {
    LocalBench bench;
    std::string const datastore = bench.active_datastore();
    bench.put("in/a.ndjson", good + no_id + bad_id + number_id + no_type);
    auto request = import_of(datastore);
    request.validation_level = row.level;
    auto const job = run(bench, request);
    CHECK(job.validation_level == row.level);
    REQUIRE(job.job_progress_report);
    CHECK(job.job_progress_report->total_number_of_resources_imported == row.imported);
    CHECK(job.job_progress_report->total_number_of_resources_with_customer_error == 5 - row.imported);
  }
}

TEST_CASE("nothing to read, and a log that cannot be written, is FAILED and imports nothing") {
  LocalBench bench;
  std::string const datastore = bench.active_datastore();
  auto job = run(bench, import_of(datastore));
  CHECK(job.job_status == JobStatus::failed);
  CHECK(job.message == "No files of the expected format were found below the InputDataConfig");
  CHECK_FALSE(job.job_progress_report);

  bench.put("in/a.ndjson", resource("Patient", "1"));
  bench.objects.deny("denied");
  auto request = import_of(datastore);
  request.job_output_data_config = output_to("s3://denied/log");
  job = run(bench, request);
  CHECK(job.job_status == JobStatus::failed);
  CHECK(job.message == "The log cannot be written: access denied");
  CHECK(exported(bench, datastore, "Patient").starts_with("nothing"));
}

TEST_CASE("a file that cannot be read is left out, and a bucket that cannot be listed is FAILED") {
  LocalBench bench;
  std::string const datastore = bench.active_datastore();
  bench.put("in/a.ndjson", resource("Patient", "1"));
  bench.put("in/b.ndjson", resource("Patient", "2"));
  bench.objects.unreadable.insert("in/a.ndjson");
  auto job = run(bench, import_of(datastore));
  CHECK(job.job_status == JobStatus::completed_with_errors);
  CHECK(job.message == "0 of 1 resources were rejected and 1 of 2 files could not be read");
  CHECK(job.job_progress_report->total_number_of_files_read_with_customer_error == 1);
  CHECK(job.job_progress_report->total_number_of_imported_files == 1);
  CHECK(bench.get("log/" + datastore + "-FHIR_IMPORT-" + job.job_id + "/FAILURE/a.ndjson") ==
        "{\"error\":\"the file cannot be read\"}\n");
  CHECK(exported(bench, datastore, "Patient") == resource("Patient", "2"));
  bench.objects.unlisted.insert("bucket");
  job = run(bench, import_of(datastore));
  CHECK(job.job_status == JobStatus::failed);
  CHECK(job.message == "The InputDataConfig cannot be read: access denied");
}

TEST_CASE("a URI may name one object") {
  LocalBench bench;
  std::string const datastore = bench.active_datastore();
  bench.put("in/a.ndjson", resource("Patient", "1"));
  bench.put("in/b.ndjson", resource("Patient", "2"));
  auto const job = run(bench, import_of(datastore, "s3://bucket/in/b.ndjson"));
  CHECK(job.job_status == JobStatus::completed);
  CHECK(bench.get("log/" + datastore + "-FHIR_IMPORT-" + job.job_id + "/SUCCESS/b.ndjson").find("\"2\"") !=
        std::string::npos);
  CHECK(run(bench, import_of(datastore, "s3://bucket")).job_progress_report->total_number_of_scanned_files > 1);
}

TEST_CASE("with a profile, files that are not FHIR become FHIR first") {
  LocalBench bench;
  std::string const datastore = bench.active_datastore();
  bench.put("in/a.xml", "<ClinicalDocument/>");
  bench.put("in/b.xml", "no XML");
  bench.put("in/c.ndjson", resource("Patient", "1"));
  auto request = import_of(datastore);
  request.profile_id = bench.create_profile(SourceFormat::ccda);
  request.input_format = "CCDA";
  request.provenance_enabled = true;
  auto const job = run(bench, request);
  CHECK(job.job_status == JobStatus::completed_with_errors);
  REQUIRE(job.job_progress_report);
  auto const& report = *job.job_progress_report;
  CHECK(report.total_number_of_scanned_non_fhir_files == 2);
  CHECK(report.total_number_of_imported_non_fhir_files == 1);
  CHECK(report.total_number_of_non_fhir_files_read_with_customer_error == 1);
  CHECK(report.total_files_converted == 1);
  CHECK(report.total_resources_generated == 2);
  CHECK(report.total_number_of_non_fhir_resources_imported == 2);
  CHECK(exported(bench, datastore, "DocumentReference").find("s3://bucket/in/a.xml") != std::string::npos);
  CHECK(exported(bench, datastore, "Provenance").find("source") != std::string::npos);
  CHECK(bench.get("log/" + datastore + "-FHIR_IMPORT-" + job.job_id + "/FAILURE/b.xml") ==
        "{\"error\":\"the file is not XML\"}\n");

  request.input_format = "CSV";
  CHECK(bench.refused<StartFHIRImportJob>(request) == "ValidationException");
  request.input_format.reset();
  request.profile_id = bench.create_profile(SourceFormat::ccda, 0);
  CHECK(bench.refused<StartFHIRImportJob>(request) == "ValidationException");
  request.profile_id = std::string(32, '0');
  CHECK(bench.refused<StartFHIRImportJob>(request) == "ResourceNotFoundException");
}

TEST_CASE("imports wait for each other, are idempotent by token, and need an ACTIVE data store") {
  LocalBench bench;
  std::string const creating = bench.create_datastore();
  CHECK(bench.refused<StartFHIRImportJob>(import_of(creating)) == "ValidationException");
  CHECK(bench.refused<StartFHIRImportJob>(import_of("nowhere")) == "ResourceNotFoundException");
  bench.pass(3'000);
  auto request = import_of(creating);
  request.client_token = "token";
  std::string const first = bench.done<StartFHIRImportJob>(request).job_id;
  CHECK(bench.done<StartFHIRImportJob>(request).job_id == first);
  request.job_name = "other";
  CHECK(bench.refused<StartFHIRImportJob>(request) == "ValidationException");
  std::string const second = bench.done<StartFHIRImportJob>(import_of(creating)).job_id;
  bench.pass(1'000);
  CHECK(describe(bench, creating, first).job_status == JobStatus::in_progress);
  CHECK(describe(bench, creating, second).job_status == JobStatus::queued);
  CHECK(bench.refused<DeleteFHIRDatastore>({creating}) == "ConflictException");
  bench.pass(5'000);
  CHECK(describe(bench, creating, second).job_status == JobStatus::in_progress);
}

TEST_CASE("what is not an import job of the data store is not found") {
  LocalBench bench;
  std::string const one = bench.active_datastore();
  std::string const two = bench.active_datastore();
  std::string const job = bench.done<StartFHIRImportJob>(import_of(one)).job_id;
  CHECK(bench.refused<DescribeFHIRImportJob>({two, job}) == "ResourceNotFoundException");
  CHECK(bench.refused<DescribeFHIRImportJob>({one, "other"}) == "ResourceNotFoundException");
  CHECK(bench.refused<DescribeFHIRImportJob>({"nowhere", job}) == "ResourceNotFoundException");
  CHECK(bench.refused<ListFHIRImportJobs>({.datastore_id = "nowhere"}) == "ResourceNotFoundException");
}

TEST_CASE("import jobs are listed newest first, with filters and pages") {
  LocalBench bench;
  std::string const datastore = bench.active_datastore();
  Timestamp const begin = bench.now;
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    auto request = import_of(datastore);
    if (i == 1) request.job_name = "named";
    ids.insert(ids.begin(), bench.done<StartFHIRImportJob>(request).job_id);
    bench.pass(1'000);
  }
  auto const listed = [&](ListFHIRImportJobsRequest const& request) {
    std::vector<std::string> found;
    for (auto const& job : bench.done<ListFHIRImportJobs>(request).import_job_properties_list)
      found.push_back(job.job_id);
    return found;
  };
  using Ids = std::vector<std::string>;
  CHECK(listed({.datastore_id = datastore}) == ids);
  CHECK(listed({.datastore_id = datastore, .job_name = "named"}) == Ids{ids[1]});
  CHECK(listed({.datastore_id = datastore, .job_status = JobStatus::in_progress}) == Ids{ids[2]});
  CHECK(listed({.datastore_id = datastore, .submitted_before = begin + Milliseconds{1'000}}) == Ids{ids[2]});
  CHECK(listed({.datastore_id = datastore, .submitted_after = begin + Milliseconds{1'000}}) == Ids{ids[0]});
  CHECK(listed({.datastore_id = bench.create_datastore()}).empty());
  auto const singly = bench.in_single_pages<ListFHIRImportJobs>(
      {.datastore_id = datastore}, [](auto& page) -> auto& { return page.import_job_properties_list; });
  REQUIRE(singly.size() == 3);
  CHECK(singly[2].job_id == ids[2]);
  // A token of another list is not valid for this one.
  bench.done<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4});
  auto const token = bench.done<ListFHIRDatastores>({.max_results = 1}).next_token;
  CHECK(bench.refused<ListFHIRImportJobs>({.datastore_id = datastore, .next_token = token}) == "ValidationException");
}
