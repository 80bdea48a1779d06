// The invariant: an export by FHIR REST is a job like the others, with results of which every resource is one that the
// request selects; and its interface has no way around signatures, the journal or the other jobs.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "../support/local_bench.hpp"
#include "healthlake/client.hpp"
#include "healthlake/local/rest_front.hpp"
#include "healthlake/local/selection.hpp"
#include "healthlake/rest/export.hpp"
#include "healthlake/sign/sigv4.hpp"

using namespace healthlake;

namespace {

std::string const store = "store-1";

std::map<std::string, std::string> resources() {
  return {
      {"Patient",
       "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"meta\":{\"lastUpdated\":\"2026-08-06T00:00:00Z\"}}\n"
       "{\"resourceType\":\"Patient\",\"id\":\"p2\"}\n"},
      {"Observation",
       "{\"resourceType\":\"Observation\",\"id\":\"o1\",\"subject\":{\"reference\":\"Patient/p1\"},"
       "\"meta\":{\"lastUpdated\":\"2026-08-07T00:00:00Z\",\"tag\":[{\"system\":\"t\",\"code\":\"a\"}]}}\n"
       "{\"resourceType\":\"Observation\",\"id\":\"o2\",\"subject\":{\"reference\":\"http:\\/\\/x\\/Patient\\/p2\"},"
       "\"meta\":{\"security\":[{\"system\":\"s\",\"code\":\"R\"},{\"system\":\"s\",\"code\":\"V\"}]}}\n"
       "{\"resourceType\":\"Observation\",\"id\":\"o3\",\"subject\":{\"reference\":\"Patient/p3\"}}\n"},
      {"Organization", "{\"resourceType\":\"Organization\",\"id\":\"Patient/p1\"}\n"},
      {"Group",
       "{\"resourceType\":\"Group\",\"id\":\"g1\",\"member\":[{\"entity\":{\"reference\" : "
       "\"Patient/p2/_history/1\"}}]}\n"
       "{\"resourceType\":\"Group\",\"id\":\"g2\",\"member\":[{\"entity\":{\"reference\":\"Patient/p2\"}}]}\n"}};
}

rest::StartExportRequest start_input() {
  return {.datastore_id = store,
          .body = {.output_data_config = {{"s3://bucket/out", "alias/key"}}, .data_access_role_arn = bench_role}};
}

struct RestBench : LocalBench {
  explicit RestBench(LocalOptions options = {}) : LocalBench(std::move(options)) {
    REQUIRE(service.add_datastore(store, resources()));
  }

  template <Operation Op>
  Result<typename Op::Output> rest_call(typename Op::Input const& input) {
    auto const request = write_request<Op>(input, {.scheme = "http", .authority = "127.0.0.1:8080"});
    REQUIRE(request);
    auto const reply = service.send(*request);
    REQUIRE(reply);
    auto response = read_response<Op>(*reply, {.missing = MissingMembers::fail_all});
    if (!response) return Unexpected{response.error()};
    return std::move(response->output);
  }
  std::string start(rest::StartExportRequest const& input = start_input()) {
    auto const started = rest_call<rest::StartExport>(input);
    REQUIRE(started);
    CHECK(started->job_status == JobStatus::submitted);
    auto const located =
        rest::locate_export(started->content_location, {.scheme = "http", .authority = "127.0.0.1:8080"}, store);
    REQUIRE(located);
    CHECK(located->job_id == started->job_id);
    return started->job_id;
  }
  rest::ExportProperties describe(std::string const& job) {
    auto described = rest_call<rest::DescribeExport>({store, job});
    REQUIRE(described);
    return described->export_job_properties;
  }
  std::string status(std::string const& job) { return std::string{describe(job).job_status.text()}; }
  std::string error(auto outcome, int http_status) {
    REQUIRE_FALSE(outcome);
    auto const* const error = outcome.error().template as<ServiceError>();
    REQUIRE(error);
    CHECK(error->http_status == http_status);
    CHECK_FALSE(error->message.empty());
    return error->code;
  }
};

// The ids of what a request selects.
std::string selected(auto change) {
  auto input = start_input();
  change(input);
  std::string ids;
  Ndjson const found = select_resources(Ndjson{resources()}, input);
  for (auto const& [type, lines] : found.by_type())
    for (auto const& line : lines) ids += (ids.empty() ? "" : " ") + read_resource_head(line).id;
  return ids;
}
using Input = rest::StartExportRequest;
using Strings = std::vector<std::string>;
Timestamp at(std::string_view time) { return *rest::parse_instant(time); }

}  // namespace

