#include "healthlake/flow/waiter.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "../support/virtual_time.hpp"
#include "healthlake/model/export_job.hpp"

using namespace healthlake;
using namespace virtual_time;

namespace {
constexpr auto int64_max = std::numeric_limits<std::int64_t>::max();

// Waits until a job is no more; not finding the data store is a failure.
struct JobGone {
  static constexpr std::string_view name = "JobGone";
  using Operation = DescribeFHIRExportJob;
  static constexpr Milliseconds delay{30'000};
  static constexpr unsigned max_attempts = 3;
  static constexpr auto acceptors = std::array{
      Acceptor{
          .matcher = Acceptor::Matcher::error, .expected = "ResourceNotFoundException", .state = WaiterState::success},
      Acceptor{.matcher = Acceptor::Matcher::error, .expected = "ValidationException", .state = WaiterState::failure},
      Acceptor{.matcher = Acceptor::Matcher::status, .http_status = 410, .state = WaiterState::success},
      // The first that fits decides.
      Acceptor{.matcher = Acceptor::Matcher::error, .expected = "ValidationException", .state = WaiterState::success},
      Acceptor{.path = "ExportJobProperties.Message", .expected = "stuck", .state = WaiterState::failure},
      // Steps that lead nowhere never fit.
      Acceptor{.path = "ExportJobProperties.NoSuchMember", .expected = "SUBMITTED"},
      Acceptor{.path = "ExportJobProperties.JobStatus.Deeper", .expected = "SUBMITTED"},
      Acceptor{.path = "ExportJobProperties.SubmitTime", .expected = "SUBMITTED"},
      Acceptor{.path = "ExportJobProperties.EndTime", .expected = "SUBMITTED"},
      Acceptor{.path = "ExportJobProperties", .expected = "SUBMITTED"},
      Acceptor{.path = "NoSuchMember.JobStatus", .expected = "SUBMITTED"},
  };
};

template <class W>
struct Bench {
  explicit Bench(WaitOptions wait_options = {}, DescribeFHIRExportJobRequest describe = describe_input())
      : options(wait_options), input(std::move(describe)) {}

  WaitOptions options;
  DescribeFHIRExportJobRequest input;
  Runtime runtime = without_jitter();
  Session session{};
  Waiter<W> waiter{input, endpoint(), session, Entropy{runtime}, {}, options};
  Timestamp now = noon;
  std::vector<std::int64_t> polls_at{};

