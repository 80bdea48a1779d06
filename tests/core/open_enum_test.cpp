#include "healthlake/core/open_enum.hpp"

#include <doctest/doctest.h>

#include "../support/rich.hpp"

using namespace healthlake;
using rich::Color;

TEST_CASE("an OpenEnum holds an enumerator") {
  OpenEnum<Color> const green = Color::green;
  CHECK(green.value() == Color::green);
  CHECK(green.known());
  CHECK(green.text() == "GREEN");
  CHECK(green == Color::green);
  CHECK_FALSE(green == Color::red);
  CHECK(green == "GREEN");
  CHECK_FALSE(green == "green");
  CHECK(green == OpenEnum<Color>::from("GREEN"));
  CHECK(OpenEnum<Color>::from("RED") == Color::red);
}

TEST_CASE("an OpenEnum keeps an unknown spelling") {
  auto blue = OpenEnum<Color>::from("BLUE");
  CHECK_FALSE(blue.value().has_value());
  CHECK_FALSE(blue.known());
  CHECK(blue.text() == "BLUE");
  CHECK(blue == "BLUE");
  CHECK_FALSE(blue == Color::red);
  CHECK_FALSE(blue == OpenEnum<Color>::from("BLACK"));
  blue.raw().assign(enum_table<Color>, "RED");
  CHECK(blue == Color::red);
  CHECK(blue.raw().text.empty());
  CHECK(blue == OpenEnum<Color>{Color::red});
}

TEST_CASE("an unset OpenEnum, and one with an enumerator that has no spelling") {
  OpenEnum<Color> const unset;
  CHECK_FALSE(unset.known());
  CHECK(unset.text().empty());
  CHECK_FALSE(unset == Color::red);
  OpenEnum<Color> const cast = static_cast<Color>(9);
  CHECK_FALSE(cast.known());
  CHECK(cast.text().empty());
}

TEST_CASE("the table of an enumeration") {
  CHECK(enum_table<Color>.shape == "Color");
  REQUIRE(enum_table<Color>.spellings.size() == 2);
  CHECK(enum_table<Color>.spellings[1] == "GREEN");
}
