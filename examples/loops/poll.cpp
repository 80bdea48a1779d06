// 100 exports in one thread, over a loop of poll(2) and plain sockets: for programs that have an event loop of their
// own.
//
// Each export that sends has a flight, a connection with an exchange (flight.hpp); each that waits has a timer.
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

#include "flight.hpp"
#include "healthlake/flow/timers.hpp"
#include "interrupt.hpp"
#include "run.hpp"

using namespace healthlake;
using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

/// The loop. Each export has one timer: while it waits, for the end of the wait; while it has a flight, for its limit.
class PollLoop {
 public:
  PollLoop(loops::Run& run, addrinfo const& addresses)
      : run_(run), addresses_(addresses), address_(&addresses), flights_(run.exports.size()) {}

  void go() {
    for (std::size_t i = 0; i < flights_.size(); ++i) step(i);
    // An export that is not done waits or flies; it has a timer either way.
    while (auto const left = timers_.left(run_.runtime.now())) {
      wait_for_events(*left);
      if (loops::caught_signal() != 0) return run_.cancel();
      for (std::size_t at = 0; at < flying_.size(); ++at)
        if (short const events = polled_[at + 1].revents) advance(flying_[at], events);
      while (auto const due = timers_.take(run_.runtime.now())) on_time(*due);
    }
  }

 private:
  void step(std::size_t i) {
    Timestamp const now = run_.runtime.now();
    auto const ask = run_.exports[i].next(now);
    if (!ask) return;
    if (auto const* const wait = std::get_if<Wait>(&*ask)) return timers_.set(i, wait->until, now);
    auto const& send = std::get<Send>(*ask);
    auto& flight = flights_[i] = std::make_unique<loops::Flight>(send.request(), *address_, loops::time_for(send));
    timers_.set(i, flight->exchange.done() ? now : now + flight->take_time(), now);
  }

  void wait_for_events(Milliseconds left) {
    polled_.assign(1, {.fd = loops::signal_descriptor(), .events = POLLIN, .revents = 0});
    flying_.clear();
    for (std::size_t i = 0; i < flights_.size(); ++i) {
      if (!flights_[i]) continue;
      polled_.push_back(flights_[i]->interest());
      flying_.push_back(i);
    }
    // A signal ends it early, and so does anything else that is worth a look.
    poll(polled_.data(), static_cast<nfds_t>(polled_.size()),
         static_cast<int>(std::min(left.count, std::int64_t{60'000})));
  }

  void advance(std::size_t i, short events) {
    flights_[i]->move_bytes(events);
    if (flights_[i]->exchange.done()) land(i);
  }

  void on_time(std::size_t i) {
    if (!flights_[i]) return step(i);
    // The first part of its time was for connecting.
    auto const more = flights_[i]->take_time();
    Timestamp const now = run_.runtime.now();
    if (more.count > 0) return timers_.set(i, now + more, now);
    flights_[i]->time_is_up();
    land(i);
  }

  void land(std::size_t i) {
    timers_.clear(i);
    auto const flight = std::move(flights_[i]);
    auto const reply = flight->exchange.reply();
    // The next attempts try the next address of the host.
    if (flight->not_connected() && !reply && address_ == &flight->address)
      address_ = address_->ai_next != nullptr ? address_->ai_next : &addresses_;
    run_.exports[i].receive(reply, run_.runtime.now());
    step(i);
  }

  loops::Run& run_;
  addrinfo const& addresses_;
  addrinfo const* address_;
  Timers timers_{};
  std::vector<std::unique_ptr<loops::Flight>> flights_;
  std::vector<pollfd> polled_{};
  // The exports of polled_, from its second element on.
  std::vector<std::size_t> flying_{};
};

// Looks the host up once, before the loop begins: getaddrinfo blocks.
static Addresses look_up(Endpoint const& endpoint) {
  auto const host = loops::host_of(endpoint);
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (int const fault = getaddrinfo(host.name.c_str(), host.port.c_str(), &hints, &found); fault != 0)
    std::fprintf(stderr, "%s: %s\n", host.name.c_str(), gai_strerror(fault));
  return {found, freeaddrinfo};
}

int main(int argc, char** argv) {
  loops::Run run{argc, argv};
  if (run.status) return *run.status;
  if (run.common.endpoint.scheme != "http")
    return std::fputs("--endpoint: this loop has no TLS; use http\n", stderr), 2;
  auto const addresses = look_up(run.common.endpoint);
  if (!addresses || !loops::catch_signals()) return 3;
  PollLoop{run, *addresses}.go();
  return run.report(loops::caught_signal());
}
