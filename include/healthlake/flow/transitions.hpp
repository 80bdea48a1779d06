// The transition tables of the state machines, and the lookup their code uses.
//
// Rules: a machine's state is one enumerator and changes only as a row of its table says. `after` looks up the row at
// compile time and rejects an event for which the state has no row, so neither the code nor the diagrams in
// docs/flows.md, which are drawn from these tables, can deviate from them. Programs that do not print the tables do not
// contain them. A reply for which a state has no row is ignored.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The kind of step that `next` returns on a transition; with `none` it continues with the next transition.
enum class StepKind : std::uint8_t {
  /// No step: the next transition follows at once.
  none,
  /// A Send.
  send,
  /// A Wait.
  wait,
  /// A Page.
  page,
  /// Done.
  done,
};

/// One row of a machine's table: in state `from`, `event` leads to state `to`.
template <class State, class Event>
struct Transition {
  /// The state before.
  State from;
  /// What happened.
  Event event;
  /// The state after.
  State to;
  /// What the caller of `next` gets.
  StepKind step = StepKind::none;
};

/// The states of a Call.
enum class CallState : std::uint8_t {
  /// Nothing has been sent yet.
  ready,
  /// A Send was returned, and its reply has not been received.
  sent,
  /// A retry follows after a delay.
  paused,
  /// Cancelled by the driver; it can be resumed.
  cancelled,
  /// The result is available.
  done,
  /// The result was taken.
  taken,
};
/// The events of a Call.
enum class CallEvent : std::uint8_t {
  /// The input is invalid, or the request cannot be made.
  refused,
  /// `next` was called, and there is something to do.
  next,
  /// `next` was called before a delay has ended.
  early,
  /// A response was read.
  success,
  /// An error that is retried.
  retry,
  /// An error that is not.
  failure,
  /// The time limit has passed, or leaves no time for what was due.
  out_of_time,
  /// `cancel` was called, or the transport was.
  cancel,
  /// `resume` was called.
  resume,
};

/// The states of a Waiter.
enum class WaitState : std::uint8_t {
  /// Nothing has been polled yet.
  ready,
  /// A poll is in progress.
  polling,
  /// The next poll follows after a delay.
  paused,
  /// Cancelled by the driver; it can be resumed.
  cancelled,
  /// The result is available.
  done,
  /// The result was taken.
  taken,
};
/// The events of a Waiter.
enum class WaitEvent : std::uint8_t {
  /// `next` was called, and a poll is due.
  next,
  /// `next` was called before the delay has ended.
  early,
  /// The call of the poll has a request to send.
  call_sends,
  /// The call of the poll waits before its next attempt.
  call_waits,
  /// The poll succeeded, and no acceptor matched.
  not_yet,
  /// The poll failed in a way that may pass.
  trouble,
  /// An acceptor for success matched.
  success,
  /// An acceptor for failure matched.
  failure,
  /// The time limit has passed, or this was the last poll.
  timed_out,
  /// The poll failed in a way that does not pass, or once too often.
  call_failed,
  /// `cancel` was called, or the transport was.
  cancel,
  /// `resume` was called.
  resume,
};

/// The states of a Pager.
enum class PagerState : std::uint8_t {
  /// A page is due.
  ready,
  /// The call for a page is in progress.
  fetching,
  /// Cancelled by the driver; it can be resumed.
  cancelled,
  /// The result is available.
  done,
  /// The result was taken.
  taken,
};
/// The events of a Pager.
enum class PagerEvent : std::uint8_t {
  /// `next` was called, and a page is due.
  next,
  /// The call for the page has a request to send.
  call_sends,
  /// The call for the page waits before its next attempt.
  call_waits,
  /// A page was read, with a token for the next one.
  page,
  /// A page was read, without a token.
  last_page,
  /// A page was read, with a token that was there before.
  repeated_token,
  /// The call for the page failed.
  call_failed,
  /// `cancel` was called, or the transport was.
  cancel,
  /// `resume` was called.
  resume,
};

constexpr std::string_view to_string(StepKind step) noexcept {
  constexpr std::string_view names[] = {"", "Send", "Wait", "Page", "Done"};
  return names[static_cast<std::size_t>(step)];
}
constexpr std::string_view to_string(CallState state) noexcept {
  constexpr std::string_view names[] = {"ready", "sent", "paused", "cancelled", "done", "taken"};
  return names[static_cast<std::size_t>(state)];
}
constexpr std::string_view to_string(CallEvent event) noexcept {
  constexpr std::string_view names[] = {"input refused", "next",        "next, too early", "success", "retryable error",
                                        "other error",   "out of time", "cancel",          "resume"};
  return names[static_cast<std::size_t>(event)];
}
constexpr std::string_view to_string(WaitState state) noexcept {
  constexpr std::string_view names[] = {"ready", "polling", "paused", "cancelled", "done", "taken"};
  return names[static_cast<std::size_t>(state)];
}
constexpr std::string_view to_string(WaitEvent event) noexcept {
  constexpr std::string_view names[] = {"next",      "next, too early", "the call sends", "the call waits",
                                        "not yet",   "trouble",         "success",        "failure",
                                        "timed out", "call failed",     "cancel",         "resume"};
  return names[static_cast<std::size_t>(event)];
}
constexpr std::string_view to_string(PagerState state) noexcept {
  constexpr std::string_view names[] = {"ready", "fetching", "cancelled", "done", "taken"};
  return names[static_cast<std::size_t>(state)];
}
constexpr std::string_view to_string(PagerEvent event) noexcept {
  constexpr std::string_view names[] = {"next",           "the call sends", "the call waits", "page",  "last page",
                                        "repeated token", "call failed",    "cancel",         "resume"};
  return names[static_cast<std::size_t>(event)];
}

