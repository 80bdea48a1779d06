// Building strings from pieces and numbers: what std::to_string, std::to_chars, std::from_chars and chains of `+` do,
// in a few hundred bytes of code per program; and escaping untrusted strings for messages.
//
// Rules: decimal numbers only, no locale, and no allocation but that of the resulting string.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "healthlake/text/ascii.hpp"
#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A number as a decimal string that lives as long as this object: `concat({"at most ", Decimal{64}, " levels"})`.
class Decimal {
 public:
  /// Of any integer type; a negative number has a minus sign.
  // Two's complement: the magnitude is also right for the minimum value.
  template <std::integral N>
  explicit Decimal(N number) noexcept
      : Decimal(number < 0 ? ~static_cast<std::uint64_t>(number) + 1 : static_cast<std::uint64_t>(number), number < 0) {
  }

  /// The digits, with a minus sign before a negative number.
  [[nodiscard]] std::string_view view() const noexcept { return {digits_ + begin_, sizeof digits_ - begin_}; }
  /// The same, so that a Decimal can be passed as a string view.
  operator std::string_view() const noexcept { return view(); }

 private:
  Decimal(std::uint64_t number, bool negative) noexcept;

  // 20 digits, or 19 and a sign.
  char digits_[20];
  std::size_t begin_ = sizeof digits_;
};

namespace detail {
void append_pieces(std::string& out, std::string_view const* pieces, std::size_t count);
std::string concat_pieces(std::string_view const* pieces, std::size_t count);
}  // namespace detail

// Lists of strings are arrays, since calls with a std::initializer_list take twice the code.

/// Appends strings: `append(out, {"at most ", Decimal{64}})`.
template <std::size_t N>
void append(std::string& out, std::string_view const (&pieces)[N]) {
  detail::append_pieces(out, pieces, N);
}

/// Concatenates strings.
template <std::size_t N>
std::string concat(std::string_view const (&pieces)[N]) {
  return detail::concat_pieces(pieces, N);
}

// Untrusted strings are shown in one notation: printable ASCII as it is, any other byte as `\xNN` in lower-case
// hexadecimal digits, so that nobody can inject lines or terminal escapes. A truncated string ends in `...`.

namespace detail {
/// Appends a byte as `\xNN`.
void append_escaped(std::string& out, char c);
/// Appends an entire string; if `quotes` is true, each `"` and each backslash is escaped with a backslash.
void append_printable(std::string& out, std::string_view text, bool quotes);
}  // namespace detail

/// At most `limit` bytes of a string, to be embedded in a message.
std::string printable_ascii(std::string_view text, std::size_t limit = 64);

/// The same in double quotes, with quotes and backslashes escaped so that it is unambiguous: `"a \"b\"\x0a"`.
std::string quoted(std::string_view text, std::size_t limit);

/// A peer's message for a log or a terminal: UTF-8 is shown as it is, except for the C1 control characters (U+0080 to
/// U+009F), which terminals obey. Not limited by default, since messages are bounded when they are read.
std::string printable(std::string_view text, std::size_t limit = std::string_view::npos);

/// The result of parse_integer.
struct ParsedInteger {
  /// The integer, if it is in range.
  std::int64_t value = 0;
  /// The number of characters parsed; 0 if there is no integer.
  std::size_t size = 0;
  /// False if the integer does not fit in 64 bits; `value` is then unspecified.
  bool in_range = true;
};

/// Parses the integer at the beginning of `text`: an optional minus sign and decimal digits, with any leading zeros.
ParsedInteger parse_integer(std::string_view text) noexcept;

