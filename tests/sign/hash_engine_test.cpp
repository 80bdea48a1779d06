// Invariant: whatever Hash is behind it, an engine hashes as the Hash does; and an HMAC that begins with the key it was
// given is that of RFC 2104, for every length of key, any number of times, whether or not states are kept.
#include "healthlake/sign/hash_engine.hpp"

#include <doctest/doctest.h>

#include <string>

#include "healthlake/sign/sha256.hpp"

using namespace healthlake;

namespace {

// Copyable, as a handle of a hardware engine is, but a copy is no message of its own.
class Handle {
 public:
  explicit Handle(Sha256& engine) : engine_(&engine) {}
  void reset() { engine_->reset(); }
  void update(Bytes bytes) { engine_->update(bytes); }
  [[nodiscard]] bool finish(Digest& digest) { return engine_->finish(digest); }

 private:
  Sha256* engine_;
};
static_assert(Hash<Handle> && std::copyable<Handle> && !ResumableHash<Handle>);
static_assert(ResumableHash<Sha256>);

bool hmac_of(detail::AnyHash& hash, std::string_view text, Digest& code) {
  hash.begin(detail::Pad::inner);
  hash.update(as_bytes(text));
  return detail::finish_hmac(hash, code);
}

void check(detail::AnyHash& engine) {
  Sha256 reference;
  Digest found;
  Digest expected;
  for (std::size_t const size : {0U, 1U, 31U, 32U, 63U, 64U, 65U, 200U}) {
    CAPTURE(size);
    std::string const key(size, 'k');
    REQUIRE(detail::set_key(engine, as_bytes(key)));
    for (std::string const& text : {std::string{}, std::string{"abc"}, std::string(300, 'x')}) {
      REQUIRE(hmac_of(engine, text, found));
      REQUIRE(hmac(reference, as_bytes(key), as_bytes(text), expected));
      CHECK(found == expected);
      // A message in between does not change the key.
      engine.reset();
      engine.update(as_bytes(text));
      REQUIRE(engine.finish(found));
      REQUIRE(hash_of(reference, as_bytes(text), expected));
      CHECK(found == expected);
    }
  }
}

// Fails at the n-th end of a message.
struct Failing {
  Sha256 hash{};
  int left = 0;
  void reset() { hash.reset(); }
  void update(Bytes bytes) { hash.update(bytes); }
  [[nodiscard]] bool finish(Digest& digest) { return hash.finish(digest) && left-- > 0; }
};

}  // namespace

TEST_CASE("an engine with kept states, one over a handle, and one over another's hash") {
  detail::HashEngine<Sha256> kept;
  check(kept);
  Sha256 hardware;
  detail::HashEngine<Handle> handle{Handle{hardware}};
  check(handle);
  Sha256 owned;
  detail::HashEngine<detail::BorrowedHash<Sha256>> borrowed{detail::BorrowedHash<Sha256>{owned}};
  check(borrowed);
}

TEST_CASE("a copy and a moved engine have the key") {
  detail::HashEngine<Sha256> engine;
  REQUIRE(detail::set_key(engine, as_bytes("key")));
  auto copy = engine;
  auto moved = std::move(engine);
  Sha256 reference;
  Digest expected;
  REQUIRE(hmac(reference, as_bytes("key"), as_bytes("text"), expected));
  Digest found;
  REQUIRE(detail::set_key(copy, as_bytes("another")));
  REQUIRE(hmac_of(moved, "text", found));
  CHECK(found == expected);
}

TEST_CASE("a failure of the engine is reported: of a long key, of the inner hash, of the outer hash") {
  Digest code;
  std::string const long_key(65, 'k');
  detail::HashEngine<Failing> broken{Failing{}};
  CHECK_FALSE(detail::set_key(broken, as_bytes(long_key)));
  for (int left : {0, 1}) {
    detail::HashEngine<Failing> engine{Failing{.left = left}};
    REQUIRE(detail::set_key(engine, as_bytes("key")));
    CHECK_FALSE(hmac_of(engine, "text", code));
  }
  detail::HashEngine<Failing> engine{Failing{.left = 2}};
  REQUIRE(detail::set_key(engine, as_bytes("key")));
  CHECK(hmac_of(engine, "text", code));
}
