// The source of bytes for generated values: a fuzzer's input, or a seed.
//
// Rules: the same bytes produce the same values on every platform; nothing reads a clock or a random device. Not for
// keys or tokens: everything here is predictable.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A sequence of bytes: those of an input followed by zeros, or the endless sequence of a seed.
class ByteSource {
 public:
  /// The bytes of a fuzzer's input, which must outlive the source. Values generated from zeros are small, so that
  /// drawing from an exhausted source terminates.
  static ByteSource from_bytes(std::string_view bytes) noexcept {
    ByteSource source;
    source.bytes_ = bytes;
    return source;
  }
  /// SplitMix64 (Steele, Lea and Flood, 2014) from a seed.
  static ByteSource from_seed(std::uint64_t seed) noexcept {
    ByteSource source;
    source.state_ = seed;
    source.endless_ = true;
    return source;
  }

  std::uint8_t byte() noexcept {
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

  /// A number of `count` bytes, at most 8.
  std::uint64_t number(unsigned count) noexcept {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < count; ++i) value = value << 8 | byte();
    return value;
  }

  /// A number from 0 to `end - 1`, from as few bytes as possible; small numbers are slightly likelier. Precondition:
  /// `end` is not 0.
  std::uint64_t below(std::uint64_t end) noexcept {
    unsigned count = 0;
    for (std::uint64_t last = end - 1; last != 0; last >>= 8) ++count;
    return number(count) % end;
  }
  /// A number from `low` to `high`, inclusive.
  std::uint64_t between(std::uint64_t low, std::uint64_t high) noexcept {
    std::uint64_t const span = high - low;
    return span == UINT64_MAX ? number(8) : low + below(span + 1);
  }
  /// True with a probability of 1 in `n`, and never from an exhausted source. Precondition: `n` is 2 or more.
  bool one_in(std::uint64_t n) noexcept { return below(n) == n - 1; }

  /// Whether no bytes of the input are left; never true for a seed.
  [[nodiscard]] bool exhausted() const noexcept { return !endless_ && bytes_.empty(); }

  /// Takes all bytes of the input that are left; empty for a seed.
  std::string_view rest() noexcept {
    std::string_view const left = bytes_;
    bytes_ = {};
    return left;
  }

 private:
  void refill() noexcept {
    state_ += 0x9E37'79B9'7F4A'7C15U;
    word_ = state_;
    word_ = (word_ ^ (word_ >> 30)) * 0xBF58'476D'1CE4'E5B9U;
    word_ = (word_ ^ (word_ >> 27)) * 0x94D0'49BB'1331'11EBU;
    word_ ^= word_ >> 31;
    ready_ = 8;
  }

  std::string_view bytes_;
  std::uint64_t state_ = 0;
  std::uint64_t word_ = 0;
  unsigned ready_ = 0;
  bool endless_ = false;
};

/// Any Unicode scalar value, with a bias for those that codecs get wrong: quotes, control characters, the first and
/// last of each length in UTF-8, line separators, the byte order mark.
inline char32_t any_code_point(ByteSource& source) noexcept {
  constexpr std::array<char32_t, 20> hard{0x22,   0x5C,   0x2F,   0x00,    0x0A,    0x0D,    0x1F,
                                          0x7F,   0x80,   0x85,   0x7FF,   0x800,   0x2028,  0xD7FF,
                                          0xE000, 0xFEFF, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF};
  switch (source.below(8)) {
    case 4: return hard[source.below(hard.size())];
    case 5: return static_cast<char32_t>(source.below(0x20));
    case 6: return static_cast<char32_t>(source.below(0xD800));
    case 7: return static_cast<char32_t>(source.between(0xE000, 0x10FFFF));
    default: return static_cast<char32_t>(source.between(' ', '~'));
  }
}

}  // namespace HEALTHLAKE_NAMESPACE
