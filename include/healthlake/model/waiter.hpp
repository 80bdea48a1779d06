// The WaiterShape concept: an operation that is polled until its output reaches a state.
//
// Rules: a waiter is a type without state; acceptors are tried in order, and the first that matches decides.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/model/operation.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The state that a matching acceptor leads to.
enum class WaiterState : std::uint8_t {
  /// The wait ends as WaitEnd::success.
  success,
  /// The wait ends as WaitEnd::failure.
  failure,
};

/// An acceptor (Smithy): which result of the operation leads to which state.
struct Acceptor {
  /// What an acceptor looks at.
  enum class Matcher : std::uint8_t {
    /// Matches if the output member at `path` is `expected`.
    path,
    /// Matches if the call failed with the error code `expected`.
    error,
    /// Matches if the call failed with the status `http_status` and any error code. An error without a code, such as a
    /// proxy's page, does not match. Not in Smithy.
    status,
  };

  /// What is looked at.
  Matcher matcher = Matcher::path;
  /// The status of the response, if that is what is looked at.
  std::uint16_t http_status = 0;
  /// Wire names, separated by dots: `ExportJobProperties.JobStatus`.
  std::string_view path{};
  /// The string at `path`, or the error code.
  std::string_view expected{};
  /// The state that a match leads to.
  WaiterState state = WaiterState::success;
};

/// A waiter: `name`, `Operation`, `delay`, `max_attempts` and the table `acceptors`, all from the service model. Beside
/// them it may have `own_acceptors`, tried behind the model's for what the model leaves without an end, and
/// `not_found`, how long a new resource may be unknown: the default of WaitOptions::not_found. Declare the tables with
/// `auto`: g++ 12 places a `constexpr std::array acceptors{...}` of deduced type in RAM.
template <class W>
concept WaiterShape = Operation<typename W::Operation> && requires {
  std::string_view{W::name};
  Milliseconds{W::delay};
  unsigned{W::max_attempts};
  std::span<Acceptor const>{W::acceptors};
};

}  // namespace HEALTHLAKE_NAMESPACE
