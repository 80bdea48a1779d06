// Invariant: the FHIR REST export is as the service's developer guide says (rest/export.json), in both directions.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <variant>
#include <vector>

#include "../support/conformance.hpp"
#include "../support/virtual_time.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/rest/export.hpp"
#include "healthlake/rest/requests.hpp"

using namespace healthlake;

namespace {

Endpoint const endpoint{.authority = "healthlake.us-east-1.amazonaws.com"};

rest::StartExportRequest start_input(rest::ExportScope scope) {
  rest::StartExportRequest input{.datastore_id = "store-1",
                                 .scope = scope,
                                 .body = {.output_data_config = {{"s3://bucket/prefix", "alias/key"}},
                                          .data_access_role_arn = "arn:aws:iam::111122223333:role/Example"}};
  if (scope == rest::ExportScope::group) input.group_id = "group-1";
  return input;
}

// The base address of the guide, and a path below it, for the data store and the ids of these tests.
std::string url(nlohmann::json const& guide, std::string path) {
  std::string text = guide.at("base").get<std::string>() + path;
  for (auto const& [name, value] : std::map<std::string, std::string>{
           {"{region}", "us-east-1"}, {"{datastoreId}", "store-1"}, {"{id}", "group-1"}, {"{jobId}", "job-1"}})
    if (auto const at = text.find(name); at != std::string::npos) text.replace(at, name.size(), value);
  return text;
}

}  // namespace

TEST_CASE("rest/export.json: start") {
  auto const guide = load_conformance("rest/export.json");
  auto const& start = guide.at("start");
  std::set<std::string> expected;
  for (auto const& path : start.at("methods").at("POST")) expected.insert(url(guide, path.get<std::string>()));
  std::set<std::string> written;
  for (auto const scope : {rest::ExportScope::system, rest::ExportScope::patient, rest::ExportScope::group}) {
    auto const request = write_request<rest::StartExport>(start_input(scope), endpoint);
    REQUIRE(request);
    written.insert(request->url());
    CHECK(request->method == "POST");
    for (auto const& [name, value] : start.at("headers").items())
      CHECK(request->headers.find(name) == value.get<std::string>());
  }
  CHECK(written == expected);

  // Every parameter of the guide, and no other, has a member; every format is known.
  auto input = start_input(rest::ExportScope::system);
  input.types = std::vector<std::string>{"Patient"};
  input.since = input.until = virtual_time::noon;
  input.security = input.tags = std::vector<std::string>{"s|c"};
  for (auto const& format : start.at("query").at("_outputFormat").at("values")) {
    input.output_format = OpenEnum<rest::OutputFormat>::from(format.get<std::string>());
    CHECK(input.output_format->known());
    auto const request = write_request<rest::StartExport>(input, endpoint);
    REQUIRE(request);
    for (auto const& [name, value] : start.at("query").items())
      CHECK(request->target.find(name + "=") != std::string::npos);
    CHECK(std::count(request->target.begin(), request->target.end(), '=') ==
          static_cast<std::ptrdiff_t>(start.at("query").size()));
    auto const read = rest::read_export_request(*request);
    REQUIRE(read);
    CHECK(std::get<rest::StartExportRequest>(*read) == input);
  }

  // The members of the body, and which are required.
  input.body.job_name = "night";
  auto const body = nlohmann::json::parse(write_request<rest::StartExport>(input, endpoint)->body);
  std::set<std::string> members;
  for (auto const& [name, value] : start.at("body").items()) {
    members.insert(name);
    CHECK(body.contains(name));
  }
  CHECK(members.size() == body.size());
  for (auto const& [name, value] : start.at("body").at("OutputDataConfig").at("S3Configuration").items())
    CHECK(body.at("OutputDataConfig").at("S3Configuration").contains(name));

  HttpResponse response{.status = 202, .body = start.at("response").at("body").dump()};
  for (auto const& [name, value] : start.at("response").at("headers").items()) {
    std::string text = value.get<std::string>();
    text.replace(0, 6, "");
    response.headers.add(name, url(guide, text));
  }
  auto const started = read_response<rest::StartExport>(response, {.missing = MissingMembers::fail_all});
  REQUIRE(started);
  CHECK(started->output.job_id == "job-1");
  CHECK(started->output.job_status == JobStatus::submitted);
  auto const located = rest::locate_export(started->output.content_location, endpoint, "store-1");
  REQUIRE(located);
  CHECK(located->job_id == "job-1");
  auto const again = rest::write_started(started->output);
  REQUIRE(again);
  CHECK(nlohmann::json::parse(again->body) == start.at("response").at("body"));
}

TEST_CASE("rest/export.json: describe, cancel and errors") {
  auto const guide = load_conformance("rest/export.json");
  rest::ExportId const job{"store-1", "job-1"};
  auto const check = [&](char const* what, HttpRequest const& request, auto read, auto write) {
    CAPTURE(what);
    auto const& documented = guide.at(what);
    CHECK(request.method == documented.at("method").get<std::string>());
    CHECK(request.url() == url(guide, documented.at("path").get<std::string>()));
    auto const response = read(HttpResponse{.status = 200, .body = documented.at("body").dump()});
    REQUIRE(response);
    CHECK(response->metadata.missing.empty());
    auto const written = write(response->output);
    REQUIRE(written);
    CHECK(nlohmann::json::parse(written->body) == documented.at("body"));
    return response->output.export_job_properties;
  };
  auto const described = check(
      "describe", *write_request<rest::DescribeExport>(job, endpoint),
      [](HttpResponse const& http) {
        return read_response<rest::DescribeExport>(http, {.missing = MissingMembers::fail_all});
      },
      [](rest::DescribedExport const& output) { return rest::write_described(output); });
  CHECK(described.submitted() == rest::parse_instant("2023-04-21T17:58:02Z"));
  CHECK(described.ended() == rest::parse_instant("2023-04-21T18:00:08Z"));
  check(
      "cancel", *write_request<rest::CancelExport>(job, endpoint),
      [](HttpResponse const& http) {
        return read_response<rest::CancelExport>(http, {.missing = MissingMembers::fail_all});
      },
      [](rest::DescribedExport const& output) { return rest::write_described(output, true); });
  for (auto const& status : guide.at("describe").at("statuses"))
    CHECK(OpenEnum<JobStatus>::from(status.get<std::string>()).known());

  auto const& outcome = guide.at("error");
  auto const& issue = outcome.at("issue").at(0);
  auto const error = rest::read_outcome({.status = 400, .body = outcome.dump()});
  CHECK(error.code == issue.at("code").get<std::string>());
  CHECK(error.message == issue.at("diagnostics").get<std::string>());
  CHECK(nlohmann::json::parse(rest::write_outcome(400, error.code, error.message).body) == outcome);
}
