// Stricter TLS for CurlTransport if libcurl's TLS library is OpenSSL (or a compatible fork). In a header of its own,
// since it needs OpenSSL's headers and libssl, the same one that libcurl uses.
//
//   CurlOptions options;
//   options.tls_setup = &curl_openssl_strict;
//
// Rules: a certificate is valid for a host only if its subjectAltName says so (RFC 9525, 2: the common name is ignored;
// libcurl uses it if there is no subjectAltName), and no keys are written to the file of SSLKEYLOGFILE. libcurl still
// creates that file, empty, when it is initialized; only removing the variable from the environment prevents that.
#pragma once

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <string>

#include "healthlake/transport/curl_options.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// For CurlOptions::tls_setup. Returns false if OpenSSL is out of memory.
inline bool curl_openssl_strict(void* ssl_ctx, std::string const& host) {
  auto* const context = static_cast<SSL_CTX*>(ssl_ctx);
  SSL_CTX_set_keylog_callback(context, nullptr);
  // OpenSSL checks the host in addition to libcurl, by its own rules. A certificate has to pass both.
  X509_VERIFY_PARAM* const rules = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1 ||
         X509_VERIFY_PARAM_set1_host(rules, host.c_str(), host.size()) == 1;
}

}  // namespace HEALTHLAKE_NAMESPACE
