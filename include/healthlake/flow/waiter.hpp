// Polls an operation until its response meets a condition, as a state machine.
//
// Rules: as in flow/call.hpp; each poll is a separate Call with its own retries. The delay between two polls is
// WaitOptions::delay. Success, failure, a timeout, a failed call and cancellation are five different outcomes. A
// transient error (`may_pass` in protocol/retry_kind.hpp) does not end the wait, within the limits of WaitOptions. To
// continue a wait, no state beyond the input is needed: any process can create a waiter for the same job.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/flow/call.hpp"
#include "healthlake/model/waiter.hpp"
#include "healthlake/protocol/retry_kind.hpp"

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

/// The result of a wait.
template <class Output>
struct WaitResult {
  WaitEnd end = WaitEnd::timed_out;
  /// The last successful response, if any.
  std::optional<Response<Output>> last{};
  /// The error of the last poll if it failed: always with call_failed, with success or failure if an acceptor matched
  /// it, with timed_out if the last poll failed.
  std::optional<Error> error{};
  unsigned polls = 0;
};

namespace detail {

// The string at a path of member names; empty if a member on the path is absent or the last one is not a string or
// enumeration.
std::string_view text_at(Type const& root, void const* value, std::string_view path);

std::optional<WaiterState> match_output(std::span<Acceptor const> acceptors, Type const& type, void const* output);

std::optional<WaiterState> match_error(std::span<Acceptor const> acceptors, Error const& error);

// The waiter's own acceptors, if it has any.
template <class W>
constexpr std::span<Acceptor const> own_acceptors() noexcept {
  if constexpr (requires { W::own_acceptors; }) return W::own_acceptors;
  else return {};
}
template <class W>
constexpr Milliseconds default_not_found() noexcept {
  if constexpr (requires { W::not_found; }) return W::not_found;
  else return {};
}

bool is_not_found(Error const& error) noexcept;

}  // namespace detail

/// Waits for `W`, for example `Waiter<FHIRExportJobCompleted>`.
template <WaiterShape W>
class Waiter {
 public:
  using Operation = typename W::Operation;
  using Input = typename Operation::Input;
  using Output = typename Operation::Output;
  using Outcome = WaitResult<Output>;

  /// `session` and what `entropy` refers to must outlive the waiter.
  Waiter(Input const& input, Endpoint const& endpoint, Session& session, Entropy entropy,
         CallOptions const& call_options = {}, WaitOptions const& options = {})
      : Waiter(Input{input}, endpoint, session, entropy, call_options, options) {}
  /// The same, for an input that is no longer needed.
  Waiter(Input&& input, Endpoint const& endpoint, Session& session, Entropy entropy,
         CallOptions const& call_options = {}, WaitOptions const& options = {})
      : input_(std::move(input)),
        endpoint_(endpoint),
        session_(&session),
        entropy_(entropy),
        call_options_(call_options),
        delay_(options.delay.value_or(W::delay)),
        max_polls_(options.max_attempts.value_or(options.timeout ? 0 : W::max_attempts)),
        max_failed_(options.max_failed_polls.value_or(options.timeout ? 0 : WaitOptions::default_max_failed_polls)),
        for_last_poll_{
            (std::min)(WaitOptions::time_for_last_poll.count, options.timeout.value_or(Milliseconds{}).count / 2)},
        limit_(options.timeout),
        not_found_(options.not_found.value_or(detail::default_not_found<W>())) {}

  Step<Outcome> next(Timestamp now) {
    using enum WaitState;
    while (state_ < cancelled) {
      if (state_ != polling) {
        auto const time_left = limit_.left(now);
        if (time_left && time_left->count == 0) {
          result_.end = WaitEnd::timed_out;
          state_ = detail::after(wait_transitions, {ready, paused}, {WaitEvent::timed_out});
          break;
        }
        if (auto const wait = pause_.left(now)) {
          static_assert(detail::after(wait_transitions, {paused}, {WaitEvent::early}, StepKind::wait) == paused);
          return *wait;
        }
        poll(time_left);
      }
      if (auto const step = call_->ask(now)) {
        static_assert(detail::after(wait_transitions, {polling}, {WaitEvent::call_sends}, StepKind::send) == polling);
        static_assert(detail::after(wait_transitions, {polling}, {WaitEvent::call_waits}, StepKind::wait) == polling);
        return detail::step_of<Step<Outcome>>(*step);
      }
      take(now);
    }
    if (state_ == cancelled) {
      static_assert(detail::after(wait_transitions, {cancelled}, {WaitEvent::next}, StepKind::done) == cancelled);
      result_.end = WaitEnd::cancelled;
      return hand_over();
    }
    if (state_ == taken) {
      result_.end = WaitEnd::call_failed;
      detail::say_no_result(result_.error);
    }
    state_ = detail::after(wait_transitions, {done, taken}, {WaitEvent::next}, StepKind::done);
    return hand_over();
  }

  /// Ends the wait with the outcome `cancelled`; a poll in progress is dropped. Has no effect on a wait that is done.
  void cancel() {
    using enum WaitState;
    if (state_ >= cancelled) return;
    drop_poll();
    state_ = detail::after(wait_transitions, {ready, polling, paused}, {WaitEvent::cancel});
  }
  /// Resumes a cancelled wait: the number of polls is kept, WaitOptions::timeout starts again, a dropped poll is
  /// repeated, and a delay runs to its end. Returns false if the wait is not cancelled.
  bool resume() {
    if (state_ != WaitState::cancelled) return false;
    limit_.restart();
    state_ = detail::after(wait_transitions, {WaitState::cancelled}, {WaitEvent::resume});
    return true;
  }

