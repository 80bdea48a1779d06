// Polls an operation until its response meets a condition, as a state machine.
//
// Rules: as in flow/call.hpp; each poll is a separate Call with its own retries. The delay between two polls is
// WaitOptions::delay. Success, failure, a timeout, a failed call and cancellation are five different outcomes. A
// transient error (`may_pass` in core/retry_kind.hpp) does not end the wait, within the limits of WaitOptions. To
// continue a wait, no state beyond the input is needed: any process can create a waiter for the same job.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/call.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/flow/pause.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/flow/time_limit.hpp"
#include "healthlake/flow/transitions.hpp"
#include "healthlake/model/waiter.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Options of a wait.
struct WaitOptions {
  /// The delay between the end of a poll and the next one. Default: the waiter's, from the service model.
  std::optional<Milliseconds> delay{};
  /// The maximum number of polls; 0 for no limit. Default: no limit if a timeout is set, otherwise the waiter's.
  std::optional<unsigned> max_attempts{};
  /// The time limit for the whole wait, from its first step. The last poll starts `time_for_last_poll` before it, or
  /// halfway if that is later. With 0 or less, nothing is polled. Default: only `max_attempts` applies.
  std::optional<Milliseconds> timeout{};
  /// After this many consecutive polls that failed with a transient error (`may_pass`), the wait ends as call_failed;
  /// with 1 it ends at the first, as in the SDKs; 0 for no limit. Default: no limit if a timeout is set, otherwise 5.
  std::optional<unsigned> max_failed_polls{};
  /// For this time after the first poll, and until a poll succeeds, an error saying that the resource does not exist
  /// does not end the wait: a resource that was just created may not be visible everywhere yet. Default: 1 minute for
  /// FHIRDatastoreActive, 0 for the others.
  std::optional<Milliseconds> not_found{};

  /// How long before the timeout the last poll starts.
  static constexpr Milliseconds time_for_last_poll{5'000};
  /// The default of `max_failed_polls` without a timeout.
  static constexpr unsigned default_max_failed_polls = 5;
};

/// How a wait ended.
enum class WaitEnd : std::uint8_t {
  /// The condition is met.
  success,
  /// The condition can no longer be met: the resource is in a state, or the error is one, that rules it out.
  failure,
  /// The condition was not met by the last poll or the timeout.
  timed_out,
  /// A poll failed with an error that does not decide the condition and is not transient, or too many consecutive polls
  /// failed.
  call_failed,
  /// Cancelled by the driver; the waiter can be resumed.
  cancelled,
};

/// The name of an end in lower case: `timed out`.
constexpr std::string_view to_string(WaitEnd end) noexcept {
  constexpr std::string_view names[] = {"success", "failure", "timed out", "call failed", "cancelled"};
  return names[static_cast<std::size_t>(end)];
}

/// The result of a wait.
template <class Output>
struct WaitResult {
  /// How it ended.
  WaitEnd end = WaitEnd::timed_out;
  /// The last successful response, if any.
  std::optional<Response<Output>> last{};
  /// The error of the last poll if it failed: always with call_failed, with success or failure if an acceptor matched
  /// it, with timed_out if the last poll failed.
  std::optional<Error> error{};
  /// The number of polls that got a reply or failed.
  unsigned polls = 0;
};

namespace detail {

// The string at a path of member names; empty if a member on the path is absent or the last one is not a string or
// enumeration.
std::string_view text_at(Type const& root, void const* value, std::string_view path);

std::optional<WaiterState> match_output(std::span<Acceptor const> acceptors, Type const& type, void const* output);

std::optional<WaiterState> match_error(std::span<Acceptor const> acceptors, Error const& error);

bool is_not_found(Error const& error) noexcept;

// A waiter without its types.
struct WaiterInfo {
  OperationInfo const* operation;
  Extras const* extras;
  std::span<Acceptor const> acceptors;
  std::span<Acceptor const> own_acceptors;
  Milliseconds delay;
  unsigned max_attempts;
  Milliseconds not_found;
};

// The options that a waiter has defaults for.
struct WaitBounds {
  Milliseconds delay;
  unsigned polls;
  unsigned failed_polls;
};
constexpr WaitBounds bounds_of(WaiterInfo const& info, WaitOptions const& options) noexcept {
  return {options.delay.value_or(info.delay), options.max_attempts.value_or(options.timeout ? 0 : info.max_attempts),
          options.max_failed_polls.value_or(options.timeout ? 0 : WaitOptions::default_max_failed_polls)};
}

template <WaiterShape W>
constexpr WaiterInfo waiter_info() noexcept {
  WaiterInfo info{.operation = &operation_info<typename W::Operation>,
                  .extras = &extras_of<typename W::Operation>,
                  .acceptors = W::acceptors,
                  .own_acceptors = {},
                  .delay = W::delay,
                  .max_attempts = W::max_attempts,
                  .not_found = {}};
  if constexpr (requires { W::own_acceptors; }) info.own_acceptors = W::own_acceptors;
  if constexpr (requires { W::not_found; }) info.not_found = W::not_found;
  return info;
}
template <WaiterShape W>
inline constexpr WaiterInfo waiter_info_of = waiter_info<W>();

// The part of a waiter that does not depend on the types of its input and output. The output of a poll is read into one
// of two slots, the one that does not have the last response.
class WaitMachine {
 public:
  WaitMachine(WaiterInfo const& info, Endpoint const& endpoint, Session& session, Entropy entropy,
              CallOptions const& call_options, WaitOptions const& options);
  // Defined once per program, since most files do nothing else with a machine.
  WaitMachine(WaitMachine const&);
  WaitMachine(WaitMachine&&) noexcept;
  WaitMachine& operator=(WaitMachine const&);
  WaitMachine& operator=(WaitMachine&&) noexcept;
  ~WaitMachine();

