// The functions of flow/call.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/call.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/flow/retry.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/flow/time_limit.hpp"
#include "healthlake/flow/transitions.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_COLD HEALTHLAKE_DECL void say_no_result(std::optional<Error>& error) {
  error.emplace(SetupError{SetupPhase::usage, "no result, or taken before"});
}

HEALTHLAKE_DECL CallMachine::CallMachine(OperationInfo const& operation, void const* input, Endpoint const& endpoint,
                                         Session& session, Entropy entropy, CallOptions const& options,
                                         HttpRequest&& memory, Extras const& extras)
    : operation_(&operation),
      extras_(&extras),
      session_(&session),
      entropy_(entropy),
      options_(options),
      limit_(options.timeout),
      request_(std::move(memory)) {
  options_.retry.max_attempts = (std::max)(options_.retry.max_attempts, 1U);
  WriteOptions write{extras, options_.validate, options_.compression, options_.host_prefix};
  find_token(operation.input(), input);
  write.token = token_;
  auto const writer = extras.protocol ? extras.protocol->write : &write_erased;
  if (std::optional<Error> error; !writer(request_, operation, input, endpoint, write, error)) {
    finish(std::move(*error), GaveUp::not_retryable);
    return;
  }
  request_.headers.add("amz-sdk-invocation-id", random_uuid(entropy_).view());
  own_headers_ = request_.headers.size();
}

HEALTHLAKE_DECL CallMachine::CallMachine(CallMachine const&) = default;
HEALTHLAKE_DECL CallMachine::CallMachine(CallMachine&&) noexcept = default;
HEALTHLAKE_DECL CallMachine& CallMachine::operator=(CallMachine const&) = default;
HEALTHLAKE_DECL CallMachine& CallMachine::operator=(CallMachine&&) noexcept = default;
HEALTHLAKE_DECL CallMachine::~CallMachine() = default;

HEALTHLAKE_DECL std::optional<Ask> CallMachine::ask(Timestamp now) {
  using enum CallState;
  if (this->done()) return std::nullopt;
  if (state_ == sent && lost_)
    decide(TransportError{TransportReason::connection_lost, "reply not read"}, RetryKind::transient, std::nullopt, now);
  if (this->done()) return std::nullopt;
  auto const time_left = limit_.left(now);
  if (time_left && time_left->count == 0) {
    end_out_of_time();
    return std::nullopt;
  }
  correction_ = correction_at(now, session_->skew.offset(), options_.clock);
  bool const again = state_ == sent;
  if (!again) {
    if (auto const wait = pause_.left(now, time_left)) {
      // There is no delay before the first attempt.
      static_assert(detail::after(call_transitions, {paused}, {CallEvent::early}, StepKind::wait) == paused);
      return *wait;
    }
  }
  // Remove what the signer added before, since it may have used other credentials. A reply may repeat it nonetheless.
  if (added_) {
    if (request_.headers.size() > own_headers_ + 1) {
      earlier_.clear();
      add_lines(earlier_, own_headers_ + 1);
    }
    request_.headers.truncate(own_headers_);
  }
  added_ = true;
  request_.headers.add(attempt_header, {"attempt=", Decimal{attempt_ + (again ? 0 : 1)},
                                        "; max=", Decimal{options_.retry.max_attempts}});
  // Nothing throws from here on.
  if (!again) {
    ++attempt_;
    lost_ = false;
    sent_ = now;
    signed_ = now + correction_;
  }
  state_ = detail::after(call_transitions, {ready, paused, sent}, {CallEvent::next}, StepKind::send);
  Send send{request_, attempt_, now + correction_};
  send.timeout = time_left;
  return send;
}

