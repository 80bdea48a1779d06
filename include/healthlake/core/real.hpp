// Floating-point numbers as JSON spells them: shortest text that reads back the same, and the three names for what
// JSON has no number for.
//
// Rules: the conversions hang on the table of a `float` or `double` type, so a program links them only if a shape it
// names has such a member.
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

namespace healthlake {

/// How to read and write a floating-point type.
struct RealOps {
  /// Reads a JSON number (RFC 8259, 6) to the nearest value, which is zero for one that is closer to zero than any
  /// other value; false if its magnitude is too large for the type, or if it is not a number.
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

#if defined(__cpp_lib_to_chars)
inline constexpr bool has_from_chars = true;
#else
inline constexpr bool has_from_chars = false;
#endif

// How the conversions below end.
enum class RealRead : std::uint8_t { done, not_a_number, out_of_range };

template <class F>
RealRead from_chars_real(std::string_view number, F& value) {
  auto const end = number.data() + number.size();
  auto const result = std::from_chars(number.data(), end, value);
  if (result.ptr != end || result.ec == std::errc::invalid_argument) return RealRead::not_a_number;
  return result.ec == std::errc{} ? RealRead::done : RealRead::out_of_range;
}

// For standard libraries without from_chars of real numbers (libc++ before 20). strtod reads the decimal point of the
// locale, and more than JSON's numbers, which the tokenizer keeps away but for a caller of ours.
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

// Whether a number that no value of its type is near to is so because it is small: the power of ten of its first digit
// that is not zero. Digits of the exponent beyond nine say no more.
inline bool is_tiny(std::string_view number) noexcept {
  std::size_t const mark = std::min(number.find_first_of("eE"), number.size());
  std::string_view const digits = number.substr(0, mark);
  std::size_t const first = digits.find_first_of("123456789");
  if (first == std::string_view::npos) return true;
  std::size_t const point = std::min(digits.find('.'), digits.size());
  auto power = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
  if (mark == number.size()) return power <= 0;
  std::string_view exponent = number.substr(mark + 1);
  bool const negative = exponent.starts_with('-');
  if (negative || exponent.starts_with('+')) exponent.remove_prefix(1);
  ParsedInteger const parsed =
      parse_integer(exponent.substr(std::min(exponent.find_first_not_of('0'), exponent.size())));
  std::int64_t const most = std::int64_t{1} << 60;
  std::int64_t const size = parsed.size == 0 ? 0 : parsed.in_range ? std::min(parsed.value, most) : most;
  return power + (negative ? -size : size) <= 0;
}

template <class F>
bool parse_real(std::string_view number, void* value) {
  // Both conversions know more spellings than JSON has: a plus sign, `inf`, `nan`.
  std::size_t const first = number.starts_with('-') ? 1 : 0;
  if (first == number.size() || !is_digit(number[first])) return false;
  F parsed = 0;
  RealRead const read = [&] {
    if constexpr (has_from_chars) return from_chars_real(number, parsed);
    else return strtod_real(number, parsed);
  }();
  if (read == RealRead::not_a_number || (read == RealRead::out_of_range && !is_tiny(number))) return false;
  // What is left of a number that is out of range, and too small, is its sign.
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
  bool const above = min == std::numeric_limits<std::int64_t>::min() || number >= static_cast<double>(min);
  bool const below = max == std::numeric_limits<std::int64_t>::max() || number <= static_cast<double>(max);
  return above && below;
}

template <class F>
inline constexpr RealOps real_ops{&parse_real<F>, &append_real<F>, &parse_real_name<F>, &real_within<F>};

}  // namespace detail

}  // namespace healthlake
