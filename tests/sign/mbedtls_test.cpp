#include "healthlake/sign/mbedtls.hpp"

#include <doctest/doctest.h>

#include "../support/hash_engines.hpp"

using namespace healthlake;

TEST_CASE("Mbed TLS's SHA-256: the examples of FIPS 180 and RFC 4231, agreement with the portable one, a signature") {
  hash_engines::check_sha256<MbedtlsSha256>();
  hash_engines::check_hmac<MbedtlsSha256>();
  hash_engines::check_against_the_portable_one<MbedtlsSha256>();
  hash_engines::check_copies<MbedtlsSha256>();
  hash_engines::check_finish_without_reset<MbedtlsSha256>();
  hash_engines::check_wiped<MbedtlsSha256>(1);
  hash_engines::check_signature<MbedtlsSha256>();
}
