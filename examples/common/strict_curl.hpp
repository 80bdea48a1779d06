// CurlTransport as programs use it that know which libcurl they link.
#pragma once

#include <cstring>

#include "healthlake/transport/curl.hpp"
#include "healthlake/transport/curl_openssl.hpp"

namespace healthlake_examples {

/// The defaults; if libcurl uses OpenSSL, a TLS connection that is cut off is not the end of a response
/// (transport/curl_openssl.hpp).
inline healthlake::CurlOptions strict_curl_options() {
  healthlake::CurlOptions options;
  char const* const tls = curl_version_info(CURLVERSION_NOW)->ssl_version;
  if (tls != nullptr && std::strncmp(tls, "OpenSSL", 7) == 0) options.tls_setup = &healthlake::curl_openssl_strict;
  return options;
}

}  // namespace healthlake_examples
