// The functions of text/bytes.hpp.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "healthlake/text/bytes.hpp"
#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE::detail::bytes {

HEALTHLAKE_DECL std::uint64_t word_at(std::string_view text, std::size_t at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, text.data() + at, sizeof word);
  return word;
}

HEALTHLAKE_DECL bool same(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  if constexpr (!words_pay) return a == b;
  // The last two words overlap.
  if (a.size() < 8) {
    if (a.size() < 4) return a == b;
    auto const half_at = [](char const* at) {
      std::uint32_t half = 0;
      std::memcpy(&half, at, sizeof half);
      return half;
    };
    std::size_t const last = a.size() - 4;
    return half_at(a.data()) == half_at(b.data()) && half_at(a.data() + last) == half_at(b.data() + last);
  }
  std::size_t const last = a.size() - 8;
  for (std::size_t at = 0; at < last; at += 8)
    if (word_at(a, at) != word_at(b, at)) return false;
  return word_at(a, last) == word_at(b, last);
}

HEALTHLAKE_DECL std::size_t plain_json(std::string_view text, std::size_t at) noexcept {
  std::size_t const begin = at;
#if defined(__SSE2__) && defined(__GNUC__)
  using Chunk = unsigned char __attribute__((vector_size(16)));
  using Marks = char __attribute__((vector_size(16)));
  if (text.size() - at >= sizeof(Chunk)) {
    for (std::size_t const last = text.size() - sizeof(Chunk);; at += sizeof(Chunk)) {
      // The last two chunks overlap, and the first of them has no marks.
      if (at > last) at = last;
      Chunk chunk;
      std::memcpy(&chunk, text.data() + at, sizeof chunk);
      // Only the sign of each byte counts. Flipping bit 1 puts the quotation mark just above the control characters and
      // the space above both.
      static_assert(('"' ^ 2) == 0x20 && (' ' ^ 2) > 0x20 && ('!' ^ 2) > 0x20);
      auto const special = ((chunk ^ (Chunk{} + 2)) - (Chunk{} + 0x21)) | chunk | (chunk == (Chunk{} + '\\'));
      auto const marks = static_cast<unsigned>(__builtin_ia32_pmovmskb128(reinterpret_cast<Marks const&>(special)));
      if (marks != 0) return at + static_cast<std::size_t>(std::countr_zero(marks)) - begin;
      if (at == last) return text.size() - begin;
    }
  }
#endif
  auto const marks = [](std::uint64_t word) {
    // Like `below` and `equal`, except that non-ASCII bytes are marked, not left out.
    std::uint64_t const quote = word ^ (ones * '"');
    std::uint64_t const backslash = word ^ (ones * '\\');
    return ((word - ones * 0x20) | (quote - ones) | (backslash - ones) | word) & highs;
  };
  auto const stops = [](char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte >= 0x80 || c == '"' || c == '\\';
  };
  return at - begin + run(text, at, marks, stops);
}

HEALTHLAKE_DECL std::size_t ascii_run(std::string_view text, std::size_t at) noexcept {
  std::size_t const begin = at;
  if (words_pay && text.size() - at >= 8) {
    std::size_t const last = text.size() - 8;
    while (at < last && (word_at(text, at) & highs) == 0) at += 8;
    // The last two words overlap.
    if (at >= last && (word_at(text, last) & highs) == 0) return text.size() - begin;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at - begin;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail::bytes
