#include "healthlake/local/transformation_jobs.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/local_bench.hpp"

using namespace healthlake;

namespace {

StartDataTransformationJobRequest job_of(std::string const& profile, std::string const& token = "token") {
  return {.input_data_config = {.s3_uri = "s3://bucket/in/"},
          .output_data_config = {{.s3_uri = "s3://bucket/out", .kms_key_id = "alias/key"}},
          .data_access_role_arn = bench_role,
          .client_token = token,
          .profile_id = profile};
}
TransformationJobProperties describe(LocalBench& bench, std::string const& job) {
  return bench.done<DescribeDataTransformationJob>({job}).transformation_job_properties;
}
TransformationJobProperties run(LocalBench& bench, StartDataTransformationJobRequest const& request) {
  std::string const job = bench.done<StartDataTransformationJob>(request).job_id;
  bench.pass(6'000);
  return describe(bench, job);
}

}  // namespace

TEST_CASE("a job creates one DocumentReference per file, and reports how many") {
  LocalBench bench;
  std::string const profile = bench.create_profile(SourceFormat::csv, 2);
  bench.put("in/a.csv", "x,y");
  bench.put("in/b/c.csv", "x");
  bench.put("in/d.xml", "<x/>");
  auto request = job_of(profile);
  request.job_name = "mine";
  request.drift_detection_enabled = true;
  auto const started = bench.done<StartDataTransformationJob>(request);
  CHECK(started.job_status == TransformationJobStatus::submitted);
  CHECK(started.job_id.size() == 32);
  bench.pass(1'000);
  CHECK(describe(bench, started.job_id).job_status == TransformationJobStatus::in_progress);
  CHECK_FALSE(describe(bench, started.job_id).job_progress_report);
  bench.pass(5'000);
  auto const job = describe(bench, started.job_id);
  CHECK(job.job_status == TransformationJobStatus::completed);
  CHECK(job.end_time == bench.now);
  CHECK(job.submit_time == bench_begin);
  CHECK(job.job_name == "mine");
  CHECK(job.profile_id == profile);
  CHECK(job.profile_name == "profile");
  CHECK(job.profile_version == 2);
  CHECK(job.drift_detection_enabled == true);
  CHECK_FALSE(job.provenance_enabled);
  CHECK_FALSE(job.message);
  CHECK(job.input_data_config == TransformationInputDataConfig{"s3://bucket/in/", SourceFormat::csv});
  CHECK(job.output_data_config == request.output_data_config);
  CHECK(job.job_progress_report == TransformationJobProgressReport{2, 2, 0, 2});

  std::string const text = bench.get("out/DATA_TRANSFORMATION-" + job.job_id + "/resources.ndjson");
  auto const first = nlohmann::json::parse(text.substr(0, text.find('\n')));
  CHECK(first ==
        nlohmann::json{
            {"resourceType", "DocumentReference"},
            {"id", job.job_id + "-1"},
            {"status", "current"},
            {"content",
             {{{"attachment", {{"contentType", "text/csv"}, {"url", "s3://bucket/in/a.csv"}, {"size", 3}}}}}}});
  CHECK(text.find("in/b/c.csv") != std::string::npos);
  CHECK(text.find("in/d.xml") == std::string::npos);
}

TEST_CASE("with provenance each file gives two resources") {
  LocalBench bench;
  auto request = job_of(bench.create_profile(SourceFormat::ccda));
  request.provenance_enabled = true;
  bench.put("in/a.xml", " <x/>");
  auto const job = run(bench, request);
  CHECK(job.job_progress_report == TransformationJobProgressReport{1, 1, 0, 2});
  std::string const text = bench.get("out/DATA_TRANSFORMATION-" + job.job_id + "/resources.ndjson");
  auto const origin = nlohmann::json::parse(text.substr(text.find('\n')));
  CHECK(origin.at("resourceType") == "Provenance");
  CHECK(origin.at("target").at(0).at("reference") == "DocumentReference/" + job.job_id + "-1");
  CHECK(origin.at("recorded") == to_iso8601(*job.end_time));
}

TEST_CASE("files that cannot be converted are counted; if none can, the job is FAILED") {
  LocalBench bench;
  std::string const profile = bench.create_profile(SourceFormat::ccda);
  auto job = run(bench, job_of(profile, "1"));
  CHECK(job.job_status == TransformationJobStatus::failed);
  CHECK(job.message == "No files of the expected format were found below the InputDataConfig");
  bench.put("in/empty.xml", "");
  bench.put("in/latin1.xml", "<\xe9/>");
  bench.put("in/blank.xml", " \n");
  bench.put("in/text.xml", "text");
  job = run(bench, job_of(profile, "2"));
  CHECK(job.job_status == TransformationJobStatus::failed);
  CHECK(job.job_progress_report == TransformationJobProgressReport{4, 0, 4, 0});
  bench.put("in/good.xml", "<x/>");
  job = run(bench, job_of(profile, "3"));
  CHECK(job.job_status == TransformationJobStatus::completed_with_errors);
  CHECK(job.message == "4 of 5 files could not be converted");
  CHECK(job.job_progress_report == TransformationJobProgressReport{5, 1, 4, 1});
  bench.objects.deny("denied");
  auto request = job_of(profile, "4");
  request.output_data_config.s3_configuration.s3_uri = "s3://denied/out";
  job = run(bench, request);
  CHECK(job.job_status == TransformationJobStatus::failed);
  CHECK(job.message == "The output cannot be written: access denied");
}

TEST_CASE("files that cannot be read count as failed, and a bucket that cannot be listed is FAILED") {
  LocalBench bench;
  std::string const profile = bench.create_profile();
  bench.put("in/a.csv", "a");
  bench.put("in/b.csv", "b");
  bench.objects.unreadable.insert("in/b.csv");
  CHECK(run(bench, job_of(profile, "1")).job_progress_report == TransformationJobProgressReport{2, 1, 1, 1});
  bench.objects.unlisted.insert("bucket");
  auto const job = run(bench, job_of(profile, "2"));
  CHECK(job.job_status == TransformationJobStatus::failed);
  CHECK(job.message == "The InputDataConfig cannot be read: access denied");
  CHECK(job.job_progress_report == TransformationJobProgressReport{});
}

TEST_CASE("the same token starts one job, also when the profile has changed since") {
  LocalBench bench;
  std::string const profile = bench.create_profile();
  auto request = job_of(profile);
  std::string const id = bench.done<StartDataTransformationJob>(request).job_id;
  bench.done<DeleteDataTransformationProfile>({profile});
  CHECK(bench.done<StartDataTransformationJob>(request).job_id == id);
  request.job_name = "other";
  CHECK(bench.refused<StartDataTransformationJob>(request) == "ValidationException");
}

TEST_CASE("a job needs a profile that is there, published, and of the format") {
  LocalBench bench;
  CHECK(bench.refused<StartDataTransformationJob>(job_of(std::string(32, '0'))) == "ResourceNotFoundException");
  CHECK(bench.refused<StartDataTransformationJob>(job_of(bench.create_profile(SourceFormat::csv, 0))) ==
        "ValidationException");
  auto request = job_of(bench.create_profile());
  request.input_data_config.source_format = SourceFormat::ccda;
  CHECK(bench.refused<StartDataTransformationJob>(request) == "ValidationException");
  CHECK(bench.refused<DescribeDataTransformationJob>({"unknown"}) == "ResourceNotFoundException");
}

TEST_CASE("transformation jobs are listed newest first, with filters and pages") {
  LocalBench bench;
  std::string const profile = bench.create_profile();
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    auto request = job_of(profile, std::to_string(i));
    if (i == 1) request.job_name = "named";
    ids.insert(ids.begin(), bench.done<StartDataTransformationJob>(request).job_id);
    bench.pass(1'000);
  }
  auto const listed = [&](ListDataTransformationJobsRequest const& request) {
    std::vector<std::string> found;
    for (auto const& job : bench.done<ListDataTransformationJobs>(request).items) found.push_back(job.job_id);
    return found;
  };
  using Ids = std::vector<std::string>;
  CHECK(listed({}) == ids);
  CHECK(listed({.job_name = "named"}) == Ids{ids[1]});
  CHECK(listed({.job_status = TransformationJobStatus::queued}) == Ids{ids[0], ids[1]});
  CHECK(listed({.submitted_after = bench_begin}) == Ids{ids[0], ids[1]});
  CHECK(listed({.submitted_before = bench_begin + Milliseconds{1}}) == Ids{ids[2]});
  auto const singly =
      bench.in_single_pages<ListDataTransformationJobs>({}, [](auto& page) -> auto& { return page.items; });
  REQUIRE(singly.size() == 3);
  CHECK(singly[1].job_name == "named");
  CHECK(singly[1].source_format == SourceFormat::csv);
  CHECK(singly[1].submit_time == bench_begin + Milliseconds{1'000});
  auto const token = bench.done<ListDataTransformationJobs>({.max_results = 2}).next_token;
  CHECK(bench.refused<ListDataTransformationJobs>({.next_token = token, .job_name = "named"}) == "ValidationException");
}
