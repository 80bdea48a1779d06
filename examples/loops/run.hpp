// What all loops here share besides the machine: the command line, the list of exports, and the report at the end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "export.hpp"
#include "healthlake/runtime/system.hpp"

namespace loops {

/// How long an exchange may take: a minute, or what is left of the deadline.
inline healthlake::Milliseconds time_for(healthlake::Send const& send) {
  healthlake::Milliseconds const minute{60'000};
  return std::min(send.timeout.value_or(minute), minute);
}

/// What to look up.
struct Host {
  std::string name{};
  std::string port{};
};
Host host_of(healthlake::Endpoint const& endpoint);

/// PROGRAM --endpoint URL --datastore-id ID [--region R] [--exports N] [--poll SECONDS] [--deadline SECONDS] [--run ID]
///
/// The client tokens are ID-000, ID-001, ...: the same command with the same ID continues every job that an earlier
/// run started, by this loop or by another one, and starts those that are missing. Without --run, the ID is random.
class Run {
 public:
  /// Prints the ID; or everything that is wrong with the command line, and sets `status`.
  Run(int argc, char const* const* argv);

  /// The status to exit with at once.
  std::optional<int> status{};
  Common common{};
  healthlake::SystemRuntime runtime{};
  std::vector<Export> exports{};

  /// Cancels every export that is not done: all are done then.
  void cancel();
  /// Prints a line for each export and their number by how they ended. Returns the exit status, that of
  /// healthlake-export: 0 all jobs completed; 1 a job failed; 2 invalid input; 3 a call failed or the time was up;
  /// 128 + N interrupted by signal N.
  [[nodiscard]] int report(int signal) const;

 private:
  void read(int argc, char const* const* argv);
  bool read_option(std::string const& name, std::string const& value);
  void refuse(std::string const& problem);

  std::string endpoint_{};
  std::string id_{};
  std::size_t count_ = 100;
};

}  // namespace loops
