// Observes a Call, a Waiter or a Pager from outside: each attempt, each delay and the outcome, for logs, traces and
// metrics.
//
// Rules: a machine knows nothing of its observer, so a program that observes nothing contains nothing of this. What is
// reported is in flow/reports.hpp.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/call.hpp"
#include "healthlake/flow/observer.hpp"
#include "healthlake/flow/pager.hpp"
#include "healthlake/flow/reports.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/flow/waiter.hpp"
#include "healthlake/http/transport.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// An observer without its type.
struct Hooks {
  void (*send)(void* observer, SendReport const& report);
  void (*attempt)(void* observer, AttemptReport const& report);
  void (*wait)(void* observer, WaitReport const& report);
  void (*outcome)(void* observer, OutcomeReport const& report);
};

// A function of one of the names above that cannot be called with its report is a mistake, not an absent function.
template <class O>
inline constexpr bool has_mistake =
    (
        requires { &O::on_send; } && !requires(O& o, SendReport const& r) { o.on_send(r); }) ||
    (
        requires { &O::on_attempt; } && !requires(O& o, AttemptReport const& r) { o.on_attempt(r); }) ||
    (
        requires { &O::on_wait; } && !requires(O& o, WaitReport const& r) { o.on_wait(r); }) ||
    (
        requires { &O::on_outcome; } && !requires(O& o, OutcomeReport const& r) { o.on_outcome(r); });

template <class O>
constexpr Hooks make_hooks() noexcept {
  static_assert(!has_mistake<O>, "a function of the observer does not take its report; see flow/observer.hpp");
  Hooks hooks{};
  if constexpr (requires(O& o, SendReport const& r) { o.on_send(r); })
    hooks.send = [](void* o, SendReport const& r) { static_cast<O*>(o)->on_send(r); };
  if constexpr (requires(O& o, AttemptReport const& r) { o.on_attempt(r); })
    hooks.attempt = [](void* o, AttemptReport const& r) { static_cast<O*>(o)->on_attempt(r); };
  if constexpr (requires(O& o, WaitReport const& r) { o.on_wait(r); })
    hooks.wait = [](void* o, WaitReport const& r) { static_cast<O*>(o)->on_wait(r); };
  if constexpr (requires(O& o, OutcomeReport const& r) { o.on_outcome(r); })
    hooks.outcome = [](void* o, OutcomeReport const& r) { static_cast<O*>(o)->on_outcome(r); };
  return hooks;
}
template <class O>
inline constexpr Hooks hooks_of = make_hooks<O>();

struct HookedObserver {
  void* observer;
  Hooks const* hooks;
};

// What can be seen of a machine between two of its steps.
struct MachineView {
  // The call in progress or the last one; null for a waiter that is not polling.
  CallMachine* call = nullptr;
  // The polls or pages that ended.
  unsigned rounds = 0;
  // The error of the machine, or that of the last poll.
  Error const* error = nullptr;
  // That of the last success; null if there is none.
  ResponseMetadata const* metadata = nullptr;
  bool over = false;
  bool cancelled = false;
  std::optional<WaitEnd> wait_end{};
};

// Finds out what a machine did from what can be seen of it after each step, and reports it.
class Observation {
 public:
  Observation(OperationInfo const& operation, ObservedKind kind) noexcept
      : call_{operation.name, operation.service.target_prefix, kind, {}} {}

  void look(MachineView const& view, Timestamp now, HookedObserver to, Ask const* step = nullptr,
            std::size_t response_bytes = 0);
  // The same after a step that has no time of its own.
  void look_again(MachineView const& view, HookedObserver to) { see(view, to, nullptr, 0); }
  // The driver ends the machine, with an error or null.
  void end(MachineView const& view, Error const* error, HookedObserver to);
  void resumed() noexcept { over_ = false; }