  void receive(HttpReply const& reply, Timestamp now) {
    if (!call_) return;
    call_->receive(reply, now);
    if (call_->done()) take(now);
  }

  /// As for Call.
  void lose() noexcept {
    if (call_) call_->lose();
  }

  [[nodiscard]] WaitState state() const noexcept { return state_; }
  /// The number of polls that succeeded or failed.
  [[nodiscard]] unsigned polls() const noexcept { return result_.polls; }
  /// The number of polls that succeeded.
  [[nodiscard]] unsigned answers() const noexcept { return answers_; }
  /// The number of polls that failed without ending the wait.
  [[nodiscard]] unsigned troubles() const noexcept { return troubles_; }
  /// The error of the last poll if it failed; null if it succeeded, and after Done.
  [[nodiscard]] Error const* trouble() const noexcept { return result_.error ? &*result_.error : nullptr; }
  /// The response of the last successful poll; null if there is none yet, and after Done, which moves it out.
  [[nodiscard]] Response<Output> const* last() const noexcept { return result_.last ? &*result_.last : nullptr; }

 private:
  void poll(std::optional<Milliseconds> time_left) {
    using enum WaitState;
    CallOptions options = call_options_;
    if (time_left) options.timeout = (std::min)(options.timeout.value_or(*time_left), *time_left);
    call_.emplace(input_, endpoint_, *session_, entropy_, options, std::move(spare_));
    state_ = detail::after(wait_transitions, {ready, paused}, {WaitEvent::next});
  }
  void drop_poll() {
    if (!call_) return;
    spare_ = call_->take_request();
    call_.reset();
  }

  // Processes the result of a poll whose call is done.
  void take(Timestamp now) {
    Error* const error = call_->take();
    if (error && error->cancelled()) return cancel();
    ++result_.polls;
    std::optional<WaiterState> fits;
    if (error) {
      result_.error.emplace(std::move(*error));
      fits = match([&](auto acceptors) { return detail::match_error(acceptors, *result_.error); });
    } else {
      ++answers_;
      result_.error.reset();
      result_.last.emplace(std::move(call_->response()));
      fits = match(
          [&](auto acceptors) { return detail::match_output(acceptors, type_of<Output>(), &result_.last->output); });
    }
    // A call that ends before it has sent anything would end the same way at once.
    bool const unsent = call_->attempts() == 0;
    drop_poll();
    if (fits) return finish(*fits == WaiterState::success ? WaitEnd::success : WaitEnd::failure);
    if (!bears(now)) return finish(WaitEnd::call_failed);
    auto const time_left = limit_.left(now);
    bool const out_of_polls = max_polls_ != 0 && result_.polls >= max_polls_;
    if (out_of_polls || (time_left && *time_left <= for_last_poll_)) return finish(WaitEnd::timed_out);
    if (unsent) return finish(WaitEnd::call_failed);
    using enum WaitEvent;
    if (result_.error) ++troubles_;
    state_ = detail::after(wait_transitions, {WaitState::polling}, {not_yet, trouble});
    pause_.begin(now, time_left ? (std::min)(delay_, Milliseconds{time_left->count - for_last_poll_.count}) : delay_);
  }

  // Matches the model's acceptors, then the waiter's own.
  template <class By>
  static std::optional<WaiterState> match(By const& by) {
    auto const fits = by(std::span<Acceptor const>{W::acceptors});
    return fits ? fits : by(detail::own_acceptors<W>());
  }

  // Whether the wait continues after a poll with this result.
  bool bears(Timestamp now) {
    auto const unknown_for = not_found_.left(now);
    if (!result_.error) {
      failed_ = 0;
      return true;
    }
    if (answers_ == 0 && unknown_for->count > 0 && detail::is_not_found(*result_.error)) return true;
    return may_pass(*result_.error) && (++failed_ < max_failed_ || max_failed_ == 0);
  }

  Done<Outcome> hand_over() {
    Done<Outcome> last_step{std::move(result_)};
    result_.last.reset();
    result_.error.reset();
    return last_step;
  }

  void finish(WaitEnd end) {
    result_.end = end;
    using enum WaitEvent;
    state_ = detail::after(wait_transitions, {WaitState::polling}, {success, failure, timed_out, call_failed});
  }

  Input input_;
  Endpoint endpoint_;
  Session* session_;
  Entropy entropy_;
  CallOptions call_options_;
  Milliseconds delay_;
  unsigned max_polls_;
  unsigned max_failed_;
  Milliseconds for_last_poll_;
  detail::TimeLimit limit_;
  detail::TimeLimit not_found_;
  detail::Pause pause_;
  std::optional<Call<Operation>> call_;
  // The request of the previous poll, kept to reuse its memory.
  HttpRequest spare_;
  Outcome result_{};
  unsigned answers_ = 0;
  unsigned troubles_ = 0;
  // Consecutive failed polls.
  unsigned failed_ = 0;
  WaitState state_ = WaitState::ready;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/flow/impl/waiter.ipp"
#endif
