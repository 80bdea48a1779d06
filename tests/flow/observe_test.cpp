// Invariants: each attempt, each delay and each outcome is reported once, in the order in which it happened, whatever
// the machine and however often the driver asks; what is observed is what an unobserved machine does; no report
// contains a secret; and an object is an observer only if its functions take the reports.
#include "healthlake/flow/observe.hpp"

#include <doctest/doctest.h>

#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "../support/virtual_time.hpp"
#include "healthlake/client.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

using namespace healthlake;
using virtual_time::described;
using virtual_time::Exchange;
using virtual_time::http;
using virtual_time::noon;
using virtual_time::page;
using virtual_time::seconds;
using virtual_time::service_error;
using virtual_time::started;
using virtual_time::transport_error;
using virtual_time::without_jitter;

namespace {
using Lines = std::vector<std::string>;

std::string ms(Timestamp time) { return std::to_string((time - noon).count); }
std::string of(ObservedCall const& call) { return std::string{to_string(call.kind)} + " "; }

// One line for each report, with times in milliseconds since noon.
struct Recorder {
  Lines lines{};

  void on_send(SendReport const& report) {
    lines.push_back(of(report.call) + std::to_string(report.round) + "." + std::to_string(report.attempt) +
                    " sent at " + ms(report.time));
    if (report.timeout) lines.back() += " for " + std::to_string(report.timeout->count);
    if (report.clock_correction.count != 0) lines.back() += " as " + std::to_string(report.clock_correction.count);
  }
  void on_attempt(AttemptReport const& report) {
    lines.push_back(of(report.call) + std::to_string(report.round) + "." + std::to_string(report.attempt) + " " +
                    std::to_string(report.http_status) + " at " + ms(report.end) + (report.retried ? " retried" : ""));
    if (!report.request_id.empty()) lines.back() += " id " + std::string{report.request_id};
    if (report.error != nullptr) lines.back() += ": " + report.error->message();
  }
  void on_wait(WaitReport const& report) {
    lines.push_back(of(report.call) + std::string{to_string(report.reason)} + " after " + std::to_string(report.round) +
                    " waits " + std::to_string(report.length.count) + " from " + ms(report.begin) +
                    (report.error != nullptr ? " with an error" : ""));
  }
  void on_outcome(OutcomeReport const& report) {
    lines.push_back(of(report.call) + (report.success ? "succeeded" : "failed") + " at " + ms(report.end) + " after " +
                    std::to_string(report.attempts) + "/" + std::to_string(report.rounds) + " " +
                    std::to_string(report.http_status));
    if (report.wait_end) lines.back() += " " + std::string{to_string(*report.wait_end)};
    if (report.error != nullptr) lines.back() += ": " + report.error->message();
  }
};

struct Nothing {};
struct OnlyOutcomes {
  unsigned outcomes = 0;
  void on_outcome(OutcomeReport const&) { ++outcomes; }
};
struct Mistaken {
  void on_outcome(OutcomeReport const&) {}
  void on_send(WaitReport const&) {}
};
static_assert(Observer<Recorder> && Observer<OnlyOutcomes>);
static_assert(!Observer<Nothing> && !Observer<NoObserver> && !Observer<int>);
static_assert(detail::has_mistake<Mistaken> && !detail::has_mistake<Recorder> && !detail::has_mistake<OnlyOutcomes>);

struct World {
  virtual_time::Runtime runtime = without_jitter();
  Session session{};
  Recorder recorder{};
};
struct StartWorld : World {
  explicit StartWorld(CallOptions const& options = {},
                      StartFHIRExportJobRequest const& input = virtual_time::start_input())
      : call{Call<StartFHIRExportJob>{input, virtual_time::endpoint(), session, runtime, options}, recorder} {}
  Observed<Call<StartFHIRExportJob>, Recorder> call;
};
using Start = Call<StartFHIRExportJob>;
using StartDone = Done<Call<StartFHIRExportJob>::Outcome>;

std::string const token = "ffffffff-ffff-4fff-bfff-ffffffffffff";
std::string const acted = "; the request may have been carried out: call again with ClientToken " + token;
}  // namespace

