// Converts Milliseconds and Timestamp to and from std::chrono.
//
// Rules: not in the umbrella, since <chrono> takes long to compile. No conversion overflows: what does not fit becomes
// the nearest value that does. Durations are rounded up, so that nothing waits or is limited to less than was asked
// for; points in time are rounded down, as all dates of this library are. A floating-point duration is converted by the
// caller, with a std::chrono::duration_cast, as std::chrono itself demands.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <ratio>
#include <type_traits>
#include <utility>

#include "healthlake/core/timestamp.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

template <class D>
struct IsDuration : std::false_type {};
template <std::integral Rep, class Period>
  requires(sizeof(Rep) <= sizeof(std::int64_t) && !std::same_as<Rep, bool>)
struct IsDuration<std::chrono::duration<Rep, Period>> : std::true_type {};

// A duration of whole units that fit in 64 bits.
template <class D>
concept WholeDuration = IsDuration<D>::value;

// `count` units of `From` in units of `To`, rounded to a whole number and clamped to the range of Rep.
template <class Rep, class From, class To, bool Up, std::integral Count>
constexpr Rep rescale(Count count) noexcept {
  using Factor = std::ratio_divide<From, To>;
  using Limits = std::numeric_limits<Rep>;
  constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
  static_assert(Factor::num <= most / Factor::den);
  auto const nearest = [](bool negative) { return negative ? (Limits::min)() : (Limits::max)(); };
  using Wide = std::conditional_t<std::is_signed_v<Count>, std::int64_t, std::uint64_t>;
  bool const negative = std::cmp_less(count, 0);
  auto const whole = static_cast<Wide>(count) / static_cast<Wide>(Factor::den);
  auto const rest = static_cast<std::int64_t>(static_cast<Wide>(count) % static_cast<Wide>(Factor::den)) * Factor::num;
  // The rest in whole units, rounded towards 0 first.
  std::int64_t part = rest / Factor::den;
  if (rest % Factor::den != 0 && negative != Up) part += Up ? 1 : -1;
  if (std::cmp_greater(whole, most / Factor::num) || std::cmp_less(whole, -(most / Factor::num)))
    return nearest(negative);
  std::int64_t const product = static_cast<std::int64_t>(whole) * Factor::num;
  if (negative ? product < (std::numeric_limits<std::int64_t>::min)() - part : product > most - part)
    return nearest(negative);
  std::int64_t const sum = product + part;
  return std::in_range<Rep>(sum) ? static_cast<Rep>(sum) : nearest(negative);
}

}  // namespace detail

/// Converts a duration, rounded up to a millisecond: `CallOptions{.timeout = from_chrono(30s)}`. One beyond the range
/// of 64 bits becomes the nearest end of it.
template <detail::WholeDuration D>
constexpr Milliseconds from_chrono(D duration) noexcept {
  return {detail::rescale<std::int64_t, typename D::period, std::milli, true>(duration.count())};
}

/// Converts a time of the system clock, rounded down to a millisecond. One outside the years 0001 to 9999 becomes the
/// first or the last Timestamp.
template <detail::WholeDuration D>
constexpr Timestamp from_chrono(std::chrono::sys_time<D> time) noexcept {
  auto const count =
      detail::rescale<std::int64_t, typename D::period, std::milli, false>(time.time_since_epoch().count());
  if (count < Timestamp::min_milliseconds) return {Timestamp::min_milliseconds};
  if (count > Timestamp::max_milliseconds) return {Timestamp::max_milliseconds};
  return {count};
}

/// Converts to a duration, by default of milliseconds, and otherwise rounded up:
/// `to_chrono<std::chrono::seconds>(time)`. One beyond the range of `D` becomes the nearest end of it.
template <detail::WholeDuration D = std::chrono::milliseconds>
constexpr D to_chrono(Milliseconds time) noexcept {
  return D{detail::rescale<typename D::rep, std::milli, typename D::period, true>(time.count)};
}

/// Converts to a time of the system clock, by default in milliseconds, and otherwise rounded down. In nanoseconds, as
/// std::chrono::system_clock::time_point often is, there are the years 1677 to 2262 only; a time outside becomes the
/// nearest end of the range: `to_chrono<std::chrono::system_clock::duration>(time)`. (The conversion that std::chrono
/// makes by itself, from a time in milliseconds, overflows there.)
template <detail::WholeDuration D = std::chrono::milliseconds>
constexpr std::chrono::sys_time<D> to_chrono(Timestamp time) noexcept {
  return std::chrono::sys_time<D>{
      D{detail::rescale<typename D::rep, std::milli, typename D::period, false>(time.milliseconds)}};
}

}  // namespace HEALTHLAKE_NAMESPACE
