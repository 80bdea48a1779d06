#include "healthlake/sign/sha256.hpp"

#include <doctest/doctest.h>

#include "../support/hash_engines.hpp"

using namespace healthlake;

TEST_CASE("the portable SHA-256: the examples of FIPS 180 and RFC 4231, copies, a signature") {
  hash_engines::check_sha256<Sha256>();
  hash_engines::check_hmac<Sha256>();
  hash_engines::check_against_the_portable_one<Sha256>();
  hash_engines::check_copies<Sha256>();
  // All but the length of the message, in 8 bytes.
  hash_engines::check_wiped<Sha256>(8);
  hash_engines::check_signature<Sha256>();
}

TEST_CASE("the portable SHA-256 needs no reset before its first message") {
  Sha256 hash;
  Digest digest;
  REQUIRE(hash.finish(digest));
  CHECK(hash_engines::hex(digest) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
