// Invariants of the example's observers: every line of Spans is JSON, with the names of the conventions; whatever a
// name, a code or a request id contains, it stays within its string or label; and Metrics does not grow beyond its
// limit.
#include "examples/snippets/telemetry.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "healthlake/testing/virtual_runtime.hpp"

using namespace healthlake;
using nlohmann::json;

namespace {
// All that a format could take for its own, an escape sequence of a terminal, and invalid UTF-8.
std::string const hostile = "a\"b\\c\nd{e=\"f\"} 1\r\x1b[2J\xff\xc2\x9b";

ObservedCall const call{"StartFHIRExportJob", "HealthLake", ObservedKind::call, Timestamp{1'000}};
ObservedCall const hostile_call{hostile, hostile, ObservedKind::wait, Timestamp{1'000}};

std::vector<json> lines_of(std::string const& text) {
  std::vector<json> lines;
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);) lines.push_back(json::parse(line));
  return lines;
}
}  // namespace

TEST_CASE("telemetry: the spans of a call that was retried") {
  VirtualRuntime ids{.seed = 7};
  std::string out;
  telemetry::Spans spans{out, Entropy{ids}};
  Error const error = ServiceError{.code = "ThrottlingException", .http_status = 429};
  spans.on_send({.call = call, .time = {1'000}, .authority = "example.com"});
  spans.on_attempt({.call = call,
                    .begin = {1'000},
                    .end = {1'500},
                    .request_bytes = 9,
                    .response_bytes = 7,
                    .http_status = 429,
                    .request_id = "r-1",
                    .error = &error,
                    .retried = true});
  spans.on_wait({.call = call, .begin = {1'500}, .length = {20}, .error = &error});
  spans.on_send({.call = call, .attempt = 2, .time = {1'520}, .authority = "example.com"});
  spans.on_attempt({.call = call, .attempt = 2, .begin = {1'520}, .end = {1'600}, .http_status = 200});
  spans.on_outcome({.call = call, .end = {1'600}, .success = true, .attempts = 2, .http_status = 200});
  auto const lines = lines_of(out);
  REQUIRE(lines.size() == 3);
  json first = lines[0];
  auto const& whole = lines[2];
  CHECK(first.at("traceId").get<std::string>().size() == 32);
  CHECK(first.at("spanId").get<std::string>().size() == 16);
  CHECK(first.at("spanId") != whole.at("spanId"));
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(lines[i].at("parentSpanId") == whole.at("spanId"));
    CHECK(lines[i].at("traceId") == whole.at("traceId"));
  }
  for (auto const* id : {"traceId", "spanId", "parentSpanId"}) first.erase(id);
  CHECK(first == json::parse(R"({
    "name":"POST","startTimeUnixNano":"1000000000","endTimeUnixNano":"1500000000","status":"ERROR",
    "attributes":{"http.request.method":"POST","server.address":"example.com","http.request.body.size":9,
      "http.response.status_code":429,"http.response.body.size":7,"aws.request_id":"r-1",
      "error.type":"ThrottlingException"}})"));
  CHECK(lines[1].at("attributes").at("http.request.resend_count") == 1);
  CHECK(whole.at("name") == "HealthLake.StartFHIRExportJob");
  CHECK(whole.at("kind") == "CLIENT");
  CHECK(whole.at("status") == "OK");
  CHECK_FALSE(whole.contains("parentSpanId"));
  CHECK(whole.at("attributes") == json::parse(R"({"rpc.system":"aws-api","rpc.service":"HealthLake",
    "rpc.method":"StartFHIRExportJob","healthlake.kind":"call","healthlake.attempts":2})"));
  CHECK(whole.at("events") == json::parse(R"([{"name":"retry delay","timeUnixNano":"1500000000","milliseconds":20,
    "error.type":"ThrottlingException"}])"));

  // The next machine is another trace.
  spans.on_outcome({.call = call, .end = {1'600}});
  CHECK(lines_of(out).back().at("traceId") != whole.at("traceId"));
  CHECK(lines_of(out).back().at("events").empty());
}

TEST_CASE("telemetry: no name, code or id of a peer leaves its string") {
  VirtualRuntime ids;
  std::string out;
  telemetry::Spans spans{out, Entropy{ids}};
  telemetry::Metrics metrics;
  Error const error = ServiceError{.code = hostile, .http_status = 400};
  auto const report = [&](auto& observer) {
    observer.on_attempt({.call = hostile_call, .http_status = 400, .request_id = hostile, .error = &error});
    observer.on_wait({.call = hostile_call, .length = {1'500}, .error = &error});
    observer.on_outcome({.call = hostile_call, .wait_end = WaitEnd::failure, .error = &error, .request_id = hostile});
  };
  spans.on_send({.call = hostile_call, .authority = hostile});
  report(spans);
  report(metrics);

  auto const lines = lines_of(out);
  REQUIRE(lines.size() == 2);
  std::string const shown = R"(a"b\c\x0ad{e="f"} 1\x0d\x1b[2J\xff\xc2\x9b)";
  CHECK(lines[0].at("attributes").at("aws.request_id") == shown);
  CHECK(lines[0].at("attributes").at("server.address") == shown);
  CHECK(lines[1].at("attributes").at("rpc.method") == shown);
  CHECK(lines[1].at("attributes").at("error.type") == shown);
  CHECK(lines[1].at("name") == shown + "." + shown);
  for (char const c : out) CHECK((c == '\n' || (c >= ' ' && c <= '~')));

  std::string const label = R"(a\"b\\c\\x0ad{e=\"f\"} 1\\x0d\\x1b[2J\\xff\\xc2\\x9b)";
  std::string const labels = R"({operation=")" + label + R"(",re)";
  CHECK(metrics.text() ==
        "# TYPE healthlake_client_attempts_total counter\n"
        "healthlake_client_attempts_total" +
            labels + R"(sult=")" + label + "\"} 1\n" +
            "# TYPE healthlake_client_wait_seconds_total counter\n"
            "healthlake_client_wait_seconds_total" +
            labels + "ason=\"retry\"} 1.5\n" + "# TYPE healthlake_client_duration_seconds histogram\n" + [&] {
              std::string const name = "healthlake_client_duration_seconds";
              std::string const series = labels + "sult=\"failure\"";
              std::string text;
              // It ended before it began, since its clock was set back.
              for (auto const* bound : {"0.1", "1", "10", "60", "600", "3600", "+Inf"})
                text += name + "_bucket" + series + ",le=\"" + bound + "\"} 1\n";
              return text + name + "_sum" + series + "} 0\n" + name + "_count" + series + "} 1\n";
            }());
}

TEST_CASE("telemetry: codes without end become one series") {
  telemetry::Metrics metrics;
  for (int i = 0; i < 3'000; ++i) {
    Error const error = ServiceError{.code = "Code" + std::to_string(i)};
    metrics.on_attempt({.call = call, .error = &error});
  }
  std::string const text = metrics.text();
  CHECK(text.find("result=\"Code999\"} 1\n") != std::string::npos);
  CHECK(text.find("Code1000\"") == std::string::npos);
  CHECK(text.find("healthlake_client_attempts_total{overflow=\"true\"} 2000\n") != std::string::npos);
}

TEST_CASE("telemetry: every kind of error has a name") {
  using telemetry::error_type;
  CHECK(error_type(ServiceError{.code = "ConflictException"}) == "ConflictException");
  CHECK(error_type(ServiceError{.http_status = 503}) == "503");
  CHECK(error_type(TransportError{TransportReason::read_timeout, ""}) == "read timeout");
  CHECK(error_type(SetupError{SetupPhase::credentials, ""}) == "credentials");
  CHECK(error_type(Malformed{}) == "malformed response");
  CHECK(error_type(InvalidInput{}) == "invalid input");
}
