#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "../support/conformance.hpp"
#include "../support/fraction.hpp"
#include "../support/virtual_time.hpp"
#include "healthlake/flow/call.hpp"
#include "healthlake/model/export_job.hpp"

using namespace healthlake;
using namespace virtual_time;
using nlohmann::json;

namespace {
using Start = Call<StartFHIRExportJob>;

std::int64_t milliseconds(json const& seconds) { return std::llround(seconds.get<double>() * 1000); }

RetrySpec spec_of(json const& test) {
  auto const spec = test.at("spec").get<std::string>();
  REQUIRE((spec == "2.0" || spec == "2.1"));
  return spec == "2.0" ? RetrySpec::v2_0 : RetrySpec::v2_1;
}

std::vector<RetryKind> kinds_of(json const& test) {
  auto const kind = test.at("kind").get<std::string>();
  if (kind == "any") return {RetryKind::transient, RetryKind::throttling, RetryKind::timeout};
  if (kind == "throttling") return {RetryKind::throttling};
  REQUIRE(kind == "transient");
  return {RetryKind::transient, RetryKind::timeout};
}

HttpReply reply_of(json const& attempt) {
  if (attempt.contains("exception")) {
    auto const what = attempt.at("exception").get<std::string>();
    if (what == "connect timeout") return transport_error(TransportReason::connect_timeout);
    if (what == "read timeout") return transport_error(TransportReason::read_timeout);
    REQUIRE(what == "connection reset");
    return transport_error(TransportReason::connection_lost);
  }
  auto const& response = attempt.at("response");
  int const status = response.at("status").get<int>();
  if (status == 200) return started();
  if (response.contains("code")) return service_error(status, response.at("code").get<std::string>());
  return http(status, "");
}

std::string_view outcome_of(Start::Outcome const& outcome) {
  if (outcome) return "success";
  switch (outcome.error().gave_up) {
    case GaveUp::no:
    case GaveUp::may_have_acted:
    case GaveUp::timeout:
    case GaveUp::cancelled: return "";
    case GaveUp::not_retryable: return "fail: not retryable";
    case GaveUp::max_attempts: return "fail: max attempts";
    case GaveUp::quota: return "fail: quota";
  }
  return "";
}

// What stays the same from attempt to attempt: everything but the attempt's own header.
HttpRequest same_of(HttpRequest request) {
  request.headers.remove("amz-sdk-request");
  return request;
}

// Plays one call of a sequence; returns how many attempts it took.
std::size_t play(json const& attempts, CallOptions const& options, Session& session, Runtime& runtime) {
  Start call{start_input(), endpoint(), session, Entropy{runtime}, options};
  std::vector<HttpRequest> requests;
  for (auto const& expected : attempts) {
    CAPTURE(expected.dump());
    auto step = call.next(runtime.time);
    REQUIRE(std::holds_alternative<Send>(step));
    auto const& send = std::get<Send>(step);
    requests.push_back(send.request());
    CHECK(send.attempt == requests.size());
    CHECK(header(send.request(), "amz-sdk-request") ==
          "attempt=" + std::to_string(requests.size()) + "; max=" + std::to_string(options.retry.max_attempts));
    CHECK(same_of(send.request()) == same_of(requests.front()));
    CHECK(body_member(send.request(), "ClientToken").size() == 36);

    call.receive(reply_of(expected), runtime.time);
    CHECK(call.done() == (expected.at("outcome") != "retry"));
    CHECK(session.quota.left() == expected.at("quotaAfter").get<std::int32_t>());
    if (!expected.contains("delay")) continue;
    auto const next = call.next(runtime.time);
    REQUIRE(std::holds_alternative<Wait>(next));
    auto const delay = std::get<Wait>(next).until - runtime.time;
    CHECK(delay.count == milliseconds(expected.at("delay")));
    runtime.time = runtime.time + delay;
  }
  auto const last = call.next(runtime.time);
  REQUIRE(std::holds_alternative<Done<Start::Outcome>>(last));
  CHECK(outcome_of(std::get<Done<Start::Outcome>>(last).result) == attempts.back().at("outcome").get<std::string>());
  CHECK(call.attempts() == requests.size());
  return requests.size();
}
}  // namespace

