// The fixed inputs of the benchmarks and of tests/instructions: one export job, the bodies made of it, and a client's
// surroundings in memory. Nothing here reads a clock or a random source.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "healthlake/healthlake.hpp"

namespace healthlake::bench {

inline constexpr Timestamp now{1'786'145'687'000};

inline ExportJobProperties job(JobStatus status = JobStatus::completed) {
  return {.job_id = "0123456789abcdef0123456789abcdef",
          .job_name = "nightly-export-of-ward-7",
          .job_status = status,
          .submit_time = {1'786'145'687'250},
          .end_time = Timestamp{1'786'145'999'500},
          .datastore_id = "c0ffee00c0ffee00c0ffee00c0ffee00",
          .output_data_config = {S3Configuration{
              "s3://my-export-bucket/exports/nightly",
              "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"}},
          .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExportRole",
          .message = "Export job completed"};
}

inline DescribeFHIRExportJobRequest describe_input() {
  return {.datastore_id = job().datastore_id, .job_id = job().job_id};
}
inline StartFHIRExportJobRequest start_input() {
  return {.job_name = job().job_name,
          .output_data_config = job().output_data_config,
          .datastore_id = job().datastore_id,
          .data_access_role_arn = *job().data_access_role_arn};
}

inline std::string describe_body(JobStatus status = JobStatus::completed) {
  return *encode(DescribeFHIRExportJobResponse{job(status)});
}
inline std::string start_body() { return R"({"JobId":"0123456789abcdef0123456789abcdef","JobStatus":"SUBMITTED"})"; }
inline std::string list_body(std::size_t jobs) {
  return *encode(ListFHIRExportJobsResponse{.export_job_properties_list = {jobs, job()}});
}

/// A success with one header.
inline HttpResponse response(std::string body) {
  return {.status = 200, .headers = {{"Content-Type", aws_json_content_type}}, .body = std::move(body)};
}

/// Answers every request with the same response, a copy of it as a network would make one.
struct Canned {
  HttpResponse response;
  HttpReply send(HttpRequest const&) { return response; }
};

/// Time stands still, and the randomness is a counter.
struct StoppedClock {
  Timestamp now() { return bench::now; }
  void sleep(Milliseconds) {}
  std::uint64_t random() { return state_ += 0x9E3779B97F4A7C15U; }

 private:
  std::uint64_t state_ = 0;
};

inline ClientOptions options() {
  return {.region = "us-east-1",
          .credentials = {"AKIAIOSFODNN7EXAMPLE", Secret{"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}, {}},
          .endpoint = *resolve_endpoint({.region = "us-east-1"})};
}

/// What a signer gets to sign: a DescribeFHIRExportJob.
inline HttpRequest request() { return *write_request<DescribeFHIRExportJob>(describe_input(), options().endpoint); }

inline SigningContext signing_context() { return {.region = "us-east-1", .time = now}; }

}  // namespace healthlake::bench
