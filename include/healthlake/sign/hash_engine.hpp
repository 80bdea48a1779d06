// A Hash of any type behind one interface, so that what signs is compiled once, whichever Hash it uses; and the states
// with which every HMAC under one key begins.
//
// Rules: RFC 2104, 4: the two blocks of a padded key are hashed once, when the key is set, and each HMAC begins with
// copies of the states after them, if the Hash can be resumed. That saves two of about twelve blocks per signature.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "healthlake/sign/hash.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// What the key of an HMAC is XORed with (RFC 2104, 2).
enum class Pad : std::uint8_t { inner = 0x36, outer = 0x5c };

// A key of the size of a digest, padded with zeros to a block and XORed with a pad.
struct PaddedKey {
  PaddedKey(Digest const& key, Pad pad) noexcept;
  PaddedKey(PaddedKey const&) = delete;
  PaddedKey& operator=(PaddedKey const&) = delete;
  ~PaddedKey() { wipe(bytes.data(), bytes.size()); }

  std::array<std::uint8_t, 64> bytes;
};

// The interface. An engine holds one message and one key at a time.
class AnyHash {
 public:
  virtual void reset() = 0;
  virtual void update(Bytes bytes) = 0;
  [[nodiscard]] virtual bool finish(Digest& digest) = 0;
  // Sets the key of the HMACs that follow.
  virtual void set_key(Digest const& key) = 0;
  // Begins a message with the padded key. Precondition: a key was set.
  virtual void begin(Pad pad) = 0;

 protected:
  AnyHash() = default;
  AnyHash(AnyHash const&) = default;
  AnyHash(AnyHash&&) = default;
  AnyHash& operator=(AnyHash const&) = default;
  AnyHash& operator=(AnyHash&&) = default;
  ~AnyHash() = default;
};

// Satisfies Hash, for the functions that take one.
struct HashRef {
  AnyHash* engine;

  void reset() { engine->reset(); }
  void update(Bytes bytes) { engine->update(bytes); }
  [[nodiscard]] bool finish(Digest& digest) { return engine->finish(digest); }
};

template <Hash H>
class HashEngine final : public AnyHash {
 public:
  explicit HashEngine(H hash) : hash_(std::move(hash)), key_(kept(hash_)) {}

  void reset() override { hash_.reset(); }
  void update(Bytes bytes) override { hash_.update(bytes); }
  [[nodiscard]] bool finish(Digest& digest) override { return hash_.finish(digest); }

  void set_key(Digest const& key) override {
    if constexpr (ResumableHash<H>) {
      hash_padded(key_.inner, key, Pad::inner);
      hash_padded(key_.outer, key, Pad::outer);
    } else {
      key_.bytes = key;
    }
  }
  void begin(Pad pad) override {
    if constexpr (ResumableHash<H>) hash_ = pad == Pad::inner ? key_.inner : key_.outer;
    else hash_padded(hash_, key_.bytes, pad);
  }

 private:
  struct States {
    H inner;
    H outer;
  };
  using Kept = std::conditional_t<ResumableHash<H>, States, SecretDigest>;

  static Kept kept([[maybe_unused]] H const& hash) {
    if constexpr (ResumableHash<H>) return {hash, hash};
    else return {};
  }
  static void hash_padded(H& hash, Digest const& key, Pad pad) {
    PaddedKey const padded{key, pad};
    hash.reset();
    hash.update(padded.bytes);
  }

  H hash_;
  Kept key_;
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/sign/impl/hash_engine.ipp"
#endif
