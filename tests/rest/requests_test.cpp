// The invariant: what a client writes, a server reads as the same input, and the other way around; what no client may
// write, a server refuses with an OperationOutcome that says what to do.
#include "healthlake/rest/requests.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "../support/virtual_time.hpp"
#include "healthlake/flow/call.hpp"

using namespace healthlake;
using virtual_time::noon;

namespace {

rest::StartExportRequest full_input() {
  return {.datastore_id = "store-1",
          .scope = rest::ExportScope::group,
          .group_id = "g.1",
          .types = std::vector<std::string>{"Patient", "Observation"},
          .since = noon,
          .until = noon + Milliseconds{1},
          .output_format = rest::OutputFormat::ndjson,
          .security = std::vector<std::string>{"http://example.org|R", "s|"},
          .tags = std::vector<std::string>{"t|\xC3\xA4+&=%?#"},
          .body = {.job_name = "night",
                   .output_data_config = {{"s3://bucket/prefix", "alias/key"}},
                   .data_access_role_arn = "arn:aws:iam::111122223333:role/Example"}};
}

// The request that a client would send.
template <class Op>
HttpRequest written(typename Op::Input const& input) {
  auto random = [] { return std::uint64_t{1}; };
  Session session;
  Call<Op> call{input, virtual_time::endpoint(), session, Entropy{random}};
  auto const step = call.next(noon);
  REQUIRE(std::holds_alternative<Send>(step));
  return std::get<Send>(step).request();
}

struct Refusal {
  int status;
  std::string code;
  std::string diagnostics;
};
Refusal refusal(HttpRequest const& request) {
  auto const read = rest::read_export_request(request);
  REQUIRE_FALSE(read);
  auto const error = rest::read_outcome(read.error());
  CHECK_FALSE(error.message.empty());
  return {error.http_status, error.code, error.message};
}

}  // namespace

TEST_CASE("both directions: requests") {
  auto const start = rest::read_export_request(written<rest::StartExport>(full_input()));
  REQUIRE(start);
  CHECK(std::get<rest::StartExportRequest>(*start) == full_input());
  rest::StartExportRequest plain{.datastore_id = "store-1", .body = full_input().body};
  for (auto const scope : {rest::ExportScope::system, rest::ExportScope::patient}) {
    plain.scope = scope;
    auto const read = rest::read_export_request(written<rest::StartExport>(plain));
    REQUIRE(read);
    CHECK(std::get<rest::StartExportRequest>(*read) == plain);
  }
  rest::ExportId const job{"store-1", "job-1"};
  CHECK(std::get<rest::DescribeRequest>(*rest::read_export_request(written<rest::DescribeExport>(job))).job == job);
  CHECK(std::get<rest::CancelRequest>(*rest::read_export_request(written<rest::CancelExport>(job))).job == job);
}

TEST_CASE("both directions: responses") {
  auto random = [] { return std::uint64_t{1}; };
  Session session;
  rest::StartExportResponse const started{.job_id = "job-1",
                                          .job_status = JobStatus::submitted,
                                          .datastore_id = "store-1",
                                          .content_location = "export/job-1"};
  Call<rest::StartExport> start{full_input(), virtual_time::endpoint(), session, Entropy{random}};
  REQUIRE(std::holds_alternative<Send>(start.next(noon)));
  start.receive(*rest::write_started(started), noon);
  auto const read = start.result();
  REQUIRE(read);
  CHECK(read->output == started);

  rest::DescribedExport described{
      .export_job_properties = {.job_id = "job-1",
                                .job_name = "night",
                                .job_status = JobStatus::in_progress,
                                .submit_time = Document{"\"" + rest::to_service_time(noon) + "\""},
                                .datastore_id = "store-1",
                                .output_data_config = rest::DescribedDestination{{{"s3://bucket/prefix", "alias/key"}}},
                                .data_access_role_arn = "arn:aws:iam::111122223333:role/Example",
                                .message = "so far"},
      .progress = "half"};
  auto const response = rest::write_described(described);
  REQUIRE(response);
  CHECK(response->status == 200);
  CHECK(rest::write_described(described, true)->status == 202);
  for (auto const* name :
       {"\"exportJobProperties\"", "\"jobId\"", "\"JobName\"", "\"jobStatus\"", "\"submitTime\"", "\"datastoreId\"",
        "\"outputDataConfig\"", "\"s3Configuration\"", "\"S3Uri\"", "\"KmsKeyId\"", "\"DataAccessRoleArn\""}) {
    CAPTURE(name);
    CHECK(response->body.find(name) != std::string::npos);
  }
  Call<rest::DescribeExport> call{{"store-1", "job-1"}, virtual_time::endpoint(), session, Entropy{random}};
  REQUIRE(std::holds_alternative<Send>(call.next(noon)));
  call.receive(*response, noon);
  auto const back = call.result();
  REQUIRE(back);
  CHECK(back->output == described);
  CHECK(back->output.export_job_properties.submitted() == noon);
}

