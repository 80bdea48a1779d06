// What the program asks services with: libcurl, and a signer.
#pragma once

#include <cstring>

#include "healthlake/core/result.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/openssl.hpp"
#include "healthlake/sign/signer.hpp"
#include "healthlake/sign/sigv4.hpp"
#include "healthlake/transport/curl.hpp"
#include "healthlake/transport/curl_openssl.hpp"
#include "secrets.hpp"
#include "settings.hpp"
#include "signals.hpp"

namespace healthlake_export {

inline healthlake::CurlOptions curl_options(Settings const& settings) {
  healthlake::CurlOptions options;
  options.proxy = settings.proxy;
  options.proxy_from_environment = settings.proxy_from_environment;
  options.ca_file = settings.ca_file;
  options.cancelled = [] { return caught_signal() != 0; };
  char const* const tls = curl_version_info(CURLVERSION_NOW)->ssl_version;
  if (tls != nullptr && std::strncmp(tls, "OpenSSL", 7) == 0) options.tls_setup = &healthlake::curl_openssl_strict;
  return options;
}

/// Keeps what it signs with and the signatures, so that none of it is printed.
struct RememberingSigner {
  healthlake::SigV4<healthlake::OpensslSha256> signer{};
  Secrets& secrets;

  healthlake::Result<healthlake::Headers> sign(healthlake::HttpRequest const& request,
                                               healthlake::Credentials const& credentials,
                                               healthlake::SigningContext const& context) {
    secrets.add(credentials);
    auto headers = signer.sign(request, credentials, context);
    if (!headers) return headers;
    if (auto const authorization = headers->find("Authorization"))
      secrets.add_signature(authorization->substr(authorization->rfind('=') + 1));
    return headers;
  }
};

}  // namespace healthlake_export
