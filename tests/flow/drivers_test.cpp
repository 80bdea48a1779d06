// The same machines under three drivers: a blocking one (Client), callbacks on an event loop, and coroutines.

#include <doctest/doctest.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "../support/virtual_time.hpp"
#include "healthlake/client.hpp"

#ifdef __cpp_impl_coroutine
#include <coroutine>
#endif

using namespace healthlake;

namespace {
using virtual_time::seconds;

// The scenario: a start that is throttled at first, a job that is done after three polls, one of them disturbed, and
// a list of three pages.
std::deque<virtual_time::Exchange> scenario() {
  using namespace virtual_time;
  return {{service_error(429, "ThrottlingException"), {80}},
          {started(), {120}},
          {described("SUBMITTED"), {30}},
          {transport_error(TransportReason::read_timeout), seconds(5)},
          {described("IN_PROGRESS"), {30}},
          {described("COMPLETED"), {40}},
          {page("one", "t1"), {10}},
          {page("two", "t2"), {0}},
          {page("three"), {10}}};
}
WaitOptions const patient{.delay = seconds(10), .max_attempts = 0U, .timeout = seconds(3600)};

// A request and when it was sent.
struct Sent {
  std::int64_t at;
  HttpRequest request;
  friend bool operator==(Sent const&, Sent const&) = default;
};

// What there is to compare of a run.
struct Run {
  std::vector<Sent> sent{};
  std::string job{};
  unsigned start_attempts = 0;
  WaitEnd end = WaitEnd::call_failed;
  unsigned polls = 0;
  std::vector<std::string> pages{};
  std::uint64_t page_count = 0;
  std::int64_t ended_at = 0;
  std::int32_t quota = 0;
  friend bool operator==(Run const&, Run const&) = default;
};

// Time, network and an event loop, for drivers that must not block.
struct World {
  virtual_time::Runtime runtime{};
  std::deque<virtual_time::Exchange> script = scenario();
  std::multimap<Timestamp, std::function<void()>> events{};
  Session session{};
  NoSigner signer{};
  Run run{};

  void at(Timestamp time, std::function<void()> event) { events.emplace(time, std::move(event)); }
  void loop() {
    while (!events.empty()) {
      auto const next = events.extract(events.begin());
      runtime.time = std::max(runtime.time, next.key());
      next.mapped()();
    }
    run.ended_at = (runtime.time - virtual_time::noon).count;
    run.quota = session.quota.left();
  }
  // The reply comes to `receive` when its time has come.
  void send(Send send, std::function<void(HttpReply const&)> receive) {
    REQUIRE(sign(send, signer, Credentials{}, "us-east-1"));
    REQUIRE_FALSE(script.empty());
    run.sent.push_back({(runtime.time - virtual_time::noon).count, send.request()});
    auto exchange = std::move(script.front());
    script.pop_front();
    at(runtime.time + exchange.takes, [reply = std::move(exchange.reply), receive] { receive(reply); });
  }
};

// What becomes of the steps that are neither Send nor Wait, in every driver that sees steps; false at the end.
struct Sink {
  Run& run;

