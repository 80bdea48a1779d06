// Text from pieces and numbers: what std::to_string, std::to_chars, std::from_chars and chains of `+` do, in a few
// hundred bytes of code for the whole program.
//
// Rules: decimal numbers only, no locale, and no memory but that of the text that is made.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>

#include "healthlake/version.hpp"

namespace healthlake {

/// A number as decimal text, for as long as this object lives: `concat({"at most ", Decimal{64}, " levels"})`.
class Decimal {
 public:
  // Two's complement: the magnitude is right also of the least number.
  template <std::integral N>
  explicit Decimal(N number) noexcept
      : Decimal(number < 0 ? ~static_cast<std::uint64_t>(number) + 1 : static_cast<std::uint64_t>(number), number < 0) {
  }

  [[nodiscard]] std::string_view view() const noexcept { return {digits_ + begin_, sizeof digits_ - begin_}; }
  operator std::string_view() const noexcept { return view(); }

 private:
  Decimal(std::uint64_t number, bool negative) noexcept {
    do digits_[--begin_] = static_cast<char>('0' + number % 10);
    while ((number /= 10) != 0);
    if (negative) digits_[--begin_] = '-';
  }

  // 20 digits, or 19 and a sign.
  char digits_[20];
  std::size_t begin_ = sizeof digits_;
};

/// Appends pieces, one behind the other.
inline void append(std::string& out, std::initializer_list<std::string_view> pieces) {
  for (auto const piece : pieces) out.append(piece);
}

/// The text of all pieces.
inline std::string concat(std::initializer_list<std::string_view> pieces) {
  std::size_t size = 0;
  for (auto const piece : pieces) size += piece.size();
  std::string out;
  out.reserve(size);
  append(out, pieces);
  return out;
}

/// Appends a byte as `\xNN`, in lower-case hexadecimal digits.
inline void append_escaped(std::string& out, char c) {
  constexpr char hex[] = "0123456789abcdef";
  auto const byte = static_cast<unsigned char>(c);
  char const escape[] = {'\\', 'x', hex[byte >> 4], hex[byte & 15]};
  out.append(escape, sizeof escape);
}

/// A string in double quotes, at most `limit` bytes of it, with anything but printable ASCII as `\xNN`.
inline std::string quoted(std::string_view text, std::size_t limit) {
  std::string out = "\"";
  for (char const c : text.substr(0, limit)) {
    if (c == '"' || c == '\\') out.push_back('\\');
    if (c >= ' ' && c <= '~') out.push_back(c);
    else append_escaped(out, c);
  }
  out += text.size() > limit ? "\"..." : "\"";
  return out;
}

/// A string from a caller for a message: at most 64 bytes, anything but visible ASCII as `?`.
inline std::string shown(std::string_view text) {
  std::string out{text.substr(0, 64)};
  for (char& c : out)
    if (c < ' ' || c > '~') c = '?';
  if (text.size() > out.size()) out += "...";
  return out;
}

/// What parse_integer found.
struct ParsedInteger {
  std::int64_t value = 0;
  /// How many characters belong to it; 0 if there is no integer.
  std::size_t size = 0;
  /// False if there is one that 64 bits do not hold; `value` means nothing then.
  bool in_range = true;
};

/// The integer that `text` begins with: an optional minus sign and decimal digits, also with zeros in front.
inline ParsedInteger parse_integer(std::string_view text) noexcept {
  bool const negative = text.starts_with('-');
  std::size_t at = negative ? 1 : 0;
  std::size_t const begin = at;
  // All but the last digit of the greatest number, and the last one.
  constexpr auto max = std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  constexpr std::uint64_t most = max / 10;
  std::uint64_t const last = max % 10 + (negative ? 1 : 0);
  std::uint64_t magnitude = 0;
  bool in_range = true;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    auto const digit = static_cast<unsigned char>(text[at] - '0');
    in_range = in_range && (magnitude < most || (magnitude == most && digit <= last));
    magnitude = magnitude * 10 + digit;
  }
  if (at == begin) return {};
  return {static_cast<std::int64_t>(negative ? ~magnitude + 1 : magnitude), at, in_range};
}

}  // namespace healthlake
