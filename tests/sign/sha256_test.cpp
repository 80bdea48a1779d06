#include "healthlake/sign/sha256.hpp"

#include <doctest/doctest.h>

#include "../support/hash_engines.hpp"

using namespace healthlake;

TEST_CASE("the portable SHA-256: the examples of FIPS 180 and RFC 4231, copies, a signature") {
  hash_engines::check_sha256<Sha256>();
  hash_engines::check_hmac<Sha256>();
  hash_engines::check_copies<Sha256>();
  hash_engines::check_signature<Sha256>();
}
