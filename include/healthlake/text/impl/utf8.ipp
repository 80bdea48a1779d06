// The functions of text/utf8.hpp.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/text/bytes.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::size_t valid_utf8_prefix(std::string_view text) noexcept {
  std::size_t at = 0;
  for (;;) {
    at += detail::bytes::ascii_run(text, at);
    if (at == text.size()) return at;
    std::size_t const length = decode_utf8(text, at).length;
    if (length == 0) return at;
    at += length;
  }
}

HEALTHLAKE_DECL std::size_t count_code_points(std::string_view text) noexcept {
  std::size_t count = text.size();
  std::size_t at = 0;
  for (; detail::bytes::words_pay && text.size() - at >= 8; at += 8) {
    std::uint64_t const word = detail::bytes::word_at(text, at);
    if ((word & detail::bytes::highs) == 0) continue;
    // A continuation byte has bit 7 set and bit 6 clear; the shift moves bit 6 of each byte to bit 7.
    count -= static_cast<std::size_t>(std::popcount(word & ~(word << 1) & detail::bytes::highs));
  }
  for (; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0u) == 0x80u) --count;
  }
  return count;
}

HEALTHLAKE_DECL std::string_view utf8_prefix(std::string_view text, std::size_t limit) noexcept {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0u) == 0x80u) --limit;
  return text.substr(0, limit);
}

HEALTHLAKE_DECL void append_utf8(std::string& out, char32_t c) {
  auto const put = [&out](char32_t byte) { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else {
    if (c < 0x10000) {
      put(0xE0 | c >> 12);
    } else {
      put(0xF0 | c >> 18);
      put(0x80 | (c >> 12 & 0x3F));
    }
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

}  // namespace HEALTHLAKE_NAMESPACE
