// Invariant: while there are credentials that have not expired, everybody gets them at once, whatever becomes of the
// refresh; there is one fetch at a time, begun ahead of the expiration; every outcome is followed by another try.
#include "healthlake/credentials/cached.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "../support/service_world.hpp"
#include "healthlake/credentials/container.hpp"

using namespace healthlake;
using namespace service_world;

namespace {

// What a provider did and will do. Each fetch is one exchange, whose status says what comes of it.
struct Script {
  int fetches = 0;
  int lost = 0;
  // Whether the provider waits once a reply was lost, instead of sending the request again.
  bool backs_off = false;
  std::deque<CredentialsOutcome> outcomes{};
};

// Sends one request for each fetch, then ends with the next outcome of the script (the last one stays).
class Scripted {
 public:
  explicit Scripted(Script& script) : script_(&script) {}

  Step<CredentialsOutcome> next(Timestamp now) {
    if (state_ == 2) {
      auto outcome = script_->outcomes.front();
      if (script_->outcomes.size() > 1) script_->outcomes.pop_front();
      return Done<CredentialsOutcome>{std::move(outcome)};
    }
    if (state_ == 3) return Wait{now + seconds(1)};
    if (state_ == 0) ++script_->fetches;
    state_ = 1;
    Send send{request_, 1, now};
    send.timeout = Milliseconds{1000};
    return send;
  }
  void receive(HttpReply const&, Timestamp) { state_ = 2; }
  void lose() {
    ++script_->lost;
    state_ = script_->backs_off ? 3 : 0;
  }
  void cancel() { state_ = 2; }
  void restart() { state_ = 0; }

 private:
  Script* script_;
  HttpRequest request_{};
  int state_ = 0;
};

using Cache = CachedCredentials<Scripted>;

struct Fixture {
  Script script{};
  virtual_time::Runtime runtime = virtual_time::without_jitter();
  Cache cache{Scripted{script}, runtime};
  Timestamp now = noon;

