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
  /// As ResumableHash says.
  static constexpr bool resumable = true;

  Sha256() noexcept { reset(); }
  Sha256(Sha256 const&) = default;
  Sha256& operator=(Sha256 const&) = default;
  ~Sha256();

  /// As Hash says.
  void reset() noexcept;

  /// As Hash says.
  void update(Bytes bytes) noexcept;

  /// As Hash says. It never fails.
  bool finish(Digest& digest) noexcept;

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
  void compress() noexcept;

  std::array<std::uint32_t, 8> state_{};
  std::array<std::uint8_t, 64> block_{};
  std::uint64_t length_ = 0;
};

static_assert(ResumableHash<Sha256>);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/sign/impl/sha256.ipp"
#endif
