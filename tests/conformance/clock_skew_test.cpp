#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "../support/conformance.hpp"
#include "../support/virtual_time.hpp"
#include "healthlake/flow/call.hpp"
#include "healthlake/model/export_job.hpp"

using namespace healthlake;
using namespace virtual_time;

namespace {
// `2026-08-07T12:00:00Z` without its punctuation is the form of signatures.
Timestamp iso_time(std::string text) {
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  auto const time = from_amz_date(text);
  REQUIRE(time);
  return *time;
}
}  // namespace

TEST_CASE("conformance: every case of a clock that is off, or seems so") {
  auto const data = load_conformance("retries/standard.json").at("clockSkew");
  std::size_t ran = 0;
  std::size_t corrected = 0;
  for (auto const& test : data.at("cases")) {
    CAPTURE(test.dump());
    Headers headers;
    if (!test.at("dateHeader").is_null()) headers.add("Date", test.at("dateHeader").get<std::string>());
    if (test.contains("ageHeader")) headers.add("Age", test.at("ageHeader").get<std::string>());
    Timestamp const now = iso_time(test.at("clientTime").get<std::string>());
    Milliseconds const in_use = seconds(test.value("offsetInUseSeconds", 0));

    Runtime runtime = without_jitter();
    Session session;
    session.skew.set(in_use);
    Call<DescribeFHIRExportJob> call{describe_input(), endpoint(), session, Entropy{runtime}};
    auto const first = call.next(now);
    REQUIRE(std::holds_alternative<Send>(first));
    CHECK(std::get<Send>(first).date == now + in_use);
    call.receive(service_error(test.at("status").get<int>(), test.at("code").get<std::string>(), headers), now);
    ++ran;

    auto const second = call.next(now);
    CHECK(std::holds_alternative<Wait>(second) == test.at("retryable").get<bool>());
    if (!test.at("correct").get<bool>()) {
      CHECK(session.skew.offset() == in_use);
      auto const* done = std::get_if<Done<Call<DescribeFHIRExportJob>::Outcome>>(&second);
      REQUIRE(done != nullptr);
      REQUIRE_FALSE(done->result);
      CHECK(done->result.error().gave_up == GaveUp::not_retryable);
      CHECK(session.quota.left() == 500);
      continue;
    }
    ++corrected;
    Milliseconds const offset = seconds(test.at("newOffsetSeconds").get<std::int64_t>());
    CHECK(session.skew.offset() == offset);
    // It counts as transient: the retry takes its part of the quota, and its back-off.
    CHECK(session.quota.left() == 486);
    REQUIRE(std::holds_alternative<Wait>(second));
    Timestamp const until = std::get<Wait>(second).until;
    CHECK(until == now + Milliseconds{50});
    auto const retry = call.next(until);
    REQUIRE(std::holds_alternative<Send>(retry));
    CHECK(std::get<Send>(retry).date == until + offset);
  }
  CHECK(ran == 9);
  CHECK(corrected == 3);
}

TEST_CASE("conformance: the codes that a wrong clock can cause") {
  auto const codes = load_conformance("retries/standard.json").at("clockSkew").at("codes");
  CHECK(codes.size() == clock_skew_codes.size());
  for (auto const& code : codes) {
    CAPTURE(code.dump());
    CHECK(std::count(clock_skew_codes.begin(), clock_skew_codes.end(), code.get<std::string>()) == 1);
  }
}
