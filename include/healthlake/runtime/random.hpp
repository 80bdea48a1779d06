// Random numbers from the operating system. A system call for each costs as much as an entire call of this library, so
// on Linux they are buffered.
//
// Rules: an adapter. A child of fork(2) never returns the same numbers as its parent, since two equal tokens would make
// one job of two: the buffer is in a page that the kernel wipes in the child (madvise(2), MADV_WIPEONFORK, Linux 4.14).
// Where that is not available, nothing is buffered.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>

#include "healthlake/version.hpp"
#endif

namespace HEALTHLAKE_NAMESPACE {

/// A source of entropy (flow/entropy.hpp). Not thread-safe; give each thread its own. Throws std::system_error if the
/// system cannot provide random numbers.
class SystemRandom {
 public:
#if defined(__linux__) && defined(MADV_WIPEONFORK)
  SystemRandom() {
    void* const page = mmap(nullptr, sizeof(Ahead), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return;
    if (madvise(page, sizeof(Ahead), MADV_WIPEONFORK) == 0) ahead_ = static_cast<Ahead*>(page);
    else munmap(page, sizeof(Ahead));
  }
  ~SystemRandom() {
    if (ahead_) munmap(ahead_, sizeof(Ahead));
  }
#else
  SystemRandom() = default;
#endif
  SystemRandom(SystemRandom const&) = delete;
  SystemRandom& operator=(SystemRandom const&) = delete;

  /// 64 bits of the operating system's random numbers. Throws what std::random_device throws, if it has none.
  std::uint64_t random() {
#if defined(__linux__) && defined(MADV_WIPEONFORK)
    if (ahead_ && (ahead_->left != 0 || refill())) return std::exchange(ahead_->numbers[--ahead_->left], 0);
#endif
    return std::uint64_t{device_()} << 32 | device_();
  }

 private:
#if defined(__linux__) && defined(MADV_WIPEONFORK)
  // All zeros, as in a wiped page, is a valid state: an empty buffer.
  struct Ahead {
    std::size_t left;
    std::array<std::uint64_t, 32> numbers;
  };

  bool refill() noexcept {
    // getentropy(3) returns at most 256 bytes, all or none.
    static_assert(sizeof ahead_->numbers == 256);
    if (getentropy(ahead_->numbers.data(), sizeof ahead_->numbers) != 0) return false;
    ahead_->left = ahead_->numbers.size();
    return true;
  }

  Ahead* ahead_ = nullptr;
#endif
  std::random_device device_;
};

}  // namespace HEALTHLAKE_NAMESPACE
