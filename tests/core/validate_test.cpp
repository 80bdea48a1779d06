#include "healthlake/core/validate.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "../support/rich.hpp"

using namespace healthlake;
using rich::Choice;
using rich::Color;
using rich::Node;
using rich::Patient;
using rich::Ruled;

namespace {

Violation only(Ruled const& value, ValidateOptions const& options = {}) {
  auto const found = violations(value, options);
  REQUIRE(found.size() == 1);
  return found[0];
}

bool valid(Ruled const& value) { return violations(value).empty(); }

Ruled named(std::string name) {
  Ruled value;
  value.name = std::move(name);
  return value;
}

template <class T>
Ruled having(std::optional<T> Ruled::*member, T content) {
  Ruled value;
  value.*member = std::move(content);
  return value;
}

}  // namespace

TEST_CASE("a valid value has no violations") {
  CHECK(violations(Ruled{}).empty());
  CHECK(violations(rich::all_kinds()).empty());
  CHECK(validate(Ruled{}).has_value());
}

TEST_CASE("the length of a string counts code points") {
  CHECK(only(named("a")) == Violation{"Name", Rule::length, "2 to 4 characters", "1 characters"});
  CHECK(only(named("abcde")) == Violation{"Name", Rule::length, "2 to 4 characters", "5 characters"});
  CHECK(violations(named("")).size() == 2);
  CHECK(valid(named("abcd")));
  CHECK(valid(having<std::string>(&Ruled::note, "\xF0\x9F\x8F\xA5\xC3\xBC\xE6\x82\xA3")));
  CHECK(only(having<std::string>(&Ruled::note, "abcd")) ==
        Violation{"Note", Rule::length, "at most 3 characters", "4 characters"});
  CHECK(valid(having<std::string>(&Ruled::note, "")));
  CHECK(only(having<std::string>(&Ruled::long_text, "ab")) ==
        Violation{"LongText", Rule::length, "at least 3 characters", "2 characters"});
}

TEST_CASE("a pattern must match the entire string") {
  CHECK(only(named("a_c")) == Violation{"Name", Rule::pattern, "a string matching [a-zA-Z0-9-]+", "\"a_c\""});
  CHECK(only(named("ab\n")) == Violation{"Name", Rule::pattern, "a string matching [a-zA-Z0-9-]+", "\"ab\\x0a\""});
}

TEST_CASE("a string that is not valid UTF-8 is one violation only") {
  CHECK(only(named("\xFF")) == Violation{"Name", Rule::utf8, "valid UTF-8", "invalid UTF-8"});
  rich::Kinds kinds;
  kinds.text = "\xC3";
  auto const found = violations(kinds);
  REQUIRE(found.size() == 1);
  CHECK(found[0].path == "Text");
  CHECK(found[0].rule == Rule::utf8);
}

TEST_CASE("lists: the number of members, and the rules of each member") {
  using Names = std::vector<std::string>;
  CHECK(only(having(&Ruled::names, Names{})) == Violation{"Names", Rule::length, "1 to 2 members", "0 members"});
  CHECK(only(having(&Ruled::names, Names{"ab", "cd", "ef"})) ==
        Violation{"Names", Rule::length, "1 to 2 members", "3 members"});
  CHECK(only(having(&Ruled::names, Names{"ab", "c"})) ==
        Violation{"Names[1]", Rule::length, "2 to 4 characters", "1 characters"});
  using Sparse = std::vector<std::optional<std::string>>;
  CHECK(valid(having(&Ruled::sparse_names, Sparse{std::nullopt, "ab"})));
  CHECK(only(having(&Ruled::sparse_names, Sparse{std::nullopt, "a"})).path == "SparseNames[1]");
}

