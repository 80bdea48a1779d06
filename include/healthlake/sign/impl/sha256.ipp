// The functions of sign/sha256.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/sha256.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Sha256::~Sha256() {
  wipe(state_.data(), sizeof state_);
  wipe(block_.data(), sizeof block_);
}

HEALTHLAKE_DECL void Sha256::reset() noexcept {
  // FIPS 180-4, 5.3.3.
  state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  length_ = 0;
}

HEALTHLAKE_DECL void Sha256::update(Bytes bytes) noexcept {
  while (!bytes.empty()) {
    auto const filled = static_cast<std::size_t>(length_ % block_.size());
    std::size_t const taken = (std::min)(bytes.size(), block_.size() - filled);
    std::copy_n(bytes.begin(), taken, block_.begin() + static_cast<std::ptrdiff_t>(filled));
    length_ += taken;
    bytes = bytes.subspan(taken);
    if (filled + taken == block_.size()) compress();
  }
}

HEALTHLAKE_DECL bool Sha256::finish(Digest& digest) noexcept {
  // FIPS 180-4, 5.1.1: a one bit, zeros up to 8 bytes before the end of a block, then the length in bits.
  std::uint64_t const bits = length_ * 8;
  auto filled = static_cast<std::size_t>(length_ % block_.size());
  block_[filled++] = 0x80;
  if (filled > block_.size() - 8) {
    std::fill(block_.begin() + static_cast<std::ptrdiff_t>(filled), block_.end(), std::uint8_t{0});
    compress();
    filled = 0;
  }
  std::fill(block_.begin() + static_cast<std::ptrdiff_t>(filled), block_.end() - 8, std::uint8_t{0});
  for (std::size_t i = 0; i < 8; ++i) block_[56 + i] = static_cast<std::uint8_t>(bits >> (56 - 8 * i));
  compress();
  for (std::size_t i = 0; i < digest.size(); ++i)
    digest[i] = static_cast<std::uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
  return true;
}

HEALTHLAKE_DECL void Sha256::compress() noexcept {
  std::array<std::uint32_t, 16> w;
  for (std::size_t i = 0; i < w.size(); ++i)
    w[i] = static_cast<std::uint32_t>(block_[4 * i]) << 24 | static_cast<std::uint32_t>(block_[4 * i + 1]) << 16 |
           static_cast<std::uint32_t>(block_[4 * i + 2]) << 8 | static_cast<std::uint32_t>(block_[4 * i + 3]);
  auto [a, b, c, d, e, f, g, h] = state_;
  for (std::size_t t = 0; t < constants.size(); ++t) {
    if (t >= 16) {
      std::uint32_t const w15 = w[(t + 1) % 16];
      std::uint32_t const w2 = w[(t + 14) % 16];
      std::uint32_t const s0 = std::rotr(w15, 7) ^ std::rotr(w15, 18) ^ (w15 >> 3);
      std::uint32_t const s1 = std::rotr(w2, 17) ^ std::rotr(w2, 19) ^ (w2 >> 10);
      w[t % 16] += s0 + w[(t + 9) % 16] + s1;
    }
    std::uint32_t const big1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    std::uint32_t const t1 = h + big1 + ((e & f) ^ (~e & g)) + constants[t] + w[t % 16];
    std::uint32_t const big0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    std::uint32_t const t2 = big0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1;
    d = c, c = b, b = a, a = t1 + t2;
  }
  state_ = {state_[0] + a, state_[1] + b, state_[2] + c, state_[3] + d,
            state_[4] + e, state_[5] + f, state_[6] + g, state_[7] + h};
}

}  // namespace HEALTHLAKE_NAMESPACE
