#include "healthlake/sign/openssl.hpp"

#include <doctest/doctest.h>

#include <utility>

#include "../support/hash_engines.hpp"

using namespace healthlake;

TEST_CASE("OpenSSL's SHA-256: the examples of FIPS 180 and RFC 4231, agreement with the portable one, a signature") {
  hash_engines::check_sha256<OpensslSha256>();
  hash_engines::check_hmac<OpensslSha256>();
  hash_engines::check_against_the_portable_one<OpensslSha256>();
  hash_engines::check_finish_without_reset<OpensslSha256>();
  hash_engines::check_signature<OpensslSha256>();
}

TEST_CASE("an OpenSSL hash can be moved, and fails after it was moved from") {
  OpensslSha256 hash;
  OpensslSha256 moved{std::move(hash)};
  CHECK(hash_engines::hash_hex(moved, "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Digest digest;
  CHECK_FALSE(hash_of(hash, as_bytes("abc"), digest));
}
