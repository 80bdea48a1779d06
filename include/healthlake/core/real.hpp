// Floating-point numbers in JSON: the shortest form that round-trips, and the three strings for the values that a JSON
// number cannot represent.
//
// Rules: only the table of a `float` or `double` type refers to the conversions, so a program links them only if a
// shape it names has such a member.
#pragma once

#include <algorithm>
#include <charconv>
#include <clocale>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <version>

#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// How to read and write a floating-point type.
struct RealOps {
  /// Parses a JSON number (RFC 8259, 6) to the nearest value, which is zero on underflow. Returns false if its
  /// magnitude is too large for the type, or if it is not a number.
  bool (*parse)(std::string_view number, void* value);
  /// Appends a JSON number, or the quoted name of NaN or an infinity.
  void (*append)(std::string& out, void const* value);
  /// Parses `NaN`, `Infinity` or `-Infinity` (how awsJson1_0 spells what is not a JSON number); false for any other
  /// string.
  bool (*parse_name)(std::string_view name, void* value);
  /// Whether the value is from `min` to `max`; `Rules::no_min` and `no_max` mean no bound. NaN satisfies no bound.
  bool (*within)(void const* value, std::int64_t min, std::int64_t max);
};

namespace detail {

#if defined(__cpp_lib_to_chars)
inline constexpr bool has_from_chars = true;
#else
inline constexpr bool has_from_chars = false;
#endif

// The result of a conversion.
enum class RealRead : std::uint8_t { done, not_a_number, out_of_range };

template <class F>
RealRead from_chars_real(std::string_view number, F& value) {
  auto const end = number.data() + number.size();
  auto const result = std::from_chars(number.data(), end, value);
  if (result.ptr != end) return RealRead::not_a_number;
  return result.ec == std::errc{} ? RealRead::done : RealRead::out_of_range;
}

// For standard libraries without from_chars for floating-point types (libc++ before 20). strtod expects the locale's
// decimal point, and accepts more than JSON numbers; the tokenizer rejects those, but other callers may not.
template <class F>
RealRead strtod_real(std::string_view number, F& value) {
  constexpr AsciiSet allowed{"+.0-9Ee-"};
  if (!all_are(allowed, number)) return RealRead::not_a_number;
  std::string spelled{number};
  if (std::size_t const point = spelled.find('.'); point != std::string::npos)
    spelled.replace(point, 1, std::localeconv()->decimal_point);
  char* end = nullptr;
  if constexpr (sizeof(F) == sizeof(float)) value = std::strtof(spelled.c_str(), &end);
  else value = std::strtod(spelled.c_str(), &end);
  if (end != spelled.c_str() + spelled.size()) return RealRead::not_a_number;
  return std::isinf(value) ? RealRead::out_of_range : RealRead::done;
}

// Whether a number that is out of range underflows, by the power of ten of its first non-zero digit. An exponent that
// does not fit in 64 bits is clamped.
bool is_tiny(std::string_view number) noexcept;

template <class F>
bool parse_real(std::string_view number, void* value) {
  // Both conversions accept more than JSON numbers: a plus sign, `inf`, `nan`.
  std::size_t const first = number.starts_with('-') ? 1 : 0;
  if (first == number.size() || !is_digit(number[first])) return false;
  F parsed = 0;
  RealRead const read = [&] {
    if constexpr (has_from_chars) return from_chars_real(number, parsed);
    else return strtod_real(number, parsed);
  }();
  if (read == RealRead::not_a_number || (read == RealRead::out_of_range && !is_tiny(number))) return false;
  // A number that underflows keeps its sign.
  if (read == RealRead::out_of_range) parsed = number.starts_with('-') ? -F{0} : F{0};
  *static_cast<F*>(value) = parsed;
  return true;
}

template <class F>
void append_real(std::string& out, void const* value) {
  F const real = *static_cast<F const*>(value);
  if (std::isnan(real)) {
    out += "\"NaN\"";
  } else if (std::isinf(real)) {
    out += real < 0 ? "\"-Infinity\"" : "\"Infinity\"";
  } else {
    char text[64];
    auto const end = std::to_chars(text, text + sizeof text, real).ptr;
    out.append(text, end);
  }
}

template <class F>
bool parse_real_name(std::string_view name, void* value) {
  auto& real = *static_cast<F*>(value);
  if (name == "NaN") return real = std::numeric_limits<F>::quiet_NaN(), true;
  if (name == "Infinity") return real = std::numeric_limits<F>::infinity(), true;
  if (name == "-Infinity") return real = -std::numeric_limits<F>::infinity(), true;
  return false;
}

template <class F>
bool real_within(void const* value, std::int64_t min, std::int64_t max) {
  auto const number = static_cast<double>(*static_cast<F const*>(value));
  bool const above = min == (std::numeric_limits<std::int64_t>::min)() || number >= static_cast<double>(min);
  bool const below = max == (std::numeric_limits<std::int64_t>::max)() || number <= static_cast<double>(max);
  return above && below;
}

template <class F>
inline constexpr RealOps real_ops{&parse_real<F>, &append_real<F>, &parse_real_name<F>, &real_within<F>};

}  // namespace detail

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/core/impl/real.ipp"
#endif
