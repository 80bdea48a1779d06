// Asks an operation again and again until its answer says that something is done, as a machine.
//
// Rules: as in flow/call.hpp; each poll is a Call of its own with its own retries. The pause between two polls is
// WaitOptions::delay. "Done", "done badly", "not done in time" and "a call failed" are four different outcomes. A
// waiter keeps nothing that is not in its input: any process may make one for the same job and go on.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "healthlake/flow/call.hpp"
#include "healthlake/model/waiter.hpp"

namespace healthlake {

/// How long to wait for what.
struct WaitOptions {
  /// Between the end of a poll and the next one. Default: the waiter's own, from the service model.
  std::optional<Milliseconds> delay{};
  /// How many polls at most; 0 for no limit. Default: the waiter's own.
  std::optional<unsigned> max_attempts{};
  /// The last poll begins this long after the first one, or as soon after that as the driver asks; how long a poll
  /// takes is the transport's and the retries' business. Default: no limit but `max_attempts`.
  std::optional<Milliseconds> timeout{};
};

/// How a wait ended.
enum class WaitEnd : std::uint8_t {
  /// What was waited for is so.
  success,
  /// It never will be: a state or an error from which there is no way there.
  failure,
  /// Not so after the last poll, or at the timeout.
  timed_out,
  /// A poll failed with an error that says nothing about it.
  call_failed,
};

/// The result of a wait.
template <class Output>
struct WaitResult {
  WaitEnd end = WaitEnd::timed_out;
  /// The last answer, if any poll had one.
  std::optional<Response<Output>> last{};
  /// The error that ended the wait: with call_failed always, with success or failure if an acceptor was for it.
  std::optional<Error> error{};
  unsigned polls = 0;
};

namespace detail {

// The text at a path of member names; empty if a step is absent or the end is no string or enumeration.
inline std::string_view text_at(Type const& root, void const* value, std::string_view path) {
  Type const* type = &root;
  while (value && !path.empty()) {
    auto const dot = path.find('.');
    Member const* member = type->find(path.substr(0, dot));
    if (!member) return {};
    value = member->get(value);
    type = &member->type();
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  if (!value) return {};
  if (type->kind == Kind::enumeration) return static_cast<EnumValue const*>(value)->spelling(type->enumeration());
  if (type->kind == Kind::string) return *static_cast<std::string const*>(value);
  return {};
}

inline std::optional<WaiterState> match_output(std::span<Acceptor const> acceptors, Type const& type,
                                               void const* output) {
  for (auto const& acceptor : acceptors)
    if (acceptor.matcher == Acceptor::Matcher::path && text_at(type, output, acceptor.path) == acceptor.expected)
      return acceptor.state;
  return std::nullopt;
}

inline std::optional<WaiterState> match_error(std::span<Acceptor const> acceptors, Error const& error) {
  auto const* service = error.as<ServiceError>();
  for (auto const& acceptor : acceptors)
    if (acceptor.matcher == Acceptor::Matcher::error && service && service->is(acceptor.expected))
      return acceptor.state;
  return std::nullopt;
}

}  // namespace detail

/// Waits for `W`, for example `Waiter<FHIRExportJobCompleted>`.
template <WaiterShape W>
class Waiter {
 public:
  using Operation = typename W::Operation;
  using Output = typename Operation::Output;
  using Outcome = WaitResult<Output>;

  /// `session` and what `entropy` refers to outlive the waiter.
  Waiter(typename Operation::Input input, Endpoint endpoint, Session& session, Entropy entropy,
         CallOptions call_options = {}, WaitOptions options = {})
      : input_(std::move(input)),
        endpoint_(std::move(endpoint)),
        session_(&session),
        entropy_(entropy),
        call_options_(call_options),
        delay_(options.delay.value_or(W::delay)),
        max_polls_(options.max_attempts.value_or(W::max_attempts)),
        timeout_(options.timeout) {}