TEST_CASE("refused: paths and methods of nothing that is here") {
  auto const request = written<rest::StartExport>(full_input());
  auto const with = [&](std::string method, std::string target) {
    HttpRequest changed = request;
    changed.method = std::move(method);
    changed.target = std::move(target);
    return refusal(changed);
  };
  for (auto const* target :
       {"/", "", "/datastore/store-1/r4", "/datastore/store-1/r4/", "/datastore/store-1/r4/Patient",
        "/datastore//r4/$export", "/datastore/../r4/$export", "/datastore/a%2Fb/r4/$export",
        "/datastore/store-1/r5/$export", "/datastore/store-1/r4/Group/$export",
        "/datastore/store-1/r4/Group/a/b/$export", "/datastore/store-1/r4/Practitioner/$export",
        "/datastore/store-1/r4/$exports", "/datastore/store-1/r4/x$export"}) {
    CAPTURE(target);
    auto const refused = with("POST", target);
    // `Group/$export` has an empty group id.
    CHECK((refused.status == 404 || refused.status == 400));
  }
  CHECK(with("GET", "/datastore/store-1/r4/$export").status == 405);
  CHECK(with("GET", "/datastore/store-1/r4/Patient/$export").status == 405);
  CHECK(with("POST", "/datastore/store-1/r4/export/job-1").status == 405);
  CHECK(with("PUT", "/datastore/store-1/r4/export/job-1").status == 405);
  CHECK(with("GET", "/datastore/store-1/r4/export/").status == 400);
  CHECK(with("GET", "/datastore/store-1/r4/export/a/b").status == 400);
  CHECK(with("GET", "/datastore/store-1/r4/export/..").status == 400);
  CHECK(with("GET", "/datastore/store-1/r4/export/job-1?x=y").status == 400);
  CHECK(with("POST", "/datastore/store-1/r4/$export?" + std::string(9000, 'a')).status == 414);
  HttpRequest get = request;
  get.method = "GET";
  auto const not_allowed = rest::read_export_request(get);
  REQUIRE_FALSE(not_allowed);
  CHECK(not_allowed.error().headers.find("Allow") == "POST");
}

TEST_CASE("refused: headers, queries and bodies that no client may send") {
  HttpRequest const request = written<rest::StartExport>(full_input());
  auto const header = [&](std::string_view name, std::string_view value) {
    HttpRequest changed = request;
    changed.headers.remove(name);
    if (!value.empty()) changed.headers.add(name, value);
    return refusal(changed).status;
  };
  CHECK(header("Content-Type", "") == 415);
  CHECK(header("Content-Type", "application/json") == 415);
  CHECK(header("Prefer", "") == 400);
  CHECK(header("Prefer", "respond-sync") == 400);
  HttpRequest lenient = request;
  lenient.headers.set("Prefer", "return=minimal, Respond-Async; wait=1");
  lenient.headers.set("Content-Type", "Application/FHIR+json; charset=utf-8");
  CHECK(rest::read_export_request(lenient));

  auto const query = [&](std::string_view text) {
    HttpRequest changed = request;
    changed.target = "/datastore/store-1/r4/$export?" + std::string{text};
    auto const refused = refusal(changed);
    CHECK(refused.status == 400);
    return refused.diagnostics;
  };
  CHECK(query("_type=Patient&_type=Observation").find("_type is given twice") != std::string::npos);
  CHECK(query("_type=Patients").find("_type[0]") != std::string::npos);
  CHECK(query("_type=").find("_type[0]") != std::string::npos);
  CHECK(query("_since=2010-03-14T09:00:00.000-4:00").find("_since must be") != std::string::npos);
  CHECK(query("_since=2010-03-14T09:00:00Z&_since=2010-03-14T09:00:00Z").find("twice") != std::string::npos);
  CHECK(query("_until=now").find("_until must be") != std::string::npos);
  CHECK(query("_outputFormat=csv").find("_outputFormat") != std::string::npos);
  CHECK(query("_tag=x").find("_tag[0]") != std::string::npos);
  CHECK(query("_typeFilter=x").find("\"_typeFilter\" is not supported") != std::string::npos);
  CHECK(query("_tag=%FF%7Cx").find("UTF-8") != std::string::npos);
  CHECK(query("_since=2010-03-14T09:00:00Z&_until=2010-03-13T09:00:00Z").find("_until") != std::string::npos);
  HttpRequest raw = request;
  // A comma, a colon and a plus may stand as they are; that is how they are signed.
  raw.target = "/datastore/store-1/r4/$export?_type=Patient,Observation&&_since=2010-03-14T09:00:00+04:00";
  auto const read = rest::read_export_request(raw);
  REQUIRE(read);
  CHECK(std::get<rest::StartExportRequest>(*read).types == std::vector<std::string>{"Patient", "Observation"});
  CHECK(std::get<rest::StartExportRequest>(*read).since == rest::parse_instant("2010-03-14T05:00:00Z"));

  auto const body = [&](std::string text) {
    HttpRequest changed = request;
    changed.body = std::move(text);
    return refusal(changed);
  };
  CHECK(body("").code == "structure");
  CHECK(body("{").code == "structure");
  CHECK(body("[]").code == "structure");
  CHECK(body(R"({"JobName":7})").code == "structure");
  CHECK(body("{}").code == "invalid");
  CHECK(body("{}").diagnostics.find("body.DataAccessRoleArn: required") != std::string::npos);
  CHECK(body(std::string(70'000, ' ')).status == 413);
  CHECK(
      body(R"({"DataAccessRoleArn":"x","OutputDataConfig":{"S3Configuration":{"S3Uri":"s3://bucket","KmsKeyId":"k"}}})")
          .diagnostics.find("body.DataAccessRoleArn") != std::string::npos);
}

TEST_CASE("which targets are below a FHIR endpoint") {
  for (auto const* target : {"/datastore/a/r4/", "/datastore/a/r4/$export?x", "/datastore/a/r4/anything/else"})
    CHECK(rest::is_fhir_target(target));
  for (auto const* target :
       {"", "/", "/datastore/a", "/datastore/a/r4", "/datastore//r4/", "/datastore/../r4/x", "/x?/datastore/a/r4/"})
    CHECK_FALSE(rest::is_fhir_target(target));
}
