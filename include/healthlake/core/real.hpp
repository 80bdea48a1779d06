// Floating-point numbers as JSON spells them: shortest text that reads back the same, and the three names for what
// JSON has no number for.
//
// Rules: the conversions hang on the table of a `float` or `double` type, so a program links them only if a shape it
// names has such a member.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>

namespace healthlake {

/// How to read and write a floating-point type.
struct RealOps {
  /// Reads a JSON number; false if the type cannot hold it (too large, or too small for anything but zero).
  bool (*parse)(std::string_view number, void* value);
  /// Appends the JSON number, or the quoted name of NaN and the infinities.
  void (*append)(std::string& out, void const* value);
  /// Reads `NaN`, `Infinity` or `-Infinity` (awsJson1_0's spelling of what is no JSON number); false for any other.
  bool (*parse_name)(std::string_view name, void* value);
  /// Whether the value is from `min` to `max`; `Rules::no_min` and `no_max` stand for no bound. NaN keeps to
  /// no bound.
  bool (*within)(void const* value, std::int64_t min, std::int64_t max);
};

namespace detail {

template <class F>
bool parse_real(std::string_view number, void* value) {
  F parsed = 0;
  auto const result = std::from_chars(number.data(), number.data() + number.size(), parsed);
  if (result.ec != std::errc{} || result.ptr != number.data() + number.size()) return false;
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
  bool const above = min == std::numeric_limits<std::int64_t>::min() || number >= static_cast<double>(min);
  bool const below = max == std::numeric_limits<std::int64_t>::max() || number <= static_cast<double>(max);
  return above && below;
}

template <class F>
inline constexpr RealOps real_ops{&parse_real<F>, &append_real<F>, &parse_real_name<F>, &real_within<F>};

}  // namespace detail

}  // namespace healthlake
