// Shows the progress of the job: on a terminal, one line per status with a running clock; elsewhere, one line per
// change of status.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/runtime/system.hpp"

class Progress {
 public:
  explicit Progress(std::FILE* out) : out_(out), live_(isatty(fileno(out)) == 1) {}

  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

  void show(std::string_view status) {
    std::string state = healthlake::printable(status);
    if (state == state_) return;
    finish();
    state_ = std::move(state);
    if (live_) tick();
    else std::fprintf(out_, "%7.1f s  %s\n", seconds(), state_.c_str());
    std::fflush(out_);
  }

  /// Updates the line of the current status.
  void tick() {
    if (!live_ || state_.empty()) return;
    std::fprintf(out_, "\r%7.1f s  %s", seconds(), state_.c_str());
    std::fflush(out_);
  }

  /// Ends the line of the current status.
  void finish() {
    if (live_ && !state_.empty()) std::fputs("\n", out_);
    std::fflush(out_);
    state_.clear();
  }

 private:
  std::FILE* out_;
  bool live_;
  std::string state_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// The client's runtime: keeps the progress line ticking while the client sleeps.
class TickingRuntime : public healthlake::SystemRuntime {
 public:
  explicit TickingRuntime(Progress& progress) : progress_(progress) {}

  void sleep(healthlake::Milliseconds time) {
    while (time.count > 0) {
      healthlake::Milliseconds const part{std::min<std::int64_t>(time.count, 100)};
      SystemRuntime::sleep(part);
      time.count -= part.count;
      progress_.tick();
    }
  }

 private:
  Progress& progress_;
};
