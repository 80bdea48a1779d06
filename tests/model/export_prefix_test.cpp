// Every job leads to one bucket and one prefix that ends with a slash, or to the member that is at fault.
#include "healthlake/model/export_prefix.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace healthlake;

namespace {

ExportJobProperties job_to(std::string uri) {
  return {.job_id = "job-1",
          .job_status = JobStatus::completed,
          .datastore_id = "store-1",
          .output_data_config = {S3Configuration{std::move(uri), "alias/key"}}};
}

}  // namespace

TEST_CASE("the results of a job are below the folder that its ids name") {
  std::string_view const folder = "store-1-FHIR_EXPORT-job-1/";
  CHECK(*export_prefix(job_to("s3://bucket")) == S3Location{"bucket", std::string{folder}});
  CHECK(*export_prefix(job_to("s3://bucket/")) == S3Location{"bucket", std::string{folder}});
  for (std::string const uri : {"s3://bucket/a/b", "s3://bucket/a/b/"})
    CHECK(*export_prefix(job_to(uri)) == S3Location{"bucket", "a/b/" + std::string{folder}});
  // A key is bytes: nothing is decoded, resolved or dropped.
  for (std::string const key : {"a//", "/", "a b+%2B%/", "../", "?x#y/", "\xC3\xA9/"})
    CHECK(*export_prefix(job_to("s3://bucket/" + key)) == S3Location{"bucket", key + std::string{folder}});
}

TEST_CASE("the preview's form of the output location will do, and the status does not matter") {
  auto job = job_to("");
  job.output_data_config = {std::string{"s3://bucket/p"}};
  job.job_status = JobStatus::submitted;
  CHECK(export_prefix(job)->key == "p/store-1-FHIR_EXPORT-job-1/");
  job.output_data_config = {std::string{"bucket/p"}};
  CHECK(export_prefix(job).error().path == "OutputDataConfig.S3Uri");
}

TEST_CASE("a member that cannot be used is named") {
  auto const path_of = [](ExportJobProperties const& job) {
    auto const found = export_prefix(job);
    REQUIRE_FALSE(found);
    CHECK(to_string(found.error()).find("expected") != std::string::npos);
    return found.error().path;
  };
  for (std::string const uri : {"", "s3://", "s3:///key", "S3://bucket/a", "https://bucket/a", "s3://Bucket/a",
                                "s3://127.0.0.1/a", "s3://a/b", "s3://bucket\\a/b", "s3://..//b", "s3://bu cket/b"})
    CHECK_MESSAGE(path_of(job_to(uri)) == "OutputDataConfig.S3Configuration.S3Uri", uri);
  CHECK(path_of(job_to("s3://bucket/a\xFF")) == "OutputDataConfig.S3Configuration.S3Uri");
  CHECK(path_of(job_to("s3://bucket/" + std::string(1020, 'k'))) == "OutputDataConfig.S3Configuration.S3Uri");
  auto job = job_to("s3://bucket");
  job.output_data_config = {};
  CHECK(path_of(job) == "OutputDataConfig");
  job = job_to("s3://bucket");
  job.job_id.clear();
  CHECK(path_of(job) == "JobId");
  job = job_to("s3://bucket");
  job.datastore_id.clear();
  CHECK(path_of(job) == "DatastoreId");
}

TEST_CASE("an error does not repeat a whole URI, nor its control characters") {
  auto const error = export_prefix("\x1b[31m" + std::string(2000, 'x'), "d", "j").error();
  CHECK(error.path == "S3Uri");
  CHECK(error.found.size() < 100);
  CHECK(error.found.find('\x1b') == std::string::npos);
}
