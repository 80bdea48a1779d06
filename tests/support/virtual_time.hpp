// A world for tests of the flows: a clock that moves only when told to, numbers that are always the same, a transport
// that answers from a script, and the messages of the export family.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/testing/virtual_runtime.hpp"

namespace virtual_time {

/// 2026-08-07T12:00:00Z.
inline constexpr healthlake::Timestamp noon = *healthlake::from_amz_date("20260807T120000Z");

inline constexpr healthlake::Milliseconds seconds(std::int64_t count) { return {count * 1000}; }

/// The library's own VirtualRuntime, at noon, which also records how long each sleep was.
struct Runtime : healthlake::VirtualRuntime {
  /// In place of their number.
  std::vector<std::int64_t> sleeps{};
  /// Every number, if set; all ones make the jitter factor 1 but for 2^-53.
  std::optional<std::uint64_t> constant{};

  Runtime() : Runtime(noon) {}
  explicit Runtime(healthlake::Timestamp begin) { time = begin; }

  void sleep(healthlake::Milliseconds length) {
    sleeps.push_back(length.count);
    VirtualRuntime::sleep(length);
  }
  std::uint64_t random() { return constant ? *constant : VirtualRuntime::random(); }
};

/// A runtime without jitter: back-offs are whole, to the millisecond.
inline Runtime without_jitter() {
  Runtime runtime;
  runtime.constant = ~std::uint64_t{0};
  return runtime;
}

/// What came of one attempt: the reply and how long it took.
struct Exchange {
  healthlake::HttpReply reply;
  healthlake::Milliseconds takes{};
};

/// Answers each request with the next exchange of its script, and keeps the requests with their times.
struct Transport {
  Runtime& runtime;
  std::deque<Exchange> script;
  std::vector<healthlake::HttpRequest> requests{};
  std::vector<std::int64_t> times{};

  healthlake::HttpReply send(healthlake::HttpRequest const& request) {
    if (script.empty()) throw std::logic_error("the script has no answer for this request");
    requests.push_back(request);
    times.push_back((runtime.now() - noon).count);
    Exchange exchange = std::move(script.front());
    script.pop_front();
    runtime.time = runtime.time + exchange.takes;
    return std::move(exchange.reply);
  }
};

inline healthlake::HttpReply http(int status, std::string body, healthlake::Headers headers = {}) {
  return healthlake::HttpResponse{status, std::move(headers), std::move(body)};
}
inline healthlake::HttpReply service_error(int status, std::string_view code, healthlake::Headers headers = {}) {
  return http(status, nlohmann::json{{"__type", code}, {"Message", "no"}}.dump(), std::move(headers));
}
inline healthlake::HttpReply transport_error(healthlake::TransportReason reason) {
  return healthlake::Unexpected{healthlake::TransportError{.reason = reason, .message = "scripted"}};
}

inline healthlake::HttpReply started(std::string_view job = "job-1") {
  return http(200, nlohmann::json{{"JobId", job}, {"JobStatus", "SUBMITTED"}}.dump(), {{"x-amzn-RequestId", "r-1"}});
}
inline nlohmann::json job_json(std::string_view job, std::string_view status) {
  return {{"JobId", job},
          {"JobStatus", status},
          {"SubmitTime", 1786104000.5},
          {"DatastoreId", "ds1"},
          {"OutputDataConfig", {{"S3Configuration", {{"S3Uri", "s3://bucket/out"}, {"KmsKeyId", "alias/key"}}}}}};
}
inline healthlake::HttpReply described(std::string_view status) {
  return http(200, nlohmann::json{{"ExportJobProperties", job_json("job-1", status)}}.dump());
}
/// A page of one job; without a token it is the last one.
inline healthlake::HttpReply page(std::string_view job, std::optional<std::string_view> next_token = std::nullopt) {
  nlohmann::json body{{"ExportJobPropertiesList", {job_json(job, "COMPLETED")}}};
  if (next_token) body["NextToken"] = *next_token;
  return http(200, body.dump());
}

inline healthlake::StartFHIRExportJobRequest start_input() {
  return {.output_data_config = {healthlake::S3Configuration{"s3://bucket/out", "alias/key"}},
          .datastore_id = "ds1",
          .data_access_role_arn = "arn:aws:iam::123456789012:role/Export"};
}
inline healthlake::DescribeFHIRExportJobRequest describe_input() { return {.datastore_id = "ds1", .job_id = "job-1"}; }
inline healthlake::ListFHIRExportJobsRequest list_input() { return {.datastore_id = "ds1"}; }
inline healthlake::Endpoint endpoint() { return {.authority = "healthlake.us-east-1.amazonaws.com"}; }

/// A header of a request; empty if it is absent.
inline std::string header(healthlake::HttpRequest const& request, std::string_view name) {
  return std::string{request.headers.find(name).value_or(std::string_view{})};
}
/// A text member of a request's body; empty if it is absent.
inline std::string body_member(healthlake::HttpRequest const& request, std::string const& name) {
  return nlohmann::json::parse(request.body).value(name, "");
}

}  // namespace virtual_time
