// The commands of the program.
#pragma once

#include <string>
#include <string_view>

#include "exit_status.hpp"
#include "healthlake/core/error.hpp"
#include "healthlake/flow/waiter.hpp"
#include "keys.hpp"
#include "output.hpp"
#include "progress.hpp"
#include "service.hpp"
#include "settings.hpp"

namespace healthlake_export {

/// What every command works with.
struct Run {
  Settings const& settings;
  Keys const& keys;
  Service& service;
  Output& out;
  Progress& progress;
  /// Whether `warn_of_clock` has warned.
  bool& clock_shown;
};

/// Starts a job and waits for it, or only waits if Settings::job_id is set.
Exit start(Run const& run);
Exit describe(Run const& run);
Exit list(Run const& run);

/// Waits for a job. `just_started`: by this run.
Exit wait_for(Run const& run, std::string const& job_id, bool just_started);

/// Reports the error, with lines that say what to do now.
Exit fail(Run const& run, healthlake::Error const& error, std::string_view advice);

/// If the service refused the credentials: a line that says where they are from.
std::string whose_credentials(Run const& run, healthlake::Error const& error);

/// Says once per run by how much the service's time differs from this machine's, if that was corrected.
void warn_of_clock(Run const& run, healthlake::ResponseMetadata const& metadata);

/// The required members that a response lacked, to be read after "the response lacks"; empty if there was none.
std::string missing_members(healthlake::ResponseMetadata const& metadata);

}  // namespace healthlake_export
