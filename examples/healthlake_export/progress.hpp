// Shows the progress of the job: one line per status, on a terminal with a running clock.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/runtime/system.hpp"
#include "output.hpp"

namespace healthlake_export {

class Progress {
 public:
  explicit Progress(Output& out);

  /// Milliseconds since the program began.
  [[nodiscard]] healthlake::Milliseconds elapsed() const;
  /// What is left of a limit for everything, at least a millisecond; nothing if there is none.
  [[nodiscard]] std::optional<healthlake::Milliseconds> left_of(std::optional<healthlake::Milliseconds> limit) const;
  void show(std::string_view status);
  /// Updates the line of the current status.
  void tick();
  /// Ends the line of the current status.
  void finish();

 private:
  [[nodiscard]] std::string text() const;

  Output& out_;
  std::string status_{};
  std::chrono::steady_clock::time_point begin_;
};

/// The client's runtime: while it sleeps, the line of the status ticks, and a signal ends the sleep.
class TickingRuntime : public healthlake::SystemRuntime {
 public:
  explicit TickingRuntime(Progress& progress) : progress_(progress) {}

  bool sleep(healthlake::Milliseconds time);

 private:
  Progress& progress_;
};

}  // namespace healthlake_export
