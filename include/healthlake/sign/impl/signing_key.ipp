// The functions of sign/signing_key.hpp.
#pragma once

#include <string>
#include <string_view>

#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/hash_engine.hpp"
#include "healthlake/sign/signing_key.hpp"
#include "healthlake/sign/sink.hpp"
#include "healthlake/sign/string_to_sign.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL bool derive_key(AnyHash& hash, std::string_view secret_access_key, CredentialScope const& scope,
                                SecretDigest& key) {
  std::string first = concat({"AWS4", secret_access_key});
  bool ok = set_key(hash, as_bytes(first));
  wipe(first.data(), first.size());
  for (auto const part : {scope.date, scope.region, scope.service, scope_end}) {
    hash.begin(Pad::inner);
    hash.update(as_bytes(part));
    ok = ok && finish_hmac(hash, key.bytes) && set_key(hash, key.bytes);
  }
  return ok;
}

HEALTHLAKE_DECL bool sign_string(AnyHash& hash, std::string_view amz_date, std::string_view scope,
                                 Digest const& canonical_request_hash, Digest& signature) {
  hash.begin(Pad::inner);
  HashSink<AnyHash> sink{hash};
  write_string_to_sign(sink, amz_date, scope, canonical_request_hash);
  sink.flush();
  return finish_hmac(hash, signature);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL bool SigningKeyCache::holds(Credentials const& credentials,
                                            CredentialScope const& scope) const noexcept {
  return valid_ && date_ == scope.date && region_ == scope.region && service_ == scope.service &&
         access_key_id_ == credentials.access_key_id && secret_ == credentials.secret_access_key;
}

}  // namespace HEALTHLAKE_NAMESPACE