TEST_CASE("a call that is retried: the attempts, the delay and the outcome, once each however often the driver asks") {
  StartWorld world;
  for (int i = 0; i < 3; ++i) CHECK(std::holds_alternative<Send>(world.call.next(noon + Milliseconds{i})));
  world.call.receive(service_error(429, "ThrottlingException"), noon + seconds(1));
  world.call.receive(service_error(429, "ThrottlingException"), noon + seconds(1));
  for (int i = 0; i < 3; ++i) CHECK(std::holds_alternative<Wait>(world.call.next(noon + seconds(1) + Milliseconds{i})));
  CHECK(std::holds_alternative<Send>(world.call.next(noon + seconds(2))));
  world.call.receive(started(), noon + seconds(3));
  auto const step = world.call.next(noon + seconds(4));
  REQUIRE(std::holds_alternative<StartDone>(step));
  CHECK(std::get<StartDone>(step).result->output.job_id == "job-1");
  static_cast<void>(world.call.next(noon + seconds(5)));
  CHECK(world.recorder.lines == Lines{"call 1.1 sent at 0",
                                      "call 1.1 429 at 1000 retried: ThrottlingException (HTTP 429): no",
                                      "call retry after 1 waits 1000 from 1000 with an error", "call 1.2 sent at 2000",
                                      "call 1.2 200 at 3000 id r-1", "call succeeded at 3000 after 2/0 200"});
}

TEST_CASE("a call whose reply is lost, and one that runs out of time") {
  StartWorld lost;
  static_cast<void>(lost.call.next(noon));
  lost.call.lose();
  CHECK(std::holds_alternative<Wait>(lost.call.next(noon + seconds(1))));
  CHECK(lost.recorder.lines == Lines{"call 1.1 sent at 0",
                                     "call 1.1 0 at 1000 retried: transport: connection lost: reply not read" + acted,
                                     "call retry after 1 waits 50 from 1000 with an error"});
  // Without a delay, the next attempt is the same step.
  StartWorld at_once{{.retry = {.max_backoff = {0}}}};
  static_cast<void>(at_once.call.next(noon));
  at_once.call.lose();
  CHECK(std::holds_alternative<Send>(at_once.call.next(noon + seconds(1))));
  CHECK(at_once.recorder.lines ==
        Lines{"call 1.1 sent at 0", "call 1.1 0 at 1000 retried: transport: connection lost: reply not read" + acted,
              "call 1.2 sent at 1000"});
  StartWorld late{{.timeout = seconds(5)}};
  static_cast<void>(late.call.next(noon));
  CHECK(std::holds_alternative<StartDone>(late.call.next(noon + seconds(6))));
  std::string const error = ": transport: read timeout: no response in time; no time left" + acted;
  CHECK(late.recorder.lines ==
        Lines{"call 1.1 sent at 0 for 5000", "call 1.1 0 at 6000" + error, "call failed at 6000 after 1/0 0" + error});
}

TEST_CASE("a call that sends nothing has an outcome only") {
  StartWorld invalid{{}, {}};
  CHECK(std::holds_alternative<StartDone>(invalid.call.next(noon)));
  REQUIRE(invalid.recorder.lines.size() == 1);
  CHECK(invalid.recorder.lines[0].starts_with("call failed at 0 after 0/0 0: invalid input\n"));
  StartWorld late{{.timeout = seconds(0)}};
  CHECK(std::holds_alternative<StartDone>(late.call.next(noon)));
  CHECK(
      late.recorder.lines ==
      Lines{
          "call failed at 0 after 0/0 0: transport: connect timeout: no time left to send the request; no time left"});
}

