// What a waiter is: an operation that is asked again and again until its answer says that something is done.
//
// Rules: a waiter is a type that holds no state; acceptors are tried in order, and the first that fits decides.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/model/operation.hpp"

namespace healthlake {

/// What an acceptor makes of an answer.
enum class WaiterState : std::uint8_t { success, failure };

/// One rule of a waiter.
struct Acceptor {
  enum class Matcher : std::uint8_t {
    /// The output's member at `path` has the spelling `expected`.
    path,
    /// The call failed with the error code `expected`.
    error,
  };

  Matcher matcher = Matcher::path;
  /// Names on the wire with dots between: `ExportJobProperties.JobStatus`.
  std::string_view path{};
  std::string_view expected{};
  WaiterState state = WaiterState::success;
};

/// A waiter: `name`, `Operation`, `delay`, `max_attempts` and the table `acceptors`.
template <class W>
concept WaiterShape = Operation<typename W::Operation> && requires {
  std::string_view{W::name};
  Milliseconds{W::delay};
  unsigned{W::max_attempts};
  std::span<Acceptor const>{W::acceptors};
};

}  // namespace healthlake
