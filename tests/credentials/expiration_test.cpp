// Invariant: a time with a zone is read to the millisecond; whatever else is no time.
#include "healthlake/credentials/expiration.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace healthlake;

namespace {
std::string read(std::string_view text) {
  auto const time = parse_expiration(text);
  return time ? to_iso8601(*time) : "none";
}
}  // namespace

TEST_CASE("faults 37, 63: zones and fractions") {
  CHECK(read("2099-05-01T10:00:00Z") == "2099-05-01T10:00:00.000Z");
  CHECK(read("2099-05-01t10:00:00z") == "2099-05-01T10:00:00.000Z");
  CHECK(read("2099-05-01 10:00:00Z") == "2099-05-01T10:00:00.000Z");
  CHECK(read("2099-05-01T10:00:00UTC") == "2099-05-01T10:00:00.000Z");
  CHECK(read("2099-05-01T12:00:00+02:00") == "2099-05-01T10:00:00.000Z");
  CHECK(read("2099-05-01T12:00:00+0200") == "2099-05-01T10:00:00.000Z");
  CHECK(read("2099-05-01T04:30:00-05:30") == "2099-05-01T10:00:00.000Z");
  CHECK(read("2099-01-01T00:30:00+01:00") == "2098-12-31T23:30:00.000Z");
  CHECK(read("2099-05-01T10:00:00.1Z") == "2099-05-01T10:00:00.100Z");
  CHECK(read("2099-05-01T10:00:00.123Z") == "2099-05-01T10:00:00.123Z");
  CHECK(read("2099-05-01T10:00:00.123999999999Z") == "2099-05-01T10:00:00.123Z");
  CHECK(read("2099-05-01T10:00:00.000001+00:00") == "2099-05-01T10:00:00.000Z");
}

TEST_CASE("what is no time, or has no zone") {
  for (std::string_view text : {"",
                                "soon",
                                "2099-05-01T10:00:00",
                                "2099-05-01T10:00:00.5",
                                "2099-05-01",
                                "2099-05-01T10:00Z",
                                "4070908800",
                                "2099-06-30T23:59:60Z",
                                "2099-02-29T00:00:00Z",
                                "2099-13-01T00:00:00Z",
                                "2099-05-01T24:00:00Z",
                                "2099-05-01T10:00:00.Z",
                                "2099-05-01T10:00:00,5Z",
                                "2099-05-01T10:00:00 Z",
                                "2099-05-01T10:00:00Z ",
                                " 2099-05-01T10:00:00Z",
                                "2099-05-01T10:00:00+2",
                                "2099-05-01T10:00:00+02",
                                "2099-05-01T10:00:00+02:0",
                                "2099-05-01T10:00:00+24:00",
                                "2099-05-01T10:00:00+02:60",
                                "2099-05-01T10:00:00 02:00",
                                "2099-5-1T10:00:00Z",
                                "20990501T100000Z",
                                "2099/05/01T10:00:00Z",
                                "0000-05-01T10:00:00Z",
                                "0001-01-01T00:00:00+00:01",
                                "9999-12-31T23:59:59-00:01",
                                "+099-05-01T10:00:00Z",
                                "2099-05-01T10:00:00GMT",
                                "2099-05-01T10:00:00ZZ"}) {
    CAPTURE(text);
    CHECK(!parse_expiration(text));
  }
}
