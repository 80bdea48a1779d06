#include "healthlake/json/dom.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "../support/rich.hpp"

using namespace healthlake;
using Json = nlohmann::json;
using rich::Kinds;

namespace {
Malformed fault(Json const& dom, DecodeOptions const& options = {}) {
  auto const decoded = from_dom<Kinds>(dom, options);
  REQUIRE_FALSE(decoded.has_value());
  return decoded.error();
}
}  // namespace

TEST_CASE("a value of every kind to a DOM and back") {
  auto const dom = to_dom(rich::all_kinds());
  REQUIRE(dom.has_value());
  CHECK(*dom == Json::parse(rich::all_kinds_json));
  auto const back = from_dom<Kinds>(*dom);
  REQUIRE(back.has_value());
  CHECK(back->value == rich::all_kinds());
  CHECK(back->missing.empty());
}

TEST_CASE("what cannot be encoded has no DOM") {
  auto const dom = to_dom(rich::Node{"\xFF", {}});
  REQUIRE_FALSE(dom.has_value());
  CHECK(dom.error().kind() == ErrorKind::invalid);
}

TEST_CASE("the faults of a DOM are those of JSON text") {
  CHECK(fault(Json::array()).message == "expected an object, found an array");
  CHECK(fault(nullptr).message == "expected an object, found null");
  CHECK(fault({{"Text", 1}}).message == "expected a string, found a number");
  CHECK(fault({{"List", {"a", true}}}).path == "List[1]");
  CHECK(fault({{"Text", 1}}).offset == 0);
  CHECK(fault({{"Text", 1}}).excerpt.empty());
  CHECK(fault({{"Byte", 128}}).message == "integer out of range");
  CHECK(fault({{"Long", std::numeric_limits<std::uint64_t>::max()}}).message == "integer out of range");
  CHECK(fault({{"Integer", 1.5}}).message == "expected an integer, found a fraction");
  Json deep = Json::array();
  for (int i = 0; i < 100; ++i) deep = Json::array({deep});
  CHECK(fault({{"Unknown", deep}}).message == "nested deeper than 64 levels");
  CHECK(fault({{"List", {"a", "b"}}}, {.max_elements = 1}).message == "more than 1 members in lists and maps");
  auto const gap = from_dom<rich::Node>(Json::object());
  REQUIRE(gap.has_value());
  CHECK(gap->missing.size() == 1);
}

TEST_CASE("a DOM can contain what JSON cannot") {
  CHECK(fault({{"Text", "\xFF"}}).message == "invalid UTF-8");
  CHECK(fault({{"Map", {{"\xFF", "x"}}}}).message == "invalid UTF-8 in a member name");
  CHECK(fault({{"\xFF", "x"}}).message == "invalid UTF-8 in a member name");
  CHECK(fault({{"Blob", Json::binary({1, 2})}}).message == "a value that JSON cannot represent");
  CHECK(fault({{"Unknown", Json::binary({})}}).message == "a value that JSON cannot represent");
  CHECK(fault(Json(Json::value_t::discarded)).message == "a value that JSON cannot represent");
  for (double const none : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    for (char const* member : {"Double", "Document", "Unknown", "Time", "Integer"}) {
      CAPTURE(member);
      CHECK(fault({{member, none}}).message == "a value that JSON cannot represent");
    }
  CHECK(from_dom<Kinds>({{"Double", 0.25}})->value.wide_real == 0.25);
  CHECK(from_dom<Kinds>({{"Time", 1.5}})->value.time == Timestamp{1500});
}

TEST_CASE("after a fault of a DOM, nothing more of it is read") {
  // In the order in which a DOM has its members.
  CHECK(fault({{"List", {1}}, {"Text", "x"}}).path == "List[0]");
  CHECK(fault({{"Text", Json::object()}, {"Time", 1}}).path == "Text");
  CHECK(fault({{"Map", {{"\xFF", "x"}}}, {"Text", "x"}}).path == "Map[\"\"]");
  CHECK(fault({{"Blob", Json::binary({1})}, {"Text", "x"}}).path == "Blob");
  CHECK(fault({{"Node", {{"Children", 1}}}, {"Text", "x"}}).path == "Node.Children");
}
