// Hexadecimal digits: decoding one, and writing eight at a time.
//
// Rules: digits of either case are decoded; the caller chooses which case is written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "healthlake/text/ascii.hpp"
#include "healthlake/text/bytes.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

inline constexpr std::string_view lower_hex_digits = "0123456789abcdef";
inline constexpr std::string_view upper_hex_digits = "0123456789ABCDEF";

/// The value of a hexadecimal digit; -1 if `c` is not one.
constexpr int hex_value(char c) noexcept {
  char const lower = ascii_lower(c);
  return is_digit(c) ? digit_value(c) : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The eight lower-case hexadecimal digits of a number, the first in the highest byte.
constexpr std::uint64_t hex_digits(std::uint32_t number) noexcept {
  std::uint64_t word = number;
  word = (word | word << 16) & 0x0000'FFFF'0000'FFFF;
  word = (word | word << 8) & 0x00FF'00FF'00FF'00FF;
  word = (word | word << 4) & 0x0F0F'0F0F'0F0F'0F0F;
  // A nibble of ten or more has bit 4 set once 6 is added.
  std::uint64_t const letters = ((word + 6 * bytes::ones) >> 4) & bytes::ones;
  return word + bytes::ones * '0' + letters * ('a' - '0' - 10);
}

/// The same as put_hex, a digit at a time.
constexpr void put_hex_digits(char* out, std::uint32_t number) noexcept {
  for (int shift = 28; shift >= 0; shift -= 4) *out++ = lower_hex_digits[number >> shift & 15];
}

/// Writes the eight lower-case hexadecimal digits of a number.
constexpr void put_hex(char* out, std::uint32_t number) noexcept {
  if constexpr (bytes::words_pay) bytes::put_word(out, hex_digits(number));
  else put_hex_digits(out, number);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
