// The source of bytes for generated values: a fuzzer's input, or a seed.
//
// Rules: the same bytes produce the same values on every platform; nothing reads a clock or a random device. Not for
// keys or tokens: everything here is predictable.
#pragma once

#include <cstdint>
#include <string_view>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A sequence of bytes: those of an input followed by zeros, or the endless sequence of a seed.
class ByteSource {
 public:
  /// The bytes of a fuzzer's input, which must outlive the source. Values generated from zeros are small, so that
  /// drawing from an exhausted source terminates.
  static ByteSource from_bytes(std::string_view bytes) noexcept;
  /// SplitMix64 (Steele, Lea and Flood, 2014) from a seed.
  static ByteSource from_seed(std::uint64_t seed) noexcept;

  /// The next byte; 0 once an input is exhausted.
  std::uint8_t byte() noexcept;

  /// A number of `count` bytes, at most 8.
  std::uint64_t number(unsigned count) noexcept;

  /// A number from 0 to `end - 1`, from as few bytes as possible; small numbers are slightly likelier. Precondition:
  /// `end` is not 0.
  std::uint64_t below(std::uint64_t end) noexcept;
  /// A number from `low` to `high`, inclusive.
  std::uint64_t between(std::uint64_t low, std::uint64_t high) noexcept;
  /// True with a probability of 1 in `n`, and never from an exhausted source. Precondition: `n` is 2 or more.
  bool one_in(std::uint64_t n) noexcept { return below(n) == n - 1; }

  /// Whether no bytes of the input are left; never true for a seed.
  [[nodiscard]] bool exhausted() const noexcept { return !endless_ && bytes_.empty(); }

  /// Takes all bytes of the input that are left; empty for a seed.
  std::string_view rest() noexcept;

 private:
  void refill() noexcept;

  std::string_view bytes_;
  std::uint64_t state_ = 0;
  std::uint64_t word_ = 0;
  unsigned ready_ = 0;
  bool endless_ = false;
};

/// Any Unicode scalar value, with a bias for those that codecs get wrong: quotes, control characters, the first and
/// last of each length in UTF-8, line separators, the byte order mark.
char32_t any_code_point(ByteSource& source) noexcept;

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/testing/impl/byte_source.ipp"
#endif
