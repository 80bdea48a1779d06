// Parses the command line.
#pragma once

#include <variant>

#include "exit_status.hpp"
#include "options.hpp"

namespace healthlake_export {

/// Returns the options; or the exit status, after printing help, the version or what is wrong. Nothing of an argument's
/// value is printed: it may be a proxy's password.
std::variant<Options, Exit> parse_command_line(int argc, char const* const* argv);

}  // namespace healthlake_export
