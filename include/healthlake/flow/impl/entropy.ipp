// The functions of flow/entropy.hpp.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <type_traits>

#include "healthlake/flow/entropy.hpp"
#include "healthlake/text/hex.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::int64_t random_part(Entropy const& entropy, std::int64_t whole) {
  std::uint64_t const half = std::uint64_t{1} << 31;
  return static_cast<std::int64_t>(((entropy.random() >> 32) * static_cast<std::uint32_t>(whole) + half) >> 32);
}

HEALTHLAKE_DECL Uuid random_uuid(Entropy const& entropy) {
  std::uint64_t words[] = {entropy.random(), entropy.random()};
  words[0] = (words[0] & ~std::uint64_t{0xF000}) | 0x4000;
  words[1] = (words[1] & ~(std::uint64_t{3} << 62)) | std::uint64_t{2} << 62;
  char hex[32];
  for (std::size_t i = 0; i < 2; ++i) {
    detail::put_hex(hex + 16 * i, static_cast<std::uint32_t>(words[i] >> 32));
    detail::put_hex(hex + 16 * i + 8, static_cast<std::uint32_t>(words[i]));
  }
  Uuid uuid;
  uuid.text.fill('-');
  char* const at = uuid.text.data();
  std::memcpy(at, hex, 8);
  std::memcpy(at + 9, hex + 8, 4);
  std::memcpy(at + 14, hex + 12, 4);
  std::memcpy(at + 19, hex + 16, 4);
  std::memcpy(at + 24, hex + 20, 12);
  return uuid;
}

}  // namespace HEALTHLAKE_NAMESPACE
