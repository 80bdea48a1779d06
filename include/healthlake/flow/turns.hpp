// Whose turn it is among many machines that are due: round robin over keys, such as data stores or customers, so that
// none of them starves because another one has more to do.
//
// Rules: the caller numbers machines and keys, each from 0. Keys take turns in the order in which they first had a
// machine waiting; the machines of a key in the order in which they were added. Between two turns of a key, every other
// key that has a machine waiting has exactly one turn. Memory depends only on the largest numbers that were used.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The machines that wait for their turn. Every function takes constant time. Apart from std::bad_alloc in `add` and
/// `reserve`, or std::length_error for a number beyond the maximum size of a vector, which then change nothing, nothing
/// is thrown.
class Turns {
 public:
  /// Nothing is waiting.
  Turns() = default;
  /// A copy has the same machines in the same order. In what is moved from, nothing is waiting.
  Turns(Turns const&) = default;
  Turns(Turns&& other) noexcept { swap(other); }
  /// Takes the place of what was waiting.
  Turns& operator=(Turns other) noexcept {
    swap(other);
    return *this;
  }
  ~Turns() = default;

  /// Adds a machine behind those of its key; has no effect if it is waiting.
  void add(std::size_t machine, std::size_t key);
  /// Removes a machine; has no effect if it is not waiting.
  void remove(std::size_t machine) noexcept;
  /// Removes the machine whose turn it is and returns it; nullopt if none is waiting.
  std::optional<std::size_t> take() noexcept;
  /// From now on, `add` does not throw for machines and keys with these numbers and lower ones.
  void reserve(std::size_t machine, std::size_t key);

  /// Whether no machine is waiting.
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// The number of machines that are waiting.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  // Doubly linked lists of numbers: of the machines of a key, and of the keys that have any.
  struct Link {
    std::size_t previous = none;
    std::size_t next = none;
  };
  struct Ends {
    std::size_t first = none;
    std::size_t last = none;
  };
  struct Machine {
    Link link{};
    // none: it is not waiting.
    std::size_t key = none;
  };
  struct Key {
    Link link{};
    Ends machines{};
  };

  void swap(Turns& other) noexcept {
    machines_.swap(other.machines_);
    keys_.swap(other.keys_);
    std::swap(waiting_, other.waiting_);
    std::swap(size_, other.size_);
  }

  template <class List>
  static void append(List& list, Ends& ends, std::size_t number) noexcept;
  template <class List>
  static void unlink(List& list, Ends& ends, std::size_t number) noexcept;

  std::vector<Machine> machines_;
  std::vector<Key> keys_;
  Ends waiting_{};
  std::size_t size_ = 0;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/flow/impl/turns.ipp"
#endif
