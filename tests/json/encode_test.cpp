#include "healthlake/json/encode.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "../support/rich.hpp"
#include "healthlake/json/decode.hpp"

using namespace healthlake;
using rich::Choice;
using rich::Kinds;
using rich::Node;

namespace {

template <class T>
Violation failure(T const& value) {
  auto const encoded = encode(value);
  REQUIRE_FALSE(encoded.has_value());
  auto const* invalid = encoded.error().template as<InvalidInput>();
  REQUIRE(invalid != nullptr);
  REQUIRE(invalid->violations.size() == 1);
  return invalid->violations[0];
}

}  // namespace

TEST_CASE("a value of every kind as JSON") {
  CHECK(*encode(rich::all_kinds()) == rich::all_kinds_json);
  CHECK(*encode(Kinds{}) == "{}");
}

TEST_CASE("required and defaulted members are always written") {
  CHECK(*encode(Node{}) == R"({"Name":"","Children":[]})");
  CHECK(*encode(rich::Ruled{}) == R"({"Name":"ab"})");
}

TEST_CASE("numbers at their limits, and the names of what is not a number") {
  Kinds kinds;
  kinds.byte = std::int8_t{127};
  kinds.short_integer = std::int16_t{-32'768};
  kinds.integer = std::numeric_limits<std::int32_t>::min();
  kinds.long_integer = std::numeric_limits<std::int64_t>::min();
  kinds.real = -std::numeric_limits<float>::infinity();
  kinds.wide_real = std::numeric_limits<double>::quiet_NaN();
  kinds.time = Timestamp{-1};
  CHECK(*encode(kinds) == R"({"Byte":127,"Short":-32768,"Integer":-2147483648,"Long":-9223372036854775808,)"
                          R"("Float":"-Infinity","Double":"NaN","Time":-0.001})");
}

TEST_CASE("unions") {
  CHECK(*encode(Choice{Node{"n", {}}}) == R"({"Tree":{"Name":"n","Children":[]}})");
  Choice old;
  old.value.emplace<4>("x");
  CHECK(*encode(old) == R"({"OldText":"x"})");
  CHECK(*encode(Choice{UnknownMember{"New \"one\"", "{\"a\": [1]}"}}) == R"({"New \"one\"":{"a": [1]}})");
  CHECK(failure(Choice{}) == Violation{"", Rule::missing, "one member of the union", ""});
  Kinds kinds;
  kinds.choice = Choice{};
  CHECK(failure(kinds).path == "Choice");
  kinds.choice = Choice{Node{"\xFF", {}}};
  CHECK(failure(kinds).path == "Choice.Tree.Name");
}

TEST_CASE("what cannot be encoded: strings, names and keys that are not valid UTF-8") {
  CHECK(failure(Node{"\xFF", {}}) == Violation{"Name", Rule::utf8, "valid UTF-8", ""});
  CHECK(failure(Node{"n", {Node{"n", {}}, Node{"\xED\xA0\x80", {}}}}).path == "Children[1].Name");
  Kinds kinds;
  kinds.map = rich::Texts{{"\xC0\x80", "v"}};
  CHECK(failure(kinds) == Violation{"Map", Rule::utf8, "keys in valid UTF-8", ""});
  kinds.map = rich::Texts{{"k", "\xC3"}};
  CHECK(failure(kinds).path == "Map[\"k\"]");
  CHECK(failure(Choice{UnknownMember{"\xFF", "1"}}) == Violation{"", Rule::utf8, "a member name in valid UTF-8", ""});
}

TEST_CASE("what cannot be encoded: enumerations and times") {
  Kinds kinds;
  kinds.color = OpenEnum<rich::Color>{};
  CHECK(failure(kinds) == Violation{"Color", Rule::missing, "a value of Color", ""});
  kinds.color = OpenEnum<rich::Color>::from("\xFF");
  CHECK(failure(kinds).rule == Rule::utf8);
  kinds.color.reset();
  kinds.time = Timestamp{Timestamp::max_milliseconds + 1};
  CHECK(failure(kinds) == Violation{"Time", Rule::range, "a time in the years 0001 to 9999", ""});
  kinds.time = Timestamp{std::numeric_limits<std::int64_t>::min()};
  CHECK(failure(kinds).path == "Time");
}

