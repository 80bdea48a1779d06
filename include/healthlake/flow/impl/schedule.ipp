// The functions of flow/schedule.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/schedule.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL void Schedule::set(std::size_t machine, std::size_t key, Timestamp until, Timestamp now) {
  clear(machine);
  // Here, since `settle` must not throw.
  turns_.reserve(machine, key);
  if (machine >= keys_.size()) keys_.resize(machine + 1);
  keys_[machine] = key;
  timers_.set(machine, until, now);
}

HEALTHLAKE_DECL void Schedule::clear(std::size_t machine) noexcept {
  timers_.clear(machine);
  turns_.remove(machine);
}

HEALTHLAKE_DECL std::optional<std::size_t> Schedule::take(Timestamp now) noexcept {
  settle(now);
  if (bucket_.left(now).count > 0) return std::nullopt;
  return turns_.take();
}

HEALTHLAKE_DECL std::optional<Milliseconds> Schedule::left(Timestamp now) noexcept {
  settle(now);
  if (!turns_.empty()) return bucket_.left(now);
  auto const due = timers_.left(now);
  return due ? std::optional{(std::max)(*due, bucket_.left(now))} : std::nullopt;
}

HEALTHLAKE_DECL void Schedule::settle(Timestamp now) noexcept {
  while (auto const due = timers_.take(now)) turns_.add(*due, keys_[*due]);
}

}  // namespace HEALTHLAKE_NAMESPACE
