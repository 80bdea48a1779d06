// SHA-256 with OpenSSL (1.1.1 or later; link libcrypto).
//
// Rules: satisfies Hash; the context is created and the algorithm fetched once, for all messages. Movable, not
// copyable. The only header of sign/ that uses OpenSSL.
#pragma once

#include <openssl/evp.h>

#include <memory>

#include "healthlake/sign/hash.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// SHA-256 on an EVP_MD_CTX. A failure of the library, or to allocate the context, is reported by `finish`.
class OpensslSha256 {
 public:
  OpensslSha256() : context_(EVP_MD_CTX_new()) {
    ready_ = context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1;
  }

  void reset() noexcept {
    // A null type keeps the constructor's algorithm, which saves fetching it again (EVP_DigestInit_ex(3)).
    ok_ = ready_ && context_ && EVP_DigestInit_ex(context_.get(), nullptr, nullptr) == 1;
  }
  void update(Bytes bytes) noexcept {
    if (ok_) ok_ = EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
  }
  [[nodiscard]] bool finish(Digest& digest) noexcept {
    bool const done = ok_ && EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1;
    ok_ = false;
    return done;
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
  };

  std::unique_ptr<EVP_MD_CTX, Free> context_;
  bool ready_ = false;
  bool ok_ = false;
};

static_assert(Hash<OpensslSha256>);

}  // namespace HEALTHLAKE_NAMESPACE
