#include "healthlake/core/shape.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "../support/rich.hpp"

using namespace healthlake;
using rich::Choice;
using rich::Color;
using rich::Kinds;
using rich::Node;

namespace {
struct Nothing {
  static consteval auto shape() { return structure("Nothing"); }
};
}  // namespace

TEST_CASE("the walkers' view of a structure") {
  Type const& type = type_of<Node>();
  CHECK(type.kind == Kind::structure);
  CHECK(type.shape == "Node");
  CHECK_FALSE(type.sensitive);
  REQUIRE(type.members.size() == 2);
  CHECK(type.members[0].name == "Name");
  CHECK(type.members[0].is(required));
  CHECK_FALSE(type.members[0].is(defaulted));
  CHECK(type.members[1].is(defaulted));
  CHECK(type.find("Children") == &type.members[1]);
  CHECK(type.find("children") == nullptr);
  CHECK(&type_of<Node>() == &type);
  CHECK(type_of<rich::Secret>().sensitive);
  CHECK(type_of<Nothing>().members.empty());
}

TEST_CASE("a recursive shape") {
  Type const& children = type_of<Node>().members[1].type();
  CHECK(children.kind == Kind::list);
  CHECK(&children.list().member() == &type_of<Node>());
}

TEST_CASE("every C++ type has its kind") {
  std::vector<Kind> const expected = {
      Kind::structure,    Kind::union_,      Kind::list,    Kind::list,      Kind::map,           Kind::map,
      Kind::string,       Kind::enumeration, Kind::boolean, Kind::byte,      Kind::short_integer, Kind::integer,
      Kind::long_integer, Kind::float_,      Kind::double_, Kind::timestamp, Kind::blob,          Kind::document,
      Kind::list,         Kind::list,        Kind::list,    Kind::map};
  auto const members = type_of<Kinds>().members;
  REQUIRE(members.size() == expected.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    CAPTURE(members[i].name);
    CHECK(members[i].type().kind == expected[i]);
  }
  CHECK(type_of<OpenEnum<Color>>().shape == "Color");
  CHECK(type_of<OpenEnum<Color>>().enumeration().spellings.size() == 2);
}

TEST_CASE("members are accessed by get and put") {
  Kinds kinds;
  Member const& text = *type_of<Kinds>().find("Text");
  CHECK(text.get(&kinds) == nullptr);
  static_cast<std::string*>(text.put(&kinds))->assign("x");
  CHECK(kinds.text == "x");
  CHECK(text.get(&kinds) == &*kinds.text);
  Node node;
  Member const& name = *type_of<Node>().find("Name");
  CHECK(name.get(&node) == &node.name);
  CHECK(name.put(&node) == &node.name);
  Member const& color = *type_of<Kinds>().find("Color");
  static_cast<EnumValue*>(color.put(&kinds))->assign(enum_table<Color>, "RED");
  CHECK(*kinds.color == Color::red);
}

TEST_CASE("lists, dense and sparse") {
  std::vector<std::string> dense;
  ListOps const& strings = type_of<std::vector<std::string>>().list();
  CHECK_FALSE(bool{strings.append_null != nullptr});
  static_cast<std::string*>(strings.append(&dense))->assign("x");
  CHECK(strings.size(&dense) == 1);
  CHECK(strings.at(&dense, 0) == &dense[0]);

  std::vector<std::optional<std::int32_t>> sparse;
  ListOps const& numbers = type_of<std::vector<std::optional<std::int32_t>>>().list();
  *static_cast<std::int32_t*>(numbers.append(&sparse)) = 4;
  REQUIRE(bool{numbers.append_null != nullptr});
  numbers.append_null(&sparse);
  CHECK(sparse == std::vector<std::optional<std::int32_t>>{4, std::nullopt});
  CHECK(numbers.at(&sparse, 0) == &*sparse[0]);
  CHECK(numbers.at(&sparse, 1) == nullptr);
}

TEST_CASE("maps, dense and sparse, accept a key once") {
  std::map<std::string, std::string> dense;
  MapOps const& strings = type_of<std::map<std::string, std::string>>().map();
  CHECK_FALSE(bool{strings.insert_null != nullptr});
  REQUIRE(strings.insert(&dense, "k") != nullptr);
  CHECK(strings.insert(&dense, "k") == nullptr);
  CHECK(strings.size(&dense) == 1);

  std::map<std::string, std::optional<std::string>> sparse;
  MapOps const& texts = type_of<std::map<std::string, std::optional<std::string>>>().map();
  static_cast<std::string*>(texts.insert(&sparse, "b"))->assign("x");
  REQUIRE(bool{texts.insert_null != nullptr});
  CHECK(texts.insert_null(&sparse, "a"));
  CHECK_FALSE(texts.insert_null(&sparse, "a"));
  CHECK_FALSE(texts.insert_null(&sparse, "b"));
  CHECK(texts.insert(&sparse, "a") == nullptr);

  std::vector<std::pair<std::string, bool>> seen;
  auto const note = [&](std::string_view key, void const* value) {
    seen.emplace_back(key, value != nullptr);
    return seen.size() < 3;
  };
  CHECK(texts.visit(&sparse, note));
  CHECK(seen == std::vector<std::pair<std::string, bool>>{{"a", false}, {"b", true}});
  CHECK_FALSE(texts.visit(&sparse, note));
  CHECK(seen.size() == 3);
  dense["z"] = "";
  seen.clear();
  seen.resize(1);
  CHECK_FALSE(strings.visit(&dense, note));
  CHECK(seen.size() == 3);
}

TEST_CASE("unions are accessed by their alternatives") {
  Choice choice;
  Type const& type = type_of<Choice>();
  CHECK(type.kind == Kind::union_);
  CHECK(type.find("OldText")->is(legacy));
  *static_cast<std::int32_t*>(type.find("Count")->put(&choice)) = 3;
  CHECK(*choice.value.get_if<1>() == 3);
  CHECK(type.find("Text")->get(&choice) == nullptr);
  CHECK(type.find("Count")->get(&choice) == choice.value.get_if<1>());
  CHECK(type.union_ops().unknown(&choice) == nullptr);
  type.union_ops().put_unknown(&choice).name = "New";
  CHECK(type.union_ops().unknown(&choice)->name == "New");
}

TEST_CASE("constraints and flags of members") {
  Member const& name = *type_of<rich::Ruled>().find("Name");
  REQUIRE(name.rules != nullptr);
  CHECK(name.rules->shape == "Name");
  CHECK(type_of<rich::Ruled>().find("Time")->rules == nullptr);
  Flags const both = required | idempotency_token;
  CHECK(detail::has(both, required));
  CHECK(detail::has(both, idempotency_token));
  CHECK_FALSE(detail::has(both, legacy));
  CHECK_FALSE(detail::has(Flags::none, required));
}

TEST_CASE("a set of flags has the flags that it combines, and no other") {
  Flags const all[] = {required, idempotency_token, legacy, defaulted};
  for (Flags const a : all)
    for (Flags const b : all)
      for (Flags const flag : all) CHECK(detail::has(a | b, flag) == (flag == a || flag == b));
}
