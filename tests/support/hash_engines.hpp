// What every hash engine has to do, to be run on each of them.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <new>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

namespace hash_engines {

using namespace healthlake;

// The memory that an object leaves behind when it is destroyed.
template <class T>
class Destroyed {
 public:
  template <class Fill>
  explicit Destroyed(Fill&& fill) {
    T* const made = new (memory_) T{};
    fill(*made);
    made->~T();
  }
  [[nodiscard]] std::size_t bytes_of(int value) const {
    // Read as it is now: what is left is no object any more.
    unsigned char const volatile* const left = memory_;
    std::size_t count = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) count += left[i] == static_cast<unsigned char>(value) ? 1 : 0;
    return count;
  }
  [[nodiscard]] std::size_t bytes_set() const { return sizeof(T) - bytes_of(0); }

 private:
  alignas(T) unsigned char memory_[sizeof(T)] = {};
};

inline std::string hex(Digest const& digest) { return std::string{view(to_hex(digest))}; }

template <Hash H>
std::string hash_hex(H& hash, std::string_view message) {
  Digest digest;
  REQUIRE(hash_of(hash, as_bytes(message), digest));
  return hex(digest);
}

template <Hash H>
std::string hmac_hex(H& hash, std::string_view key, std::string_view message) {
  Digest code;
  REQUIRE(hmac(hash, as_bytes(key), as_bytes(message), code));
  return hex(code);
}

// The examples of FIPS 180.
template <Hash H>
void check_sha256(H hash = {}) {
  CHECK(hash_hex(hash, "") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hash_hex(hash, "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hash_hex(hash, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(hash_hex(hash,
                 "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
                 "mnopqrstnopqrstu") == "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  CHECK(hash_hex(hash, std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// The test cases of RFC 4231.
template <Hash H>
void check_hmac(H hash = {}) {
  CHECK(hmac_hex(hash, std::string(20, '\x0b'), "Hi There") ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hmac_hex(hash, "Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hmac_hex(hash, std::string(20, '\xaa'), std::string(50, '\xdd')) ==
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  std::string counting;
  for (char c = 1; c <= 25; ++c) counting.push_back(c);
  CHECK(hmac_hex(hash, counting, std::string(50, '\xcd')) ==
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
  CHECK(hmac_hex(hash, std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(
      hmac_hex(hash, std::string(131, '\xaa'),
               "This is a test using a larger than block-size key and a larger than block-size data. The key needs to "
               "be hashed before being used by the HMAC algorithm.") ==
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

// An engine and the portable one agree on every length around the block size and on random pieces, some of them empty,
// also after a message that was begun and dropped.
template <Hash H>
void check_against_the_portable_one(H hash = {}) {
  Sha256 portable;
  std::mt19937 random{20260807};
  auto next = [&](unsigned limit) { return static_cast<std::size_t>(random() % limit); };
  for (std::size_t round = 0; round < 400; ++round) {
    std::string message(round < 200 ? round : next(5000), '\0');
    for (char& c : message) c = static_cast<char>(random());
    auto const expected = hash_hex(portable, message);
    CAPTURE(message.size());
    CHECK(hash_hex(hash, message) == expected);

    std::mt19937 cuts{static_cast<unsigned>(round)};
    hash.reset();
    hash.update(as_bytes("dropped"));
    hash.reset();
    for (std::size_t at = 0; at < message.size();) {
      std::size_t const taken = std::min<std::size_t>(cuts() % 150, message.size() - at);
      hash.update(as_bytes(std::string_view{message}.substr(at, taken)));
      at += taken;
    }
    Digest digest;
    REQUIRE(hash.finish(digest));
    CHECK(hex(digest) == expected);

    std::string const key = message.substr(0, next(200));
    CHECK(hmac_hex(hash, key, message) == hmac_hex(portable, key, message));
  }
}

// A copy continues independently.
template <Hash H>
void check_copies(H hash = {}) {
  auto const expected = hash_hex(hash, "abcdef");
  hash.reset();
  hash.update(as_bytes("abc"));
  auto copy = hash;
  H assigned;
  assigned = hash;
  auto const& self = assigned;
  assigned = self;
  H source = hash;
  H moved{std::move(source)};
  H target;
  target = std::move(moved);
  hash.update(as_bytes("xyz"));
  Digest digest;
  for (auto* each : {&copy, &assigned, &target}) {
    each->update(as_bytes("def"));
    digest = {};
    REQUIRE(each->finish(digest));
    CHECK(hex(digest) == expected);
  }
  REQUIRE(hash.finish(digest));
  CHECK(hex(digest) != expected);
}

// A key in the state of a hash is wiped when the hash is destroyed. `unset` bytes may stay: a count, say.
template <Hash H>
void check_wiped(std::size_t unset) {
  Destroyed<H> const half{[](H& hash) {
    hash.reset();
    hash.update(as_bytes(std::string(100, 'k')));
  }};
  CHECK(half.bytes_of('k') == 0);
  CHECK(half.bytes_set() <= unset);
}

// Finish without reset is a failure, not a digest of nothing.
template <Hash H>
void check_finish_without_reset(H hash = {}) {
  Digest digest;
  CHECK_FALSE(hash.finish(digest));
  hash.reset();
  CHECK(hash.finish(digest));
  hash.update(as_bytes("abc"));
  CHECK_FALSE(hash.finish(digest));
  // A copy is no better.
  H copy = hash;
  CHECK_FALSE(copy.finish(digest));
  H assigned;
  assigned.reset();
  assigned = hash;
  CHECK_FALSE(assigned.finish(digest));
}

// SigV4 over an engine: the published example of IAM's ListUsers.
template <Hash H>
void check_signature() {
  static_assert(Signer<SigV4<H>>);
  SigV4<H> signer;
  HttpRequest request;
  request.method = "GET";
  request.authority = "iam.amazonaws.com";
  request.target = "/?Action=ListUsers&Version=2010-05-08";
  request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  Credentials const credentials{"AKIDEXAMPLE", Secret{"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}, {}};
  SigningContext const context{.region = "us-east-1", .service = "iam", .time = *from_amz_date("20150830T123600Z")};
  auto const signature = signer.signature(request, credentials, context);
  REQUIRE(signature);
  CHECK(*signature == "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

}  // namespace hash_engines
