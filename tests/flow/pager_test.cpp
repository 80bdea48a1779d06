#include "healthlake/flow/pager.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "../support/virtual_time.hpp"
#include "healthlake/model/all.hpp"

using namespace healthlake;
using namespace virtual_time;

namespace {
using Jobs = Pager<ListFHIRExportJobs>;
using JobsPage = Page<ListFHIRExportJobsResponse>;

static_assert(Paginated<ListFHIRExportJobs>);
static_assert(!Paginated<StartFHIRExportJob>);
static_assert(!Paginated<DescribeFHIRExportJob>);

struct Bench {
  explicit Bench(ListFHIRExportJobsRequest list = list_input()) : input(std::move(list)) {}

  ListFHIRExportJobsRequest input;
  Runtime runtime = without_jitter();
  Session session{};
  Jobs pager{input, endpoint(), session, Entropy{runtime}};
  Timestamp now = noon;
  std::vector<HttpRequest> requests{};

  // Answers the next request, and gives the step that follows.
  Jobs::PageStep answer(HttpReply const& reply) {
    auto step = pager.next(now);
    if (auto const* wait = std::get_if<Wait>(&step)) {
      now = wait->until;
      step = pager.next(now);
    }
    REQUIRE(std::holds_alternative<Send>(step));
    requests.push_back(std::get<Send>(step).request());
    pager.receive(reply, now);
    return pager.next(now);
  }
  // The id of the one job on the page that this reply makes; empty if it makes none.
  std::string job(HttpReply const& reply) {
    auto const step = answer(reply);
    auto const* page = std::get_if<JobsPage>(&step);
    if (!page) return {};
    REQUIRE(page->response.output.export_job_properties_list.size() == 1);
    return page->response.output.export_job_properties_list[0].job_id;
  }
  Jobs::Outcome outcome() { return outcome(pager.next(now)); }
  static Jobs::Outcome outcome(Jobs::PageStep step) {
    REQUIRE(std::holds_alternative<Done<Jobs::Outcome>>(step));
    return std::get<Done<Jobs::Outcome>>(std::move(step)).result;
  }
};

// How many pages it takes to see that tokens repeat: `before` tokens that come once, then a circle.
std::size_t pages_until_noticed(std::size_t before, std::size_t circle) {
  Bench bench;
  for (std::size_t n = 0; n < 1000; ++n) {
    std::size_t const token = n < before ? n : before + (n - before) % circle;
    CHECK(bench.job(page("job", "token-" + std::to_string(token))) == "job");
    auto step = bench.pager.next(bench.now);
    if (std::holds_alternative<Done<Jobs::Outcome>>(step)) {
      auto const outcome = Bench::outcome(std::move(step));
      CHECK_FALSE(outcome);
      return n + 1;
    }
  }
  return 0;
}
}  // namespace

TEST_CASE("pager: goes from page to page and ends when no token comes") {
  Bench bench;
  CHECK(bench.job(page("one", "t1")) == "one");
  CHECK(bench.job(page("two", "t2")) == "two");
  CHECK(bench.job(page("three")) == "three");
  auto const outcome = bench.outcome();
  REQUIRE(outcome);
  CHECK(*outcome == 3);
  REQUIRE(bench.requests.size() == 3);
  CHECK(header(bench.requests[0], "X-Amz-Target") == "HealthLake.ListFHIRExportJobs");
  CHECK(nlohmann::json::parse(bench.requests[0].body) == nlohmann::json{{"DatastoreId", "ds1"}});
  CHECK(body_member(bench.requests[1], "NextToken") == "t1");
  CHECK(body_member(bench.requests[2], "NextToken") == "t2");
  CHECK(header(bench.requests[1], "amz-sdk-invocation-id").size() == 36);
}

TEST_CASE("pager: an empty or null token ends the list as an absent one does") {
  Bench empty;
  CHECK(empty.job(page("one", "")) == "one");
  CHECK(empty.outcome().value_or(0) == 1);
  Bench null;
  auto body = nlohmann::json{{"ExportJobPropertiesList", nlohmann::json::array()}, {"NextToken", nullptr}};
  auto const step = null.answer(http(200, body.dump()));
  REQUIRE(std::holds_alternative<JobsPage>(step));
  CHECK(std::get<JobsPage>(step).response.output.export_job_properties_list.empty());
  CHECK(null.outcome().value_or(0) == 1);
}

TEST_CASE("pager: an empty page in the middle does not end the list") {
  Bench bench;
  auto const body = nlohmann::json{{"ExportJobPropertiesList", nlohmann::json::array()}, {"NextToken", "t1"}};
  CHECK(std::holds_alternative<JobsPage>(bench.answer(http(200, body.dump()))));
  CHECK(bench.job(page("one")) == "one");
  CHECK(bench.outcome().value_or(0) == 2);
}

