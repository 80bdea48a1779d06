// SIGINT, SIGTERM and SIGHUP end a wait in an orderly way: what was begun can be gone on with.
#pragma once

namespace healthlake_export {

/// The first signal is remembered, the second one has its usual effect. SIGPIPE is ignored, so that a reader of the
/// output that has gone is an error like any other.
void watch_signals();

/// The signal that was caught; 0 for none.
int caught_signal() noexcept;

}  // namespace healthlake_export
