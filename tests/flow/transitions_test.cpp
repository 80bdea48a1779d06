// The invariant: a machine does what its table says, no less and no more. Every row of every table is walked, each
// observed change of state is a walk along rows, and a reply for which the state has no row changes nothing.
#include "healthlake/flow/transitions.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "../support/virtual_time.hpp"
#include "healthlake/flow/pager.hpp"
#include "healthlake/flow/waiter.hpp"
#include "healthlake/model/export_job.hpp"

using namespace healthlake;
using namespace virtual_time;

namespace {
template <class Machine>
struct TableOf;
template <class Op>
struct TableOf<Call<Op>> {
  static constexpr auto& rows = call_transitions;
};
template <class W>
struct TableOf<Waiter<W>> {
  static constexpr auto& rows = wait_transitions;
};
template <class Op>
struct TableOf<Pager<Op>> {
  static constexpr auto& rows = pager_transitions;
};

template <class R>
constexpr StepKind kind_of(Done<R> const&) {
  return StepKind::done;
}
template <class O>
constexpr StepKind kind_of(Page<O> const&) {
  return StepKind::page;
}
constexpr StepKind kind_of(Send const&) { return StepKind::send; }
constexpr StepKind kind_of(Wait const&) { return StepKind::wait; }

// Walks a machine and its table side by side.
template <class Machine>
class Walk {
 public:
  static constexpr auto& rows = TableOf<Machine>::rows;
  using Event = decltype(rows[0].event);
  using State = decltype(rows[0].from);

  std::set<std::size_t> walked{};

  // `next` at this time is a walk over these events.
  void next(Machine& machine, Timestamp now, std::initializer_list<Event> events) {
    State const before = machine.state();
    StepKind const step = std::visit([](auto const& what) { return kind_of(what); }, machine.next(now));
    expect(before, events, machine.state(), step);
  }
  void receive(Machine& machine, HttpReply const& reply, Timestamp now, std::initializer_list<Event> events) {
    State const before = machine.state();
    machine.receive(reply, now);
    expect(before, events, machine.state(), StepKind::none);
  }
  void cancel(Machine& machine, std::initializer_list<Event> events) {
    State const before = machine.state();
    machine.cancel();
    expect(before, events, machine.state(), StepKind::none);
  }
  void resume(Machine& machine, std::initializer_list<Event> events) {
    State const before = machine.state();
    CHECK(machine.resume() == (events.size() != 0));
    expect(before, events, machine.state(), StepKind::none);
  }
  void expect(State from, std::initializer_list<Event> events, State to, StepKind step) {
    State at = from;
    StepKind last = StepKind::none;
    for (Event const event : events) {
      // Only the last of several transitions returns a step.
      CHECK(last == StepKind::none);
      std::string const name{to_string(event)};
      CAPTURE(name);
      std::size_t const row = find(at, event);
      REQUIRE(row < rows.size());
      walked.insert(row);
      at = rows[row].to;
      last = rows[row].step;
    }
    CHECK(to_string(at) == to_string(to));
    CHECK(to_string(last) == to_string(step));
  }
  static std::size_t find(State from, Event event) {
    std::size_t row = 0;
    while (row < rows.size() && !(rows[row].from == from && rows[row].event == event)) ++row;
    return row;
  }
  // Whether rows lead from one state to another, with this step on the last of them and none before.
  static bool leads(State from, State to, StepKind step, std::size_t rows_left = 4) {
    if (step == StepKind::none && from == to) return true;
    if (rows_left == 0) return false;
    for (auto const& row : rows) {
      if (row.from != from) continue;
      if (row.step == step && row.to == to) return true;
      if (row.step == StepKind::none && leads(row.to, to, step, rows_left - 1)) return true;
    }
    return false;
  }
  void check_all_walked() const { CHECK(walked.size() == rows.size()); }
};

using Start = Call<StartFHIRExportJob>;
using JobWaiter = Waiter<FHIRExportJobCompleted>;
using Jobs = Pager<ListFHIRExportJobs>;

HttpReply throttled() { return service_error(429, "ThrottlingException"); }
HttpReply refused() { return service_error(400, "ValidationException"); }

struct Bench {
  Runtime runtime = without_jitter();
  Session session{};
  Start start(StartFHIRExportJobRequest const& input = start_input(), CallOptions const& options = {}) {
    return {input, endpoint(), session, Entropy{runtime}, options};
  }
  Start timed_start(Milliseconds timeout) { return start(start_input(), {.timeout = timeout}); }
  JobWaiter waiter(DescribeFHIRExportJobRequest const& input = describe_input(),
                   std::optional<Milliseconds> timeout = std::nullopt) {
    return {input,   endpoint(),
            session, Entropy{runtime},
            {},      {.delay = seconds(10), .max_attempts = 2U, .timeout = timeout}};
  }
  Jobs pager(ListFHIRExportJobsRequest const& input = list_input()) {
    return {input, endpoint(), session, Entropy{runtime}};
  }
};

// That what a machine returns in place of its result is the error of being asked twice.
template <class Outcome>
void check_no_result(Error const* error, Outcome const&) {
  REQUIRE(error != nullptr);
  REQUIRE(error->as<SetupError>() != nullptr);
  CHECK(error->as<SetupError>()->phase == SetupPhase::usage);
  CHECK_FALSE(error->as<SetupError>()->message.empty());
}

template <class Table>
void check_table(Table const& table) {
  for (auto const& row : table) {
    CHECK_FALSE(to_string(row.from).empty());
    CHECK_FALSE(to_string(row.event).empty());
    std::size_t same = 0;
    for (auto const& other : table) same += other.from == row.from && other.event == row.event ? 1 : 0;
    CHECK(same == 1);
  }
}
}  // namespace