/// The transitions of a Call.
inline constexpr std::array call_transitions = [] {
  using enum CallState;
  using Event = CallEvent;
  return std::to_array<Transition<CallState, CallEvent>>({
      {ready, Event::refused, done},
      {ready, Event::out_of_time, done},
      {ready, Event::next, sent, StepKind::send},
      {ready, Event::cancel, cancelled},
      {sent, Event::next, sent, StepKind::send},
      {sent, Event::success, done},
      {sent, Event::failure, done},
      {sent, Event::out_of_time, done},
      {sent, Event::retry, paused},
      {sent, Event::cancel, cancelled},
      {paused, Event::early, paused, StepKind::wait},
      {paused, Event::next, sent, StepKind::send},
      {paused, Event::out_of_time, done},
      {paused, Event::cancel, cancelled},
      {cancelled, Event::next, cancelled, StepKind::done},
      {cancelled, Event::resume, paused},
      {done, Event::next, taken, StepKind::done},
      {taken, Event::next, taken, StepKind::done},
  });
}();

/// The transitions of a Waiter.
inline constexpr std::array wait_transitions = [] {
  using enum WaitState;
  using Event = WaitEvent;
  return std::to_array<Transition<WaitState, WaitEvent>>({
      {ready, Event::next, polling},
      {ready, Event::timed_out, done},
      {ready, Event::cancel, cancelled},
      {polling, Event::call_sends, polling, StepKind::send},
      {polling, Event::call_waits, polling, StepKind::wait},
      {polling, Event::not_yet, paused},
      {polling, Event::trouble, paused},
      {polling, Event::success, done},
      {polling, Event::failure, done},
      {polling, Event::timed_out, done},
      {polling, Event::call_failed, done},
      {polling, Event::cancel, cancelled},
      {paused, Event::early, paused, StepKind::wait},
      {paused, Event::next, polling},
      {paused, Event::timed_out, done},
      {paused, Event::cancel, cancelled},
      {cancelled, Event::next, cancelled, StepKind::done},
      {cancelled, Event::resume, paused},
      {done, Event::next, taken, StepKind::done},
      {taken, Event::next, taken, StepKind::done},
  });
}();

/// The transitions of a Pager.
inline constexpr std::array pager_transitions = [] {
  using enum PagerState;
  using Event = PagerEvent;
  return std::to_array<Transition<PagerState, PagerEvent>>({
      {ready, Event::next, fetching},
      {ready, Event::cancel, cancelled},
      {fetching, Event::call_sends, fetching, StepKind::send},
      {fetching, Event::call_waits, fetching, StepKind::wait},
      {fetching, Event::page, ready, StepKind::page},
      {fetching, Event::last_page, done, StepKind::page},
      {fetching, Event::repeated_token, done, StepKind::page},
      {fetching, Event::call_failed, done},
      {fetching, Event::cancel, cancelled},
      {cancelled, Event::next, cancelled, StepKind::done},
      {cancelled, Event::resume, ready},
      {done, Event::next, taken, StepKind::done},
      {taken, Event::next, taken, StepKind::done},
  });
}();

namespace refuse {
// Declared but never defined, as in core/shape.hpp.
void the_table_of_the_machine_has_no_such_transition();
}  // namespace refuse

namespace detail {

// The state that each of `events` leads to from each of the states `from`; each pair needs a row with this state and
// this step.
template <class State, class Event, std::size_t N>
consteval State after(std::array<Transition<State, Event>, N> const& table, std::initializer_list<State> from,
                      std::initializer_list<Event> events, StepKind step = StepKind::none) {
  State to{};
  bool found = false;
  for (auto const state : from)
    for (auto const event : events) {
      bool has_row = false;
      for (auto const& row : table)
        if (row.from == state && row.event == event && row.step == step && (!found || row.to == to)) {
          to = row.to;
          found = true;
          has_row = true;
        }
      if (!has_row) refuse::the_table_of_the_machine_has_no_such_transition();
    }
  return to;
}

}  // namespace detail
}  // namespace HEALTHLAKE_NAMESPACE
