// The functions of flow/timers.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/timers.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL void Timers::set(std::size_t machine, Timestamp until, Timestamp now) {
  if (machine >= slots_.size()) {
    // First this one: a slot without room in the heap could not be used.
    if (heap_.capacity() <= machine) heap_.reserve((std::max)(machine + 1, 2 * heap_.capacity()));
    // The largest number has no successor.
    slots_.resize((std::max)(machine, machine + 1));
  }
  pass(now);
  Slot& slot = slots_[machine];
  if (slot.place == none) {
    slot.place = heap_.size();
    heap_.push_back(machine);
  }
  slot.due = passed_ + (std::max)((until - now).count, std::int64_t{0});
  slot.order = ++sets_;
  settle(slot.place);
}

HEALTHLAKE_DECL void Timers::clear(std::size_t machine) noexcept {
  if (machine >= slots_.size() || slots_[machine].place == none) return;
  std::size_t const place = slots_[machine].place;
  slots_[machine].place = none;
  std::size_t const last = heap_.back();
  heap_.pop_back();
  if (last == machine) return;
  put(place, last);
  settle(place);
}

HEALTHLAKE_DECL std::optional<std::size_t> Timers::take(Timestamp now) noexcept {
  if (left(now) != Milliseconds{0}) return std::nullopt;
  std::size_t const machine = heap_.front();
  clear(machine);
  return machine;
}

HEALTHLAKE_DECL std::optional<Milliseconds> Timers::left(Timestamp now) noexcept {
  pass(now);
  if (heap_.empty()) return std::nullopt;
  return Milliseconds{(std::max)(slots_[heap_.front()].due - passed_, std::int64_t{0})};
}

HEALTHLAKE_DECL void Timers::pass(Timestamp now) noexcept {
  constexpr Milliseconds year{std::int64_t{366} * 24 * 3'600'000};
  Milliseconds const since = last_ ? now - *last_ : Milliseconds{0};
  if (since > Milliseconds{0} && since < year) passed_ += since.count;
  last_ = now;
}

HEALTHLAKE_DECL bool Timers::before(std::size_t a, std::size_t b) const noexcept {
  Slot const& first = slots_[a];
  Slot const& second = slots_[b];
  return first.due != second.due ? first.due < second.due : first.order < second.order;
}

HEALTHLAKE_DECL void Timers::put(std::size_t place, std::size_t machine) noexcept {
  heap_[place] = machine;
  slots_[machine].place = place;
}

HEALTHLAKE_DECL void Timers::settle(std::size_t place) noexcept {
  std::size_t const machine = heap_[place];
  for (; place > 0; place = (place - 1) / 2) {
    std::size_t const parent = heap_[(place - 1) / 2];
    if (!before(machine, parent)) break;
    put(place, parent);
  }
  for (;;) {
    std::size_t child = 2 * place + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
    if (!before(heap_[child], machine)) break;
    put(place, heap_[child]);
    place = child;
  }
  put(place, machine);
}

}  // namespace HEALTHLAKE_NAMESPACE
