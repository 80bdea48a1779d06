// Randomness as the caller gives it: jitter, idempotency tokens and invocation ids all come from here.
//
// Rules: this library draws no randomness of its own. The source need not be cryptographic, but two clients that
// draw the same numbers send the same tokens, and the service then takes their requests for one. Includes the
// standard library only.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

namespace healthlake {

/// A callable that gives 64 random bits a call. What says of itself that it gives fewer (std::mt19937 and
/// std::random_device do) is none: half of a token would be zeros, and a back-off would have no jitter.
template <class S>
concept EntropySource =
    std::is_object_v<S> &&
    requires(S& source) {
      { source() } -> std::same_as<std::uint64_t>;
    } &&
    (
        !requires { S::max(); } ||
        requires { requires S::min() == 0 && S::max() == std::numeric_limits<std::uint64_t>::max(); });

/// A source of uniformly distributed 64-bit numbers; refers to a callable that outlives it.
class Entropy {
 public:
  template <EntropySource Source>
    requires(!std::same_as<std::remove_cv_t<Source>, Entropy>)
  Entropy(Source& source)
      : source_(&source), draw_([](void const* raw) {
          // Source is as const as what came in, so no constness is cast away that was there.
          // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
          return (*const_cast<Source*>(static_cast<Source const*>(raw)))();
        }) {}

  std::uint64_t operator()() const { return draw_(source_); }

 private:
  void const* source_;
  std::uint64_t (*draw_)(void const*);
};

/// A number from 0 up to, but not, 1.
inline double unit_interval(Entropy const& entropy) { return static_cast<double>(entropy() >> 11) * 0x1p-53; }

/// A random UUID (RFC 9562, version 4): 36 characters, within the pattern of a ClientToken.
inline std::string random_uuid(Entropy const& entropy) {
  constexpr char hex[] = "0123456789abcdef";
  std::uint64_t words[] = {entropy(), entropy()};
  words[0] = (words[0] & ~std::uint64_t{0xF000}) | 0x4000;
  words[1] = (words[1] & ~(std::uint64_t{3} << 62)) | std::uint64_t{2} << 62;
  std::string uuid;
  uuid.reserve(36);
  for (unsigned i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) uuid.push_back('-');
    uuid.push_back(hex[words[i / 16] >> (60 - 4 * (i % 16)) & 15]);
  }
  return uuid;
}

}  // namespace healthlake
