// The Hash concept, what signing requires of a SHA-256 implementation, and what is built on it: HMAC (RFC 2104),
// hexadecimal digests, constant-time comparison, and wiping memory.
//
// Rules: one Hash object is used for many messages, one after the other, so that an engine allocates its context once.
// An engine that can fail reports it from `finish`, never earlier. Nothing here allocates.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

#include "healthlake/text/ascii.hpp"
#include "healthlake/text/bytes.hpp"
#include "healthlake/text/hex.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The 32 bytes of a SHA-256 or an HMAC-SHA256.
using Digest = std::array<std::uint8_t, 32>;

/// The input of a hash.
using Bytes = std::span<std::uint8_t const>;

/// The bytes of a string, valid as long as the string is.
Bytes as_bytes(std::string_view text) noexcept;

/// An incremental SHA-256 (FIPS 180-4, 6.2):
/// - `reset()` begins a new message and discards the previous one;
/// - `update(bytes)` appends to it, any number of times, zero bytes included;
/// - `finish(digest)` writes the digest and returns true, or returns false if the engine failed at any point since
///   `reset()`. Only `reset()` may be called after it.
template <class H>
concept Hash = std::movable<H> && requires(H& hash, Bytes bytes, Digest& digest) {
  hash.reset();
  hash.update(bytes);
  { hash.finish(digest) } -> std::same_as<bool>;
};

/// A Hash whose copy continues the message of the original on its own, as one whose whole state is in the object does.
/// It says so by a member `static constexpr bool resumable = true`, since an adapter that is only a handle of a
/// hardware engine is copyable too. SigV4 uses copies to hash the key of the day only once.
template <class H>
concept ResumableHash = Hash<H> && std::copyable<H> && requires { requires H::resumable; };

/// Overwrites memory with zeros in a way that the compiler does not optimize out.
void wipe(void* memory, std::size_t size) noexcept;

/// A Digest that is secret (a derived key): wiped when it is destroyed.
struct SecretDigest {
  /// The secret itself.
  Digest bytes{};

  SecretDigest() = default;
  SecretDigest(SecretDigest const&) = default;
  SecretDigest& operator=(SecretDigest const&) = default;
  ~SecretDigest() { wipe(bytes.data(), bytes.size()); }
};

/// Whether two byte strings are equal, in a time that depends on their lengths only, so that it does not reveal how
/// much of a guessed signature is right.
bool equal_in_constant_time(Bytes a, Bytes b) noexcept;
/// The same for the bytes of strings.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

/// A digest as 64 lower-case hexadecimal digits.
using HexDigest = std::array<char, 64>;

/// Converts a digest to hexadecimal digits.
constexpr HexDigest to_hex(Digest const& digest) noexcept {
  HexDigest text{};
  for (std::size_t i = 0; i < digest.size(); i += 4) {
    std::uint32_t const four = std::uint32_t{digest[i]} << 24 | std::uint32_t{digest[i + 1]} << 16 |
                               std::uint32_t{digest[i + 2]} << 8 | std::uint32_t{digest[i + 3]};
    detail::put_hex(text.data() + 2 * i, four);
  }
  return text;
}

/// The same digits as a string view, valid as long as `text` is.
constexpr std::string_view view(HexDigest const& text) noexcept { return {text.data(), text.size()}; }

/// Parses exactly 64 lower-case hexadecimal digits, the only form in which SigV4 writes a digest.
constexpr bool from_hex(std::string_view text, Digest& digest) noexcept {
  auto const value = [](char c) { return detail::is_upper(c) ? -1 : detail::hex_value(c); };
  if (text.size() != 2 * digest.size()) return false;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    int const high = value(text[2 * i]);
    int const low = value(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    digest[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

/// Hashes one message. Returns false if the engine failed.
template <Hash H>
bool hash_of(H& hash, Bytes message, Digest& digest) {
  hash.reset();
  hash.update(message);
  return hash.finish(digest);
}

/// HMAC-SHA256 (RFC 2104, 2) with any Hash: `H(K xor opad, H(K xor ipad, text))`. This object has exclusive use of the
/// hash until `finish` returns; it wipes the padded key when it is destroyed.
template <Hash H>
class Hmac {
 public:
  /// Begins a message with a key of any length.
  Hmac(H& hash, Bytes key) : hash_(hash) {
    // RFC 2104, 2: a key longer than a block is hashed first, a shorter one is padded with zeros.
    if (key.size() > block_size) {
      SecretDigest shortened;
      ok_ = hash_of(hash_, key, shortened.bytes);
      for (std::size_t i = 0; i < shortened.bytes.size(); ++i) key_[i] = shortened.bytes[i];
    } else {
      for (std::size_t i = 0; i < key.size(); ++i) key_[i] = key[i];
    }
    begin(0x36);
  }
  Hmac(Hmac const&) = delete;
  Hmac& operator=(Hmac const&) = delete;
  ~Hmac() { wipe(key_.data(), key_.size()); }

  /// Appends to the message.
  void update(Bytes text) { hash_.update(text); }

  /// Writes the authentication code. Returns false if the engine failed.
  [[nodiscard]] bool finish(Digest& code) {
    SecretDigest inner;
    if (!hash_.finish(inner.bytes)) ok_ = false;
    begin(0x36 ^ 0x5c);
    hash_.update(inner.bytes);
    return hash_.finish(code) && ok_;
  }

 private:
  static constexpr std::size_t block_size = 64;

  // XORs the key with a pad (or turns the inner pad into the outer one) and hashes it.
  void begin(std::uint8_t pad) {
    for (auto& byte : key_) byte = static_cast<std::uint8_t>(byte ^ pad);
    hash_.reset();
    hash_.update(key_);
  }

  H& hash_;
  std::array<std::uint8_t, block_size> key_{};
  bool ok_ = true;
};

/// The HMAC of one message. Returns false if the engine failed.
template <Hash H>
bool hmac(H& hash, Bytes key, Bytes text, Digest& code) {
  Hmac<H> mac{hash, key};
  mac.update(text);
  return mac.finish(code);
}

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/sign/impl/hash.ipp"
#endif
