// A set of ASCII characters in 16 bytes, made by the compiler.
//
// Rules: bytes beyond ASCII are in none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "healthlake/text/bytes.hpp"

namespace healthlake {

/// A set of ASCII characters, spelled as inside the brackets of a regular expression ('-' first or last is itself).
class AsciiSet {
 public:
  explicit consteval AsciiSet(std::string_view spelled) {
    for (std::size_t i = 0; i < spelled.size(); ++i) {
      bool const range = i + 2 < spelled.size() && spelled[i + 1] == '-';
      for (char c = spelled[i]; c <= spelled[range ? i + 2 : i]; ++c) words_[c / 32] |= std::uint32_t{1} << (c % 32);
      if (range) i += 2;
    }
  }
  /// False for every byte beyond ASCII.
  [[nodiscard]] constexpr bool has(char c) const noexcept {
    auto const byte = static_cast<unsigned char>(c);
    return byte < 0x80 && ((words_[byte / 32] >> (byte % 32)) & 1u) != 0;
  }

 private:
  std::uint32_t words_[4] = {0, 0, 0, 0};
};

/// A letter in lower case, anything else as it is.
constexpr char ascii_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Appends a text with `A` to `Z` in lower case.
inline void append_lower(std::string& out, std::string_view text) {
  for (; bytes::words_pay && text.size() >= 8; text.remove_prefix(8)) {
    std::uint64_t const word = bytes::lower(bytes::word_at(text, 0));
    char lower[8];
    std::memcpy(lower, &word, sizeof lower);
    out.append(lower, sizeof lower);
  }
  for (char const c : text) out.push_back(ascii_lower(c));
}

/// RFC 9110, 5.1: "Field names are case-insensitive".
constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

/// `0` to `9`.
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
/// An ASCII letter or digit.
constexpr bool is_alnum(char c) noexcept {
  char const lower = ascii_lower(c);
  return is_digit(c) || (lower >= 'a' && lower <= 'z');
}
/// Either case.
constexpr bool is_hex_digit(char c) noexcept {
  char const lower = ascii_lower(c);
  return is_digit(c) || (lower >= 'a' && lower <= 'f');
}

}  // namespace healthlake
