// The machine that this program runs on, as a LocalSystem: its environment, its files, its users and its programs.
//
// Rules: an adapter for POSIX. Nothing is kept from one call to the next. The environment is read with std::getenv,
// which is not safe while another thread changes it. Buffers that held a file or the output of a program are wiped.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "healthlake/credentials/local_system.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Satisfies LocalSystem.
class ThisSystem {
 public:
  /// The value of an environment variable, valid until the environment is changed; empty if it is not set.
  [[nodiscard]] std::string_view variable(char const* name) const;

  /// Reads a regular file or a device such as /dev/null; anything else is unreadable. `others_can_read` is the
  /// permission of users outside the file's group.
  [[nodiscard]] FileContent read_file(std::string const& path, std::size_t max_bytes) const;

  /// The home folder in the user database of the user whose id this process has; empty if the user is not in it, or the
  /// user's entry is larger than 64 KiB.
  [[nodiscard]] std::string home_of_user() const;

  /// Starts a program, which is looked for in PATH if its name has no slash, with this process's environment and
  /// standard input, so that it can ask the user. It is killed if its time is up or it prints too much; programs that
  /// it started are not.
  [[nodiscard]] ProcessOutput run(std::span<std::string const> arguments, ProcessLimits const& limits) const;
};

static_assert(LocalSystem<ThisSystem>);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/system.ipp"
#endif
