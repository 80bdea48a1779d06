#include "healthlake/sign/hash.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/sign/mbedtls.hpp"
#include "healthlake/sign/openssl.hpp"
#include "healthlake/sign/sha256.hpp"

using namespace healthlake;

namespace {
std::string hex(Digest const& digest) { return std::string{view(to_hex(digest))}; }

template <Hash H>
std::string hash_hex(H& hash, std::string_view message) {
  Digest digest;
  REQUIRE(hash_of(hash, as_bytes(message), digest));
  return hex(digest);
}

template <Hash H>
std::string hmac_hex(H& hash, std::string_view key, std::string_view text) {
  Digest code;
  REQUIRE(hmac(hash, as_bytes(key), as_bytes(text), code));
  return hex(code);
}

// Fails at the finish with this number, and works before and after it.
struct FailsAt {
  explicit FailsAt(int number) : left(number) {}
  void reset() { hash.reset(); }
  void update(Bytes bytes) { hash.update(bytes); }
  bool finish(Digest& digest) { return hash.finish(digest) && --left != 0; }
  Sha256 hash;
  int left;
};
static_assert(Hash<FailsAt>);

struct NoFinish {
  void reset();
  void update(Bytes);
};
static_assert(!Hash<NoFinish>);
static_assert(!Hash<int>);
}  // namespace

TEST_CASE_TEMPLATE("SHA-256: the examples of FIPS 180", H, Sha256, OpensslSha256, MbedtlsSha256) {
  H hash;
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

TEST_CASE_TEMPLATE("HMAC-SHA256: the test cases of RFC 4231", H, Sha256, OpensslSha256, MbedtlsSha256) {
  H hash;
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

TEST_CASE("the three engines agree on every length around the block size and on random pieces") {
  Sha256 portable;
  OpensslSha256 openssl;
  MbedtlsSha256 mbedtls;
  std::mt19937 random{20260807};
  auto next = [&](unsigned limit) { return static_cast<std::size_t>(random() % limit); };
  for (std::size_t round = 0; round < 400; ++round) {
    std::string message(round < 200 ? round : next(5000), '\0');
    for (char& c : message) c = static_cast<char>(random());
    auto const expected = hash_hex(openssl, message);
    CAPTURE(message.size());
    CHECK(hash_hex(portable, message) == expected);
    CHECK(hash_hex(mbedtls, message) == expected);

    // In pieces, some of them empty, and after a message that was begun and dropped.
    Digest pieces[3];
    auto feed = [&](auto& hash, Digest& digest) {
      std::mt19937 cuts{static_cast<unsigned>(round)};
      hash.reset();
      hash.update(as_bytes("dropped"));
      hash.reset();
      for (std::size_t at = 0; at < message.size();) {
        std::size_t const taken = std::min<std::size_t>(cuts() % 150, message.size() - at);
        hash.update(as_bytes(std::string_view{message}.substr(at, taken)));
        at += taken;
      }
      REQUIRE(hash.finish(digest));
    };
    feed(portable, pieces[0]);
    feed(openssl, pieces[1]);
    feed(mbedtls, pieces[2]);
    for (auto const& digest : pieces) CHECK(hex(digest) == expected);

    std::string const key = message.substr(0, next(200));
    auto const code = hmac_hex(openssl, key, message);
    CHECK(hmac_hex(portable, key, message) == code);
    CHECK(hmac_hex(mbedtls, key, message) == code);
  }
}

TEST_CASE("copies of a hash go on by themselves") {
  auto check = [](auto hash) {
    auto const expected = hash_hex(hash, "abcdef");
    hash.reset();
    hash.update(as_bytes("abc"));
    auto copy = hash;
    decltype(hash) assigned;
    assigned = hash;
    auto const& self = assigned;
    assigned = self;
    hash.update(as_bytes("xyz"));
    Digest digest;
    for (auto* each : {&copy, &assigned}) {
      each->update(as_bytes("def"));
      REQUIRE(each->finish(digest));
      CHECK(hex(digest) == expected);
    }
    REQUIRE(hash.finish(digest));
    CHECK(hex(digest) != expected);
  };
  check(Sha256{});
  check(MbedtlsSha256{});
}

TEST_CASE("an OpenSSL hash can be moved, and fails when it was moved from") {
  OpensslSha256 hash;
  OpensslSha256 moved{std::move(hash)};
  CHECK(hash_hex(moved, "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Digest digest;
  CHECK_FALSE(hash_of(hash, as_bytes("abc"), digest));
}

TEST_CASE_TEMPLATE("finish without reset is a failure, not a digest of nothing", H, OpensslSha256, MbedtlsSha256) {
  H hash;
  Digest digest;
  CHECK_FALSE(hash.finish(digest));
  hash.reset();
  CHECK(hash.finish(digest));
  hash.update(as_bytes("abc"));
  CHECK_FALSE(hash.finish(digest));
}

TEST_CASE("HMAC reports an engine that fails at any of its hashes") {
  std::string const long_key(65, 'k');
  Digest code;
  for (int number = 1; number <= 3; ++number) {
    CAPTURE(number);
    FailsAt hash{number};
    CHECK_FALSE(hmac(hash, as_bytes(long_key), as_bytes("text"), code));
  }
  FailsAt later{4};
  CHECK(hmac(later, as_bytes(long_key), as_bytes("text"), code));
}

TEST_CASE("hexadecimal text in lower case, and nothing else, reads back") {
  Digest digest;
  for (std::size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<std::uint8_t>(i * 9);
  auto const text = hex(digest);
  CHECK(text.substr(0, 8) == "0009121b");
  Digest back;
  REQUIRE(from_hex(text, back));
  CHECK(back == digest);
  CHECK_FALSE(from_hex(text.substr(1), back));
  CHECK_FALSE(from_hex(text + "0", back));
  for (char const wrong : {'g', 'A', '/', ':', '`', '\0', '\xff'}) {
    for (std::size_t const at : {std::size_t{0}, std::size_t{63}}) {
      std::string damaged = text;
      damaged[at] = wrong;
      CHECK_FALSE(from_hex(damaged, back));
    }
  }
}

TEST_CASE("the comparison in constant time finds every difference") {
  CHECK(equal_in_constant_time("", ""));
  CHECK(equal_in_constant_time("abc", "abc"));
  CHECK_FALSE(equal_in_constant_time("abc", "abd"));
  CHECK_FALSE(equal_in_constant_time("abc", "bbc"));
  CHECK_FALSE(equal_in_constant_time("abc", "ab"));
  // Differences that would cancel out in a sum.
  CHECK_FALSE(equal_in_constant_time("ab", "ba"));
}

TEST_CASE("wipe overwrites every byte") {
  std::vector<unsigned char> memory(37, 0xff);
  wipe(memory.data(), memory.size() - 1);
  for (std::size_t i = 0; i + 1 < memory.size(); ++i) CHECK(memory[i] == 0);
  CHECK(memory.back() == 0xff);
}
