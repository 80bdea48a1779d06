#include "healthlake/json/shape_builder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../support/rich.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"

using namespace healthlake;
using rich::Choice;
using rich::Color;
using rich::Kinds;
using rich::Node;
using rich::Patient;

namespace {

struct Holder {
  Choice choice{};
  static consteval auto shape() { return structure("Holder", field<&Holder::choice>("Choice", required)); }
};

template <class T = Kinds>
T read(std::string_view text, DecodeOptions const& options = {}) {
  auto decoded = decode<T>(text, options);
  if (!decoded) FAIL(to_string(Error{decoded.error()}));
  return decoded->value;
}

template <class T = Kinds>
Malformed fault(std::string_view text, DecodeOptions const& options = {}) {
  auto const decoded = decode<T>(text, options);
  REQUIRE_FALSE(decoded.has_value());
  return decoded.error();
}

template <class T>
std::vector<std::string> missing(std::string_view text) {
  auto const decoded = decode<T>(text);
  REQUIRE(decoded.has_value());
  std::vector<std::string> paths;
  for (auto const& member : decoded->missing) paths.push_back((member.outermost ? "!" : "") + member.path);
  return paths;
}

using Paths = std::vector<std::string>;

// A JSON value of each type.
struct Sample {
  std::string_view json;
  std::string_view name;
};
constexpr Sample samples[] = {
    {"{}", "an object"}, {"[]", "an array"}, {"\"text!\"", "a string"}, {"7", "a number"}, {"true", "a boolean"}};

}  // namespace

TEST_CASE("a value of every kind") {
  CHECK(read(rich::all_kinds_json) == rich::all_kinds());
  CHECK(read("{}") == Kinds{});
}

TEST_CASE("every member rejects every wrong JSON type") {
  std::size_t refused = 0;
  for (Member const& member : type_of<Kinds>().members) {
    Kind const kind = member.type().kind;
    std::string_view const wanted = kind == Kind::structure || kind == Kind::union_ || kind == Kind::map ? "an object"
                                    : kind == Kind::list                                                 ? "an array"
                                    : kind == Kind::string || kind == Kind::enumeration || kind == Kind::blob
                                        ? "a string"
                                    : kind == Kind::boolean  ? "a boolean"
                                    : kind == Kind::document ? "any value"
                                                             : "a number";
    for (Sample const& sample : samples) {
      std::string_view const json = sample.json;
      std::string_view const name = sample.name;
      if (name == wanted || kind == Kind::document) continue;
      CAPTURE(member.name);
      CAPTURE(json);
      Malformed const found = fault("{\"" + std::string{member.name} + "\":" + std::string{json} + "}");
      CHECK(found.message == "expected " + std::string{wanted} + ", found " + std::string{name});
      CHECK(found.path == member.name);
      ++refused;
    }
  }
  CHECK(refused == 21 * 4);
}

TEST_CASE("the outermost value must be an object") {
  for (Sample const& sample : samples) {
    std::string_view const json = sample.json;
    std::string_view const name = sample.name;
    if (name == "an object") continue;
    CAPTURE(json);
    Malformed const found = fault(json);
    CHECK(found.message == "expected an object, found " + std::string{name});
    CHECK(found.path.empty());
    CHECK(fault<Choice>(json).message == found.message);
  }
  CHECK(fault("null").message == "expected an object, found null");
}

TEST_CASE("null counts as absent everywhere") {
  for (Member const& member : type_of<Kinds>().members) {
    CAPTURE(member.name);
    Kinds const kinds = read("{\"" + std::string{member.name} + "\":null}");
    // A document can be null itself.
    if (member.type().kind == Kind::document) CHECK(kinds.document->json == "null");
    else CHECK(kinds == Kinds{});
  }
  CHECK(read(R"({"List":["a",null,"b",null]})").list == std::vector<std::string>{"a", "b"});
  CHECK(read(R"({"Map":{"a":"x","b":null}})").map == rich::Texts{{"a", "x"}});
  CHECK(read(R"({"Map":{"b":null,"b":"x"}})").map == rich::Texts{{"b", "x"}});
  CHECK(read(R"({"SparseList":[null,1]})").sparse_list == std::vector<std::optional<std::int32_t>>{std::nullopt, 1});
  CHECK(read(R"({"SparseMap":{"a":null}})").sparse_map->at("a") == std::nullopt);
  CHECK(read(R"({"Text":null,"Text":"x"})").text == "x");
  CHECK(read(R"({"Text":"x","Text":null})").text == "x");
  CHECK(missing<Node>(R"({"Name":null})") == Paths{"!Name"});
  CHECK(read(R"({"Unknown":null,"Text":"x"})").text == "x");
}