  bool operator()(Step<Call<StartFHIRExportJob>::Outcome> step) const {
    auto const& result = std::get<Done<Call<StartFHIRExportJob>::Outcome>>(step).result;
    REQUIRE(result);
    run.job = result->output.job_id;
    run.start_attempts = result->metadata.attempts;
    return false;
  }
  bool operator()(Step<Waiter<FHIRExportJobCompleted>::Outcome> step) const {
    auto const& result = std::get<Done<Waiter<FHIRExportJobCompleted>::Outcome>>(step).result;
    run.end = result.end;
    run.polls = result.polls;
    return false;
  }
  bool operator()(Pager<ListFHIRExportJobs>::PageStep step) const {
    if (auto const* page = std::get_if<Page<ListFHIRExportJobsResponse>>(&step)) {
      run.pages.push_back(page->response.output.export_job_properties_list.at(0).job_id);
      return true;
    }
    run.page_count = std::get<Done<Pager<ListFHIRExportJobs>::Outcome>>(step).result.value_or(0);
    return false;
  }
};

Run run_blocking() {
  virtual_time::Runtime runtime;
  virtual_time::Transport transport{runtime, scenario()};
  NoSigner signer;
  Client client{transport, signer, runtime, ClientOptions{.region = "us-east-1"}};
  Run run;
  auto const start = client.start_fhir_export_job(virtual_time::start_input());
  REQUIRE(start);
  run.job = start->output.job_id;
  run.start_attempts = start->metadata.attempts;
  auto const wait = client.wait<FHIRExportJobCompleted>(virtual_time::describe_input(), patient);
  run.end = wait.end;
  run.polls = wait.polls;
  auto const count = client.pages<ListFHIRExportJobs>(virtual_time::list_input(), [&](auto&& response) {
    run.pages.push_back(response.output.export_job_properties_list.at(0).job_id);
    return true;
  });
  run.page_count = count.value_or(0);
  for (std::size_t i = 0; i < transport.requests.size(); ++i)
    run.sent.push_back({transport.times[i], transport.requests[i]});
  run.ended_at = (runtime.time - virtual_time::noon).count;
  run.quota = client.session().quota.left();
  return run;
}

// The callback driver: goes on where a reply or a timer calls it, and calls `then` at the end.
template <class Machine>
void drive(World& world, Machine& machine, std::function<void()> then) {
  for (;;) {
    auto step = machine.next(world.runtime.time);
    if (auto* send = std::get_if<Send>(&step))
      return world.send(std::move(*send), [&world, &machine, then](HttpReply const& reply) {
        machine.receive(reply, world.runtime.time);
        drive(world, machine, then);
      });
    if (auto const* wait = std::get_if<Wait>(&step))
      return world.at(wait->until, [&world, &machine, then] { drive(world, machine, then); });
    if (!Sink{world.run}(std::move(step))) return then();
  }
}

Run run_by_callbacks() {
  World world;
  Entropy const entropy{world.runtime};
  std::optional<Call<StartFHIRExportJob>> start;
  std::optional<Waiter<FHIRExportJobCompleted>> wait;
  std::optional<Pager<ListFHIRExportJobs>> list;
  start.emplace(virtual_time::start_input(), virtual_time::endpoint(), world.session, entropy);
  drive(world, *start, [&] {
    wait.emplace(virtual_time::describe_input(), virtual_time::endpoint(), world.session, entropy, CallOptions{},
                 patient);
    drive(world, *wait, [&] {
      list.emplace(virtual_time::list_input(), virtual_time::endpoint(), world.session, entropy);
      drive(world, *list, [] {});
    });
  });
  world.loop();
  return world.run;
}

#ifdef __cpp_impl_coroutine
// A coroutine that begins when it is awaited, and resumes who awaits it when it ends.
class Task {
 public:
  struct promise_type {
    std::coroutine_handle<> awaiting = std::noop_coroutine();

    struct Resume {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
        return self.promise().awaiting;
      }
      void await_resume() noexcept {}
    };
    Task get_return_object() { return Task{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    Resume final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() { throw; }
  };

  Task(Task&& other) noexcept : self_(std::exchange(other.self_, nullptr)) {}
  ~Task() {
    if (self_) self_.destroy();
  }
  void begin() { self_.resume(); }
  [[nodiscard]] bool done() const { return self_.done(); }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
    self_.promise().awaiting = awaiting;
    return self_;
  }
  void await_resume() const noexcept {}

 private:
  explicit Task(std::coroutine_handle<promise_type> self) : self_(self) {}
  std::coroutine_handle<promise_type> self_;
};

struct Asleep {
  World& world;
  Timestamp until;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> sleeper) {
    world.at(until, [sleeper] { sleeper.resume(); });
  }
  void await_resume() const noexcept {}
};

struct Answered {
  World& world;
  Send request;
  std::optional<HttpReply> reply{};
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> sender) {
    world.send(std::move(request), [this, sender](HttpReply const& answer) {
      reply = answer;
      sender.resume();
    });
  }
  HttpReply await_resume() { return std::move(*reply); }
};

