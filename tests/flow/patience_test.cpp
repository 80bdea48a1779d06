// The invariant: a wait is patient with the way to the service, not only with the job. Trouble that may pass ends it
// neither before its timeout nor unseen; what will not pass, and every state that is an end, ends it at once.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <queue>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "../support/virtual_time.hpp"
#include "healthlake/client.hpp"

using namespace healthlake;
using virtual_time::described;
using virtual_time::http;
using virtual_time::noon;
using virtual_time::seconds;
using virtual_time::service_error;
using virtual_time::transport_error;

namespace {
using JobWaiter = Waiter<FHIRExportJobCompleted>;

std::vector<HttpReply> troubles() {
  using enum TransportReason;
  return {transport_error(connect_failed), transport_error(connect_timeout), transport_error(read_timeout),
          transport_error(connection_lost), transport_error(not_http), service_error(500, "InternalServerException"),
          service_error(503, "ServiceUnavailable"), service_error(501, "Odd"),
          service_error(429, "ThrottlingException"), service_error(400, "ThrottlingException"), http(429, ""),
          http(408, ""),
          // A proxy's pages.
          http(200, "<html>sign in</html>"), http(403, "<html>blocked</html>"), http(407, "<html>who are you</html>"),
          http(302, ""), http(200, ""), service_error(403, "ExpiredTokenException"), service_error(400, "ExpiredToken"),
          service_error(403, "RequestExpired")};
}
std::vector<HttpReply> ends() {
  using enum TransportReason;
  return {transport_error(tls_verification),
          transport_error(response_too_large),
          service_error(400, "ValidationException"),
          service_error(403, "AccessDeniedException"),
          service_error(404, "ResourceNotFoundException"),
          service_error(403, "UnrecognizedClientException")};
}

// Polls until it is done, each attempt with the next reply, the last one again and again.
template <class W>
struct Bench {
  std::vector<HttpReply> replies;
  WaitOptions options{};
  virtual_time::Runtime runtime = virtual_time::without_jitter();
  Session session{};
  Timestamp now = noon;
  unsigned troubles_seen = 0;

  typename Waiter<W>::Outcome run(typename W::Operation::Input input, CallOptions const& call = {}) {
    Waiter<W> waiter{std::move(input), virtual_time::endpoint(), session, Entropy{runtime}, call, options};
    std::size_t at = 0;
    for (int i = 0; i < 100'000; ++i) {
      auto step = waiter.next(now);
      if (auto const* wait = std::get_if<Wait>(&step)) {
        now = wait->until;
      } else if (std::holds_alternative<Send>(step)) {
        waiter.receive(replies[at], now);
        if (at + 1 < replies.size()) ++at;
      } else {
        troubles_seen = waiter.troubles();
        return std::get<Done<typename Waiter<W>::Outcome>>(std::move(step)).result;
      }
    }
    FAIL("it goes on for ever");
    return {};
  }
};
using Exports = Bench<FHIRExportJobCompleted>;
// One attempt a poll.
CallOptions const once{.retry = {.max_attempts = 1}};

template <class W>
HttpReply answer_with(std::string_view status);
template <>
HttpReply answer_with<FHIRExportJobCompleted>(std::string_view status) {
  return described(status);
}
template <>
HttpReply answer_with<FHIRImportJobCompleted>(std::string_view status) {
  return http(200, nlohmann::json{{"ImportJobProperties",
                                   {{"JobId", "j"},
                                    {"JobStatus", status},
                                    {"SubmitTime", 1},
                                    {"DatastoreId", "d"},
                                    {"InputDataConfig", {{"S3Uri", "s3://b/in"}}}}}}
                       .dump());
}
template <>
HttpReply answer_with<DataTransformationJobCompleted>(std::string_view status) {
  return http(200, nlohmann::json{{"TransformationJobProperties", {{"JobStatus", status}}}}.dump());
}
HttpReply store_is(std::string_view status) {
  return http(200, nlohmann::json{{"DatastoreProperties",
                                   {{"DatastoreId", "d"},
                                    {"DatastoreArn", "a"},
                                    {"DatastoreStatus", status},
                                    {"DatastoreTypeVersion", "R4"},
                                    {"DatastoreEndpoint", "e"}}}}
                       .dump());
}
template <>
HttpReply answer_with<FHIRDatastoreActive>(std::string_view status) {
  return store_is(status);
}
template <>
HttpReply answer_with<FHIRDatastoreDeleted>(std::string_view status) {
  return store_is(status);
}

// The ends of a waiter, by status; a status that is not here keeps it waiting.
template <class W, class Status>
void check_ends(std::map<std::string_view, WaitEnd> const& expected, typename W::Operation::Input const& input) {
  std::size_t found = 0;
  for (auto const status : enum_table<Status>.spellings) {
    CAPTURE(status);
    Bench<W> bench{{answer_with<W>(status)}};
    auto const at = expected.find(status);
    auto const outcome = bench.run(input, {.read = {.missing = MissingMembers::report}});
    CHECK(outcome.end == (at == expected.end() ? WaitEnd::timed_out : at->second));
    CHECK(outcome.polls == (at == expected.end() ? W::max_attempts : 1));
    found += at == expected.end() ? 0 : 1;
  }
  CHECK(found == expected.size());
}
}  // namespace

