// The clock, sleep and random numbers of the operating system, for client programs.
//
// Rules: an adapter, included by client programs only. The clock is std::chrono::system_clock. The random numbers are
// the system's (runtime/random.hpp), so that the tokens of two processes differ.
#pragma once

#include <chrono>
#include <cstdint>
#include <thread>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/runtime/random.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Satisfies the Runtime concept of drive.hpp. Not thread-safe; give each thread its own.
class SystemRuntime {
 public:
  /// The system's clock, in UTC; it may be set back or forward between two calls.
  [[nodiscard]] Timestamp now() const {
    auto const since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
  }
  /// Blocks the thread. It cannot be interrupted.
  void sleep(Milliseconds time) const { std::this_thread::sleep_for(std::chrono::milliseconds{time.count}); }
  /// As SystemRandom.
  std::uint64_t random() { return random_.random(); }

 private:
  SystemRandom random_;
};

}  // namespace HEALTHLAKE_NAMESPACE
