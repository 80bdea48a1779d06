// The functions of flow/waiter.hpp.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/retry_kind.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/call.hpp"
#include "healthlake/flow/pause.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/flow/transitions.hpp"
#include "healthlake/flow/waiter.hpp"
#include "healthlake/model/waiter.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::string_view text_at(Type const& root, void const* value, std::string_view path) {
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

HEALTHLAKE_DECL std::optional<WaiterState> match_output(std::span<Acceptor const> acceptors, Type const& type,
                                                        void const* output) {
  // Most waiters compare the same member with several values.
  std::string_view path;
  std::string_view text = text_at(type, output, path);
  for (auto const& acceptor : acceptors) {
    if (acceptor.matcher != Acceptor::Matcher::path) continue;
    if (acceptor.path != path) text = text_at(type, output, path = acceptor.path);
    if (text == acceptor.expected) return acceptor.state;
  }
  return std::nullopt;
}

HEALTHLAKE_DECL std::optional<WaiterState> match_error(std::span<Acceptor const> acceptors, Error const& error) {
  auto const* service = error.as<ServiceError>();
  if (service == nullptr) return std::nullopt;
  for (auto const& acceptor : acceptors) {
    using Matcher = Acceptor::Matcher;
    if (acceptor.matcher == Matcher::error && service->is(acceptor.expected)) return acceptor.state;
    // Without a code, it may be a proxy's page, and a proxy does not know what became of a resource.
    if (acceptor.matcher == Matcher::status && service->http_status == acceptor.http_status && !service->code.empty())
      return acceptor.state;
  }
  return std::nullopt;
}

HEALTHLAKE_DECL bool is_not_found(Error const& error) noexcept {
  auto const* service = error.as<ServiceError>();
  return service && (service->http_status == 404 || service->code.find("NotFound") != std::string::npos);
}

HEALTHLAKE_DECL WaitMachine::WaitMachine(WaiterInfo const& info, Endpoint const& endpoint, Session& session,
                                         Entropy entropy, CallOptions const& call_options, WaitOptions const& options)
    : info_(&info),
      endpoint_(endpoint),
      session_(&session),
      entropy_(entropy),
      call_options_(call_options),
      bounds_(bounds_of(info, options)),
      for_last_poll_{
          (std::min)(WaitOptions::time_for_last_poll.count, options.timeout.value_or(Milliseconds{}).count / 2)},
      limit_(options.timeout),
      not_found_(options.not_found.value_or(info.not_found)) {}

HEALTHLAKE_DECL WaitMachine::WaitMachine(WaitMachine const&) = default;
HEALTHLAKE_DECL WaitMachine::WaitMachine(WaitMachine&&) noexcept = default;
HEALTHLAKE_DECL WaitMachine& WaitMachine::operator=(WaitMachine const&) = default;
HEALTHLAKE_DECL WaitMachine& WaitMachine::operator=(WaitMachine&&) noexcept = default;
HEALTHLAKE_DECL WaitMachine::~WaitMachine() = default;

HEALTHLAKE_DECL std::optional<Ask> WaitMachine::ask(Timestamp now, void const* input) {
  using enum WaitState;
  while (state_ < cancelled) {
    // Also during a poll: the clock may be set forward and back while it is in progress.
    auto const time_left = limit_.left(now);
    if (state_ != polling) {
      if (time_left && time_left->count == 0) {
        end_ = WaitEnd::timed_out;
        state_ = after(wait_transitions, {ready, paused}, {WaitEvent::timed_out});
        break;
      }
      // A delay that was restarted by the clock leaves time for the last poll.
      std::optional<Milliseconds> most;
      if (time_left) most = Milliseconds{time_left->count - for_last_poll_.count};
      if (auto const wait = pause_.left(now, most)) {
        static_assert(after(wait_transitions, {paused}, {WaitEvent::early}, StepKind::wait) == paused);
        return *wait;
      }
      poll(time_left, input);
    }
    if (auto step = call_->ask(now)) {
      static_assert(after(wait_transitions, {polling}, {WaitEvent::call_sends}, StepKind::send) == polling);
      static_assert(after(wait_transitions, {polling}, {WaitEvent::call_waits}, StepKind::wait) == polling);
      return step;
    }
    take_poll(now, nullptr);
  }
  return std::nullopt;
}

