// The invariant: a call or a wait that has a timeout is over by then, with everything in it, if the transport keeps to
// the time it is given; and every Send is given time, never more than is left.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
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
using virtual_time::started;
using virtual_time::transport_error;

namespace {
// Answers from a script, the last line of it for ever, and keeps to the time it is given.
struct Timed {
  virtual_time::Runtime& runtime;
  std::vector<virtual_time::Exchange> script;
  std::vector<std::optional<Milliseconds>> timeouts{};

  HttpReply send(HttpRequest const& request) { return send(request, {}); }
  HttpReply send(HttpRequest const&, SendOptions options) {
    auto const& exchange = script[(std::min)(timeouts.size(), script.size() - 1)];
    timeouts.push_back(options.timeout);
    Milliseconds const takes = (std::min)(exchange.takes, options.timeout.value_or(exchange.takes));
    runtime.time = runtime.time + takes;
    if (takes < exchange.takes) return transport_error(TransportReason::read_timeout);
    return exchange.reply;
  }
};
static_assert(TimedTransport<Timed>);
static_assert(!TimedTransport<virtual_time::Transport>);

struct Bench {
  explicit Bench(std::vector<virtual_time::Exchange> script, CallOptions call = {})
      : transport{runtime, std::move(script)},
        client{transport, signer, runtime, ClientOptions{.region = "us-east-1", .call = call}} {}

  virtual_time::Runtime runtime = virtual_time::without_jitter();
  Timed transport;
  NoSigner signer{};
  Client<Timed, NoSigner, virtual_time::Runtime> client;

  [[nodiscard]] Milliseconds passed() const { return runtime.time - noon; }
};

struct Machine {
  virtual_time::Runtime runtime = virtual_time::without_jitter();
  Session session{};
  Call<StartFHIRExportJob> call;
  explicit Machine(Milliseconds timeout)
      : call{virtual_time::start_input(), virtual_time::endpoint(), session, Entropy{runtime}, {.timeout = timeout}} {}
};
}  // namespace

