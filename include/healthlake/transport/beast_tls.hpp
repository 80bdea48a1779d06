// TLS trust in the transports of beast.hpp.
//
// Rules: certificates are always verified, against the host or address in their subjectAltName only (RFC 9525, 6.3: the
// common name is ignored), with TLS 1.2 or later. The environment is used only if an option says so.
#pragma once

#include <utility>

#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>

#include <openssl/ssl.h>

#include <optional>
#include <string>

#include "healthlake/transport/beast_options.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

using BeastError = boost::system::error_code;

// The locations of certificates that OpenSSL was built with, without the environment variables that
// SSL_CTX_set_default_verify_paths reads. As there, it is not an error if one of them does not exist.
void trust_system(SSL_CTX* context);

// A context that verifies, or null and the error.
std::optional<boost::asio::ssl::context> make_tls_context(BeastOptions const& options, BeastError& error);

// RFC 6066, 3: a server name is a DNS name, so an address is not announced. RFC 9110, 4.3.4: the certificate must be
// for the host of the request.
bool expect_peer(SSL* ssl, std::string const& origin);

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/transport/impl/beast_tls.ipp"
#endif
