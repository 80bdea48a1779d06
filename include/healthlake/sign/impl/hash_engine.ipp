// The functions of sign/hash_engine.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/hash_engine.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// RFC 2104, 2: ipad and opad.
inline constexpr std::uint8_t inner_pad = 0x36;
inline constexpr std::uint8_t outer_pad = 0x5c;

HEALTHLAKE_DECL void PaddedKey::swap_pads() noexcept {
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(byte ^ (inner_pad ^ outer_pad));
}

HEALTHLAKE_DECL bool set_key(AnyHash& hash, Bytes key) {
  PaddedKey padded;
  SecretDigest shortened;
  bool ok = true;
  if (key.size() > padded.bytes.size()) {
    hash.reset();
    hash.update(key);
    ok = hash.finish(shortened.bytes);
    key = shortened.bytes;
  }
  padded.bytes.fill(inner_pad);
  for (std::size_t i = 0; i < key.size(); ++i) padded.bytes[i] = static_cast<std::uint8_t>(padded.bytes[i] ^ key[i]);
  hash.set_key(padded);
  return ok;
}

HEALTHLAKE_DECL bool finish_hmac(AnyHash& hash, Digest& code) {
  SecretDigest inner;
  if (!hash.finish(inner.bytes)) return false;
  hash.begin(Pad::outer);
  hash.update(inner.bytes);
  return hash.finish(code);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