TEST_CASE("the clock's correction, by which the next attempt is signed") {
  StartWorld world;
  static_cast<void>(world.call.next(noon));
  Headers headers;
  headers.add("Date", to_http_date(noon + seconds(3600)));
  world.call.receive(service_error(403, "InvalidSignatureException", std::move(headers)), noon);
  static_cast<void>(world.call.next(noon + seconds(1)));
  CHECK(world.recorder.lines ==
        Lines{"call 1.1 sent at 0",
              "call 1.1 403 at 0 retried: InvalidSignatureException (HTTP 403): no; clock corrected by 3600000 ms",
              "call 1.2 sent at 1000 as 3600000"});
}

TEST_CASE("a call that is cancelled and resumed") {
  StartWorld world;
  static_cast<void>(world.call.next(noon));
  world.call.cancel();
  world.call.cancel();
  world.call.receive(started(), noon + seconds(1));
  CHECK(world.call.resume());
  static_cast<void>(world.call.next(noon + seconds(2)));
  world.call.receive(started(), noon + seconds(3));
  CHECK(world.recorder.lines == Lines{"call 1.1 sent at 0", "call 1.1 0 at 0: transport: cancelled" + acted,
                                      "call failed at 0 after 1/0 0: transport: cancelled" + acted,
                                      "call 1.1 sent at 2000", "call 1.1 200 at 3000 id r-1",
                                      "call succeeded at 3000 after 2/0 200"});
}

TEST_CASE("a call that is cancelled before its first step, and begins once it is resumed") {
  struct Begins {
    std::vector<Timestamp> begins{};
    void on_outcome(OutcomeReport const& report) { begins.push_back(report.call.begin); }
  };
  World world;
  Begins seen;
  Observed call{
      Call<StartFHIRExportJob>{virtual_time::start_input(), virtual_time::endpoint(), world.session, world.runtime},
      seen};
  call.cancel();
  CHECK(call.resume());
  static_cast<void>(call.next(noon));
  call.receive(started(), noon + seconds(1));
  CHECK(seen.begins == std::vector<Timestamp>{{}, noon});
}

TEST_CASE("an error of the driver ends what is observed") {
  StartWorld world;
  static_cast<void>(world.call.next(noon));
  Error const error = SetupError{SetupPhase::signing, "no key"};
  world.call.fail(error);
  world.call.fail(error);
  world.call.cancel();
  CHECK(world.recorder.lines == Lines{"call 1.1 sent at 0", "call 1.1 0 at 0: signing: no key",
                                      "call failed at 0 after 1/0 0: signing: no key"});
}

namespace {
struct WaiterWorld : World {
  explicit WaiterWorld(WaitOptions const& options = {},
                       CallOptions const& call_options = {.retry = {.max_attempts = 1}})
      : waiter{Waiter<FHIRExportJobCompleted>{virtual_time::describe_input(), virtual_time::endpoint(), session,
                                              runtime, call_options, options},
               recorder} {}
  Observed<Waiter<FHIRExportJobCompleted>, Recorder> waiter;
};
}  // namespace

TEST_CASE("a wait: its polls, its delays and its end") {
  WaiterWorld world;
  static_cast<void>(world.waiter.next(noon));
  world.waiter.receive(described("IN_PROGRESS"), noon + seconds(1));
  for (int i = 1; i < 4; ++i) static_cast<void>(world.waiter.next(noon + seconds(i)));
  static_cast<void>(world.waiter.next(noon + seconds(200)));
  world.waiter.receive(http(503, ""), noon + seconds(201));
  static_cast<void>(world.waiter.next(noon + seconds(201)));
  static_cast<void>(world.waiter.next(noon + seconds(400)));
  world.waiter.receive(described("COMPLETED"), noon + seconds(401));
  auto const step = world.waiter.next(noon + seconds(402));
  CHECK(std::get<Done<Waiter<FHIRExportJobCompleted>::Outcome>>(step).result.end == WaitEnd::success);
  CHECK(world.recorder.lines ==
        Lines{"wait 1.1 sent at 0", "wait 1.1 200 at 1000", "wait poll after 1 waits 120000 from 1000",
              "wait 2.1 sent at 200000", "wait 2.1 503 at 201000: error without a code (HTTP 503); no attempts left",
              "wait poll after 2 waits 120000 from 201000 with an error", "wait 3.1 sent at 400000",
              "wait 3.1 200 at 401000", "wait succeeded at 401000 after 3/3 200 success"});
}

