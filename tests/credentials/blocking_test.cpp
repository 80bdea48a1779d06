// Invariant: get() returns credentials that have not expired or the reason why there are none, to any number of
// threads, with one exchange at a time; a transport that throws leaves nothing locked.
#include "healthlake/credentials/blocking.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "../support/service_world.hpp"
#include "healthlake/credentials/container.hpp"
#include "healthlake/credentials/environment.hpp"
#include "healthlake/credentials/instance_metadata.hpp"

using namespace healthlake;
using namespace service_world;

namespace {
// A transport that answers from a script, and records what it was told.
struct Timed {
  std::deque<HttpReply> script{};
  std::vector<SendOptions> options{};
  std::string bodies{};
  bool throws = false;

  HttpReply send(HttpRequest const& request) { return send(request, {}); }
  HttpReply send(HttpRequest const&, SendOptions const& limits) {
    options.push_back(limits);
    if (throws) throw std::runtime_error("no memory");
    HttpReply next = std::move(script.front());
    script.pop_front();
    return next;
  }
};
ContainerPlan const plan{.relative_uri = "/x"};
std::string id_of(Result<Credentials> const& keys) { return keys ? keys->access_key_id : to_string(keys.error()); }
}  // namespace

TEST_CASE("credentials are fetched at the first call, kept, and renewed in time") {
  TestMachine machine;
  auto runtime = virtual_time::without_jitter();
  Timed transport;
  transport.script = {reply(503, ""), reply(200, json_keys("A", "2026-08-07T13:00:00Z")),
                      reply(200, json_keys("B", "2026-08-07T14:00:00Z"))};
  BlockingCredentials credentials{ContainerCredentials{machine, runtime, plan}, transport, runtime};
  static_assert(CredentialsSource<decltype(credentials)>);
  CHECK(id_of(credentials.get()) == "ASIAA");
  CHECK(runtime.sleeps == std::vector<std::int64_t>{50});
  CHECK(id_of(credentials.get()) == "ASIAA");
  runtime.time = noon + seconds(46 * 60);
  auto const provided = credentials.provide();
  REQUIRE(provided);
  CHECK(provided->credentials == keys_of("B", {}).credentials);
  CHECK(provided->expiration == noon + seconds(7200));
  CHECK(transport.options.size() == 3);
  // The endpoint of a container is not asked through a proxy.
  for (auto const& options : transport.options) {
    CHECK(options.timeout == Milliseconds{2000});
    CHECK(options.direct);
  }
  credentials.reject(provided->credentials.access_key_id);
  transport.script = {reply(200, json_keys("C", "2026-08-07T14:00:00Z"))};
  CHECK(id_of(credentials.get()) == "ASIAC");
  CHECK(!credentials.last_failure());
}

TEST_CASE("another host is asked as the transport's options say") {
  TestMachine machine;
  auto runtime = virtual_time::without_jitter();
  Timed transport;
  transport.script = {reply(200, json_keys("A", "2026-08-07T13:00:00Z"))};
  BlockingCredentials credentials{ContainerCredentials{machine, runtime, {.full_uri = "https://keys.example/"}},
                                  transport, runtime};
  CHECK(id_of(credentials.get()) == "ASIAA");
  CHECK(!transport.options[0].direct);
}

TEST_CASE("a provider without requests, and one that is not configured") {
  TestMachine machine;
  auto runtime = virtual_time::without_jitter();
  Timed transport;
  BlockingCredentials credentials{EnvironmentCredentials{machine}, transport, runtime};
  CHECK(has(id_of(credentials.get()), "no credentials found; looked for AWS_ACCESS_KEY_ID"));
  machine.variables = {{"AWS_ACCESS_KEY_ID", "AKID"}, {"AWS_SECRET_ACCESS_KEY", "secret"}};
  runtime.time = noon + seconds(2);
  CHECK(id_of(credentials.get()) == "AKID");
}

