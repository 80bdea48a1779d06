// Shared by the snippets of credentials that do not depend on the machine: one without variables, files, users and
// programs.
#pragma once

#include "healthlake/credentials/local_system.hpp"

struct NoSystem {
  std::string_view variable(char const*) { return {}; }
  healthlake::FileContent read_file(std::string const&, std::size_t) { return {}; }
  std::string home_of_user() { return {}; }
  healthlake::ProcessOutput run(std::span<std::string const>, healthlake::ProcessLimits const&) { return {}; }
};