TEST_CASE("a poll that is retried, and a wait that fails, times out or is cancelled") {
  WaiterWorld failed{{}, {}};
  static_cast<void>(failed.waiter.next(noon));
  failed.waiter.receive(http(500, ""), noon);
  static_cast<void>(failed.waiter.next(noon));
  static_cast<void>(failed.waiter.next(noon + seconds(1)));
  failed.waiter.receive(described("FAILED"), noon + seconds(2));
  CHECK(failed.recorder.lines == Lines{"wait 1.1 sent at 0",
                                       "wait 1.1 500 at 0 retried: error without a code (HTTP 500)",
                                       "wait retry after 1 waits 50 from 0 with an error", "wait 1.2 sent at 1000",
                                       "wait 1.2 200 at 2000", "wait failed at 2000 after 2/1 200 failure"});

  WaiterWorld late{{.timeout = seconds(60)}};
  static_cast<void>(late.waiter.next(noon));
  static_cast<void>(late.waiter.next(noon + seconds(61)));
  std::string const error = ": transport: read timeout: no response in time; no time left";
  CHECK(late.recorder.lines == Lines{"wait 1.1 sent at 0 for 60000", "wait 1.1 0 at 61000" + error,
                                     "wait failed at 61000 after 1/1 0 timed out" + error});

  // The error of an earlier poll is not that of the one which is dropped.
  WaiterWorld dropped;
  static_cast<void>(dropped.waiter.next(noon));
  dropped.waiter.receive(http(503, ""), noon);
  static_cast<void>(dropped.waiter.next(noon + seconds(200)));
  dropped.waiter.cancel();
  REQUIRE(dropped.recorder.lines.size() == 5);
  CHECK(dropped.recorder.lines[3] == "wait 2.1 0 at 200000: transport: cancelled");
  CHECK(dropped.recorder.lines[4].starts_with("wait failed at 200000 after 2/1 0 cancelled"));
  CHECK(dropped.waiter.resume());
  static_cast<void>(dropped.waiter.next(noon + seconds(201)));
  CHECK(dropped.recorder.lines.back() == "wait 2.1 sent at 201000");
}

namespace {
struct PagerWorld : World {
  Observed<Pager<ListFHIRExportJobs>, Recorder> pager{
      Pager<ListFHIRExportJobs>{virtual_time::list_input(), virtual_time::endpoint(), session, runtime}, recorder};
  // Asks, and answers the request.
  void turn(HttpReply const& reply, Timestamp now) {
    CHECK(std::holds_alternative<Send>(pager.next(now)));
    pager.receive(reply, now + seconds(1));
  }
};
using ListPage = Page<ListFHIRExportJobs::Output>;
}  // namespace

TEST_CASE("a poll that ends in the step in which the next one begins is reported before it") {
  WaiterWorld world{{.delay = seconds(0)}, {.retry = {.max_attempts = 1}, .timeout = seconds(1)}};
  static_cast<void>(world.waiter.next(noon));
  CHECK(std::holds_alternative<Send>(world.waiter.next(noon + seconds(2))));
  CHECK(world.recorder.lines == Lines{"wait 1.1 sent at 0 for 1000",
                                      "wait 1.1 0 at 2000: transport: read timeout: no response in time; no time left",
                                      "wait 2.1 sent at 2000 for 1000"});
}

namespace {
// What Recorder leaves out.
struct Details {
  Lines lines{};
  void on_attempt(AttemptReport const& report) {
    lines.push_back(ms(report.begin) + " to " + ms(report.end) + ": " + std::to_string(report.request_bytes) + " and " +
                    std::to_string(report.response_bytes) + " bytes, retry " +
                    std::to_string(static_cast<int>(report.retry)) + ", id " + std::string{report.request_id} +
                    ", clock " + std::to_string(report.clock_correction.count));
  }
  void on_outcome(OutcomeReport const& report) {
    lines.push_back("id " + std::string{report.request_id} + ", clock " +
                    std::to_string(report.clock_correction.count));
  }
};
}  // namespace

