// One call of one operation as a machine: it says what to send and how long to wait, and takes what came back.
//
// Rules: a machine never blocks and never asks the time; whoever drives it does both. `next(now)` answers Send, Wait or
// Done; after Send, `receive` takes the reply (until then `next` repeats the Send). The input is checked, its
// idempotency token filled and the body written once, before the first Send, so every attempt carries the same bytes
// and the same token. What is retried is in protocol/retry_kind.hpp, unless the operation's Repeat forbids it; how is
// in flow/retry.hpp, the states and what leads from one to another in flow/transitions.hpp. Machines are values that
// move.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/flow/retry.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/flow/transitions.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/text/text.hpp"

namespace healthlake {

/// What calls share: the quota of retries and the service's clock. Outlives its calls.
struct Session {
  RetryQuota quota{};
  ClockSkew skew{};
};

/// How calls are made.
struct CallOptions {
  RetryPolicy retry{};
  ValidateOptions validate{};
  ReadOptions read{};
  /// False leaves the host prefix of an operation off (a local endpoint has no wildcard DNS).
  bool host_prefix = true;
  /// Compresses requests of operations that allow it. By default none is.
  RequestCompression compression{};
};

namespace detail {

// That much later, or at the end of time; a negative time to come is none.
constexpr Timestamp later(Timestamp now, Milliseconds time) noexcept {
  return now + std::clamp(time, Milliseconds{0}, Timestamp{Timestamp::max_milliseconds} - now);
}

// A wait that is as long as it was meant to be even if the clock is set back in the middle of it.
class Pause {
 public:
  void begin(Timestamp now, Milliseconds length) noexcept {
    since_ = now;
    length_ = length;
  }
  // When it ends; nothing if it is over.
  [[nodiscard]] std::optional<Wait> left(Timestamp now) noexcept {
    since_ = std::min(since_, now);
    Timestamp const end = later(since_, length_);
    if (now < end) return Wait{end};
    return std::nullopt;
  }

 private:
  Timestamp since_{Timestamp::min_milliseconds};
  Milliseconds length_{};
};

// What a machine has in place of a result that was taken, or is not there yet.
inline void say_no_result(std::optional<Error>& error) {
  error.emplace(SetupError{SetupPhase::usage, "no result, or taken before"});
}

// Everything of a call but the types of its input and output.
class CallMachine {
 public:
  CallMachine(OperationInfo const& operation, void const* input, Endpoint const& endpoint, Session& session,
              Entropy entropy, CallOptions const& options, HttpRequest memory, Extras const& extras)
      : operation_(&operation),
        extras_(&extras),
        session_(&session),
        entropy_(entropy),
        options_(options),
        request_(std::move(memory)) {
    options_.retry.max_attempts = std::max(options_.retry.max_attempts, 1U);
    WriteOptions write{extras, options_.validate, options_.compression, options_.host_prefix};
    find_token(operation.input(), input);
    write.token = token_;
    if (std::optional<Error> error; !write_erased(request_, operation, input, endpoint, write, error)) {
      finish(std::move(*error), GaveUp::not_retryable, false);
      return;
    }
    request_.headers.add("amz-sdk-invocation-id", random_uuid(entropy_).view());
    own_headers_ = request_.headers.size();
  }

  // Nothing once the call is done.
  std::optional<Ask> ask(Timestamp now) {
    using enum CallState;
    if (state_ >= done) return std::nullopt;
    if (state_ != sent) {
      if (auto const wait = pause_.left(now)) {
        // Before the first attempt there is no pause.
        static_assert(detail::after(call_transitions, {paused}, {CallEvent::early}, StepKind::wait) == paused);
        return *wait;
      }
      ++attempt_;
      sent_ = now;
    }
    state_ = detail::after(call_transitions, {ready, paused, sent}, {CallEvent::next}, StepKind::send);
    // What the signer of an attempt before added goes: it may have had other credentials.
    request_.headers.truncate(own_headers_);
    request_.headers.add("amz-sdk-request",
                         {"attempt=", Decimal{attempt_}, "; max=", Decimal{options_.retry.max_attempts}});
    return Send{request_, attempt_, now + session_->skew.offset()};
  }

