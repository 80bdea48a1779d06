// The functions of sign/hash.hpp.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

#include "healthlake/sign/hash.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/bytes.hpp"
#include "healthlake/text/hex.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Bytes as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<std::uint8_t const*>(text.data()), text.size()};
}

HEALTHLAKE_DECL void wipe(void* memory, std::size_t size) noexcept {
#if defined(__GNUC__)
  if (size == 0) return;
  std::memset(memory, 0, size);
  __asm__ __volatile__("" : : "r"(memory) : "memory");
#else
  auto volatile* byte = static_cast<unsigned char volatile*>(memory);
  for (std::size_t i = 0; i < size; ++i) byte[i] = 0;
#endif
}

HEALTHLAKE_DECL bool equal_in_constant_time(Bytes a, Bytes b) noexcept {
  if (a.size() != b.size()) return false;
  using Word = std::conditional_t<detail::bytes::words_pay, std::uint64_t, std::uint8_t>;
  Word volatile difference = 0;
  std::size_t i = 0;
  for (; a.size() - i >= sizeof(Word); i += sizeof(Word)) {
    Word words[2];
    std::memcpy(&words[0], a.data() + i, sizeof(Word));
    std::memcpy(&words[1], b.data() + i, sizeof(Word));
    difference = static_cast<Word>(difference | (words[0] ^ words[1]));
  }
  for (; i < a.size(); ++i) difference = static_cast<Word>(difference | (a[i] ^ b[i]));
  return difference == 0;
}

HEALTHLAKE_DECL bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  return equal_in_constant_time(as_bytes(a), as_bytes(b));
}

}  // namespace HEALTHLAKE_NAMESPACE
