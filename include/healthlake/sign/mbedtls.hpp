// SHA-256 with Mbed TLS (2.28 or 3; link libmbedcrypto).
//
// Rules: satisfies Hash; the context is inside the object, and nothing is allocated unless the library's build does.
// Copyable: a copy continues the same message. The only header of sign/ that uses Mbed TLS.
#pragma once

#include <mbedtls/sha256.h>
#include <mbedtls/version.h>

#include "healthlake/sign/hash.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// SHA-256 on an mbedtls_sha256_context. A failure of the library (of a hardware engine, say) is reported by `finish`.
class MbedtlsSha256 {
 public:
  /// As ResumableHash says.
  static constexpr bool resumable = true;

  MbedtlsSha256() noexcept { mbedtls_sha256_init(&context_); }
  MbedtlsSha256(MbedtlsSha256 const& other) noexcept : ok_(other.ok_) {
    mbedtls_sha256_init(&context_);
    mbedtls_sha256_clone(&context_, &other.context_);
  }
  MbedtlsSha256& operator=(MbedtlsSha256 const& other) noexcept {
    if (this == &other) return *this;
    mbedtls_sha256_clone(&context_, &other.context_);
    ok_ = other.ok_;
    return *this;
  }
  /// mbedtls_sha256_free also wipes the context.
  ~MbedtlsSha256() { mbedtls_sha256_free(&context_); }

  // The functions that return a status lost the suffix `_ret` in 3.0.
#if MBEDTLS_VERSION_MAJOR >= 3
  void reset() noexcept { ok_ = mbedtls_sha256_starts(&context_, 0) == 0; }
  void update(Bytes bytes) noexcept {
    if (ok_ && !bytes.empty()) ok_ = mbedtls_sha256_update(&context_, bytes.data(), bytes.size()) == 0;
  }
  [[nodiscard]] bool finish(Digest& digest) noexcept {
    bool const done = ok_ && mbedtls_sha256_finish(&context_, digest.data()) == 0;
    ok_ = false;
    return done;
  }
#else
  /// As Hash says.
  void reset() noexcept { ok_ = mbedtls_sha256_starts_ret(&context_, 0) == 0; }
  /// As Hash says.
  void update(Bytes bytes) noexcept {
    if (ok_ && !bytes.empty()) ok_ = mbedtls_sha256_update_ret(&context_, bytes.data(), bytes.size()) == 0;
  }
  /// As Hash says.
  [[nodiscard]] bool finish(Digest& digest) noexcept {
    bool const done = ok_ && mbedtls_sha256_finish_ret(&context_, digest.data()) == 0;
    ok_ = false;
    return done;
  }
#endif

 private:
  mbedtls_sha256_context context_;
  bool ok_ = false;
};

static_assert(ResumableHash<MbedtlsSha256>);

}  // namespace HEALTHLAKE_NAMESPACE
