// The functions of flow/turns.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

#include "healthlake/flow/turns.hpp"

namespace HEALTHLAKE_NAMESPACE {

template <class List>
void Turns::append(List& list, Ends& ends, std::size_t number) noexcept {
  list[number].link = {ends.last, none};
  (ends.last == none ? ends.first : list[ends.last].link.next) = number;
  ends.last = number;
}

template <class List>
void Turns::unlink(List& list, Ends& ends, std::size_t number) noexcept {
  Link const link = list[number].link;
  (link.previous == none ? ends.first : list[link.previous].link.next) = link.next;
  (link.next == none ? ends.last : list[link.next].link.previous) = link.previous;
}

HEALTHLAKE_DECL void Turns::reserve(std::size_t machine, std::size_t key) {
  // The largest number has no successor.
  if (machine >= machines_.size()) machines_.resize((std::max)(machine, machine + 1));
  if (key >= keys_.size()) keys_.resize((std::max)(key, key + 1));
}

HEALTHLAKE_DECL void Turns::add(std::size_t machine, std::size_t key) {
  reserve(machine, key);
  if (machines_[machine].key != none) return;
  machines_[machine].key = key;
  Ends& machines = keys_[key].machines;
  if (machines.first == none) append(keys_, waiting_, key);
  append(machines_, machines, machine);
  ++size_;
}

HEALTHLAKE_DECL void Turns::remove(std::size_t machine) noexcept {
  if (machine >= machines_.size() || machines_[machine].key == none) return;
  std::size_t const key = machines_[machine].key;
  Ends& machines = keys_[key].machines;
  machines_[machine].key = none;
  unlink(machines_, machines, machine);
  if (machines.first == none) unlink(keys_, waiting_, key);
  --size_;
}

HEALTHLAKE_DECL std::optional<std::size_t> Turns::take() noexcept {
  if (size_ == 0) return std::nullopt;
  std::size_t const key = waiting_.first;
  std::size_t const machine = keys_[key].machines.first;
  remove(machine);
  // Behind the others, if it has more.
  if (keys_[key].machines.first != none) {
    unlink(keys_, waiting_, key);
    append(keys_, waiting_, key);
  }
  return machine;
}

}  // namespace HEALTHLAKE_NAMESPACE