TEST_CASE("an attempt's times, sizes, request id, kind of retry and correction of the clock are its own") {
  World world;
  Details seen;
  world.session.skew.set(seconds(600));
  Start const start{virtual_time::start_input(), virtual_time::endpoint(), world.session, world.runtime};
  auto const wait = std::to_string(static_cast<int>(RetryKind::transient));
  auto const timeout = std::to_string(static_cast<int>(RetryKind::timeout));
  auto const none = std::to_string(static_cast<int>(RetryKind::none));
  Observed call{Start{start}, seen};
  auto const first = call.next(noon);
  std::string const size = std::to_string(std::get<Send>(first).request().body.size());
  call.receive(http(503, "abc", {{"x-amzn-RequestId", "r-9"}}), noon + seconds(1));
  static_cast<void>(call.next(noon + seconds(20)));
  call.receive(transport_error(TransportReason::read_timeout), noon + seconds(21));
  static_cast<void>(call.next(noon + seconds(40)));
  call.receive(http(200, "{", {{"x-amzn-RequestId", "r-8"}}), noon + seconds(42));
  CHECK(seen.lines == Lines{"0 to 1000: " + size + " and 3 bytes, retry " + wait + ", id r-9, clock 600000",
                            "20000 to 21000: " + size + " and 0 bytes, retry " + timeout + ", id , clock 600000",
                            "40000 to 42000: " + size + " and 1 bytes, retry " + none + ", id r-8, clock 600000",
                            "id r-8, clock 600000"});

  Details of_success;
  Observed successful{Start{start}, of_success};
  static_cast<void>(successful.next(noon));
  successful.receive(http(200, R"({"JobId":"j","JobStatus":"SUBMITTED"})"), noon + seconds(1));
  CHECK(of_success.lines ==
        Lines{"0 to 1000: " + size + " and 37 bytes, retry " + none + ", id , clock 600000", "id , clock 600000"});

  // The driver's error does not know the correction, and takes no bytes.
  Details of_driver;
  Observed failing{Start{start}, of_driver};
  static_cast<void>(failing.next(noon));
  failing.fail(SetupError{SetupPhase::signing, "no key"});
  CHECK(of_driver.lines ==
        Lines{"0 to 0: " + size + " and 0 bytes, retry " + none + ", id , clock 600000", "id , clock 600000"});

  // Nor does an attempt that is cancelled take any.
  Details of_cancelled;
  Observed cancelled{Start{start}, of_cancelled};
  static_cast<void>(cancelled.next(noon));
  cancelled.cancel();
  REQUIRE(of_cancelled.lines.size() == 2);
  CHECK(of_cancelled.lines[0] == "0 to 0: " + size + " and 0 bytes, retry " + none + ", id , clock 600000");

  // A correction that another call learns meanwhile counts for a Send that is repeated.
  Details of_repeated;
  Observed repeated{Start{start}, of_repeated};
  static_cast<void>(repeated.next(noon));
  world.session.skew.set(seconds(900));
  static_cast<void>(repeated.next(noon));
  repeated.receive(started(), noon);
  CHECK(of_repeated.lines.back() == "id r-1, clock 900000");
  world.session.skew.set(seconds(600));

  // A correction that a reply teaches is that of its own report.
  Details of_learned;
  Observed learning{Start{start}, of_learned};
  static_cast<void>(learning.next(noon));
  learning.receive(service_error(403, "RequestExpired", {{"Date", "Fri, 07 Aug 2026 13:00:00 GMT"}}), noon);
  REQUIRE(of_learned.lines.size() == 1);
  CHECK(of_learned.lines[0].ends_with("clock 3600000"));
  Error error = SetupError{SetupPhase::signing, "no key"};
  learning.annotate(error);
  CHECK(error.client_token == token);
}