  // Takes the reply to the last Send; `output` and `metadata` are where a success goes. Precondition: a reply is due.
  void receive(HttpReply const& reply, Timestamp now, void* output, ResponseMetadata& metadata) {
    if (!reply) {
      RetryKind const kind = retry_kind(reply.error().reason);
      return decide(reply.error(), kind, std::nullopt, now);
    }
    // Nothing was read before: what cannot be read is not retried.
    metadata.attempts = attempt_;
    std::optional<Error> error;
    if (read_erased(*operation_, *reply, output, *extras_, options_.read, metadata, error)) {
      session_->quota.give_back(last_cost_ > 0 ? last_cost_ : 1);
      error_.reset();
      metadata.client_token = token_;
      state_ = detail::after(call_transitions, {CallState::sent}, {CallEvent::success});
      return;
    }
    RetryKind kind = RetryKind::none;
    if (auto* service = std::get_if<ServiceError>(&error->detail)) {
      if (auto const skew = clock_skew_of(service->code, reply->headers, sent_, now, session_->skew.offset())) {
        session_->skew.set(*skew);
        service->retry = RetryKind::transient;
      }
      kind = service->retry;
    }
    decide(std::move(*error), kind, retry_after_of(reply->headers), now);
  }

  // Adds what is known of the attempts so far; `this_one` if the error is the end of an attempt that may have acted.
  void annotate(Error& error, bool this_one) const {
    error.effect = this_one ? Effect::possible : acted_ ? Effect::earlier : Effect::none;
    error.client_token = token_;
  }

  // The error of the result, which is taken by that; null after a success.
  Error* take() {
    if (state_ != CallState::done) say_no_result(error_);
    if (done())
      state_ = detail::after(call_transitions, {CallState::done, CallState::taken}, {CallEvent::next}, StepKind::done);
    return error_ ? &*error_ : nullptr;
  }

  [[nodiscard]] CallState state() const noexcept { return state_; }
  [[nodiscard]] bool done() const noexcept { return state_ >= CallState::done; }
  [[nodiscard]] unsigned attempts() const noexcept { return attempt_; }
  [[nodiscard]] HttpRequest take_request() noexcept { return std::move(request_); }

 private:
  // The input's idempotency token, or a fresh one where it is absent. An empty one is not absent: it may be one that
  // was lost, and validation says so.
  void find_token(Type const& type, void const* input) {
    for (auto const& member : type.members) {
      if (!is_client_token(member)) continue;
      if (void const* given = member.get(input)) token_ = *static_cast<std::string const*>(given);
      else if (member.is(idempotency_token)) token_ = random_uuid(entropy_).view();
    }
  }

  void finish(Error&& error, GaveUp why, bool acted) {
    error.gave_up = why;
    annotate(error, acted);
    error_.emplace(std::move(error));
    static_assert(detail::after(call_transitions, {CallState::ready}, {CallEvent::refused}) == CallState::done);
    state_ = detail::after(call_transitions, {CallState::sent}, {CallEvent::failure});
  }

  void decide(Error&& error, RetryKind kind, std::optional<Milliseconds> hint, Timestamp now) {
    std::int32_t const cost = retry_cost(options_.retry.spec, kind);
    Repeat const repeat = operation_->traits.repeat;
    bool const acted = repeat != Repeat::reads && may_have_acted(error);
    acted_ = acted_ || acted;
    bool const must_not = acted && repeat == Repeat::if_not_done && !options_.retry.repeat_any;
    GaveUp const why = kind == RetryKind::none                   ? GaveUp::not_retryable
                       : must_not                                ? GaveUp::may_have_acted
                       : attempt_ >= options_.retry.max_attempts ? GaveUp::max_attempts
                       : !session_->quota.take(cost)             ? GaveUp::quota
                                                                 : GaveUp::no;
    if (why != GaveUp::no) return finish(std::move(error), why, acted);
    last_cost_ = cost;
    Milliseconds const delay = backoff(options_.retry, kind, attempt_, entropy_);
    state_ = detail::after(call_transitions, {CallState::sent}, {CallEvent::retry});
    pause_.begin(now, with_retry_after(options_.retry, delay, hint));
  }

