#include "healthlake/text/base64.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace healthlake;
using namespace std::string_view_literals;

namespace {
std::string written(std::string_view bytes) {
  std::string out = ">";
  append_base64(out, bytes);
  return out.substr(1);
}
}  // namespace

TEST_CASE("the vectors of RFC 4648, section 10, both ways") {
  struct Case {
    std::string_view bytes;
    std::string_view text;
  };
  for (auto const& test : {Case{"", ""},
                           {"f", "Zg=="},
                           {"fo", "Zm8="},
                           {"foo", "Zm9v"},
                           {"foob", "Zm9vYg=="},
                           {"fooba", "Zm9vYmE="},
                           {"foobar", "Zm9vYmFy"},
                           {"\xFB\xFF\xBF"sv, "+/+/"},
                           {"\0\0\0"sv, "AAAA"}}) {
    CAPTURE(test.text);
    CHECK(written(test.bytes) == test.text);
    std::string out = "old";
    CHECK(parse_base64(test.text, out));
    CHECK(out == test.bytes);
  }
}

TEST_CASE("all bytes, in strings of every length") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes.push_back(static_cast<char>(255 - i));
    std::string out;
    REQUIRE(parse_base64(written(bytes), out));
    REQUIRE(out == bytes);
  }
}

TEST_CASE("what is not valid base64") {
  for (std::string_view const bad :
       {"Z"sv,          "Zg"sv,    "Zg="sv,  "Zm9"sv,  "===="sv,  "Z==="sv, "A==="sv,         "=Zg="sv, "Z=g="sv,
        "Zg==Zg=="sv,   "Zm9v="sv, "Zm-v"sv, "Zm_v"sv, "Zm9\n"sv, " Zm9"sv, "Zm9v\n\n\n\n"sv, "Zh=="sv, "Zm9="sv,
        "\xC3\xBCZm"sv, "Zm9\0"sv, "Zm@v"sv, "Zm[v"sv, "Zm`v"sv,  "Zm{v"sv, "Zm:v"sv}) {
    CAPTURE(bad);
    std::string out;
    CHECK_FALSE(parse_base64(bad, out));
  }
}

TEST_CASE("pad bits have to be zero, whatever the last digit") {
  std::string_view const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    CAPTURE(i);
    std::string out;
    CHECK(parse_base64(std::string("Z") + alphabet[i] + "==", out) == (i % 16 == 0));
    CHECK(parse_base64(std::string("Zm") + alphabet[i] + "=", out) == (i % 4 == 0));
  }
}
