// Randomness supplied by the caller, used for jitter, idempotency tokens and invocation ids.
//
// Rules: this library has no random source of its own. The source need not be cryptographic, but two clients that draw
// the same numbers send the same tokens, and the service then treats their requests as one.
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

namespace HEALTHLAKE_NAMESPACE {

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

/// A source of 64 random bits per call, as a std::uint64_t: through a member `random()`, as a Runtime has, or a call
/// operator, as a lambda or std::mt19937_64 has. Standard engines with fewer bits (std::mt19937, std::random_device)
/// are rejected: half of a token would be zeros, and a backoff would have no jitter.
template <class S>
concept EntropySource = std::is_object_v<S> && (detail::WithRandom<S> || detail::RandomCallable<S>);

/// A source of uniformly distributed 64-bit numbers; refers to an EntropySource, which must outlive it.
class Entropy {
 public:
  /// Refers to `source`, which must outlive every copy of this object.
  template <EntropySource Source>
    requires(!std::same_as<std::remove_cv_t<Source>, Entropy>)
  Entropy(Source& source)
      : source_(&source), draw_([](void const* raw) {
          // Source is as const as the argument was, so the cast removes no constness of the object.
          // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
          auto& drawn_from = *const_cast<Source*>(static_cast<Source const*>(raw));
          if constexpr (detail::WithRandom<Source>) return drawn_from.random();
          else return drawn_from();
        }) {}

  /// The next 64 bits of the source.
  [[nodiscard]] std::uint64_t random() const { return draw_(source_); }

 private:
  void const* source_;
  std::uint64_t (*draw_)(void const*);
};

/// A random share of `whole`, from none to all of it, rounded; `whole` is from 0 to 2^31. In integers, for devices
/// without floating point.
std::int64_t random_part(Entropy const& entropy, std::int64_t whole);

/// A UUID as a string (RFC 9562, section 4): 36 characters.
struct Uuid {
  /// Lower-case hexadecimal digits and hyphens, without a terminating null.
  std::array<char, 36> text{};

  /// The same as a view, valid as long as this object.
  [[nodiscard]] std::string_view view() const noexcept { return {text.data(), text.size()}; }
};

/// Generates a random UUID (RFC 9562, version 4): 36 characters that match the pattern of a ClientToken.
Uuid random_uuid(Entropy const& entropy);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/flow/impl/entropy.ipp"
#endif
