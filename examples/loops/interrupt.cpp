#include "interrupt.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

namespace loops {
namespace {

// Signals belong to the process, and so does this state. A handler may use lock-free atomics.
std::atomic<int> caught{0};
std::atomic<int> blocked_on{-1};
std::array<int, 2> ends{-1, -1};
static_assert(std::atomic<int>::is_always_lock_free);

void on_signal(int number) {
  int const kept = errno;
  caught = number;
  // The second signal, whichever of the two it is, has its usual effect.
  for (int const each : {SIGINT, SIGTERM}) std::signal(each, SIG_DFL);
  static_cast<void>(!write(ends[1], "", 1));
  if (int const socket = blocked_on; socket >= 0) shutdown(socket, SHUT_RDWR);
  errno = kept;
}

}  // namespace

bool catch_signals() {
  if (pipe(ends.data()) != 0) return false;
  for (int const end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
  struct sigaction action {};
  action.sa_handler = on_signal;
  for (int const number : {SIGINT, SIGTERM}) sigaction(number, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return true;
}

int caught_signal() noexcept { return caught; }
int signal_descriptor() noexcept { return ends[0]; }

void shut_down_on_signal(int socket) noexcept {
  blocked_on = socket;
  // The signal may have come just before.
  if (socket >= 0 && caught != 0) shutdown(socket, SHUT_RDWR);
}

}  // namespace loops
