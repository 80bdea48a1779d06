// The invariant: what is sent is what the input says, in the form that is signed, to the endpoint and nowhere else; a
// start is not sent twice if the first one may have been carried out; and only what a status says ends a wait for it.
#include "healthlake/rest/export.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "../support/virtual_time.hpp"
#include "healthlake/client.hpp"
#include "healthlake/rest/requests.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

using namespace healthlake;
using virtual_time::header;
using virtual_time::http;
using virtual_time::noon;
using virtual_time::seconds;

namespace {

rest::StartExportRequest start_input() {
  return {.datastore_id = "store-1",
          .body = {.output_data_config = {{"s3://bucket/prefix", "alias/key"}},
                   .data_access_role_arn = "arn:aws:iam::111122223333:role/Example"}};
}

struct NoSigner {
  static Result<Headers> sign(HttpRequest const&, Credentials const&, SigningContext const&) { return Headers{}; }
};

// A client in virtual time whose transport answers from a script.
struct World {
  explicit World(std::deque<virtual_time::Exchange> script) : transport{runtime, std::move(script)} {}

  virtual_time::Runtime runtime = virtual_time::without_jitter();
  virtual_time::Transport transport;
  NoSigner signer{};
  Client<virtual_time::Transport, NoSigner, virtual_time::Runtime> client{
      transport, signer, runtime, {.region = "us-east-1", .endpoint = virtual_time::endpoint()}};
  rest::ExportId job{"store-1", "job-1"};

  HttpRequest const& sent(std::size_t index = 0) const { return transport.requests.at(index); }
};

HttpReply started(Headers headers = {}) {
  headers.add("content-location", "https://healthlake.us-east-1.amazonaws.com/datastore/store-1/r4/export/job-1");
  return http(202, R"({"datastoreId":"store-1","jobStatus":"SUBMITTED","jobId":"job-1"})", std::move(headers));
}
std::string status_body(std::string_view status) {
  return R"({"exportJobProperties":{"jobId":"job-1","jobStatus":")" + std::string{status} +
         R"(","datastoreId":"store-1"}})";
}
HttpReply described(std::string_view status) { return http(200, status_body(status)); }
HttpReply outcome(int status, std::string_view code, Headers headers = {}) {
  return http(status, nlohmann::json{{"resourceType", "OperationOutcome"}, {"issue", {{{"code", code}}}}}.dump(),
              std::move(headers));
}
HttpReply lost(bool may_have_reached_server) {
  return Unexpected{TransportError{TransportReason::connection_lost, "", may_have_reached_server}};
}

// The request that a client would send.
HttpRequest written(rest::StartExportRequest const& input) {
  World world{{{started()}}};
  auto const outcome = world.client.call<rest::StartExport>(input);
  REQUIRE_MESSAGE(outcome, to_string(outcome.error()));
  return world.sent();
}
std::vector<Violation> refused(rest::StartExportRequest const& input) {
  World world{{}};
  auto const outcome = world.client.call<rest::StartExport>(input);
  REQUIRE_FALSE(outcome);
  REQUIRE(outcome.error().as<InvalidInput>());
  CHECK(world.transport.requests.empty());
  return outcome.error().as<InvalidInput>()->violations;
}

constexpr std::string_view base = "/datastore/store-1/r4";

}  // namespace

TEST_CASE("start: the path says what is exported, the body where to") {
  auto input = start_input();
  auto request = written(input);
  CHECK(request.method == "POST");
  CHECK(request.url() == "https://healthlake.us-east-1.amazonaws.com/datastore/store-1/r4/$export");
  CHECK(nlohmann::json::parse(request.body) ==
        nlohmann::json::parse(R"({"DataAccessRoleArn":"arn:aws:iam::111122223333:role/Example","OutputDataConfig":
        {"S3Configuration":{"S3Uri":"s3://bucket/prefix","KmsKeyId":"alias/key"}}})"));
  input.body.job_name = "night";
  CHECK(virtual_time::body_member(written(input), "JobName") == "night");
  input.scope = rest::ExportScope::patient;
  CHECK(written(input).target == std::string{base} + "/Patient/$export");
  input.scope = rest::ExportScope::group;
  input.group_id = "g.1";
  CHECK(written(input).target == std::string{base} + "/Group/g.1/$export");
}