TEST_CASE("a list: its pages and its end") {
  PagerWorld world;
  world.turn(page("a", "t"), noon);
  CHECK(std::holds_alternative<ListPage>(world.pager.next(noon + seconds(1))));
  world.turn(page("b"), noon + seconds(2));
  CHECK(std::holds_alternative<ListPage>(world.pager.next(noon + seconds(4))));
  static_cast<void>(world.pager.next(noon + seconds(5)));
  CHECK(world.recorder.lines == Lines{"list 1.1 sent at 0", "list 1.1 200 at 1000", "list 2.1 sent at 2000",
                                      "list 2.1 200 at 3000", "list succeeded at 4000 after 2/2 200"});

  PagerWorld endless;
  endless.turn(page("a", "t"), noon);
  static_cast<void>(endless.pager.next(noon));
  endless.turn(page("a", "t"), noon);
  CHECK(std::holds_alternative<ListPage>(endless.pager.next(noon)));
  CHECK(endless.recorder.lines.back().starts_with("list failed at 0 after 2/2 200: malformed"));

  PagerWorld failed;
  failed.turn(service_error(400, "ValidationException"), noon);
  static_cast<void>(failed.pager.next(noon + seconds(2)));
  CHECK(failed.recorder.lines == Lines{"list 1.1 sent at 0", "list 1.1 400 at 1000: ValidationException (HTTP 400): no",
                                       "list failed at 2000 after 1/0 400: ValidationException (HTTP 400): no"});

  PagerWorld cancelled;
  static_cast<void>(cancelled.pager.next(noon));
  cancelled.pager.cancel();
  CHECK(cancelled.recorder.lines == Lines{"list 1.1 sent at 0", "list 1.1 0 at 0: transport: cancelled",
                                          "list failed at 0 after 1/0 0: transport: cancelled"});

  PagerWorld enough;
  enough.turn(page("a", "t"), noon);
  static_cast<void>(enough.pager.next(noon + seconds(1)));
  enough.pager.stop();
  CHECK(enough.recorder.lines.back() == "list succeeded at 1000 after 1/1 200");
}

TEST_CASE("an observed machine can be moved between its steps") {
  StartWorld world;
  static_cast<void>(world.call.next(noon));
  auto moved = std::move(world.call);
  moved.receive(started(), noon);
  CHECK(world.recorder.lines.size() == 3);
  CHECK(moved.done());
  CHECK(moved.attempts() == 1);
}

namespace {
Credentials const keys{.access_key_id = "AKID",
                       .secret_access_key = Secret{"the-secret-access-key"},
                       .session_token = Secret{"the-session-token"}};

// A client that is observed, and what it sent.
template <class S>
struct ClientWorld {
  virtual_time::Runtime runtime = without_jitter();
  virtual_time::Transport transport;
  S signer{};
  Recorder recorder{};
  ClientOptions options{.region = "us-east-1", .credentials = keys};
  Client<virtual_time::Transport, S, virtual_time::Runtime, Credentials, Recorder> client{transport, signer, runtime,
                                                                                          options, recorder};

  explicit ClientWorld(std::deque<Exchange> script) : transport{runtime, std::move(script)} {}
};

struct NoKey {
  static Result<Headers> sign(HttpRequest const&, Credentials const&, SigningContext const&) {
    return Unexpected{SetupError{SetupPhase::signing, "no key for the-secret-access-key"}};
  }
};

// A source that has credentials for a while.
struct FewKeys {
  int left;
  Result<Credentials> get() {
    if (left-- > 0) return keys;
    return Unexpected{SetupError{SetupPhase::credentials, "none left"}};
  }
  void reject(std::string_view) {}
};
static_assert(CredentialsSource<FewKeys>);
}  // namespace