  Step<Outcome> next(Timestamp now) {
    using enum WaitState;
    if (state_ == ready) started_ = now;
    while (state_ < done) {
      if (state_ != polling) {
        if (auto const wait = pause_.left(now)) {
          static_assert(detail::after(wait_transitions, {paused}, {WaitEvent::early}, StepKind::wait) == paused);
          return *wait;
        }
        call_.emplace(input_, endpoint_, *session_, entropy_, call_options_, std::move(spare_));
        state_ = detail::after(wait_transitions, {ready, paused}, {WaitEvent::next});
      }
      if (auto const step = call_->ask(now)) {
        static_assert(detail::after(wait_transitions, {polling}, {WaitEvent::call_sends}, StepKind::send) == polling);
        static_assert(detail::after(wait_transitions, {polling}, {WaitEvent::call_waits}, StepKind::wait) == polling);
        return detail::step_of<Step<Outcome>>(*step);
      }
      take(now);
    }
    if (state_ == taken) {
      result_.end = WaitEnd::call_failed;
      detail::say_no_result(result_.error);
    }
    state_ = detail::after(wait_transitions, {done, taken}, {WaitEvent::next}, StepKind::done);
    Done<Outcome> last_step{std::move(result_)};
    result_.last.reset();
    return last_step;
  }

  void receive(HttpReply const& reply, Timestamp now) {
    if (!call_) return;
    call_->receive(reply, now);
    if (call_->done()) take(now);
  }

  [[nodiscard]] WaitState state() const noexcept { return state_; }
  /// How many polls had an answer or failed.
  [[nodiscard]] unsigned polls() const noexcept { return result_.polls; }
  /// How many polls had an answer.
  [[nodiscard]] unsigned answers() const noexcept { return answers_; }
  /// The answer of the last poll that had one; null before the first, and after Done, which takes it along.
  [[nodiscard]] Response<Output> const* last() const noexcept { return result_.last ? &*result_.last : nullptr; }

 private:
  // The result of a call that is done.
  void take(Timestamp now) {
    Error* const error = call_->take();
    spare_ = call_->take_request();
    ++result_.polls;
    std::optional<WaiterState> fits;
    if (error) {
      result_.error.emplace(std::move(*error));
      fits = detail::match_error(W::acceptors, *result_.error);
    } else {
      ++answers_;
      result_.last.emplace(std::move(call_->response()));
      fits = detail::match_output(W::acceptors, type_of<Output>(), &result_.last->output);
    }
    bool const failed = error != nullptr;
    call_.reset();
    if (fits) return finish(*fits == WaiterState::success ? WaitEnd::success : WaitEnd::failure);
    if (failed) return finish(WaitEnd::call_failed);
    bool const out_of_polls = max_polls_ != 0 && result_.polls >= max_polls_;
    Milliseconds const elapsed = std::max(now - started_, Milliseconds{0});
    if (out_of_polls || (timeout_ && elapsed >= *timeout_)) return finish(WaitEnd::timed_out);
    state_ = detail::after(wait_transitions, {WaitState::polling}, {WaitEvent::not_yet});
    pause_.begin(now, timeout_ ? std::min(delay_, Milliseconds{timeout_->count - elapsed.count}) : delay_);
  }

  void finish(WaitEnd end) {
    result_.end = end;
    using enum WaitEvent;
    state_ = detail::after(wait_transitions, {WaitState::polling}, {success, failure, timed_out, call_failed});
  }

  typename Operation::Input input_;
  Endpoint endpoint_;
  Session* session_;
  Entropy entropy_;
  CallOptions call_options_;
  Milliseconds delay_;
  unsigned max_polls_;
  std::optional<Milliseconds> timeout_;
  Timestamp started_{};
  detail::Pause pause_;
  std::optional<Call<Operation>> call_;
  // The request of the poll before, for the memory it holds.
  HttpRequest spare_;
  Outcome result_{};
  unsigned answers_ = 0;
  WaitState state_ = WaitState::ready;
};

}  // namespace healthlake
