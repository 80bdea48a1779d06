#include "healthlake/text/ascii.hpp"

#include <doctest/doctest.h>

#include <string_view>

using namespace healthlake;

TEST_CASE("a set has the characters and ranges it is spelled with, and nothing beyond ASCII") {
  constexpr AsciiSet set{"-a-cX_0-2"};
  constexpr AsciiSet last{"b-"};
  for (int c = -128; c < 128; ++c) {
    auto const character = static_cast<char>(c);
    CAPTURE(c);
    CHECK(set.has(character) == (c > 0 && std::string_view{"-abcX_012"}.find(character) != std::string_view::npos));
    CHECK(last.has(character) == (character == 'b' || character == '-'));
  }
}
