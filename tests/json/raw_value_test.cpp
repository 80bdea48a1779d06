#include "healthlake/json/raw_value.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace healthlake;

TEST_CASE("a raw value that is kept") {
  detail::RawValue raw;
  CHECK_FALSE(raw.active());
  std::string kept = "old";
  raw.expect(&kept);
  CHECK(raw.active());
  CHECK(kept.empty());
  raw.begin_object();
  raw.key("a");
  raw.begin_array();
  CHECK(raw.depth() == 2);
  raw.literal("1.50");
  raw.string("x\n");
  raw.literal("null");
  CHECK(raw.active());
  raw.end_array();
  CHECK(raw.depth() == 1);
  raw.key("b");
  raw.string("y");
  CHECK(raw.active());
  raw.end_object();
  CHECK_FALSE(raw.active());
  CHECK(kept == R"({"a":[1.50,"x\n",null],"b":"y"})");
}

TEST_CASE("a raw value that is a scalar ends with it") {
  detail::RawValue raw;
  std::string kept;
  raw.expect(&kept);
  raw.string("x");
  CHECK_FALSE(raw.active());
  CHECK(kept == "\"x\"");
  raw.expect(&kept);
  raw.literal("true");
  CHECK_FALSE(raw.active());
  CHECK(kept == "true");
  raw.expect(&kept);
  raw.begin_array();
  raw.end_array();
  CHECK_FALSE(raw.active());
  CHECK(kept == "[]");
}

TEST_CASE("a raw value that is skipped leaves nothing") {
  detail::RawValue raw;
  std::string kept = "untouched";
  raw.expect(&kept);
  raw.literal("1");
  raw.expect(nullptr);
  raw.begin_array();
  raw.begin_object();
  raw.key("k");
  raw.string("v");
  raw.end_object();
  CHECK(raw.active());
  raw.literal("2");
  raw.end_array();
  CHECK_FALSE(raw.active());
  raw.expect(nullptr);
  raw.string("x");
  CHECK_FALSE(raw.active());
  CHECK(kept == "1");
}
