#include "healthlake/core/open_enum.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string_view>
#include <type_traits>

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

namespace {
// Without a default, so that the compiler checks that every enumerator is here.
std::string_view name_of(OpenEnum<Color> const& color) {
  switch (color) {
    case Color::red: return "red";
    case Color::green: return "green";
    case Color::unknown: return "unknown";
  }
  return "none";
}

// An enumeration that has no enumerator for the unknown, and one of whose values happens to have that name.
enum class Plain : std::uint8_t { a };
consteval auto enumeration(Plain) { return spelled("Plain", "A"); }
enum class Taken : std::uint8_t { unknown };
consteval auto enumeration(Taken) { return spelled("Taken", "UNKNOWN"); }
}  // namespace

TEST_CASE("an OpenEnum stands in a switch: what is not one of its enumerators is the unknown one") {
  CHECK(name_of(Color::red) == "red");
  CHECK(name_of(OpenEnum<Color>::from("GREEN")) == "green");
  CHECK(name_of(OpenEnum<Color>::from("BLUE")) == "unknown");
  CHECK(name_of({}) == "unknown");
  CHECK(name_of(static_cast<Color>(9)) == "unknown");
  CHECK(name_of(Color::unknown) == "unknown");
  static_assert(std::is_convertible_v<OpenEnum<Color>, Color>);
  static_assert(!std::is_convertible_v<OpenEnum<Plain>, Plain>);
  static_assert(!std::is_convertible_v<OpenEnum<Taken>, Taken>);
  CHECK(OpenEnum<Taken>::from("UNKNOWN") == Taken::unknown);
  CHECK(OpenEnum<Plain>::from("A") == Plain::a);
}

TEST_CASE("the unknown enumerator has no spelling, and equals every unknown one") {
  OpenEnum<Color> const unknown = Color::unknown;
  CHECK_FALSE(unknown.known());
  CHECK(unknown.text().empty());
  CHECK(unknown == OpenEnum<Color>{});
  CHECK(OpenEnum<Color>::from("BLUE") == Color::unknown);
  CHECK_FALSE(OpenEnum<Color>::from("RED") == Color::unknown);
}

TEST_CASE("the table of an enumeration") {
  CHECK(enum_table<Color>.shape == "Color");
  REQUIRE(enum_table<Color>.spellings.size() == 2);
  CHECK(enum_table<Color>.spellings[1] == "GREEN");
}

TEST_CASE("an enumerator that the table does not have has no spelling") {
  OpenEnum<Color> const none{static_cast<Color>(2)};
  CHECK_FALSE(none.known());
  CHECK(none.text().empty());
}
