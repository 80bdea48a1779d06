// The signing key, which is derived from a secret access key for one date, region and service, and a cache for it.
//
// Rules: derived keys and secrets are wiped when they are replaced or destroyed.
#pragma once

#include <string>
#include <string_view>

#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/hash_engine.hpp"
#include "healthlake/sign/string_to_sign.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {
// Derives the signing key. Returns false if the hash engine failed.
[[nodiscard]] bool derive_key(AnyHash& hash, std::string_view secret_access_key, CredentialScope const& scope,
                              SecretDigest& key);

// Stage 3 with the key that was set. `scope` is what append_scope appends.
[[nodiscard]] bool sign_string(AnyHash& hash, std::string_view amz_date, std::string_view scope,
                               Digest const& canonical_request_hash, Digest& signature);
}  // namespace detail

/// `HMAC(HMAC(HMAC(HMAC("AWS4" + secret, date), region), service), "aws4_request")`. Returns false if the hash engine
/// failed.
template <Hash H>
bool derive_signing_key(H& hash, std::string_view secret_access_key, CredentialScope const& scope, SecretDigest& key) {
  detail::HashEngine<detail::BorrowedHash<H>> engine{detail::BorrowedHash<H>{hash}};
  return detail::derive_key(engine, secret_access_key, scope, key);
}

/// Stage 3: the signature of the string to sign, which is never stored; the arguments are those of `string_to_sign`.
/// Returns false if the hash engine failed.
template <Hash H>
[[nodiscard]] bool compute_signature(H& hash, SecretDigest const& key, std::string_view amz_date,
                                     CredentialScope const& scope, Digest const& canonical_request_hash,
                                     Digest& signature) {
  detail::HashEngine<detail::BorrowedHash<H>> engine{detail::BorrowedHash<H>{hash}};
  return detail::set_key(engine, key.bytes) &&
         detail::sign_string(engine, amz_date, detail::scope_text(scope), canonical_request_hash, signature);
}

/// The last signing key, cached until the date, region, service, access key id or secret changes. Saves four HMACs (at
/// least 16 blocks of hashing) per signature. Holds one key, since a program signs for one service in one region.
class SigningKeyCache {
 public:
  /// The key for these credentials and scope; null if the hash engine failed. Valid until the next call.
  template <Hash H>
  SecretDigest const* find_or_derive(H& hash, Credentials const& credentials, CredentialScope const& scope) {
    if (holds(credentials, scope)) return &key_;
    valid_ = false;
    if (!derive_signing_key(hash, credentials.secret_access_key.reveal(), scope, key_)) return nullptr;
    access_key_id_ = credentials.access_key_id;
    secret_ = credentials.secret_access_key;
    date_ = scope.date;
    region_ = scope.region;
    service_ = scope.service;
    valid_ = true;
    return &key_;
  }

  /// Whether the key for these credentials and scope is cached.
  [[nodiscard]] bool holds(Credentials const& credentials, CredentialScope const& scope) const noexcept;

 private:
  SecretDigest key_;
  Secret secret_;
  std::string access_key_id_;
  std::string date_;
  std::string region_;
  std::string service_;
  bool valid_ = false;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/sign/impl/signing_key.ipp"
#endif