  // Asks as a user does who executes the steps itself; the access key id, or the message of the error.
  std::string use() {
    for (int steps = 0; steps < 10; ++steps) {
      auto step = cache.next(now);
      if (auto* done = std::get_if<Done<Cache::Outcome>>(&step))
        return done->result ? (*done->result)->credentials.access_key_id : to_string(done->result.error());
      if (std::holds_alternative<Send>(step)) cache.receive(reply(200, ""), now);
    }
    return "no end";
  }
  void after(Milliseconds time) { now = now + time; }
};

CredentialsOutcome failure(bool transient) {
  return CredentialsFailure{SetupError{SetupPhase::credentials, "source down"}, transient};
}
CredentialsOutcome keys(std::string const& name, Timestamp expiration) { return keys_of(name, expiration); }
constexpr Milliseconds minutes(std::int64_t count) { return {count * 60'000}; }

}  // namespace

TEST_CASE("fault 66: the window follows the lifetime, so that keys of 14 minutes are fetched once for five uses") {
  CHECK(refresh_window(minutes(0)) == minutes(0));
  CHECK(refresh_window(minutes(-1)) == minutes(0));
  CHECK(refresh_window({1}) == minutes(0));
  CHECK(refresh_window({2}) == Milliseconds{1});
  CHECK(refresh_window(minutes(4)) == minutes(2));
  CHECK(refresh_window({10 * 60'000 - 2}) == Milliseconds{5 * 60'000 - 1});
  CHECK(refresh_window(minutes(10)) == minutes(5));
  CHECK(refresh_window({10 * 60'000 + 2}) == minutes(5));
  CHECK(refresh_window(minutes(15)) == minutes(5));
  CHECK(refresh_window(minutes(20)) == minutes(5));
  CHECK(refresh_window({20 * 60'000 + 1}) == minutes(15));
  CHECK(refresh_window(minutes(60)) == minutes(15));
  CHECK(refresh_window({90 * 60'000 - 1}) == minutes(15));
  CHECK(refresh_window(minutes(90)) == minutes(60));
  CHECK(refresh_window(minutes(12 * 60)) == minutes(60));
  for (std::int64_t lifetime : {1, 5, 14, 15, 20, 60, 720}) {
    CAPTURE(lifetime);
    Fixture f;
    f.script.outcomes = {keys("A", noon + minutes(lifetime))};
    for (int i = 0; i < 5; ++i) CHECK(f.use() == "ASIAA");
    CHECK(f.script.fetches == 1);
  }
}

TEST_CASE("the refresh begins with the window, and its result is used at once") {
  Fixture f;
  f.script.outcomes = {keys("A", noon + minutes(60)), keys("B", noon + minutes(120))};
  CHECK(f.use() == "ASIAA");
  f.after(Milliseconds{45 * 60'000 - 1});
  CHECK(f.use() == "ASIAA");
  CHECK(f.script.fetches == 1);
  f.after(Milliseconds{1});
  CHECK(f.use() == "ASIAB");
  CHECK(f.script.fetches == 2);
}

TEST_CASE("a wait of days survives any number of expirations") {
  Fixture f;
  f.script.outcomes.clear();
  int last = 0;
  for (int minute = 0; minute < 3 * 24 * 60; ++minute) {
    f.script.outcomes = {keys("K" + std::to_string(f.script.fetches + 1), f.now + minutes(15))};
    auto const used = f.use();
    CHECK(used == "ASIAK" + std::to_string(f.script.fetches));
    last = f.script.fetches;
    f.after(minutes(1));
  }
  // One every ten minutes.
  CHECK(last == 3 * 24 * 6);
}

TEST_CASE("fault 67: keys that are valid stay in use when refreshes fail, and the source is not asked at every use") {
  for (bool transient : {true, false}) {
    Fixture f;
    f.script.outcomes = {keys("A", noon + minutes(60)), failure(transient)};
    CHECK(f.use() == "ASIAA");
    // 9 minutes left.
    f.after(minutes(51));
    for (int i = 0; i < 100; ++i) CHECK(f.use() == "ASIAA");
    CHECK(f.script.fetches == 2);
    CHECK(to_string(*f.cache.last_failure()) == "credentials: source down");
    // There are a few tries more, and no use fails before the keys have expired.
    for (; f.now < noon + minutes(60) - seconds(10); f.after(seconds(1))) CHECK(f.use() == "ASIAA");
    CHECK(f.script.fetches > 3);
    CHECK(f.script.fetches < 20);
    f.after(seconds(10));
    CHECK(f.use() == "credentials: source down");
    f.script.outcomes = {keys("B", f.now + minutes(60))};
    f.after(seconds(20));
    CHECK(f.use() == "ASIAB");
    CHECK(!f.cache.last_failure());
  }
}

TEST_CASE("fault 67: the back-off of a failed refresh is 5 to 10 minutes while there is time") {
  for (auto [random, delay] :
       std::map<std::uint64_t, Milliseconds>{{0, minutes(5)}, {~std::uint64_t{0}, minutes(10)}}) {
    Fixture f;
    f.runtime.constant = random;
    f.script.outcomes = {keys("A", noon + minutes(120)), failure(true)};
    CHECK(f.use() == "ASIAA");
    f.after(minutes(60));
    CHECK(f.use() == "ASIAA");
    CHECK(f.script.fetches == 2);
    f.after(Milliseconds{delay.count - 1});
    CHECK(f.use() == "ASIAA");
    CHECK(f.script.fetches == 2);
    f.after(Milliseconds{1});
    CHECK(f.use() == "ASIAA");
    CHECK(f.script.fetches == 3);
  }
}

TEST_CASE("a failed refresh is repeated in half of the time that is left if that is less") {
  Fixture f;
  f.script.outcomes = {keys("A", noon + minutes(60)), failure(true)};
  CHECK(f.use() == "ASIAA");
  f.after(minutes(50));
  CHECK(f.use() == "ASIAA");
  int fetches = 2;
  for (Milliseconds const half : {seconds(300), seconds(150), seconds(75)}) {
    CHECK(f.script.fetches == fetches++);
    f.after(Milliseconds{half.count - 1});
    CHECK(f.use() == "ASIAA");
    CHECK(f.script.fetches == fetches - 1);
    f.after(Milliseconds{1});
    CHECK(f.use() == "ASIAA");
  }
  CHECK(f.script.fetches == fetches);
}

TEST_CASE("a failed refresh is repeated at the latest when the keys cannot be used any more") {
  for (bool const transient : {false, true})
    for (std::int64_t const left : {1, 500, 999, 1'000, 5'000, 9'999}) {
      CAPTURE(transient);
      CAPTURE(left);
      Fixture f;
      f.script.outcomes = {keys("A", noon + minutes(60)), failure(transient)};
      CHECK(f.use() == "ASIAA");
      // They are used until 10 s before they expire.
      f.now = noon + minutes(60) - seconds(10) - Milliseconds{left};
      CHECK(f.use() == "ASIAA");
      CHECK(f.script.fetches == 2);
      f.script.outcomes = {keys("B", noon + minutes(120))};
      f.after(Milliseconds{left});
      CHECK(f.use() == "ASIAB");
    }
}

TEST_CASE("without keys, what may pass is repeated after 1 to 2 seconds, and what somebody must fix after 10 to 20") {
  struct Case {
    CredentialsOutcome outcome;
    std::int64_t least;
  };
  for (auto const& test : {Case{failure(true), 1}, Case{NotConfigured{"nothing"}, 1}, Case{keys("Old", noon), 1},
                           Case{failure(false), 10}})
    for (auto [random, delay] : std::map<std::uint64_t, Milliseconds>{{0, seconds(test.least)},
                                                                      {~std::uint64_t{0}, seconds(2 * test.least)}}) {
      Fixture f;
      f.runtime.constant = random;
      f.script.outcomes = {test.outcome};
      auto const error = f.use();
      f.after(Milliseconds{delay.count - 1});
      CHECK(f.use() == error);
      CHECK(f.script.fetches == 1);
      f.after(Milliseconds{1});
      CHECK(f.use() == error);
      CHECK(f.script.fetches == 2);
    }
}

TEST_CASE("fault 69: a failure without keys is remembered for some seconds: 100 uses, one call") {
  Fixture f;
  f.script.outcomes = {failure(false)};
  for (int i = 0; i < 100; ++i) CHECK(f.use() == "credentials: source down");
  CHECK(f.script.fetches == 1);
  f.after(seconds(20));
  CHECK(f.use() == "credentials: source down");
  CHECK(f.script.fetches == 2);
  f.script.outcomes = {failure(true)};
  f.after(seconds(20));
  CHECK(f.use() == "credentials: source down");
  f.after(seconds(2));
  CHECK(f.use() == "credentials: source down");
  CHECK(f.script.fetches == 4);
}

TEST_CASE("fault 70: every outcome is followed by another try, and leaves no state behind") {
  Fixture f;
  f.script.outcomes = {failure(true), NotConfigured{"nothing", {"a warning"}}, keys("A", noon + minutes(5)),
                       keys("B", noon + minutes(15))};
  CHECK(f.use() == "credentials: source down");
  f.after(seconds(2));
  CHECK(f.use() == "credentials: no credentials found; looked for nothing; a warning");
  f.after(seconds(2));
  CHECK(f.use() == "ASIAA");
  f.after(minutes(4));
  CHECK(f.use() == "ASIAB");
}

TEST_CASE("fault 72: keys expire some seconds before their expiration, not after") {
  Fixture f;
  f.script.outcomes = {keys("A", noon + minutes(60)), failure(true)};
  CHECK(f.use() == "ASIAA");
  f.now = noon + minutes(60) - Milliseconds{10'001};
  CHECK(f.use() == "ASIAA");
  f.after(Milliseconds{1});
  CHECK(f.use() == "credentials: source down");
  // A tenth of the lifetime, if that is less.
  for (auto [lifetime, margin] : std::map<Milliseconds, Milliseconds>{{seconds(3), Milliseconds{300}},
                                                                      {seconds(99), Milliseconds{9900}},
                                                                      {seconds(100), seconds(10)},
                                                                      {seconds(101), seconds(10)}}) {
    Fixture lived;
    lived.script.outcomes = {keys("A", noon + lifetime)};
    CHECK(lived.use() == "ASIAA");
    lived.now = noon + lifetime - margin;
    CHECK(lived.cache.peek(lived.now) == nullptr);
    lived.after(Milliseconds{-1});
    CHECK(lived.cache.peek(lived.now) != nullptr);
  }
  // Keys that live shorter than that can be used all the same.
  Fixture g;
  g.script.outcomes = {keys("S", noon + seconds(5))};
  CHECK(g.use() == "ASIAS");
}

TEST_CASE("keys that arrive expired replace nothing") {
  Fixture f;
  f.script.outcomes = {keys("A", noon + minutes(60)), keys("Old", noon)};
  CHECK(f.use() == "ASIAA");
  f.after(minutes(50));
  CHECK(f.use() == "ASIAA");
  Fixture g;
  g.script.outcomes = {keys("Old", noon)};
  CHECK(has(g.use(), "expired at 2026-08-07T12:00:00.000Z"));
}

TEST_CASE("faults 61, 71: of eight users one gets the exchange, and the others the keys that there are") {
  Fixture f;
  f.script.outcomes = {keys("A", noon + minutes(60)), keys("B", noon + minutes(120))};
  int sends = 0;
  for (int user = 0; user < 8; ++user) {
    auto const step = f.cache.next(f.now);
    if (std::holds_alternative<Send>(step)) ++sends;
    else CHECK(std::get<Wait>(step).until == f.now + Cache::poll_interval);
  }
  CHECK(sends == 1);
  f.cache.receive(reply(200, ""), f.now);
  for (int user = 0; user < 8; ++user) CHECK(f.use() == "ASIAA");
  CHECK(f.script.fetches == 1);

  f.after(minutes(50));
  CHECK(std::holds_alternative<Send>(f.cache.next(f.now)));
  for (int user = 0; user < 8; ++user) CHECK(f.use() == "ASIAA");
  CHECK(f.cache.peek(f.now)->credentials.access_key_id == "ASIAA");
  f.cache.receive(reply(200, ""), f.now);
  CHECK(f.use() == "ASIAB");
  CHECK(f.script.fetches == 2);
}

TEST_CASE("whoever goes away with the exchange stops nobody for longer than its time") {
  Fixture f;
  f.script.outcomes = {keys("A", noon + minutes(60))};
  CHECK(std::holds_alternative<Send>(f.cache.next(f.now)));
  f.after(Milliseconds{999});
  CHECK(std::holds_alternative<Wait>(f.cache.next(f.now)));
  CHECK(f.script.lost == 0);
  f.after(Milliseconds{1});
  CHECK(std::holds_alternative<Send>(f.cache.next(f.now)));
  CHECK(f.script.lost == 1);
  f.cache.lose();
  CHECK(f.script.lost == 2);
  CHECK(std::holds_alternative<Send>(f.cache.next(f.now)));
  f.cache.receive(reply(200, ""), f.now);
  // A second reply is nobody's.
  f.cache.receive(reply(200, ""), f.now);
  CHECK(f.use() == "ASIAA");
}

TEST_CASE("a reply is lost once, and only if one is due") {
  Fixture f;
  f.script.backs_off = true;
  f.script.outcomes = {keys("A", noon + minutes(60))};
  f.cache.lose();
  CHECK(f.script.lost == 0);
  CHECK(std::holds_alternative<Send>(f.cache.next(f.now)));
  f.after(seconds(1));
  for (int i = 0; i < 3; ++i) {
    // The provider waits for its next attempt, and a late reply is nobody's.
    CHECK(std::get<Wait>(f.cache.next(f.now)).until == f.now + seconds(1));
    f.cache.receive(reply(200, ""), f.now);
    f.cache.lose();
    CHECK(f.script.lost == 1);
  }
  f.cache.cancel();
  CHECK(f.use() == "ASIAA");
}

TEST_CASE("a provider that waits does not keep its users from keys that are valid") {
  World world;
  world.script = {reply(200, json_keys("C", "2026-08-07T13:00:00Z")), reply(503, ""),
                  reply(200, json_keys("D", "2026-08-07T14:00:00Z"))};
  CachedCredentials cache{ContainerCredentials{world.machine, world.runtime, {.relative_uri = "/x"}}, world.runtime};
  auto const use = [&]() -> std::string {
    auto step = cache.next(world.runtime.time);
    using Outcome = decltype(cache)::Outcome;
    if (auto* done = std::get_if<Done<Outcome>>(&step)) return (*done->result)->credentials.access_key_id;
    if (std::holds_alternative<Wait>(step)) return "wait";
    world.take(cache, step);
    return "sent";
  };
  CHECK(use() == "sent");
  CHECK(use() == "ASIAC");
  world.runtime.time = noon + minutes(50);
  CHECK(use() == "sent");
  CHECK(use() == "ASIAC");
  CHECK(use() == "ASIAC");
  world.runtime.time = world.runtime.time + seconds(1);
  CHECK(use() == "sent");
  CHECK(use() == "ASIAD");
}

TEST_CASE("fault 50: an endpoint that times out at the refresh changes nothing, and recovers") {
  World world;
  CachedCredentials cache{ContainerCredentials{world.machine, world.runtime, {.relative_uri = "/x"}}, world.runtime};
  auto const use = [&]() -> std::string {
    for (;;) {
      auto step = cache.next(world.runtime.time);
      using Outcome = decltype(cache)::Outcome;
      if (auto* done = std::get_if<Done<Outcome>>(&step))
        return done->result ? (*done->result)->credentials.access_key_id : "error";
      world.take(cache, step);
    }
  };
  world.answer = [](HttpRequest const&) { return reply(200, json_keys("C", "2026-08-07T13:00:00Z")); };
  CHECK(use() == "ASIAC");
  world.answer = [](HttpRequest const&) { return no_reply(TransportReason::read_timeout); };
  for (world.runtime.time = noon + minutes(45); world.runtime.time < noon + minutes(59);
       world.runtime.time = world.runtime.time + seconds(7))
    CHECK(use() == "ASIAC");
  world.answer = [](HttpRequest const&) { return reply(200, json_keys("D", "2026-08-07T14:00:00Z")); };
  world.runtime.time = noon + minutes(61);
  CHECK(use() == "ASIAD");
}

TEST_CASE("fault 42: the expiration goes with the keys: two requests, one exchange") {
  Fixture f;
  f.script.outcomes = {keys("A", noon + minutes(60))};
  CHECK(f.use() == "ASIAA");
  CHECK(f.use() == "ASIAA");
  CHECK(f.cache.peek(f.now)->expiration == noon + minutes(60));
  CHECK(f.script.fetches == 1);
}

TEST_CASE("fault 41: it is the expiration that leads to a refresh, whatever else stays as it is") {
  Fixture f;
  f.script.outcomes = {keys("A", noon + minutes(60)), keys("A", noon + minutes(122))};
  CHECK(f.use() == "ASIAA");
  f.after(minutes(61));
  CHECK(f.use() == "ASIAA");
  CHECK(f.script.fetches == 2);
}

TEST_CASE("faults 17, 68: keys that a service refuses are replaced, if they are still the ones in use") {
  Fixture f;
  auto long_term = keys_of("Static", {});
  long_term.expiration.reset();
  auto replaced = keys_of("New", {});
  replaced.expiration.reset();
  f.script.outcomes = {long_term, replaced};
  CHECK(f.use() == "ASIAStatic");
  f.after(minutes(60 * 24 * 365));
  f.cache.reject("ASIAOther");
  CHECK(f.use() == "ASIAStatic");
  CHECK(f.script.fetches == 1);
  f.cache.reject("ASIAStatic");
  CHECK(f.use() == "ASIANew");
  // Whoever still signed with the old ones is late.
  f.cache.reject("ASIAStatic");
  CHECK(f.use() == "ASIANew");
  CHECK(f.script.fetches == 2);
  // A source that has nothing else is asked again, but not at every use.
  for (int i = 0; i < 100; ++i) {
    f.cache.reject("ASIANew");
    CHECK(f.use() == "ASIANew");
  }
  CHECK(f.script.fetches == 3);
}

TEST_CASE("keys that a refresh left as they are can be refused, and are replaced at once") {
  Fixture f;
  f.script.outcomes = {keys("A", noon + minutes(60)), keys("A", noon + minutes(120)), keys("B", noon + minutes(120))};
  CHECK(f.use() == "ASIAA");
  f.after(minutes(50));
  CHECK(f.use() == "ASIAA");
  CHECK(f.script.fetches == 2);
  f.cache.reject("ASIAA");
  CHECK(f.use() == "ASIAB");
}

TEST_CASE("refused keys that came back are looked at again no later than they cannot be used any more") {
  for (std::int64_t const lifetime : {20, 60, 3'600}) {
    CAPTURE(lifetime);
    Fixture f;
    Timestamp const end = noon + seconds(lifetime);
    f.script.outcomes = {keys("A", end), keys("A", end), keys("B", noon + minutes(600))};
    CHECK(f.use() == "ASIAA");
    f.cache.reject("ASIAA");
    CHECK(f.use() == "ASIAA");
    // Ten seconds before the expiration, or a tenth of the lifetime; but half a minute to a minute is enough.
    Milliseconds const usable =
        seconds(std::min(lifetime - std::min<std::int64_t>(10, lifetime / 10), std::int64_t{60}));
    if (lifetime == 3'600) f.cache.reject("ASIAA");
    f.after(Milliseconds{usable.count - 1});
    CHECK(f.use() == "ASIAA");
    CHECK(f.script.fetches == 2);
    f.after(Milliseconds{1});
    CHECK(f.use() == "ASIAB");
    CHECK(f.script.fetches == 3);
  }
}

TEST_CASE("refused keys stay in use while there are no others") {
  Fixture f;
  f.script.outcomes = {keys("A", noon + minutes(60)), failure(false)};
  CHECK(f.use() == "ASIAA");
  f.cache.reject("ASIAA");
  for (int i = 0; i < 10; ++i) CHECK(f.use() == "ASIAA");
  CHECK(f.script.fetches == 2);
  f.script.outcomes = {keys("B", noon + minutes(60))};
  f.after(seconds(20));
  CHECK(f.use() == "ASIAB");
}

TEST_CASE("a cancelled fetch is an error that is not remembered, and costs no keys") {
  Fixture f;
  f.script.outcomes = {CredentialsFailure{TransportError{TransportReason::cancelled, "", false}, true},
                       keys("A", noon + minutes(60))};
  CHECK(std::holds_alternative<Send>(f.cache.next(f.now)));
  f.cache.cancel();
  auto const step = f.cache.next(f.now);
  CHECK(std::get<Done<Cache::Outcome>>(step).result.error().cancelled());
  CHECK(f.use() == "ASIAA");
}

TEST_CASE("a clock that is set back or forward does not stop the refresh") {
  Fixture f;
  f.script.outcomes = {failure(true), keys("A", noon + minutes(60)), keys("B", noon + minutes(24 * 60 + 60))};
  CHECK(f.use() == "credentials: source down");
  f.now = noon - minutes(60 * 24);
  CHECK(f.use() == "credentials: source down");
  f.after(seconds(2));
  CHECK(f.use() == "ASIAA");
  f.now = noon + minutes(24 * 60);
  CHECK(f.use() == "ASIAB");
}