TEST_CASE("pager: a reply after the end changes nothing, and a result is there once") {
  Bench bench;
  CHECK(bench.job(page("one")) == "one");
  bench.pager.receive(page("late", "t1"), bench.now);
  CHECK(bench.outcome().value_or(0) == 1);
  auto const again = bench.outcome();
  REQUIRE_FALSE(again);
  REQUIRE(again.error().as<SetupError>() != nullptr);
  CHECK(again.error().as<SetupError>()->phase == SetupPhase::usage);
}

TEST_CASE("pager: begins where the input says, and keeps the rest of it on every page") {
  auto input = list_input();
  input.next_token = "t7";
  input.max_results = 10;
  input.job_status = JobStatus::completed;
  Bench bench{input};
  CHECK(bench.job(page("one", "t8")) == "one");
  CHECK(bench.job(page("two")) == "two");
  REQUIRE(bench.requests.size() == 2);
  CHECK(nlohmann::json::parse(bench.requests[0].body) ==
        nlohmann::json{{"DatastoreId", "ds1"}, {"NextToken", "t7"}, {"MaxResults", 10}, {"JobStatus", "COMPLETED"}});
  CHECK(nlohmann::json::parse(bench.requests[1].body) ==
        nlohmann::json{{"DatastoreId", "ds1"}, {"NextToken", "t8"}, {"MaxResults", 10}, {"JobStatus", "COMPLETED"}});
}

TEST_CASE("pager: a token that comes again is an error, behind the page that brought it") {
  Bench bench;
  CHECK(bench.job(page("one", "t1")) == "one");
  auto const again = nlohmann::json{{"ExportJobPropertiesList", {job_json("two", "QUEUED")}}, {"NextToken", "t1"}};
  CHECK(bench.job(http(200, again.dump(), {{"x-amzn-RequestId", "r-3"}})) == "two");
  auto const outcome = bench.outcome();
  REQUIRE_FALSE(outcome);
  auto const* malformed = outcome.error().as<Malformed>();
  REQUIRE(malformed != nullptr);
  CHECK(malformed->path == "NextToken");
  CHECK(malformed->http_status == 200);
  CHECK(malformed->request_id == "r-3");
  CHECK(bench.requests.size() == 2);

  auto input = list_input();
  input.next_token = "t7";
  Bench first{input};
  CHECK(first.job(page("one", "t7")) == "one");
  CHECK_FALSE(first.outcome());
}

TEST_CASE("pager: tokens that run in a circle are noticed within a few rounds of it") {
  CHECK(pages_until_noticed(0, 1) == 2);
  CHECK(pages_until_noticed(5, 1) == 7);
  for (std::size_t before : {0U, 1U, 2U, 7U, 30U})
    for (std::size_t circle : {2U, 3U, 4U, 5U, 16U, 33U}) {
      CAPTURE(before);
      CAPTURE(circle);
      std::size_t const pages = pages_until_noticed(before, circle);
      CHECK(pages > before + circle);
      // The mark is in the circle, and far enough from the next one, after twice the longer of the two.
      CHECK(pages <= 2 * std::max(before + 1, circle) + circle + 1);
      // Marks are the tokens number 1, 2, 4, 8, and so on.
      std::size_t mark = 1;
      while (mark < std::max(before + 1, circle)) mark *= 2;
      CHECK(pages == mark + circle);
    }
}

TEST_CASE("pager: many different tokens are no circle") {
  Bench bench;
  for (int n = 0; n < 500; ++n) REQUIRE(bench.job(page("job", "token-" + std::to_string(n))) == "job");
  CHECK(bench.job(page("last")) == "last");
  CHECK(bench.outcome().value_or(0) == 501);
}

TEST_CASE("pager: a page has its own retries") {
  Bench bench;
  CHECK(bench.job(page("one", "t1")) == "one");
  CHECK(std::holds_alternative<Wait>(bench.answer(service_error(429, "ThrottlingException"))));
  CHECK(bench.job(page("two")) == "two");
  CHECK(bench.now == noon + seconds(1));
  REQUIRE(bench.requests.size() == 3);
  CHECK(bench.requests[1].body == bench.requests[2].body);
  CHECK(header(bench.requests[2], "amz-sdk-request") == "attempt=2; max=3");
}