TEST_CASE("a document must be one JSON value") {
  Kinds kinds;
  for (char const* good : {"null", "1.50", "\"x\"", " [1, 2] ", "{\"a\":{}}"}) {
    CAPTURE(good);
    kinds.document = Document{good};
    CHECK(*encode(kinds) == "{\"Document\":" + std::string{good} + "}");
  }
  for (std::string const bad : {"", " ", "{", "1 2", "1,\"x\":2", "}", "nul", "'x'", "{\"a\":1,}", "\"\xFF\"", "NaN",
                                "\xEF\xBB\xBF{}", "01", "\"\\ud800\""}) {
    CAPTURE(bad);
    kinds.document = Document{bad};
    CHECK(failure(kinds) == Violation{"Document", Rule::utf8, "one valid JSON value", ""});
    CHECK(failure(Choice{UnknownMember{"New", bad}}).rule == Rule::utf8);
  }
  kinds.document = Document{std::string("1\0", 2)};
  CHECK(failure(kinds).path == "Document");
  kinds.document = Document{std::string(64, '[') + std::string(64, ']')};
  CHECK(encode(kinds).has_value());
  kinds.document = Document{std::string(65, '[') + std::string(65, ']')};
  CHECK(failure(kinds).path == "Document");
}

TEST_CASE("the name of an unknown member is truncated in a path") {
  Choice const choice{UnknownMember{"New\n" + std::string(100, 'x'), "}"}};
  CHECK(failure(choice).path == "[\"New\\x0a" + std::string(60, 'x') + "\"...]");
}

TEST_CASE("nothing nested deeper than 64 levels is encoded") {
  CHECK(encode(rich::chain(32)).has_value());
  Violation const deep = failure(rich::chain(34));
  CHECK(deep.rule == Rule::depth);
  CHECK(deep.expected == "at most 64 levels");
}

TEST_CASE("a value nested exactly 64 levels deep is encoded") {
  // The list, the map in it and its entry are three levels; a node and its list are two.
  Kinds kinds;
  kinds.deep = {{{"k", rich::chain(31)}}};
  CHECK(encode(kinds).has_value());
  kinds.deep = {{{"k", rich::chain(32)}}};
  CHECK(failure(kinds).rule == Rule::depth);
}

TEST_CASE("what is encoded can be decoded") {
  for (int levels = 1; levels <= 40; ++levels) {
    auto const text = encode(rich::chain(levels));
    if (!text) continue;
    CAPTURE(levels);
    auto const back = decode<Node>(*text);
    REQUIRE(back.has_value());
    CHECK(back->value == rich::chain(levels));
  }
}

TEST_CASE("a failure shows no sensitive values") {
  rich::Patient patient;
  patient.keys = rich::Texts{{"hidden", "\xFF"}};
  CHECK(failure(patient).path == "Keys[***]");
  patient.keys.reset();
  patient.rows = std::vector{rich::Texts{{"hidden", "\xFF"}}};
  CHECK(failure(patient).path == "Rows[0][***]");
  patient.rows.reset();
  patient.secret = rich::Secret{"", rich::Texts{{"hidden", "\xFF"}}};
  CHECK(failure(patient).path == "Secret.Notes[***]");
  CHECK(failure(*patient.secret).path == "Notes[***]");
  patient.secret.reset();
  patient.values = rich::Texts{{"k", "\xFF"}};
  CHECK(failure(patient).path == "Values[\"k\"]");
  rich::Ruled ruled;
  ruled.table = rich::Texts{{"aa", "\xFF"}};
  CHECK(failure(ruled).path == "Table[\"aa\"]");
}

namespace {

struct Inner {
  std::optional<std::string> token{};
  std::optional<std::string> other{};
  static consteval auto shape() {
    return structure("Inner", field<&Inner::token>("Token", idempotency_token), field<&Inner::other>("Other"));
  }
};

struct Outer {
  Inner inner{};
  std::optional<std::string> token{};
  std::optional<std::string> other{};
  static consteval auto shape() {
    return structure("Outer", field<&Outer::inner>("Inner", required), field<&Outer::token>("Token", idempotency_token),
                     field<&Outer::other>("Other"));
  }
};

std::string encoded(Outer const& value, std::string_view token) {
  std::string out = "old";
  Violation failure;
  CHECK(detail::encode_to(out, type_of<Outer>(), &value, token, failure));
  return out;
}

}  // namespace

TEST_CASE("a token stands for the outermost shape's idempotency token if the value has none, and nowhere else") {
  Outer value;
  CHECK(encoded(value, "t-1") == R"({"Inner":{},"Token":"t-1"})");
  CHECK(encoded(value, "") == R"({"Inner":{}})");
  value.token = "own";
  value.inner.token = "inner";
  CHECK(encoded(value, "t-1") == R"({"Inner":{"Token":"inner"},"Token":"own"})");
}

TEST_CASE("room for a usual message is allocated at once") { CHECK(encode(Kinds{})->capacity() >= 256); }