TEST_CASE("conformance: every table of back-offs") {
  auto const data = load_conformance("retries/standard.json");
  std::size_t tables = 0;
  std::size_t delays = 0;
  for (auto const& test : data.at("backoff")) {
    CAPTURE(test.dump());
    RetryPolicy policy{.spec = spec_of(test)};
    if (test.contains("maxBackoffSeconds")) policy.max_backoff = {milliseconds(test.at("maxBackoffSeconds"))};
    auto const& attempts = test.at("attempts");
    for (std::size_t i = 0; i < attempts.size(); ++i) {
      auto const attempt = attempts.at(i).get<unsigned>();
      for (auto const kind : kinds_of(test)) {
        if (test.contains("delays")) {
          CHECK(backoff_at(policy, kind, attempt, test.at("random").get<double>()).count ==
                milliseconds(test.at("delays").at(i)));
          continue;
        }
        std::mt19937_64 engine{7};
        Entropy const entropy{engine};
        std::set<std::int64_t> drawn;
        for (int draw = 0; draw < 1000; ++draw) {
          auto const delay = backoff(policy, kind, attempt, entropy).count;
          REQUIRE(delay >= milliseconds(test.at("delayRange").at(0)));
          REQUIRE(delay <= milliseconds(test.at("delayRange").at(1)));
          drawn.insert(delay);
        }
        // They fill the range rather than keep to a part of it.
        auto const widest = milliseconds(test.at("delayRange").at(1));
        CHECK(*drawn.begin() < widest / 20);
        CHECK(*drawn.rbegin() > widest - widest / 20);
        CHECK(drawn.size() > 100);
      }
      ++delays;
    }
    ++tables;
  }
  CHECK(tables == 10);
  CHECK(delays == 50);
}

TEST_CASE("conformance: the hint of x-amz-retry-after") {
  auto const data = load_conformance("retries/standard.json");
  std::size_t ran = 0;
  for (auto const& test : data.at("retryAfter")) {
    CAPTURE(test.dump());
    REQUIRE(test.at("attempt").get<int>() == 1);
    REQUIRE(test.at("random").get<double>() == 1.0);
    Headers headers;
    for (auto const& [name, value] : test.at("header").items()) headers.add(name, value.get<std::string>());
    Runtime runtime = without_jitter();
    Session session;
    Start call{start_input(), endpoint(), session, Entropy{runtime}, {.retry = {.spec = spec_of(test)}}};
    REQUIRE(std::holds_alternative<Send>(call.next(noon)));
    call.receive(http(test.at("status").get<int>(), "", headers), noon);
    ++ran;
    if (!test.value("retry", true)) {
      REQUIRE(call.done());
      CHECK(outcome_of(call.result()) == "fail: not retryable");
      CHECK(session.quota.left() == 500);
      continue;
    }
    auto const step = call.next(noon);
    REQUIRE(std::holds_alternative<Wait>(step));
    auto const until = std::get<Wait>(step).until;
    CHECK((until - noon).count == milliseconds(test.at("delay")));
    if (test.contains("quotaAfterFailure")) CHECK(session.quota.left() == test.at("quotaAfterFailure"));
    REQUIRE(std::holds_alternative<Send>(call.next(until)));
    call.receive(started(), until);
    REQUIRE(call.done());
    CHECK(outcome_of(call.result()) == "success");
    CHECK(session.quota.left() == test.value("quotaAfterSuccess", 500));
  }
  CHECK(ran == 9);
}

