// Invariants: an exception from an allocation, the clock, the source of numbers or the signer leaves a machine as it
// was before the step, so that the step can be taken again; one out of a transport, or one that the reply of a Send
// fell to, counts as a lost reply. Whatever throws, no more requests are sent than the attempts allow, and a machine
// that goes on has the same result in the end.
//
// A program of its own, for it replaces `operator new` (failing.hpp): each allocation in turn fails.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "../support/virtual_time.hpp"
#include "failing.hpp"
#include "healthlake/client.hpp"
#include "healthlake/core/print.hpp"
#include "healthlake/flow/timers.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

using namespace healthlake;
using namespace virtual_time;
using TestRuntime = virtual_time::Runtime;
using namespace failing;

// Never inlined, or g++ takes them for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (!fails())
    if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

// What becomes of a reply that `receive` threw at.
enum class Reply { given_again, lost };

// Credentials and a signer that outlive the runs.
Credentials const credentials{"AKIDEXAMPLE", Secret{"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"},
                              Secret{"IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDk"}};

// Takes a step until it does not throw.
template <class F>
auto insist(F step) {
  for (;;) try {
      return step();
    } catch (std::bad_alloc const&) {
    }
}

struct Run {
  std::vector<std::string> results{};
  std::size_t sends = 0;
};

// Drives a machine over a script of replies. `show` turns what a step holds into a string, or nothing.
template <class Machine, class Show>
Run drive(Machine& machine, std::vector<HttpReply> const& script, Reply kept, Show show) {
  Run run = unharmed([&] {
    Run fresh;
    fresh.results.reserve(16);
    return fresh;
  });
  SigV4<Sha256> signer;
  Timestamp now = noon;
  std::size_t next_reply = 0;
  for (int steps = 0; steps < 100; ++steps) {
    auto step = insist([&] { return machine.next(now); });
    if (auto const* wait = std::get_if<Wait>(&step)) {
      now = wait->until;
      continue;
    }
    auto const* send = std::get_if<Send>(&step);
    if (send == nullptr) {
      auto shown = unharmed([&] { return show(step); });
      unharmed([&] { return run.results.push_back(std::move(shown.first)), 0; });
      if (shown.second) return run;
      continue;
    }
    insist([&] { return sign(*send, signer, credentials, "us-east-1").has_value(); });
    ++run.sends;
    HttpReply const& reply = script.at(next_reply);
    ++next_reply;
    for (;;) try {
        machine.receive(reply, now);
        break;
      } catch (std::bad_alloc const&) {
        if (kept == Reply::lost) break;
      }
  }
  FAIL("the machine does not end");
  return run;
}

HttpReply throttled() {
  return service_error(429, "ThrottlingException", {{"x-amzn-RequestId", "a-request-id-of-its-own"}});
}

std::string text_of(Error const& error) { return "error: " + to_string(error); }

// Runs `make_and_drive(kept)` with each allocation failing in turn, and compares with an undisturbed run.
template <class Once>
void fail_each(Once once, std::size_t max_sends) {
  Run const expected = once(Reply::given_again);
  for (Reply const kept : {Reply::given_again, Reply::lost}) {
    long n = 0;
    for (;; ++n) {
      REQUIRE(n < 5000);
      bool hit = false;
      Run run;
      {
        Failing failing{n};
        run = once(kept);
        hit = Failing::hit();
      }
      CAPTURE(n);
      REQUIRE(run.sends <= max_sends);
      if (kept == Reply::given_again) {
        REQUIRE(run.sends == expected.sends);
        REQUIRE(run.results == expected.results);
      }
      if (!hit) break;
    }
    // As many points as there are allocations: more than a few, or nothing was failed at all.
    CHECK(n > 10);
  }
}

}  // namespace

namespace {
using Start = Call<StartFHIRExportJob>;

void check_lost(Start::Outcome const& result) {
  REQUIRE_FALSE(result);
  CHECK(result.error().gave_up == GaveUp::max_attempts);
  auto const* transport = result.error().as<TransportError>();
  REQUIRE(transport);
  CHECK(transport->reason == TransportReason::connection_lost);
  CHECK(transport->may_have_reached_server);
}
}  // namespace

TEST_CASE("exceptions: each allocation of a call may fail") {
  std::vector<HttpReply> const replies{throttled(), throttled(), started("a-job-whose-id-is-long-enough-for-the-heap"),
                                       started("another")};
  auto const input = start_input();
  auto const where = endpoint();
  auto const once = [&](Reply kept) {
    TestRuntime runtime = without_jitter();
    Session session;
    auto call = insist([&] { return Start{input, where, session, Entropy{runtime}}; });
    Run run = drive(call, replies, kept, [](auto& step) {
      auto& result = std::get<Done<Start::Outcome>>(step).result;
      return std::pair{
          result ? to_string(result->output) + std::to_string(result->metadata.attempts) : text_of(result.error()),
          true};
    });
    CHECK(call.attempts() <= 3);
    unharmed([&] { return run.results.push_back(std::to_string(session.quota.left())), 0; });
    return run;
  };
  fail_each(once, 3);
}

