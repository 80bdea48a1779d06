// Invariant: a client with a source signs each attempt with what the source provides at that moment, tells it what the
// service refused, and waits through expirations and outages of the source; without one nothing is different.
#include <doctest/doctest.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../support/service_world.hpp"
#include "healthlake/client.hpp"
#include "healthlake/credentials/blocking.hpp"
#include "healthlake/credentials/container.hpp"
#include "healthlake/credentials/default_credentials.hpp"
#include "healthlake/credentials/expat.hpp"
#include "healthlake/sign/credentials_source.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

using namespace healthlake;
using namespace service_world;
using virtual_time::described;

namespace {
constexpr Milliseconds minutes(std::int64_t count) { return {count * 60'000}; }

// Provides what a test says, and notes what it is told.
struct Source {
  std::deque<Result<Credentials>> script{};
  std::vector<std::string> rejected{};
  int asked = 0;

  Result<Credentials> get() {
    ++asked;
    auto next = script.front();
    if (script.size() > 1) script.pop_front();
    return next;
  }
  void reject(std::string_view access_key_id) { rejected.emplace_back(access_key_id); }
};
Result<Credentials> keys(std::string const& name) { return keys_of(name, {}).credentials; }
Result<Credentials> none() { return Unexpected{Error{SetupError{SetupPhase::credentials, "the source is down"}}}; }

struct Bench {
  virtual_time::Runtime runtime = virtual_time::without_jitter();
  virtual_time::Transport transport;
  SigV4<Sha256> signer{};
  Source source{};
  Client<virtual_time::Transport, SigV4<Sha256>, virtual_time::Runtime, Source> client;

  explicit Bench(std::deque<virtual_time::Exchange> script)
      : transport{runtime, std::move(script)}, client{transport, signer, runtime, {.region = "us-east-1"}, source} {}

  std::string key_of(std::size_t request) const {
    auto const authorization = virtual_time::header(transport.requests.at(request), "Authorization");
    auto const begin = authorization.find("Credential=") + 11;
    return authorization.substr(begin, authorization.find('/') - begin);
  }
};
}  // namespace

TEST_CASE("each attempt is signed with what the source provides then") {
  Bench bench{{{virtual_time::service_error(503, "X"), {}}, {described("SUBMITTED"), {}}}};
  bench.source.script = {keys("A"), keys("B")};
  CHECK(bench.client.describe_fhir_export_job(virtual_time::describe_input()));
  CHECK(bench.key_of(0) == "ASIAA");
  CHECK(bench.key_of(1) == "ASIAB");
  CHECK(bench.source.rejected.empty());
}

TEST_CASE("the time that a source takes is a part of the call's and of the wait's") {
  struct Slow {
    virtual_time::Runtime& runtime;
    Milliseconds takes;
    Result<Credentials> get() {
      runtime.time = runtime.time + takes;
      return keys("A");
    }
    void reject(std::string_view) {}
  };
  struct Timed {
    std::vector<HttpRequest> requests{};
    std::vector<std::optional<Milliseconds>> timeouts{};
    HttpReply send(HttpRequest const& request) { return send(request, {}); }
    HttpReply send(HttpRequest const& request, SendOptions const& options) {
      requests.push_back(request);
      timeouts.push_back(options.timeout);
      return described("COMPLETED");
    }
  };
  constexpr Milliseconds limit = seconds(10);
  for (Milliseconds const takes : {Milliseconds{1}, seconds(4), Milliseconds{9'999}, limit, seconds(20)})
    for (bool const waits : {false, true}) {
      CAPTURE(takes.count);
      CAPTURE(waits);
      auto runtime = virtual_time::without_jitter();
      Timed transport;
      SigV4<Sha256> signer;
      Slow source{runtime, takes};
      Client client{transport, signer, runtime,
                    ClientOptions{.region = "us-east-1", .call = {.timeout = waits ? seconds(60) : limit}}, source};
      bool in_time{};
      if (waits) {
        auto const end =
            client.wait<FHIRExportJobCompleted>(virtual_time::describe_input(), WaitOptions{.timeout = limit}).end;
        in_time = end == WaitEnd::success;
        CHECK((in_time || end == WaitEnd::timed_out));
      } else {
        auto const response = client.describe_fhir_export_job(virtual_time::describe_input());
        in_time = response.has_value();
        CHECK((in_time || response.error().gave_up == GaveUp::timeout));
      }
      CHECK(in_time == (takes < limit));
      REQUIRE(transport.requests.size() == (in_time ? 1U : 0U));
      if (!in_time) continue;
      CHECK(transport.timeouts[0] == Milliseconds{limit.count - takes.count});
      // The signature is of when it was made.
      auto const date = from_amz_date(virtual_time::header(transport.requests[0], "X-Amz-Date"));
      CHECK(date == noon + Milliseconds{takes.count / 1000 * 1000});
    }
}

TEST_CASE("fault 68: a call that is refused for its credentials says so to the source") {
  for (char const* code : {"ExpiredTokenException", "UnrecognizedClientException"}) {
    Bench bench{{{virtual_time::service_error(400, code), {}}, {described("SUBMITTED"), {}}}};
    bench.source.script = {keys("A"), keys("B")};
    CHECK(!bench.client.describe_fhir_export_job(virtual_time::describe_input()));
    CHECK(bench.source.rejected == std::vector<std::string>{"ASIAA"});
    CHECK(bench.client.describe_fhir_export_job(virtual_time::describe_input()));
    CHECK(bench.key_of(1) == "ASIAB");
  }
  Bench denied{{{virtual_time::service_error(400, "AccessDeniedException"), {}}}};
  denied.source.script = {keys("A")};
  CHECK(!denied.client.describe_fhir_export_job(virtual_time::describe_input()));
  CHECK(denied.source.rejected.empty());
  Bench pages{{{virtual_time::service_error(400, "ExpiredTokenException"), {}}}};
  pages.source.script = {keys("A")};
  CHECK(!pages.client.pages<ListFHIRExportJobs>(virtual_time::list_input(), [](auto&&) { return true; }));
  CHECK(pages.source.rejected == std::vector<std::string>{"ASIAA"});
}

TEST_CASE("without credentials a call is not sent, and its error is the source's") {
  Bench bench{{}};
  bench.source.script = {none()};
  auto const call = bench.client.describe_fhir_export_job(virtual_time::describe_input());
  REQUIRE(!call);
  CHECK(call.error().as<SetupError>()->message == "the source is down");
  auto const wait = bench.client.wait<FHIRExportJobCompleted>(virtual_time::describe_input());
  CHECK(wait.end == WaitEnd::call_failed);
  CHECK(wait.error->as<SetupError>()->message == "the source is down");
  CHECK(bench.transport.requests.empty());
  CHECK(bench.runtime.sleeps.empty());
}

TEST_CASE("a wait that had credentials bears a source that has none for a while, and a poll that was refused") {
  Bench bench{{{described("SUBMITTED"), {}},
               {virtual_time::service_error(400, "ExpiredTokenException"), {}},
               {described("COMPLETED"), {}}}};
  bench.source.script = {keys("A"), none(), none(), none(), none(), keys("B"), keys("C")};
  std::vector<std::string> troubles;
  auto const outcome = bench.client.wait<FHIRExportJobCompleted>(
      virtual_time::describe_input(), {.timeout = minutes(60)}, [](auto const&) {},
      [&](Error const& error) { troubles.push_back(to_string(error)); });
  CHECK(outcome.end == WaitEnd::success);
  REQUIRE(!troubles.empty());
  CHECK(has(troubles[0], "the source is down"));
  CHECK(bench.source.rejected == std::vector<std::string>{"ASIAB"});
  CHECK(bench.key_of(2) == "ASIAC");
}

TEST_CASE("a wait across three expirations, over the chain and a cache") {
  TestMachine machine;
  machine.variables = {{"HOME", "/home/me"}, {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x"}};
  auto runtime = virtual_time::without_jitter();
  SigV4<Sha256> signer;
  // The container's endpoint: keys of 15 minutes, named after the minute in which they were made.
  struct Container {
    virtual_time::Runtime& runtime;
    int fetches = 0;
    HttpReply send(HttpRequest const&) {
      ++fetches;
      return reply(
          200, json_keys(std::to_string((runtime.time - noon).count / 60'000), to_iso8601(runtime.time + minutes(15))));
    }
  } container{runtime};
  // The service: it refuses keys that have expired, and the job takes an hour.
  struct Service {
    virtual_time::Runtime& runtime;
    int refused = 0;
    HttpReply send(HttpRequest const& request) {
      auto const authorization = virtual_time::header(request, "Authorization");
      auto const made = std::stoll(authorization.substr(authorization.find("ASIA") + 4));
      auto const minute = (runtime.time - noon).count / 60'000;
      if (minute >= made + 15) return ++refused, virtual_time::service_error(400, "ExpiredTokenException");
      return described(minute < 60 ? "IN_PROGRESS" : "COMPLETED");
    }
  } service{runtime};
  BlockingCredentials credentials{
      DefaultCredentials{{machine, runtime, signer, &read_xml_with_expat}, CredentialsOptions{}}, container, runtime};
  Client client{service, signer, runtime, {.region = "us-east-1"}, credentials};
  auto const outcome =
      client.wait<FHIRExportJobCompleted>(virtual_time::describe_input(), {.timeout = minutes(24 * 60)});
  CHECK(outcome.end == WaitEnd::success);
  CHECK(service.refused == 0);
  CHECK(container.fetches >= 4);
  CHECK(container.fetches <= 7);
}

TEST_CASE("a client without a source is what it was") {
  using Plain = Client<virtual_time::Transport, NoSigner, virtual_time::Runtime>;
  struct Members {
    void* a;
    void* b;
    void* c;
    ClientOptions options;
    std::optional<Error> error;
    Session session;
    HttpRequest spare;
  };
  CHECK(sizeof(Plain) == sizeof(Members));
  static_assert(!CredentialsSource<Credentials>);
}
