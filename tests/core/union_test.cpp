#include "healthlake/core/union.hpp"

#include <doctest/doctest.h>

#include <concepts>
#include <string>
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