TEST_CASE("a known member that appears more than once is a fault") {
  CHECK(fault(R"({"Text":"x","Text":"x"})").message == "appears more than once");
  CHECK(fault(R"({"Text":"x","Text":"x"})").path == "Text");
  CHECK(fault(R"({"Node":{"Name":"a"},"Node":{"Name":"a"}})").message == "appears more than once");
  CHECK(fault(R"({"List":[],"Text":"y","List":[]})").path == "List");
  CHECK(fault(R"({"Document":1,"Document":1})").message == "appears more than once");
  CHECK(fault(R"({"Document":{},"Document":{"a":[]}})").message == "appears more than once");
  CHECK(fault(R"({"Document":[],"Document":[1]})").message == "appears more than once");
  CHECK(fault(R"({"Document":"a","Document":true})").message == "appears more than once");
  CHECK(fault(R"({"Document":"a","Document":null})").message == "appears more than once");
  CHECK(fault(R"({"Document":"a","Document":"b"})").message == "appears more than once");
  CHECK(fault(R"({"Node":{"Name":"a","Children":[{"Name":"b","Name":"b"}]}})").path == "Node.Children[0].Name");
  CHECK(read(R"({"Unknown":1,"Unknown":2,"Text":"x"})").text == "x");
}

TEST_CASE("a key that appears more than once in a map is a fault") {
  Malformed const twice = fault(R"({"Map":{"a":"x","a":"y"}})");
  CHECK(twice.message == "appears more than once");
  CHECK(twice.path == "Map[\"a\"]");
  CHECK(fault(R"({"Deep":[{"k":{"Name":"n"},"k":{"Name":"n"}}]})").path == "Deep[0][\"k\"]");
  CHECK(fault(R"({"SparseMap":{"a":"x","a":null}})").message == "appears more than once");
  CHECK(fault(R"({"SparseMap":{"a":null,"a":"x"}})").message == "appears more than once");
  CHECK(fault(R"({"SparseMap":{"a":null,"a":null}})").message == "appears more than once");
  CHECK(fault(R"({"Map":{"\u0061":"x","a":"y"}})").message == "appears more than once");
}

TEST_CASE("unknown members of every JSON type are skipped") {
  for (std::string_view const json : {"{}", R"({"Text":1,"a":[{}],"__type":"x"})", "[]", "[[1,[]],{\"a\":null}]",
                                      "\"x\"", "1.5e300", "true", "false", "null"}) {
    CAPTURE(json);
    std::string const text = "{\"New\":" + std::string{json} + ",\"Text\":\"x\",\"Newer\":" + std::string{json} + "}";
    CHECK(read(text).text == "x");
  }
  CHECK(read(R"({"text":"lower case","__type":"Kinds"})") == Kinds{});
  CHECK(read<Node>(R"({"Children":[{"Name":"a","X":[{}]}],"X":{"Name":"b"},"Name":"c"})").name == "c");
}

