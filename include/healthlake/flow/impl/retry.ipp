// The functions of flow/retry.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/flow/retry.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL bool RetryQuota::take(std::int32_t cost) noexcept {
  std::int32_t left = left_.load(std::memory_order_relaxed);
  while (left >= cost)
    if (left_.compare_exchange_weak(left, left - cost, std::memory_order_relaxed)) return true;
  return false;
}

HEALTHLAKE_DECL void RetryQuota::give_back(std::int32_t amount) noexcept {
  std::int32_t left = left_.load(std::memory_order_relaxed);
  // Only what fits is added, so the sum cannot overflow.
  while (!left_.compare_exchange_weak(left, left + (std::min)(amount, capacity_ - left), std::memory_order_relaxed)) {
  }
}

HEALTHLAKE_DECL Milliseconds backoff(RetryPolicy const& policy, RetryKind kind, unsigned attempt,
                                     Entropy const& entropy) {
  return {random_part(entropy, longest_backoff(policy, kind, attempt).count)};
}

HEALTHLAKE_DECL std::optional<Milliseconds> retry_after_of(Headers const& headers) {
  auto const value = headers.find("x-amz-retry-after");
  if (!value) return std::nullopt;
  auto const hint = parse_integer(*value);
  if (hint.size == 0 || hint.size != value->size() || !hint.in_range || hint.value < 0) return std::nullopt;
  return Milliseconds{hint.value};
}

HEALTHLAKE_DECL Milliseconds ClockSkew::offset() const noexcept {
  std::int64_t code = code_.load(std::memory_order_relaxed);
  if (code > coarse) code = coarse + (code - coarse) * coarse_seconds;
  return {(code - zero) * 1000};
}

HEALTHLAKE_DECL void ClockSkew::set(Milliseconds offset) noexcept {
  bool const behind = offset.count < 0;
  // Uses the magnitude, since signed division is a separate library function on 32-bit targets.
  auto const count = static_cast<std::uint64_t>(offset.count);
  std::uint64_t const seconds = (behind ? ~count + 1 : count) / 1000;
  std::uint64_t code = behind ? zero - (std::min)(seconds, std::uint64_t{zero}) : zero + seconds;
  if (code > coarse) code = coarse + (code - coarse) / coarse_seconds;
  std::uint64_t const limit = (std::numeric_limits<std::uint32_t>::max)();
  code_.store(static_cast<std::uint32_t>((std::min)(code, limit)), std::memory_order_relaxed);
}

namespace detail {

HEALTHLAKE_DECL std::optional<Timestamp> rejected_at(std::string_view code, Headers const& headers) {
  bool suspect = false;
  for (auto const other : clock_skew_codes) suspect = suspect || other == code;
  if (!suspect || headers.find("Age")) return std::nullopt;
  auto const date = headers.find("Date");
  return date ? from_http_date(*date) : std::nullopt;
}

HEALTHLAKE_DECL bool is_no_skew(Milliseconds difference) noexcept {
  return difference < min_clock_skew && Milliseconds{-difference.count} < min_clock_skew;
}

}  // namespace detail

HEALTHLAKE_DECL std::optional<Milliseconds> clock_skew_of(std::string_view code, Headers const& headers, Timestamp sent,
                                                          Timestamp received, Milliseconds offset,
                                                          ClockBounds const& bounds) {
  auto const server = detail::rejected_at(code, headers);
  if (!server || received - sent > max_response_time_for_skew || !may_correct(received, *server, bounds))
    return std::nullopt;
  if (detail::is_no_skew(*server - (received + offset))) return std::nullopt;
  return *server - received;
}

HEALTHLAKE_DECL std::optional<Milliseconds> held_up(std::string_view code, Headers const& headers,
                                                    Timestamp signed_with, Timestamp received, Milliseconds offset) {
  auto const server = detail::rejected_at(code, headers);
  if (!server || detail::is_no_skew(*server - signed_with)) return std::nullopt;
  for (auto const right : {offset, Milliseconds{0}})
    if (detail::is_no_skew(*server - (received + right))) return right;
  return std::nullopt;
}

}  // namespace HEALTHLAKE_NAMESPACE