TEST_CASE("selection: what belongs to patients, by what resources say") {
  CHECK(selected([](Input&) {}) == "g1 g2 o1 o2 o3  p1 p2");
  // p3 is not a Patient of this data store.
  CHECK(selected([](Input& input) { input.scope = rest::ExportScope::patient; }) == "g1 g2 o1 o2 p1 p2");
  CHECK(selected([](Input& input) {
          input.scope = rest::ExportScope::group;
          input.group_id = "g1";
        }) == "g1 o2 p2");
  CHECK(selected([](Input& input) { input.types = Strings{"Patient", "Group"}; }) == "g1 g2 p1 p2");
  CHECK(selected([](Input& input) { input.types = Strings{"Account"}; }).empty());
}

TEST_CASE("selection: times and labels, as documented for resources that have none") {
  auto const only = [](Input& input) { input.types = Strings{"Observation", "Patient"}; };
  // Without a time of its last update, a resource is in an export since a time, and not in one until a time.
  CHECK(selected([&](Input& input) {
          only(input);
          input.since = at("2026-08-07T00:00:00Z");
        }) == "o1 o2 o3 p2");
  CHECK(selected([&](Input& input) {
          only(input);
          input.until = at("2026-08-06T00:00:00Z");
        }) == "p1");
  CHECK(selected([&](Input& input) {
          only(input);
          input.since = at("2026-08-06T12:00:00Z");
          input.until = at("2026-08-07T00:00:00Z");
        }) == "o1");
  CHECK(selected([](Input& input) { input.security = Strings{"s|R"}; }) == "o2");
  CHECK(selected([](Input& input) { input.security = Strings{"s|R", "s|V"}; }) == "o2");
  CHECK(selected([](Input& input) { input.security = Strings{"s|"}; }) == "o2");
  CHECK(selected([](Input& input) { input.security = Strings{"s|R", "s|U"}; }).empty());
  CHECK(selected([](Input& input) { input.tags = Strings{"t|a"}; }) == "o1");
  CHECK(selected([](Input& input) { input.tags = Strings{"a|"}; }).empty());
  // A meta that cannot be read is absent.
  Ndjson const odd{{{"a", R"({"resourceType":"Patient","id":"x","meta":[1]})"},
                    {"b", R"({"resourceType":"Patient","id":"y","meta":{"lastUpdated":7}})"}}};
  auto input = start_input();
  input.since = at("2026-08-06T00:00:00Z");
  CHECK(select_resources(odd, input).lines() == 2);
  input.until = input.since;
  CHECK(select_resources(odd, input).lines() == 0);
}

