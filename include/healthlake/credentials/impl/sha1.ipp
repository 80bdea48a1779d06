// The functions of credentials/sha1.hpp.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "healthlake/credentials/sha1.hpp"
#include "healthlake/text/hex.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

using Sha1State = std::array<std::uint32_t, 5>;

// FIPS 180-4, 6.1.2.
inline void sha1_block(Sha1State& state, std::span<char const, 64> block) noexcept {
  constexpr std::array<std::uint32_t, 4> constants{0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
  std::array<std::uint32_t, 80> w{};
  for (std::size_t i = 0; i < block.size(); ++i) w[i / 4] = w[i / 4] << 8 | static_cast<unsigned char>(block[i]);
  for (std::size_t t = 16; t < 80; ++t) w[t] = std::rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
  auto [a, b, c, d, e] = state;
  for (std::size_t t = 0; t < 80; ++t) {
    std::uint32_t mixed = b ^ c ^ d;
    if (t < 20) mixed = (b & c) | (~b & d);
    else if (t >= 40 && t < 60) mixed = (b & c) | (b & d) | (c & d);
    std::uint32_t const next = std::rotl(a, 5) + mixed + e + constants[t / 20] + w[t];
    e = d, d = c, c = std::rotl(b, 30), b = a, a = next;
  }
  state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e};
}

HEALTHLAKE_DECL std::string sha1_hex(std::string_view text) {
  Sha1State state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  // FIPS 180-4, 5.1.1: a one bit, zeros up to 8 bytes before the end of a block, then the length in bits.
  std::string padded{text};
  padded += '\x80';
  while (padded.size() % 64 != 56) padded += '\0';
  std::uint64_t const bits = std::uint64_t{text.size()} * 8;
  for (int shift = 56; shift >= 0; shift -= 8) padded += static_cast<char>(bits >> shift & 0xff);
  for (std::span<char const> rest{padded}; !rest.empty(); rest = rest.subspan(64)) sha1_block(state, rest.first<64>());
  std::string digits;
  digits.resize(8 * state.size());
  for (std::size_t i = 0; i < state.size(); ++i) put_hex(digits.data() + 8 * i, state[i]);
  return digits;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