namespace detail {
// A decimal number in whole units.
struct ScaledInteger {
  std::int64_t value = 0;
  // False if the text is not a number; nothing else is then specified.
  bool valid = false;
  // False if digits other than zero were truncated.
  bool exact = true;
  // False if the integer does not fit in 64 bits; `value` is then unspecified.
  bool in_range = true;
};

// What `read_scaled` found.
struct ScaledDigits {
  std::uint64_t magnitude = 0;
  // The offset of the point, or of the end if there is no point; and of the end.
  std::size_t point = 0;
  std::size_t end = 0;
  bool exact = true;
  bool in_range = true;
};

// Reads digits with at most one point among them, of which as many count as are `wanted`. The point, or the end if
// there is none, changes that to `after_point` if that is not negative. What is wanted beyond the end is zeros.
constexpr ScaledDigits read_scaled(std::string_view text, std::ptrdiff_t wanted, std::ptrdiff_t after_point) noexcept {
  ScaledDigits result{.point = text.size()};
  std::uint64_t magnitude = 0;
  // A product that could wrap around is too large anyway.
  constexpr std::uint64_t most = (std::numeric_limits<std::uint64_t>::max)() / 10;
  std::size_t at = 0;
  // So many digits always fit.
  constexpr std::ptrdiff_t always = 18;
  std::size_t const fitting =
      !bytes::words_pay || wanted < always ? 0 : (std::min)(text.size(), static_cast<std::size_t>(always));
  for (; at < fitting; ++at) {
    auto const digit = static_cast<unsigned>(digit_value(text[at]));
    if (digit > 9) break;
    magnitude = magnitude * 10 + digit;
  }
  wanted -= static_cast<std::ptrdiff_t>(at);
  for (; at < text.size(); ++at) {
    char const c = text[at];
    if (is_digit(c)) {
      if (--wanted < 0) {
        result.exact = result.exact && c == '0';
        continue;
      }
      result.in_range = result.in_range && magnitude < most;
      magnitude = magnitude * 10 + static_cast<std::uint64_t>(digit_value(c));
    } else if (c == '.' && result.point == text.size()) {
      result.point = at;
      if (after_point >= 0) wanted = after_point;
    } else {
      break;
    }
  }
  if (result.point == text.size()) {
    result.point = at;
    if (after_point >= 0) wanted = after_point;
  }
  for (; --wanted >= 0 && magnitude != 0 && result.in_range; magnitude *= 10) result.in_range = magnitude < most;
  result.magnitude = magnitude;
  result.end = at;
  return result;
}

// Parses all of `text`, a JSON number (RFC 8259, 6), multiplied by ten to the power of `places`. Integer arithmetic
// only, so that no digit is lost, and for numbers of any length.
constexpr ScaledInteger parse_scaled(std::string_view text, int places) noexcept {
  bool const negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty() || !is_digit(text.front())) return {};
  auto wanted = (std::numeric_limits<std::ptrdiff_t>::max)();
  std::size_t end = text.size();
  std::size_t at = 0;
  ScaledDigits found;
  // The exponent comes last, and the digits are then read again.
  for (std::ptrdiff_t after_point = places;; after_point = -1) {
    found = read_scaled({text.data(), end}, wanted, after_point);
    if (after_point < 0) break;
    at = found.end;
    if (at >= text.size() || ascii_lower(text[at]) != 'e') break;
    end = at++;
    bool const down = at < text.size() && text[at] == '-';
    if (down || (at < text.size() && text[at] == '+')) ++at;
    // Beyond this limit, the number is out of range or only a fraction, however many digits it has.
    constexpr std::ptrdiff_t limit = (std::numeric_limits<std::ptrdiff_t>::max)() / 32;
    std::ptrdiff_t exponent = 0;
    for (; at < text.size() && is_digit(text[at]); ++at)
      if (exponent < limit) exponent = exponent * 10 + digit_value(text[at]);
    wanted = static_cast<std::ptrdiff_t>(found.point) + places + (down ? -exponent : exponent);
  }
  if (at != text.size()) return {};
  std::uint64_t const max = (std::uint64_t{1} << 63) - (negative ? 0 : 1);
  return {.value = static_cast<std::int64_t>(negative ? ~found.magnitude + 1 : found.magnitude),
          .valid = true,
          .exact = found.exact,
          .in_range = found.in_range && found.magnitude <= max};
}

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

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/text/impl/text.ipp"
#endif