TEST_CASE("transitions: a state has one row for an event") {
  check_table(call_transitions);
  check_table(wait_transitions);
  check_table(pager_transitions);
}

TEST_CASE("transitions: a call walks every row of its table") {
  using enum CallEvent;
  Bench bench;
  Walk<Start> walk;
  auto invalid = bench.start({});
  walk.expect(CallState::ready, {refused}, invalid.state(), StepKind::none);

  auto call = bench.start();
  CHECK(call.state() == CallState::ready);
  walk.receive(call, started(), noon, {});
  walk.next(call, noon, {next});
  walk.next(call, noon, {next});
  walk.receive(call, throttled(), noon, {retry});
  walk.receive(call, started(), noon, {});
  walk.next(call, noon, {early});
  walk.next(call, noon + seconds(1), {next});
  walk.receive(call, started(), noon + seconds(1), {success});
  walk.receive(call, throttled(), noon + seconds(1), {});
  walk.next(call, noon + seconds(1), {next});
  CHECK(call.state() == CallState::taken);
  walk.receive(call, started(), noon + seconds(1), {});
  walk.next(call, noon + seconds(1), {next});

  auto failing = bench.start();
  walk.next(failing, noon, {next});
  walk.receive(failing, ::refused(), noon, {failure});
  walk.cancel(failing, {});
  walk.resume(failing, {});

  auto never = bench.timed_start({});
  walk.next(never, noon, {out_of_time, next});
  auto silent = bench.timed_start(seconds(5));
  walk.next(silent, noon, {next});
  walk.next(silent, noon + seconds(5), {out_of_time, next});
  auto late = bench.timed_start(seconds(5));
  walk.next(late, noon, {next});
  walk.receive(late, throttled(), noon, {retry});
  walk.next(late, noon + seconds(5), {out_of_time, next});

  auto stopped = bench.start();
  walk.resume(stopped, {});
  walk.cancel(stopped, {cancel});
  walk.next(stopped, noon, {next});
  walk.receive(stopped, started(), noon, {});
  walk.resume(stopped, {resume});
  walk.next(stopped, noon, {next});
  walk.cancel(stopped, {cancel});
  walk.receive(stopped, started(), noon, {});
  walk.cancel(stopped, {});
  walk.resume(stopped, {resume});
  walk.next(stopped, noon, {next});
  walk.receive(stopped, transport_error(TransportReason::cancelled), noon, {cancel});
  walk.resume(stopped, {resume});
  walk.next(stopped, noon, {next});
  walk.receive(stopped, throttled(), noon, {retry});
  walk.cancel(stopped, {cancel});
  walk.resume(stopped, {resume});
  walk.next(stopped, noon, {early});
  walk.check_all_walked();
}