TEST_CASE("a client reports its calls, waits and lists") {
  ClientWorld<NoSigner> world{{{http(503, "")},
                               {started(), seconds(1)},
                               {described("IN_PROGRESS")},
                               {described("COMPLETED"), seconds(2)},
                               {page("a", "t")},
                               {page("b", "u")}}};
  CHECK(world.client.start_fhir_export_job(virtual_time::start_input()));
  CHECK(world.client.template wait<FHIRExportJobCompleted>(virtual_time::describe_input()).end == WaitEnd::success);
  int pages = 0;
  CHECK(world.client.template pages<ListFHIRExportJobs>(virtual_time::list_input(), [&](auto&&) { return ++pages < 2; })
            .value() == 2);
  CHECK(world.recorder.lines ==
        Lines{"call 1.1 sent at 0", "call 1.1 503 at 0 retried: error without a code (HTTP 503)" + acted,
              "call retry after 1 waits 50 from 0 with an error", "call 1.2 sent at 50", "call 1.2 200 at 1050 id r-1",
              "call succeeded at 1050 after 2/0 200", "wait 1.1 sent at 1050", "wait 1.1 200 at 1050",
              "wait poll after 1 waits 120000 from 1050", "wait 2.1 sent at 121050", "wait 2.1 200 at 123050",
              "wait succeeded at 123050 after 2/2 200 success", "list 1.1 sent at 123050", "list 1.1 200 at 123050",
              "list 2.1 sent at 123050", "list 2.1 200 at 123050", "list succeeded at 123050 after 2/2 200"});
}

TEST_CASE("a client reports what its signer and its source of credentials refuse") {
  Lines const refused{"1.1 sent at 0", "1.1 0 at 0: signing: no key for ***",
                      "failed at 0 after 1/0 0: signing: no key for ***"};
  auto const of_kind = [&](std::string const& kind) {
    Lines lines = refused;
    for (auto& line : lines) line.insert(0, kind + " ");
    return lines;
  };
  ClientWorld<NoKey> call{{}};
  CHECK_FALSE(call.client.start_fhir_export_job(virtual_time::start_input()));
  CHECK(call.recorder.lines == of_kind("call"));
  ClientWorld<NoKey> wait{{}};
  CHECK(wait.client.template wait<FHIRExportJobCompleted>(virtual_time::describe_input()).end == WaitEnd::call_failed);
  CHECK(wait.recorder.lines == of_kind("wait"));
  ClientWorld<NoKey> list{{}};
  CHECK_FALSE(list.client.template pages<ListFHIRExportJobs>(virtual_time::list_input(), [](auto&&) { return true; }));
  CHECK(list.recorder.lines == of_kind("list"));

  virtual_time::Runtime runtime = without_jitter();
  virtual_time::Transport transport{runtime, {{described("IN_PROGRESS")}}};
  NoSigner signer;
  FewKeys source{1};
  Recorder recorder;
  Client client{transport, signer,  runtime, {.region = "us-east-1", .call = {.retry = {.max_attempts = 1}}},
                source,    recorder};
  CHECK(client.wait<FHIRExportJobCompleted>(virtual_time::describe_input(), {.max_attempts = 2}).end ==
        WaitEnd::timed_out);
  std::string const error = ": transport: connect failed: credentials: none left; no attempts left";
  CHECK(recorder.lines == Lines{"wait 1.1 sent at 0", "wait 1.1 200 at 0", "wait poll after 1 waits 120000 from 0",
                                "wait 2.1 sent at 120000", "wait 2.1 0 at 120000" + error,
                                "wait failed at 120000 after 2/2 0 timed out" + error});
}

namespace {
// Repeats the request's headers wherever a response has room for a string.
struct Echoing {
  Lines signatures{};

  HttpReply send(HttpRequest const& request) {
    std::string sent;
    auto const authorization = virtual_time::header(request, "Authorization");
    signatures.push_back(authorization.substr(authorization.find("Signature=") + 10));
    for (Header const line : request.headers) sent += std::string{line.value} + " ";
    Headers headers;
    headers.add("x-amzn-RequestId", sent.substr(0, 1000));
    headers.add("x-amzn-errortype", sent);
    return http(503, R"({"message":")" + sent + R"("})", std::move(headers));
  }
};
// Keeps every string of every report.
struct Everything {
  std::string text{};

