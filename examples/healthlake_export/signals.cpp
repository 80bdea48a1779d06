#include "signals.hpp"

#include <signal.h>

#include <atomic>

namespace healthlake_export {
namespace {

// A signal handler reaches nothing but a global.
std::atomic<int> caught{0};
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void on_signal(int number) { caught.store(number, std::memory_order_relaxed); }

}  // namespace

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  for (int const number : {SIGINT, SIGTERM, SIGHUP}) {
    // One that is ignored, as by nohup, stays ignored.
    struct sigaction before {};
    if (sigaction(number, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) sigaction(number, &action, nullptr);
  }
  signal(SIGPIPE, SIG_IGN);
}

int caught_signal() noexcept { return caught.load(std::memory_order_relaxed); }

}  // namespace healthlake_export
