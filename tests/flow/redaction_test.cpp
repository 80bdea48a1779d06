// Invariant: whatever a reply repeats of what any request of a call was signed with, nothing that the call reports has
// it: what this attempt was signed with and what the one before it was, whether that was answered, asked for again, or
// cancelled. What the call itself sent is kept.
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "../support/virtual_time.hpp"
#include "healthlake/flow/call.hpp"

using namespace healthlake;
using virtual_time::http;
using virtual_time::noon;
using virtual_time::seconds;

namespace {

using Start = Call<StartFHIRExportJob>;
constexpr std::string_view first = "the-first-session-token-0123456789";
constexpr std::string_view second = "another-session-token-abcdefghijk";
constexpr std::string_view kept[] = {"HealthLake.StartFHIRExportJob", "attempt=1; max=3", "attempt=2; max=3"};

struct Bench {
  virtual_time::Runtime runtime = virtual_time::without_jitter();
  Session session{};
  Start call{virtual_time::start_input(), virtual_time::endpoint(), session, Entropy{runtime}};

  void send(Timestamp now, std::string_view token = {}) {
    auto const step = call.next(now);
    REQUIRE(std::holds_alternative<Send>(step));
    if (!token.empty()) std::get<Send>(step).headers().set("X-Amz-Security-Token", token);
  }
};

std::string everything(Start::Outcome const& outcome) {
  if (outcome) return outcome->metadata.request_id;
  Error const& error = outcome.error();
  if (auto const* service = error.as<ServiceError>()) return service->code + service->message + service->excerpt;
  if (auto const* malformed = error.as<Malformed>()) return malformed->message + malformed->excerpt;
  return to_string(error);
}

// Replies that repeat a string in each place.
std::vector<HttpReply> quotes(std::string const& text) {
  return {http(403, R"({"__type":"AccessDenied","message":")" + text + "\"}"), http(403, "<html>" + text.substr(0, 50)),
          http(200, R"({"a":")" + text.substr(0, 50) + "\"!"),
          http(200, R"({"JobId":"j","JobStatus":"SUBMITTED"})", {{"x-amzn-RequestId", text}}),
          HttpReply{Unexpected{TransportError{TransportReason::tls_verification, "sent " + text}}}};
}

// What a call that got so far reports about a reply with this string.
void check(std::function<void(Bench&)> const& to_send, std::string_view secret) {
  CAPTURE(secret);
  for (auto const& reply : quotes(std::string{secret})) {
    Bench bench;
    to_send(bench);
    bench.call.receive(reply, noon + seconds(100));
    std::string const reported = everything(bench.call.result());
    CAPTURE(reported);
    CHECK(reported.find(secret.substr(0, 16)) == std::string::npos);
    CHECK(reported.find("***") != std::string::npos);
  }
  for (std::string_view const own : kept)
    for (auto const& reply : quotes(std::string{own})) {
      Bench bench;
      to_send(bench);
      bench.call.receive(reply, noon + seconds(100));
      CHECK(everything(bench.call.result()).find(own) != std::string::npos);
    }
}

}  // namespace

TEST_CASE("redaction: of the attempt itself") {
  check([](Bench& bench) { bench.send(noon, first); }, first);
}

TEST_CASE("redaction: of an attempt that was answered, and of the next one") {
  auto const retried = [](Bench& bench) {
    bench.send(noon, first);
    bench.call.receive(http(503, ""), noon);
    bench.send(noon + seconds(60), second);
  };
  check(retried, first);
  check(retried, second);
}

TEST_CASE("redaction: of an attempt whose Send was asked for again, signed anew or not") {
  auto const asked = [](Bench& bench) {
    bench.send(noon, first);
    for (int i = 1; i < 4; ++i) bench.send(noon + seconds(i));
  };
  check(asked, first);
  auto const signed_anew = [](Bench& bench) {
    bench.send(noon, first);
    bench.send(noon + seconds(1), second);
  };
  check(signed_anew, first);
  check(signed_anew, second);
}

TEST_CASE("redaction: of an attempt that was cancelled") {
  auto const resumed = [](Bench& bench) {
    bench.send(noon, first);
    bench.call.cancel();
    REQUIRE(bench.call.resume());
    bench.send(noon + seconds(1), second);
  };
  check(resumed, first);
  check(resumed, second);
}
