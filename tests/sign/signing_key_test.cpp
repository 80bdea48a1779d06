#include "healthlake/sign/signing_key.hpp"

#include <doctest/doctest.h>

#include <string>

#include "healthlake/sign/sha256.hpp"

using namespace healthlake;

namespace {
// Counts the messages it hashes, and can be told to fail.
struct Counting {
  void reset() { hash.reset(); }
  void update(Bytes bytes) { hash.update(bytes); }
  bool finish(Digest& digest) {
    ++messages;
    return hash.finish(digest) && messages != fail_at;
  }
  Sha256 hash{};
  int messages = 0;
  int fail_at = -1;
};
}  // namespace

TEST_CASE("the signing key of the example in the AWS documentation") {
  Sha256 hash;
  SecretDigest key;
  REQUIRE(derive_signing_key(hash, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", {"20150830", "us-east-1", "iam"}, key));
  CHECK(view(to_hex(key.bytes)) == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

TEST_CASE("a key is derived once for the same credentials and scope, and again for any other") {
  Counting hash;
  SigningKeyCache cache;
  Credentials const credentials{"AKID", Secret{"secret"}, {}};
  CredentialScope const scope{"20260807", "us-east-1", "healthlake"};
  CHECK_FALSE(cache.holds(credentials, scope));
  auto const* key = cache.find_or_derive(hash, credentials, scope);
  REQUIRE(key != nullptr);
  Digest const first = key->bytes;
  CHECK(hash.messages == 8);
  CHECK(cache.holds(credentials, scope));
  REQUIRE(cache.find_or_derive(hash, credentials, scope) != nullptr);
  CHECK(hash.messages == 8);

  struct Other {
    Credentials credentials;
    CredentialScope scope;
  };
  Other const others[] = {{credentials, {"20260808", "us-east-1", "healthlake"}},
                          {credentials, {"20260807", "us-east-2", "healthlake"}},
                          {credentials, {"20260807", "us-east-1", "iam"}},
                          {{"AKID", Secret{"Secret"}, {}}, scope}};
  for (auto const& other : others) {
    CHECK_FALSE(cache.holds(other.credentials, other.scope));
    int const before = hash.messages;
    auto const* next = cache.find_or_derive(hash, other.credentials, other.scope);
    REQUIRE(next != nullptr);
    CHECK(hash.messages == before + 8);
    CHECK(next->bytes != first);
    REQUIRE(cache.find_or_derive(hash, credentials, scope) != nullptr);
  }
  // The same secret under another id: the key is the same, but it is not taken from the cache.
  CHECK_FALSE(cache.holds({"AKID2", Secret{"secret"}, {}}, scope));
}

TEST_CASE("an engine that fails leaves no key") {
  Credentials const credentials{"AKID", Secret{"secret"}, {}};
  CredentialScope const scope{"20260807", "us-east-1", "healthlake"};
  for (int number = 1; number <= 8; ++number) {
    CAPTURE(number);
    Counting hash;
    hash.fail_at = number;
    SigningKeyCache cache;
    CHECK(cache.find_or_derive(hash, credentials, scope) == nullptr);
    CHECK_FALSE(cache.holds(credentials, scope));
    hash.fail_at = -1;
    CHECK(cache.find_or_derive(hash, credentials, scope) != nullptr);
  }
}

TEST_CASE("a failure discards the cached key") {
  Counting hash;
  SigningKeyCache cache;
  Credentials const credentials{"AKID", Secret{"secret"}, {}};
  REQUIRE(cache.find_or_derive(hash, credentials, {"20260807", "r", "s"}) != nullptr);
  hash.fail_at = hash.messages + 1;
  CHECK(cache.find_or_derive(hash, credentials, {"20260808", "r", "s"}) == nullptr);
  CHECK_FALSE(cache.holds(credentials, {"20260807", "r", "s"}));
  CHECK_FALSE(cache.holds(credentials, {"20260808", "r", "s"}));
}

TEST_CASE("a signature is the HMAC of the string to sign") {
  Sha256 hash;
  SecretDigest key;
  CredentialScope const scope{"20260807", "us-east-1", "healthlake"};
  REQUIRE(derive_signing_key(hash, "secret", scope, key));
  Digest request{};
  request[0] = 0x5a;
  Digest expected;
  Digest found;
  std::string const text = string_to_sign("20260807T233447Z", scope, request);
  REQUIRE(hmac(hash, key.bytes, as_bytes(text), expected));
  REQUIRE(compute_signature(hash, key, "20260807T233447Z", scope, request, found));
  CHECK(found == expected);
}