  // Drives the waiter through the replies, and on until it is done if `to_the_end`.
  void run(std::vector<HttpReply> const& replies) {
    for (auto const& reply : replies) {
      auto step = waiter.next(now);
      while (auto const* wait = std::get_if<Wait>(&step)) {
        REQUIRE(wait->until > now);
        now = wait->until;
        step = waiter.next(now);
      }
      REQUIRE(std::holds_alternative<Send>(step));
      polls_at.push_back((now - noon).count);
      waiter.receive(reply, now);
    }
  }
  typename Waiter<W>::Outcome outcome() {
    auto step = waiter.next(now);
    REQUIRE(std::holds_alternative<Done<typename Waiter<W>::Outcome>>(step));
    return std::get<Done<typename Waiter<W>::Outcome>>(std::move(step)).result;
  }
  std::int64_t wait() {
    auto const step = waiter.next(now);
    auto const* wait = std::get_if<Wait>(&step);
    return wait ? (wait->until - now).count : -1;
  }
};
using ExportBench = Bench<FHIRExportJobCompleted>;
}  // namespace

TEST_CASE("waiter: polls at its own pace until the job is done") {
  ExportBench bench;
  CHECK(bench.waiter.polls() == 0);
  CHECK(bench.waiter.last() == nullptr);
  bench.run({described("SUBMITTED")});
  CHECK(bench.waiter.polls() == 1);
  REQUIRE(bench.waiter.last() != nullptr);
  CHECK(bench.waiter.last()->output.export_job_properties.job_status == JobStatus::submitted);
  CHECK(bench.wait() == 120'000);
  bench.run({described("IN_PROGRESS"), described("COMPLETED")});
  CHECK(bench.polls_at == std::vector<std::int64_t>{0, 120'000, 240'000});
  CHECK(bench.waiter.last()->output.export_job_properties.job_status == JobStatus::completed);
  auto const outcome = bench.outcome();
  CHECK(outcome.end == WaitEnd::success);
  CHECK(outcome.polls == 3);
  REQUIRE(outcome.last);
  CHECK(outcome.last->output.export_job_properties.job_status == JobStatus::completed);
  CHECK(outcome.last->metadata.attempts == 1);
  CHECK_FALSE(outcome.error);
  CHECK(bench.waiter.polls() == 3);
  // The answer went out with the result.
  CHECK(bench.waiter.last() == nullptr);
}

TEST_CASE("waiter: what each status means") {
  struct Case {
    char const* status;
    WaitEnd end;
  };
  for (auto const& [status, expected] :
       {Case{"COMPLETED", WaitEnd::success}, Case{"COMPLETED_WITH_ERRORS", WaitEnd::success},
        Case{"FAILED", WaitEnd::failure}, Case{"CANCEL_COMPLETED", WaitEnd::failure},
        Case{"CANCEL_FAILED", WaitEnd::failure}}) {
    auto const& shown_status = status;
    CAPTURE(shown_status);
    ExportBench bench;
    bench.run({described(status)});
    auto const outcome = bench.outcome();
    CHECK(outcome.end == expected);
    REQUIRE(outcome.last);
    CHECK(outcome.last->output.export_job_properties.job_status == std::string_view{status});
    CHECK_FALSE(outcome.error);
  }
}

TEST_CASE("waiter: a status nobody knows, or in another case, keeps it waiting") {
  ExportBench bench;
  bench.run({described("TELEPORTING"), described("completed"), described("QUEUED"), described("COMPLETED")});
  CHECK(bench.outcome().end == WaitEnd::success);
}

TEST_CASE("waiter: not done after the last poll is timed out") {
  ExportBench bench;
  bench.run(std::vector<HttpReply>(5, described("IN_PROGRESS")));
  auto const outcome = bench.outcome();
  CHECK(outcome.end == WaitEnd::timed_out);
  CHECK(outcome.polls == 5);
  REQUIRE(outcome.last);
  CHECK_FALSE(outcome.error);
}

TEST_CASE("waiter: the number of polls and the delay can be set, 0 polls are any number") {
  ExportBench two{{.delay = seconds(7), .max_attempts = 2U}};
  two.run(std::vector<HttpReply>(2, described("IN_PROGRESS")));
  CHECK(two.outcome().end == WaitEnd::timed_out);
  CHECK(two.polls_at == std::vector<std::int64_t>{0, 7000});

  ExportBench any{{.delay = seconds(1), .max_attempts = 0U}};
  any.run(std::vector<HttpReply>(100, described("IN_PROGRESS")));
  CHECK(any.wait() == 1000);
  any.run({described("COMPLETED")});
  CHECK(any.outcome().polls == 101);
}

TEST_CASE("waiter: the last poll begins five seconds before the timeout, or halfway") {
  struct Case {
    std::int64_t timeout;
    std::vector<std::int64_t> polls_at;
  };
  for (Case const& given :
       {Case{20'000, {0, 10'000, 15'000}}, Case{15'001, {0, 10'000, 10'001}}, Case{15'000, {0, 10'000}},
        Case{14'999, {0, 9'999}}, Case{10'000, {0, 5'000}}, Case{4'000, {0, 2'000}}}) {
    CAPTURE(given.timeout);
    ExportBench bench{{.delay = seconds(10), .max_attempts = 0U, .timeout = Milliseconds{given.timeout}}};
    bench.run(std::vector<HttpReply>(given.polls_at.size(), described("IN_PROGRESS")));
    CHECK(bench.polls_at == given.polls_at);
    CHECK(bench.outcome().end == WaitEnd::timed_out);
  }
  ExportBench hurried{{.delay = seconds(10), .timeout = seconds(9)}};
  hurried.run({described("IN_PROGRESS"), described("COMPLETED")});
  CHECK(hurried.outcome().end == WaitEnd::success);
}

TEST_CASE("waiter: without any time there is no poll") {
  for (std::int64_t const timeout : {0, -1}) {
    ExportBench bench{{.timeout = Milliseconds{timeout}}};
    auto const outcome = bench.outcome();
    CHECK(outcome.end == WaitEnd::timed_out);
    CHECK(outcome.polls == 0);
    CHECK_FALSE(outcome.error);
  }
}

TEST_CASE("waiter: a timeout takes the place of the waiter's own number of polls") {
  ExportBench bench{{.delay = seconds(1), .timeout = seconds(3600)}};
  bench.run(std::vector<HttpReply>(30, described("IN_PROGRESS")));
  CHECK(bench.wait() == 1000);
  ExportBench both{{.delay = seconds(1), .max_attempts = 2U, .timeout = seconds(3600)}};
  both.run(std::vector<HttpReply>(2, described("IN_PROGRESS")));
  CHECK(both.outcome().end == WaitEnd::timed_out);
}

