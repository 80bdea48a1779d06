#include "healthlake/model/export_job.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "healthlake/core/print.hpp"
#include "healthlake/core/validate.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"

using namespace healthlake;

namespace {

template <class T>
std::vector<std::string> paths(T const& value) {
  std::vector<std::string> out;
  for (auto const& violation : violations(value)) out.push_back(violation.path);
  return out;
}

template <Operation Op>
std::vector<std::string_view> codes() {
  std::vector<std::string_view> out;
  for (auto const* info : operation_info<Op>.errors) out.push_back(info->code);
  std::sort(out.begin(), out.end());
  return out;
}

OutputDataConfig config(std::string_view json) {
  auto decoded = decode<OutputDataConfig>(json);
  REQUIRE(decoded.has_value());
  CHECK(decoded->missing.empty());
  return decoded->value;
}

using Paths = std::vector<std::string>;
using Codes = std::vector<std::string_view>;

}  // namespace

TEST_CASE("the three operations and their errors") {
  CHECK(operation_info<StartFHIRExportJob>.name == "StartFHIRExportJob");
  CHECK(codes<StartFHIRExportJob>() == Codes{"AccessDeniedException", "FailedDependencyException",
                                             "InternalServerException", "ResourceNotFoundException",
                                             "ThrottlingException", "ValidationException"});
  CHECK(codes<DescribeFHIRExportJob>() ==
        Codes{"InternalServerException", "ResourceNotFoundException", "ThrottlingException", "ValidationException"});
  CHECK(codes<ListFHIRExportJobs>() == Codes{"AccessDeniedException", "InternalServerException",
                                             "ResourceNotFoundException", "ThrottlingException",
                                             "ValidationException"});
}

TEST_CASE("OutputDataConfig in its two forms, and in both at once") {
  constexpr char const* current = R"({"S3Configuration":{"S3Uri":"s3://bucket/a","KmsKeyId":"key"}})";
  constexpr char const* preview = R"({"S3Uri":"s3://bucket/b"})";
  CHECK(config(current).s3_configuration()->s3_uri == "s3://bucket/a");
  CHECK(config(current).s3_uri() == nullptr);
  CHECK(*config(preview).s3_uri() == "s3://bucket/b");
  CHECK(config(preview).s3_configuration() == nullptr);
  CHECK(*encode(config(current)) == current);
  CHECK(*encode(config(preview)) == preview);
  for (char const* both : {R"({"S3Configuration":{"S3Uri":"s3://bucket/a","KmsKeyId":"key"},"S3Uri":"s3://bucket/b"})",
                           R"({"S3Uri":"s3://bucket/b","S3Configuration":{"S3Uri":"s3://bucket/a","KmsKeyId":"key"}})"})
    CHECK(config(both) == config(current));
}

TEST_CASE("the rules of StartFHIRExportJob") {
  StartFHIRExportJobRequest request;
  request.output_data_config.value = S3Configuration{"s3://bucket/prefix", "alias/key"};
  request.datastore_id = std::string(32, 'a');
  request.data_access_role_arn = "arn:aws:iam::123456789012:role/Export";
  CHECK(paths(request).empty());
  request.job_name = std::string(64, 'n');
  request.client_token = std::string(64, 't');
  CHECK(paths(request).empty());
  request.job_name = std::string(65, 'n');
  request.client_token = "under_score";
  request.datastore_id = std::string(33, 'a');
  request.data_access_role_arn = "arn:aws:iam::12345:role/Export";
  request.output_data_config.value = S3Configuration{"bucket/prefix", ""};
  CHECK(paths(request) ==
        Paths{"JobName", "OutputDataConfig.S3Configuration.S3Uri", "OutputDataConfig.S3Configuration.KmsKeyId",
              "OutputDataConfig.S3Configuration.KmsKeyId", "DatastoreId", "DataAccessRoleArn", "ClientToken"});
  CHECK(type_of<StartFHIRExportJobRequest>().find("ClientToken")->is(idempotency_token));
}

TEST_CASE("the rules of ListFHIRExportJobs") {
  ListFHIRExportJobsRequest request;
  request.datastore_id = "id";
  for (std::int32_t const n : {1, 500}) {
    request.max_results = n;
    CHECK(paths(request).empty());
  }
  for (std::int32_t const n : {0, 501, -1}) {
    request.max_results = n;
    CHECK(paths(request) == Paths{"MaxResults"});
  }
  request.max_results.reset();
  request.next_token = std::string(8193, 't');
  request.job_status = OpenEnum<JobStatus>{};
  CHECK(paths(request) == Paths{"NextToken", "NextToken", "JobStatus"});
}

TEST_CASE("a page of jobs") {
  auto const page = decode<ListFHIRExportJobsResponse>(
      R"({"ExportJobPropertiesList":[{"JobId":"1","JobStatus":"RUNNING_LATE","SubmitTime":1.5,"DatastoreId":"d",)"
      R"("OutputDataConfig":{"S3Uri":"s3://bucket/x"}}],"NextToken":"more"})");
  REQUIRE(page.has_value());
  CHECK(page->missing.empty());
  REQUIRE(page->value.export_job_properties_list.size() == 1);
  auto const& job = page->value.export_job_properties_list[0];
  CHECK_FALSE(job.job_status.known());
  CHECK(job.job_status == "RUNNING_LATE");
  CHECK(job.submit_time == Timestamp{1500});
  CHECK(page->value.next_token == "more");
  CHECK(to_string(job) ==
        "ExportJobProperties{JobId=\"1\", JobStatus=\"RUNNING_LATE\", SubmitTime=1970-01-01T00:00:01.500Z, "
        "DatastoreId=\"d\", OutputDataConfig=OutputDataConfig{S3Uri=\"s3://bucket/x\"}}");
}

TEST_CASE("the states of a job") {
  std::vector<std::string_view> const spellings = {
      "SUBMITTED", "QUEUED",           "IN_PROGRESS",        "COMPLETED_WITH_ERRORS", "COMPLETED",
      "FAILED",    "CANCEL_SUBMITTED", "CANCEL_IN_PROGRESS", "CANCEL_COMPLETED",      "CANCEL_FAILED"};
  REQUIRE(enum_table<JobStatus>.spellings.size() == spellings.size());
  for (std::size_t i = 0; i < spellings.size(); ++i) CHECK(enum_table<JobStatus>.spellings[i] == spellings[i]);
  CHECK(OpenEnum<JobStatus>{JobStatus::cancel_failed} == "CANCEL_FAILED");
}