TEST_CASE("exceptions: each allocation of a call that fails in the end may fail") {
  std::vector<HttpReply> const replies{throttled(), throttled(), throttled(), throttled()};
  auto const input = start_input();
  auto const where = endpoint();
  fail_each(
      [&](Reply kept) {
        TestRuntime runtime = without_jitter();
        Session session;
        auto call = insist([&] { return Start{input, where, session, Entropy{runtime}}; });
        return drive(call, replies, kept, [](auto& step) {
          return std::pair{text_of(std::get<Done<Start::Outcome>>(step).result.error()), true};
        });
      },
      3);
}

TEST_CASE("exceptions: each allocation of a waiter may fail") {
  std::vector<HttpReply> const replies{described("IN_PROGRESS"), throttled(),
                                       described("IN_PROGRESS"), described("COMPLETED"),
                                       described("COMPLETED"),   described("COMPLETED")};
  auto const input = describe_input();
  auto const where = endpoint();
  using W = Waiter<FHIRExportJobCompleted>;
  fail_each(
      [&](Reply kept) {
        TestRuntime runtime = without_jitter();
        Session session;
        auto waiter = insist([&] { return W{input, where, session, Entropy{runtime}}; });
        return drive(waiter, replies, kept, [](auto& step) {
          auto& result = std::get<Done<W::Outcome>>(step).result;
          return std::pair{(result.last ? to_string(result.last->output) : "") + std::to_string(result.polls) +
                               std::to_string(static_cast<int>(result.end)),
                           true};
        });
      },
      5);
}

TEST_CASE("exceptions: each allocation of a pager may fail") {
  std::string const token = "a-token-that-is-too-long-for-a-small-buffer-";
  std::vector<HttpReply> const replies{page("job-1", token + "1"), page("job-2", token + "2"),
                                       page("job-3", token + "3"), page("job-4", token + "3"), page("job-5")};
  auto const input = list_input();
  auto const where = endpoint();
  using P = Pager<ListFHIRExportJobs>;
  fail_each(
      [&](Reply kept) {
        TestRuntime runtime = without_jitter();
        Session session;
        auto pager = insist([&] { return P{input, where, session, Entropy{runtime}}; });
        return drive(pager, replies, kept, [](auto& step) {
          if (auto* one = std::get_if<Page<P::Output>>(&step)) return std::pair{to_string(one->response.output), false};
          auto& result = std::get<Done<P::Outcome>>(step).result;
          return std::pair{result ? std::to_string(*result) : text_of(result.error()), true};
        });
      },
      5);
}

TEST_CASE("exceptions: a machine that can take in no reply sends no more often than it may") {
  TestRuntime runtime = without_jitter();
  Session session;
  Start call{start_input(), endpoint(), session, Entropy{runtime}, {.retry = {.max_attempts = 2}}};
  HttpReply const reply = throttled();
  Timestamp now = noon;
  int sends = 0;
  for (int round = 0; round < 10; ++round) {
    auto const step = call.next(now);
    if (auto const* wait = std::get_if<Wait>(&step)) {
      now = wait->until;
    } else if (std::holds_alternative<Send>(step)) {
      ++sends;
      Failing failing{0, true};
      CHECK_THROWS_AS(call.receive(reply, now), std::bad_alloc);
      CHECK(call.state() == CallState::sent);
    } else {
      check_lost(std::get<Done<Start::Outcome>>(step).result);
      CHECK(sends == 2);
      return;
    }
  }
  FAIL("the call does not end");
}

TEST_CASE("exceptions: each allocation of a signature may fail, and the next one is right") {
  SigV4<Sha256> fresh;
  HttpRequest request{.authority = "healthlake.us-east-1.amazonaws.com", .body = "{}"};
  request.headers.add("X-Amz-Target", "HealthLake.DescribeFHIRExportJob");
  SigningContext const context{.region = "us-east-1", .time = noon};
  auto const expected = fresh.sign(request, credentials, context);
  REQUIRE(expected);
  long n = 0;
  for (bool thrown = true; thrown; ++n) {
    SigV4<Sha256> signer;
    // Another key, region and day first, so that there is something to mix up.
    REQUIRE(signer.sign(request, {"AKIDOTHER", Secret{"other"}, {}}, {.region = "eu-west-1", .time = Timestamp{}}));
    thrown = false;
    try {
      Failing failing{n};
      static_cast<void>(signer.sign(request, credentials, context));
    } catch (std::bad_alloc const&) {
      thrown = true;
    }
    auto const again = signer.sign(request, credentials, context);
    REQUIRE(again);
    REQUIRE(*again == *expected);
  }
  CHECK(n > 3);
}

