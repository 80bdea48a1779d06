#include "healthlake/core/union.hpp"

#include <doctest/doctest.h>

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

using namespace healthlake;

namespace {
using Two = Union<std::string, int, std::string>;

template <class U, class T>
concept HasMember = requires(U const& value) { value.template get_if<T>(); };
// By type only where the type says which member is meant.
static_assert(HasMember<Union<std::string, int>, std::string>);
static_assert(!HasMember<Two, std::string>);
static_assert(!HasMember<Two, UnknownMember>);
template <class U, class T>
concept CanEmplace = requires(U& value) { value.template emplace<T>(); };
static_assert(CanEmplace<Two, int>);
static_assert(!CanEmplace<Two, std::string>);
static_assert(!CanEmplace<Two, long>);
}  // namespace

TEST_CASE("a Union is unset at first") {
  Two const empty;
  CHECK_FALSE(empty.has_value());
  CHECK(empty.get_if<0>() == nullptr);
  CHECK(empty.get_if<1>() == nullptr);
  CHECK(empty.get_if<2>() == nullptr);
  CHECK(empty.unknown() == nullptr);
  CHECK(Two::size == 3);
}

TEST_CASE("a Union holds exactly one member") {
  Two value{5};
  CHECK(value.has_value());
  REQUIRE(value.get_if<1>() != nullptr);
  CHECK(*value.get_if<1>() == 5);
  REQUIRE(value.get_if<int>() != nullptr);
  CHECK(*value.get_if<int>() == 5);
  CHECK(value.get_if<0>() == nullptr);
  *value.get_if<int>() = 6;
  CHECK(*value.get_if<1>() == 6);
  CHECK(value.emplace<int>(7) == 7);
  CHECK(*value.get_if<1>() == 7);
  value.emplace<2>("third");
  CHECK(value.get_if<1>() == nullptr);
  CHECK(value.get_if<0>() == nullptr);
  CHECK(*value.get_if<2>() == "third");
  *value.get_if<2>() = "changed";
  CHECK(*static_cast<Two const&>(value).get_if<2>() == "changed");
  Two other;
  other.emplace<0>("changed");
  CHECK_FALSE(value == other);
}

TEST_CASE("a Union keeps an unknown member") {
  Two value{UnknownMember{"New", "{\"a\":1}"}};
  CHECK(value.has_value());
  REQUIRE(value.unknown() != nullptr);
  CHECK(value.unknown()->name == "New");
  CHECK(value.get_if<0>() == nullptr);
  value.emplace_unknown().name = "Newer";
  CHECK(value.unknown()->name == "Newer");
  CHECK(value.unknown()->json.empty());
  value = Two{1};
  CHECK(value.unknown() == nullptr);
}

TEST_CASE("a member whose type appears twice is set by index only") {
  static_assert(std::constructible_from<Two, int>);
  static_assert(!std::constructible_from<Two, std::string>);
  static_assert(!std::constructible_from<Two, double>);
  static_assert(std::constructible_from<Union<std::string, int>, std::string>);
  CHECK(Union<std::string, int>{std::string{"x"}}.get_if<0>() != nullptr);
}

namespace {
// A shape that consists of a union, as those of the model are.
struct Place {
  Union<std::string, bool, int> value{};
  friend bool operator==(Place const&, Place const&) = default;
};
}  // namespace

TEST_CASE("a literal or a view sets the string member, and no other") {
  Place const wanted{std::string{"s3://in/"}};
  REQUIRE(wanted.value.get_if<std::string>() != nullptr);
  std::string_view const view = "s3://in/";
  char const* const pointer = "s3://in/";
  CHECK(Place{"s3://in/"} == wanted);
  CHECK(Place{{"s3://in/"}} == wanted);
  CHECK(Place{.value = "s3://in/"} == wanted);
  CHECK(Place{.value = view} == wanted);
  CHECK(Place{.value = pointer} == wanted);
  Place place{1};
  place = {"s3://in/"};
  CHECK(place == wanted);
  place = {true};
  CHECK(place.value.get_if<bool>() != nullptr);
  place.value = "s3://in/";
  CHECK(place == wanted);
  Place const with_nul{std::string_view{"a\0b", 3}};
  CHECK(with_nul.value.get_if<std::string>()->size() == 3);
}

TEST_CASE("a literal sets no member where it is not clear which, and a pointer that is not a string sets none") {
  static_assert(!std::constructible_from<Two, char const*>);
  static_assert(!std::constructible_from<Union<bool, int>, char const*>);
  static_assert(!std::constructible_from<Union<std::string, bool>, std::nullptr_t>);
  static_assert(!std::constructible_from<Union<std::string, bool>, int*>);
  static_assert(!std::constructible_from<Union<std::string, bool>, char>);
  // A view that is a member of its own is that member.
  Union<std::string, std::string_view> const both{std::string_view{"x"}};
  CHECK(both.get_if<std::string_view>() != nullptr);
}

TEST_CASE("a Union copies, moves and assigns any member") {
  std::string const longer(100, 'x');
  Two values[] = {Two{}, Two{5}, Two{UnknownMember{"New", "{}"}}, Two{}, Two{}};
  values[3].emplace<0>(longer);
  values[4].emplace<2>(longer);
  for (auto const& from : values) {
    Two copy{from};
    CHECK(copy == from);
    Two moved{std::move(copy)};
    CHECK(moved == from);
    for (auto const& to : values) {
      Two assigned{to};
      assigned = from;
      CHECK(assigned == from);
      CHECK((to == from) == (&to == &from));
    }
    Two const& same = moved;
    moved = same;
    CHECK(moved == from);
  }
}
