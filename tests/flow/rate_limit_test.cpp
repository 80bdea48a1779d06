// The invariants: a bucket permits at most `burst` requests and what the rate adds since the first one, and never less
// while requests are taken as soon as `left` says; a clock that jumps adds at most one full bucket. Compared with a
// count by fractions that are kept whole.
#include "healthlake/flow/rate_limit.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <vector>

#include "../support/virtual_time.hpp"

using namespace healthlake;
using virtual_time::noon;
using virtual_time::seconds;

namespace {

// How many requests go within `span` if each is sent as soon as it may.
std::size_t sent_within(RateLimit const& limit, Milliseconds span) {
  TokenBucket bucket{limit};
  std::size_t sent = 0;
  for (Timestamp now = noon; now < noon + span;) {
    auto const left = bucket.left(now);
    if (left.count == 0) {
      REQUIRE(bucket.take(now));
      ++sent;
    } else {
      REQUIRE_FALSE(bucket.take(now));
      // Not a millisecond too late.
      TokenBucket early = bucket;
      REQUIRE_FALSE(early.take(now + Milliseconds{left.count - 1}));
      now = now + left;
    }
  }
  return sent;
}

}  // namespace

TEST_CASE("rate limit: exactly the burst and the rate") {
  CHECK(sent_within({}, seconds(1)) == 10);
  CHECK(sent_within({}, seconds(100)) == 1'000);
  CHECK(sent_within({1, {60'000}}, seconds(60)) == 1);
  CHECK(sent_within({1, {60'000}}, seconds(61)) == 2);
  CHECK(sent_within({.requests = 10, .burst = 5}, seconds(10)) == 104);
  // Thirds of a millisecond are not lost.
  CHECK(sent_within({3, {1'000}}, seconds(999)) == 2'997);
  CHECK(sent_within({7, {1'000}, 2}, seconds(1'000)) == 7'001);
  CHECK(sent_within({5'000, {1'000}}, seconds(1)) == 1'000);  // one each millisecond, the precision of time
  CHECK(sent_within({5'000, {1'000}, 5}, seconds(1)) == 5'000);
  CHECK(sent_within({999, {1'000}}, seconds(100)) == 99'900);
}

TEST_CASE("rate limit: no span of time has more than the burst and the rate, in any pattern of requests") {
  std::mt19937_64 random{11};
  for (RateLimit const limit : {RateLimit{}, RateLimit{1, {60'000}, 1}, RateLimit{100, {1'000}, 20}}) {
    TokenBucket bucket{limit};
    std::vector<Timestamp> sent;
    Timestamp now = noon;
    for (int i = 0; i < 5'000; ++i) {
      if (bucket.take(now)) sent.push_back(now);
      if (random() % 4 == 0)
        now = now + Milliseconds{static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit.per.count))};
    }
    REQUIRE(sent.size() > 100);
    for (std::size_t first = 0; first < sent.size(); first += 7)
      for (std::size_t last = first; last < sent.size() && last < first + 200; ++last) {
        auto const allowed = limit.burst + (sent[last] - sent[first]).count * limit.requests / limit.per.count;
        REQUIRE(static_cast<std::int64_t>(last - first + 1) <= allowed);
      }
  }
}

TEST_CASE("rate limit: a clock that is set back adds nothing, and one that is set forward one bucket at most") {
  TokenBucket bucket{{.requests = 10, .burst = 3}};
  for (int i = 0; i < 3; ++i) CHECK(bucket.take(noon));
  CHECK(bucket.left(noon - seconds(1'000'000)) == Milliseconds{100});
  CHECK(bucket.left(noon - seconds(1'000'000) + Milliseconds{60}) == Milliseconds{40});
  Timestamp const end{Timestamp::max_milliseconds};
  for (int i = 0; i < 3; ++i) CHECK(bucket.take(end));
  CHECK_FALSE(bucket.take(end));
  CHECK_FALSE(bucket.take(Timestamp{Timestamp::min_milliseconds}));
}

TEST_CASE("rate limit: an emptied bucket") {
  TokenBucket bucket{{.requests = 10, .burst = 3}};
  bucket.drain(noon);
  CHECK(bucket.left(noon) == Milliseconds{100});
  CHECK_FALSE(bucket.take(noon + Milliseconds{99}));
  CHECK(bucket.take(noon + Milliseconds{100}));
  CHECK_FALSE(bucket.take(noon + Milliseconds{100}));
}

TEST_CASE("rate limit: a request that was sent anyway counts, and the debt is one bucket at most") {
  TokenBucket bucket{{.requests = 10, .burst = 3}};
  for (int i = 0; i < 5; ++i) bucket.spend(noon);  // three of the bucket, two too many
  CHECK(bucket.left(noon) == Milliseconds{300});
  CHECK_FALSE(bucket.take(noon + Milliseconds{299}));
  CHECK(bucket.take(noon + Milliseconds{300}));
  CHECK(bucket.left(noon + Milliseconds{300}) == Milliseconds{100});
  bucket.drain(noon + Milliseconds{300});
  CHECK(bucket.left(noon + Milliseconds{300}) == Milliseconds{100});
  for (int i = 0; i < 1'000; ++i) bucket.spend(noon + seconds(1));
  bucket.drain(noon + seconds(1));  // forgives nothing
  // Three of debt and one to send; what the rate adds within a millisecond is kept beside them.
  CHECK(bucket.left(noon + seconds(1)) == Milliseconds{401});
  CHECK(bucket.left(noon + seconds(100)) == Milliseconds{0});
}

TEST_CASE("rate limit: values out of range count as the nearest") {
  CHECK(sent_within({0, {1'000}, 0}, seconds(10)) == 10);
  CHECK(sent_within({1, {-5}, 1}, Milliseconds{10}) == 10);
  constexpr std::uint32_t most = 4'294'967'295U;
  TokenBucket bucket{{most, {9'000'000'000'000'000'000}, most}};
  bucket.drain(noon);
  CHECK(bucket.left(noon) == Milliseconds{87});  // a day by a million, rounded up
  std::uint32_t taken = 0;
  while (bucket.take(Timestamp{Timestamp::max_milliseconds})) ++taken;
  CHECK(taken == RateLimit::max_requests);
}

TEST_CASE("rate limit: an emptied bucket fills from then on, whatever was in it") {
  TokenBucket bucket{{1, seconds(1), 1}};
  REQUIRE(bucket.take(noon));
  Timestamp const later = noon + Milliseconds{500};
  bucket.drain(later);
  CHECK(bucket.left(later) == seconds(1));
}
