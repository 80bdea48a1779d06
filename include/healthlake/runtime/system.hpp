// The clock, the sleep and the randomness of the machine this runs on, for programs that have an operating system.
//
// Rules: an adapter; nothing but client programs includes it. The wall clock is std::chrono::system_clock. The
// random numbers are the system's (runtime/random.hpp), so tokens of two processes differ.
#pragma once

#include <chrono>
#include <cstdint>
#include <thread>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/runtime/random.hpp"

namespace healthlake {

/// Satisfies the Runtime concept of drive.hpp. Not safe to share between threads; make one for each.
class SystemRuntime {
 public:
  [[nodiscard]] Timestamp now() const {
    auto const since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
  }
  void sleep(Milliseconds time) const { std::this_thread::sleep_for(std::chrono::milliseconds{time.count}); }
  std::uint64_t random() { return random_.random(); }

 private:
  SystemRandom random_;
};

}  // namespace healthlake