 private:
  void see(MachineView const& view, HookedObserver to, Ask const* step, std::size_t response_bytes);
  [[nodiscard]] bool in_progress(MachineView const& view) const noexcept;
  void begin_attempt(Send const& send, MachineView const& view, HookedObserver to);
  void end_attempt(MachineView const& view, HookedObserver to, std::size_t response_bytes);
  void report_attempt(Error const* error, ResponseMetadata const* metadata, bool retried, HookedObserver to,
                      std::size_t response_bytes);
  void report_wait(Wait const& wait, MachineView const& view, HookedObserver to);
  void report_outcome(MachineView const& view, Error const* error, bool success, HookedObserver to);

  ObservedCall call_;
  Timestamp now_{};
  // The attempt in progress, or the last one.
  Timestamp attempt_begin_{};
  std::size_t request_bytes_ = 0;
  unsigned round_ = 0;
  unsigned attempt_ = 0;
  unsigned attempts_ = 0;
  int http_status_ = 0;
  std::string request_id_;
  Milliseconds correction_{};
  bool began_ = false;
  bool open_ = false;
  bool waiting_ = false;
  bool over_ = false;
};

// Sees into the machines.
struct Probe {
  template <class Op>
  static MachineView view(Call<Op>& call) noexcept {
    return view_call(call.machine_, call.response_.metadata);
  }
  static MachineView view(AnyCall& call) noexcept { return view_call(call.machine, call.metadata); }
  template <WaiterShape W>
  static MachineView view(Waiter<W>& waiter) noexcept {
    WaitMachine& machine = waiter.machine_;
    MachineView view{.call = machine.call_ ? &*machine.call_ : nullptr,
                     .rounds = machine.polls_,
                     .error = machine.trouble(),
                     .metadata = machine.has_last_ ? &waiter.responses_[machine.last_slot()].metadata : nullptr,
                     .over = machine.state_ >= WaitState::cancelled,
                     .cancelled = machine.state_ == WaitState::cancelled};
    if (view.over) view.wait_end = machine.end();
    return view;
  }
  template <Paginated Op>
  static MachineView view(Pager<Op>& pager) noexcept {
    PageMachine& machine = pager.machine_;
    return {.call = machine.call_ ? &*machine.call_ : nullptr,
            .rounds = static_cast<unsigned>(machine.pages_),
            .error = machine.error_ ? &*machine.error_ : nullptr,
            .metadata = &pager.response_.metadata,
            .over = machine.state_ >= PagerState::cancelled,
            .cancelled = machine.state_ == PagerState::cancelled};
  }

 private:
  static MachineView view_call(CallMachine& machine, ResponseMetadata const& metadata) noexcept {
    return {.call = &machine,
            .error = machine.error(),
            .metadata = &metadata,
            .over = machine.done(),
            .cancelled = machine.state() == CallState::cancelled};
  }
};

// What is known of a machine by its type.
template <class Machine>
struct MachineTraits;
template <class Op>
struct MachineTraits<Call<Op>> {
  static constexpr OperationInfo const& operation = operation_info<Op>;
  static constexpr ObservedKind kind = ObservedKind::call;
  using Step = healthlake::Step<typename Call<Op>::Outcome>;
};
template <class W>
struct MachineTraits<Waiter<W>> {
  static constexpr OperationInfo const& operation = operation_info<typename W::Operation>;
  static constexpr ObservedKind kind = ObservedKind::wait;
  using Step = healthlake::Step<typename Waiter<W>::Outcome>;
};
template <class Op>
struct MachineTraits<Pager<Op>> {
  static constexpr OperationInfo const& operation = operation_info<Op>;
  static constexpr ObservedKind kind = ObservedKind::list;
  using Step = typename Pager<Op>::PageStep;
};
template <>
struct MachineTraits<AnyCall> {
  static constexpr ObservedKind kind = ObservedKind::call;
  using Step = Ask;
};

}  // namespace detail