TEST_CASE("maps: the number of entries, and the rules of keys and values") {
  using Table = std::map<std::string, std::string>;
  CHECK(valid(having(&Ruled::table, Table{})));
  CHECK(only(having(&Ruled::table, Table{{"aa", ""}, {"bb", ""}, {"cc", ""}})) ==
        Violation{"Table", Rule::length, "at most 2 entries", "3 entries"});
  CHECK(only(having(&Ruled::table, Table{{"a", ""}})) ==
        Violation{"Table[\"a\"]", Rule::length, "2 to 4 characters", "1 characters"});
  CHECK(only(having(&Ruled::table, Table{{"aa", "abcd"}})) ==
        Violation{"Table[\"aa\"]", Rule::length, "at most 3 characters", "4 characters"});
  CHECK(violations(having(&Ruled::table, Table{{"a", "abcd"}, {"bb", "abcd"}})).size() == 3);
  CHECK(violations(having(&Ruled::table, Table{{"a", "abcd"}, {"bb", "abcd"}}), {.max_violations = 1}).size() == 1);
  CHECK(violations(having(&Ruled::table, Table{{"a", "abcd"}, {"bb", "abcd"}}), {.max_violations = 2}).size() == 2);
  rich::Kinds kinds;
  kinds.map = rich::Texts{{"\xFF", "v"}};
  REQUIRE(violations(kinds).size() == 1);
  CHECK(violations(kinds)[0].path == "Map[\"\\xff\"]");
  kinds.map.reset();
  kinds.sparse_map = {{"k", std::nullopt}};
  CHECK(violations(kinds).empty());
}

TEST_CASE("the range of integers of every size") {
  CHECK(only(having<std::int32_t>(&Ruled::integer, 0)) == Violation{"Integer", Rule::range, "1 to 500", "0"});
  CHECK(only(having<std::int32_t>(&Ruled::integer, 501)) == Violation{"Integer", Rule::range, "1 to 500", "501"});
  CHECK(valid(having<std::int32_t>(&Ruled::integer, 1)));
  CHECK(valid(having<std::int32_t>(&Ruled::integer, 500)));
  CHECK(only(having<std::int8_t>(&Ruled::byte, std::int8_t{-2})) == Violation{"Byte", Rule::range, "-1 to 1", "-2"});
  CHECK(valid(having<std::int8_t>(&Ruled::byte, std::int8_t{1})));
  CHECK(only(having<std::int16_t>(&Ruled::short_integer, std::int16_t{0})) ==
        Violation{"Short", Rule::range, "at least 1", "0"});
  CHECK(only(having<std::int64_t>(&Ruled::wide, 10)) == Violation{"Wide", Rule::range, "at most 9", "10"});
  CHECK(valid(having<std::int64_t>(&Ruled::wide, std::numeric_limits<std::int64_t>::min())));
}

TEST_CASE("the range of floating-point numbers; NaN is in none") {
  CHECK(valid(having<float>(&Ruled::real, 1.0F)));
  CHECK(only(having<float>(&Ruled::real, 1.5F)) == Violation{"Real", Rule::range, "0 to 1", "1.5"});
  CHECK(only(having<float>(&Ruled::real, -0.5F)) == Violation{"Real", Rule::range, "0 to 1", "-0.5"});
  CHECK(only(having<float>(&Ruled::real, std::numeric_limits<float>::quiet_NaN())).found == "\"NaN\"");
  CHECK(valid(having<double>(&Ruled::wide_real, std::numeric_limits<double>::infinity())));
  CHECK(only(having<double>(&Ruled::wide_real, -1.0)) == Violation{"WideReal", Rule::range, "at least 0", "-1"});
}

TEST_CASE("blobs, times and enumerations") {
  CHECK(only(having<Blob>(&Ruled::bytes, Blob{})) == Violation{"Bytes", Rule::length, "1 to 2 bytes", "0 bytes"});
  CHECK(valid(having<Blob>(&Ruled::bytes, Blob{"\xFF"})));
  CHECK(only(having<Timestamp>(&Ruled::time, Timestamp{Timestamp::max_milliseconds + 1})) ==
        Violation{"Time", Rule::range, "a time in the years 0001 to 9999", "253402300800000 ms since 1970"});
  using E = OpenEnum<Color>;
  CHECK(only(having<E>(&Ruled::color, E{})) == Violation{"Color", Rule::missing, "a value of Color", "none"});
  CHECK(only(having<E>(&Ruled::color, E::from("\xFF"))).rule == Rule::utf8);
  CHECK(valid(having<E>(&Ruled::color, E::from("BLUE"))));
  CHECK(only(having<E>(&Ruled::color, E::from("BLUE")), {.unknown_enum_values = false}) ==
        Violation{"Color", Rule::enumeration, "one of RED, GREEN", "\"BLUE\""});
  CHECK(violations(having<E>(&Ruled::color, E{Color::red}), {.unknown_enum_values = false}).empty());
}

