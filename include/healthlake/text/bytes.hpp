// Scanning and comparing strings eight bytes at a time, or sixteen.
//
// Rules: nothing outside the view is read. A word's marks are the high bits of its bytes. Only the lowest mark is
// reliable; a higher one may be a false positive, so the bytes of a marked word are then checked one by one.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE::detail::bytes {

/// Whether a register holds a word. Where it does not, single bytes are as fast, in a third of the code.
inline constexpr bool words_pay = sizeof(void*) >= sizeof(std::uint64_t);

/// The lowest bit of each byte.
inline constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
/// The high bit of each byte.
inline constexpr std::uint64_t highs = 0x8080'8080'8080'8080;

/// The eight bytes at `at`, in native byte order. Precondition: the view contains them.
std::uint64_t word_at(std::string_view text, std::size_t at) noexcept;

/// Marks bytes less than `limit`, which is at most 0x80.
constexpr std::uint64_t below(std::uint64_t word, unsigned char limit) noexcept {
  return (word - ones * limit) & ~word & highs;
}

/// Marks bytes equal to `c`.
constexpr std::uint64_t equal(std::uint64_t word, char c) noexcept {
  return below(word ^ (ones * static_cast<unsigned char>(c)), 1);
}

/// The same bytes, with `A` to `Z` converted to lower case.
constexpr std::uint64_t lower(std::uint64_t word) noexcept {
  // Neither sum carries into the next byte, and the high bit of a byte differs between them only for the 26 letters.
  std::uint64_t const low_bits = word & ~highs;
  std::uint64_t const from_a = low_bits + ones * (0x80 - 'A');
  std::uint64_t const beyond_z = low_bits + ones * (0x80 - 'Z' - 1);
  return word | ((from_a ^ beyond_z) & ~word & highs) >> 2;
}

/// Writes a number in big-endian order. Unrolled, since compilers turn that into one store.
constexpr void put_word(char* out, std::uint64_t word) noexcept {
  out[0] = static_cast<char>(word >> 56);
  out[1] = static_cast<char>(word >> 48);
  out[2] = static_cast<char>(word >> 40);
  out[3] = static_cast<char>(word >> 32);
  out[4] = static_cast<char>(word >> 24);
  out[5] = static_cast<char>(word >> 16);
  out[6] = static_cast<char>(word >> 8);
  out[7] = static_cast<char>(word);
}

/// The number of bytes from `at` to the first one for which `stops` returns true. `marks` takes a word and marks at
/// least those bytes.
template <class Marks, class Stops>
std::size_t run(std::string_view text, std::size_t at, Marks marks, Stops stops) noexcept {
  std::size_t const begin = at;
  for (; words_pay && text.size() - at >= 8; ++at) {
    std::uint64_t const marked = marks(word_at(text, at));
    if (marked == 0) {
      at += 7;
      continue;
    }
    // On a little-endian machine the lowest byte, whose mark is reliable, comes first in the string.
    if constexpr (std::endian::native == std::endian::little)
      at += static_cast<std::size_t>(std::countr_zero(marked)) / 8;
    if (stops(text[at])) return at - begin;
  }
  while (at < text.size() && !stops(text[at])) ++at;
  return at - begin;
}

/// Whether two strings are equal. For short ones, faster than the function of the C library.
[[nodiscard]] bool same(std::string_view a, std::string_view b) noexcept;

/// The number of bytes from `at` that stand for themselves in a JSON string (RFC 8259, 7): ASCII without control
/// characters, the quotation mark and the backslash. Sixteen at a time where the compiler says that the processor can.
[[nodiscard]] std::size_t plain_json(std::string_view text, std::size_t at) noexcept;

/// The number of ASCII bytes from `at`.
[[nodiscard]] std::size_t ascii_run(std::string_view text, std::size_t at) noexcept;

}  // namespace HEALTHLAKE_NAMESPACE::detail::bytes

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/text/impl/bytes.ipp"
#endif
