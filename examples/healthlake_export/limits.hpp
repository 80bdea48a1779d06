// How long a wait goes on without the job's status, and what is kept; docs/limits.md lists these.
#pragma once

#include <chrono>
#include <cstddef>

namespace healthlake_export {

/// After so many successful polls in a row whose response has no JobStatus, the wait ends.
inline constexpr unsigned max_polls_without_status = 5;
/// Without --timeout, the wait ends after polls have failed for so long.
inline constexpr std::chrono::minutes max_trouble{60};
/// At most one message about failing polls is printed in this time.
inline constexpr std::chrono::minutes trouble_message_interval{1};
/// How many signatures are kept to be removed from what is printed; with the default delay between polls, those of more
/// than two hours.
inline constexpr std::size_t max_signatures = 1000;

}  // namespace healthlake_export
