// The commands that say how to go on, for a POSIX shell; with everything that the run was told but secrets.
#pragma once

#include <string>
#include <string_view>

#include "settings.hpp"

namespace healthlake_export {

/// One word of a shell command: quoted if it has to be.
std::string shell_word(std::string_view text);

/// Waits for the job.
std::string command_to_wait(Settings const& settings, std::string_view job_id);
/// Starts the same job, or finds it if it was started with this token.
std::string command_to_repeat(Settings const& settings, std::string_view client_token);
/// Lists the jobs among which that one is.
std::string command_to_list(Settings const& settings);
/// The list, from this page on.
std::string command_for_page(Settings const& settings, std::string_view next_token);

}  // namespace healthlake_export
