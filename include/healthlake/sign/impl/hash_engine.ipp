// The functions of sign/hash_engine.hpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/hash_engine.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL PaddedKey::PaddedKey(Digest const& key, Pad pad) noexcept {
  bytes.fill(static_cast<std::uint8_t>(pad));
  for (std::size_t i = 0; i < key.size(); ++i) bytes[i] = static_cast<std::uint8_t>(bytes[i] ^ key[i]);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