TEST_CASE("pager: an error ends the list, and asking again sends nothing") {
  Bench bench;
  CHECK(bench.job(page("one", "t1")) == "one");
  auto const outcome = Bench::outcome(bench.answer(service_error(400, "ValidationException")));
  REQUIRE_FALSE(outcome);
  REQUIRE(outcome.error().as<ServiceError>() != nullptr);
  CHECK(outcome.error().as<ServiceError>()->is("ValidationException"));
  CHECK(std::holds_alternative<Done<Jobs::Outcome>>(bench.pager.next(bench.now)));
}

TEST_CASE("pager: an invalid input ends it before anything is sent") {
  auto input = list_input();
  input.max_results = 501;
  Bench bench{input};
  auto const outcome = bench.outcome();
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().kind() == ErrorKind::invalid);
}

TEST_CASE("pager: a token of the service that its own rules forbid is refused when it would be sent") {
  Bench bench;
  CHECK(bench.job(page("one", std::string(8193, 't'))) == "one");
  auto const outcome = bench.outcome();
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().kind() == ErrorKind::invalid);
}

TEST_CASE("pager: a reply that is lost is a lost connection, and without one that is due nothing is lost") {
  Bench bench;
  bench.pager.lose();
  CHECK(std::holds_alternative<Send>(bench.pager.next(bench.now)));
  bench.pager.lose();
  CHECK(std::holds_alternative<Wait>(bench.pager.next(bench.now)));
  CHECK(bench.job(page("a", "t")) == "a");
  bench.pager.lose();
  CHECK(bench.job(page("b")) == "b");
  bench.pager.lose();
  CHECK(bench.outcome().value_or(0) == 2);
}

TEST_CASE("pager: a cancelled list says so, and what its transport said first") {
  Bench bench;
  static_cast<void>(bench.pager.next(noon));
  bench.pager.cancel();
  auto const cancelled = bench.outcome();
  REQUIRE_FALSE(cancelled);
  CHECK(cancelled.error().gave_up == GaveUp::cancelled);
  CHECK(*cancelled.error().as<TransportError>() == TransportError{TransportReason::cancelled, "", false});

  Bench by_transport;
  static_cast<void>(by_transport.pager.next(noon));
  by_transport.pager.receive(transport_error(TransportReason::cancelled), noon);
  auto const first = by_transport.outcome();
  by_transport.pager.cancel();
  auto const second = by_transport.outcome();
  REQUIRE_FALSE(first);
  REQUIRE_FALSE(second);
  CHECK(first.error().as<TransportError>()->message == "scripted");
  CHECK(second.error().as<TransportError>()->message == "scripted");
  CHECK(second.error().gave_up == GaveUp::cancelled);
}

TEST_CASE("pager: replies that nobody waits for are ignored, also a second one") {
  Bench bench;
  bench.pager.receive(page("early", "t9"), bench.now);
  CHECK(std::holds_alternative<Send>(bench.pager.next(bench.now)));
  bench.pager.receive(page("one", "t1"), bench.now);
  bench.pager.receive(page("late", "t9"), bench.now);
  auto const step = bench.pager.next(bench.now);
  REQUIRE(std::holds_alternative<JobsPage>(step));
  auto const& output = std::get<JobsPage>(step).response.output;
  REQUIRE(output.export_job_properties_list.size() == 1);
  CHECK(output.export_job_properties_list[0].job_id == "one");
  CHECK(output.next_token == "t1");
}

TEST_CASE("pager: a moved pager goes on") {
  Bench bench;
  CHECK(bench.job(page("one", "t1")) == "one");
  CHECK(std::holds_alternative<Send>(bench.pager.next(bench.now)));
  Jobs moved{std::move(bench.pager)};
  auto const step = moved.next(bench.now);
  REQUIRE(std::holds_alternative<Send>(step));
  CHECK(body_member(std::get<Send>(step).request(), "NextToken") == "t1");
  moved.receive(page("two", "t1"), bench.now);
  CHECK(std::holds_alternative<JobsPage>(moved.next(bench.now)));
  auto const last = moved.next(bench.now);
  REQUIRE(std::holds_alternative<Done<Jobs::Outcome>>(last));
  CHECK_FALSE(std::get<Done<Jobs::Outcome>>(last).result);
}

// Every list operation of the service can be paged through, and nothing else.
static_assert(Paginated<ListFHIRDatastores> && Paginated<ListFHIRImportJobs> && Paginated<ListFHIRExportJobs>);
static_assert(Paginated<ListDataTransformationJobs> && Paginated<ListDataTransformationProfiles> &&
              Paginated<ListDataTransformationProfileVersions>);
static_assert(!Paginated<ListTagsForResource> && !Paginated<DescribeFHIRExportJob>);