TEST_CASE("fault 84: the headers of a start and of a status are not those of each other") {
  auto const start = written(start_input());
  CHECK(header(start, "Content-Type") == "application/fhir+json");
  CHECK(header(start, "Prefer") == "respond-async");
  CHECK(header(start, "Accept").empty());
  World world{{{described("IN_PROGRESS")}, {described("CANCEL_SUBMITTED")}}};
  REQUIRE(world.client.call<rest::DescribeExport>(world.job));
  REQUIRE(world.client.call<rest::CancelExport>(world.job));
  for (auto const i : {std::size_t{0}, std::size_t{1}}) {
    CHECK(world.sent(i).target == "/datastore/store-1/r4/export/job-1");
    CHECK(header(world.sent(i), "Accept") == "application/json");
    CHECK(header(world.sent(i), "Prefer").empty());
    CHECK(header(world.sent(i), "Content-Type").empty());
    CHECK(header(world.sent(i), "X-Amz-Target").empty());
    CHECK(world.sent(i).body.empty());
  }
  CHECK(world.sent(0).method == "GET");
  CHECK(world.sent(1).method == "DELETE");
}

TEST_CASE("fault 80: one _type with commas; every value is sent in the form that is signed") {
  auto input = start_input();
  input.types = std::vector<std::string>{"Patient", "Observation"};
  input.since = rest::parse_instant("2026-08-06T22:00:00-04:00");
  input.until = noon;
  input.output_format = rest::OutputFormat::fhir_ndjson;
  input.security = std::vector<std::string>{"http://example.org|R", "s|"};
  input.tags = std::vector<std::string>{"t|\xC3\xA4+&="};
  CHECK(
      written(input).target ==
      std::string{base} +
          "/$export?_type=Patient%2CObservation&_since=2026-08-07T02%3A00%3A00.000Z&_until=2026-08-07T12%3A00%3A00.000Z"
          "&_outputFormat=application%2Ffhir%2Bndjson&_security=http%3A%2F%2Fexample.org%7CR&_security=s%7C"
          "&_tag=t%7C%C3%A4%2B%26%3D");
}

TEST_CASE("start: what the service would not understand is refused before anything is sent, by its path") {
  auto const path_of = [](auto change) {
    auto input = start_input();
    change(input);
    auto const violations = refused(input);
    REQUIRE(violations.size() == 1);
    CAPTURE(to_string(violations[0]));
    CHECK_FALSE(violations[0].expected.empty());
    return violations[0].path;
  };
  using Input = rest::StartExportRequest;
  using Strings = std::vector<std::string>;
  CHECK(path_of([](Input& input) { input.datastore_id = "a/b"; }) == "datastoreId");
  CHECK(path_of([](Input& input) { input.datastore_id = ".."; }) == "datastoreId");
  CHECK(path_of([](Input& input) { input.scope = rest::ExportScope::group; }) == "groupId");
  CHECK(path_of([](Input& input) { input.group_id = "g"; }) == "groupId");
  CHECK(path_of([](Input& input) { input.scope = OpenEnum<rest::ExportScope>::from("Practitioner/../"); }) == "scope");
  CHECK(path_of([](Input& input) { input.types = Strings{"Patient", "Patients"}; }) == "_type[1]");
  CHECK(path_of([](Input& input) { input.types = Strings{}; }) == "_type");
  CHECK(path_of([](Input& input) { input.security = Strings{"confidential"}; }) == "_security[0]");
  CHECK(path_of([](Input& input) { input.tags = Strings{"s|a|b"}; }) == "_tag[0]");
  CHECK(path_of([](Input& input) { input.tags = Strings(17, "s|a"); }) == "_tag");
  CHECK(path_of([](Input& input) {
          input.since = noon;
          input.until = noon - seconds(1);
        }) == "_until");
  CHECK(path_of([](Input& input) { input.since = Timestamp{Timestamp::max_milliseconds + 1}; }) == "_since");
  CHECK(path_of([](Input& input) { input.body.output_data_config.s3_configuration.s3_uri = "bucket"; }) ==
        "body.OutputDataConfig.S3Configuration.S3Uri");
  CHECK(path_of([](Input& input) { input.body.data_access_role_arn = "arn:aws:iam::1:role/x-----------"; }) ==
        "body.DataAccessRoleArn");
  // The group's id is part of the path.
  CHECK(path_of([](Input& input) {
          input.scope = rest::ExportScope::group;
          input.group_id = "a/b";
        }) == "groupId");
}

