// The functions of text/text.hpp.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "healthlake/text/ascii.hpp"
#include "healthlake/text/hex.hpp"
#include "healthlake/text/text.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Decimal::Decimal(std::uint64_t number, bool negative) noexcept {
  do digits_[--begin_] = detail::digit_of(static_cast<int>(number % 10));
  while ((number /= 10) != 0);
  if (negative) digits_[--begin_] = '-';
}

}  // namespace HEALTHLAKE_NAMESPACE

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void append_pieces(std::string& out, std::string_view const* pieces, std::size_t count) {
  for (; count > 0; --count) out.append(*pieces++);
}

HEALTHLAKE_DECL std::string concat_pieces(std::string_view const* pieces, std::size_t count) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < count; ++i) size += pieces[i].size();
  std::string out;
  out.reserve(size);
  append_pieces(out, pieces, count);
  return out;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void append_escaped(std::string& out, char c) {
  auto const byte = static_cast<unsigned char>(c);
  char const escape[] = {'\\', 'x', lower_hex_digits[byte >> 4], lower_hex_digits[byte & 15]};
  out.append(escape, sizeof escape);
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void append_printable(std::string& out, std::string_view text, bool quotes) {
  for (char const c : text) {
    if (quotes && (c == '"' || c == '\\')) out.push_back('\\');
    if (is_printable(c)) out.push_back(c);
    else append_escaped(out, c);
  }
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string printable_ascii(std::string_view text, std::size_t limit) {
  std::string out;
  detail::append_printable(out, text.substr(0, limit), false);
  if (text.size() > limit) out += "...";
  return out;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string quoted(std::string_view text, std::size_t limit) {
  std::string out = "\"";
  detail::append_printable(out, text.substr(0, limit), true);
  out += text.size() > limit ? "\"..." : "\"";
  return out;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string printable(std::string_view text, std::size_t limit) {
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

HEALTHLAKE_DECL ParsedInteger parse_integer(std::string_view text) noexcept {
  bool const negative = text.starts_with('-');
  std::size_t at = negative ? 1 : 0;
  std::size_t const begin = at;
  // The maximum without its last digit, and that digit.
  constexpr auto max = std::uint64_t{(std::numeric_limits<std::int64_t>::max)()};
  constexpr std::uint64_t most = max / 10;
  constexpr std::uint64_t most_last = max % 10;
  std::uint64_t const last = most_last + (negative ? 1 : 0);
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

}  // namespace HEALTHLAKE_NAMESPACE