HEALTHLAKE_DECL void CallMachine::receive(HttpReply const& reply, Timestamp now, void* output,
                                          ResponseMetadata& metadata) {
  // In case that this throws; a call that is not lost has another state then.
  lost_ = true;
  take_in(reply, now, output, metadata);
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void CallMachine::cancel(TransportError why) {
  if (done()) return;
  bool const was_sent = state_ == CallState::sent;
  why.may_have_reached_server = why.may_have_reached_server && was_sent;
  keep(std::move(why), GaveUp::cancelled);
  was_sent_ = was_sent;
  state_ = detail::after(call_transitions, {CallState::ready, CallState::sent, CallState::paused}, {CallEvent::cancel});
}

HEALTHLAKE_DECL bool CallMachine::resume() {
  if (state_ != CallState::cancelled || (error_->effect == Effect::possible && must_not_repeat())) return false;
  // The interrupted attempt is repeated.
  if (was_sent_) --attempt_;
  error_.reset();
  limit_.restart();
  state_ = detail::after(call_transitions, {CallState::cancelled}, {CallEvent::resume});
  return true;
}

HEALTHLAKE_DECL void CallMachine::annotate(Error& error, bool this_one) const {
  error.effect = this_one ? Effect::possible : acted_ ? Effect::earlier : Effect::none;
  error.client_token = token_;
}

HEALTHLAKE_DECL Error* CallMachine::take() {
  if (state_ == CallState::cancelled) {
    static_assert(detail::after(call_transitions, {CallState::cancelled}, {CallEvent::next}, StepKind::done) ==
                  CallState::cancelled);
    // The token may have been moved out by an earlier call.
    error_->client_token = token_;
    return &*error_;
  }
  if (state_ != CallState::done) say_no_result(error_);
  if (done())
    state_ = detail::after(call_transitions, {CallState::done, CallState::taken}, {CallEvent::next}, StepKind::done);
  return error_ ? &*error_ : nullptr;
}

HEALTHLAKE_DECL void CallMachine::take_in(HttpReply const& reply, Timestamp now, void* output,
                                          ResponseMetadata& metadata) {
  Headers both;
  Headers const& sent = earlier_.empty() ? request_.headers : both;
  if (!earlier_.empty()) {
    // The two signatures are of about the same size, and the attempt takes a few bytes. Growing would need twice the
    // memory.
    std::size_t size = 0;
    for (Header const line : earlier_) size += line.name.size() + line.value.size() + 2 * sizeof size;
    both.reserve(2 * size + 48);
    add_lines(both, own_headers_);
    for (Header const line : earlier_) both.add(line.name, line.value);
  }
  if (!reply) {
    TransportError failed = reply.error();
    redactor_for(sent).clean(failed.message);
    if (failed.reason == TransportReason::cancelled) return cancel(std::move(failed));
    RetryKind const kind = retry_kind(failed.reason);
    return decide(std::move(failed), kind, std::nullopt, now);
  }
  // A response that cannot be read is not retried.
  metadata.attempts = attempt_;
  metadata.clock_correction = correction_;
  std::optional<Error> error;
  auto const reader = extras_->protocol ? extras_->protocol->read : &read_erased;
  if (reader(*operation_, *reply, output, *extras_, options_.read, metadata, sent, error)) {
    session_->quota.give_back(last_cost_ > 0 ? last_cost_ : 1);
    // Nothing asks for it any more: a success has no error to annotate.
    metadata.client_token = std::move(token_);
    error_.reset();
    state_ = detail::after(call_transitions, {CallState::sent}, {CallEvent::success});
    return;
  }
  RetryKind kind = RetryKind::none;
  std::optional<Milliseconds> skew;
  bool held = false;
  if (auto* service = error->as<ServiceError>()) {
    auto const offset = correction_at(now, session_->skew.offset(), options_.clock);
    skew = clock_skew_of(service->code, reply->headers, sent_, now, offset, options_.clock);
    if (!skew && !signed_again_) {
      skew = held_up(service->code, reply->headers, signed_, now, offset);
      held = skew.has_value();
    }
    if (skew) service->retry = RetryKind::transient;
    kind = service->retry;
  }
  decide(std::move(*error), kind,
         extras_->protocol ? extras_->protocol->retry_after(reply->headers, now) : retry_after_of(reply->headers), now);
  if (!skew) return;
  signed_again_ = signed_again_ || held;
  session_->skew.set(*skew);
  correction_ = session_->skew.offset();
  if (error_) error_->clock_correction = correction_;
}

HEALTHLAKE_DECL void CallMachine::add_lines(Headers& lines, std::size_t first) const {
  for (Header const line : request_.headers)
    if (first == 0) lines.add(line.name, line.value);
    else --first;
}

HEALTHLAKE_DECL void CallMachine::find_token(Type const& type, void const* input) {
  for (auto const& member : type.members) {
    if (!is_client_token(member)) continue;
    if (void const* given = member.get(input)) token_ = *static_cast<std::string const*>(given);
    else if (member.is(idempotency_token)) token_ = random_uuid(entropy_).view();
  }
}

HEALTHLAKE_COLD HEALTHLAKE_DECL bool CallMachine::must_not_repeat() const noexcept {
  return operation_->traits.repeat == Repeat::if_not_done && !options_.retry.repeat_any;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void CallMachine::keep(Error&& error, GaveUp why) {
  bool const acted = attempt_ != 0 && operation_->traits.repeat != Repeat::reads && may_have_acted(error);
  error.gave_up = why;
  error.clock_correction = correction_;
  // This may throw.
  annotate(error, acted);
  acted_ = acted_ || acted;
  error_.emplace(std::move(error));
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void CallMachine::end_out_of_time() {
  using enum CallState;
  if (state_ == sent) keep(TransportError{TransportReason::read_timeout, "no response in time"}, GaveUp::timeout);
  else if (!error_)
    keep(TransportError{TransportReason::connect_timeout, "no time left to send the request", false}, GaveUp::timeout);
  error_->gave_up = GaveUp::timeout;
  state_ = detail::after(call_transitions, {ready, sent, paused}, {CallEvent::out_of_time});
}

HEALTHLAKE_DECL void CallMachine::finish(Error&& error, GaveUp why) {
  keep(std::move(error), why);
  static_assert(detail::after(call_transitions, {CallState::ready}, {CallEvent::refused}) == CallState::done);
  state_ = detail::after(call_transitions, {CallState::sent}, {CallEvent::failure});
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void CallMachine::decide(Error&& error, RetryKind kind,
                                                         std::optional<Milliseconds> hint, Timestamp now) {
  std::int32_t const cost = retry_cost(options_.retry.spec, kind);
  // Copying the token and calling the caller's random source may throw, so both come before the quota is taken.
  error.client_token = token_;
  bool const attempts_left = attempt_ < options_.retry.max_attempts;
  GaveUp why = kind == RetryKind::none                      ? GaveUp::not_retryable
               : must_not_repeat() && may_have_acted(error) ? GaveUp::may_have_acted
               : !attempts_left                             ? GaveUp::max_attempts
                                                            : GaveUp::no;
  if (why != GaveUp::no) return finish(std::move(error), why);
  Milliseconds const delay = with_retry_after(options_.retry, backoff(options_.retry, kind, attempt_, entropy_), hint);
  auto const time_left = limit_.left(now);
  if (time_left && delay >= *time_left) return finish(std::move(error), GaveUp::timeout);
  if (!session_->quota.take(cost)) return finish(std::move(error), GaveUp::quota);
  last_cost_ = cost;
  state_ = detail::after(call_transitions, {CallState::sent}, {CallEvent::retry});
  keep(std::move(error), GaveUp::no);
  pause_.begin(now, delay);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
