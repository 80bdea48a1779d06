// UTF-8: validating, decoding, encoding and counting code points.
//
// Rules: valid means RFC 3629: no overlong form, no surrogate (U+D800 to U+DFFF), nothing above U+10FFFF; U+0000 and
// noncharacters are ordinary code points. Nothing is allocated, and no byte outside the view is read. ASCII is
// processed eight bytes at a time.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/text/bytes.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A decoded code point and its length in bytes; the length is 0 if there is none.
struct DecodedCodePoint {
  char32_t value = 0;
  std::uint8_t length = 0;

  friend constexpr bool operator==(DecodedCodePoint const&, DecodedCodePoint const&) = default;
};

/// Decodes the code point at byte `at`. The length is 0 if `at` is past the end, or if the bytes there are not a valid,
/// complete sequence (RFC 3629, section 4).
[[nodiscard]] constexpr DecodedCodePoint decode_utf8(std::string_view text, std::size_t at = 0) noexcept {
  if (at >= text.size()) return {};
  auto const lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1};
  // C0 and C1 would begin overlong forms, F5 and above code points past U+10FFFF.
  if (lead < 0xC2 || lead > 0xF4) return {};
  unsigned const length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() - at < length) return {};
  char32_t value = lead & (0x7Fu >> length);
  for (unsigned i = 1; i < length; ++i) {
    auto const byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xC0u) != 0x80u) return {};
    value = (value << 6) | (byte & 0x3Fu);
  }
  bool const overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  bool const surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return {};
  return {value, static_cast<std::uint8_t>(length)};
}

/// The length in bytes of the longest valid prefix of `text`: the offset of the first invalid sequence (RFC 3629), or
/// text.size().
[[nodiscard]] inline std::size_t valid_utf8_prefix(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    if (detail::bytes::words_pay && text.size() - at >= 8 &&
        (detail::bytes::word_at(text, at) & detail::bytes::highs) == 0) {
      at += 8;
      continue;
    }
    std::size_t const length = decode_utf8(text, at).length;
    if (length == 0) return at;
    at += length;
  }
  return at;
}

/// Whether `text` is valid UTF-8 (RFC 3629). An empty string is.
[[nodiscard]] inline bool valid_utf8(std::string_view text) noexcept { return valid_utf8_prefix(text) == text.size(); }

/// The number of code points in `text`, which is what the length trait counts. Every byte that is not a continuation
/// byte (10xxxxxx) is counted, so the number means little if `text` is not valid UTF-8.
[[nodiscard]] inline std::size_t count_code_points(std::string_view text) noexcept {
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

/// The longest prefix of `text` that has at most `limit` bytes and, provided that `text` is valid UTF-8, does not end
/// inside a sequence.
[[nodiscard]] inline std::string_view utf8_prefix(std::string_view text, std::size_t limit) noexcept {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0u) == 0x80u) --limit;
  return text.substr(0, limit);
}

/// Appends one code point as UTF-8. Precondition: it is not a surrogate and at most U+10FFFF.
inline void append_utf8(std::string& out, char32_t c) {
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