TEST_CASE("deadline: a call is over by its timeout, and each attempt is given what is left") {
  for (auto const& reply :
       {service_error(503, "X"), service_error(429, "ThrottlingException"), started(),
        transport_error(TransportReason::connection_lost), service_error(400, "ValidationException"),
        service_error(503, "X", {{"x-amz-retry-after", "4000"}})})
    for (std::int64_t const takes : {0, 1, 700, 2000, 100'000})
      for (std::int64_t const timeout : {1, 50, 51, 1000, 1700, 5000, 60'000}) {
        CAPTURE(takes);
        CAPTURE(timeout);
        Bench bench{{{reply, {takes}}}, {.retry = {.max_attempts = 10}, .timeout = Milliseconds{timeout}}};
        auto const outcome = bench.client.start_fhir_export_job(virtual_time::start_input());
        CHECK(bench.passed().count <= timeout);
        REQUIRE_FALSE(bench.transport.timeouts.empty());
        CHECK(bench.transport.timeouts.front() == Milliseconds{timeout});
        for (auto const& given : bench.transport.timeouts) {
          REQUIRE(given);
          CHECK(given->count > 0);
          CHECK(given->count <= timeout);
        }
        if (takes > timeout) {
          REQUIRE_FALSE(outcome);
          CHECK(outcome.error().gave_up == GaveUp::timeout);
          CHECK(outcome.error().effect == Effect::possible);
          CHECK(to_string(outcome.error()).find("; no time left; ") != std::string::npos);
        }
      }
}

TEST_CASE("deadline: a wait that the clock restarts ends by the timeout") {
  virtual_time::Runtime runtime = virtual_time::without_jitter();
  Session session{};
  Call<StartFHIRExportJob> call{virtual_time::start_input(),
                                virtual_time::endpoint(),
                                session,
                                Entropy{runtime},
                                {.retry = {.spec = RetrySpec::v2_0}, .timeout = Milliseconds{10'000}}};
  CHECK(std::holds_alternative<Send>(call.next(noon)));
  call.receive(service_error(503, "X", {{"x-amz-retry-after", "8000"}}), noon);
  auto const until = [&](Timestamp now) { return std::get<Wait>(call.next(now)).until - now; };
  CHECK(until(noon) == Milliseconds{8000});
  CHECK(until(noon + Milliseconds{5000}) == Milliseconds{3000});
  // The clock is set back: of the ten seconds, five are left.
  CHECK(until(noon) == Milliseconds{5000});
  auto const step = call.next(noon + Milliseconds{5000});
  REQUIRE(std::holds_alternative<Done<Call<StartFHIRExportJob>::Outcome>>(step));
  CHECK(std::get<Done<Call<StartFHIRExportJob>::Outcome>>(step).result.error().gave_up == GaveUp::timeout);
}

TEST_CASE("deadline: without a timeout a transport is given none") {
  Bench bench{{{started(), {}}}};
  CHECK(bench.client.start_fhir_export_job(virtual_time::start_input()));
  CHECK(bench.transport.timeouts == std::vector<std::optional<Milliseconds>>{std::nullopt});
}

TEST_CASE("deadline: no time at all sends nothing") {
  for (std::int64_t const timeout : {0, -5}) {
    Bench bench{{{started(), {}}}, {.timeout = Milliseconds{timeout}}};
    auto const outcome = bench.client.start_fhir_export_job(virtual_time::start_input());
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().gave_up == GaveUp::timeout);
    CHECK(outcome.error().effect == Effect::none);
    CHECK(outcome.error().kind() == ErrorKind::transport);
    CHECK(bench.transport.timeouts.empty());
  }
}

TEST_CASE("deadline: a pause that would last beyond it is not begun, and takes nothing from the quota") {
  Machine machine{seconds(1)};
  REQUIRE(std::holds_alternative<Send>(machine.call.next(noon)));
  machine.call.receive(service_error(429, "ThrottlingException"), noon);
  CHECK(machine.call.done());
  CHECK(machine.session.quota.left() == RetryQuota::default_capacity);
  auto const outcome = machine.call.result();
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().gave_up == GaveUp::timeout);
  CHECK(outcome.error().as<ServiceError>()->is("ThrottlingException"));
}

TEST_CASE("deadline: a driver that comes too late learns the last error, and one without a reply that there was none") {
  Machine late{seconds(10)};
  REQUIRE(std::holds_alternative<Send>(late.call.next(noon)));
  late.call.receive(service_error(429, "ThrottlingException"), noon);
  CHECK_FALSE(late.call.done());
  auto const last = late.call.next(noon + seconds(10));
  auto const& late_outcome = std::get<Done<Call<StartFHIRExportJob>::Outcome>>(last).result;
  REQUIRE_FALSE(late_outcome);
  CHECK(late_outcome.error().as<ServiceError>()->code == "ThrottlingException");
  CHECK(late_outcome.error().gave_up == GaveUp::timeout);

  Machine silent{seconds(10)};
  CHECK(std::get<Send>(silent.call.next(noon)).timeout == seconds(10));
  CHECK(std::get<Send>(silent.call.next(noon + seconds(4))).timeout == seconds(6));
  auto const step = silent.call.next(noon + seconds(10));
  auto const& outcome = std::get<Done<Call<StartFHIRExportJob>::Outcome>>(step).result;
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().as<TransportError>()->reason == TransportReason::read_timeout);
  CHECK(outcome.error().gave_up == GaveUp::timeout);
  CHECK(outcome.error().effect == Effect::possible);
  CHECK(outcome.error().client_token.size() == 36);
  // It is over.
  silent.call.receive(started(), noon + seconds(11));
  CHECK(silent.call.state() == CallState::taken);
}

TEST_CASE("deadline: a call that was resumed and comes too late has the error of that, not of what was cancelled") {
  Machine machine{seconds(10)};
  REQUIRE(std::holds_alternative<Send>(machine.call.next(noon)));
  machine.call.receive(service_error(429, "ThrottlingException"), noon);
  machine.call.cancel();
  REQUIRE(machine.call.resume());
  REQUIRE(std::holds_alternative<Wait>(machine.call.next(noon)));
  auto const step = machine.call.next(noon + seconds(60));
  auto const& outcome = std::get<Done<Call<StartFHIRExportJob>::Outcome>>(step).result;
  REQUIRE_FALSE(outcome);
  REQUIRE(outcome.error().as<TransportError>());
  CHECK(outcome.error().as<TransportError>()->reason == TransportReason::connect_timeout);
  CHECK_FALSE(outcome.error().as<TransportError>()->may_have_reached_server);
  CHECK(outcome.error().gave_up == GaveUp::timeout);
}

TEST_CASE("deadline: a response that comes late is a response") {
  Machine machine{seconds(10)};
  REQUIRE(std::holds_alternative<Send>(machine.call.next(noon)));
  machine.call.receive(started(), noon + seconds(60));
  CHECK(machine.call.result());
}

TEST_CASE("deadline: a wait is over by its timeout, whatever its polls meet") {
  for (auto const& reply : {described("IN_PROGRESS"), service_error(503, "X"), http(403, "<html>"),
                            transport_error(TransportReason::connection_lost)})
    for (std::int64_t const takes : {0, 300, 4000, 1'000'000})
      for (std::int64_t const timeout : {1, 2000, 9999, 60'000, 600'000}) {
        CAPTURE(takes);
        CAPTURE(timeout);
        Bench bench{{{reply, {takes}}}};
        auto const outcome = bench.client.wait<FHIRExportJobCompleted>(
            virtual_time::describe_input(), {.delay = seconds(7), .timeout = Milliseconds{timeout}});
        CHECK(outcome.end == WaitEnd::timed_out);
        CHECK(outcome.polls > 0);
        CHECK(bench.passed().count <= timeout);
        for (auto const& given : bench.transport.timeouts) {
          REQUIRE(given);
          CHECK(given->count > 0);
          CHECK(given->count <= timeout);
        }
      }
}

TEST_CASE("deadline: the shorter one of a call's and a wait's counts for a poll") {
  Bench bench{{{described("IN_PROGRESS"), seconds(1)}}, {.timeout = seconds(8)}};
  auto const outcome = bench.client.wait<FHIRExportJobCompleted>(virtual_time::describe_input(),
                                                                 {.delay = seconds(3), .timeout = seconds(16)});
  CHECK(outcome.end == WaitEnd::timed_out);
  CHECK(bench.transport.timeouts ==
        std::vector<std::optional<Milliseconds>>{seconds(8), seconds(8), seconds(8), seconds(5)});
}