TEST_CASE("an export of a group: the same states and files as of any export") {
  RestBench bench;
  auto input = start_input();
  input.scope = rest::ExportScope::group;
  input.group_id = "g1";
  input.body.job_name = "night";
  std::string const job = bench.start(input);
  CHECK(bench.status(job) == "SUBMITTED");
  bench.pass(1'000);
  CHECK(bench.status(job) == "IN_PROGRESS");
  bench.pass(5'000);
  auto const ended = bench.describe(job);
  CHECK(ended.job_status == JobStatus::completed);
  CHECK(ended.job_id == job);
  CHECK(ended.job_name == "night");
  CHECK(ended.datastore_id == store);
  CHECK(ended.data_access_role_arn == bench_role);
  CHECK(ended.output_data_config->s3_configuration->s3_uri == "s3://bucket/out");
  CHECK(ended.submitted() == bench_begin);
  CHECK(ended.ended() == bench_begin + Milliseconds{6'000});
  std::string const folder = "out/store-1-FHIR_EXPORT-" + job + "/";
  CHECK(bench.keys("out/") == std::vector<std::string>{folder + "Group/Group-001.ndjson",
                                                       folder + "Observation/Observation-001.ndjson",
                                                       folder + "Patient/Patient-001.ndjson"});
  CHECK(bench.get(folder + "Patient/Patient-001.ndjson") == "{\"resourceType\":\"Patient\",\"id\":\"p2\"}\n");
  // Both interfaces describe the jobs of both.
  CHECK(bench.done<DescribeFHIRExportJob>({store, job}).export_job_properties.job_status == JobStatus::completed);
  std::string const other = bench
                                .done<StartFHIRExportJob>({.output_data_config = output_to("s3://bucket/native"),
                                                           .datastore_id = store,
                                                           .data_access_role_arn = bench_role})
                                .job_id;
  CHECK(bench.status(other) == "SUBMITTED");
  bench.pass(6'000);
  CHECK(bench.status(other) == "COMPLETED");
  CHECK(bench.keys("native/").size() == 4);
}

TEST_CASE("cancel: a job that is cancelled writes nothing; those behind it run all the same") {
  RestBench bench;
  std::string const running = bench.start();
  std::string const waiting = bench.start();
  auto last_input = start_input();
  last_input.body.output_data_config.s3_configuration.s3_uri = "s3://bucket/last";
  std::string const last = bench.start(last_input);
  bench.pass(1'500);
  CHECK(bench.status(running) == "IN_PROGRESS");
  CHECK(bench.status(waiting) == "QUEUED");
  for (auto const& job : {waiting, running}) {
    auto const cancelled = bench.rest_call<rest::CancelExport>({store, job});
    REQUIRE(cancelled);
    CHECK(cancelled->export_job_properties.job_status == JobStatus::cancel_submitted);
    // Once more is as good as once.
    CHECK(bench.rest_call<rest::CancelExport>({store, job}));
    CHECK(bench.status(job) == "CANCEL_SUBMITTED");
  }
  bench.pass(1'000);
  CHECK(bench.status(running) == "CANCEL_COMPLETED");
  bench.pass(4'000);
  CHECK(bench.status(waiting) == "CANCEL_COMPLETED");
  CHECK(bench.keys("out/").empty());
  CHECK(bench.error(bench.rest_call<rest::CancelExport>({store, waiting}), 409) == "conflict");
  bench.pass(10'000);
  CHECK(bench.status(last) == "COMPLETED");
  CHECK(bench.keys("last/").size() == 4);
  CHECK(bench.error(bench.rest_call<rest::CancelExport>({store, last}), 409) == "conflict");
  // A new job begins at once, and ends after those before it.
  std::string const next = bench.start();
  bench.pass(6'000);
  CHECK(bench.status(next) == "COMPLETED");
}

TEST_CASE("cancel: with several jobs at a time, jobs still end in the order of their submission") {
  RestBench bench{{.max_concurrent_jobs = 2}};
  std::vector<std::string> jobs;
  for (int i = 0; i < 4; ++i) jobs.push_back(bench.start());
  CHECK(bench.rest_call<rest::CancelExport>({store, jobs[1]}));
  CHECK(bench.rest_call<rest::CancelExport>({store, jobs[2]}));
  for (int i = 0; i < 4; ++i) jobs.push_back(bench.start());
  std::size_t ended = 0;
  for (int tick = 0; tick < 60; ++tick) {
    bench.pass(500);
    std::size_t now = 0;
    for (std::size_t i = 0; i < jobs.size(); ++i)
      if (bench.status(jobs[i]).find("COMPLETED") != std::string::npos) CHECK(i == now++);
    CHECK(now >= ended);
    ended = now;
  }
  CHECK(ended == jobs.size());
}

TEST_CASE("refused: what is not there, and what is not allowed") {
  RestBench bench;
  auto input = start_input();
  input.datastore_id = "store-2";
  CHECK(bench.error(bench.rest_call<rest::StartExport>(input), 404) == "not-found");
  input = start_input();
  input.scope = rest::ExportScope::group;
  input.group_id = "g9";
  CHECK(bench.error(bench.rest_call<rest::StartExport>(input), 404) == "not-found");
  CHECK(bench.error(bench.rest_call<rest::DescribeExport>({store, "none"}), 404) == "not-found");
  CHECK(bench.error(bench.rest_call<rest::CancelExport>({store, "none"}), 404) == "not-found");
  std::string const job = bench.start();
  CHECK(bench.error(bench.rest_call<rest::DescribeExport>({"store-2", job}), 404) == "not-found");
  HttpRequest other{.method = "GET", .authority = "x", .target = "/datastore/store-1/r4/Patient/p1"};
  auto const reply = bench.service.send(other);
  REQUIRE(reply);
  CHECK(reply->status == 404);
  CHECK(rest::read_outcome(*reply).code == "not-supported");
  CHECK(reply->headers.find("x-amzn-RequestId"));

  // The operations are not those of the other protocol.
  HttpRequest by_target = make_request(operation_info<rest::CancelExport>,
                                       R"({"datastoreId":"store-1","jobId":")" + job + "\"}", {.authority = "x"});
  auto const unknown = bench.service.send(by_target);
  REQUIRE(unknown);
  CHECK(unknown->status == 404);
  CHECK(read_error(*unknown).code == "UnknownOperationException");
  CHECK(bench.status(job) == "SUBMITTED");
  // Nor is an operation of the other protocol called at this address.
  by_target.target = "/datastore/store-1/r4/export/" + job;
  CHECK(bench.service.send(by_target)->status == 405);

  RestBench slow{{.rates = {{"StartExport", {1, Milliseconds{1'000}}}}}};
  slow.start();
  CHECK(slow.error(slow.rest_call<rest::StartExport>(start_input()), 429) == "throttled");
}

TEST_CASE("signatures: verified as for every other request, whatever the size of the body") {
  Credentials const keys{"AKIDEXAMPLE", Secret{"secret"}, {}};
  RestBench bench{{.credentials = {keys}}};
  auto request = *write_request<rest::StartExport>(start_input(), {.scheme = "http", .authority = "127.0.0.1:8080"});
  CHECK(bench.service.send(request)->status == 403);
  SigV4<Sha256> signer;
  auto const headers = signer.sign(request, keys, {.region = "us-east-1", .time = bench.now});
  REQUIRE(headers);
  for (Header const line : *headers) request.headers.set(line.name, line.value);
  CHECK(bench.service.send(request)->status == 202);
  HttpRequest changed = request;
  changed.target += "?_type=Patient";
  CHECK(bench.service.send(changed)->status == 403);
  // A body that is too long is not hashed, so its request is refused, not handled.
  HttpRequest cancel{.method = "DELETE", .authority = "127.0.0.1:8080", .target = "/datastore/store-1/r4/export/x"};
  cancel.body.assign((std::size_t{1} << 20) + 1, ' ');
  CHECK(bench.service.send(cancel)->status == 413);
}

TEST_CASE("journal: after a restart, jobs go on with what they select, and what was cancelled stays so") {
  MemoryJournal journal;
  std::string group_job;
  std::string cancelled;
  {
    RestBench bench;
    REQUIRE(bench.service.open_journal(journal));
    auto input = start_input();
    input.scope = rest::ExportScope::group;
    input.group_id = "g1";
    input.since = at("2026-08-06T00:00:00Z");
    group_job = bench.start(input);
    cancelled = bench.start();
    bench.pass(2'000);
    REQUIRE(bench.rest_call<rest::CancelExport>({store, cancelled}));
  }
  RestBench after;
  after.pass(2'000);
  auto const replayed = after.service.open_journal(journal);
  REQUIRE_MESSAGE(replayed, (replayed ? std::string{} : replayed.error()));
  CHECK(after.status(group_job) == "IN_PROGRESS");
  CHECK(after.status(cancelled) == "CANCEL_SUBMITTED");
  after.pass(10'000);
  CHECK(after.status(group_job) == "COMPLETED");
  CHECK(after.status(cancelled) == "CANCEL_COMPLETED");
  std::string const folder = "out/store-1-FHIR_EXPORT-" + group_job + "/";
  CHECK(after.keys("out/") == std::vector<std::string>{folder + "Group/Group-001.ndjson",
                                                       folder + "Observation/Observation-001.ndjson",
                                                       folder + "Patient/Patient-001.ndjson"});
  // And again, with the ends in the journal.
  RestBench again;
  again.pass(12'000);
  REQUIRE(again.service.open_journal(journal));
  CHECK(again.status(group_job) == "COMPLETED");
  CHECK(again.status(cancelled) == "CANCEL_COMPLETED");
  CHECK(again.keys("out/").empty());

  // While the journal cannot be written, nothing is started.
  MemoryJournal full;
  RestBench refusing;
  REQUIRE(refusing.service.open_journal(full));
  full.fail_after(0);
  CHECK(refusing.error(refusing.rest_call<rest::StartExport>(start_input()), 500) == "exception");
}

TEST_CASE("the faults of a script are read by a client of FHIR REST, too") {
  RestBench bench;
  bench.service.script({.what = Fault::Refused{.http_status = 503, .code = "", .message = "busy"}});
  auto const page = bench.rest_call<rest::StartExport>(start_input());
  REQUIRE_FALSE(page);
  CHECK(page.error().as<ServiceError>()->retry == RetryKind::transient);
  bench.start();
}
