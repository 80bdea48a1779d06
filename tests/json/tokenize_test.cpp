#include "healthlake/json/tokenize.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "../support/rich.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/nlohmann_tokenizer.hpp"

using namespace healthlake;
using namespace std::string_view_literals;

namespace {
DecodeOptions const peer{.tokenizer = nlohmann_tokenizer};

Malformed fault(std::string_view text, DecodeOptions const& options = {}) {
  auto const decoded = decode<rich::Kinds>(text, options);
  REQUIRE_FALSE(decoded.has_value());
  return decoded.error();
}
}  // namespace

TEST_CASE("JSON texts") {
  for (std::string_view const good :
       {"{}", "[]", "null", "true", "false", "0", "-0", "1.5e-3", "\"\"", "\"\\u0000\\uD83C\\uDFE5\\/\"", " \t\r\n1\n",
        "{\"a\":[{\"b\":null}],\"a\":2}", "\"\x7F\xC3\xBC\xF4\x8F\xBF\xBF\"", "123456789012345678901234567890"}) {
    CAPTURE(good);
    CHECK(well_formed_json(good));
    CHECK(well_formed_json(good, peer));
  }
}

TEST_CASE("what is not valid JSON text") {
  for (std::string_view const bad : {""sv,
                                     " "sv,
                                     "{"sv,
                                     "["sv,
                                     "}"sv,
                                     "]"sv,
                                     "{]"sv,
                                     "[}"sv,
                                     "{\"a\"}"sv,
                                     "{\"a\":}"sv,
                                     "{\"a\":1,}"sv,
                                     "[1,]"sv,
                                     "[,1]"sv,
                                     "{,}"sv,
                                     "{a:1}"sv,
                                     "{'a':1}"sv,
                                     "{1:1}"sv,
                                     "1 2"sv,
                                     "1,2"sv,
                                     "{}{}"sv,
                                     "{} x"sv,
                                     "nul"sv,
                                     "nulll"sv,
                                     "True"sv,
                                     "NaN"sv,
                                     "Infinity"sv,
                                     "-"sv,
                                     "+1"sv,
                                     "01"sv,
                                     "-01"sv,
                                     "1."sv,
                                     ".5"sv,
                                     "1e"sv,
                                     "1e+"sv,
                                     "0x1"sv,
                                     "\""sv,
                                     "\"a"sv,
                                     "\"\\"sv,
                                     "\"\\x\""sv,
                                     "\"\\u12\""sv,
                                     "\"\\u12G4\""sv,
                                     "\"\n\""sv,
                                     "\"\t\""sv,
                                     "\"\x01\""sv,
                                     "\"\\ud800\""sv,
                                     "\"\\udc00\""sv,
                                     "\"\\ud800\\ud800\""sv,
                                     "\"\\ud800x\""sv,
                                     "\"\\udc00\\ud800\""sv,
                                     "\"\x80\""sv,
                                     "\"\xC0\x80\""sv,
                                     "\"\xC1\xBF\""sv,
                                     "\"\xC3\""sv,
                                     "\"\xE0\x80\x80\""sv,
                                     "\"\xED\xA0\x80\""sv,
                                     "\"\xED\xBF\xBF\""sv,
                                     "\"\xE2\x82\""sv,
                                     "\"\xF0\x8F\xBF\xBF\""sv,
                                     "\"\xF4\x90\x80\x80\""sv,
                                     "\"\xF5\""sv,
                                     "\"\xFF\""sv,
                                     "{\"\xFF\":1}"sv,
                                     "/* c */ 1"sv,
                                     "1 // c"sv,
                                     "\0"sv,
                                     "1\0"sv,
                                     "1\0\0"sv,
                                     "1\0 1"sv,
                                     "{}\0"sv,
                                     "\"\0\""sv,
                                     "\xEF\xBB\xBF{}"sv,
                                     "\xEF\xBB\xBF"sv,
                                     "\xFE\xFF\0{\0}"sv}) {
    CAPTURE(bad);
    CHECK_FALSE(well_formed_json(bad));
    CHECK_FALSE(well_formed_json(bad, peer));
  }
}

TEST_CASE("a fault of the JSON text says what and where") {
  struct Case {
    std::string_view text;
    std::string_view message;
    std::size_t offset;
    std::string_view path;
    std::string_view excerpt;
  };
  for (Case const& test :
       {Case{"", "unexpected end of JSON text", 0, "", ""},
        Case{"{\"Text\":\"x\"", "unexpected end of JSON text", 11, "Text", "{\"Text\":\"x\""},
        Case{"{\"Text\":\"x\"} garbage", "trailing characters after the JSON value", 13, "", "{\"Text\":\"x\"} "},
        Case{"{}\0garbage"sv, "trailing characters after the JSON value", 2, "", "{}"},
        Case{"{}\0"sv, "trailing characters after the JSON value", 2, "", "{}"},
        Case{"{\"Text\":x}   ", "unexpected byte in JSON text", 8, "Text", "{\"Text\":"},
        Case{"{\"Text\":\"a\xFF\"}", "invalid UTF-8", 10, "Text", "{\"Text\":\"a"},
        Case{"{\"Text\":\"\\ud800\"}", "unpaired surrogate", 15, "Text", "{\"Text\":\"\\ud800"},
        Case{"{\"Text\":\"a\nb\"}", "unexpected byte in JSON text", 10, "Text", "{\"Text\":\"a"},
        Case{"\xEF\xBB\xBF{}", "unexpected byte order mark", 0, "", ""}}) {
    CAPTURE(test.text);
    Malformed const found = fault(test.text);
    CHECK(found.message == test.message);
    CHECK(found.offset == test.offset);
    CHECK(found.path == test.path);
    CHECK(found.excerpt == test.excerpt);
  }
}

TEST_CASE("the other tokenizer's faults") {
  CHECK(fault("{\"Text\":\"x\"", peer).message == "unexpected end of JSON text, or unexpected last byte");
  CHECK(fault("{\"Text\":x}   ", peer).message == "unexpected byte in JSON text");
  CHECK(fault("{}\0garbage"sv, peer).message == "trailing characters after the JSON value");
  CHECK(fault("{}\0"sv, peer).message == "trailing characters after the JSON value");
  CHECK(fault("\xEF\xBB\xBF{}", peer).message == "unexpected byte order mark");
  CHECK(decode<rich::Kinds>(rich::all_kinds_json, peer)->value == rich::all_kinds());
}

TEST_CASE("a number larger than any double is not a syntax error") {
  for (auto const& options : {DecodeOptions{}, peer}) {
    CHECK(fault("{\"Double\":1e400, \"Text\":\"x\"}", options).message == "number out of range");
    CHECK(fault("{\"Unknown\":-1e999}", options).message == "number out of range");
    CHECK(decode<rich::Kinds>("{\"Unknown\":1e-999}", options).has_value());
  }
}

TEST_CASE("the other tokenizer: integers of 64 bits, and where it stops") {
  rich::Kinds const kinds = decode<rich::Kinds>(R"({"Long":-9223372036854775808})", peer)->value;
  CHECK(kinds.long_integer == std::numeric_limits<std::int64_t>::min());
  CHECK(decode<rich::Kinds>(R"({"Double":18446744073709551615})", peer)->value.wide_real == 18446744073709551615.0);
  CHECK(fault("\xEF\xBB\xBF{}", peer).offset == 0);
}
