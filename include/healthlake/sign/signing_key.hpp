// The signing key, which is derived from a secret access key for one date, region and service, and a cache for it.
//
// Rules: derived keys and secrets are wiped when they are replaced or destroyed.
#pragma once

#include <string>
#include <string_view>

#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/sink.hpp"
#include "healthlake/sign/string_to_sign.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// `HMAC(HMAC(HMAC(HMAC("AWS4" + secret, date), region), service), "aws4_request")`. Returns false if the hash engine
/// failed.
template <Hash H>
bool derive_signing_key(H& hash, std::string_view secret_access_key, CredentialScope const& scope, SecretDigest& key) {
  std::string first = concat({"AWS4", secret_access_key});
  bool ok = hmac(hash, as_bytes(first), as_bytes(scope.date), key.bytes);
  wipe(first.data(), first.size());
  for (auto const part : {scope.region, scope.service, std::string_view{"aws4_request"}})
    ok = ok && hmac(hash, key.bytes, as_bytes(part), key.bytes);
  return ok;
}

/// Stage 3: the signature of the string to sign, which is never stored; the arguments are those of `string_to_sign`.
/// Returns false if the hash engine failed.
template <Hash H>
[[nodiscard]] bool compute_signature(H& hash, SecretDigest const& key, std::string_view amz_date,
                                     CredentialScope const& scope, Digest const& canonical_request_hash,
                                     Digest& signature) {
  Hmac<H> mac{hash, key.bytes};
  detail::HashSink<Hmac<H>> sink{mac};
  detail::write_string_to_sign(sink, amz_date, scope, canonical_request_hash);
  sink.flush();
  return mac.finish(signature);
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