TEST_CASE("an exception of the transport propagates, and the next call begins again") {
  TestMachine machine;
  auto runtime = virtual_time::without_jitter();
  Timed transport;
  transport.throws = true;
  BlockingCredentials credentials{ContainerCredentials{machine, runtime, plan}, transport, runtime};
  CHECK_THROWS_AS(static_cast<void>(credentials.get()), std::runtime_error);
  transport.throws = false;
  transport.script = {reply(200, json_keys("A", "2026-08-07T13:00:00Z"))};
  CHECK(id_of(credentials.get()) == "ASIAA");
  // After the back-off of a lost connection; nobody waits for the reply.
  CHECK(runtime.sleeps == std::vector<std::int64_t>{50});
}

TEST_CASE("a sleep that is interrupted cancels the fetch, and only that one") {
  struct Impatient {
    Timestamp time = noon;
    bool patient = false;
    [[nodiscard]] Timestamp now() const { return time; }
    bool sleep(Milliseconds length) {
      time = time + length;
      return patient;
    }
    std::uint64_t random() { return ~std::uint64_t{0}; }
  };
  TestMachine machine;
  Impatient runtime;
  Timed transport;
  transport.script = {reply(503, ""), reply(503, ""), reply(200, json_keys("A", "2026-08-07T13:00:00Z"))};
  BlockingCredentials credentials{ContainerCredentials{machine, runtime, plan}, transport, runtime};
  auto const cancelled = credentials.get();
  REQUIRE(!cancelled);
  CHECK(cancelled.error().cancelled());
  runtime.patient = true;
  CHECK(id_of(credentials.get()) == "ASIAA");
}

TEST_CASE("fault 61: eight threads, one exchange; those that come during a refresh get the keys that are valid") {
  // Holds each exchange until it is let go.
  struct Gate {
    std::mutex mutex{};
    std::condition_variable changed{};
    int entered = 0;
    int allowed = 0;
    std::string expiration = "2026-08-07T13:00:00Z";

    HttpReply send(HttpRequest const&) {
      std::unique_lock lock{mutex};
      int const mine = ++entered;
      changed.notify_all();
      changed.wait(lock, [&] { return allowed >= mine; });
      return reply(200, json_keys("K" + std::to_string(mine), expiration));
    }
    void await(int count) {
      std::unique_lock lock{mutex};
      changed.wait(lock, [&] { return entered >= count; });
    }
    void allow(int count) {
      std::lock_guard const lock{mutex};
      allowed = count;
      changed.notify_all();
    }
  };
  struct Clock {
    std::atomic<std::int64_t> time{noon.milliseconds};
    [[nodiscard]] Timestamp now() const { return {time.load()}; }
    void sleep(Milliseconds) {}
    std::uint64_t random() { return 0; }
  };
  TestMachine machine;
  Clock clock;
  Gate gate;
  BlockingCredentials credentials{ContainerCredentials{machine, clock, plan}, gate, clock};
  std::vector<std::string> got(8);
  std::vector<std::thread> threads;
  for (auto& id : got) threads.emplace_back([&] { id = id_of(credentials.get()); });
  gate.await(1);
  gate.allow(1);
  for (auto& thread : threads) thread.join();
  for (auto const& id : got) CHECK(id == "ASIAK1");
  CHECK(gate.entered == 1);

  clock.time = (noon + seconds(50 * 60)).milliseconds;
  std::string renewed;
  std::thread refresher{[&] { renewed = id_of(credentials.get()); }};
  gate.await(2);
  for (int i = 0; i < 8; ++i) CHECK(id_of(credentials.get()) == "ASIAK1");
  {
    std::lock_guard const lock{gate.mutex};
    gate.expiration = "2026-08-07T14:00:00Z";
  }
  gate.allow(2);
  refresher.join();
  CHECK(renewed == "ASIAK2");
  CHECK(gate.entered == 2);
}