TEST_CASE("conformance: every sequence of attempts") {
  auto const data = load_conformance("retries/standard.json");
  std::size_t sequences = 0;
  std::size_t calls = 0;
  std::size_t attempts = 0;
  for (auto const& test : data.at("sequences")) {
    auto const id = test.at("id").get<std::string>();
    CAPTURE(id);
    auto const& config = test.at("config");
    REQUIRE(config.at("random").get<double>() == 1.0);
    CallOptions const options{.retry = {.spec = spec_of(test),
                                        .max_attempts = config.at("maxAttempts").get<unsigned>(),
                                        .max_backoff = {milliseconds(config.at("maxBackoffSeconds"))},
                                        .repeat_any = true}};
    auto const& quota = test.at("quota");
    Session session{.quota =
                        RetryQuota{quota.at("capacity").get<std::int32_t>(), quota.at("initial").get<std::int32_t>()}};
    Runtime runtime = without_jitter();
    for (auto const& call : test.at("calls")) {
      attempts += play(call.at("attempts"), options, session, runtime);
      ++calls;
    }
    ++sequences;
  }
  CHECK(sequences == 28);
  CHECK(calls == 34);
  CHECK(attempts == 73);
}

TEST_CASE("conformance: the header amz-sdk-request, and one invocation id for a whole call") {
  auto const data = load_conformance("retries/standard.json");
  std::size_t ran = 0;
  for (auto const& example : data.at("headers").at("examples")) {
    // The optional ttl is not sent.
    if (example.contains("ttl")) continue;
    CAPTURE(example.dump());
    Runtime runtime;
    Session session;
    Start call{start_input(),
               endpoint(),
               session,
               Entropy{runtime},
               {.retry = {.max_attempts = example.at("maxAttempts").get<unsigned>()}}};
    std::string invocation;
    for (unsigned attempt = 1;; ++attempt) {
      auto step = call.next(runtime.time);
      if (auto const* wait = std::get_if<Wait>(&step)) step = call.next(runtime.time = wait->until);
      REQUIRE(std::holds_alternative<Send>(step));
      auto const& request = std::get<Send>(step).request();
      if (attempt == 1) invocation = header(request, "amz-sdk-invocation-id");
      CHECK(header(request, "amz-sdk-invocation-id") == invocation);
      if (attempt == example.at("attempt").get<unsigned>()) {
        CHECK(header(request, "amz-sdk-request") == example.at("value").get<std::string>());
        break;
      }
      call.receive(http(503, ""), runtime.time);
    }
    CHECK(invocation.size() == 36);
    ++ran;
  }
  CHECK(ran == 2);
}

TEST_CASE("conformance: the SDKs' default of today is ours") {
  auto const data = load_conformance("retries/standard.json");
  auto const name = data.at("rules").at("2.1").at("name").get<std::string>();
  REQUIRE(name.find("default since November 2026") != std::string::npos);
  CHECK(RetryPolicy{}.spec == RetrySpec::v2_1);
}

TEST_CASE("conformance: the numbers of the rules") {
  auto const data = load_conformance("retries/standard.json");
  RetryPolicy const policy;
  std::size_t ran = 0;
  for (auto const& [name, rules] : data.at("rules").items()) {
    auto const& shown_name = name;
    CAPTURE(shown_name);
    RetrySpec const spec = name == "2.0" ? RetrySpec::v2_0 : RetrySpec::v2_1;
    auto const& quota = rules.at("quota");
    CHECK(policy.max_attempts == rules.at("maxAttempts").get<unsigned>());
    CHECK(policy.max_backoff.count == milliseconds(rules.at("maxBackoffSeconds")));
    CHECK(RetryQuota::default_capacity == quota.at("capacity").get<std::int32_t>());
    auto const cost = quota.at("cost").get<std::int32_t>();
    CHECK(retry_cost(spec, RetryKind::transient) == cost);
    CHECK(retry_cost(spec, RetryKind::throttling) == quota.value("throttlingCost", cost));
    CHECK(retry_cost(spec, RetryKind::timeout) == quota.value("timeoutCost", cost));
    ++ran;
  }
  CHECK(ran == 2);
}
