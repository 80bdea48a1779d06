// Invariant: OpensslSha256 is SHA-256, whether it calls OpenSSL's own code or goes through EVP; and it goes through EVP
// wherever EVP would not run OpenSSL's own code.
#include "healthlake/sign/openssl.hpp"

#include <doctest/doctest.h>

#include <utility>

#include "../support/hash_engines.hpp"

using namespace healthlake;

TEST_CASE_TEMPLATE(
    "OpenSSL's SHA-256: the examples of FIPS 180 and RFC 4231, agreement with the portable one, a signature", H,
    OpensslSha256, detail::EvpSha256) {
  hash_engines::check_sha256<H>();
  hash_engines::check_hmac<H>();
  hash_engines::check_against_the_portable_one<H>();
  hash_engines::check_copies<H>();
  hash_engines::check_finish_without_reset<H>();
  hash_engines::check_signature<H>();
}

TEST_CASE_TEMPLATE("an OpenSSL hash can be moved, and fails after it was moved from", H, OpensslSha256,
                   detail::EvpSha256) {
  H hash;
  H moved{std::move(hash)};
  CHECK(hash_engines::hash_hex(moved, "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Digest digest;
  CHECK_FALSE(hash_of(hash, as_bytes("abc"), digest));  // NOLINT(bugprone-use-after-move)
  H copy{hash};                                         // NOLINT(bugprone-use-after-move)
  CHECK_FALSE(hash_of(copy, as_bytes("abc"), digest));
  hash = moved;
  CHECK(hash_of(hash, as_bytes("abc"), digest));
}

#if OPENSSL_VERSION_NUMBER >= 0x30000000L
// As under a policy that no provider of this process satisfies: what is not OpenSSL's own choice is not bypassed.
TEST_CASE("an OpenSSL hash obeys the default properties of its library") {
  struct Policy {
    explicit Policy(char const* properties) { REQUIRE(EVP_set_default_properties(nullptr, properties) == 1); }
    ~Policy() { EVP_set_default_properties(nullptr, ""); }
  };
  Digest digest;
  {
    Policy const nobody{"provider=nobody"};
    OpensslSha256 hash;
    CHECK_FALSE(hash_of(hash, as_bytes("abc"), digest));
    OpensslSha256 moved{std::move(hash)};
    CHECK_FALSE(hash_of(moved, as_bytes("abc"), digest));
  }
  OpensslSha256 hash;
  CHECK(hash_of(hash, as_bytes("abc"), digest));
}
#endif