TEST_CASE("patience: trouble does not end a wait before its timeout, and passes") {
  for (auto const& trouble : troubles()) {
    std::vector<HttpReply> replies(300, trouble);
    replies.push_back(described("COMPLETED"));
    Exports patient{replies, {.delay = seconds(10), .timeout = seconds(3600)}};
    auto const outcome = patient.run(virtual_time::describe_input(), once);
    CHECK(outcome.end == WaitEnd::success);
    CHECK(outcome.polls == 301);
    CHECK(patient.troubles_seen == 300);
    CHECK_FALSE(outcome.error);

    Exports endless{{trouble}, {.delay = seconds(10), .timeout = seconds(60)}};
    auto const timed_out = endless.run(virtual_time::describe_input());
    CHECK(timed_out.end == WaitEnd::timed_out);
    // It says what the last trouble was.
    CHECK(timed_out.error);
    CHECK(endless.now <= noon + seconds(60));
  }
}

TEST_CASE("patience: a call that never sends ends the wait, rather than be made for ever within one step") {
  Session session;
  auto random = [] { return std::uint64_t{7}; };
  CallOptions const nothing{.timeout = Milliseconds{0}};
  Waiter<FHIRExportJobCompleted> waiter{virtual_time::describe_input(),
                                        virtual_time::endpoint(),
                                        session,
                                        Entropy{random},
                                        nothing,
                                        WaitOptions{.delay = Milliseconds{0}, .timeout = seconds(60)}};
  auto const step = waiter.next(noon);
  auto const* done = std::get_if<Done<Waiter<FHIRExportJobCompleted>::Outcome>>(&step);
  REQUIRE(done);
  CHECK(done->result.end == WaitEnd::call_failed);
}

TEST_CASE("patience: without a timeout it ends with five failed polls in a row, or as many as are asked for") {
  for (auto const& trouble : troubles()) {
    Exports five{{trouble}, {.max_attempts = 0U}};
    auto const outcome = five.run(virtual_time::describe_input(), once);
    CHECK(outcome.end == WaitEnd::call_failed);
    CHECK(outcome.polls == 5);
    CHECK(outcome.error);
    CHECK(five.troubles_seen == 4);

    Exports one{{trouble}, {.timeout = seconds(3600), .max_failed_polls = 1U}};
    CHECK(one.run(virtual_time::describe_input(), once).polls == 1);
  }
  std::vector<HttpReply> now_and_then;
  for (int i = 0; i < 20; ++i) {
    now_and_then.insert(now_and_then.end(), 4, http(503, ""));
    now_and_then.push_back(described("IN_PROGRESS"));
  }
  now_and_then.push_back(described("COMPLETED"));
  Exports again{now_and_then, {.max_attempts = 0U}};
  auto const outcome = again.run(virtual_time::describe_input(), once);
  CHECK(outcome.end == WaitEnd::success);
  CHECK(outcome.polls == 101);
}

TEST_CASE("patience: a failed poll counts as a poll") {
  Exports bench{{http(503, ""), described("IN_PROGRESS"), http(503, "")}, {.max_attempts = 3U}};
  auto const outcome = bench.run(virtual_time::describe_input(), once);
  CHECK(outcome.end == WaitEnd::timed_out);
  CHECK(outcome.polls == 3);
  REQUIRE(outcome.error);
  CHECK(outcome.error->http_status() == 503);
  CHECK(outcome.last);
}

TEST_CASE("patience: what will not pass ends a wait at once") {
  for (auto const& end : ends()) {
    Exports bench{{end}, {.timeout = seconds(3600)}};
    auto const outcome = bench.run(virtual_time::describe_input());
    CHECK(outcome.end == WaitEnd::call_failed);
    CHECK(outcome.polls == 1);
    CHECK(outcome.error);
    CHECK(bench.now == noon);
  }
}

