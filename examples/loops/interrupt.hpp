// SIGINT and SIGTERM for loops that bring no signals of their own: a flag, and a descriptor to poll beside the sockets.
#pragma once

namespace loops {

/// Catches the first SIGINT or SIGTERM; the second one ends the program. Ignores SIGPIPE, so that writing to a closed
/// connection is an error like any other. Call it once; false if the system has no descriptors left.
bool catch_signals();

/// The signal that was caught; 0 for none.
int caught_signal() noexcept;

/// Becomes readable when a signal is caught, and stays so.
int signal_descriptor() noexcept;

/// The signal handler shuts this socket down, which ends a blocking call on it. -1 for none.
void shut_down_on_signal(int socket) noexcept;

}  // namespace loops
