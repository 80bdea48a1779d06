// 100 exports in one thread, over a blocking HTTP client of somebody else: cpp-httplib.
//
// One request at a time, but all waits at once: while a hundred jobs run, the thread sleeps until the first poll is
// due. An exchange takes milliseconds and a job minutes, so that is enough for many jobs.
#include <poll.h>

#include <algorithm>

#include "healthlake/flow/timers.hpp"
#include "httplib_transport.hpp"
#include "interrupt.hpp"
#include "run.hpp"

using namespace healthlake;

static_assert(TimedTransport<loops::HttplibTransport>);

// Until the time has passed or a signal was caught.
static void sleep_for(Milliseconds time) {
  pollfd signal{.fd = loops::signal_descriptor(), .events = POLLIN, .revents = 0};
  poll(&signal, 1, static_cast<int>(std::min(time.count, std::int64_t{60'000})));
}

/// Takes one step of an export, and sets the timer for the next one.
static void step(loops::Run& run, std::size_t i, loops::HttplibTransport& transport, Timers& timers) {
  auto& one = run.exports[i];
  auto const ask = one.next(run.runtime.now());
  if (!ask) return;
  Timestamp until = run.runtime.now();  // after an exchange: at once, but behind those that are due already
  if (auto const* const wait = std::get_if<Wait>(&*ask)) {
    until = wait->until;
  } else {
    auto const& send = std::get<Send>(*ask);
    auto const reply = transport.send(send.request(), {.timeout = send.timeout});
    one.receive(reply, run.runtime.now());
  }
  timers.set(i, until, run.runtime.now());
}

int main(int argc, char** argv) {
  loops::Run run{argc, argv};
  if (run.status) return *run.status;
  if (!loops::catch_signals()) return 3;
  loops::HttplibTransport transport;
  Timers timers;
  for (std::size_t i = 0; i < run.exports.size(); ++i) timers.set(i, run.runtime.now(), run.runtime.now());
  while (auto const left = timers.left(run.runtime.now())) {
    sleep_for(*left);
    auto const due = timers.take(run.runtime.now());
    if (loops::caught_signal() != 0) break;
    if (due) step(run, *due, transport, timers);
  }
  run.cancel();  // those that are not done, after a signal
  return run.report(loops::caught_signal());
}
