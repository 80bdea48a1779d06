// The invariant: a request whose signature was good when it was made, or would be good by the clock of now, is signed
// again once; one that is refused with the right time is not.
#include <doctest/doctest.h>

#include <string>
#include <variant>

#include "../support/virtual_time.hpp"
#include "healthlake/flow/call.hpp"

using namespace healthlake;
using virtual_time::noon;
using virtual_time::seconds;
using virtual_time::service_error;

namespace {
using Start = Call<StartFHIRExportJob>;
constexpr Timestamp new_year = *from_amz_date("20270101T000000Z");
Headers const dated_2027{{"Date", "Fri, 01 Jan 2027 00:00:00 GMT"}};
Headers const dated_ten_past{{"Date", "Fri, 07 Aug 2026 12:10:00 GMT"}};
HttpReply expired(Headers headers) { return service_error(403, "RequestExpired", std::move(headers)); }

struct Bench {
  virtual_time::Runtime runtime = virtual_time::without_jitter();
  Session session{};
  Start call{virtual_time::start_input(), virtual_time::endpoint(), session, Entropy{runtime}};

  // The date that the call signs with.
  Timestamp send(Timestamp now) {
    auto const step = call.next(now);
    REQUIRE(std::holds_alternative<Send>(step));
    return std::get<Send>(step).date;
  }
};
}  // namespace

TEST_CASE("held up: a request that was under way for too long is signed again, once") {
  Bench bench;
  CHECK(bench.send(noon) == noon);
  Timestamp const then = noon + seconds(600);
  bench.call.receive(expired(dated_ten_past), then);
  REQUIRE_FALSE(bench.call.done());
  CHECK(bench.session.skew.offset() == Milliseconds{0});
  CHECK(bench.send(then + seconds(1)) == then + seconds(1));
  bench.call.receive(expired({{"Date", "Fri, 07 Aug 2026 12:20:01 GMT"}}), then + seconds(601));
  REQUIRE(bench.call.done());
  CHECK(bench.call.attempts() == 2);
  CHECK(bench.call.result().error().gave_up == GaveUp::not_retryable);
}

TEST_CASE("held up: a request is signed again also after the clock was corrected") {
  Bench bench;
  CHECK(bench.send(noon) == noon);
  bench.call.receive(expired({{"Date", "Fri, 07 Aug 2026 13:00:00 GMT"}}), noon);
  CHECK(bench.send(noon + seconds(1)) == noon + seconds(3601));
  bench.call.receive(expired({{"Date", "Fri, 07 Aug 2026 13:10:01 GMT"}}), noon + seconds(601));
  CHECK_FALSE(bench.call.done());
  CHECK(bench.send(noon + seconds(602)) == noon + seconds(4202));
}

TEST_CASE("held up: a clock that is set while the first request is under way heals in the same call") {
  Bench bench;
  CHECK(bench.send(Timestamp{5000}) == Timestamp{5000});
  bench.call.receive(expired(dated_2027), new_year + seconds(1));
  REQUIRE_FALSE(bench.call.done());
  CHECK(bench.send(new_year + seconds(2)) == new_year + seconds(2));
  bench.call.receive(virtual_time::started(), new_year + seconds(3));
  CHECK(bench.call.result());
}

TEST_CASE("held up: a correction that the clock no longer needs goes, whenever the clock is set") {
  Timestamp const boot{5000};
  SUBCASE("while a request is under way") {
    Bench bench;
    bench.session.skew.set(new_year - boot);
    CHECK(bench.send(boot) == new_year);
    // Held up as well: the Date fits the clock of now.
    bench.call.receive(expired({{"Date", "Fri, 01 Jan 2027 00:10:00 GMT"}}), new_year + seconds(600));
    REQUIRE_FALSE(bench.call.done());
    CHECK(bench.session.skew.offset() == Milliseconds{0});
    CHECK(bench.send(new_year + seconds(601)) == new_year + seconds(601));
  }
  SUBCASE("during the pause behind the correction") {
    Bench bench;
    CHECK(bench.send(boot) == boot);
    bench.call.receive(expired(dated_2027), boot + seconds(1));
    CHECK(bench.session.skew.offset() > seconds(86'400));
    // It would lead out of the bounds, so it is not used, and nothing is refused for it.
    CHECK(bench.send(new_year + seconds(2)) == new_year + seconds(2));
    bench.call.receive(virtual_time::started(), new_year + seconds(2));
    auto const result = bench.call.result();
    REQUIRE(result);
    CHECK(result->metadata.clock_correction == Milliseconds{0});
  }
}

TEST_CASE("held up: a correction that another call made while this one was under way is enough to sign again") {
  Bench bench;
  CHECK(bench.send(noon) == noon);
  bench.session.skew.set(seconds(600));
  bench.call.receive(expired(dated_ten_past), noon + seconds(1));
  REQUIRE_FALSE(bench.call.done());
  CHECK(bench.send(noon + seconds(2)) == noon + seconds(602));
  CHECK(bench.session.skew.offset() == seconds(600));
}

TEST_CASE("held up: not without a Date of the server's own, nor for another error, nor if the signature was in time") {
  Timestamp const then = noon + seconds(600);
  for (auto const& reply :
       {expired({}), expired({{"Date", "soon"}}), expired({{"Date", "Fri, 07 Aug 2026 12:10:00 GMT"}, {"Age", "1"}}),
        service_error(403, "AccessDeniedException", dated_ten_past),
        // It fits neither.
        expired({{"Date", "Fri, 07 Aug 2026 18:00:00 GMT"}, {"Age", "1"}}),
        // The server had it in time.
        expired({{"Date", "Fri, 07 Aug 2026 12:03:00 GMT"}, {"Age", "1"}})}) {
    Bench bench;
    bench.send(noon);
    bench.call.receive(reply, then);
    CHECK(bench.call.done());
    CHECK(bench.session.skew.offset() == Milliseconds{0});
  }
  CHECK_FALSE(held_up("RequestExpired", {{"Date", "Fri, 07 Aug 2026 12:03:59 GMT"}}, noon, then, {}));
  CHECK(held_up("RequestExpired", {{"Date", "Fri, 07 Aug 2026 12:06:01 GMT"}}, noon, then, {}) == Milliseconds{0});
  CHECK_FALSE(held_up("RequestExpired", {{"Date", "Fri, 07 Aug 2026 12:14:00 GMT"}}, noon, then, {}));
}