TEST_CASE("integers at the limits of their types") {
  Kinds const low = read(R"({"Byte":-128,"Short":-32768,"Integer":-2147483648,"Long":-9223372036854775808})");
  CHECK(low.byte == -128);
  CHECK(low.short_integer == -32'768);
  CHECK(low.integer == std::numeric_limits<std::int32_t>::min());
  CHECK(low.long_integer == std::numeric_limits<std::int64_t>::min());
  Kinds const high = read(R"({"Byte":127,"Short":32767,"Integer":2147483647,"Long":9223372036854775807})");
  CHECK(high.byte == 127);
  CHECK(high.short_integer == 32'767);
  CHECK(high.integer == std::numeric_limits<std::int32_t>::max());
  CHECK(high.long_integer == std::numeric_limits<std::int64_t>::max());
  CHECK(read(R"({"Long":-0})").long_integer == 0);
  for (std::string const member :
       {"\"Byte\":128", "\"Byte\":-129", "\"Short\":32768", "\"Short\":-32769", "\"Integer\":2147483648",
        "\"Integer\":-2147483649", "\"Long\":9223372036854775808", "\"Long\":-9223372036854775809",
        "\"Long\":18446744073709551615", "\"Long\":99999999999999999999999999999999"}) {
    CAPTURE(member);
    CHECK(fault("{" + member + "}").message == "integer out of range");
  }
  for (std::string const number : {"1.5", "1e-1", "0.1", "-22.01", "12e-2", "1e-99999999999999999999"}) {
    CAPTURE(number);
    CHECK(fault("{\"Integer\":" + number + "}").message == "expected an integer, found a fraction");
  }
}

TEST_CASE("a whole number is an integer in whatever form it is written") {
  CHECK(read(R"({"Integer":22.0})").integer == 22);
  CHECK(read(R"({"Integer":1e3})").integer == 1000);
  CHECK(read(R"({"Long":-9.223372036854775808E+18})").long_integer == std::numeric_limits<std::int64_t>::min());
  CHECK(fault(R"({"Byte":1.28e2})").message == "integer out of range");
  CHECK(fault(R"({"Long":1e19})").message == "integer out of range");
}

TEST_CASE("floating-point numbers") {
  CHECK(read(R"({"Double":1e308})").wide_real == 1e308);
  CHECK(read(R"({"Double":-1.5E-3})").wide_real == -1.5e-3);
  CHECK(read(R"({"Double":9007199254740993})").wide_real == 9007199254740992.0);
  CHECK(read(R"({"Float":16777217})").real == 16777216.0F);
  CHECK(read(R"({"Float":"Infinity","Double":"-Infinity"})").real == std::numeric_limits<float>::infinity());
  CHECK(read(R"({"Float":1,"Double":2})").wide_real == 2.0);
  CHECK(std::signbit(*read(R"({"Double":-0.0})").wide_real));
  CHECK(fault(R"({"Float":1e39})").message == "number out of range");
  CHECK(fault(R"({"Double":1e309})").message == "number out of range");
  CHECK(fault(R"({"Float":"inf"})").message == "expected a number, found a string");
  CHECK(fault(R"({"Double":"1.5"})").message == "expected a number, found a string");
}

TEST_CASE("times to the millisecond") {
  CHECK(read(R"({"Time":1786145687.25})").time == Timestamp{1'786'145'687'250});
  CHECK(read(R"({"Time":1.78614568725E9})").time == Timestamp{1'786'145'687'250});
  CHECK(read(R"({"Time":-0.001})").time == Timestamp{-1});
  CHECK(read(R"({"Time":-62135596800})").time == Timestamp{Timestamp::min_milliseconds});
  CHECK(read(R"({"Time":253402300799.999})").time == Timestamp{Timestamp::max_milliseconds});
  for (std::string const number : {"253402300800", "-62135596800.001", "1e300", "-1e12", "18446744073709551615"}) {
    CAPTURE(number);
    CHECK(fault("{\"Time\":" + number + "}").message == "expected epoch seconds in the years 0001 to 9999");
  }
  CHECK(fault(R"({"Time":"2026-08-07T12:00:00Z"})").message == "expected a number, found a string");
}

TEST_CASE("blobs and enumerations") {
  CHECK(read(R"({"Blob":""})").blob == Blob{});
  CHECK(fault(R"({"Blob":"A"})").message == "expected base64");
  CHECK(fault(R"({"Blob":"AP9-"})").path == "Blob");
  CHECK(read(R"({"Color":"RED"})").color == Color::red);
  CHECK(read(R"({"Color":"red"})").color == OpenEnum<Color>::from("red"));
  CHECK(fault(R"({"Color":""})").message == "expected a value of Color, found \"\"");
  CHECK(fault(R"({"Colors":["RED",""]})").path == "Colors[1]");
}

TEST_CASE("a document is kept as compact JSON text") {
  auto const document = [](std::string_view json) {
    return read("{\"Document\":" + std::string{json} + "}").document->json;
  };
  CHECK(document(R"( { "a" : [ 1 , "x\n" , null , true ] } )") == R"({"a":[1,"x\n",null,true]})");
  CHECK(document("1.50e+3") == "1.50e+3");
  CHECK(document("\"\\u00fc\\/\"") == "\"\xC3\xBC/\"");
  CHECK(document("false") == "false");
  CHECK(document(R"({"a":1,"a":2})") == R"({"a":1,"a":2})");
}

TEST_CASE("a union is decoded by the wire name") {
  CHECK(*read<Choice>(R"({"Text":"x"})").value.get_if<0>() == "x");
  CHECK(*read<Choice>(R"({"Count":3})").value.get_if<1>() == 3);
  CHECK(read<Choice>(R"({"Tree":{"Name":"n"}})").value.get_if<2>()->name == "n");
  CHECK(read<Choice>(R"({"Lines":["a"]})").value.get_if<3>()->size() == 1);
  CHECK(*read<Choice>(R"({"OldText":"x"})").value.get_if<4>() == "x");
  CHECK(read<Choice>(R"({"__type":"com.x#Choice","Count":3})") == Choice{std::int32_t{3}});
  CHECK(read<Choice>(R"({"Count":3,"__type":{"a":[]}})") == Choice{std::int32_t{3}});
}

TEST_CASE("alternatives that are null are absent, before and after the one that is set") {
  Choice const three{std::int32_t{3}};
  CHECK(read<Choice>(R"({"Text":null,"Lines":null,"Count":3})") == three);
  CHECK(read<Choice>(R"({"Count":3,"Text":null,"Lines":null})") == three);
  CHECK(read<Choice>(R"({"Count":3,"OldText":null,"New":null,"Newer":null})") == three);
  CHECK(read<Choice>(R"({"OldText":null,"New":null,"Count":3})") == three);
  CHECK(*read<Choice>(R"({"OldText":"x","Tree":null})").value.get_if<4>() == "x");
  CHECK(*read<Choice>(R"({"New":1,"Text":null,"Newer":null})").value.unknown() == UnknownMember{"New", "1"});
  CHECK(*read<Choice>(R"({"Newer":null,"New":1})").value.unknown() == UnknownMember{"New", "1"});
}

TEST_CASE("a union of two members is a fault") {
  for (std::string_view const text :
       {R"({"Text":"x","Count":3})", R"({"Count":3,"Text":"x"})", R"({"Count":3,"Tree":{"Name":"n"}})",
        R"({"Tree":{"Name":"n"},"Lines":["a"]})", R"({"OldText":"x","Count":3,"Text":"y"})",
        R"({"Count":3,"OldText":"x","Text":"y"})", R"({"New":1,"Newer":2})", R"({"New":1,"New":2})",
        R"({"New":1,"Newer":null,"Newest":{}})"}) {
    CAPTURE(text);
    CHECK(fault<Choice>(text).message == "more than one member of a union");
  }
  CHECK(fault<Choice>(R"({"Count":3,"Count":3})").message == "appears more than once");
  CHECK(fault<Choice>(R"({"Count":3,"Text":"x"})").path == "Text");
  CHECK(fault(R"({"Choice":{"New":1,"Newer":2}})").path == "Choice");
}

TEST_CASE("the legacy member of a union yields, in any order") {
  CHECK(read<Choice>(R"({"OldText":"x","Count":3})") == Choice{std::int32_t{3}});
  CHECK(read<Choice>(R"({"Count":3,"OldText":"x"})") == Choice{std::int32_t{3}});
  CHECK(read<Choice>(R"({"OldText":"x","Tree":{"Name":"n"}})") == Choice{Node{"n", {}}});
  CHECK(read<Choice>(R"({"Tree":{"Name":"n"},"OldText":{"skipped":[]}})") == Choice{Node{"n", {}}});
}

TEST_CASE("the unknown member of a union is kept, and written unchanged") {
  for (std::string_view const text : {R"({"New":{"a":[1.50,null,"x\n"],"b":{}}})", R"({"New":"x"})", R"({"New":1e5})",
                                      R"({"New":[]})", R"({"New":true})", R"({"New \"q\"":false})"}) {
    CAPTURE(text);
    Choice const choice = read<Choice>(text);
    REQUIRE(choice.value.unknown() != nullptr);
    CHECK(*encode(choice) == text);
  }
  // A known member takes precedence over any number of unknown ones.
  CHECK(read<Choice>(R"({"New":1,"Count":3})") == Choice{std::int32_t{3}});
  CHECK(read<Choice>(R"({"Count":3,"New":1,"Newer":[2]})") == Choice{std::int32_t{3}});
  CHECK(read<Choice>(R"({"New":1,"Newer":[2],"Count":3})") == Choice{std::int32_t{3}});
  CHECK(*read<Choice>(R"({"New":{},"OldText":"x"})").value.get_if<4>() == "x");
}

TEST_CASE("strict decoding rejects nulls where a list or map is not sparse, and second union members") {
  DecodeOptions const strict{.strict = true};
  std::string const dense_null = "expected a value, found null; the list or map is not sparse";
  CHECK(fault(R"({"List":["a",null]})", strict).message == dense_null);
  CHECK(fault(R"({"List":["a",null]})", strict).path == "List[1]");
  CHECK(fault(R"({"Map":{"k":null}})", strict).message == dense_null);
  CHECK(read(R"({"SparseList":[1,null],"SparseMap":{"k":null},"Text":null})", strict).sparse_list->size() == 2);
  CHECK(read<Choice>(R"({"New":1})", strict).value.unknown() != nullptr);
  CHECK(fault<Choice>(R"({"New":1,"Count":3})", strict).message == "more than one member of a union");
  CHECK(fault<Choice>(R"({"Count":3,"New":1})", strict).message == "more than one member of a union");
  CHECK(fault<Choice>(R"({"OldText":"x","Count":3})", strict).message == "more than one member of a union");
  CHECK(fault<Choice>(R"({"Count":3,"OldText":"x"})", strict).message == "more than one member of a union");
  CHECK(read<Choice>(R"({"__type":"x","Count":3,"Text":null,"New":null})", strict) == Choice{std::int32_t{3}});
  // The same by default.
  CHECK(read(R"({"List":["a",null],"Map":{"k":null}})").list->size() == 1);
  CHECK(read<Choice>(R"({"Count":3,"New":1})") == Choice{std::int32_t{3}});
}

TEST_CASE("a union without a member is missing") {
  CHECK(missing<Choice>("{}") == Paths{"!"});
  CHECK(missing<Choice>(R"({"__type":"x"})") == Paths{"!"});
  CHECK(missing<Choice>(R"({"Count":null,"New":null})") == Paths{"!"});
  CHECK(missing<Holder>("{}") == Paths{"!Choice"});
  CHECK(missing<Holder>(R"({"Choice":{}})") == Paths{"Choice"});
  CHECK_FALSE(read<Choice>("{}").value.has_value());
}

TEST_CASE("missing required members are listed by path, and not filled in") {
  CHECK(missing<Node>(R"({"Name":"n"})").empty());
  CHECK(missing<Node>("{}") == Paths{"!Name"});
  CHECK(missing<Kinds>(R"({"Node":{},"Choice":{"Tree":{"Children":[{"Name":"a"},{}]}},"Deep":[{},{"k":{}}]})") ==
        Paths{"Node.Name", "Choice.Tree.Children[1].Name", "Choice.Tree.Name", "Deep[1][\"k\"].Name"});
  CHECK(missing<Node>(R"({"Children":[{},{},{}]})") ==
        Paths{"Children[0].Name", "Children[1].Name", "Children[2].Name", "!Name"});
  auto const limited = decode<Node>(R"({"Children":[{},{},{}]})", {.max_missing = 2});
  REQUIRE(limited.has_value());
  CHECK(limited->missing.size() == 2);
  CHECK(limited->value.children.size() == 3);
}

// A server that finds none calls its handler, and a client takes a response for complete.
TEST_CASE("however few missing members are reported, one is, and one of the outermost shape") {
  for (std::size_t const most : {0U, 1U, 2U, 3U, 4U, 5U}) {
    CAPTURE(most);
    auto const outer = decode<Node>(R"({"Children":[{},{},{}]})", {.max_missing = most});
    REQUIRE(outer.has_value());
    CHECK(outer->missing.size() == std::clamp<std::size_t>(most, 1, 4));
    CHECK(outer->missing.back() == MissingMember{"Name", true});
    auto const inner = decode<Node>(R"({"Name":"n","Children":[{},{},{}]})", {.max_missing = most});
    REQUIRE(inner.has_value());
    CHECK(inner->missing.size() == std::clamp<std::size_t>(most, 1, 3));
    CHECK_FALSE(inner->missing.back().outermost);
  }
}

TEST_CASE("nesting to exactly max_depth, of known and unknown members") {
  auto const lists = [](std::string_view name, std::size_t n) {
    return "{\"" + std::string{name} + "\":" + std::string(n, '[') + std::string(n, ']') + "}";
  };
  DecodeOptions const ten{.max_depth = 10};
  for (std::string_view const name : {"Unknown", "Document"}) {
    CAPTURE(name);
    CHECK(decode<Kinds>(lists(name, 9), ten).has_value());
    Malformed const deep = fault(lists(name, 10), ten);
    CHECK(deep.message == "nested deeper than 10 levels");
    CHECK(decode<Kinds>(lists(name, 63)).has_value());
    CHECK(fault(lists(name, 64)).message == "nested deeper than 64 levels");
  }
  CHECK(decode<Choice>(lists("New", 9), ten).has_value());
  CHECK(fault<Choice>(lists("New", 10), ten).message == "nested deeper than 10 levels");
  // A node and its list are two levels.
  std::string const five = *encode(rich::chain(5));
  CHECK(decode<Node>(five, ten).has_value());
  CHECK(fault<Node>(five, {.max_depth = 9}).message == "nested deeper than 9 levels");
  CHECK(fault("{}", {.max_depth = 0}).message == "nested deeper than 0 levels");
  CHECK(fault(lists("Unknown", 1'000'000)).message == "nested deeper than 64 levels");
}

TEST_CASE("lists and maps have at most max_elements members together") {
  DecodeOptions const three{.max_elements = 3};
  CHECK(decode<Kinds>(R"({"List":["a","b"],"Map":{"c":"d"}})", three).has_value());
  CHECK(fault(R"({"List":["a","b"],"Map":{"c":"d","e":"f"}})", three).message ==
        "more than 3 members in lists and maps");
  CHECK(fault(R"({"List":["a",null,null,null]})", three).message == "more than 3 members in lists and maps");
  CHECK(fault(R"({"SparseMap":{"a":null,"b":null,"c":null,"d":null}})", three).path == "SparseMap[\"d\"]");
  CHECK(fault(R"({"Deep":[{"a":{"Name":"n"},"b":{"Name":"n"}},{}]})", three).path == "Deep[1]");
  CHECK(decode<Kinds>(R"({"Unknown":[1,2,3,4,5],"Document":[1,2,3,4,5]})", three).has_value());
}

TEST_CASE("JSON text of exactly max_bytes") {
  std::string const text = R"({"Text":"x"})";
  CHECK(decode<Kinds>(text, {.max_bytes = 12}).has_value());
  Malformed const found = fault(text, {.max_bytes = 11});
  CHECK(found.message == "expected at most 11 bytes, found 12");
  CHECK(found.excerpt.empty());
}

TEST_CASE("a fault shows no sensitive values") {
  struct Case {
    std::string_view text;
    std::string_view path;
  };
  for (Case const& test : {Case{R"({"Text":"hidden","Text":"hidden"})", "Text"},
                           {R"({"Text":"hidden\q"})", "Text"},
                           {R"({"Text":["hidden"]})", "Text"},
                           {R"({"Texts":["hidden",1]})", "Texts[1]"},
                           {R"({"Values":{"k":"hidden","k":1}})", "Values[\"k\"]"},
                           {R"({"Keys":{"hidden":1}})", "Keys[***]"},
                           {R"({"Number":31337.5})", "Number"},
                           {R"({"Secret":{"Pin":"hidden","Pin":1}})", "Secret.Pin"},
                           {R"({"Secret":{"Notes":{"hidden":1}}})", "Secret.Notes[***]"},
                           {R"({"Secret":{"Unknown":"hidden\q)", "Secret"},
                           {R"({"Secrets":[{"Pin":"hidden","Pin":1}]})", "Secrets[0].Pin"},
                           {R"({"Secrets":[{"Unknown":"hidden\q)", "Secrets[0]"},
                           {R"({"Secrets":["hidden"]})", "Secrets[0]"},
                           {R"({"Secrets":[{"Notes":{"hidden":1}}]})", "Secrets[0].Notes[***]"},
                           {R"({"SecretMap":{"k":{"Pin":"hidden\q)", "SecretMap[\"k\"].Pin"},
                           {R"({"Rows":[{"hidden":"v","hidden":"v"}]})", "Rows[0][***]"},
                           {R"({"Rows":[{"hidden\q)", "Rows[0]"},
                           {R"({"Text":"hidden","Ward":1})", "Ward"}}) {
    CAPTURE(test.text);
    Malformed const found = fault<Patient>(test.text);
    CHECK(found.excerpt.empty());
    CHECK(found.path.substr(0, test.path.size()) == test.path);
    CHECK(to_string(Error{found}).find("hidden") == std::string::npos);
    CHECK(to_string(Error{found}).find("31337") == std::string::npos);
  }
  CHECK(fault<rich::Secret>(R"({"Unknown":"hidden\q)").excerpt.empty());
  CHECK(fault<Patient>(R"({"Ward":"seven", "Ward":1})").excerpt == R"({"Ward":"seven", "Ward":1)");
  auto const gap = decode<Patient>(R"({"SecretMap":{"k":{}},"Secret":{}})");
  REQUIRE(gap.has_value());
  CHECK(gap->missing.size() == 2);
}

TEST_CASE("the first fault stays") {
  Kinds kinds;
  DecodeOptions const options;
  ShapeBuilder builder{type_of<Kinds>(), &kinds, options};
  CHECK(builder.begin_object());
  CHECK(builder.key("Text"));
  CHECK_FALSE(builder.boolean(true));
  CHECK_FALSE(builder.fail("another one"));
  CHECK(builder.failed());
  CHECK(builder.fault() == "expected a string, found a boolean");
  CHECK(builder.path() == "Text");
}

namespace {

template <class T>
struct Texts {
  std::map<std::string, T> map{};
  std::optional<std::string> text{};
  static consteval auto shape() {
    return structure("Texts", field<&Texts::map>("Map", defaulted), field<&Texts::text>("Text"));
  }
};
using Nested = Texts<std::map<std::string, std::string>>;
using NestedNodes = Texts<std::map<std::string, Node>>;

// Members of which the second, third and fourth are required.
struct Four {
  std::optional<std::string> a{};
  std::string b{};
  std::string c{};
  std::string d{};
  std::vector<Four> inner{};
  static consteval auto shape() {
    return structure("Four", field<&Four::a>("A"), field<&Four::b>("B", required), field<&Four::c>("C", required),
                     field<&Four::d>("D", required), field<&Four::inner>("Inner", defaulted));
  }
};

struct Choices {
  std::vector<Choice> list{};
  static consteval auto shape() { return structure("Choices", field<&Choices::list>("List", required)); }
};

// A union with another one inside.
struct Wrapper {
  Union<std::string, Holder> value{};
  static consteval auto shape() {
    return union_of("Wrapper", alternative<&Wrapper::value, 0>("Text"), alternative<&Wrapper::value, 1>("In"));
  }
};

// Only a union's member yields to another one, whatever its flags are.
struct Plain {
  std::optional<std::string> old_text{};
  std::optional<std::string> text{};
  static consteval auto shape() {
    return structure("Plain", field<&Plain::old_text>("OldText", legacy), field<&Plain::text>("Text"));
  }
};

constexpr Rules secret_map{.shape = "SecretMap", .kind = Kind::map, .sensitive = true};

struct WithSecretMap {
  std::optional<std::map<std::string, std::string>> map{};
  static consteval auto shape() { return structure("WithSecretMap", field<&WithSecretMap::map>("Map", secret_map)); }
};

}  // namespace

TEST_CASE("from a fault on, nothing more is read, whatever the fault") {
  struct Case {
    std::string_view bad;
    bool strict = false;
  };
  for (auto const& test : {Case{R"("Integer":99999999999)"},
                           {R"("Integer":1.5)"},
                           {R"("Byte":128)"},
                           {R"("Float":1e39)"},
                           {R"("Time":1e300)"},
                           {R"("Color":"")"},
                           {R"("Blob":"A")"},
                           {R"("Text":1)"},
                           {R"("Text":true)"},
                           {R"("Flag":true,"Flag":true)"},
                           {R"("Flag":"x")"},
                           {R"("List":[null)", true},
                           {R"("Map":{"a":null)", true},
                           {R"("SparseMap":{"a":null,"a":null)"},
                           {R"("Map":{"a":"x","a":"y")"},
                           {R"("Choice":{"New":1,"Newer":2})"},
                           {R"("Choice":{"New":1,"Count":3})", true},
                           {R"("Choice":{"Count":3,"Text":"x")"},
                           {R"("Double":"x")"}}) {
    CAPTURE(test.bad);
    std::string const head = "{" + std::string{test.bad};
    CHECK(fault(head + ",\"Time\":1,\"Document\":2}", {.strict = test.strict}).offset == head.size());
  }
  CHECK(fault("null  ").offset == 4);
  CHECK(fault(R"({"Flag":tru,"Text":"x"})").offset == 11);
}

TEST_CASE("the keys of maps in maps, in paths of faults and of what is missing") {
  CHECK(fault<Nested>(R"({"Map":{"a":{"b":1}}})").path == "Map[\"a\"][\"b\"]");
  CHECK(fault<Nested>(R"({"Map":{"long key":{"long key, too":"x"},"a":{"b":"x","c":1}}})").path == "Map[\"a\"][\"c\"]");
  CHECK(fault<Nested>(R"({"Map":{"a":{"b":"x"},"c":1}})").path == "Map[\"c\"]");
  CHECK(fault<Nested>(R"({"Map":{"a":{"b":"x"},"a":{}}})").path == "Map[\"a\"]");
  CHECK(fault<Nested>(R"({"Map":{"a":{"b":"x"}])").path == "Map[\"a\"]");
  CHECK(fault<Texts<Nested>>(R"({"Map":{"aa":{"Map":{"bb":{"cc":"x","dd":1}}}}})").path ==
        "Map[\"aa\"].Map[\"bb\"][\"dd\"]");
  Nested const value = read<Nested>(R"({"Map":{"a":{"b":"x","c":"y"},"d":{"e":"z"}},"Text":"t"})");
  CHECK(value.map == std::map<std::string, rich::Texts>{{"a", {{"b", "x"}, {"c", "y"}}}, {"d", {{"e", "z"}}}});
  CHECK(missing<NestedNodes>(R"({"Map":{"a":{"b":{"Name":"n"},"c":{}},"d":{"e":{}}}})") ==
        Paths{"Map[\"a\"][\"c\"].Name", "Map[\"d\"][\"e\"].Name"});
}

TEST_CASE("a fault in the first element of a list is at index 0") {
  CHECK(fault(R"({"List":[x)").path == "List[0]");
  CHECK(fault(R"({"List":[1)").path == "List[0]");
  CHECK(fault(R"({"List":["a",x)").path == "List[0]");
}

TEST_CASE("each required member that is missing is listed, the outermost first where only one can be") {
  CHECK(missing<Four>("{}") == Paths{"!B", "!C", "!D"});
  CHECK(missing<Four>(R"({"C":""})") == Paths{"!B", "!D"});
  CHECK(missing<Four>(R"({"B":"","A":"","D":""})") == Paths{"!C"});
  CHECK(missing<Four>(R"({"B":"","C":"","D":""})").empty());
  DecodeOptions const one{.max_missing = 1};
  CHECK(decode<Four>("{}", one)->missing == std::vector<MissingMember>{{"B", true}});
  CHECK(decode<Four>(R"({"B":"","C":"","D":"","Inner":[{},{}]})", one)->missing ==
        std::vector<MissingMember>{{"Inner[0].B", false}});
  CHECK(missing<Holder>(R"({"Choice":{"Count":null}})") == Paths{"Choice"});
}

TEST_CASE("what one union has of unknown members is not another one's") {
  auto const in_list = read<Choices>(R"({"List":[{"New":1,"Count":3},{"Newer":2},{"New":{},"Count":4},{"Text":"x"}]})");
  REQUIRE(in_list.list.size() == 4);
  CHECK(in_list.list[0] == Choice{std::int32_t{3}});
  CHECK(in_list.list[1] == Choice{UnknownMember{"Newer", "2"}});
  CHECK(in_list.list[2] == Choice{std::int32_t{4}});
  auto const kept = read<Wrapper>(R"({"New":1,"In":{"Choice":{"Newer":2}}})");
  REQUIRE(kept.value.get_if<1>() != nullptr);
  CHECK(kept.value.get_if<1>()->choice == Choice{UnknownMember{"Newer", "2"}});
  auto const unset = read<Wrapper>(R"({"New":1,"In":{"Choice":{}}})");
  REQUIRE(unset.value.get_if<1>() != nullptr);
  CHECK_FALSE(unset.value.get_if<1>()->choice.value.has_value());
  CHECK(fault<Choice>(R"({"New":1,"Newer":2,"Newest":null})").message == "more than one member of a union");
}

TEST_CASE("a fault shows what was read if only other members are sensitive, or none") {
  CHECK(fault<rich::Ruled>(R"({"Integer":"x"})").excerpt == R"({"Integer":"x")");
  CHECK(fault<rich::Ruled>(R"({"Names":[1]})").excerpt == R"({"Names":[1)");
  CHECK(fault<rich::Ruled>(R"({"Table":{"aa":1}})").excerpt == R"({"Table":{"aa":1)");
  CHECK(fault<rich::Ruled>(R"({"Table":{"aa":1}})").path == "Table[\"aa\"]");
  CHECK(fault<WithSecretMap>(R"({"Map":{"hidden":1}})").path == "Map[***]");
  CHECK(fault<WithSecretMap>(R"({"Map":{"hidden":1}})").excerpt.empty());
}

TEST_CASE("a member of a structure yields to no other one") {
  CHECK(read<Plain>(R"({"Text":"x","OldText":"y"})").old_text == "y");
}