  // The next step; nullopt once the wait is done or cancelled. `input` is that of the operation.
  std::optional<Ask> ask(Timestamp now, void const* input);

  [[nodiscard]] bool is_polling() const noexcept { return call_.has_value(); }
  // The slot to receive into.
  [[nodiscard]] unsigned free_slot() const noexcept { return slot_; }
  // The slot with the last response. Precondition: has_last().
  [[nodiscard]] unsigned last_slot() const noexcept { return slot_ ^ 1U; }
  [[nodiscard]] bool has_last() const noexcept { return has_last_; }
  // Takes the reply to the last Send, into the free slot. Precondition: is_polling().
  void receive(HttpReply const& reply, Timestamp now, void* output, ResponseMetadata& metadata);
  void lose() noexcept;

  void cancel();
  bool resume();

  // How the wait ended, once `ask` returned nullopt; the last response goes with it.
  struct Ending {
    WaitEnd end;
    std::optional<Error> error;
    unsigned polls;
    bool has_last;
  };
  Ending take();

  [[nodiscard]] WaitState state() const noexcept { return state_; }
  [[nodiscard]] unsigned polls() const noexcept { return polls_; }
  [[nodiscard]] unsigned answers() const noexcept { return answers_; }
  [[nodiscard]] unsigned troubles() const noexcept { return troubles_; }
  [[nodiscard]] Error const* trouble() const noexcept { return error_ ? &*error_ : nullptr; }
  [[nodiscard]] WaitEnd end() const noexcept { return state_ == WaitState::cancelled ? WaitEnd::cancelled : end_; }

 private:
  friend struct Probe;
  void poll(std::optional<Milliseconds> time_left, void const* input);
  void drop_poll() noexcept;
  // Processes the result of a poll whose call is done; `output` is null if it may not have succeeded.
  void take_poll(Timestamp now, void const* output);
  // Matches the model's acceptors, then the waiter's own.
  [[nodiscard]] std::optional<WaiterState> match(void const* output) const;
  // Whether the wait continues after a poll with this result.
  bool bears(Timestamp now);
  void finish(WaitEnd end);

  WaiterInfo const* info_;
  Endpoint endpoint_;
  Session* session_;
  Entropy entropy_;
  CallOptions call_options_;
  WaitBounds bounds_;
  Milliseconds for_last_poll_;
  TimeLimit limit_;
  TimeLimit not_found_;
  Pause pause_;
  std::optional<CallMachine> call_;
  // The request of the previous poll, kept to reuse its memory.
  HttpRequest spare_;
  std::optional<Error> error_;
  WaitEnd end_ = WaitEnd::timed_out;
  unsigned polls_ = 0;
  unsigned answers_ = 0;
  unsigned troubles_ = 0;
  // Consecutive failed polls.
  unsigned failed_ = 0;
  unsigned slot_ = 0;
  bool has_last_ = false;
  WaitState state_ = WaitState::ready;
};

}  // namespace detail

/// Waits for `W`, for example `Waiter<FHIRExportJobCompleted>`.
template <WaiterShape W>
class Waiter {
 public:
  /// The operation that is polled.
  using Operation = typename W::Operation;
  /// What it is polled with: usually the ids of a data store and a job.
  using Input = typename Operation::Input;
  /// What a poll returns.
  using Output = typename Operation::Output;
  /// What a wait returns.
  using Outcome = WaitResult<Output>;