HEALTHLAKE_DECL WaitMachine::Ending WaitMachine::take() {
  using enum WaitState;
  if (state_ == cancelled) {
    static_assert(after(wait_transitions, {cancelled}, {WaitEvent::next}, StepKind::done) == cancelled);
    end_ = WaitEnd::cancelled;
  } else {
    if (state_ == taken) {
      end_ = WaitEnd::call_failed;
      say_no_result(error_);
    }
    state_ = after(wait_transitions, {done, taken}, {WaitEvent::next}, StepKind::done);
  }
  Ending ending{end_, std::move(error_), polls_, has_last_};
  error_.reset();
  has_last_ = false;
  return ending;
}

HEALTHLAKE_DECL void WaitMachine::cancel() {
  using enum WaitState;
  if (state_ >= cancelled) return;
  drop_poll();
  state_ = after(wait_transitions, {ready, polling, paused}, {WaitEvent::cancel});
}

HEALTHLAKE_DECL bool WaitMachine::resume() {
  if (state_ != WaitState::cancelled) return false;
  limit_.restart();
  state_ = after(wait_transitions, {WaitState::cancelled}, {WaitEvent::resume});
  return true;
}

HEALTHLAKE_DECL void WaitMachine::receive(HttpReply const& reply, Timestamp now, void* output,
                                          ResponseMetadata& metadata) {
  if (call_->state() == CallState::sent) call_->receive(reply, now, output, metadata);
  if (call_->done()) take_poll(now, output);
}

HEALTHLAKE_DECL void WaitMachine::lose() noexcept {
  if (call_) call_->lose();
}

HEALTHLAKE_DECL void WaitMachine::poll(std::optional<Milliseconds> time_left, void const* input) {
  using enum WaitState;
  CallOptions options = call_options_;
  if (time_left) options.timeout = (std::min)(options.timeout.value_or(*time_left), *time_left);
  call_.emplace(*info_->operation, input, endpoint_, *session_, entropy_, options, std::move(spare_), *info_->extras);
  state_ = after(wait_transitions, {ready, paused}, {WaitEvent::next});
}

HEALTHLAKE_DECL void WaitMachine::drop_poll() noexcept {
  if (!call_) return;
  call_->give_request(spare_);
  call_.reset();
}

HEALTHLAKE_DECL void WaitMachine::take_poll(Timestamp now, void const* output) {
  Error* const error = call_->take();
  if (error && error->cancelled()) return cancel();
  ++polls_;
  if (error) {
    error_.emplace(std::move(*error));
  } else {
    ++answers_;
    error_.reset();
    has_last_ = true;
    slot_ ^= 1U;
  }
  auto const fits = match(output);
  // A call that ends before it has sent anything would end the same way at once.
  bool const unsent = call_->attempts() == 0;
  drop_poll();
  if (fits) return finish(*fits == WaiterState::success ? WaitEnd::success : WaitEnd::failure);
  if (!bears(now)) return finish(WaitEnd::call_failed);
  auto const time_left = limit_.left(now);
  bool const out_of_polls = bounds_.polls != 0 && polls_ >= bounds_.polls;
  if (out_of_polls || (time_left && *time_left <= for_last_poll_)) return finish(WaitEnd::timed_out);
  if (unsent) return finish(WaitEnd::call_failed);
  using enum WaitEvent;
  if (error_) ++troubles_;
  state_ = after(wait_transitions, {WaitState::polling}, {not_yet, trouble});
  pause_.begin(now, time_left ? (std::min)(bounds_.delay, Milliseconds{time_left->count - for_last_poll_.count})
                              : bounds_.delay);
}

HEALTHLAKE_DECL std::optional<WaiterState> WaitMachine::match(void const* output) const {
  for (auto const acceptors : {info_->acceptors, info_->own_acceptors}) {
    auto const fits =
        error_ ? match_error(acceptors, *error_) : match_output(acceptors, info_->operation->output(), output);
    if (fits) return fits;
  }
  return std::nullopt;
}

HEALTHLAKE_DECL bool WaitMachine::bears(Timestamp now) {
  auto const unknown_for = not_found_.left(now);
  if (!error_) {
    failed_ = 0;
    return true;
  }
  if (answers_ == 0 && unknown_for->count > 0 && is_not_found(*error_)) return true;
  return may_pass(*error_) && (++failed_ < bounds_.failed_polls || bounds_.failed_polls == 0);
}

HEALTHLAKE_DECL void WaitMachine::finish(WaitEnd end) {
  end_ = end;
  using enum WaitEvent;
  state_ = after(wait_transitions, {WaitState::polling}, {success, failure, timed_out, call_failed});
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