// The coroutine driver.
template <class Machine>
Task complete(World& world, Machine& machine) {
  for (;;) {
    auto step = machine.next(world.runtime.time);
    if (auto* send = std::get_if<Send>(&step)) {
      Answered answered{world, std::move(*send)};
      HttpReply const reply = co_await answered;
      machine.receive(reply, world.runtime.time);
    } else if (auto const* wait = std::get_if<Wait>(&step)) {
      co_await Asleep{world, wait->until};
    } else if (!Sink{world.run}(std::move(step))) {
      co_return;
    }
  }
}

Task everything(World& world) {
  Entropy const entropy{world.runtime};
  Call<StartFHIRExportJob> start{virtual_time::start_input(), virtual_time::endpoint(), world.session, entropy};
  co_await complete(world, start);
  Waiter<FHIRExportJobCompleted> wait{
      virtual_time::describe_input(), virtual_time::endpoint(), world.session, entropy, CallOptions{}, patient};
  co_await complete(world, wait);
  Pager<ListFHIRExportJobs> list{virtual_time::list_input(), virtual_time::endpoint(), world.session, entropy};
  co_await complete(world, list);
}

Run run_by_coroutines() {
  World world;
  Task task = everything(world);
  task.begin();
  world.loop();
  CHECK(task.done());
  return world.run;
}
#endif

// That two runs are the same, said part by part.
void compare(Run const& a, Run const& b) {
  REQUIRE(a.sent.size() == b.sent.size());
  for (std::size_t i = 0; i < a.sent.size(); ++i) {
    CAPTURE(i);
    CHECK(a.sent[i].at == b.sent[i].at);
    CHECK(a.sent[i].request.body == b.sent[i].request.body);
    CHECK(virtual_time::header(a.sent[i].request, "amz-sdk-request") ==
          virtual_time::header(b.sent[i].request, "amz-sdk-request"));
  }
  CHECK(a == b);
}
}  // namespace

TEST_CASE("drivers: the blocking client plays the whole scenario") {
  Run const run = run_blocking();
  CHECK(run.job == "job-1");
  CHECK(run.start_attempts == 2);
  CHECK(run.end == WaitEnd::success);
  CHECK(run.polls == 3);
  CHECK(run.pages == std::vector<std::string>{"one", "two", "three"});
  CHECK(run.page_count == 3);
  // Each retry got back what it took, and each other call gave one, up to what the quota holds.
  CHECK(run.quota == 500);
  REQUIRE(run.sent.size() == 9);
  std::vector<std::string> attempts;
  for (auto const& sent : run.sent)
    attempts.push_back(virtual_time::header(sent.request, "X-Amz-Target").substr(11) + " " +
                       virtual_time::header(sent.request, "amz-sdk-request").substr(0, 9));
  CHECK(attempts == std::vector<std::string>{"StartFHIRExportJob attempt=1", "StartFHIRExportJob attempt=2",
                                             "DescribeFHIRExportJob attempt=1", "DescribeFHIRExportJob attempt=1",
                                             "DescribeFHIRExportJob attempt=2", "DescribeFHIRExportJob attempt=1",
                                             "ListFHIRExportJobs attempt=1", "ListFHIRExportJobs attempt=1",
                                             "ListFHIRExportJobs attempt=1"});
  CHECK(run.sent[0].request.body == run.sent[1].request.body);
  CHECK(run.sent[0].at == 0);
  // Behind the back-off, which is up to a second.
  CHECK(run.sent[1].at >= 80);
  CHECK(run.sent[1].at <= 1080);
  CHECK(run.sent[2].at == run.sent[1].at + 120);
  CHECK(run.sent[3].at == run.sent[2].at + 30 + 10'000);
  CHECK(run.sent[5].at == run.sent[4].at + 30 + 10'000);
  CHECK(run.ended_at == run.sent[8].at + 10);
}

TEST_CASE("drivers: callbacks send the same at the same times, with the same results") {
  compare(run_blocking(), run_by_callbacks());
}

#ifdef __cpp_impl_coroutine
TEST_CASE("drivers: coroutines send the same at the same times, with the same results") {
  compare(run_blocking(), run_by_coroutines());
}
#endif
