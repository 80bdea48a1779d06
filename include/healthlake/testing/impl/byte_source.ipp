// The functions of testing/byte_source.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "healthlake/testing/byte_source.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL ByteSource ByteSource::from_bytes(std::string_view bytes) noexcept {
  ByteSource source;
  source.bytes_ = bytes;
  return source;
}

HEALTHLAKE_DECL ByteSource ByteSource::from_seed(std::uint64_t seed) noexcept {
  ByteSource source;
  source.state_ = seed;
  source.endless_ = true;
  return source;
}

HEALTHLAKE_DECL std::uint8_t ByteSource::byte() noexcept {
  if (endless_) {
    if (ready_ == 0) refill();
    auto const next = static_cast<std::uint8_t>(word_);
    word_ >>= 8;
    --ready_;
    return next;
  }
  if (bytes_.empty()) return 0;
  auto const next = static_cast<std::uint8_t>(bytes_.front());
  bytes_.remove_prefix(1);
  return next;
}

HEALTHLAKE_DECL std::uint64_t ByteSource::number(unsigned count) noexcept {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < count; ++i) value = value << 8 | byte();
  return value;
}

HEALTHLAKE_DECL std::uint64_t ByteSource::below(std::uint64_t end) noexcept {
  unsigned count = 0;
  for (std::uint64_t last = end - 1; last != 0; last >>= 8) ++count;
  return number(count) % end;
}

HEALTHLAKE_DECL std::uint64_t ByteSource::between(std::uint64_t low, std::uint64_t high) noexcept {
  std::uint64_t const span = high - low;
  return span == UINT64_MAX ? number(8) : low + below(span + 1);
}

HEALTHLAKE_DECL std::string_view ByteSource::rest() noexcept {
  std::string_view const left = bytes_;
  bytes_ = {};
  return left;
}

HEALTHLAKE_DECL void ByteSource::refill() noexcept {
  state_ += 0x9E37'79B9'7F4A'7C15U;
  word_ = state_;
  word_ = (word_ ^ (word_ >> 30)) * 0xBF58'476D'1CE4'E5B9U;
  word_ = (word_ ^ (word_ >> 27)) * 0x94D0'49BB'1331'11EBU;
  word_ ^= word_ >> 31;
  ready_ = 8;
}

HEALTHLAKE_DECL char32_t any_code_point(ByteSource& source) noexcept {
  constexpr std::array<char32_t, 20> hard{0x22,   0x5C,   0x2F,   0x00,    0x0A,    0x0D,    0x1F,
                                          0x7F,   0x80,   0x85,   0x7FF,   0x800,   0x2028,  0xD7FF,
                                          0xE000, 0xFEFF, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF};
  switch (source.below(8)) {
    case 4: return hard[static_cast<std::size_t>(source.below(hard.size()))];
    case 5: return static_cast<char32_t>(source.below(0x20));
    case 6: return static_cast<char32_t>(source.below(0xD800));
    case 7: return static_cast<char32_t>(source.between(0xE000, 0x10FFFF));
    default: return static_cast<char32_t>(source.between(' ', '~'));
  }
}

}  // namespace HEALTHLAKE_NAMESPACE
