// The floor of a signature, for the benchmarks and for tests/instructions: the hashing of one signature and nothing
// else, by the same library used as sparingly as it allows.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>

#include "inputs.hpp"

namespace healthlake::bench {

// The messages that one signature with a known signing key hashes: the body, the canonical request, and the two of
// the HMAC of the string to sign, each behind a block of the padded key (RFC 2104).
struct Messages {
  std::string body;
  std::string canonical;
  std::string to_sign;
  std::array<std::uint8_t, 64> inner_pad;
  std::array<std::uint8_t, 64> outer_pad;
};
inline Messages messages() {
  SigV4<Sha256> signer;
  ClientOptions const client = options();
  HttpRequest const post = request();
  Messages all{.body = post.body,
               .canonical = *signer.canonical_request(post, client.credentials, signing_context()),
               .to_sign = *signer.string_to_sign(post, client.credentials, signing_context()),
               .inner_pad = {},
               .outer_pad = {}};
  all.inner_pad.fill(0x36);
  all.outer_pad.fill(0x5c);
  return all;
}

// One context of OpenSSL, made once; a null type keeps its algorithm.
class KeptContext {
 public:
  KeptContext() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }
  bool hash(std::initializer_list<Bytes> message, Digest& digest) {
    bool good = EVP_DigestInit_ex(context_.get(), nullptr, nullptr) == 1;
    for (Bytes const part : message) good = EVP_DigestUpdate(context_.get(), part.data(), part.size()) == 1 && good;
    return EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1 && good;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

class Portable {
 public:
  bool hash(std::initializer_list<Bytes> message, Digest& digest) {
    hash_.reset();
    for (Bytes const part : message) hash_.update(part);
    return hash_.finish(digest);
  }

 private:
  Sha256 hash_;
};

/// Hashes the messages of one signature; returns false if the library failed.
template <class Engine>
bool hash_all(Engine& engine, Messages const& all, Digest& digest) {
  return engine.hash({as_bytes(all.body)}, digest) && engine.hash({as_bytes(all.canonical)}, digest) &&
         engine.hash({Bytes{all.inner_pad}, as_bytes(all.to_sign)}, digest) &&
         engine.hash({Bytes{all.outer_pad}, Bytes{digest}}, digest);
}

}  // namespace healthlake::bench
