// The functions of transport/beast_tls.hpp.
#pragma once

#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/verify_mode.hpp>
#include <boost/system/error_code.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <optional>
#include <string>

#include "healthlake/http/authority.hpp"
#include "healthlake/transport/beast_options.hpp"
#include "healthlake/transport/beast_tls.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void trust_system(SSL_CTX* context) {
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  if (X509_LOOKUP* const files = X509_STORE_add_lookup(store, X509_LOOKUP_file()); files != nullptr)
    X509_LOOKUP_ctrl(files, X509_L_FILE_LOAD, X509_get_default_cert_file(), X509_FILETYPE_PEM, nullptr);
  if (X509_LOOKUP* const folders = X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir()); folders != nullptr)
    X509_LOOKUP_ctrl(folders, X509_L_ADD_DIR, X509_get_default_cert_dir(), X509_FILETYPE_PEM, nullptr);
  ERR_clear_error();
}

HEALTHLAKE_DECL std::optional<boost::asio::ssl::context> make_tls_context(BeastOptions const& options,
                                                                          BeastError& error) {
  boost::asio::ssl::context context{boost::asio::ssl::context::tls_client};
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  context.set_verify_mode(boost::asio::ssl::verify_peer, error);
  if (options.ca_file.empty() && options.ca_path.empty()) {
    if (!options.ca_from_environment) trust_system(context.native_handle());
    else if (!error) context.set_default_verify_paths(error);
  }
  if (!error && !options.ca_file.empty()) context.load_verify_file(options.ca_file, error);
  if (!error && !options.ca_path.empty()) context.add_verify_path(options.ca_path, error);
  if (error) return std::nullopt;
  return context;
}

HEALTHLAKE_DECL bool expect_peer(SSL* ssl, std::string const& origin) {
  std::string const host{without_final_dot(origin)};
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  BeastError not_an_address;
  boost::asio::ip::make_address(host, not_an_address);
  if (!not_an_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
  return SSL_set_tlsext_host_name(ssl, host.c_str()) == 1 && SSL_set1_host(ssl, host.c_str()) == 1;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
