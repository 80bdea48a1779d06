// Stricter TLS for CurlTransport if libcurl's TLS library is OpenSSL (or a compatible fork). In a header of its own,
// since it needs OpenSSL's headers and libssl, the same one that libcurl uses.
//
//   CurlOptions options;
//   options.tls_setup = &curl_openssl_strict;
//
// Rules: a certificate is valid for a host only if its subjectAltName says so (RFC 9525, 2: the common name is ignored;
// libcurl uses it if there is no subjectAltName), and no keys are written to the file of SSLKEYLOGFILE. libcurl still
// creates that file, empty, when it is initialized; only removing the variable from the environment prevents that. A
// response is received even if the server resets the connection right after it: over TLS, libcurl alone gives up when a
// write fails, and nobody else can decrypt what the socket still has (RFC 9112, 9.5). A body that ends with the
// connection is complete only after close_notify: libcurl 7.88 takes any end for one in order, so that somebody on the
// way can cut the body (RFC 9112, 9.8).
#pragma once

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <cstddef>
#include <string>

#include "healthlake/transport/curl_options.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// Makes libcurl repeat a write that failed because of a reset: it reads before it does, so it receives a response that
// is there. The argument of `socket` is set once there is nothing left to read, so that the next write fails for good.
// Makes the end of the socket an error: OpenSSL does not read on after close_notify.
inline long curl_on_socket_io(BIO* socket, int operation, char const*, std::size_t, int, long, int result,
                              std::size_t*) noexcept {
  if (result > 0) return result;
  if (operation == (BIO_CB_READ | BIO_CB_RETURN) && BIO_should_retry(socket) == 0) {
    BIO_set_callback_arg(socket, reinterpret_cast<char*>(socket));
    return -1;
  }
  bool const reset = errno == ECONNRESET || errno == EPIPE;
  if (operation == (BIO_CB_WRITE | BIO_CB_RETURN) && reset && BIO_get_callback_arg(socket) == nullptr)
    BIO_set_retry_write(socket);
  return result;
}

inline void curl_on_handshake(SSL const* connection, int where, int) noexcept {
  if ((where & SSL_CB_HANDSHAKE_DONE) != 0) BIO_set_callback_ex(SSL_get_wbio(connection), &curl_on_socket_io);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

/// For CurlOptions::tls_setup. Returns false if OpenSSL is out of memory.
inline bool curl_openssl_strict(void* ssl_ctx, std::string const& host) {
  auto* const context = static_cast<SSL_CTX*>(ssl_ctx);
  SSL_CTX_set_keylog_callback(context, nullptr);
  SSL_CTX_set_info_callback(context, &detail::curl_on_handshake);
  // OpenSSL checks the host in addition to libcurl, by its own rules. A certificate has to pass both.
  X509_VERIFY_PARAM* const rules = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1 ||
         X509_VERIFY_PARAM_set1_host(rules, host.c_str(), host.size()) == 1;
}

}  // namespace HEALTHLAKE_NAMESPACE
