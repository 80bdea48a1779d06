// The functions of sign/signing_key.hpp.
#pragma once

#include <string>
#include <string_view>

#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/signing_key.hpp"
#include "healthlake/sign/sink.hpp"
#include "healthlake/sign/string_to_sign.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL bool SigningKeyCache::holds(Credentials const& credentials,
                                            CredentialScope const& scope) const noexcept {
  return valid_ && date_ == scope.date && region_ == scope.region && service_ == scope.service &&
         access_key_id_ == credentials.access_key_id && secret_ == credentials.secret_access_key;
}

}  // namespace HEALTHLAKE_NAMESPACE