TEST_CASE("unions") {
  CHECK(only(having<Choice>(&Ruled::choice, Choice{})) ==
        Violation{"Choice", Rule::missing, "exactly one of Text, Count, Tree, Lines, OldText", "no member"});
  CHECK(valid(having<Choice>(&Ruled::choice, Choice{std::int32_t{1}})));
  CHECK(only(having<Choice>(&Ruled::choice, Choice{Node{"\xFF", {}}})).path == "Choice.Tree.Name");
  Choice const unknown{UnknownMember{"New\n" + std::string(100, 'x'), "1"}};
  CHECK(valid(having<Choice>(&Ruled::choice, unknown)));
  CHECK(only(having<Choice>(&Ruled::choice, unknown), {.unknown_union_members = false}) ==
        Violation{"Choice", Rule::enumeration, "exactly one of Text, Count, Tree, Lines, OldText",
                  "\"New\\x0a" + std::string(60, 'x') + "\"..."});
}

TEST_CASE("every violation is listed, in the order of the members") {
  Ruled value = named("?");
  value.note = "abcd";
  value.names = {"a", "b!"};
  value.integer = 0;
  auto const found = violations(value);
  std::vector<std::string> lines;
  for (auto const& violation : found) lines.push_back(to_string(violation));
  // The length of a string is checked first; only a string of a valid length is then matched.
  CHECK(lines == std::vector<std::string>{"Name: expected 2 to 4 characters, found 1 characters",
                                          "Name: expected a string matching [a-zA-Z0-9-]+, found \"?\"",
                                          "Note: expected at most 3 characters, found 4 characters",
                                          "Names[0]: expected 2 to 4 characters, found 1 characters",
                                          "Names[1]: expected a string matching [a-zA-Z0-9-]+, found \"b!\"",
                                          "Integer: expected 1 to 500, found 0"});
  CHECK(violations(value, {.max_violations = 2}).size() == 2);
  CHECK(violations(value, {.max_violations = 1}).size() == 1);
  auto const result = validate(value);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().as<InvalidInput>()->violations == found);
}

TEST_CASE("whatever a violation is, the next one is found, up to the maximum and no further") {
  Ruled value = named("??");
  value.note = "abcd";
  value.long_text = "ab";
  value.names = {"?"};
  value.names->resize(3, "ab");
  value.table = {{"?", "abcd"}, {"aa", ""}, {"bb", ""}};
  value.byte = std::int8_t{2};
  value.short_integer = std::int16_t{0};
  value.integer = 0;
  value.wide = 10;
  value.real = 2.0F;
  value.wide_real = -1.0;
  value.bytes = Blob{"abc"};
  value.time = Timestamp{Timestamp::max_milliseconds + 1};
  value.color = OpenEnum<Color>::from("BLUE");
  value.choice = Choice{Node{"\xFF", {{"\xFF", {}}}}};
  value.sparse_names = {"?"};
  auto const check_each_maximum = [&](std::size_t expected) {
    ValidateOptions options{.unknown_enum_values = false, .unknown_union_members = false};
    auto const all = violations(value, options);
    CHECK(all.size() == expected);
    for (std::size_t most = 1; most <= all.size(); ++most) {
      options.max_violations = most;
      auto const found = violations(value, options);
      REQUIRE(found.size() == most);
      CHECK(found.back() == all[most - 1]);
    }
  };
  check_each_maximum(23);
  value.color = OpenEnum<Color>{};
  value.choice = Choice{};
  check_each_maximum(22);
  value.color = OpenEnum<Color>::from("\xFF");
  value.choice = Choice{UnknownMember{"New", "1"}};
  check_each_maximum(22);
}

TEST_CASE("a valid value of any kind does not keep the next violation from being found") {
  rich::Kinds kinds = rich::all_kinds();
  kinds.color_map = {{"sky", OpenEnum<Color>{}}};
  REQUIRE(violations(kinds).size() == 1);
  CHECK(violations(kinds)[0].path == "ColorMap[\"sky\"]");
  Ruled value;
  value.real = 0.5F;
  value.wide_real = 1.0;
  value.time = Timestamp{};
  value.color = Color::red;
  value.choice = Choice{UnknownMember{"New", "1"}};
  value.sparse_names = {"a"};
  CHECK(only(value).path == "SparseNames[0]");
}

