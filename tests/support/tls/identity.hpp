// A certificate authority and a server certificate under it, made anew for each test run: no key is stored anywhere.
#pragma once

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

namespace healthlake::testing {

struct OpensslFree {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  void operator()(X509_EXTENSION* extension) const noexcept { X509_EXTENSION_free(extension); }
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};
template <class T>
using Owned = std::unique_ptr<T, OpensslFree>;

inline void require(bool done, char const* what) {
  if (!done) throw std::runtime_error{std::string{"cannot make a test certificate: "} + what};
}

class TlsIdentity {
 public:
  // `names` as X509V3 spells a subjectAltName: `DNS:localhost,IP:127.0.0.1`; empty: there is none.
  explicit TlsIdentity(std::string const& names, std::string const& authority = "test authority",
                       std::string const& common_name = "test server") {
    Owned<EVP_PKEY> const ca_key{EVP_EC_gen("P-256")};
    Owned<X509> const ca = certificate(authority.c_str(), ca_key.get(), nullptr, ca_key.get(), "");
    Owned<EVP_PKEY> const key{EVP_EC_gen("P-256")};
    Owned<X509> const leaf = certificate(common_name.c_str(), key.get(), ca.get(), ca_key.get(), names);
    context_.reset(SSL_CTX_new(TLS_server_method()));
    require(context_ && SSL_CTX_use_certificate(context_.get(), leaf.get()) == 1, "certificate");
    require(SSL_CTX_use_PrivateKey(context_.get(), key.get()) == 1, "key");
    Owned<BIO> const pem{BIO_new(BIO_s_mem())};
    require(PEM_write_bio_X509(pem.get(), ca.get()) == 1, "PEM");
    char* text = nullptr;
    long const size = BIO_get_mem_data(pem.get(), &text);
    static int count = 0;
    ca_file_ = std::filesystem::temp_directory_path() /
               ("healthlake-test-" + std::to_string(getpid()) + "-" + std::to_string(++count) + ".pem");
    std::ofstream{ca_file_} << std::string(text, static_cast<std::size_t>(size));
  }
  ~TlsIdentity() {
    std::error_code ignored;
    std::filesystem::remove(ca_file_, ignored);
  }
  TlsIdentity(TlsIdentity const&) = delete;
  TlsIdentity& operator=(TlsIdentity const&) = delete;

  // The authority's certificate, for clients to trust.
  [[nodiscard]] std::string ca_file() const { return ca_file_.string(); }
  [[nodiscard]] SSL_CTX* context() const noexcept { return context_.get(); }

 private:
  // `issuer` null: self-signed, an authority.
  static Owned<X509> certificate(char const* name, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key,
                                 std::string const& names) {
    Owned<X509> made{X509_new()};
    require(made && key != nullptr && issuer_key != nullptr, "memory");
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), issuer == nullptr ? 1 : 2);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    auto const* text = reinterpret_cast<unsigned char const*>(name);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC, text, -1, -1, 0);
    X509* const signer = issuer == nullptr ? made.get() : issuer;
    X509_set_issuer_name(made.get(), X509_get_subject_name(signer));
    X509_set_pubkey(made.get(), key);
    extend(made.get(), signer, NID_basic_constraints, issuer == nullptr ? "critical,CA:TRUE" : "CA:FALSE");
    if (!names.empty()) extend(made.get(), signer, NID_subject_alt_name, names.c_str());
    require(X509_sign(made.get(), issuer_key, EVP_sha256()) > 0, "signature");
    return made;
  }

  static void extend(X509* subject, X509* issuer, int nid, char const* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, subject, nullptr, nullptr, 0);
    Owned<X509_EXTENSION> const extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value)};
    require(extension && X509_add_ext(subject, extension.get(), -1) == 1, value);
  }

  Owned<SSL_CTX> context_{};
  std::filesystem::path ca_file_{};
};

}  // namespace healthlake::testing
