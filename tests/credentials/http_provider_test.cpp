// Invariant: a fetch over HTTP ends, whatever comes back or does not: its attempts are counted over all requests, each
// has its time, and a driver that goes away, cancels or loses a reply stops nobody.
#include "healthlake/credentials/http_provider.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "../support/hash_engines.hpp"
#include "../support/service_world.hpp"
#include "healthlake/credentials/container.hpp"

using namespace healthlake;
using namespace service_world;

namespace {
constexpr char const* one_hour = "2026-08-07T13:00:00Z";
ContainerPlan const plan{.relative_uri = "/v2/credentials/1"};
CredentialsFailure const cancelled{TransportError{TransportReason::cancelled, "the fetch was cancelled", false}, true};
constexpr auto no_jitter = [] { return ~std::uint64_t{0}; };

// A provider that sends secrets, and whose request can be seen. A status of 200 provides, others may pass.
class Probe final : public detail::HttpProvider {
 public:
  Probe() : HttpProvider(no_jitter, FetchLimits{.max_attempts = 2}) {}
  using HttpProvider::request;

 private:
  void begin(Timestamp) override {
    request().body = "key=secret";
    go();
  }
  void prepare(Timestamp) override { request().headers.set("Authorization", "Bearer secret"); }
  void take(HttpResponse const& response, Timestamp now) override {
    if (response.status == 200) return end(keys_of("P", now + seconds(60)));
    again(failed_for_now({"busy"}), RetryKind::transient, now);
  }
  [[nodiscard]] detail::SentSecrets sent_secrets() const override { return {}; }
  [[nodiscard]] std::string who() const override { return "the probe"; }
};

CredentialsOutcome outcome_of(Step<CredentialsOutcome> const& step) {
  auto const* done = std::get_if<Done<CredentialsOutcome>>(&step);
  REQUIRE(done != nullptr);
  return done->result;
}
Send sent_by(Step<CredentialsOutcome> const& step) {
  auto const* send = std::get_if<Send>(&step);
  REQUIRE(send != nullptr);
  return *send;
}
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
  auto const wait = std::get<Wait>(provider.next(noon));
  // Only that attempt is lost.
  CHECK(sent_by(provider.next(wait.until)).attempt == 2);
  CHECK(sent_by(provider.next(wait.until)).attempt == 2);
  provider.cancel();
  auto const outcome = std::get<Done<CredentialsOutcome>>(provider.next(noon)).result;
  CHECK(std::get<CredentialsFailure>(outcome) == cancelled);
  auto const taken = std::get<Done<CredentialsOutcome>>(provider.next(noon)).result;
  CHECK(std::get<CredentialsFailure>(taken).error.as<SetupError>()->phase == SetupPhase::usage);
  // No state is left behind.
  world.script = {no_reply(TransportReason::connection_lost), reply(500, ""), reply(200, json_keys("C", one_hour))};
  CHECK(provides(world.fetch_again(provider), "C"));

  world.script = {no_reply(TransportReason::cancelled)};
  auto const by_transport = world.fetch_again(provider);
  CHECK(std::get<CredentialsFailure>(by_transport) ==
        CredentialsFailure{TransportError{TransportReason::cancelled, "scripted"}, true});
}

TEST_CASE("a fetch that is done is not cancelled any more") {
  World world;
  ContainerCredentials provider{world.machine, world.runtime, plan};
  REQUIRE(std::holds_alternative<Send>(provider.next(noon)));
  provider.receive(reply(200, json_keys("C", one_hour)), noon);
  provider.cancel();
  CHECK(provides(outcome_of(provider.next(noon)), "C"));
  provider.cancel();
  CHECK(outcome_of(provider.next(noon)) == CredentialsOutcome{detail::already_taken().result});
}

TEST_CASE("a fetch that is begun again during a back-off does not wait, and has all attempts") {
  for (bool lost : {true, false}) {
    Probe provider;
    for (int round = 0; round < 3; ++round) {
      CHECK(sent_by(provider.next(noon)).attempt == 1);
      if (lost) provider.lose();
      else provider.receive(reply(503, ""), noon);
      REQUIRE(std::holds_alternative<Wait>(provider.next(noon)));
      provider.restart();
    }
    CHECK(sent_by(provider.next(noon)).attempt == 1);
    provider.lose();
    provider.restart();
    // What was lost is not the new request.
    CHECK(sent_by(provider.next(noon)).attempt == 1);
    CHECK(sent_by(provider.next(noon)).attempt == 1);
  }
}

TEST_CASE("what was sent is wiped when the fetch ends, when it is begun again, and with the provider") {
  for (int how = 0; how < 3; ++how) {
    Probe provider;
    REQUIRE(std::holds_alternative<Send>(provider.next(noon)));
    // The memory stays, and is the request's.
    std::string_view const header = *provider.request().headers.find("Authorization");
    std::string_view const body = provider.request().body;
    CHECK(header == "Bearer secret");
    CHECK(body == "key=secret");
    if (how == 0) provider.receive(reply(200, ""), noon);
    else if (how == 1) provider.cancel();
    else provider.restart();
    CHECK(provider.request().headers.empty());
    CHECK(provider.request().body.empty());
    CHECK(header == std::string(header.size(), '\0'));
    CHECK(body == std::string(body.size(), '\0'));
  }
  // Short enough to be in the object itself, which has other bytes of that value at most by chance.
  hash_engines::Destroyed<Probe> const probe{[](Probe& it) { it.request().body = "kkkkkkkkkkkkkkk"; }};
  CHECK(probe.bytes_of('k') < 10);
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
  CHECK(has(message_of(outcome), "larger than 65536 bytes (status 200)"));
  CHECK(!passing(outcome));
  // An error is what its status says, however much follows.
  for (int const status : {429, 503}) {
    World busy;
    busy.answer = [&](HttpRequest const&) { return reply(status, body); };
    ContainerCredentials repeated{busy.machine, busy.runtime, plan};
    CHECK(passing(busy.fetch(repeated)));
    CHECK(busy.requests.size() == 3);
    busy.script = {reply(status, body), reply(200, json_keys("C", one_hour))};
    CHECK(provides(busy.fetch_again(repeated), "C"));
  }
}

TEST_CASE("the message of a service is quoted without secrets and controls, and truncated") {
  using detail::describe_answer;
  CHECK(describe_answer(403, "AccessDenied", "no", {}) == ": AccessDenied (status 403): no");
  CHECK(describe_answer(404, "", "", {}) == ": status 404");
  for (int status : {300, 302, 399})
    CHECK(describe_answer(status, "", "", {}) ==
          ": status " + std::to_string(status) + ", and redirects are not followed");
  for (int status : {299, 400}) CHECK(describe_answer(status, "", "", {}) == ": status " + std::to_string(status));
  CHECK(describe_answer(400, "Bad", "your token SECRETTOKEN1234 is bad\x1b[2J", {"SECRETTOKEN1234"}) ==
        ": Bad (status 400): your token *** is bad\\x1b[2J");
  CHECK(describe_answer(400, "", std::string(5000, 'x'), {}).size() < 600);
}

TEST_CASE("a service may answer another time if it is throttling or failing") {
  for (int status : {429, 500, 503, 599}) CHECK(detail::is_passing_status(status));
  for (int status : {200, 302, 400, 403, 404, 428, 430, 499}) CHECK_FALSE(detail::is_passing_status(status));
}
