// The functions of flow/observe.hpp.
#pragma once

#include <cstddef>
#include <variant>

#include "healthlake/core/error.hpp"
#include "healthlake/core/retry_kind.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/call.hpp"
#include "healthlake/flow/observe.hpp"
#include "healthlake/flow/step.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void Observation::look(MachineView const& view, Timestamp now, HookedObserver to, Ask const* step,
                                       std::size_t response_bytes) {
  if (!began_) call_.begin = now;
  began_ = true;
  now_ = now;
  see(view, to, step, response_bytes);
}

HEALTHLAKE_DECL void Observation::see(MachineView const& view, HookedObserver to, Ask const* step,
                                      std::size_t response_bytes) {
  if (open_ && !in_progress(view)) end_attempt(view, to, response_bytes);
  if (step != nullptr) {
    if (auto const* send = std::get_if<Send>(step)) {
      if (!open_) begin_attempt(*send, view, to);
    } else if (!waiting_) {
      report_wait(*std::get_if<Wait>(step), view, to);
    }
  }
  if (!view.over || over_) return;
  bool const success = view.wait_end ? *view.wait_end == WaitEnd::success : view.error == nullptr;
  report_outcome(view, view.error, success, to);
}

HEALTHLAKE_DECL void Observation::end(MachineView const& view, Error const* error, HookedObserver to) {
  if (over_) return;
  if (open_) report_attempt(error, nullptr, false, to, 0);
  report_outcome(view, error, error == nullptr, to);
}

HEALTHLAKE_DECL bool Observation::in_progress(MachineView const& view) const noexcept {
  return !view.over && view.call != nullptr && view.call->state() == CallState::sent && view.rounds + 1 == round_ &&
         view.call->attempts() == attempt_;
}

HEALTHLAKE_DECL void Observation::begin_attempt(Send const& send, MachineView const& view, HookedObserver to) {
  open_ = true;
  ++attempts_;
  round_ = view.rounds + 1;
  attempt_ = send.attempt;
  attempt_begin_ = now_;
  request_bytes_ = send.request().body.size();
  correction_ = send.date - now_;
  if (to.hooks->send == nullptr) return;
  to.hooks->send(to.observer, {.call = call_,
                               .round = round_,
                               .attempt = attempt_,
                               .time = now_,
                               .authority = send.request().authority,
                               .request_bytes = request_bytes_,
                               .clock_correction = correction_,
                               .timeout = send.timeout});
}

HEALTHLAKE_DECL void Observation::end_attempt(MachineView const& view, HookedObserver to, std::size_t response_bytes) {
  CallState const state = view.call != nullptr ? view.call->state() : CallState::taken;
  if (view.cancelled && state != CallState::cancelled) {
    Error const cancelled{TransportError{TransportReason::cancelled, ""}};
    return report_attempt(&cancelled, nullptr, false, to, response_bytes);
  }
  // Otherwise another poll has begun, or the machine has taken the result of the call.
  bool const same = view.rounds + 1 == round_ && state != CallState::taken;
  Error const* const error = same ? view.call->error() : view.error;
  bool const retried = same && (state == CallState::paused || state == CallState::sent);
  report_attempt(error, error == nullptr ? view.metadata : nullptr, retried, to, response_bytes);
}

HEALTHLAKE_DECL void Observation::report_attempt(Error const* error, ResponseMetadata const* metadata, bool retried,
                                                 HookedObserver to, std::size_t response_bytes) {
  open_ = false;
  waiting_ = false;
  AttemptReport report{.call = call_,
                       .round = round_,
                       .attempt = attempt_,
                       .begin = attempt_begin_,
                       .end = now_,
                       .request_bytes = request_bytes_,
                       .response_bytes = response_bytes,
                       .error = error,
                       .retried = retried};
  request_id_.clear();
  if (error != nullptr) {
    report.http_status = error->http_status();
    // An error of the driver does not have it.
    if (error->clock_correction != Milliseconds{}) correction_ = error->clock_correction;
    if (auto const* service = error->as<ServiceError>()) {
      report.retry = service->retry;
      request_id_ = service->request_id;
    } else if (auto const* transport = error->as<TransportError>()) {
      report.retry = retry_kind(transport->reason);
    } else if (auto const* malformed = error->as<Malformed>()) {
      request_id_ = malformed->request_id;
    }
  } else if (metadata != nullptr) {
    report.http_status = metadata->http_status;
    request_id_ = metadata->request_id;
    correction_ = metadata->clock_correction;
  }
  report.request_id = request_id_;
  report.clock_correction = correction_;
  http_status_ = report.http_status;
  if (to.hooks->attempt != nullptr) to.hooks->attempt(to.observer, report);
}

HEALTHLAKE_DECL void Observation::report_wait(Wait const& wait, MachineView const& view, HookedObserver to) {
  waiting_ = true;
  if (to.hooks->wait == nullptr) return;
  bool const retry = view.call != nullptr && view.call->state() == CallState::paused;
  to.hooks->wait(to.observer, {.call = call_,
                               .round = round_,
                               .reason = retry ? WaitReason::retry : WaitReason::poll,
                               .begin = now_,
                               .length = wait.until - now_,
                               .error = retry ? view.call->error() : view.error});
}

HEALTHLAKE_DECL void Observation::report_outcome(MachineView const& view, Error const* error, bool success,
                                                 HookedObserver to) {
  over_ = true;
  if (to.hooks->outcome == nullptr) return;
  to.hooks->outcome(to.observer, {.call = call_,
                                  .end = now_,
                                  .success = success,
                                  .wait_end = view.wait_end,
                                  .error = error,
                                  .attempts = attempts_,
                                  .rounds = view.rounds,
                                  .http_status = http_status_,
                                  .request_id = request_id_,
                                  .clock_correction = correction_});
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
