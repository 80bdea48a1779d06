// Building strings from pieces and numbers: what std::to_string, std::to_chars, std::from_chars and chains of `+` do,
// in a few hundred bytes of code per program; and escaping untrusted strings for messages.
//
// Rules: decimal numbers only, no locale, and no allocation but that of the resulting string.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>

#include "healthlake/text/ascii.hpp"
#include "healthlake/text/hex.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A number as a decimal string that lives as long as this object: `concat({"at most ", Decimal{64}, " levels"})`.
class Decimal {
 public:
  // Two's complement: the magnitude is also right for the minimum value.
  template <std::integral N>
  explicit Decimal(N number) noexcept
      : Decimal(number < 0 ? ~static_cast<std::uint64_t>(number) + 1 : static_cast<std::uint64_t>(number), number < 0) {
  }

  [[nodiscard]] std::string_view view() const noexcept { return {digits_ + begin_, sizeof digits_ - begin_}; }
  operator std::string_view() const noexcept { return view(); }

 private:
  Decimal(std::uint64_t number, bool negative) noexcept {
    do digits_[--begin_] = detail::digit_of(static_cast<int>(number % 10));
    while ((number /= 10) != 0);
    if (negative) digits_[--begin_] = '-';
  }

  // 20 digits, or 19 and a sign.
  char digits_[20];
  std::size_t begin_ = sizeof digits_;
};

/// Appends strings.
inline void append(std::string& out, std::initializer_list<std::string_view> pieces) {
  for (auto const piece : pieces) out.append(piece);
}

/// Concatenates strings.
inline std::string concat(std::initializer_list<std::string_view> pieces) {
  std::size_t size = 0;
  for (auto const piece : pieces) size += piece.size();
  std::string out;
  out.reserve(size);
  append(out, pieces);
  return out;
}

// Untrusted strings are shown in one notation: printable ASCII as it is, any other byte as `\xNN` in lower-case
// hexadecimal digits, so that nobody can inject lines or terminal escapes. A truncated string ends in `...`.

namespace detail {
/// Appends a byte as `\xNN`.
inline void append_escaped(std::string& out, char c) {
  auto const byte = static_cast<unsigned char>(c);
  char const escape[] = {'\\', 'x', lower_hex_digits[byte >> 4], lower_hex_digits[byte & 15]};
  out.append(escape, sizeof escape);
}
/// Appends an entire string; if `quotes` is true, each `"` and each backslash is escaped with a backslash.
inline void append_printable(std::string& out, std::string_view text, bool quotes) {
  for (char const c : text) {
    if (quotes && (c == '"' || c == '\\')) out.push_back('\\');
    if (is_printable(c)) out.push_back(c);
    else append_escaped(out, c);
  }
}
}  // namespace detail

/// At most `limit` bytes of a string, to be embedded in a message.
inline std::string printable_ascii(std::string_view text, std::size_t limit = 64) {
  std::string out;
  detail::append_printable(out, text.substr(0, limit), false);
  if (text.size() > limit) out += "...";
  return out;
}

/// The same in double quotes, with quotes and backslashes escaped so that it is unambiguous: `"a \"b\"\x0a"`.
inline std::string quoted(std::string_view text, std::size_t limit) {
  std::string out = "\"";
  detail::append_printable(out, text.substr(0, limit), true);
  out += text.size() > limit ? "\"..." : "\"";
  return out;
}

/// A peer's message for a log or a terminal: UTF-8 is shown as it is, except for the C1 control characters (U+0080 to
/// U+009F), which terminals obey. Not limited by default, since messages are bounded when they are read.
inline std::string printable(std::string_view text, std::size_t limit = std::string_view::npos) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    auto const code_point = decode_utf8(text, at);
    std::size_t const length = code_point.length == 0 ? 1 : code_point.length;
    if (length > limit - at) break;
    auto const piece = text.substr(at, length);
    if (code_point.value >= 0xA0) out += piece;
    else detail::append_printable(out, piece, false);
    at += length;
  }
  if (at < text.size()) out += "...";
  return out;
}

/// The result of parse_integer.
struct ParsedInteger {
  std::int64_t value = 0;
  /// The number of characters parsed; 0 if there is no integer.
  std::size_t size = 0;
  /// False if the integer does not fit in 64 bits; `value` is then unspecified.
  bool in_range = true;
};

/// Parses the integer at the beginning of `text`: an optional minus sign and decimal digits, with any leading zeros.
inline ParsedInteger parse_integer(std::string_view text) noexcept {
  bool const negative = text.starts_with('-');
  std::size_t at = negative ? 1 : 0;
  std::size_t const begin = at;
  // The maximum without its last digit, and that digit.
  constexpr auto max = std::uint64_t{(std::numeric_limits<std::int64_t>::max)()};
  constexpr std::uint64_t most = max / 10;
  std::uint64_t const last = max % 10 + (negative ? 1 : 0);
  std::uint64_t magnitude = 0;
  bool in_range = true;
  for (; at < text.size() && detail::is_digit(text[at]); ++at) {
    auto const digit = static_cast<unsigned char>(detail::digit_value(text[at]));
    in_range = in_range && (magnitude < most || (magnitude == most && digit <= last));
    magnitude = magnitude * 10 + digit;
  }
  if (at == begin) return {};
  return {static_cast<std::int64_t>(negative ? ~magnitude + 1 : magnitude), at, in_range};
}

namespace detail {
/// Calls `use` with each piece of `text` between separators, the last one included.
template <class Use>
constexpr void for_each_piece(std::string_view text, char separator, Use&& use) {
  while (true) {
    std::size_t const end = text.find(separator);
    use(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}
}  // namespace detail

}  // namespace HEALTHLAKE_NAMESPACE
