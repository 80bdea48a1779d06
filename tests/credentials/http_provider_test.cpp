// Invariant: a fetch over HTTP ends, whatever comes back or does not: its attempts are counted over all requests, each
// has its time, and a driver that goes away, cancels or loses a reply stops nobody.
#include "healthlake/credentials/http_provider.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

#include "../support/service_world.hpp"
#include "healthlake/credentials/container.hpp"

using namespace healthlake;
using namespace service_world;

namespace {
constexpr char const* one_hour = "2026-08-07T13:00:00Z";
ContainerPlan const plan{.relative_uri = "/v2/credentials/1"};
}  // namespace

TEST_CASE("what may pass is repeated after a back-off, and what cannot is not") {
  for (auto reason : {TransportReason::connect_failed, TransportReason::connect_timeout, TransportReason::read_timeout,
                      TransportReason::connection_lost}) {
    World world;
    world.script = {no_reply(reason), reply(503, "busy"), reply(200, json_keys("C", one_hour))};
    ContainerCredentials provider{world.machine, world.runtime, plan};
    CHECK(provides(world.fetch(provider), "C"));
    CHECK(world.waits == std::vector<std::int64_t>{50, 100});
    CHECK(world.timeouts == std::vector<std::optional<Milliseconds>>(3, Milliseconds{2000}));
  }
  for (auto reason : {TransportReason::tls_verification, TransportReason::response_too_large, TransportReason::not_http,
                      TransportReason::proxy_refused}) {
    World world;
    world.script = {no_reply(reason)};
    ContainerCredentials provider{world.machine, world.runtime, plan};
    auto const outcome = world.fetch(provider);
    CHECK(failed(outcome));
    CHECK(!passing(outcome));
    CHECK(world.requests.size() == 1);
  }
}

TEST_CASE("attempts are limited, and the failure says what the last one was") {
  World world;
  world.answer = [](HttpRequest const&) { return no_reply(TransportReason::read_timeout); };
  ContainerCredentials provider{world.machine, world.runtime, plan};
  auto const outcome = world.fetch(provider);
  CHECK(passing(outcome));
  CHECK(world.requests.size() == 3);
  CHECK(message_of(outcome) ==
        "credentials: the container's credentials at http://169.254.170.2: no reply: read timeout: scripted");
  ContainerCredentials once{world.machine, world.runtime, plan, FetchLimits{0, Milliseconds{500}}};
  CHECK(failed(world.fetch(once)));
  CHECK(world.requests.size() == 4);
  CHECK(world.timeouts.back() == Milliseconds{500});
  ContainerCredentials hasty{world.machine, world.runtime, plan, FetchLimits{1, Milliseconds{-5}}};
  CHECK(failed(world.fetch(hasty)));
  CHECK(world.timeouts.back() == Milliseconds{1});
}

TEST_CASE("an attempt that is never answered is over after its time, and its late reply is ignored") {
  World world;
  ContainerCredentials provider{world.machine, world.runtime, plan};
  auto const first = provider.next(world.runtime.time);
  REQUIRE(std::holds_alternative<Send>(first));
  auto const again = std::get<Send>(provider.next(world.runtime.time + Milliseconds{500}));
  CHECK(again.attempt == 1);
  CHECK(again.timeout == Milliseconds{1500});
  auto const wait = std::get<Wait>(provider.next(world.runtime.time + Milliseconds{2000}));
  provider.receive(reply(200, json_keys("Late", one_hour)), wait.until);
  auto const second = std::get<Send>(provider.next(wait.until));
  CHECK(second.attempt == 2);
  provider.receive(reply(200, json_keys("C", one_hour)), wait.until);
  auto const done = std::get<Done<CredentialsOutcome>>(provider.next(wait.until));
  CHECK(provides(done.result, "C"));
}

TEST_CASE("a lost reply is a failed attempt, and a cancelled fetch ends as cancelled") {
  World world;
  ContainerCredentials provider{world.machine, world.runtime, plan};
  provider.lose();
  REQUIRE(std::holds_alternative<Send>(provider.next(noon)));
  provider.lose();
  REQUIRE(std::holds_alternative<Wait>(provider.next(noon)));
  provider.cancel();
  auto const outcome = std::get<Done<CredentialsOutcome>>(provider.next(noon)).result;
  CHECK(std::get<CredentialsFailure>(outcome).error.cancelled());
  auto const taken = std::get<Done<CredentialsOutcome>>(provider.next(noon)).result;
  CHECK(std::get<CredentialsFailure>(taken).error.as<SetupError>()->phase == SetupPhase::usage);
  // No state is left behind.
  world.script = {no_reply(TransportReason::connection_lost), reply(500, ""), reply(200, json_keys("C", one_hour))};
  CHECK(provides(world.fetch_again(provider), "C"));

  world.script = {no_reply(TransportReason::cancelled)};
  auto const by_transport = world.fetch_again(provider);
  CHECK(std::get<CredentialsFailure>(by_transport).error.cancelled());
}

TEST_CASE("a huge reply is refused, and is no credentials even if it begins with some") {
  World world;
  auto body = json_keys("C", one_hour);
  body.resize(max_credentials_reply_bytes, ' ');
  world.script = {reply(200, body)};
  ContainerCredentials provider{world.machine, world.runtime, plan};
  CHECK(provides(world.fetch(provider), "C"));
  body += ' ';
  world.script = {reply(200, body)};
  auto const outcome = world.fetch_again(provider);
  CHECK(has(message_of(outcome), "larger than 65536 bytes"));
}

TEST_CASE("the message of a service is quoted without secrets and controls, and truncated") {
  using detail::describe_answer;
  CHECK(describe_answer(403, "AccessDenied", "no", {}) == ": AccessDenied (status 403): no");
  CHECK(describe_answer(404, "", "", {}) == ": status 404");
  CHECK(describe_answer(302, "", "", {}) == ": status 302, and redirects are not followed");
  CHECK(describe_answer(400, "Bad", "your token SECRETTOKEN1234 is bad\x1b[2J", {"SECRETTOKEN1234"}) ==
        ": Bad (status 400): your token *** is bad\\x1b[2J");
  CHECK(describe_answer(400, "", std::string(5000, 'x'), {}).size() < 600);
}
