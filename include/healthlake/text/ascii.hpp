// ASCII: character classes, lower case, digit values, and character sets in 16 bytes.
//
// Rules: a non-ASCII byte is in no class and no set, and is its own lower case; no locale. Code outside text/ does not
// spell out character ranges or alphabets (tests/layering checks that): it uses these functions.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "healthlake/text/bytes.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

/// A set of ASCII characters, spelled as a bracket expression of a regular expression (a '-' at either end is itself).
class AsciiSet {
 public:
  explicit consteval AsciiSet(std::string_view spelled) {
    for (std::size_t i = 0; i < spelled.size(); ++i) {
      bool const range = i + 2 < spelled.size() && spelled[i + 1] == '-';
      for (char c = spelled[i]; c <= spelled[range ? i + 2 : i]; ++c)
        columns_[c % 16] = static_cast<std::uint8_t>(columns_[c % 16] | 1U << (c / 16));
      if (range) i += 2;
    }
  }
  /// False for every non-ASCII byte.
  [[nodiscard]] constexpr bool has(char c) const noexcept {
    auto const byte = static_cast<unsigned char>(c);
    return (columns_[byte % 16] & (1U << (byte / 16))) != 0;
  }

 private:
  // For each low half of a byte, a bit for each high half. Those of non-ASCII bytes are beyond the eight.
  std::uint8_t columns_[16] = {};
};

constexpr bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr char ascii_lower(char c) noexcept { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr bool is_alpha(char c) noexcept { return is_lower(ascii_lower(c)); }
constexpr bool is_alnum(char c) noexcept { return is_digit(c) || is_alpha(c); }
constexpr bool is_hex_digit(char c) noexcept {
  char const lower = ascii_lower(c);
  return is_digit(c) || (lower >= 'a' && lower <= 'f');
}

/// U+0000 to U+001F: the control characters that a JSON string must escape (RFC 8259, 7).
constexpr bool is_c0_control(char c) noexcept { return static_cast<unsigned char>(c) < ' '; }
/// CTL (RFC 5234, B.1): U+0000 to U+001F and U+007F.
constexpr bool is_control(char c) noexcept { return is_c0_control(c) || c == '\x7f'; }
/// VCHAR (RFC 5234, B.1): a visible ASCII character.
constexpr bool is_visible(char c) noexcept { return c > ' ' && c <= '~'; }
/// A visible character or a space.
constexpr bool is_printable(char c) noexcept { return c >= ' ' && c <= '~'; }
/// WSP (RFC 5234, B.1): a space or a tab.
constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }
/// A space, tab, line feed or carriage return: the whitespace of JSON (RFC 8259, 2).
constexpr bool is_white_space(char c) noexcept { return is_blank(c) || c == '\n' || c == '\r'; }

/// The string without white space at either end.
constexpr std::string_view trim_white_space(std::string_view text) noexcept {
  while (!text.empty() && is_white_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white_space(text.back())) text.remove_suffix(1);
  return text;
}

/// Whether all characters are in a class or set: `all_are(is_digit, text)`. True for an empty string.
template <class Kind>
constexpr bool all_are(Kind kind, std::string_view text) noexcept {
  // A loop, since std::all_of is unrolled four times.
  for (char const c : text)
    if (!kind(c)) return false;
  return true;
}
constexpr bool all_are(AsciiSet const& set, std::string_view text) noexcept {
  return all_are([&set](char c) { return set.has(c); }, text);
}

inline constexpr std::string_view decimal_digits = "0123456789";
inline constexpr std::string_view lower_letters = "abcdefghijklmnopqrstuvwxyz";

/// The value of a decimal digit. Precondition: is_digit(c).
constexpr int digit_value(char c) noexcept { return c - '0'; }
/// The decimal digit for a value from 0 to 9.
constexpr char digit_of(int value) noexcept { return static_cast<char>('0' + value); }

/// Appends a string, with `A` to `Z` converted to lower case.
void append_lower(std::string& out, std::string_view text);

}  // namespace detail

/// Whether two strings are equal but for the case of ASCII letters, as field names are compared (RFC 9110, 5.1).
constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return detail::ascii_lower(x) == detail::ascii_lower(y);
         });
}

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/text/impl/ascii.ipp"
#endif