TEST_CASE("transitions: a waiter walks every row of its table") {
  using enum WaitEvent;
  Bench bench;
  Walk<JobWaiter> walk;
  auto invalid = bench.waiter({});
  walk.next(invalid, noon, {next, call_failed, next});

  auto good = bench.waiter();
  walk.receive(good, described("COMPLETED"), noon, {});
  walk.next(good, noon, {next, call_sends});
  walk.next(good, noon, {call_sends});
  walk.receive(good, throttled(), noon, {});
  walk.next(good, noon, {call_waits});
  walk.next(good, noon + seconds(1), {call_sends});
  walk.receive(good, described("IN_PROGRESS"), noon + seconds(1), {not_yet});
  walk.receive(good, described("COMPLETED"), noon + seconds(1), {});
  walk.next(good, noon + seconds(1), {early});
  walk.next(good, noon + seconds(11), {next, call_sends});
  walk.receive(good, described("COMPLETED"), noon + seconds(11), {success});
  walk.next(good, noon + seconds(11), {next});
  walk.receive(good, described("FAILED"), noon + seconds(11), {});
  walk.next(good, noon + seconds(11), {next});

  auto bad = bench.waiter();
  walk.next(bad, noon, {next, call_sends});
  walk.receive(bad, described("FAILED"), noon, {failure});

  auto late = bench.waiter();
  walk.next(late, noon, {next, call_sends});
  walk.receive(late, described("IN_PROGRESS"), noon, {not_yet});
  walk.next(late, noon + seconds(10), {next, call_sends});
  walk.receive(late, described("IN_PROGRESS"), noon + seconds(10), {timed_out});

  auto never = bench.waiter(describe_input(), Milliseconds{0});
  walk.next(never, noon, {timed_out, next});
  auto idle = bench.waiter(describe_input(), seconds(60));
  walk.next(idle, noon, {next, call_sends});
  walk.receive(idle, http(403, "<html>"), noon, {trouble});
  walk.next(idle, noon + seconds(60), {timed_out, next});

  auto stopped = bench.waiter();
  walk.resume(stopped, {});
  walk.cancel(stopped, {cancel});
  walk.next(stopped, noon, {next});
  walk.resume(stopped, {resume});
  walk.next(stopped, noon, {next, call_sends});
  walk.receive(stopped, transport_error(TransportReason::cancelled), noon, {cancel});
  walk.resume(stopped, {resume});
  walk.next(stopped, noon, {next, call_sends});
  walk.cancel(stopped, {cancel});
  walk.receive(stopped, described("COMPLETED"), noon, {});
  walk.cancel(stopped, {});
  walk.resume(stopped, {resume});
  walk.next(stopped, noon, {next, call_sends});
  walk.receive(stopped, described("IN_PROGRESS"), noon, {not_yet});
  walk.cancel(stopped, {cancel});
  walk.resume(stopped, {resume});
  walk.next(stopped, noon, {early});
  walk.check_all_walked();
}

