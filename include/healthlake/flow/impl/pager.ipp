// The functions of flow/pager.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/call.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/flow/pager.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/flow/transitions.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL bool TokenCycle::repeats(std::string const& token) {
  if (seen_ != 0 && (token == last_ || token == mark_)) return true;
  std::string last = token;
  if (seen_ + 1 == next_mark_) {
    mark_ = token;
    next_mark_ *= 2;
  }
  last_ = std::move(last);
  ++seen_;
  return false;
}

}  // namespace HEALTHLAKE_NAMESPACE

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL PageMachine::PageMachine(OperationInfo const& operation, Extras const& extras, Endpoint const& endpoint,
                                         Session& session, Entropy entropy, CallOptions const& options,
                                         std::optional<std::string> const& first_token)
    : operation_(&operation),
      extras_(&extras),
      endpoint_(endpoint),
      session_(&session),
      entropy_(entropy),
      options_(options) {
  if (first_token) tokens_.repeats(*first_token);
}

HEALTHLAKE_DECL PageMachine::PageMachine(PageMachine const&) = default;
HEALTHLAKE_DECL PageMachine::PageMachine(PageMachine&&) noexcept = default;
HEALTHLAKE_DECL PageMachine& PageMachine::operator=(PageMachine const&) = default;
HEALTHLAKE_DECL PageMachine& PageMachine::operator=(PageMachine&&) noexcept = default;
HEALTHLAKE_DECL PageMachine::~PageMachine() = default;

HEALTHLAKE_DECL std::optional<Ask> PageMachine::ask(Timestamp now, void const* input) {
  using enum PagerState;
  if (state_ == ready) {
    call_.emplace(*operation_, input, endpoint_, *session_, entropy_, options_, std::move(spare_), *extras_);
    state_ = after(pager_transitions, {ready}, {PagerEvent::next});
  }
  if (state_ != fetching) return std::nullopt;
  if (auto step = call_->ask(now)) {
    static_assert(after(pager_transitions, {fetching}, {PagerEvent::call_sends}, StepKind::send) == fetching);
    static_assert(after(pager_transitions, {fetching}, {PagerEvent::call_waits}, StepKind::wait) == fetching);
    return step;
  }
  if (!call_->error()) return std::nullopt;
  Error* const error = call_->take();
  call_->give_request(spare_);
  if (error->cancelled()) {
    cancel_with(std::move(*error));
  } else {
    error_ = std::move(*error);
    state_ = after(pager_transitions, {fetching}, {PagerEvent::call_failed});
  }
  return std::nullopt;
}

HEALTHLAKE_DECL void PageMachine::turn(std::optional<std::string> const& token, ResponseMetadata const& metadata,
                                       std::optional<std::string>& next) {
  // Do what may throw first, while the call still has its result.
  bool const last = !token || token->empty();
  std::string following;
  if (!last) following = *token;
  if (!last && tokens_.repeats(following))
    error_ = Malformed{.message = "the service gave the same page token again; the list would never end",
                       .path = "NextToken",
                       .http_status = metadata.http_status,
                       .request_id = metadata.request_id};
  static_cast<void>(call_->take());
  call_->give_request(spare_);
  ++pages_;
  if (last) {
    state_ = after(pager_transitions, {PagerState::fetching}, {PagerEvent::last_page}, StepKind::page);
  } else if (error_) {
    state_ = after(pager_transitions, {PagerState::fetching}, {PagerEvent::repeated_token}, StepKind::page);
  } else {
    state_ = after(pager_transitions, {PagerState::fetching}, {PagerEvent::page}, StepKind::page);
    next = std::move(following);
  }
}

HEALTHLAKE_DECL PageMachine::Outcome PageMachine::take() {
  using enum PagerState;
  if (state_ == cancelled) {
    static_assert(after(pager_transitions, {cancelled}, {PagerEvent::next}, StepKind::done) == cancelled);
    return Unexpected{*error_};
  }
  if (state_ == taken) say_no_result(error_);
  state_ = after(pager_transitions, {done, taken}, {PagerEvent::next}, StepKind::done);
  if (error_) return Unexpected{std::move(*error_)};
  return pages_;
}

HEALTHLAKE_DECL void PageMachine::receive(HttpReply const& reply, Timestamp now, void* output,
                                          ResponseMetadata& metadata) {
  call_->receive(reply, now, output, metadata);
}

HEALTHLAKE_DECL void PageMachine::lose() noexcept {
  if (state_ == PagerState::fetching) call_->lose();
}

HEALTHLAKE_DECL void PageMachine::cancel() {
  if (state_ < PagerState::cancelled) cancel_with(TransportError{TransportReason::cancelled, "", false});
}

HEALTHLAKE_DECL bool PageMachine::resume() {
  if (state_ != PagerState::cancelled) return false;
  error_.reset();
  state_ = after(pager_transitions, {PagerState::cancelled}, {PagerEvent::resume});
  return true;
}

HEALTHLAKE_DECL void PageMachine::cancel_with(Error&& error) {
  error_.emplace(std::move(error));
  error_->gave_up = GaveUp::cancelled;
  using enum PagerState;
  state_ = after(pager_transitions, {ready, fetching}, {PagerEvent::cancel});
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
