// SHA-256 with OpenSSL (1.1.1 or later; link libcrypto).
//
// Rules: satisfies ResumableHash. The only header of sign/ that uses OpenSSL. Where EVP would run OpenSSL's own code
// (the provider `default`), that code is called directly: EVP allocates a context for every message. With another
// provider, the FIPS module among them, every message goes through EVP. So it does where OpenSSL does not declare its
// SHA256_ functions, which OPENSSL_NO_DEPRECATED_3_0 and a later OPENSSL_API_COMPAT hide; OpensslSha256 is another type
// then, so that files compiled with and without do not mix.
#pragma once

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/opensslv.h>
#include <openssl/sha.h>
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
#include <openssl/provider.h>
#endif

#include <cstring>
#include <utility>

#include "healthlake/owner.hpp"
#include "healthlake/sign/hash.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// SHA-256 on an EVP_MD_CTX. The context is created and the algorithm fetched once, for all messages.
class EvpSha256 {
 public:
  static constexpr bool resumable = true;

  EvpSha256() : context_(EVP_MD_CTX_new()) {
    ready_ = context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1;
  }
  // A copy that cannot be made is an engine that failed.
  EvpSha256(EvpSha256 const& other) : context_(EVP_MD_CTX_new()) { copy(other); }
  EvpSha256(EvpSha256&&) noexcept = default;
  EvpSha256& operator=(EvpSha256 const& other) {
    if (this == &other) return *this;
    if (!context_) context_.reset(EVP_MD_CTX_new());
    copy(other);
    return *this;
  }
  EvpSha256& operator=(EvpSha256&&) noexcept = default;
  ~EvpSha256() = default;

  void reset() noexcept {
    // A null type keeps the constructor's algorithm, which saves fetching it again (EVP_DigestInit_ex(3)).
    ok_ = ready_ && context_ && EVP_DigestInit_ex(context_.get(), nullptr, nullptr) == 1;
  }
  void update(Bytes bytes) noexcept {
    if (ok_ && context_) ok_ = EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
  }
  [[nodiscard]] bool finish(Digest& digest) noexcept {
    bool const done = ok_ && context_ && EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1;
    ok_ = false;
    return done;
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
  };

  void copy(EvpSha256 const& other) noexcept {
    ready_ =
        context_ && other.context_ && other.ready_ && EVP_MD_CTX_copy_ex(context_.get(), other.context_.get()) == 1;
    ok_ = ready_ && other.ok_;
  }

  Owner<EVP_MD_CTX, Free> context_;
  bool ready_ = false;
  bool ok_ = false;
};
static_assert(ResumableHash<EvpSha256>);

}  // namespace detail

#if defined(OPENSSL_NO_DEPRECATED_3_0)

using OpensslSha256 = detail::EvpSha256;

#else

namespace detail {

// Whether EVP's SHA-256 is OpenSSL's own code.
inline bool evp_is_openssl_itself() noexcept {
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
  EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  OSSL_PROVIDER const* const provider = fetched != nullptr ? EVP_MD_get0_provider(fetched) : nullptr;
  bool const own = provider != nullptr && std::strcmp(OSSL_PROVIDER_get0_name(provider), "default") == 0;
  EVP_MD_free(fetched);
  return own;
#elif defined(LIBRESSL_VERSION_NUMBER)
  return true;
#else
  return FIPS_mode() == 0;
#endif
}

}  // namespace detail

// SHA256_Init and the others are deprecated since OpenSSL 3.0 in favor of EVP, but not removed; the warning is for
// callers that may run with another provider.
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#elif defined(_MSC_VER)
#pragma warning(push)
#pragma warning(disable : 4996)
#endif

/// SHA-256 by OpenSSL. A failure of the library, or to allocate a context, is reported by `finish`. Which provider is
/// used is determined when the object is created.
class OpensslSha256 {
 public:
  /// As ResumableHash says.
  static constexpr bool resumable = true;

  OpensslSha256() : direct_(detail::evp_is_openssl_itself()) {
    if (!direct_) evp_.reset(new detail::EvpSha256);
  }
  OpensslSha256(OpensslSha256 const& other) { *this = other; }
  /// What was moved from fails.
  OpensslSha256(OpensslSha256&& other) noexcept { *this = std::move(other); }
  OpensslSha256& operator=(OpensslSha256 const& other) {
    if (!other.evp_) evp_.reset();
    else if (evp_) *evp_.get() = *other.evp_.get();
    else evp_.reset(new detail::EvpSha256{*other.evp_.get()});
    context_ = other.context_;
    direct_ = other.direct_;
    ok_ = other.ok_;
    return *this;
  }
  OpensslSha256& operator=(OpensslSha256&& other) noexcept {
    context_ = other.context_;
    evp_ = std::move(other.evp_);
    direct_ = std::exchange(other.direct_, false);
    ok_ = std::exchange(other.ok_, false);
    return *this;
  }
  /// Wipes the state, since HMAC puts keys into it.
  ~OpensslSha256() { wipe(&context_, sizeof context_); }

  /// As Hash says.
  void reset() noexcept {
    if (evp_) evp_->reset();
    else ok_ = direct_ && SHA256_Init(&context_) == 1;
  }
  /// As Hash says.
  void update(Bytes bytes) noexcept {
    if (evp_) evp_->update(bytes);
    else if (ok_) ok_ = SHA256_Update(&context_, bytes.data(), bytes.size()) == 1;
  }
  /// As Hash says.
  [[nodiscard]] bool finish(Digest& digest) noexcept {
    if (evp_) return evp_->finish(digest);
    bool const done = ok_ && SHA256_Final(digest.data(), &context_) == 1;
    ok_ = false;
    return done;
  }

 private:
  SHA256_CTX context_{};
  // Null if `direct_`: OpenSSL's own code is called without EVP.
  detail::Owner<detail::EvpSha256> evp_;
  bool direct_ = false;
  bool ok_ = false;
};
static_assert(ResumableHash<OpensslSha256>);

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#elif defined(_MSC_VER)
#pragma warning(pop)
#endif

#endif

}  // namespace HEALTHLAKE_NAMESPACE