/// A machine with its observer, which is driven like the machine itself: `Observed call{Call<Op>{...}, observer};`. The
/// observer must outlive it. What the driver does not do is not seen: a machine that is dropped has no outcome, and an
/// error of the driver itself, such as a signing error, has to be passed to `fail`. If a function of the observer
/// throws, the exception propagates to the driver; the machine has completed its step by then.
template <class Machine, Observer O>
class Observed {
  using Plain = std::remove_reference_t<Machine>;
  using Traits = detail::MachineTraits<Plain>;

 public:
  /// Refers to a machine that is an lvalue, and takes over any other.
  Observed(Machine&& machine, O& observer) : Observed(static_cast<Machine&&>(machine), observer, Traits::operation) {}
  /// For machines that do not have their operation in their type.
  Observed(Machine&& machine, O& observer, OperationInfo const& operation)
      : machine_(static_cast<Machine&&>(machine)), observer_(&observer), seen_(operation, Traits::kind) {}

  /// As for the machine.
  auto next(Timestamp now) -> typename Traits::Step {
    using Step = typename Traits::Step;
    if (auto const step = ask(now)) return detail::step_of<Step>(*step);
    if constexpr (Traits::kind == ObservedKind::list) {
      Step step = machine_.next(now);
      look(now);
      return step;
    } else {
      return Done<typename Plain::Outcome>{machine_.result()};
    }
  }
  /// As for the machine.
  std::optional<Ask> ask(Timestamp now) {
    auto step = machine_.ask(now);
    look(now, step ? &*step : nullptr);
    return step;
  }
  /// As for the machine.
  void receive(HttpReply const& reply, Timestamp now) {
    machine_.receive(reply, now);
    look(now, nullptr, reply ? reply->body.size() : 0);
  }
  /// As for the machine.
  void lose() noexcept { machine_.lose(); }
  /// Reports the outcome at once, as of the latest time that the driver passed.
  void cancel() {
    machine_.cancel();
    seen_.look_again(detail::Probe::view(machine_), hooked());
  }
  /// As for the machine.
  bool resume() {
    bool const resumed = machine_.resume();
    if (resumed) seen_.resumed();
    return resumed;
  }

  /// Reports that the driver ends the machine with an error of its own, such as a signing error, which has no secrets.
  void fail(Error const& error) { seen_.end(detail::Probe::view(machine_), &error, hooked()); }
  /// Reports that the driver has read enough of a list: a success.
  void stop() { seen_.end(detail::Probe::view(machine_), nullptr, hooked()); }

  /// As for the machine.
  /// @{
  [[nodiscard]] auto state() const noexcept { return machine_.state(); }
  [[nodiscard]] bool done() const noexcept { return machine_.done(); }
  [[nodiscard]] unsigned attempts() const noexcept { return machine_.attempts(); }
  [[nodiscard]] unsigned polls() const noexcept { return machine_.polls(); }
  [[nodiscard]] unsigned answers() const noexcept { return machine_.answers(); }
  [[nodiscard]] unsigned troubles() const noexcept { return machine_.troubles(); }
  [[nodiscard]] Error const* trouble() const noexcept { return machine_.trouble(); }
  [[nodiscard]] auto const* last() const noexcept { return machine_.last(); }
  void annotate(Error& error) const { machine_.annotate(error); }
  [[nodiscard]] auto result() { return machine_.result(); }
  /// @}
  /// The machine itself. Steps that are taken on it are not observed.
  [[nodiscard]] Plain& machine() noexcept { return machine_; }
  /// The machine itself.
  [[nodiscard]] Plain const& machine() const noexcept { return machine_; }

 private:
  void look(Timestamp now, Ask const* step = nullptr, std::size_t response_bytes = 0) {
    seen_.look(detail::Probe::view(machine_), now, hooked(), step, response_bytes);
  }
  [[nodiscard]] detail::HookedObserver hooked() const noexcept { return {observer_, &detail::hooks_of<O>}; }

  Machine machine_;
  O* observer_;
  detail::Observation seen_;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/flow/impl/observe.ipp"
#endif