  OperationInfo const* operation_;
  Extras const* extras_;
  Session* session_;
  Entropy entropy_;
  CallOptions options_;
  HttpRequest request_;
  // How many of its header lines are the same for every attempt.
  std::size_t own_headers_ = 0;
  // The idempotency token; empty if the operation has none.
  std::string token_;
  std::optional<Error> error_;
  Timestamp sent_{};
  Pause pause_;
  std::int32_t last_cost_ = 0;
  unsigned attempt_ = 0;
  // Whether an attempt may have been carried out.
  bool acted_ = false;
  CallState state_ = CallState::ready;
};

}  // namespace detail

/// A call of `Op`.
template <Operation Op>
class Call {
 public:
  using Output = typename Op::Output;
  using Outcome = Result<Response<Output>>;

  /// Checks and writes the input at once; an input that breaks rules makes the first `next` a Done. `session` and
  /// what `entropy` refers to outlive the call. `memory` is a request that is not needed any more, such as
  /// `take_request` gives: this call's is written over it, which saves the allocations.
  Call(typename Op::Input const& input, Endpoint const& endpoint, Session& session, Entropy entropy,
       CallOptions const& options = {}, HttpRequest memory = {})
      : machine_(operation_info<Op>, &input, endpoint, session, entropy, options, std::move(memory),
                 detail::extras_of<Op>) {}

  /// What to do at this time.
  Step<Outcome> next(Timestamp now) {
    if (auto const step = ask(now)) return detail::step_of<Step<Outcome>>(*step);
    return Done<Outcome>{result()};
  }

  /// The reply to the last Send. Ignored if there is none outstanding.
  void receive(HttpReply const& reply, Timestamp now) {
    if (machine_.state() == CallState::sent) machine_.receive(reply, now, &response_.output, response_.metadata);
  }

  [[nodiscard]] CallState state() const noexcept { return machine_.state(); }
  /// True once there is a result, also after it was taken.
  [[nodiscard]] bool done() const noexcept { return machine_.done(); }
  /// Adds to an error of the driver, such as a signer's, what the call knows: the ClientToken, and whether an earlier
  /// attempt may have been carried out.
  void annotate(Error& error) const { machine_.annotate(error, false); }
  /// How many requests were sent.
  [[nodiscard]] unsigned attempts() const noexcept { return machine_.attempts(); }
  /// What `next` returns as Done. It is moved out, so ask either, once: a SetupError (usage) takes its place after
  /// that, and while the call is not done.
  [[nodiscard]] Outcome result() {
    if (Error* const error = machine_.take()) return Outcome{unexpect, std::move(*error)};
    return std::move(response_);
  }

  // For machines that own a call: its step and its result in parts, which is less to move than the whole.

  /// What `next` returns while the call is not done; nothing once it is.
  std::optional<Ask> ask(Timestamp now) { return machine_.ask(now); }
  /// Takes the result: null after a success, and then `response` is yours to move from; else the error.
  [[nodiscard]] Error* take() { return machine_.take(); }
  [[nodiscard]] Response<Output>& response() noexcept { return response_; }
  /// The request, for the memory it holds; once no Send of it is in use.
  [[nodiscard]] HttpRequest take_request() noexcept { return machine_.take_request(); }

 private:
  detail::CallMachine machine_;
  Response<Output> response_{};
};

}  // namespace healthlake
