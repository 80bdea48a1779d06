#include "healthlake/sign/hash.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../support/hash_engines.hpp"
#include "healthlake/sign/hash_engine.hpp"
#include "healthlake/sign/sha256.hpp"

using namespace healthlake;

namespace {
std::string hex(Digest const& digest) { return std::string{view(to_hex(digest))}; }

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

TEST_CASE("lower-case hexadecimal digits, and nothing else, are parsed") {
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

TEST_CASE("the constant-time comparison finds every difference") {
  CHECK(equal_in_constant_time("", ""));
  CHECK(equal_in_constant_time("abc", "abc"));
  CHECK_FALSE(equal_in_constant_time("abc", "abd"));
  CHECK_FALSE(equal_in_constant_time("abc", "bbc"));
  CHECK_FALSE(equal_in_constant_time("abc", "ab"));
  // At each place of each length: of whole words, and of the bytes that are left.
  for (std::size_t length = 0; length <= 40; ++length) {
    std::string const text(length, 'x');
    CHECK(equal_in_constant_time(text, std::string(length, 'x')));
    for (std::size_t at = 0; at < length; ++at) {
      CAPTURE(length);
      CAPTURE(at);
      std::string other = text;
      other[at] = 'y';
      REQUIRE_FALSE(equal_in_constant_time(text, other));
      REQUIRE_FALSE(equal_in_constant_time(other, text));
    }
  }
  // Differences that would cancel out in a sum.
  CHECK_FALSE(equal_in_constant_time("ab", "ba"));
}

TEST_CASE("wipe overwrites every byte") {
  std::vector<unsigned char> memory(37, 0xff);
  wipe(memory.data(), memory.size() - 1);
  for (std::size_t i = 0; i + 1 < memory.size(); ++i) CHECK(memory[i] == 0);
  CHECK(memory.back() == 0xff);
  for (std::size_t const size : {0U, 1U, 2U}) {
    memory.assign(3, 0xff);
    wipe(memory.data(), size);
    for (std::size_t i = 0; i < memory.size(); ++i) CHECK(memory[i] == (i < size ? 0 : 0xff));
  }
}

TEST_CASE("a key is wiped when what holds it is destroyed") {
  hash_engines::Destroyed<SecretDigest> const digest{[](SecretDigest& it) { it.bytes.fill('k'); }};
  CHECK(digest.bytes_of('k') == 0);
  hash_engines::Destroyed<detail::PaddedKey> const padded{[](detail::PaddedKey& it) { it.bytes.fill('k'); }};
  CHECK(padded.bytes_of('k') == 0);
  // The key is XORed with the inner pad, 0x36. The address of the hash, which is left, may have such bytes, too.
  struct Keyed {
    std::optional<Hmac<Sha256>> mac{};
  };
  Sha256 hash;
  hash_engines::Destroyed<Keyed> const hmac{[&](Keyed& it) { it.mac.emplace(hash, as_bytes(std::string(64, 'k'))); }};
  CHECK(hmac.bytes_of('k' ^ 0x36) <= sizeof(&hash));
}
