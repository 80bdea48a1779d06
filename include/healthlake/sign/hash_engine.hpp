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
enum class Pad : std::uint8_t { inner, outer };

// A key padded with zeros to a block and XORed with the inner pad; wiped when it is destroyed.
struct PaddedKey {
  PaddedKey() = default;
  PaddedKey(PaddedKey const&) = default;
  PaddedKey& operator=(PaddedKey const&) = default;
  ~PaddedKey() { wipe(bytes.data(), bytes.size()); }

  // Turns the one pad into the other.
  void swap_pads() noexcept;

  std::array<std::uint8_t, 64> bytes{};
};

// The interface. An engine holds one message and one key at a time.
class AnyHash {
 public:
  virtual void reset() = 0;
  virtual void update(Bytes bytes) = 0;
  [[nodiscard]] virtual bool finish(Digest& digest) = 0;
  // Sets the key of the HMACs that follow. The padded key is changed.
  virtual void set_key(PaddedKey& key) = 0;
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

// Sets the key, hashing one that is longer than a block (RFC 2104, 2). Returns false if the engine failed.
[[nodiscard]] bool set_key(AnyHash& hash, Bytes key);
// The end of an HMAC that began with `begin(Pad::inner)`. Returns false if the engine failed.
[[nodiscard]] bool finish_hmac(AnyHash& hash, Digest& code);

template <Hash H>
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): final, so nothing is destroyed through a base
class HashEngine final : public AnyHash {
 public:
  HashEngine()
    requires std::default_initializable<H>
      : key_(kept(hash_)) {}
  explicit HashEngine(H hash) : hash_(std::move(hash)), key_(kept(hash_)) {}

  void reset() override { hash_.reset(); }
  void update(Bytes bytes) override { hash_.update(bytes); }
  [[nodiscard]] bool finish(Digest& digest) override { return hash_.finish(digest); }

  void set_key(PaddedKey& key) override {
    if constexpr (ResumableHash<H>) {
      for (H* const state : {&key_.inner, &key_.outer}) {
        state->reset();
        state->update(key.bytes);
        key.swap_pads();
      }
    } else {
      key_ = key;
    }
  }
  void begin(Pad pad) override {
    if constexpr (ResumableHash<H>) {
      hash_ = pad == Pad::inner ? key_.inner : key_.outer;
    } else {
      PaddedKey key = key_;
      if (pad == Pad::outer) key.swap_pads();
      hash_.reset();
      hash_.update(key.bytes);
    }
  }

 private:
  struct States {
    H inner;
    H outer;
  };
  using Kept = std::conditional_t<ResumableHash<H>, States, PaddedKey>;

  static Kept kept([[maybe_unused]] H const& hash) {
    if constexpr (ResumableHash<H>) return {hash, hash};
    else return {};
  }

  H hash_{};
  Kept key_;
};

// A Hash that belongs to somebody else, as a Hash.
template <Hash H>
class BorrowedHash {
 public:
  explicit BorrowedHash(H& hash) noexcept : hash_(&hash) {}

  void reset() { hash_->reset(); }
  void update(Bytes bytes) { hash_->update(bytes); }
  [[nodiscard]] bool finish(Digest& digest) { return hash_->finish(digest); }

 private:
  H* hash_;
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/sign/impl/hash_engine.ipp"
#endif
