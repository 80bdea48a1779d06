// The clock, the sleep and the randomness of the machine this runs on, for programs that have an operating system.
//
// Rules: an adapter; nothing but client programs includes it. The wall clock is std::chrono::system_clock. The
// random numbers come from std::random_device, so tokens of two processes differ.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <thread>

#include "healthlake/core/timestamp.hpp"

namespace healthlake {

/// Satisfies the Runtime concept of client.hpp. Not safe to share between threads; make one for each.
class SystemRuntime {
 public:
  [[nodiscard]] Timestamp now() const {
    auto const since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
  }
  void sleep(Milliseconds time) const { std::this_thread::sleep_for(std::chrono::milliseconds{time.count}); }
  std::uint64_t operator()() { return std::uint64_t{device_()} << 32 | device_(); }

 private:
  std::random_device device_;
};

}  // namespace healthlake
