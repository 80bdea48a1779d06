#include "healthlake/flow/entropy.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <new>
#include <random>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

using namespace healthlake;

namespace {
struct Script {
  std::vector<std::uint64_t> numbers;
  std::size_t at = 0;
  std::uint64_t operator()() { return numbers.at(at++); }
};
struct Constant {
  std::uint64_t operator()() const { return 7; }
};
struct Signed {
  int operator()() { return -1; }
};
// As a Runtime has it. What it returns when it is called is something else.
struct Named {
  std::uint64_t number = 0;
  std::uint64_t random() { return ++number; }
  std::uint64_t operator()() { return 0; }
};
struct TooShort {
  std::uint32_t random() { return 1; }
};
}  // namespace

// A source of fewer than 64 random bits would make tokens of mostly zeros and a back-off without jitter.
static_assert(std::is_constructible_v<Entropy, std::mt19937_64&>);
static_assert(!std::is_constructible_v<Entropy, std::mt19937&>);
static_assert(!std::is_constructible_v<Entropy, std::random_device&>);
static_assert(!std::is_constructible_v<Entropy, std::minstd_rand&>);
static_assert(!std::is_constructible_v<Entropy, Signed&>);
static_assert(!std::is_constructible_v<Entropy, std::string&>);
static_assert(!std::is_constructible_v<Entropy, TooShort&>);
// It refers to its source, so it takes none that is about to go.
static_assert(!std::is_constructible_v<Entropy, Script>);

TEST_CASE("entropy draws from the source it refers to, and so do its copies") {
  Script source{{1, 2, 3}};
  Entropy const entropy{source};
  Entropy const copy = entropy;
  CHECK(entropy.random() == 1);
  CHECK(copy.random() == 2);
  CHECK(entropy.random() == 3);
  CHECK(source.at == 3);
}

TEST_CASE("a source may be constant, a lambda or a standard engine") {
  Constant const constant;
  CHECK(Entropy{constant}.random() == 7);
  auto lambda = [n = std::uint64_t{0}]() mutable { return ++n; };
  Entropy const entropy{lambda};
  CHECK(entropy.random() == 1);
  CHECK(entropy.random() == 2);
  std::mt19937_64 engine{42};
  std::mt19937_64 twin{42};
  CHECK(Entropy{engine}.random() == twin());
}

TEST_CASE("a source with a member random() is drawn from by it") {
  Named source;
  Entropy const entropy{source};
  CHECK(entropy.random() == 1);
  CHECK(entropy.random() == 2);
  CHECK(source.number == 2);
}

TEST_CASE("a random part is rounded, and reaches both ends") {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  Script source{{0, most, std::uint64_t{1} << 63, most, 0xFFFF'FFFF, std::uint64_t{1} << 62}};
  Entropy const entropy{source};
  CHECK(random_part(entropy, 1000) == 0);
  CHECK(random_part(entropy, 1000) == 1000);
  CHECK(random_part(entropy, 1000) == 500);
  CHECK(random_part(entropy, std::int64_t{1} << 31) == std::int64_t{1} << 31);
  // The lower half does not count.
  CHECK(random_part(entropy, 1000) == 0);
  CHECK(random_part(entropy, 2) == 1);
}

TEST_CASE("a UUID has its version and variant whatever the numbers are") {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  Script source{{0, 0, most, most, 0x0123456789abcdef, 0xfedcba9876543210}};
  Entropy const entropy{source};
  CHECK(random_uuid(entropy).view() == "00000000-0000-4000-8000-000000000000");
  CHECK(random_uuid(entropy).view() == "ffffffff-ffff-4fff-bfff-ffffffffffff");
  CHECK(random_uuid(entropy).view() == "01234567-89ab-4def-bedc-ba9876543210");
}

TEST_CASE("a UUID is written into its 36 characters only") {
  Script source{{0, 0}};
  unsigned char memory[64];
  std::fill(std::begin(memory), std::end(memory), static_cast<unsigned char>('#'));
  static_assert(sizeof(Uuid) == 36 && std::is_trivially_destructible_v<Uuid>);
  new (memory) Uuid(random_uuid(Entropy{source}));
  for (std::size_t i = sizeof(Uuid); i < sizeof memory; ++i) CHECK(memory[i] == '#');
}

TEST_CASE("UUIDs of a real generator differ, and each is of version 4") {
  std::mt19937_64 engine{1};
  Entropy const entropy{engine};
  std::set<std::string> seen;
  std::set<char> variants;
  for (int i = 0; i < 1000; ++i) {
    std::string const uuid{random_uuid(entropy).view()};
    REQUIRE(uuid.size() == 36);
    for (std::size_t k = 0; k < uuid.size(); ++k) {
      bool const dash = k == 8 || k == 13 || k == 18 || k == 23;
      REQUIRE((uuid[k] == '-') == dash);
      if (!dash) REQUIRE(std::string{"0123456789abcdef"}.find(uuid[k]) != std::string::npos);
    }
    REQUIRE(uuid[14] == '4');
    variants.insert(uuid[19]);
    seen.insert(uuid);
  }
  CHECK(seen.size() == 1000);
  CHECK(variants == std::set<char>{'8', '9', 'a', 'b'});
}
