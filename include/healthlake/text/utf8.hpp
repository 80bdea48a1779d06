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
  /// The scalar value, never a surrogate.
  char32_t value = 0;
  /// 1 to 4 bytes, or 0 for none.
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
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view text) noexcept;

/// Whether `text` is valid UTF-8 (RFC 3629). An empty string is.
[[nodiscard]] inline bool valid_utf8(std::string_view text) noexcept { return valid_utf8_prefix(text) == text.size(); }

/// The number of code points in `text`, which is what the length trait counts. Every byte that is not a continuation
/// byte (10xxxxxx) is counted, so the number means little if `text` is not valid UTF-8.
[[nodiscard]] std::size_t count_code_points(std::string_view text) noexcept;

/// The longest prefix of `text` that has at most `limit` bytes and, provided that `text` is valid UTF-8, does not end
/// inside a sequence.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t limit) noexcept;

/// Appends one code point as UTF-8. Precondition: it is not a surrogate and at most U+10FFFF.
void append_utf8(std::string& out, char32_t c);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/text/impl/utf8.ipp"
#endif