TEST_CASE("waiter: a driver that comes back before the timeout looks once more, and after it does not") {
  ExportBench bench{{.delay = seconds(10), .max_attempts = 0U, .timeout = seconds(60)}};
  bench.run({described("IN_PROGRESS")});
  SUBCASE("and may find it done") {
    bench.now = noon + seconds(59);
    bench.run({described("COMPLETED")});
    CHECK(bench.outcome().end == WaitEnd::success);
  }
  SUBCASE("and no more than that") {
    bench.now = noon + seconds(59);
    bench.run({described("IN_PROGRESS")});
    auto const outcome = bench.outcome();
    CHECK(outcome.end == WaitEnd::timed_out);
    CHECK(outcome.polls == 2);
  }
  SUBCASE("too late") {
    bench.now = noon + seconds(60);
    auto const outcome = bench.outcome();
    CHECK(outcome.end == WaitEnd::timed_out);
    CHECK(outcome.polls == 1);
    CHECK(outcome.last);
  }
}

TEST_CASE("waiter: a timeout that never comes and a delay without end do not overflow") {
  ExportBench patient{{.timeout = Milliseconds{int64_max}}};
  patient.run({described("IN_PROGRESS")});
  CHECK(patient.wait() == 120'000);
  ExportBench endless{{.delay = Milliseconds{int64_max}}};
  endless.run({described("IN_PROGRESS")});
  CHECK(endless.wait() == (Timestamp{Timestamp::max_milliseconds} - noon).count);
  ExportBench bounded{{.delay = Milliseconds{int64_max}, .timeout = seconds(60)}};
  bounded.run({described("IN_PROGRESS")});
  CHECK(bounded.wait() == 55'000);
}

TEST_CASE("waiter: without a delay, or with less, the polls follow each other") {
  for (std::int64_t delay : {std::int64_t{0}, std::int64_t{-5}, -int64_max}) {
    CAPTURE(delay);
    ExportBench bench{{.delay = Milliseconds{delay}}};
    bench.run({described("IN_PROGRESS"), described("COMPLETED")});
    CHECK(bench.polls_at == std::vector<std::int64_t>{0, 0});
    CHECK(bench.outcome().end == WaitEnd::success);
  }
}

TEST_CASE("waiter: a clock that is set back makes no pause longer than it is") {
  ExportBench bench{{.timeout = seconds(600)}};
  bench.run({described("IN_PROGRESS")});
  bench.now = noon - seconds(86'400);
  CHECK(bench.wait() == 120'000);
  bench.now = bench.now + seconds(120);
  CHECK(std::holds_alternative<Send>(bench.waiter.next(bench.now)));
}

// What a clock took from the time limit by going forward, it does not give back, but a delay begins again.
TEST_CASE("waiter: a pause that the clock restarts ends in time for the last poll") {
  ExportBench bench{{.timeout = seconds(130)}};
  bench.run({described("IN_PROGRESS")});
  bench.now = noon + seconds(60);
  CHECK(bench.wait() == 60'000);
  bench.now = noon;
  CHECK(bench.wait() == 65'000);
  bench.now = noon + seconds(65);
  CHECK(std::holds_alternative<Send>(bench.waiter.next(bench.now)));
  bench.waiter.receive(described("IN_PROGRESS"), bench.now);
  CHECK(bench.outcome().end == WaitEnd::timed_out);
}

TEST_CASE("waiter: time that passes in a poll counts, although the clock is set back before its end") {
  ExportBench bench{{.timeout = seconds(600)}};
  for (int round = 0; round < 2; ++round) {
    for (auto const after : {0, 250}) {
      bench.now = noon + seconds(after);
      CHECK(std::holds_alternative<Send>(bench.waiter.next(bench.now)));
    }
  }
  // 250 s have passed twice; the next time, the call of the poll is over, and so is the wait.
  bench.now = noon;
  CHECK(std::holds_alternative<Send>(bench.waiter.next(bench.now)));
  bench.now = noon + seconds(100);
  auto const outcome = bench.outcome();
  CHECK(outcome.end == WaitEnd::timed_out);
  CHECK(outcome.polls == 1);
}

TEST_CASE("waiter: a poll has its own retries") {
  ExportBench bench;
  bench.run({described("IN_PROGRESS"), service_error(429, "ThrottlingException"),
             transport_error(TransportReason::read_timeout), described("COMPLETED")});
  CHECK(bench.polls_at == std::vector<std::int64_t>{0, 120'000, 121'000, 121'100});
  auto const outcome = bench.outcome();
  CHECK(outcome.polls == 2);
  REQUIRE(outcome.last);
  CHECK(outcome.last->metadata.attempts == 3);
}

TEST_CASE("waiter: a poll that fails ends the wait, and the last answer is kept") {
  ExportBench bench;
  bench.run({described("IN_PROGRESS"), service_error(403, "AccessDeniedException")});
  CHECK(bench.waiter.polls() == 2);
  CHECK(bench.waiter.answers() == 1);
  auto const outcome = bench.outcome();
  CHECK(outcome.end == WaitEnd::call_failed);
  CHECK(outcome.polls == 2);
  REQUIRE(outcome.error);
  REQUIRE(outcome.error->as<ServiceError>() != nullptr);
  CHECK(outcome.error->as<ServiceError>()->is("AccessDeniedException"));
  REQUIRE(outcome.last);
  CHECK(outcome.last->output.export_job_properties.job_status == JobStatus::in_progress);
}

TEST_CASE("waiter: an invalid input is a failed call, and nothing is sent") {
  ExportBench bench{{}, {.datastore_id = "ds1", .job_id = "not!"}};
  auto const outcome = bench.outcome();
  CHECK(outcome.end == WaitEnd::call_failed);
  REQUIRE(outcome.error);
  CHECK(outcome.error->kind() == ErrorKind::invalid);
  CHECK(outcome.polls == 1);
}

TEST_CASE("waiter: an error may be what it waits for, or what it waits not to see") {
  Bench<JobGone> gone;
  gone.run({described("SUBMITTED"), service_error(404, "ResourceNotFoundException")});
  CHECK(gone.polls_at == std::vector<std::int64_t>{0, 30'000});
  auto const success = gone.outcome();
  CHECK(success.end == WaitEnd::success);
  REQUIRE(success.error);
  CHECK(success.error->http_status() == 404);
  REQUIRE(success.last);

  Bench<JobGone> refused;
  refused.run({service_error(400, "ValidationException")});
  auto const failure = refused.outcome();
  CHECK(failure.end == WaitEnd::failure);
  CHECK(failure.error);
  CHECK_FALSE(failure.last);

  // A status decides with any code, but not without one, as in a proxy's page.
  Bench<JobGone> by_status;
  by_status.run({http(410, "<html>"), http(410, "{}"), service_error(410, "AnyException")});
  CHECK(by_status.outcome().end == WaitEnd::success);
  CHECK(by_status.polls_at.size() == 3);
  Bench<JobGone> other_status;
  other_status.run({service_error(409, "AnyException")});
  CHECK(other_status.outcome().end == WaitEnd::call_failed);

  Bench<JobGone> other;
  other.run({service_error(403, "AccessDeniedException")});
  CHECK(other.outcome().end == WaitEnd::call_failed);
  Bench<JobGone> broken;
  broken.run({transport_error(TransportReason::tls_verification)});
  CHECK(broken.outcome().end == WaitEnd::call_failed);
}

TEST_CASE("waiter: a path may lead to a text, and one that leads nowhere fits nothing") {
  Bench<JobGone> bench;
  auto stuck = nlohmann::json{{"ExportJobProperties", job_json("job-1", "SUBMITTED")}};
  bench.run({http(200, stuck.dump()), http(200, stuck.dump())});
  stuck["ExportJobProperties"]["Message"] = "stuck";
  bench.run({http(200, stuck.dump())});
  CHECK(bench.outcome().end == WaitEnd::failure);
  Bench<JobGone> never;
  never.run(std::vector<HttpReply>(3, described("SUBMITTED")));
  CHECK(never.outcome().end == WaitEnd::timed_out);
}

TEST_CASE("waiter: a driver may see how the wait ended before it takes the result") {
  for (auto const& reply : {described("COMPLETED"), described("FAILED"), service_error(400, "AccessDeniedException")}) {
    Bench<FHIRExportJobCompleted> bench;
    bench.run({reply});
    REQUIRE(!bench.waiter.ask(bench.now));
    WaitEnd const end = bench.waiter.end();
    bool const has_last = bench.waiter.last() != nullptr;
    bool const has_trouble = bench.waiter.trouble() != nullptr;
    auto const result = bench.outcome();
    CHECK(result.end == end);
    CHECK(result.last.has_value() == has_last);
    CHECK(result.error.has_value() == has_trouble);
  }
  Bench<FHIRExportJobCompleted> bench;
  bench.waiter.cancel();
  REQUIRE(!bench.waiter.ask(bench.now));
  CHECK(bench.waiter.end() == WaitEnd::cancelled);
}

TEST_CASE("waiter: a wait that is over is done before its result is taken, and has no error after that") {
  ExportBench late{{.timeout = seconds(10)}};
  late.run({http(503, ""), http(503, ""), http(503, "")});
  CHECK(late.waiter.trouble() != nullptr);
  CHECK_FALSE(late.waiter.ask(noon + seconds(60)).has_value());
  CHECK(late.waiter.state() == WaitState::done);
  CHECK(late.waiter.end() == WaitEnd::timed_out);
  auto const outcome = late.waiter.result();
  CHECK(outcome.error.has_value());
  CHECK(late.waiter.trouble() == nullptr);
}

TEST_CASE("waiter: the timeout of a wait that is resumed starts again") {
  ExportBench bench{{.timeout = seconds(60)}};
  bench.run({described("SUBMITTED")});
  bench.waiter.cancel();
  REQUIRE(bench.waiter.resume());
  CHECK(std::holds_alternative<Send>(bench.waiter.next(noon + seconds(1000))));
  CHECK(bench.waiter.state() == WaitState::polling);
}

TEST_CASE("waiter: a reply that is lost is a lost connection, and without one that is due nothing is lost") {
  ExportBench bench;
  bench.waiter.lose();
  CHECK(std::holds_alternative<Send>(bench.waiter.next(noon)));
  bench.waiter.lose();
  CHECK(bench.wait() == 50);
  bench.run({described("COMPLETED")});
  bench.waiter.lose();
  CHECK(bench.outcome().end == WaitEnd::success);
}

TEST_CASE("waiter: only what is not found may be awaited, and up to the last millisecond") {
  CHECK(detail::is_not_found(ServiceError{.code = "X", .http_status = 404}));
  CHECK(detail::is_not_found(ServiceError{.code = "ResourceNotFoundException", .http_status = 400}));
  for (int const status : {0, 400, 403, 405, 500})
    CHECK_FALSE(detail::is_not_found(ServiceError{.code = "X", .http_status = status}));
  CHECK_FALSE(detail::is_not_found(TransportError{}));
  auto const unknown = service_error(404, "ResourceNotFoundException");
  ExportBench bench{{.delay = Milliseconds{999}, .not_found = seconds(1)}};
  bench.run({unknown, unknown, described("COMPLETED")});
  CHECK(bench.polls_at == std::vector<std::int64_t>{0, 999, 1998});
  CHECK(bench.outcome().end == WaitEnd::success);
  ExportBench too_late{{.delay = Milliseconds{1000}, .not_found = seconds(1)}};
  too_late.run({unknown, unknown});
  CHECK(too_late.outcome().end == WaitEnd::call_failed);
  ExportBench refused{{.not_found = seconds(1)}};
  refused.run({service_error(403, "AccessDeniedException")});
  CHECK(refused.outcome().end == WaitEnd::call_failed);
}

TEST_CASE("waiter: replies that nobody waits for are ignored") {
  ExportBench bench;
  bench.waiter.receive(described("COMPLETED"), noon);
  CHECK(bench.waiter.polls() == 0);
  bench.run({described("IN_PROGRESS")});
  bench.waiter.receive(described("COMPLETED"), noon);
  CHECK(bench.waiter.polls() == 1);
  CHECK(bench.wait() == 120'000);
  bench.run({described("FAILED")});
  bench.waiter.receive(described("COMPLETED"), noon);
  CHECK(bench.outcome().end == WaitEnd::failure);
}

TEST_CASE("waiter: a poll under way is repeated by its Send, and a moved waiter goes on") {
  ExportBench bench;
  bench.run({described("IN_PROGRESS")});
  bench.now = noon + seconds(120);
  CHECK(std::holds_alternative<Send>(bench.waiter.next(bench.now)));
  Waiter<FHIRExportJobCompleted> moved{std::move(bench.waiter)};
  auto const step = moved.next(bench.now);
  REQUIRE(std::holds_alternative<Send>(step));
  CHECK(std::get<Send>(step).attempt == 1);
  moved.receive(described("COMPLETED"), bench.now);
  auto const done = moved.next(bench.now);
  REQUIRE(std::holds_alternative<Done<WaitResult<DescribeFHIRExportJobResponse>>>(done));
  CHECK(std::get<Done<WaitResult<DescribeFHIRExportJobResponse>>>(done).result.polls == 2);
}