  void on_send(SendReport const& report) { keep(report.call), keep(report.authority); }
  void on_attempt(AttemptReport const& report) {
    keep(report.call), keep(report.request_id);
    if (report.error != nullptr) keep(report.error->message());
  }
  void on_wait(WaitReport const& report) {
    keep(report.call);
    if (report.error != nullptr) keep(report.error->message());
  }
  void on_outcome(OutcomeReport const& report) {
    keep(report.call), keep(report.request_id);
    if (report.error != nullptr) keep(report.error->message());
  }

 private:
  void keep(std::string_view more) { text.append(more) += '\n'; }
  void keep(ObservedCall const& call) { keep(call.operation), keep(call.service); }
};
}  // namespace

TEST_CASE("no report contains a credential or a signature, whatever a server repeats") {
  virtual_time::Runtime runtime = without_jitter();
  Echoing transport;
  SigV4<Sha256> signer;
  Everything seen;
  Client client{transport, signer, runtime, {.region = "us-east-1", .credentials = keys}, seen};
  CHECK_FALSE(client.start_fhir_export_job(virtual_time::start_input()));
  CHECK(transport.signatures.size() == 3);
  CHECK(seen.text.find("StartFHIRExportJob\nHealthLake\n") != std::string::npos);
  CHECK(seen.text.find("***") != std::string::npos);
  CHECK(seen.text.find("the-session-token") == std::string::npos);
  CHECK(seen.text.find("the-secret-access-key") == std::string::npos);
  for (auto const& signature : transport.signatures) {
    CHECK(signature.size() == 64);
    CHECK(seen.text.find(signature.substr(0, 16)) == std::string::npos);
  }
}

TEST_CASE("an observed client sends what an unobserved one sends, at the same times") {
  auto const script = [] {
    return std::deque<Exchange>{{transport_error(TransportReason::connection_lost)},
                                {started(), seconds(1)},
                                {described("IN_PROGRESS")},
                                {service_error(400, "ThrottlingException")},
                                {described("COMPLETED")},
                                {page("a", "t")},
                                {page("b")}};
  };
  auto const run = [](auto& client) {
    static_cast<void>(client.start_fhir_export_job(virtual_time::start_input()));
    static_cast<void>(client.template wait<FHIRExportJobCompleted>(virtual_time::describe_input()));
    static_cast<void>(
        client.template pages<ListFHIRExportJobs>(virtual_time::list_input(), [](auto&&) { return true; }));
  };
  ClientWorld<NoSigner> observed{script()};
  run(observed.client);
  virtual_time::Runtime runtime = without_jitter();
  virtual_time::Transport transport{runtime, script()};
  NoSigner signer;
  Client client{transport, signer, runtime, {.region = "us-east-1", .credentials = keys}};
  run(client);
  CHECK(observed.transport.requests == transport.requests);
  CHECK(observed.transport.times == transport.times);
  CHECK(observed.runtime.sleeps == runtime.sleeps);
}

TEST_CASE("an observer has the functions it wants, and take_step drives an observed machine") {
  World world;
  OnlyOutcomes outcomes;
  virtual_time::Transport transport{world.runtime, {{http(500, "")}, {started()}}};
  NoSigner signer;
  Observed call{
      Call<StartFHIRExportJob>{virtual_time::start_input(), virtual_time::endpoint(), world.session, world.runtime},
      outcomes};
  for (;;) {
    auto const step = call.next(world.runtime.now());
    if (std::holds_alternative<StartDone>(step)) break;
    CHECK_FALSE(take_step(call, step, transport, signer, world.runtime, keys, "us-east-1"));
  }
  CHECK(outcomes.outcomes == 1);
  CHECK(call.attempts() == 2);
}
