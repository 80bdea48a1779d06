// The transition tables of the machines, and how their code walks them.
//
// Rules: a machine's state is one enumerator and changes only by a row of its table. `after` looks the row up while the
// compiler runs and refuses an event that the state has no row for, so neither the code nor the pictures of
// docs/flows.md, which are drawn from these tables, can tell a story of their own. No table is left in a program that
// does not print it. A reply that a state has no row for is ignored.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "healthlake/version.hpp"

namespace healthlake {

/// What `next` returns on a transition: a step of this kind, or with `none` it goes on to the next transition.
enum class StepKind : std::uint8_t { none, send, wait, page, done };

/// One row of a machine's table: in state `from`, `event` leads to state `to`.
template <class State, class Event>
struct Transition {
  State from;
  Event event;
  State to;
  StepKind step = StepKind::none;
};

/// The states of a Call.
enum class CallState : std::uint8_t {
  /// Nothing was sent yet.
  ready,
  /// A Send was given out, and its reply has not come.
  sent,
  /// A retry is to come, after a pause.
  paused,
  /// Whoever drives it wants no more of it; it can be resumed.
  cancelled,
  /// There is a result.
  done,
  /// The result was taken.
  taken,
};
/// What happens to a Call.
enum class CallEvent : std::uint8_t { refused, next, early, success, retry, failure, out_of_time, cancel, resume };

/// The states of a Waiter.
enum class WaitState : std::uint8_t {
  ready,
  /// A poll is under way.
  polling,
  /// The next poll comes after a pause.
  paused,
  cancelled,
  done,
  taken,
};
/// What happens to a Waiter.
enum class WaitEvent : std::uint8_t {
  next,
  early,
  call_sends,
  call_waits,
  not_yet,
  trouble,
  success,
  failure,
  timed_out,
  call_failed,
  cancel,
  resume,
};

/// The states of a Pager.
enum class PagerState : std::uint8_t {
  ready,
  /// The call for a page is under way.
  fetching,
  cancelled,
  done,
  taken,
};
/// What happens to a Pager.
enum class PagerEvent : std::uint8_t {
  next,
  call_sends,
  call_waits,
  page,
  last_page,
  repeated_token,
  call_failed,
  cancel,
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

/// The table of Call.
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

/// The table of Waiter.
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

/// The table of Pager.
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
// Declared and never defined, as in core/shape.hpp.
void the_table_of_the_machine_has_no_such_transition();
}  // namespace refuse

namespace detail {

// The state after `event` in any of these states, each of which has a row for it that leads there with this step.
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
}  // namespace healthlake