TEST_CASE("patience: a data store that was just created may be unknown for a minute") {
  auto const unknown = service_error(400, "ResourceNotFoundException");
  DescribeFHIRDatastoreRequest const input{.datastore_id = "c0ffee"};
  Bench<FHIRDatastoreActive> found{{unknown, unknown, unknown, store_is("CREATING"), store_is("ACTIVE")},
                                   {.delay = seconds(15)}};
  CHECK(found.run(input).end == WaitEnd::success);
  CHECK(found.troubles_seen == 3);
  Bench<FHIRDatastoreActive> never{{unknown}, {.delay = seconds(15)}};
  auto const outcome = never.run(input);
  CHECK(outcome.end == WaitEnd::call_failed);
  CHECK(never.now == noon + seconds(60));
  // Known once, it is gone.
  Bench<FHIRDatastoreActive> gone{{store_is("CREATING"), unknown}, {.delay = seconds(15)}};
  CHECK(gone.run(input).end == WaitEnd::call_failed);
  CHECK(gone.now == noon + seconds(15));
  // A job can have the same.
  Exports job{{unknown, described("COMPLETED")}, {.delay = seconds(5), .not_found = seconds(10)}};
  CHECK(job.run(virtual_time::describe_input()).end == WaitEnd::success);
}

// The service model leaves some ends out: a cancelled import would be polled for ever.
TEST_CASE("patience: every status that is an end ends its waiter, and no other does") {
  using enum WaitEnd;
  std::map<std::string_view, WaitEnd> const jobs{{"COMPLETED", success},
                                                 {"COMPLETED_WITH_ERRORS", success},
                                                 {"FAILED", failure},
                                                 {"CANCEL_COMPLETED", failure},
                                                 {"CANCEL_FAILED", failure}};
  check_ends<FHIRExportJobCompleted, JobStatus>(jobs, {.datastore_id = "d", .job_id = "j"});
  check_ends<FHIRImportJobCompleted, JobStatus>(jobs, {.datastore_id = "d", .job_id = "j"});
  check_ends<DataTransformationJobCompleted, TransformationJobStatus>(
      {{"COMPLETED", success}, {"COMPLETED_WITH_ERRORS", success}, {"FAILED", failure}},
      {.job_id = std::string(32, 'a')});
  check_ends<FHIRDatastoreActive, DatastoreStatus>(
      {{"ACTIVE", success}, {"CREATE_FAILED", failure}, {"DELETED", failure}, {"UPDATE_FAILED", failure}},
      {.datastore_id = "d"});
  // What has not begun to be deleted may be still, so there is no failure.
  check_ends<FHIRDatastoreDeleted, DatastoreStatus>({{"DELETED", success}}, {.datastore_id = "d"});
}

namespace {
// Many waits that share a session, over a network that is out for five seconds; returns how many reached their end.
std::size_t survivors(std::size_t count, WaitOptions const& options) {
  virtual_time::Runtime runtime;
  Session session;
  std::vector<JobWaiter> waiters;
  using Event = std::pair<Timestamp, std::size_t>;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events;
  for (std::size_t i = 0; i < count; ++i) {
    waiters.emplace_back(virtual_time::describe_input(), virtual_time::endpoint(), session, Entropy{runtime},
                         CallOptions{}, options);
    events.emplace(noon + Milliseconds{static_cast<std::int64_t>(10'000 * i / count)}, i);
  }
  HttpReply const running = described("IN_PROGRESS");
  HttpReply const completed = described("COMPLETED");
  HttpReply const out = transport_error(TransportReason::connect_failed);
  std::size_t reached = 0;
  while (!events.empty()) {
    auto const [now, i] = events.top();
    events.pop();
    auto const step = waiters[i].next(now);
    if (auto const* wait = std::get_if<Wait>(&step)) {
      events.emplace(wait->until, i);
    } else if (std::holds_alternative<Send>(step)) {
      Milliseconds const at = now - noon;
      bool const outage = at >= seconds(12) && at < seconds(17);
      waiters[i].receive(outage ? out : at < seconds(30) ? running : completed, now + Milliseconds{2});
      events.emplace(now + Milliseconds{2}, i);
    } else if (std::get<Done<JobWaiter::Outcome>>(step).result.end == WaitEnd::success) {
      ++reached;
    }
  }
  return reached;
}
}  // namespace

TEST_CASE("patience: an outage of five seconds kills none of many waits that share a session") {
  CHECK(survivors(1000, {.delay = seconds(10), .timeout = seconds(3600)}) == 1000);
  CHECK(survivors(1000, {.delay = seconds(10), .max_attempts = 0U}) == 1000);
  CHECK(survivors(1000, {.delay = seconds(1), .timeout = seconds(3600)}) == 1000);
  // The SDKs' way.
  CHECK(survivors(1000, {.delay = seconds(10), .timeout = seconds(3600), .max_failed_polls = 1U}) < 700);
}