namespace {

// Throws what a test sets.
struct Thrower : TestRuntime {
  int clock_until = -1;
  int numbers_until = -1;

  static void count(int& until) {
    if (until >= 0 && until-- == 0) throw std::runtime_error{"by the caller"};
  }
  Timestamp now() {
    count(clock_until);
    return time;
  }
  std::uint64_t random() {
    count(numbers_until);
    return TestRuntime::random();
  }
};
struct CountingTransport {
  std::size_t sends = 0;
  bool throws = false;
  HttpReply reply = throttled();

  HttpReply send(HttpRequest const&) {
    ++sends;
    if (throws) throw std::runtime_error{"by the transport"};
    return reply;
  }
};

}  // namespace

TEST_CASE("exceptions: each allocation of a client's call may fail, and the client goes on") {
  CountingTransport transport;
  transport.reply = started("a-job-whose-id-is-long-enough-for-the-heap");
  SigV4<Sha256> signer;
  TestRuntime runtime = without_jitter();
  Client client{transport, signer, runtime,
                ClientOptions{.region = "us-east-1", .credentials = credentials, .endpoint = endpoint()}};
  auto const input = start_input();
  for (long n = 0;; ++n) {
    REQUIRE(n < 1000);
    transport.sends = 0;
    bool thrown = false;
    try {
      Failing failing{n};
      auto const result = client.start_fhir_export_job(input);
      REQUIRE(result);
    } catch (std::bad_alloc const&) {
      thrown = true;
    }
    REQUIRE(transport.sends <= 1);
    auto const again = client.start_fhir_export_job(input);
    REQUIRE(again);
    REQUIRE(again->output.job_id == "a-job-whose-id-is-long-enough-for-the-heap");
    if (!thrown) break;
  }
  CHECK(client.session().quota.left() == 500);
}

namespace {
// Takes every step again that throws, until the call is done.
template <class T, class R>
Start::Outcome insist_on(T& transport, R& runtime, Session& session) {
  SigV4<Sha256> signer;
  std::optional<Start> call;
  for (int round = 0; round < 40; ++round) try {
      if (!call) call.emplace(start_input(), endpoint(), session, Entropy{runtime});
      auto step = call->next(runtime.now());
      if (auto* done = std::get_if<Done<Start::Outcome>>(&step)) return std::move(done->result);
      static_cast<void>(take_step(*call, step, transport, signer, runtime, credentials, "us-east-1"));
    } catch (std::runtime_error const&) {
    }
  FAIL("the call does not end");
  return Unexpected{Error{SetupError{}}};
}
}  // namespace

TEST_CASE("exceptions: one out of a transport counts as a lost reply") {
  CountingTransport transport{.throws = true};
  TestRuntime runtime = without_jitter();
  Session session;
  check_lost(insist_on(transport, runtime, session));
  CHECK(transport.sends == 3);
  CHECK(session.quota.left() < 500);
}

TEST_CASE("exceptions: the clock and the source of numbers may throw at any time") {
  for (bool const clock : {true, false})
    for (int n = 0; n < 20; ++n) {
      CAPTURE(clock);
      CAPTURE(n);
      CountingTransport transport;
      Thrower runtime;
      (clock ? runtime.clock_until : runtime.numbers_until) = n;
      Session session;
      auto const result = insist_on(transport, runtime, session);
      CHECK(transport.sends == 3);
      REQUIRE_FALSE(result);
      CHECK(result.error().gave_up == GaveUp::max_attempts);
      // Two retries of throttling, or one and a lost connection: nothing was taken twice.
      CHECK((session.quota.left() == 490 || session.quota.left() == 481));
    }
}

TEST_CASE("exceptions: a timer that cannot be set for want of memory leaves the others as they were") {
  bool failed = true;
  for (long n = 0; failed; ++n) {
    Timers timers;
    timers.set(1, noon + seconds(2), noon);
    timers.set(0, noon + seconds(1), noon);
    try {
      Failing const failing{n};
      timers.set(500, noon, noon);
      failed = false;
    } catch (std::bad_alloc const&) {
      CHECK(timers.size() == 2);
      CHECK(timers.left(noon) == seconds(1));
      timers.set(500, noon, noon);
    }
    CHECK(timers.take(noon) == 500U);
    CHECK(timers.take(noon + seconds(2)) == 0U);
    CHECK(timers.take(noon + seconds(2)) == 1U);
  }
}