TEST_CASE("transitions: a pager walks every row of its table") {
  using Event = PagerEvent;
  Bench bench;
  Walk<Jobs> walk;
  auto pager = bench.pager();
  walk.receive(pager, page("early"), noon, {});
  walk.next(pager, noon, {Event::next, Event::call_sends});
  walk.receive(pager, throttled(), noon, {});
  walk.next(pager, noon, {Event::call_waits});
  walk.next(pager, noon + seconds(1), {Event::call_sends});
  walk.receive(pager, page("one", "t1"), noon + seconds(1), {});
  walk.next(pager, noon + seconds(1), {Event::page});
  walk.next(pager, noon + seconds(1), {Event::next, Event::call_sends});
  walk.receive(pager, page("two"), noon + seconds(1), {});
  walk.next(pager, noon + seconds(1), {Event::last_page});
  walk.next(pager, noon + seconds(1), {Event::next});
  walk.next(pager, noon + seconds(1), {Event::next});

  auto circle = bench.pager({.datastore_id = "ds1", .next_token = "t1"});
  walk.next(circle, noon, {Event::next, Event::call_sends});
  walk.receive(circle, page("one", "t1"), noon, {});
  walk.next(circle, noon, {Event::repeated_token});

  auto failing = bench.pager();
  walk.next(failing, noon, {Event::next, Event::call_sends});
  walk.receive(failing, refused(), noon, {});
  walk.next(failing, noon, {Event::call_failed, Event::next});
  walk.cancel(failing, {});

  auto stopped = bench.pager();
  walk.resume(stopped, {});
  walk.cancel(stopped, {Event::cancel});
  walk.next(stopped, noon, {Event::next});
  walk.next(stopped, noon, {Event::next});
  walk.resume(stopped, {Event::resume});
  walk.next(stopped, noon, {Event::next, Event::call_sends});
  walk.cancel(stopped, {Event::cancel});
  walk.receive(stopped, page("late"), noon, {});
  walk.resume(stopped, {Event::resume});
  walk.next(stopped, noon, {Event::next, Event::call_sends});
  walk.receive(stopped, transport_error(TransportReason::cancelled), noon, {});
  walk.next(stopped, noon, {Event::cancel, Event::next});
  walk.check_all_walked();
}

TEST_CASE("transitions: a result is there once, and not before its time") {
  Bench bench;
  auto call = bench.start();
  auto const too_soon = call.result();
  REQUIRE_FALSE(too_soon);
  check_no_result(&too_soon.error(), too_soon);
  CHECK(call.state() == CallState::ready);
  CHECK(std::holds_alternative<Send>(call.next(noon)));
  call.receive(started(), noon);
  auto const first = call.result();
  REQUIRE(first);
  CHECK(first->output.job_id == "job-1");
  for (int again = 0; again < 2; ++again) {
    auto const second = call.result();
    REQUIRE_FALSE(second);
    check_no_result(&second.error(), second);
  }

  auto waiter = bench.waiter();
  CHECK(std::holds_alternative<Send>(waiter.next(noon)));
  waiter.receive(described("COMPLETED"), noon);
  using WaitDone = Done<JobWaiter::Outcome>;
  CHECK(std::get<WaitDone>(waiter.next(noon)).result.end == WaitEnd::success);
  auto const again = std::get<WaitDone>(waiter.next(noon)).result;
  CHECK(again.end == WaitEnd::call_failed);
  CHECK_FALSE(again.last);
  REQUIRE(again.error);
  check_no_result(&*again.error, again);
}

// Drives a machine by chance and checks that each change it makes is a walk along its table.
template <class Machine>
void drive_by_chance(Machine machine, std::vector<HttpReply> const& replies, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  Timestamp now = noon;
  for (int i = 0; i < 40; ++i) {
    auto const before = machine.state();
    StepKind step = StepKind::none;
    auto const chance = random() % 16;
    if (chance == 0) machine.cancel();
    else if (chance == 1) machine.resume();
    else if (chance % 2 == 0) step = std::visit([](auto const& what) { return kind_of(what); }, machine.next(now));
    else machine.receive(replies[random() % replies.size()], now);
    CAPTURE(i);
    CHECK(Walk<Machine>::leads(before, machine.state(), step));
    now = now + Milliseconds{static_cast<std::int64_t>(random() % 4000)};
  }
}

TEST_CASE("transitions: whatever is done to a machine, it keeps to its table") {
  Bench bench;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    drive_by_chance(bench.start(), {throttled(), throttled(), started(), refused(), http(200, "{")}, seed);
    drive_by_chance(bench.waiter(),
                    {throttled(), described("IN_PROGRESS"), described("COMPLETED"), described("FAILED"), refused()},
                    seed);
    drive_by_chance(bench.pager(), {throttled(), page("a", "t1"), page("b", "t2"), page("c"), refused()}, seed);
  }
}
