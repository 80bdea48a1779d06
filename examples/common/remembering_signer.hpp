// A signer that keeps what it signs with and the signatures, so that none of it is printed.
#pragma once

#include "common/secrets.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/openssl.hpp"
#include "healthlake/sign/signer.hpp"
#include "healthlake/sign/sigv4.hpp"

namespace healthlake_examples {

struct RememberingSigner {
  healthlake::SigV4<healthlake::OpensslSha256> signer{};
  Secrets& secrets;

  healthlake::Result<healthlake::Headers> sign(healthlake::HttpRequest const& request,
                                               healthlake::Credentials const& credentials,
                                               healthlake::SigningContext const& context) {
    secrets.add(credentials);
    auto headers = signer.sign(request, credentials, context);
    if (!headers) return headers;
    // SigV4 writes the signature last.
    if (auto const authorization = headers->find("Authorization"))
      secrets.add_signature(authorization->substr(authorization->rfind('=') + 1));
    return headers;
  }
};

}  // namespace healthlake_examples