TEST_CASE("fault 85: `$` is sent as it is and signed encoded once; the signatures are those of botocore") {
  // Computed with botocore 1.29.27 for these requests at this time.
  struct Case {
    char const* method;
    char const* target;
    char const* body;
    Headers headers;
    std::string_view signature;
  };
  Headers const start{{"Content-Type", "application/fhir+json"}, {"Prefer", "respond-async"}};
  Headers const status{{"Accept", "application/json"}};
  Case const cases[] = {
      {"POST", "/datastore/store-1/r4/$export", R"({"a":1})", start,
       "830992daa1419dfa894cc0824f5af9c6d048aebb9bbf216ca15f98ff822a2cbd"},
      {"POST",
       "/datastore/store-1/r4/Group/g.1/$export?_type=Patient%2CObservation&_since=2026-08-06T00%3A00%3A00.000Z&_"
       "security=http%3A%2F%2Fexample.org%7CR",
       R"({"a":1})", start, "ba3cbe0b8cd864e758fe13a6b734870000cc8762ef3f940ec1cabd6a27310ba6"},
      {"GET", "/datastore/store-1/r4/export/job-1", "", status,
       "6e241c12f99c2196ef72edc8622b1d7972375c564bb9926cfcad658a2b334772"},
      {"DELETE", "/datastore/store-1/r4/export/job-1", "", status,
       "45c15f7600c6684761c25484dc85cd8a2a54fd69ff8d604c7e98ec0b34d94e0e"},
  };
  SigV4<Sha256> signer;
  for (auto const& one : cases) {
    CAPTURE(one.target);
    HttpRequest const request{one.method, "https",     "healthlake.us-east-1.amazonaws.com",
                              one.target, one.headers, one.body};
    auto const added =
        signer.sign(request, {"AKIDEXAMPLE", Secret{"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}, {}},
                    {.region = "us-east-1", .service = "healthlake", .time = *from_amz_date("20261125T231727Z")});
    REQUIRE(added);
    CHECK(added->find("Authorization")->ends_with(one.signature));
  }
  // A path in which it is already encoded is another path, with another signature.
  auto const canonical = [](std::string_view target) {
    std::string const whole = canonical_request({.method = "POST", .target = target});
    return whole.substr(5, whole.find('\n', 5) - 5);
  };
  CHECK(canonical("/r4/$export") == "/r4/%24export");
  CHECK(canonical("/r4/%24export") == "/r4/%2524export");
}

TEST_CASE("start: the job's id is in the body, or else in the Content-Location") {
  auto const output_of = [](HttpReply reply) {
    World world{{{std::move(reply)}}};
    return world.client.call<rest::StartExport>(start_input());
  };
  auto const usual = output_of(started());
  REQUIRE(usual);
  CHECK(usual->output.job_id == "job-1");
  CHECK(usual->output.job_status == JobStatus::submitted);
  CHECK(usual->output.datastore_id == "store-1");
  CHECK(usual->output.content_location ==
        "https://healthlake.us-east-1.amazonaws.com/datastore/store-1/r4/export/job-1");
  CHECK(usual->metadata.http_status == 202);
  for (auto const* body : {"", "{}", R"({"jobStatus":"SUBMITTED"})"}) {
    auto const bare = output_of(http(202, body, {{"Content-Location", "export/job-2"}}));
    REQUIRE(bare);
    CHECK(bare->output.job_id == "job-2");
  }
  // The members in the other case.
  CHECK(output_of(http(200, R"({"JobId":"job-3"})"))->output.job_id == "job-3");
  // Neither: not a success, and nothing is repeated.
  for (auto const* location : {"", "export/", "https://x/y", "export/a%2Fb", "export/.."}) {
    CAPTURE(location);
    auto const none = output_of(http(202, "{}", {{"Content-Location", location}}));
    REQUIRE_FALSE(none);
    REQUIRE(none.error().as<Malformed>());
    CHECK(none.error().as<Malformed>()->path == "jobId");
    CHECK(none.error().effect == Effect::possible);
  }
  CHECK_FALSE(output_of(http(202, "<html>", {{"Content-Location", "export/job-1"}})));
}

TEST_CASE("fault 75: a Content-Location of another host is not where anything is sent") {
  Endpoint const endpoint = virtual_time::endpoint();
  auto const at = [&](std::string_view location, Endpoint const& where) {
    auto const found = rest::locate_export(location, where, "store-1");
    if (!found) CHECK(found.error().phase == SetupPhase::endpoint);
    return found ? std::optional{found->job_id} : std::nullopt;
  };
  for (auto const* location :
       {"export/job-1", "./export/job-1", "/datastore/store-1/r4/export/job-1",
        "https://healthlake.us-east-1.amazonaws.com/datastore/store-1/r4/export/job-1",
        "HTTPS://HEALTHLAKE.us-east-1.amazonaws.com:443/datastore/store-1/r4/export/job-1",
        "//healthlake.us-east-1.amazonaws.com/datastore/store-1/r4/export/job-1", "/datastore/store-1/r4/export/job-1/",
        "/datastore/store-1/r4/export/job-1?x=y#z", "export/job-1?next=//evil/x", "./export/job-1#https://evil/x"}) {
    CAPTURE(location);
    CHECK(at(location, endpoint) == "job-1");
  }
  for (auto const* location :
       {"//evil/datastore/store-1/r4/export/job-1", "https://evil/datastore/store-1/r4/export/job-1",
        "http://healthlake.us-east-1.amazonaws.com/datastore/store-1/r4/export/job-1",
        "https://healthlake.us-east-1.amazonaws.com:444/datastore/store-1/r4/export/job-1",
        "https://healthlake.us-east-1.amazonaws.com@evil/datastore/store-1/r4/export/job-1",
        "https://healthlake.us-east-1.amazonaws.com.evil/datastore/store-1/r4/export/job-1",
        "/datastore/store-2/r4/export/job-1", "/other/datastore/store-1/r4/export/job-1", "../export/job-1",
        "/export/job-1", "/datastore/store-1/r4/../r4/export/job-1", "ftp://x/export/job-1", "export/", "export", "",
        "job-1", "//evil/x", "export/a b"}) {
    CAPTURE(location);
    CHECK_FALSE(at(location, endpoint));
  }
  Endpoint const proxied{.scheme = "http", .authority = "127.0.0.1:8080", .path = "/hl"};
  CHECK(at("http://127.0.0.1:8080/hl/datastore/store-1/r4/export/job-1", proxied) == "job-1");
  CHECK_FALSE(at("/datastore/store-1/r4/export/job-1", proxied));

  // Whatever it says, the next request goes to the endpoint.
  World world{{{http(202, R"({"jobId":"job-1"})", {{"Content-Location", "//evil/x"}})}, {described("COMPLETED")}}};
  auto const start = world.client.call<rest::StartExport>(start_input());
  REQUIRE(start);
  REQUIRE(world.client.call<rest::DescribeExport>({"store-1", start->output.job_id}));
  for (auto const& request : world.transport.requests) CHECK(request.authority == "healthlake.us-east-1.amazonaws.com");
}

TEST_CASE("describe: what the guide documents") {
  World world{{{http(200, R"({"exportJobProperties":{"jobId":"job-1","JobName":"night","jobStatus":"COMPLETED",
    "submitTime":"Apr 21, 2023 5:58:02 PM","endTime":"Apr 21, 2023 6:00:08 PM","datastoreId":"store-1","outputDataConfig":
    {"s3Configuration":{"S3Uri":"s3://bucket/prefix","KmsKeyId":"alias/key"}},
    "DataAccessRoleArn":"arn:aws:iam::111122223333:role/Example"}})")}}};
  auto const described = world.client.call<rest::DescribeExport>(world.job);
  REQUIRE(described);
  auto const& job = described->output.export_job_properties;
  CHECK(job.job_id == "job-1");
  CHECK(job.job_name == "night");
  CHECK(job.job_status == JobStatus::completed);
  CHECK(job.submitted() == rest::parse_instant("2023-04-21T17:58:02Z"));
  CHECK(job.ended() == rest::parse_instant("2023-04-21T18:00:08Z"));
  CHECK(job.output_data_config->s3_configuration->s3_uri == "s3://bucket/prefix");
  CHECK(job.data_access_role_arn == "arn:aws:iam::111122223333:role/Example");
  CHECK(described->metadata.missing.empty());
}

TEST_CASE("fault 76: members in the other case or missing are no failure; the same member twice is one") {
  auto const read = [](std::string body) {
    World world{{{http(200, std::move(body))}}};
    return world.client.call<rest::DescribeExport>(world.job);
  };
  for (auto const* body :
       {R"({"exportJobProperties":{"jobStatus":"FAILED"}})", R"({"ExportJobProperties":{"JobStatus":"FAILED"}})",
        R"({"exportJobProperties":{"JobStatus":"FAILED","submitTime":{},"endTime":7,"new":[1]}})"}) {
    CAPTURE(body);
    auto const described = read(body);
    REQUIRE(described);
    CHECK(described->output.export_job_properties.job_status == JobStatus::failed);
    CHECK(described->metadata.missing.size() == 2);  // jobId, datastoreId
  }
  // A status that is not known is kept.
  CHECK(read(status_body("PAUSED"))->output.export_job_properties.job_status == "PAUSED");
  auto const twice = read(R"({"exportJobProperties":{"jobStatus":"FAILED","JobStatus":"COMPLETED"}})");
  REQUIRE_FALSE(twice);
  CHECK(twice.error().as<Malformed>()->path == "exportJobProperties.jobStatus");
  CHECK(may_pass(twice.error()));
  for (auto const* body : {"{}", "", "null", "{\"exportJobProperties\":", "<html>"}) CHECK_FALSE(read(body));
}

TEST_CASE("fault 74: a 202 without a readable status is in progress, whatever else its body contains") {
  for (auto const* body : {"", "{}", "<html>", "85% complete", R"({"exportJobProperties":7})", R"({"issue":[]})"}) {
    CAPTURE(body);
    World world{{{http(202, body, {{"X-Progress", "85% complete"}})}}};
    auto const described = world.client.call<rest::DescribeExport>(world.job);
    REQUIRE(described);
    CHECK(described->output.export_job_properties.job_status == JobStatus::in_progress);
    CHECK(described->output.progress == "85% complete");
    CHECK(described->metadata.http_status == 202);
  }
  // If the body has a status, that is the status.
  World world{{{http(202, status_body("SUBMITTED"))}}};
  CHECK(world.client.call<rest::DescribeExport>(world.job)->output.export_job_properties.job_status ==
        JobStatus::submitted);
}

TEST_CASE("start: repeated only if the first one cannot have been carried out") {
  // Lost before it was sent, refused by the quota, throttled: twice.
  for (auto const& first : {lost(false), outcome(429, "throttled"), outcome(429, "conflict"), http(429, "")}) {
    World world{{{first}, {started()}}};
    REQUIRE(world.client.call<rest::StartExport>(start_input()));
    CHECK(world.transport.requests.size() == 2);
    CHECK(world.sent(0).body == world.sent(1).body);
    CHECK(world.sent(0).target == world.sent(1).target);
  }
  // Lost on the way back, or answered by something that is not the service: once, and the error says so.
  for (auto const& first : {lost(true), http(502, "<html>", {{"Content-Type", "text/html"}}), outcome(500, "exception"),
                            outcome(503, "transient")}) {
    World world{{{first}}};
    auto const outcome = world.client.call<rest::StartExport>(start_input());
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().gave_up == GaveUp::may_have_acted);
    CHECK(outcome.error().effect == Effect::possible);
    CHECK(outcome.error().client_token.empty());
  }
  // A cancel and a status may be repeated.
  for (bool const cancel : {false, true}) {
    World world{{{lost(true)}, {http(502, "<html>")}, {described("CANCEL_SUBMITTED")}}};
    if (cancel) REQUIRE(world.client.call<rest::CancelExport>(world.job));
    else REQUIRE(world.client.call<rest::DescribeExport>(world.job));
    CHECK(world.transport.requests.size() == 3);
  }
  // What a repeated cancel is refused with may be the doing of the first one.
  World world{{{lost(true)}, {outcome(404, "not-found")}}};
  auto const gone = world.client.call<rest::CancelExport>(world.job);
  REQUIRE_FALSE(gone);
  CHECK(gone.error().effect == Effect::earlier);
}

TEST_CASE("Retry-After: waited for within the limits of the policy and of the deadline") {
  World world{{{outcome(429, "throttled", {{"Retry-After", "7200"}})}, {started()}}};
  REQUIRE(world.client.call<rest::StartExport>(start_input()));
  // The backoff of a throttled first attempt is 1 s, and the policy adds at most 5 s.
  REQUIRE(world.runtime.sleeps.size() == 1);
  CHECK(world.runtime.sleeps[0] >= 5'000);
  CHECK(world.runtime.sleeps[0] <= 6'000);

  World dated{{{outcome(429, "throttled", {{"Retry-After", "Fri, 07 Aug 2026 12:00:03 GMT"}})}, {started()}}};
  REQUIRE(dated.client.call<rest::StartExport>(start_input()));
  CHECK(dated.runtime.sleeps == std::vector<std::int64_t>{3'000});

  World hurried{{{outcome(429, "throttled", {{"Retry-After", "4"}})}}};
  virtual_time::Runtime& runtime = hurried.runtime;
  Session session;
  Call<rest::StartExport> call{
      start_input(), virtual_time::endpoint(), session, Entropy{runtime}, {.timeout = seconds(2)}};
  auto step = call.next(runtime.now());
  REQUIRE(std::holds_alternative<Send>(step));
  call.receive(outcome(429, "throttled", {{"Retry-After", "4"}}), runtime.now());
  REQUIRE(call.done());
  auto const ended = call.result();
  REQUIRE_FALSE(ended);
  CHECK(ended.error().gave_up == GaveUp::timeout);
  CHECK(ended.error().as<ServiceError>()->http_status == 429);
}

TEST_CASE("waiting: until a status ends it; neither errors on the way nor unreadable statuses do") {
  World world{{{described("SUBMITTED")},
               {http(502, "<html>", {{"Content-Type", "text/html"}})},
               {http(502, "<html>")},
               {http(502, "<html>")},
               {http(202, "")},
               {http(200, "{}")},
               {lost(true)},
               {outcome(429, "throttled")},
               {described("IN_PROGRESS")},
               {described("COMPLETED_WITH_ERRORS")}}};
  unsigned troubles = 0;
  auto const waited = world.client.wait<rest::ExportCompleted>(
      world.job, {}, [](auto const&) {}, [&](Error const&) { ++troubles; });
  CHECK(waited.end == WaitEnd::success);
  CHECK(waited.last->output.export_job_properties.job_status == JobStatus::completed_with_errors);
  CHECK(troubles == 2);  // three times 502, and `{}`
  for (auto const* status : {"FAILED", "CANCEL_COMPLETED", "CANCEL_FAILED"}) {
    World failing{{{described("IN_PROGRESS")}, {described(status)}}};
    CHECK(failing.client.wait<rest::ExportCompleted>(failing.job).end == WaitEnd::failure);
    CHECK(failing.runtime.sleeps == std::vector<std::int64_t>{30'000});
  }
}

TEST_CASE("fault 81: after a cancel, until the job is gone or over, in any of their forms, with a limit") {
  auto const wait = [](std::deque<virtual_time::Exchange> script) {
    World world{std::move(script)};
    return world.client.wait<rest::ExportCancelled>(world.job, {.delay = seconds(1)});
  };
  HttpReply const accepted = http(202, "");
  CHECK(wait({{accepted}, {accepted}, {outcome(404, "not-found")}}).end == WaitEnd::success);
  CHECK(wait({{accepted}, {http(404, "")}}).end == WaitEnd::success);
  CHECK(wait({{accepted}, {http(410, "")}}).end == WaitEnd::success);
  // The code of the issue is the server's choice; that of AWS comes with another status.
  for (int const status : {404, 410})
    for (auto const& reply : {outcome(status, "processing"), outcome(status, "not-supported"),
                              http(status, "", {{"x-amzn-errortype", "SomeException"}})}) {
      CAPTURE(status);
      CAPTURE(reply->body);
      auto const gone = wait({{accepted}, {reply}});
      CHECK(gone.end == WaitEnd::success);
      REQUIRE(gone.error);
      CHECK(gone.error->http_status() == status);
    }
  CHECK(wait({{accepted}, {outcome(400, "ResourceNotFoundException")}}).end == WaitEnd::success);
  // A proxy or gateway does not know whether the job is gone: the wait goes on.
  for (auto const& page : {http(404, "<html>"), http(410, "no such page"), http(404, R"({"message":"Not Found"})")}) {
    auto const borne = wait({{accepted}, {page}, {page}, {page}, {described("CANCEL_COMPLETED")}});
    CHECK(borne.end == WaitEnd::success);
    CHECK_FALSE(borne.error);
  }
  // Other refusals do not say that it is gone.
  for (auto const& reply : {outcome(400, "processing"), outcome(403, "forbidden"), outcome(409, "conflict")}) {
    CAPTURE(reply->status);
    CHECK(wait({{accepted}, {reply}}).end == WaitEnd::call_failed);
  }
  // For a wait for completion, a job that is gone is not a success.
  World lost_job{{{outcome(404, "processing")}}};
  CHECK(lost_job.client.wait<rest::ExportCompleted>(lost_job.job).end == WaitEnd::call_failed);
  CHECK(
      wait({{described("CANCEL_SUBMITTED")}, {described("CANCEL_IN_PROGRESS")}, {described("CANCEL_COMPLETED")}}).end ==
      WaitEnd::success);
  CHECK(wait({{http(200, "{}")}, {described("CANCEL_COMPLETED")}}).end == WaitEnd::success);
  // It may complete before it is cancelled.
  auto const raced = wait({{described("CANCEL_SUBMITTED")}, {described("COMPLETED")}});
  CHECK(raced.end == WaitEnd::failure);
  CHECK(raced.last->output.export_job_properties.job_status == JobStatus::completed);
  std::deque<virtual_time::Exchange> endless;
  for (int i = 0; i < 60; ++i) endless.push_back({accepted});
  CHECK(wait(std::move(endless)).end == WaitEnd::timed_out);

  // The answers to the cancel itself.
  auto const cancel = [](HttpReply reply) {
    World world{{{std::move(reply)}}};
    return world.client.call<rest::CancelExport>(world.job);
  };
  for (auto const& reply : {http(202, ""), http(202, "{}"), http(202, "<html>"), http(200, "{}"), http(204, "")})
    CHECK(cancel(reply));
  CHECK(cancel(described("CANCEL_SUBMITTED"))->output.export_job_properties.job_status == JobStatus::cancel_submitted);
  for (int const status : {404, 410}) {
    auto const gone = cancel(http(status, ""));
    REQUIRE_FALSE(gone);
    CHECK(gone.error().as<ServiceError>()->code == (status == 404 ? "not-found" : "deleted"));
    CHECK(gone.error().effect == Effect::none);
  }
  CHECK_FALSE(cancel(http(200, "<html>")));
}

TEST_CASE("fault 78: the next _since is the time of submission of the last export, not of its end") {
  World world{{{http(200, R"({"exportJobProperties":{"jobId":"job-1","jobStatus":"COMPLETED","datastoreId":"store-1",
    "submitTime":"Aug 7, 2026 2:00:00 AM","endTime":"Aug 7, 2026 3:00:00 AM"}})")},
               {started()}}};
  auto const last = world.client.call<rest::DescribeExport>(world.job);
  REQUIRE(last);
  auto next = start_input();
  next.since = last->output.export_job_properties.submitted();
  REQUIRE(world.client.call<rest::StartExport>(next));
  CHECK(world.sent(1).target.ends_with("?_since=2026-08-07T02%3A00%3A00.000Z"));
}

TEST_CASE("errors repeat nothing that was sent as a secret, in any part of them") {
  struct TokenSigner {
    static Result<Headers> sign(HttpRequest const&, Credentials const&, SigningContext const&) {
      return Headers{{"X-Amz-Security-Token", "THE-SESSION-TOKEN-0123456789"}};
    }
  };
  std::string const token = "THE-SESSION-TOKEN-0123456789";
  for (auto const& reply :
       {http(400, R"({"issue":[{"code":")" + token + R"(","diagnostics":"token )" + token + R"("}]})"),
        http(400, "<html>" + token), http(200, "<html>" + token), http(200, R"({")" + token + R"(":)"),
        http(403, R"({"message":")" + token + R"("})", {{"x-amzn-RequestId", token}}),
        http(202, "{}", {{"x-amzn-RequestId", token}})}) {
    virtual_time::Runtime runtime = virtual_time::without_jitter();
    virtual_time::Transport transport{runtime, {{reply}}};
    TokenSigner signer;
    Client client{transport, signer, runtime, {.region = "us-east-1"}};
    auto const outcome = client.call<rest::StartExport>(start_input());
    REQUIRE_FALSE(outcome);
    CHECK(to_string(outcome.error()).find(token) == std::string::npos);
  }
  // A success whose body is of no use has a request id all the same.
  virtual_time::Runtime runtime = virtual_time::without_jitter();
  HttpReply const accepted = http(202, "<html>", {{"x-amzn-RequestId", token}});
  virtual_time::Transport transport{runtime, {{accepted}, {accepted}}};
  TokenSigner signer;
  Client client{transport, signer, runtime, {.region = "us-east-1"}};
  rest::ExportId const job{.datastore_id = "store-1", .job_id = "job-1"};
  auto const described = client.call<rest::DescribeExport>(job);
  auto const cancelled = client.call<rest::CancelExport>(job);
  REQUIRE(described);
  REQUIRE(cancelled);
  CHECK(described->metadata.request_id == "***");
  CHECK(cancelled->metadata.request_id == "***");
}

TEST_CASE("a start without a job is no success, wherever the id is missing") {
  for (std::string const body : {R"({"jobId":"","datastoreId":"store-1","jobStatus":"SUBMITTED"})", "{}"}) {
    CAPTURE(body);
    World world{{{http(202, body)}}};
    auto const outcome = world.client.call<rest::StartExport>(start_input());
    REQUIRE_FALSE(outcome);
    REQUIRE(outcome.error().as<Malformed>());
    CHECK(outcome.error().as<Malformed>()->path == "jobId");
    CHECK(outcome.error().effect == Effect::possible);
  }
}
