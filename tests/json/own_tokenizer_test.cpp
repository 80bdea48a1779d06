// What the tokenizer passes to a ShapeBuilder, byte for byte, and where it reports faults. What it accepts and rejects
// is tested by tests/differential/json_test.cpp.
#include "healthlake/json/own_tokenizer.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/json/decode.hpp"
#include "healthlake/json/shape_builder.hpp"

using namespace healthlake;

namespace {

struct Texts {
  std::vector<std::string> list{};

  static consteval auto shape() { return structure("Texts", field<&Texts::list>("list", required)); }
};

// The only string of `{"list":["..."]}`, with `inner` as its content.
std::string read_string(std::string const& inner) {
  auto const decoded = decode<Texts>("{\"list\":[\"" + inner + "\"]}");
  REQUIRE(decoded);
  REQUIRE(decoded->value.list.size() == 1);
  return decoded->value.list[0];
}

struct Fault {
  std::string message;
  std::size_t offset = 0;
};

Fault fault_of(std::string_view text) {
  DecodeOptions const options;
  Document document;
  ShapeBuilder builder{type_of<Document>(), &document, options};
  std::size_t const offset = own_tokenizer(text, builder);
  REQUIRE(builder.failed());
  return {builder.fault(), offset};
}

}  // namespace

TEST_CASE("strings are passed on unchanged, at every position of an eight-byte word") {
  std::string const plain = "abcdefghijklmnopqrstuvwxyz";
  for (std::size_t length = 0; length <= plain.size(); ++length)
    CHECK(read_string(plain.substr(0, length)) == plain.substr(0, length));
  for (std::size_t at = 0; at <= 20; ++at) {
    std::string const front = plain.substr(0, at), behind = plain.substr(at);
    CHECK(read_string(front + "\\n" + behind) == front + "\n" + behind);
    CHECK(read_string(front + "é" + behind) == front + "é" + behind);
    CHECK(read_string(front + "\\\"" + behind + "\\\\") == front + "\"" + behind + "\\");
    CHECK(read_string(front + "\x7F" + behind) == front + "\x7F" + behind);
  }
}

TEST_CASE("escapes") {
  CHECK(read_string(R"(\"\\\/\b\f\n\r\t)") == "\"\\/\b\f\n\r\t");
  CHECK(read_string(R"(\u0041\u00e9\u20AC\ud83c\udfe5)") == "Aé€🏥");
  CHECK(read_string(R"(\u007f\u0080\u07ff\u0800\uffff\ud800\udc00\udbff\udfff)") ==
        "\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF");
  CHECK(read_string(R"(a\u0000b)") == std::string("a\0b", 3));
}

TEST_CASE("a fault says what and where") {
  struct Case {
    std::string_view text;
    std::string_view message;
    std::size_t offset;
  };
  Case const cases[] = {
      {"", "unexpected end of JSON text", 0},
      {"  ", "unexpected end of JSON text", 2},
      {"{\"a\":tru", "unexpected end of JSON text", 8},
      {"{\"a\":trux}", "unexpected byte in JSON text", 8},
      {"{\"a\" 1}", "unexpected byte in JSON text", 5},
      {"{a:1}", "unexpected byte in JSON text", 1},
      {"[1 2]", "unexpected byte in JSON text", 3},
      {"[01]", "unexpected byte in JSON text", 2},
      {"[1.]", "unexpected byte in JSON text", 3},
      {"[1e]", "unexpected byte in JSON text", 3},
      {"[-]", "unexpected byte in JSON text", 2},
      {"[\"\\x\"]", "unexpected byte in JSON text", 3},
      {"[\"\\u12g4\"]", "unexpected byte in JSON text", 6},
      {"[\"\\udc00\"]", "unpaired surrogate", 8},
      {"[\"\\udfff\"]", "unpaired surrogate", 8},
      {"[\"\\ud800\\udbff\"]", "unpaired surrogate", 14},
      {"[\"\\ud800\\ue000\"]", "unpaired surrogate", 14},
      {"[\"\\ud800\"]", "unpaired surrogate", 8},
      {"[\"\\ud800\\u0041\"]", "unpaired surrogate", 14},
      {"[\"\\ud800\\u00\"]", "unexpected byte in JSON text", 12},
      {"[\"a\nb\"]", "unexpected byte in JSON text", 3},
      {"[\"abc", "unexpected end of JSON text", 5},
      {"[\"a\\", "unexpected end of JSON text", 4},
      {"[\"\xC3\"]", "invalid UTF-8", 2},
      {"[\"\xED\xA0\x80\"]", "invalid UTF-8", 2},
      {"{} x", "trailing characters after the JSON value", 3},
      {"1e400", "number out of range", 5},
      // Whatever follows, nothing more is read.
      {"[1e400,2]", "number out of range", 6},
      {"[tru,1]", "unexpected byte in JSON text", 4},
      {"[nul,1]", "unexpected byte in JSON text", 4},
      {"{\"a\",\"b\":1}", "unexpected byte in JSON text", 4},
      {"{\"a\";1}", "unexpected byte in JSON text", 4},
      {"{\"a\"91}", "unexpected byte in JSON text", 4},
      {"{\"\xFF\":1}", "invalid UTF-8", 2},
      {"{\"\n1\":2}", "unexpected byte in JSON text", 2},
  };
  for (auto const& c : cases) {
    CAPTURE(std::string{c.text});
    auto const fault = fault_of(c.text);
    CHECK(fault.message == c.message);
    CHECK(fault.offset == c.offset);
  }
}