TEST_CASE("a pattern that fails is put to also_accept, which may accept the string") {
  Ruled value = named("a_c");
  value.note = "abcd";
  ValidateOptions options{.also_accept = [](Pattern const&, std::string_view text) { return text == "a_c"; }};
  CHECK(only(value, options).path == "Note");
  value.name = "a c";
  CHECK(violations(value, options).size() == 2);
}

TEST_CASE("a string in a violation is truncated after 64 bytes") {
  std::string const long_one(65, '?');
  std::string const shown = "\"" + std::string(64, '?') + "\"...";
  CHECK(violations(named(long_one))[1].found == shown);
  CHECK(violations(named(std::string(64, '?')))[1].found == "\"" + std::string(64, '?') + "\"");
  using E = OpenEnum<Color>;
  CHECK(only(having<E>(&Ruled::color, E::from(long_one)), {.unknown_enum_values = false}).found == shown);
}

TEST_CASE("an enumerator that its table does not have is a missing value") {
  using E = OpenEnum<Color>;
  CHECK(only(having<E>(&Ruled::color, E{static_cast<Color>(2)})).rule == Rule::missing);
}

TEST_CASE("validation stops when the list of violations is full") {
  Ruled value;
  value.names = std::vector<std::string>(50, "a");
  CHECK(violations(value, {.max_violations = 7}).size() == 7);
  // The length of the list itself is the first violation, and those of its members are no longer looked for.
  CHECK(violations(value, {.max_violations = 1})[0].path == "Names");
  CHECK(violations(value).size() == 51);
  value.names->resize(200);
  CHECK(violations(value).size() == 100);
}

TEST_CASE("nothing is nested deeper than max_depth") {
  // A node and the list in it are two steps.
  CHECK(violations(rich::chain(32)).empty());
  auto const found = violations(rich::chain(34));
  REQUIRE_FALSE(found.empty());
  CHECK(found[0].rule == Rule::depth);
  CHECK(found[0].expected == "at most 64 levels");
  Ruled value;
  value.names = {"ab"};
  CHECK(violations(value, {.max_depth = 2}).empty());
  auto const shallow = violations(value, {.max_depth = 1});
  REQUIRE(shallow.size() == 1);
  CHECK(shallow[0] == Violation{"Names[0]", Rule::depth, "at most 1 levels", ""});
  value.names = {"ab", "ab"};
  CHECK(violations(value, {.max_depth = 1}).size() == 2);
  CHECK(violations(value, {.max_violations = 1, .max_depth = 1}).size() == 1);
}

TEST_CASE("sensitive values are never shown") {
  Patient patient;
  patient.text = "secret!";
  patient.texts = {"se cret"};
  patient.values = rich::Texts{{"k", "s!!!"}};
  patient.keys = rich::Texts{{"hidden!", "\xFF"}};
  patient.number = 1234;
  patient.secret = rich::Secret{"\xFF", rich::Texts{{"whose", "\xFF"}}};
  patient.secrets = std::vector{rich::Secret{"\xFF", {}}};
  patient.secret_map = {{"k", {"\xFF", {}}}};
  patient.rows = std::vector{rich::Texts{{"hidden!", "v"}}};
  std::vector<std::string> paths;
  for (auto const& violation : violations(patient)) {
    paths.push_back(violation.path);
    CAPTURE(to_string(violation));
    bool const open_value = violation.path == "Keys[***]" && violation.rule == Rule::utf8;
    if (!open_value) CHECK(violation.found == "***");
    for (char const* secret : {"secret!", "se cret", "s!!!", "hidden", "1234", "whose"})
      CHECK(to_string(violation).find(secret) == std::string::npos);
  }
  CHECK(paths == std::vector<std::string>{"Text", "Texts[0]", "Values[\"k\"]", "Keys[***]", "Keys[***]", "Number",
                                          "Secret.Pin", "Secret.Notes[***]", "Secrets[0].Pin", "SecretMap[\"k\"].Pin",
                                          "Rows[0][***]"});
}
