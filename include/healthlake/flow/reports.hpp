// The reports that an Observer receives about a Call, a Waiter or a Pager: each attempt, each delay and the outcome.
//
// Rules: reports have no header, no body and no credentials; what a peer sent (codes, messages, request ids) is
// redacted and bounded as in errors, but may contain any character. What a report refers to is valid until the
// observer's function returns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/core/retry_kind.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/waiter.hpp"
#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The kind of machine that is observed.
enum class ObservedKind : std::uint8_t {
  /// A Call.
  call,
  /// A Waiter.
  wait,
  /// A Pager.
  list,
};

/// The part that all reports of a machine have in common. Times are those that its driver passed.
struct ObservedCall {
  /// The operation's name in the service model: `StartFHIRExportJob`.
  std::string_view operation{};
  /// The service's name in X-Amz-Target: `HealthLake`.
  std::string_view service{};
  /// What kind of machine it is.
  ObservedKind kind = ObservedKind::call;
  /// When the machine took its first step; 0 if it was cancelled before.
  Timestamp begin{};
};

/// A request is about to be signed and sent.
struct SendReport {
  /// Which machine it is.
  ObservedCall call{};
  /// The number of the poll or page, from 1; always 1 for a call.
  unsigned round = 1;
  /// The number of the attempt within the round, from 1.
  unsigned attempt = 1;
  /// When, in terms of the times that the driver passed.
  Timestamp time{};
  /// The host and port of the request.
  std::string_view authority{};
  /// The size of the request's body, as sent.
  std::size_t request_bytes = 0;
  /// What is added to the local time to sign.
  Milliseconds clock_correction{};
  /// As in Send.
  std::optional<Milliseconds> timeout{};
};

/// An attempt has ended: with a response, without one, or because the machine ended.
struct AttemptReport {
  /// Which machine it is.
  ObservedCall call{};
  /// As in SendReport.
  unsigned round = 1;
  /// As in SendReport.
  unsigned attempt = 1;
  /// The time of the SendReport.
  Timestamp begin{};
  /// When the reply was received, or the machine ended.
  Timestamp end{};
  /// As in SendReport.
  std::size_t request_bytes = 0;
  /// The size of the response's body, as received; 0 without a response.
  std::size_t response_bytes = 0;
  /// 0 without a response.
  int http_status = 0;
  /// Empty if the service sent none, or the response cannot be read.
  std::string_view request_id{};
  /// Null after a success.
  Error const* error = nullptr;
  /// How `error` is classified: the reason for a retry, if there is one.
  RetryKind retry = RetryKind::none;
  /// Whether another attempt follows.
  bool retried = false;
  /// The correction of the clock that is known now; it differs from that of the SendReport if the response corrected
  /// it.
  Milliseconds clock_correction{};
};

/// Why a machine waits.
enum class WaitReason : std::uint8_t {
  /// Before the next attempt.
  retry,
  /// Before the next poll.
  poll,
};

/// A delay begins. A driver that asks more than once during a delay gets one report.
struct WaitReport {
  /// Which machine it is.
  ObservedCall call{};
  /// The number of the poll or page that ended or is to be tried again.
  unsigned round = 1;
  /// What the delay is before.
  WaitReason reason = WaitReason::retry;
  /// When the delay begins.
  Timestamp begin{};
  /// How long it is.
  Milliseconds length{};
  /// The error that is retried, or that of a poll which failed; null after a poll that succeeded.
  Error const* error = nullptr;
};

/// The call, wait or list has ended.
struct OutcomeReport {
  /// Which machine it is.
  ObservedCall call{};
  /// When it ended.
  Timestamp end{};
  /// Whether there is a response, the condition of a wait is met, or a list was read as far as it was wanted.
  bool success = false;
  /// How a wait ended; nullopt for others, and if its driver ended it with an error.
  std::optional<WaitEnd> wait_end{};
  /// The error that ended a call or list, or that of the last poll of a wait (see WaitResult::error); null if there
  /// was none.
  Error const* error = nullptr;
  /// All attempts, and the polls or pages that ended; the latter is 0 for a call.
  unsigned attempts = 0;
  /// See `attempts`.
  unsigned rounds = 0;
  /// Those of the last attempt; 0 and empty if nothing was sent.
  int http_status = 0;
  /// See `http_status`.
  std::string_view request_id{};
  /// What was added to the local time to sign at the end.
  Milliseconds clock_correction{};
};

/// The name of a kind, a reason: `call`, `retry`.
constexpr std::string_view to_string(ObservedKind kind) noexcept {
  constexpr std::string_view names[] = {"call", "wait", "list"};
  return names[static_cast<std::size_t>(kind)];
}
constexpr std::string_view to_string(WaitReason reason) noexcept {
  constexpr std::string_view names[] = {"retry", "poll"};
  return names[static_cast<std::size_t>(reason)];
}

}  // namespace HEALTHLAKE_NAMESPACE