TEST_CASE("a NUL byte does not end the text") {
  CHECK(fault_of(std::string_view{"{}\0", 3}).message == "trailing characters after the JSON value");
  CHECK(fault_of(std::string_view{"[\0]", 3}).message == "unexpected byte in JSON text");
  CHECK(fault_of(std::string_view{"\0", 1}).offset == 0);
}

TEST_CASE("nesting is limited by the ShapeBuilder and uses no stack") {
  std::string const deep(200'000, '[');
  CHECK(fault_of(deep).message == "nested deeper than 64 levels");
  CHECK(fault_of(deep).offset == 65);
  DecodeOptions const options{.max_depth = 1'000'000};
  Document document;
  ShapeBuilder builder{type_of<Document>(), &document, options};
  std::string const text = deep + std::string(200'000, ']');
  CHECK(own_tokenizer(text, builder) == text.size());
  CHECK_FALSE(builder.failed());
}

TEST_CASE("the escapes just outside the surrogates") {
  CHECK(read_string(R"(\ud7ff\ue000)") == "\xED\x9F\xBF\xEE\x80\x80");
}

TEST_CASE("nothing of one string is in the next one, escaped or not") {
  auto const decoded = decode<Texts>(R"({"list":["a\nb","é","c\td","ü","e\\","f"]})");
  REQUIRE(decoded);
  CHECK(decoded->value.list == std::vector<std::string>{"a\nb", "é", "c\td", "ü", "e\\", "f"});
}

namespace {

// Whether the tokenizer and the C library agree on whether the number is too large for a double.
bool agrees(std::string const& number) {
  DecodeOptions const options;
  Document document;
  ShapeBuilder builder{type_of<Document>(), &document, options};
  own_tokenizer(number, builder);
  bool const too_large = std::isinf(std::strtod(number.c_str(), nullptr));
  return too_large ? builder.fault() == "number out of range" : document.json == number;
}

}  // namespace

TEST_CASE("a number is too large exactly if it rounds to infinity, in whatever form it is written") {
  // From here on (2^1024 - 2^970).
  std::string const limit =
      "1797693134862315807937289714053034150799341327100378269361737789804449682927647509466490179775872070963302864166"
      "9288791094655554785194040263065748867150582068190890200070838367627385484581771153176447573027006985557136695962"
      "2842914819860834936475292719074168444365510704342711559699508093042880177904174497792";
  std::vector<std::string> numbers{limit, limit + "0", limit.substr(0, 308), "2" + limit.substr(1)};
  for (std::size_t at = 0; at < limit.size(); ++at)
    for (int const change : {-1, 1}) {
      std::string near_limit = limit;
      near_limit[at] = static_cast<char>(near_limit[at] + change);
      if (near_limit[at] >= (at == 0 ? '1' : '0') && near_limit[at] <= '9') numbers.push_back(near_limit);
    }
  for (std::string const& digits : numbers) {
    std::string const head = digits.substr(0, 1);
    std::string const tail = digits.substr(1);
    std::string const exponent = std::to_string(digits.size() - 1);
    for (std::string const sign : {"", "-"})
      for (std::string const& number :
           {digits, digits + ".0", digits + ".9", digits + "e0", digits + "E-1", head + "." + tail + "e" + exponent,
            head + "." + tail + "0E+" + exponent, "0." + digits + "e" + std::to_string(digits.size()),
            "0.00" + digits + "e" + std::to_string(digits.size() + 2), digits + "00e-2", digits + "5e-1"}) {
        CAPTURE(number);
        REQUIRE(agrees(sign + number));
      }
  }
}

TEST_CASE("exponents of any length, and zeros") {
  for (std::string const number : {"1e308",
                                   "1e309",
                                   "-1E+309",
                                   "9e307",
                                   "0e999",
                                   "0.000e999999999999999999999",
                                   "-0e999",
                                   "1e-999",
                                   "1e-99999999999999999999999",
                                   "1e99999999999999999999999",
                                   "10e308",
                                   "0.1e309",
                                   "0.1e310",
                                   "0.01e310",
                                   "0.001e308",
                                   "100e306",
                                   "100e307",
                                   "1.5e308",
                                   "1.8e308",
                                   "1e0000000000000000000000000000005",
                                   "1e0000000000000000000000000000309"})
    CHECK(agrees(number));
  CHECK(agrees("0." + std::string(400, '0') + "1e400"));
  CHECK(agrees("0." + std::string(400, '0') + "1e709"));
  CHECK(agrees("0." + std::string(400, '0') + "1e710"));
  CHECK(agrees(std::string(400, '9') + "e-92"));
  CHECK(agrees(std::string(400, '9') + "e-91"));
  CHECK(agrees("0." + std::string(400, '0')));
}
