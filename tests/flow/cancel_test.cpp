// The invariant: whatever runs can be ended at any time, in one way for all; what was ended is told apart from what
// failed, and can go on where it was, with the same token. Nothing spins meanwhile.
#include <doctest/doctest.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "../support/virtual_time.hpp"
#include "healthlake/client.hpp"

using namespace healthlake;
using virtual_time::described;
using virtual_time::header;
using virtual_time::http;
using virtual_time::noon;
using virtual_time::page;
using virtual_time::seconds;
using virtual_time::service_error;
using virtual_time::started;
using virtual_time::transport_error;

namespace {
using Start = Call<StartFHIRExportJob>;
using JobWaiter = Waiter<FHIRExportJobCompleted>;

HttpReply busy() { return service_error(429, "ThrottlingException"); }
HttpReply cancelled_by_transport(bool may_have_reached_server) {
  return Unexpected{TransportError{TransportReason::cancelled, "by its owner", may_have_reached_server}};
}

struct Strict {
  struct Nothing {
    static consteval auto shape() { return structure("Nothing"); }
  };
  static constexpr std::string_view name = "Strict";
  using Input = Nothing;
  using Output = Nothing;
  using Errors = healthlake::Errors<>;
};

struct Bench {
  virtual_time::Runtime runtime = virtual_time::without_jitter();
  Session session{};
  Start start(CallOptions const& options = {}) {
    return {virtual_time::start_input(), virtual_time::endpoint(), session, Entropy{runtime}, options};
  }
  JobWaiter waiter(WaitOptions const& options = {}) {
    return {virtual_time::describe_input(), virtual_time::endpoint(), session, Entropy{runtime}, {}, options};
  }
};

template <class Machine>
typename Machine::Outcome done_of(Machine& machine, Timestamp now) {
  auto step = machine.next(now);
  REQUIRE(std::holds_alternative<Done<typename Machine::Outcome>>(step));
  return std::get<Done<typename Machine::Outcome>>(std::move(step)).result;
}
HttpRequest sent_by(Start& call, Timestamp now) {
  auto const step = call.next(now);
  REQUIRE(std::holds_alternative<Send>(step));
  return std::get<Send>(step).request();
}
void check_cancelled(Start::Outcome const& outcome, Effect effect, std::string const& token) {
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().cancelled());
  CHECK(outcome.error().gave_up == GaveUp::cancelled);
  CHECK(outcome.error().effect == effect);
  CHECK(outcome.error().client_token == token);
}

// What a driver is made of, over a runtime of one's own.
template <class R>
struct Driven {
  explicit Driven(std::deque<virtual_time::Exchange> script) : transport{runtime, std::move(script)} {}
  R runtime{};
  virtual_time::Transport transport;
  NoSigner signer{};
  Client<virtual_time::Transport, NoSigner, R> client{transport, signer, runtime, {.region = "us-east-1"}};
};
std::deque<virtual_time::Exchange> polls(int count) {
  std::deque<virtual_time::Exchange> script;
  for (int i = 0; i < count; ++i) script.push_back({described("IN_PROGRESS"), {}});
  return script;
}
// Each sleep takes this part of a thousand of its time.
struct Hasty : virtual_time::Runtime {
  std::int64_t part = 0;
  void sleep(Milliseconds length) { virtual_time::Runtime::sleep({length.count * part / 1000}); }
};
}  // namespace

