// Invariant: every machine can be made within a co_await expression, from lvalues, copies and by move, and what they
// hold is destroyed once. A program of its own, under AddressSanitizer: g++ 12 makes a coroutine's copy of a
// temporary byte by byte where a parameter of class type has a default, and frees what it never allocated.
#include <coroutine>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <variant>

#include "healthlake/flow/observe.hpp"
#include "healthlake/flow/pager.hpp"
#include "healthlake/flow/waiter.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/server/dispatch.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

using namespace healthlake;

namespace {

struct Task {
  struct promise_type {
    static Task get_return_object() noexcept { return {}; }
    static std::suspend_never initial_suspend() noexcept { return {}; }
    static std::suspend_never final_suspend() noexcept { return {}; }
    static void return_void() noexcept {}
    static void unhandled_exception() noexcept { std::terminate(); }
  };
};

// Takes the first step of a machine across a suspension; true if that is a Send.
template <class Machine>
struct FirstStep {
  Machine machine;

  static bool await_ready() noexcept { return false; }
  static void await_suspend(std::coroutine_handle<> coroutine) { coroutine.resume(); }
  bool await_resume() { return std::holds_alternative<Send>(machine.next(Timestamp::from_seconds(1'800'000'000))); }
};
template <class Machine>
FirstStep<Machine> drive(Machine machine) {
  return {std::move(machine)};
}
// The same for what is no machine.
template <class Value>
struct Kept {
  Value value;

  static bool await_ready() noexcept { return false; }
  static void await_suspend(std::coroutine_handle<> coroutine) { coroutine.resume(); }
  static bool await_resume() noexcept { return true; }
};
template <class Value>
Kept<Value> keep(Value value) {
  return {std::move(value)};
}

int failures = 0;
void check(bool holds, char const* what) {
  if (holds) return;
  std::printf("%s: no Send\n", what);
  ++failures;
}

// All strings are too long for the small buffer.
Session session;
auto random_number = [state = std::uint64_t{1}]() mutable { return state *= 6364136223846793005u; };
Endpoint const endpoint{.authority = "healthlake.us-east-1.amazonaws.com", .path = "/a/path/that/is/long"};
std::string const datastore = "c0ffee00c0ffee00c0ffee00c0ffee00";
std::string const job = "0123456789abcdef0123456789abcdef";
using Describe = DescribeFHIRExportJob;
using List = ListFHIRExportJobs;
using Completed = FHIRExportJobCompleted;

Task calls() {
  Describe::Input const input{.datastore_id = datastore, .job_id = job};
  CallOptions const options;
  HttpRequest memory{.authority = datastore, .body = job};
  Entropy const entropy{random_number};
  check(co_await drive(Call<Describe>{input, endpoint, session, entropy}), "Call");
  check(co_await drive(Call<Describe>{input, endpoint, session, Entropy{random_number}}), "Call, Entropy made here");
  check(co_await drive(Call<Describe>{input, endpoint, session, entropy, {}}), "Call, {}");
  check(co_await drive(Call<Describe>{input, endpoint, session, entropy, options}), "Call, options");
  check(co_await drive(Call<Describe>{input, endpoint, session, entropy, options, std::move(memory)}), "Call, memory");
  Call<Describe> before{input, endpoint, session, entropy};
  check(co_await drive(Call<Describe>{input, endpoint, session, entropy, options, before.take_request()}),
        "Call, memory of another one");
}

Task waiters() {
  Describe::Input input{.datastore_id = datastore, .job_id = job};
  WaitOptions const patience{.max_attempts = 0};
  Entropy const entropy{random_number};
  check(co_await drive(Waiter<Completed>{input, endpoint, session, entropy}), "Waiter");
  check(co_await drive(Waiter<Completed>{input, endpoint, session, entropy, {}, patience}), "Waiter, patience");
  check(co_await drive(Waiter<Completed>{input, endpoint, session, entropy, {}, {.max_attempts = 0}}), "Waiter, {}");
  check(co_await drive(Waiter<Completed>{Describe::Input{input}, endpoint, session, entropy}), "Waiter, a copy");
  check(co_await drive(Waiter<Completed>{std::move(input), endpoint, session, entropy}), "Waiter, moved");
}

Task pagers() {
  List::Input input{.datastore_id = datastore, .next_token = job};
  Entropy const entropy{random_number};
  check(co_await drive(Pager<List>{input, endpoint, session, entropy}), "Pager");
  check(co_await drive(Pager<List>{input, endpoint, session, entropy, {}}), "Pager, {}");
  check(co_await drive(Pager<List>{List::Input{input}, endpoint, session, entropy}), "Pager, a copy");
  check(co_await drive(Pager<List>{std::move(input), endpoint, session, entropy}), "Pager, moved");
}

struct Outcomes {
  static void on_outcome(OutcomeReport const&) {}
} outcomes;

Task observed() {
  Describe::Input const input{.datastore_id = datastore, .job_id = job};
  Entropy const entropy{random_number};
  check(co_await drive(Observed{Call<Describe>{input, endpoint, session, entropy}, outcomes}), "Observed, Call");
  check(co_await drive(Observed{Waiter<Completed>{input, endpoint, session, entropy}, outcomes}), "Observed, Waiter");
  List::Input const list{.datastore_id = datastore, .next_token = job};
  check(co_await drive(Observed{Pager<List>{list, endpoint, session, entropy}, outcomes}), "Observed, Pager");
}

Task others() {
  check(co_await keep(SigV4<Sha256>{Sha256{}}), "SigV4");
  check(co_await keep(SigV4<Sha256>{Sha256{}, {.sign_body = true}}), "SigV4, options");
  check(co_await keep(Dispatcher{}), "Dispatcher");
  check(co_await keep(RetryPolicy{}), "RetryPolicy");
}

}  // namespace

int main() {
  calls();
  waiters();
  pagers();
  observed();
  others();
  return failures == 0 ? 0 : 1;
}
