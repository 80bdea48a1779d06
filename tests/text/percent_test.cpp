// Percent-encoding: what is encoded decodes to itself, and what is not an escape is left as it is.
#include "healthlake/text/percent.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace healthlake;
using namespace healthlake::detail;

TEST_CASE("every byte except unreserved characters is encoded, in upper case, and decodes to itself") {
  constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (unsigned value = 0; value < 256; ++value) {
    auto const c = static_cast<char>(value);
    CAPTURE(value);
    bool const plain = unreserved.find(c) != std::string_view::npos;
    std::string const escape{'%', digits[value / 16], digits[value % 16]};
    CHECK(is_unreserved(c) == plain);
    CHECK(percent_encode({&c, 1}) == (plain ? std::string{c} : escape));
    CHECK(percent_encode({&c, 1}, c) == std::string{c});
    CHECK(percent_decode(escape) == std::string{c});
    CHECK(percent_escape(escape, 0) == static_cast<int>(value));
  }
}

TEST_CASE("in a path, the slash is kept") {
  CHECK(percent_encode("a b/c+d", '/') == "a%20b/c%2Bd");
  CHECK(percent_encode("a b/c+d") == "a%20b%2Fc%2Bd");
  CHECK(percent_encode("").empty());
}

TEST_CASE("digits of either case are decoded") { CHECK(percent_decode("a%2f%2F%c3%A9") == "a//\xc3\xa9"); }

TEST_CASE("what is not an escape is left as it is") {
  for (std::string_view const text : {"", "%", "%4", "%4g", "%g4", "100%", "%%", "a%2", "% 20", "%+1"}) {
    CAPTURE(text);
    CHECK(percent_decode(text) == text);
    CHECK(percent_escape(text, text.find('%')) == -1);
  }
  CHECK(percent_decode("%%41") == "%A");
  CHECK(percent_escape("%41", 1) == -1);
  CHECK(percent_escape("%41", 99) == -1);
}

TEST_CASE("a decoded string has no more room than the encoded one") {
  CHECK(percent_decode(std::string(150, 'a')).capacity() < 200);
}