TEST_CASE("cancel: a call goes on with its token and the number of its attempt, wherever it was") {
  Bench bench;
  auto call = bench.start();
  SUBCASE("before the first attempt") {
    call.cancel();
    CHECK(call.done());
    auto const outcome = call.result();
    REQUIRE_FALSE(outcome);
    check_cancelled(outcome, Effect::none, outcome.error().client_token);
    REQUIRE(call.resume());
    auto const request = sent_by(call, noon);
    CHECK(virtual_time::body_member(request, "ClientToken") == outcome.error().client_token);
    CHECK(header(request, "amz-sdk-request") == "attempt=1; max=3");
  }
  SUBCASE("while a request is under way") {
    auto const before = sent_by(call, noon);
    call.cancel();
    for (int again = 0; again < 2; ++again)
      check_cancelled(done_of(call, noon), Effect::possible, virtual_time::body_member(before, "ClientToken"));
    call.receive(started("too-late"), noon);
    CHECK(call.state() == CallState::cancelled);
    REQUIRE(call.resume());
    CHECK(sent_by(call, noon + seconds(3600)) == before);
  }
  SUBCASE("in the last attempt") {
    for (int i = 0; i < 2; ++i) {
      sent_by(call, noon + seconds(60 * i));
      call.receive(busy(), noon + seconds(60 * i));
    }
    auto const before = sent_by(call, noon + seconds(200));
    call.cancel();
    REQUIRE(call.resume());
    CHECK(sent_by(call, noon + seconds(200)) == before);
    CHECK(header(before, "amz-sdk-request") == "attempt=3; max=3");
  }
  SUBCASE("during a pause, which lasts to its end") {
    auto const before = sent_by(call, noon);
    call.receive(busy(), noon);
    call.cancel();
    check_cancelled(done_of(call, noon), Effect::none, virtual_time::body_member(before, "ClientToken"));
    REQUIRE(call.resume());
    auto const step = call.next(noon + Milliseconds{300});
    REQUIRE(std::holds_alternative<Wait>(step));
    CHECK(std::get<Wait>(step).until == noon + seconds(1));
    auto const after = sent_by(call, noon + seconds(1));
    CHECK(after.body == before.body);
    CHECK(header(after, "amz-sdk-request") == "attempt=2; max=3");
  }
  call.receive(started("job-3"), noon + seconds(9000));
  auto const outcome = call.result();
  REQUIRE(outcome);
  CHECK(outcome->output.job_id == "job-3");
  CHECK_FALSE(call.resume());
}

TEST_CASE("cancel: what is done stays done") {
  Bench bench;
  auto call = bench.start();
  sent_by(call, noon);
  call.receive(started(), noon);
  call.cancel();
  CHECK(call.result());
  auto waiter = bench.waiter();
  CHECK(std::holds_alternative<Send>(waiter.next(noon)));
  waiter.receive(described("COMPLETED"), noon);
  waiter.cancel();
  CHECK_FALSE(waiter.resume());
  CHECK(done_of(waiter, noon).end == WaitEnd::success);
}

TEST_CASE("cancel: a transport that was told to stop cancels the call, which may be resumed") {
  for (bool const reached : {true, false}) {
    Bench bench;
    auto call = bench.start();
    auto const before = sent_by(call, noon);
    call.receive(cancelled_by_transport(reached), noon);
    CHECK(call.state() == CallState::cancelled);
    auto const outcome = call.result();
    check_cancelled(outcome, reached ? Effect::possible : Effect::none,
                    virtual_time::body_member(before, "ClientToken"));
    CHECK(outcome.error().as<TransportError>()->message == "by its owner");
    REQUIRE(call.resume());
    CHECK(sent_by(call, noon) == before);
  }
}

TEST_CASE("cancel: what must not run twice is not resumed where it may have run") {
  Bench bench;
  auto const strict = [&](bool repeat_any = false) {
    return Call<Strict>{
        {}, virtual_time::endpoint(), bench.session, Entropy{bench.runtime}, {.retry = {.repeat_any = repeat_any}}};
  };
  auto sent = strict();
  CHECK(std::holds_alternative<Send>(sent.next(noon)));
  sent.cancel();
  CHECK_FALSE(sent.resume());
  CHECK(sent.result().error().effect == Effect::possible);
  auto unsent = strict();
  unsent.cancel();
  CHECK(unsent.resume());
  auto not_reached = strict();
  CHECK(std::holds_alternative<Send>(not_reached.next(noon)));
  not_reached.receive(cancelled_by_transport(false), noon);
  CHECK(not_reached.resume());
  auto allowed = strict(true);
  CHECK(std::holds_alternative<Send>(allowed.next(noon)));
  allowed.cancel();
  CHECK(allowed.resume());
}