  /// `session` and what `entropy` refers to must outlive the waiter.
  Waiter(Input const& input, Endpoint const& endpoint, Session& session, Entropy entropy,
         CallOptions const& call_options = {}, WaitOptions const& options = {})
      : Waiter(Input{input}, endpoint, session, entropy, call_options, options) {}
  /// The same, for an input that is no longer needed.
  Waiter(Input&& input, Endpoint const& endpoint, Session& session, Entropy entropy,
         CallOptions const& call_options = {}, WaitOptions const& options = {})
      : input_(std::move(input)),
        machine_(detail::waiter_info_of<W>, endpoint, session, entropy, call_options, options) {}

  /// Returns the next step at time `now`.
  Step<Outcome> next(Timestamp now) {
    if (auto const step = ask(now)) return detail::step_of<Step<Outcome>>(*step);
    return Done<Outcome>{result()};
  }

  /// Ends the wait with the outcome `cancelled`; a poll in progress is dropped. Has no effect on a wait that is done.
  void cancel() { machine_.cancel(); }
  /// Resumes a cancelled wait: the number of polls is kept, WaitOptions::timeout starts again, a dropped poll is
  /// repeated, and a delay runs to its end. Returns false if the wait is not cancelled.
  bool resume() { return machine_.resume(); }

  /// Takes the reply to the last Send; ignored if no poll is in progress. As for Call, if it throws.
  void receive(HttpReply const& reply, Timestamp now) {
    if (!machine_.is_polling()) return;
    Response<Output>& response = responses_[machine_.free_slot()];
    // Made anew, since an assignment is several times the code.
    std::destroy_at(&response);
    std::construct_at(&response);
    machine_.receive(reply, now, &response.output, response.metadata);
  }

  /// As for Call.
  void lose() noexcept { machine_.lose(); }

  /// The state in the table of flow/transitions.hpp.
  [[nodiscard]] WaitState state() const noexcept { return machine_.state(); }
  /// The number of polls that succeeded or failed.
  [[nodiscard]] unsigned polls() const noexcept { return machine_.polls(); }
  /// The number of polls that succeeded.
  [[nodiscard]] unsigned answers() const noexcept { return machine_.answers(); }
  /// The number of polls that failed without ending the wait.
  [[nodiscard]] unsigned troubles() const noexcept { return machine_.troubles(); }
  /// The error of the last poll if it failed; null if it succeeded, and after Done.
  [[nodiscard]] Error const* trouble() const noexcept { return machine_.trouble(); }
  /// The response of the last successful poll; null if there is none yet, and after Done, which moves it out.
  [[nodiscard]] Response<Output> const* last() const noexcept {
    return machine_.has_last() ? &responses_[machine_.last_slot()] : nullptr;
  }

  // For drivers: the step and the result in parts, which are cheaper to move than the whole.

  /// What `next` returns while the wait is not done; nullopt once it is, or is cancelled.
  std::optional<Ask> ask(Timestamp now) { return machine_.ask(now, &input_); }
  /// How the wait ended, with `last` and `trouble` as they are then: what `result` moves out. Precondition: `ask`
  /// returned nullopt, and the result was not taken.
  [[nodiscard]] WaitEnd end() const noexcept { return machine_.end(); }
  /// The result that `next` returns as Done, which is moved out. Precondition: `ask` returned nullopt.
  [[nodiscard]] Outcome result() {
    auto ending = machine_.take();
    Outcome outcome{.end = ending.end, .error = std::move(ending.error), .polls = ending.polls};
    if (ending.has_last) outcome.last.emplace(std::move(responses_[machine_.last_slot()]));
    return outcome;
  }

 private:
  friend struct detail::Probe;
  // The result is moved into the last step, which must not throw.
  static_assert(std::is_nothrow_move_constructible_v<Response<Output>>);
  static_assert(std::is_nothrow_default_constructible_v<Response<Output>>);

  Input input_;
  detail::WaitMachine machine_;
  Response<Output> responses_[2];
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/flow/impl/waiter.ipp"
#endif
