// Randomness as the caller gives it: jitter, idempotency tokens and invocation ids all come from here.
//
// Rules: this library draws no randomness of its own. The source need not be cryptographic, but two clients that draw
// the same numbers send the same tokens, and the service then takes their requests for one.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

#include "healthlake/text/hex.hpp"

namespace healthlake {

namespace detail {
template <class S>
concept WithRandom = requires(S& source) {
  { source.random() } -> std::same_as<std::uint64_t>;
};
template <class S>
concept RandomCallable =
    requires(S& source) {
      { source() } -> std::same_as<std::uint64_t>;
    } &&
    (
        !requires { (S::max)(); } ||
        requires { requires(S::min)() == 0 && (S::max)() == (std::numeric_limits<std::uint64_t>::max)(); });
}  // namespace detail

/// Returns 64 random bits each time: by a member `random()`, as a Runtime does, or by being called, as a lambda or
/// std::mt19937_64 is. A standard engine of fewer bits (std::mt19937, std::random_device) is refused: half of a token
/// would be zeros, and a back-off would have no jitter.
template <class S>
concept EntropySource = std::is_object_v<S> && (detail::WithRandom<S> || detail::RandomCallable<S>);

/// A source of uniformly distributed 64-bit numbers; refers to an EntropySource that outlives it.
class Entropy {
 public:
  template <EntropySource Source>
    requires(!std::same_as<std::remove_cv_t<Source>, Entropy>)
  Entropy(Source& source)
      : source_(&source), draw_([](void const* raw) {
          // Source is as const as what came in, so no constness is cast away that was there.
          // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
          auto& drawn_from = *const_cast<Source*>(static_cast<Source const*>(raw));
          if constexpr (detail::WithRandom<Source>) return drawn_from.random();
          else return drawn_from();
        }) {}

  [[nodiscard]] std::uint64_t random() const { return draw_(source_); }

 private:
  void const* source_;
  std::uint64_t (*draw_)(void const*);
};

/// A random part of a number from 0 to 2^31, rounded. In integers, for machines without floating point.
inline std::int64_t random_part(Entropy const& entropy, std::int64_t whole) {
  std::uint64_t const half = std::uint64_t{1} << 31;
  return static_cast<std::int64_t>(((entropy.random() >> 32) * static_cast<std::uint32_t>(whole) + half) >> 32);
}

/// The text of a UUID (RFC 9562, 4): 36 characters.
struct Uuid {
  std::array<char, 36> text{};

  [[nodiscard]] std::string_view view() const noexcept { return {text.data(), text.size()}; }
};

/// A random UUID (RFC 9562, version 4): 36 characters, within the pattern of a ClientToken.
inline Uuid random_uuid(Entropy const& entropy) {
  std::uint64_t words[] = {entropy.random(), entropy.random()};
  words[0] = (words[0] & ~std::uint64_t{0xF000}) | 0x4000;
  words[1] = (words[1] & ~(std::uint64_t{3} << 62)) | std::uint64_t{2} << 62;
  char hex[32];
  for (std::size_t i = 0; i < 2; ++i) {
    detail::put_hex(hex + 16 * i, static_cast<std::uint32_t>(words[i] >> 32));
    detail::put_hex(hex + 16 * i + 8, static_cast<std::uint32_t>(words[i]));
  }
  Uuid uuid;
  char* at = uuid.text.data();
  for (std::size_t i = 0; i < sizeof hex; i += 4) {
    if (i == 8 || i == 12 || i == 16 || i == 20) *at++ = '-';
    at = std::copy_n(hex + i, 4, at);
  }
  return uuid;
}

}  // namespace healthlake