TEST_CASE("cancel: a call that is resumed has the whole of its time again") {
  Bench bench;
  auto call = bench.start({.timeout = seconds(10)});
  sent_by(call, noon);
  sent_by(call, noon + seconds(9));
  call.cancel();
  REQUIRE(call.resume());
  auto const step = call.next(noon + seconds(86'400));
  REQUIRE(std::holds_alternative<Send>(step));
  CHECK(std::get<Send>(step).timeout == seconds(10));
}

TEST_CASE("cancel: a wait keeps its count, and goes on with the poll that was dropped or with its pause") {
  Bench bench;
  auto waiter = bench.waiter();
  CHECK(std::holds_alternative<Send>(waiter.next(noon)));
  waiter.receive(described("SUBMITTED"), noon);
  waiter.cancel();
  auto const first = done_of(waiter, noon);
  CHECK(first.end == WaitEnd::cancelled);
  CHECK(first.polls == 1);
  REQUIRE(first.last);
  CHECK(first.last->output.export_job_properties.job_status == JobStatus::submitted);
  CHECK_FALSE(first.error);
  REQUIRE(waiter.resume());
  CHECK(std::get<Wait>(waiter.next(noon)).until == noon + seconds(120));
  CHECK(std::holds_alternative<Send>(waiter.next(noon + seconds(120))));
  waiter.cancel();
  auto const second = done_of(waiter, noon + seconds(120));
  CHECK(second.end == WaitEnd::cancelled);
  CHECK(second.polls == 1);
  REQUIRE(waiter.resume());
  CHECK(std::holds_alternative<Send>(waiter.next(noon + seconds(121))));
  waiter.receive(transport_error(TransportReason::cancelled), noon + seconds(121));
  CHECK(done_of(waiter, noon + seconds(121)).end == WaitEnd::cancelled);
  REQUIRE(waiter.resume());
  CHECK(std::holds_alternative<Send>(waiter.next(noon + seconds(122))));
  waiter.receive(described("COMPLETED"), noon + seconds(122));
  auto const last = done_of(waiter, noon + seconds(122));
  CHECK(last.end == WaitEnd::success);
  CHECK(last.polls == 2);
}

TEST_CASE("cancel: a list goes on with the page that was to come") {
  Bench bench;
  Pager<ListFHIRExportJobs> pager{virtual_time::list_input(), virtual_time::endpoint(), bench.session,
                                  Entropy{bench.runtime}};
  CHECK(std::holds_alternative<Send>(pager.next(noon)));
  pager.receive(page("a", "t1"), noon);
  CHECK(std::holds_alternative<Page<ListFHIRExportJobsResponse>>(pager.next(noon)));
  CHECK(std::holds_alternative<Send>(pager.next(noon)));
  pager.cancel();
  for (int again = 0; again < 2; ++again) {
    auto const step = pager.next(noon);
    auto const& outcome = std::get<Done<Pager<ListFHIRExportJobs>::Outcome>>(step).result;
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().cancelled());
  }
  REQUIRE(pager.resume());
  auto const step = pager.next(noon);
  CHECK(virtual_time::body_member(std::get<Send>(step).request(), "NextToken") == "t1");
  pager.receive(page("b"), noon);
  CHECK(std::holds_alternative<Page<ListFHIRExportJobsResponse>>(pager.next(noon)));
  auto const last = pager.next(noon);
  CHECK(std::get<Done<Pager<ListFHIRExportJobs>::Outcome>>(last).result.value_or(0) == 2);
}

TEST_CASE("cancel: on_poll and on_trouble say whether a wait goes on") {
  auto script = polls(2);
  script.push_back({http(403, "<html>"), {}});
  script.push_back({described("COMPLETED"), {}});
  SUBCASE("they may say nothing") {
    Driven<virtual_time::Runtime> driven{script};
    int seen = 0;
    int troubles = 0;
    auto const outcome = driven.client.wait<FHIRExportJobCompleted>(
        virtual_time::describe_input(), {}, [&](auto const&) { ++seen; }, [&](Error const&) { ++troubles; });
    CHECK(outcome.end == WaitEnd::success);
    CHECK(seen == 3);
    CHECK(troubles == 1);
  }
  SUBCASE("on_poll") {
    Driven<virtual_time::Runtime> driven{script};
    int left = 2;
    auto const outcome = driven.client.wait<FHIRExportJobCompleted>(virtual_time::describe_input(), {},
                                                                    [&](auto const&) { return --left > 0; });
    CHECK(outcome.end == WaitEnd::cancelled);
    CHECK(outcome.polls == 2);
    CHECK(outcome.last);
    CHECK(driven.runtime.sleeps.size() == 1);
  }
  SUBCASE("on_trouble") {
    Driven<virtual_time::Runtime> driven{script};
    std::string said;
    auto const outcome = driven.client.wait<FHIRExportJobCompleted>(
        virtual_time::describe_input(), {}, [](auto const&) {},
        [&](Error const& error) {
          said = to_string(error);
          return false;
        });
    CHECK(outcome.end == WaitEnd::cancelled);
    CHECK(outcome.polls == 3);
    CHECK(said.find("HTTP 403") != std::string::npos);
    REQUIRE(outcome.error);
    CHECK(outcome.error->http_status() == 403);
  }
  SUBCASE("the last answer is one all the same") {
    Driven<virtual_time::Runtime> driven{{{described("COMPLETED"), {}}}};
    CHECK(driven.client
              .wait<FHIRExportJobCompleted>(virtual_time::describe_input(), {}, [](auto const&) { return false; })
              .end == WaitEnd::success);
  }
}

TEST_CASE("cancel: a sleep that says it was interrupted ends the call, the wait and the list") {
  struct Interrupted : virtual_time::Runtime {
    int sleeps_left = 1;
    bool sleep(Milliseconds length) {
      virtual_time::Runtime::sleep(length);
      return sleeps_left-- > 0;
    }
  };
  Driven<Interrupted> waits{polls(3)};
  auto const wait = waits.client.wait<FHIRExportJobCompleted>(virtual_time::describe_input());
  CHECK(wait.end == WaitEnd::cancelled);
  CHECK(wait.polls == 2);
  CHECK(waits.runtime.sleeps.size() == 2);

  Driven<Interrupted> calls{{{busy(), {}}, {busy(), {}}}};
  auto const call = calls.client.start_fhir_export_job(virtual_time::start_input());
  REQUIRE_FALSE(call);
  CHECK(call.error().cancelled());
  CHECK(call.error().client_token.size() == 36);

  Driven<Interrupted> lists{{{page("a", "t1"), {}}, {busy(), {}}, {busy(), {}}}};
  auto const list = lists.client.pages<ListFHIRExportJobs>(virtual_time::list_input(), [](auto&&) { return true; });
  REQUIRE_FALSE(list);
  CHECK(list.error().cancelled());
}

TEST_CASE("cancel: sleeps that keep returning early end the wait, rather than be called for ever") {
  for (std::int64_t const part : {0, 1, 100}) {
    CAPTURE(part);
    Driven<Hasty> driven{polls(1)};
    driven.runtime.part = part;
    CHECK(driven.client.wait<FHIRExportJobCompleted>(virtual_time::describe_input()).end == WaitEnd::cancelled);
    CHECK(driven.runtime.sleeps.size() == 3);
  }
  for (std::int64_t const part : {499, 500, 999, 1000}) {
    CAPTURE(part);
    Driven<Hasty> driven{polls(5)};
    driven.runtime.part = part;
    CHECK(driven.client.wait<FHIRExportJobCompleted>(virtual_time::describe_input()).end == WaitEnd::timed_out);
    CHECK(driven.runtime.sleeps.size() < 100);
  }
}

TEST_CASE("cancel: a clock of coarse ticks, or one that is set back in a sleep, is not an interruption") {
  struct Coarse : virtual_time::Runtime {
    [[nodiscard]] Timestamp now() const { return {time.milliseconds / 16 * 16}; }
  };
  Driven<Coarse> coarse{polls(5)};
  CHECK(coarse.client.wait<FHIRExportJobCompleted>(virtual_time::describe_input(), {.delay = Milliseconds{3}}).end ==
        WaitEnd::timed_out);

  // By more than the sleep of two minutes, and by less.
  struct SetBack : virtual_time::Runtime {
    bool set = false;
    std::int64_t by = 0;
    void sleep(Milliseconds length) {
      virtual_time::Runtime::sleep(length);
      if (!std::exchange(set, true)) time = time - seconds(by);
    }
  };
  for (std::int64_t const by : {86'400, 120, 119, 90, 61}) {
    CAPTURE(by);
    Driven<SetBack> back{polls(5)};
    back.runtime.by = by;
    CHECK(back.client.wait<FHIRExportJobCompleted>(virtual_time::describe_input()).end == WaitEnd::timed_out);
  }

  // A scheduler that knows only whole ticks of 10 ms.
  struct Ticks : virtual_time::Runtime {
    void sleep(Milliseconds length) { virtual_time::Runtime::sleep({length.count / 10 * 10}); }
  };
  Driven<Ticks> ticks{polls(5)};
  CHECK(ticks.client.wait<FHIRExportJobCompleted>(virtual_time::describe_input(), {.delay = Milliseconds{1234}}).end ==
        WaitEnd::timed_out);

  // One that stands still would never let a pause end, however short.
  struct Still : virtual_time::Runtime {
    void sleep(Milliseconds length) { sleeps.push_back(length.count); }
  };
  for (std::int64_t const delay : {1, 30, 200}) {
    Driven<Still> still{polls(1)};
    CHECK(
        still.client.wait<FHIRExportJobCompleted>(virtual_time::describe_input(), {.delay = Milliseconds{delay}}).end ==
        WaitEnd::cancelled);
    CHECK(still.runtime.sleeps.size() <= 100);
  }
}
