// The invariants: whatever is lost, wrong or late, and whenever the program ends and continues from the progress it
// last wrote, the service has the job exactly once and the run ends with that job's own end; every start has the same
// token; nothing is sent once the run is done; it ends by its timeout. The progress is a plain value, and JSON.
#include "healthlake/flow/job_run.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "../support/virtual_time.hpp"
#include "healthlake/drive.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/model/all.hpp"

using namespace healthlake;
using virtual_time::body_member, virtual_time::noon, virtual_time::seconds, virtual_time::service_error;
using virtual_time::described, virtual_time::endpoint, virtual_time::header, virtual_time::http, virtual_time::job_json;
using virtual_time::start_input, virtual_time::started, virtual_time::transport_error, virtual_time::without_jitter;

namespace {

using Run = JobRun<StartFHIRExportJob, FHIRExportJobCompleted>;

// A run with everything it needs, against a script.
struct Bench {
  virtual_time::Runtime runtime = without_jitter();
  Session session{};
  virtual_time::Transport transport{runtime, {}};
  JobProgress progress{.datastore_id = "ds1", .client_token = "token-1"};
  CallOptions call{};
  WaitOptions wait{.delay = seconds(60), .timeout = seconds(3'600)};

  Run make() { return Run{start_input(), progress, endpoint(), session, Entropy{runtime}, call, wait}; }
  void answer(HttpReply reply, Milliseconds takes = {}) { transport.script.push_back({std::move(reply), takes}); }

  // Runs to the end; the progress is kept as a program would.
  Run::Outcome finish(Run& run) {
    NoSigner signer;
    while (auto const step = run.ask(runtime.now())) {
      REQUIRE_FALSE(take_step(run, *step, transport, signer, runtime, {}, "us-east-1"));
      progress = run.progress();
    }
    REQUIRE(run.done());
    CHECK(run.ask(runtime.now()) == std::nullopt);
    return run.result();
  }
  Run::Outcome finish() {
    Run run = make();
    return finish(run);
  }

  // The tokens of the starts, and the jobs that were asked about.
  [[nodiscard]] std::multiset<std::string> members(std::string const& operation, std::string const& name) const {
    std::multiset<std::string> found;
    for (auto const& request : transport.requests)
      if (header(request, "X-Amz-Target") == "HealthLake." + operation) found.insert(body_member(request, name));
    return found;
  }
  [[nodiscard]] std::multiset<std::string> tokens() const { return members("StartFHIRExportJob", "ClientToken"); }
  [[nodiscard]] std::multiset<std::string> polled() const { return members("DescribeFHIRExportJob", "JobId"); }
};

HttpReply described_as(std::string_view job, std::string_view datastore, std::string_view status) {
  nlohmann::json properties = job_json(job, status);
  properties["DatastoreId"] = datastore;
  return http(200, nlohmann::json{{"ExportJobProperties", properties}}.dump());
}

}  // namespace

TEST_CASE("job run: starts, waits and ends") {
  Bench bench;
  bench.answer(started());
  for (auto const* status : {"SUBMITTED", "IN_PROGRESS", "COMPLETED"}) bench.answer(described(status));
  auto const outcome = bench.finish();
  CHECK(outcome.end == WaitEnd::success);
  CHECK(outcome.polls == 3);
  CHECK_FALSE(outcome.error);
  REQUIRE(outcome.last);
  CHECK(outcome.last->output.export_job_properties.job_status == JobStatus::completed);
  CHECK(bench.tokens() == std::multiset<std::string>{"token-1"});
  CHECK(bench.runtime.now() - noon == seconds(120));
  CHECK(bench.progress == JobProgress{"ds1", "token-1", "job-1"});
}

TEST_CASE("job run: progress is JSON and back, and a new one has a token of its own") {
  virtual_time::Runtime runtime;
  JobProgress progress = new_job("ds1", runtime);
  CHECK(progress.datastore_id == "ds1");
  CHECK(progress.client_token.size() == 36);
  CHECK_FALSE(progress.job_id);
  CHECK(new_job("ds1", runtime).client_token != progress.client_token);
  CHECK(violations(progress).empty());
  CHECK(decode<JobProgress>(*encode(progress))->value == progress);
  progress.job_id = "job-1";
  CHECK(*encode(progress) ==
        R"({"DatastoreId":"ds1","ClientToken":")" + progress.client_token + R"(","JobId":"job-1"})");
  CHECK(decode<JobProgress>(*encode(progress))->value == progress);
  CHECK_FALSE(decode<JobProgress>("{\"DatastoreId\":\"ds1\",\"Clie"));
}

TEST_CASE("job run: continued at any point, it repeats the start with its token, or polls its job") {
  for (std::size_t const steps : {0U, 1U, 2U, 3U, 4U, 5U, 6U}) {
    CAPTURE(steps);
    Bench bench;
    NoSigner signer;
    for (int i = 0; i < 2; ++i) bench.answer(started());
    bench.transport.script[0].reply = transport_error(TransportReason::connection_lost);
    for (auto const* status : {"SUBMITTED", "IN_PROGRESS", "IN_PROGRESS"}) bench.answer(described(status));
    std::optional<Run> run{bench.make()};
    for (std::size_t i = 0; i < steps; ++i) {
      auto const step = run->ask(bench.runtime.now());
      REQUIRE_FALSE(take_step(*run, *step, bench.transport, signer, bench.runtime, {}, "us-east-1"));
      bench.progress = run->progress();
    }
    run.reset();  // the program ends
    bench.transport.script.clear();
    if (!bench.progress.job_id) bench.answer(started());
    bench.answer(described("COMPLETED"));
    CHECK(bench.finish().end == WaitEnd::success);
    for (auto const& token : bench.tokens()) CHECK(token == "token-1");
    for (auto const& job : bench.polled()) CHECK(job == "job-1");
    CHECK(bench.transport.script.empty());
  }
}

TEST_CASE("job run: a start is repeated, with its token, as long as its errors may pass") {
  Bench bench;
  bench.call.retry.max_attempts = 1;
  std::vector<HttpReply> const passing{transport_error(TransportReason::connection_lost),
                                       transport_error(TransportReason::read_timeout),
                                       service_error(400, "ThrottlingException"),
                                       service_error(429, "TooManyRequestsException"),
                                       service_error(500, "InternalServerException"),
                                       http(503, "<html>busy</html>"),
                                       service_error(400, "ExpiredTokenException"),
                                       http(200, "<html>hello</html>"),
                                       http(200, R"({"JobId":"job-1","JobSt)"),
                                       started("a\nb"),
                                       http(200, R"({"JobId":"other","JobStatus":"SUBMITTED","DatastoreId":"ds2"})")};
  for (auto const& reply : passing) bench.answer(reply);
  bench.answer(started());
  bench.answer(described("COMPLETED"));
  auto const outcome = bench.finish();
  CHECK(outcome.end == WaitEnd::success);
  CHECK_FALSE(outcome.error);
  CHECK(bench.tokens().count("token-1") == passing.size() + 1);
  CHECK(bench.tokens().size() == passing.size() + 1);
  CHECK(bench.polled() == std::multiset<std::string>{"job-1"});
}

TEST_CASE("job run: an error that does not pass ends it, at the start and at a poll") {
  for (bool const at_start : {true, false})
    for (auto const* code : {"ValidationException", "AccessDeniedException", "ResourceNotFoundException"}) {
      Bench bench;
      if (!at_start) bench.answer(started());
      bench.answer(service_error(400, code));
      auto const outcome = bench.finish();
      CHECK(outcome.end == WaitEnd::call_failed);
      REQUIRE(outcome.error);
      CHECK(outcome.error->as<ServiceError>()->code == code);
      CHECK(bench.progress.job_id.has_value() != at_start);
    }
}

TEST_CASE("job run: a response about another job or data store is no end") {
  Bench bench;
  bench.answer(started());
  bench.answer(described_as("job-2", "ds1", "COMPLETED"));
  bench.answer(described_as("job-1", "ds2", "FAILED"));
  bench.answer(described_as("job-2", "ds1", "IN_PROGRESS"));
  bench.answer(described("FAILED"));
  auto const outcome = bench.finish();
  CHECK(outcome.end == WaitEnd::failure);
  CHECK(outcome.polls == 4);
  CHECK(outcome.last->output.export_job_properties.job_id == "job-1");
  CHECK_FALSE(outcome.error);
}

TEST_CASE("job run: ends by its timeout, whatever it is doing") {
  for (int const what : {0, 1, 2, 3}) {
    CAPTURE(what);
    Bench bench;
    bench.wait.timeout = seconds(600);
    bench.call.retry.max_attempts = 2;
    for (int i = 0; i < 1'000; ++i) {
      if (what == 0) bench.answer(transport_error(TransportReason::connect_failed));
      else if (what == 1) bench.answer(i == 0 ? started() : described("IN_PROGRESS"));
      else if (what == 2) bench.answer(i == 0 ? started() : http(503, "busy"));
      else bench.answer(i == 0 ? started() : described_as("job-2", "ds1", "COMPLETED"));
    }
    CHECK(bench.finish().end == WaitEnd::timed_out);
    CHECK(bench.runtime.now() - noon <= seconds(600));
    CHECK(bench.runtime.now() - noon >= seconds(500));
  }
  // A reply that does not come: the driver asks when the time is up.
  Bench bench;
  Run run = bench.make();
  REQUIRE(run.ask(noon));
  CHECK(run.time_left(noon + seconds(1)) == seconds(3'599));
  CHECK(run.ask(noon + seconds(3'600)) == std::nullopt);
  CHECK(run.end() == WaitEnd::timed_out);
  CHECK(run.result().error->effect == Effect::possible);
}

// Found by tests/simulation: the limits of the call and of the wait had not seen the time pass that the run's had.
TEST_CASE("job run: a clock that is set back between two looks at it does not hold up the end") {
  for (bool const waiting : {false, true})
    for (bool const replied : {false, true}) {
      CAPTURE(waiting);
      CAPTURE(replied);
      Bench bench;
      bench.wait.timeout = seconds(600);
      Run run = bench.make();
      REQUIRE(run.ask(noon));
      if (waiting) {
        run.receive(started(), noon);
        REQUIRE(run.ask(noon));
      }
      if (replied) run.receive(http(503, "busy"), noon);
      CHECK(run.time_left(noon + seconds(400)) == seconds(200));
      CHECK(run.time_left(noon) == seconds(200));  // set back
      CHECK(run.time_left(noon + seconds(199)) == seconds(1));
      CHECK_FALSE(run.done());
      CHECK(run.ask(noon + seconds(200)) == std::nullopt);
      REQUIRE(run.done());
      auto const outcome = run.result();
      CHECK(outcome.end == WaitEnd::timed_out);
      if (waiting) continue;
      // During the delay before a retry, it is the error that the delay is for.
      CHECK(outcome.error->effect == Effect::possible);
      CHECK(outcome.error->gave_up == GaveUp::timeout);
      CHECK((outcome.error->as<TransportError>() == nullptr) == replied);
    }
}

TEST_CASE("job run: without a timeout, it ends with the limits of the wait") {
  Bench bench;
  bench.wait.timeout.reset();
  bench.call.retry.max_attempts = 1;
  SUBCASE("the starts that fail in a row") {
    for (int i = 0; i < 5; ++i) bench.answer(http(503, "busy"));
    CHECK(bench.finish().end == WaitEnd::call_failed);
  }
  SUBCASE("the wrong responses in a row") {
    bench.wait.max_attempts = 100;
    bench.answer(started());
    for (int i = 0; i < 10; ++i) {
      bench.answer(described("IN_PROGRESS"));
      bench.answer(described_as("job-2", "ds1", "COMPLETED"));
    }
    for (int i = 0; i < 4; ++i) bench.answer(described_as("job-2", "ds1", "COMPLETED"));
    auto const outcome = bench.finish();
    CHECK(outcome.end == WaitEnd::call_failed);
    CHECK(outcome.error->as<Malformed>() != nullptr);
    CHECK(outcome.polls == 24);
  }
  SUBCASE("the number of polls, those with wrong responses included") {
    bench.answer(started());
    for (int i = 0; i < 5; ++i)
      bench.answer(i % 2 == 0 ? described("IN_PROGRESS") : described_as("job-2", "ds1", "COMPLETED"));
    auto const outcome = bench.finish();
    CHECK(outcome.end == WaitEnd::timed_out);
    CHECK(outcome.polls == 5);
  }
  SUBCASE("a wrong response to the last poll") {
    bench.wait.max_attempts = 1;
    bench.answer(started());
    bench.answer(described_as("job-2", "ds1", "COMPLETED"));
    auto const outcome = bench.finish();
    CHECK(outcome.end == WaitEnd::timed_out);
    CHECK(outcome.error);
  }
  CHECK(bench.transport.script.empty());
}

TEST_CASE("job run: with no time and with an invalid input, nothing is sent") {
  Bench bench;
  SUBCASE("no time") {
    bench.wait.timeout = seconds(0);
    CHECK(bench.finish().end == WaitEnd::timed_out);
  }
  SUBCASE("no time for a call") {
    bench.call.timeout = seconds(0);
    CHECK(bench.finish().end == WaitEnd::call_failed);
  }
  SUBCASE("no token") {
    bench.progress.client_token.clear();
    auto const outcome = bench.finish();
    CHECK(outcome.end == WaitEnd::call_failed);
    CHECK(outcome.error->as<InvalidInput>() != nullptr);
  }
  SUBCASE("a progress that was damaged") {
    bench.progress.job_id = "";
    auto const outcome = bench.finish();
    CHECK(outcome.end == WaitEnd::call_failed);
    CHECK(outcome.error->as<InvalidInput>() != nullptr);
  }
  CHECK(bench.transport.requests.empty());
}

TEST_CASE("job run: cancelled in any state, it can be continued from its progress") {
  for (std::size_t const steps : {0U, 1U, 2U, 3U}) {
    CAPTURE(steps);
    Bench bench;
    NoSigner signer;
    bench.answer(http(503, "busy"));
    bench.answer(started());
    bench.answer(described("IN_PROGRESS"));
    Run run = bench.make();
    for (std::size_t i = 0; i < steps; ++i)
      REQUIRE_FALSE(take_step(run, *run.ask(bench.runtime.now()), bench.transport, signer, bench.runtime, {}, "r"));
    auto const asked = run.ask(bench.runtime.now());
    run.cancel();
    run.receive(started(), bench.runtime.now());
    CHECK(run.done());
    CHECK(run.end() == WaitEnd::cancelled);
    CHECK(run.ask(bench.runtime.now()) == std::nullopt);
    bench.progress = run.progress();
    bench.transport.script.clear();
    if (!bench.progress.job_id) bench.answer(started());
    bench.answer(described("COMPLETED"));
    CHECK(bench.finish().end == WaitEnd::success);
    CHECK(asked.has_value());
  }
}

TEST_CASE("job run: a transport that was interrupted cancels it; a lost reply does not") {
  Bench bench;
  bench.answer(transport_error(TransportReason::cancelled));
  CHECK(bench.finish().end == WaitEnd::cancelled);

  Run run = bench.make();
  REQUIRE(run.ask(noon));
  run.lose();
  bench.answer(started());
  bench.answer(described("COMPLETED"));
  CHECK(bench.finish(run).end == WaitEnd::success);
}

TEST_CASE("job run: an import is one, too") {
  using Import = JobRun<StartFHIRImportJob, FHIRImportJobCompleted>;
  virtual_time::Runtime runtime = without_jitter();
  Session session;
  StartFHIRImportJobRequest input{.input_data_config = {"s3://bucket/in"},
                                  .job_output_data_config = {S3Configuration{"s3://bucket/out", "alias/key"}},
                                  .data_access_role_arn = "arn:aws:iam::123456789012:role/Import"};
  nlohmann::json properties = job_json("job-1", "COMPLETED_WITH_ERRORS");
  properties["InputDataConfig"] = {{"S3Uri", "s3://bucket/in"}};
  virtual_time::Transport transport{
      runtime, {{started()}, {http(200, nlohmann::json{{"ImportJobProperties", properties}}.dump())}}};
  NoSigner signer;
  Import run{input, {"ds1", "t", {}}, endpoint(), session, Entropy{runtime}, {}, {.timeout = seconds(60)}};
  while (auto const step = run.ask(runtime.now()))
    REQUIRE_FALSE(take_step(run, *step, transport, signer, runtime, {}, "us-east-1"));
  CHECK(run.end() == WaitEnd::success);
}

TEST_CASE("job run: the result is there once, when the run is done") {
  for (auto const* status : {"COMPLETED", "FAILED"}) {
    Bench bench;
    bench.answer(started());
    bench.answer(described(status));
    Run run = bench.make();
    auto const early = run.result();
    CHECK(early.end == WaitEnd::call_failed);
    REQUIRE(early.error);
    CHECK(early.error->as<SetupError>() != nullptr);
    auto const outcome = bench.finish(run);
    CHECK(outcome.last.has_value());
    WaitEnd const end = outcome.end;
    CHECK(end == (std::string{status} == "FAILED" ? WaitEnd::failure : WaitEnd::success));
    for (int i = 0; i < 2; ++i) {
      auto const again = std::get<Done<Run::Outcome>>(run.next(noon)).result;
      CHECK(again.end == WaitEnd::call_failed);
      CHECK_FALSE(again.last);
      REQUIRE(again.error);
      CHECK(again.error->as<SetupError>()->phase == SetupPhase::usage);
    }
    CHECK(run.end() == end);
    CHECK(run.trouble() == nullptr);
  }
  // Nor is an error reported twice.
  Bench bench;
  bench.answer(service_error(400, "ValidationException"));
  Run run = bench.make();
  CHECK(bench.finish(run).error->as<ServiceError>() != nullptr);
  CHECK(run.trouble() == nullptr);
  CHECK(run.result().error->as<SetupError>() != nullptr);
}

TEST_CASE("job run: the last response is never that of another job") {
  for (bool const cancelled : {false, true}) {
    Bench bench;
    bench.wait.timeout = seconds(600);
    bench.answer(started());
    for (int i = 0; i < 100; ++i) bench.answer(described_as("job-2", "ds1", "IN_PROGRESS"));
    Run run = bench.make();
    if (cancelled) {
      NoSigner signer;
      for (int i = 0; i < 4; ++i)
        REQUIRE_FALSE(take_step(run, *run.ask(bench.runtime.now()), bench.transport, signer, bench.runtime, {}, "r"));
      run.cancel();
    }
    auto const outcome = bench.finish(run);
    CHECK(outcome.end == (cancelled ? WaitEnd::cancelled : WaitEnd::timed_out));
    CHECK(outcome.polls > 0);
    CHECK_FALSE(outcome.last);
  }
}

TEST_CASE("job run: a delay after a failed start ends with the time, although the clock is set back during it") {
  Bench bench;
  bench.call.retry.max_attempts = 1;
  bench.wait.delay = seconds(300);
  bench.wait.timeout = seconds(600);
  Run run = bench.make();
  REQUIRE(run.ask(noon));
  run.receive(http(503, "busy"), noon + seconds(350));
  Timestamp const late = noon + seconds(550);
  CHECK(std::get<Wait>(*run.ask(late)).until == noon + seconds(600));
  Timestamp const back = late - seconds(3'600);
  CHECK(std::get<Wait>(*run.ask(back)).until == back + seconds(50));
  CHECK(run.ask(back + seconds(50)) == std::nullopt);
  CHECK(run.end() == WaitEnd::timed_out);
}

TEST_CASE("job run: what it knows is there as soon as the reply is, without another step") {
  Bench bench;
  bench.call.retry.max_attempts = 1;
  Run run = bench.make();
  REQUIRE(run.ask(noon));
  run.receive(http(503, "busy"), noon);
  CHECK(run.trouble() != nullptr);
  REQUIRE(run.ask(noon + seconds(60)));
  run.receive(started(), noon + seconds(60));
  CHECK(run.progress().job_id == "job-1");
  CHECK(run.trouble() == nullptr);
  REQUIRE(run.ask(noon + seconds(60)));
  run.receive(described("COMPLETED"), noon + seconds(60));
  CHECK(run.done());
  CHECK(run.end() == WaitEnd::success);
}

TEST_CASE("job run: cancelled at a start, at a delay and at a poll, it is done at once") {
  for (int const when : {0, 1, 2}) {
    CAPTURE(when);
    Bench bench;
    bench.call.retry.max_attempts = 1;
    Run run = bench.make();
    REQUIRE(run.ask(noon));
    if (when == 1) run.receive(http(503, "busy"), noon);
    if (when == 2) {
      run.receive(started(), noon);
      REQUIRE(run.ask(noon));
    }
    run.cancel();
    CHECK(run.done());
    CHECK(run.end() == WaitEnd::cancelled);
    CHECK(run.ask(noon + seconds(60)) == std::nullopt);
  }
}

TEST_CASE("job run: a lost reply to a start or a poll is not waited for, and the request is repeated") {
  for (bool const polling : {false, true}) {
    CAPTURE(polling);
    Bench bench;
    Run run = bench.make();
    REQUIRE(run.ask(noon));
    if (polling) {
      run.receive(started(), noon);
      REQUIRE(run.ask(noon));
    }
    run.lose();
    auto const step = run.ask(noon);
    REQUIRE(step);
    CHECK(std::holds_alternative<Wait>(*step));
  }
}

TEST_CASE("job run: an unusable response to a start says which member is wrong, and that there may be a job") {
  struct Case {
    HttpReply reply;
    std::string path;
  };
  for (auto const& test :
       {Case{started("a\nb"), "JobId"},
        Case{http(200, R"({"JobId":"other","JobStatus":"SUBMITTED","DatastoreId":"ds2"})"), "DatastoreId"}}) {
    CAPTURE(test.path);
    Bench bench;
    bench.wait.max_failed_polls = 1;
    bench.answer(test.reply);
    auto const outcome = bench.finish();
    CHECK(outcome.end == WaitEnd::call_failed);
    REQUIRE(outcome.error);
    REQUIRE(outcome.error->as<Malformed>() != nullptr);
    CHECK(outcome.error->as<Malformed>()->path == test.path);
    CHECK(outcome.error->effect == Effect::possible);
    CHECK(outcome.error->client_token == "token-1");
  }
}

TEST_CASE("job run: a start that succeeds ends the row of those that failed") {
  Bench bench;
  bench.wait.timeout.reset();
  bench.call.retry.max_attempts = 1;
  for (int i = 0; i < 4; ++i) bench.answer(http(503, "busy"));
  bench.answer(started());
  for (int i = 0; i < 4; ++i) bench.answer(described_as("job-2", "ds1", "COMPLETED"));
  bench.answer(described("COMPLETED"));
  CHECK(bench.finish().end == WaitEnd::success);
}

TEST_CASE("job run: after a wrong response, its error is there until the next poll has another") {
  Bench bench;
  Run run = bench.make();
  REQUIRE(run.ask(noon));
  run.receive(started(), noon);
  REQUIRE(run.ask(noon));
  run.receive(described_as("job-2", "ds1", "COMPLETED"), noon);
  Timestamp const later = noon + seconds(60);
  auto const poll = run.ask(later);
  REQUIRE(poll);
  REQUIRE(std::holds_alternative<Send>(*poll));
  REQUIRE(run.trouble() != nullptr);
  CHECK(run.trouble()->as<Malformed>() != nullptr);
  run.receive(described("IN_PROGRESS"), later);
  CHECK(run.trouble() == nullptr);
}

TEST_CASE("job run: a start has the time that is left, and the waiter's delay comes before its repetition") {
  Bench bench;
  bench.wait = {.timeout = seconds(3'600)};
  bench.call.retry.max_attempts = 1;
  Run run = bench.make();
  CHECK(run.time_left(noon) == seconds(3'600));
  Timestamp const begun = noon + seconds(10);
  auto const start = run.ask(begun);
  REQUIRE(start);
  CHECK(std::get<Send>(*start).timeout == seconds(3'590));
  run.receive(http(503, "busy"), begun);
  auto const delay = run.ask(begun);
  REQUIRE(delay);
  CHECK(std::get<Wait>(*delay).until == begun + FHIRExportJobCompleted::delay);
}

TEST_CASE("job run: at its limit, a repeated start that is under way has no response in time") {
  Bench bench;
  bench.wait.timeout = seconds(600);
  Run run = bench.make();
  REQUIRE(run.ask(noon));
  run.receive(http(503, "busy"), noon);
  Timestamp const again = noon + seconds(60);
  REQUIRE(run.ask(again));
  CHECK(run.time_left(noon + seconds(400)) == seconds(200));
  CHECK(run.time_left(again) == seconds(200));  // set back
  CHECK(run.ask(again + seconds(200)) == std::nullopt);
  REQUIRE(run.done());
  auto const outcome = run.result();
  CHECK(outcome.end == WaitEnd::timed_out);
  REQUIRE(outcome.error);
  CHECK(outcome.error->as<TransportError>() != nullptr);
  CHECK(outcome.error->effect == Effect::possible);
}

TEST_CASE("job run: the last millisecond counts, at a start and at a delay, and a poll has the time that is left") {
  Timestamp const last = noon + Milliseconds{599'999};
  Bench bench;
  bench.wait.timeout = seconds(600);
  bench.call.retry.max_attempts = 1;
  Run late = bench.make();
  CHECK(late.time_left(noon) == seconds(600));
  auto const start = late.ask(last);
  REQUIRE(start);
  CHECK(std::get<Send>(*start).timeout == Milliseconds{1});
  Run run = bench.make();
  REQUIRE(run.ask(noon));
  run.receive(http(503, "busy"), last);
  auto const delay = run.ask(last);
  REQUIRE(delay);
  CHECK(std::get<Wait>(*delay).until == noon + seconds(600));
  Run polling = bench.make();
  REQUIRE(polling.ask(noon));
  polling.receive(started(), noon + seconds(10));
  auto const poll = polling.ask(noon + seconds(10));
  REQUIRE(poll);
  CHECK(std::get<Send>(*poll).timeout == seconds(590));
}
