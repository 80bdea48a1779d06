#include "healthlake/json/writer.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

using namespace healthlake;

TEST_CASE("strings: only what must be escaped is escaped") {
  std::string out;
  detail::append_json_string(out, "plain \x7F \xC3\xBC /");
  CHECK(out == "\"plain \x7F \xC3\xBC /\"");
  out.clear();
  detail::append_json_string(out, std::string_view("\"\\\b\f\n\r\t\0\x01\x1F", 10));
  CHECK(out == R"("\"\\\b\f\n\r\t\u0000\u0001\u001f")");
  out.clear();
  detail::append_json_string(out, "");
  CHECK(out == "\"\"");
  std::string all;
  for (int i = 0; i < 128; ++i) all.push_back(static_cast<char>(i));
  out.clear();
  detail::append_json_string(out, all);
  CHECK(nlohmann::json::parse(out).get<std::string>() == all);
}

TEST_CASE("integers to their limits") {
  std::string out;
  detail::append_json_integer(out, std::numeric_limits<std::int64_t>::min());
  out.push_back(' ');
  detail::append_json_integer(out, std::numeric_limits<std::int64_t>::max());
  detail::append_json_integer(out, 0);
  CHECK(out == "-9223372036854775808 92233720368547758070");
}

TEST_CASE("commas are between members and elements, and nowhere else") {
  std::string out;
  JsonWriter writer{out};
  writer.begin_object();
  writer.key("a");
  writer.begin_array();
  writer.end_array();
  writer.key("b");
  writer.begin_array();
  writer.integer(1);
  writer.string("x");
  writer.boolean(true);
  writer.boolean(false);
  writer.null();
  writer.raw("{}");
  writer.value() += "1.5";
  writer.begin_object();
  writer.end_object();
  writer.begin_array();
  writer.begin_array();
  writer.end_array();
  writer.end_array();
  writer.end_array();
  writer.key("c\n");
  writer.null();
  writer.end_object();
  CHECK(out == R"({"a":[],"b":[1,"x",true,false,null,{},1.5,{},[[]]],"c\n":null})");
}
