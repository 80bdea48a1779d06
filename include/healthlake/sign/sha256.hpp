// A portable SHA-256 (FIPS 180-4), for targets without a crypto library: 32-bit arithmetic, a message schedule of 16
// words instead of 64, about 110 bytes of state, no allocation, cannot fail.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "healthlake/sign/hash.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A portable SHA-256. Its state is wiped when it is destroyed, since HMAC puts keys into it.
class Sha256 {
 public:
  Sha256() noexcept { reset(); }
  Sha256(Sha256 const&) = default;
  Sha256& operator=(Sha256 const&) = default;
  ~Sha256() {
    wipe(state_.data(), sizeof state_);
    wipe(block_.data(), sizeof block_);
  }

  void reset() noexcept {
    // FIPS 180-4, 5.3.3.
    state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    length_ = 0;
  }

  void update(Bytes bytes) noexcept {
    while (!bytes.empty()) {
      auto const filled = static_cast<std::size_t>(length_ % block_.size());
      std::size_t const taken = (std::min)(bytes.size(), block_.size() - filled);
      std::copy_n(bytes.begin(), taken, block_.begin() + static_cast<std::ptrdiff_t>(filled));
      length_ += taken;
      bytes = bytes.subspan(taken);
      if (filled + taken == block_.size()) compress();
    }
  }

  bool finish(Digest& digest) noexcept {
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

 private:
  // FIPS 180-4, 4.2.2.
  static constexpr std::array<std::uint32_t, 64> constants = {
      0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
      0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
      0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
      0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
      0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
      0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
      0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
      0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

  // FIPS 180-4, 6.2.2, with the message schedule computed as it is used (as in 6.1.3).
  void compress() noexcept {
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

  std::array<std::uint32_t, 8> state_{};
  std::array<std::uint8_t, 64> block_{};
  std::uint64_t length_ = 0;
};

static_assert(Hash<Sha256>);

}  // namespace HEALTHLAKE_NAMESPACE
