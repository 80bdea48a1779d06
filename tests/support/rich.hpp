// Shapes of no service, for the tests: every kind of member, every rule, recursion, and sensitive members.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/shape.hpp"
#include "healthlake/model/patterns.hpp"

namespace rich {

using namespace healthlake;

using Texts = std::map<std::string, std::string>;

enum class Color : std::uint16_t { red, green, unknown = EnumValue::unknown };
consteval auto enumeration(Color) { return spelled("Color", "RED", "GREEN"); }

/// A shape that is recursive through a list.
struct Node {
  std::string name{};
  std::vector<Node> children{};

  static consteval auto shape() {
    return structure("Node", field<&Node::name>("Name", required), field<&Node::children>("Children", defaulted));
  }
  friend bool operator==(Node const&, Node const&) = default;
};

/// A shape that is sensitive as a whole.
struct Secret {
  std::string pin{};
  std::map<std::string, std::string> notes{};

  static consteval auto shape() {
    return structure("Secret", field<&Secret::pin>("Pin", required), field<&Secret::notes>("Notes", defaulted))
        .marked_sensitive();
  }
  friend bool operator==(Secret const&, Secret const&) = default;
};

/// A union with two members of the same type, a structure, a list, and a legacy member.
struct Choice {
  Union<std::string, std::int32_t, Node, std::vector<std::string>, std::string> value{};

  static consteval auto shape() {
    return union_of("Choice", alternative<&Choice::value, 0>("Text"), alternative<&Choice::value, 1>("Count"),
                    alternative<&Choice::value, 2>("Tree"), alternative<&Choice::value, 3>("Lines"),
                    alternative<&Choice::value, 4>("OldText", legacy));
  }
  friend bool operator==(Choice const&, Choice const&) = default;
};

/// A member of every kind, none with rules of its own; all of them may be absent.
struct Kinds {
  std::optional<Node> node{};
  std::optional<Choice> choice{};
  std::optional<std::vector<std::string>> list{};
  std::optional<std::vector<std::optional<std::int32_t>>> sparse_list{};
  std::optional<std::map<std::string, std::string>> map{};
  std::optional<std::map<std::string, std::optional<std::string>>> sparse_map{};
  std::optional<std::string> text{};
  std::optional<OpenEnum<Color>> color{};
  std::optional<bool> flag{};
  std::optional<std::int8_t> byte{};
  std::optional<std::int16_t> short_integer{};
  std::optional<std::int32_t> integer{};
  std::optional<std::int64_t> long_integer{};
  std::optional<float> real{};
  std::optional<double> wide_real{};
  std::optional<Timestamp> time{};
  std::optional<Blob> blob{};
  std::optional<Document> document{};
  std::optional<std::vector<std::map<std::string, Node>>> deep{};
  std::optional<std::vector<OpenEnum<Color>>> colors{};
  std::optional<std::vector<std::optional<OpenEnum<Color>>>> sparse_colors{};
  std::optional<std::map<std::string, OpenEnum<Color>>> color_map{};

  static consteval auto shape() {
    return structure("Kinds", field<&Kinds::node>("Node"), field<&Kinds::choice>("Choice"), field<&Kinds::list>("List"),
                     field<&Kinds::sparse_list>("SparseList"), field<&Kinds::map>("Map"),
                     field<&Kinds::sparse_map>("SparseMap"), field<&Kinds::text>("Text"), field<&Kinds::color>("Color"),
                     field<&Kinds::flag>("Flag"), field<&Kinds::byte>("Byte"), field<&Kinds::short_integer>("Short"),
                     field<&Kinds::integer>("Integer"), field<&Kinds::long_integer>("Long"),
                     field<&Kinds::real>("Float"), field<&Kinds::wide_real>("Double"), field<&Kinds::time>("Time"),
                     field<&Kinds::blob>("Blob"), field<&Kinds::document>("Document"), field<&Kinds::deep>("Deep"),
                     field<&Kinds::colors>("Colors"), field<&Kinds::sparse_colors>("SparseColors"),
                     field<&Kinds::color_map>("ColorMap"));
  }
  friend bool operator==(Kinds const&, Kinds const&) = default;
};

/// A value with every member of Kinds set.
inline Kinds all_kinds() {
  Kinds kinds;
  kinds.node = Node{"root", {{"leaf", {}}, {"branch", {{"twig", {}}}}}};
  kinds.choice = Choice{std::int32_t{7}};
  kinds.list = {"a", "b"};
  kinds.sparse_list = {1, std::nullopt, -3};
  kinds.map = {{"k1", "v1"}, {"k2", "v2"}};
  kinds.sparse_map = {{"there", "x"}, {"void", std::nullopt}};
  kinds.text = "Z\xC3\xBCrich \"7\"\n";
  kinds.color = Color::green;
  kinds.flag = true;
  kinds.byte = std::int8_t{-128};
  kinds.short_integer = std::int16_t{32'767};
  kinds.integer = -5;
  kinds.long_integer = std::int64_t{9'007'199'254'740'993};
  kinds.real = 0.1F;
  kinds.wide_real = -2.5e-3;
  kinds.time = Timestamp{1'786'145'687'250};
  kinds.blob = Blob{std::string("\0\xFFz", 3)};
  kinds.document = Document{R"({"a":[1,null,"x"]})"};
  kinds.deep = {{{"one", Node{"n", {}}}}};
  kinds.colors = {Color::red, OpenEnum<Color>::from("BLUE")};
  kinds.sparse_colors = {Color::red, std::nullopt};
  kinds.color_map = {{"sky", OpenEnum<Color>::from("BLUE")}};
  return kinds;
}

/// The JSON text of it.
inline constexpr std::string_view all_kinds_json =
    R"({"Node":{"Name":"root","Children":[{"Name":"leaf","Children":[]},)"
    R"({"Name":"branch","Children":[{"Name":"twig","Children":[]}]}]},)"
    R"("Choice":{"Count":7},"List":["a","b"],"SparseList":[1,null,-3],"Map":{"k1":"v1","k2":"v2"},)"
    R"("SparseMap":{"there":"x","void":null},"Text":"Z)"
    "\xC3\xBC"
    R"(rich \"7\"\n","Color":"GREEN","Flag":true,"Byte":-128,"Short":32767,"Integer":-5,)"
    R"("Long":9007199254740993,"Float":0.1,"Double":-0.0025,"Time":1786145687.25,"Blob":"AP96",)"
    R"("Document":{"a":[1,null,"x"]},"Deep":[{"one":{"Name":"n","Children":[]}}],"Colors":["RED","BLUE"],)"
    R"("SparseColors":["RED",null],"ColorMap":{"sky":"BLUE"}})";

namespace limits {
inline constexpr Rules Name{.shape = "Name", .min = 2, .max = 4, .pattern = &patterns::client_token};
inline constexpr Rules Note{.shape = "Note", .min = 0, .max = 3};
inline constexpr Rules Long{.shape = "Long", .min = 3};
inline constexpr Rules Names{.shape = "Names", .kind = Kind::list, .min = 1, .max = 2, .member = &Name};
inline constexpr Rules Table{.shape = "Table", .kind = Kind::map, .max = 2, .member = &Note, .key = &Name};
inline constexpr Rules Byte{.shape = "Byte", .kind = Kind::byte, .min = -1, .max = 1};
inline constexpr Rules Short{.shape = "Short", .kind = Kind::short_integer, .min = 1};
inline constexpr Rules Integer{.shape = "Integer", .kind = Kind::integer, .min = 1, .max = 500};
inline constexpr Rules Wide{.shape = "Wide", .kind = Kind::long_integer, .max = 9};
inline constexpr Rules Real{.shape = "Real", .kind = Kind::float_, .min = 0, .max = 1};
inline constexpr Rules WideReal{.shape = "WideReal", .kind = Kind::double_, .min = 0};
inline constexpr Rules Bytes{.shape = "Bytes", .kind = Kind::blob, .min = 1, .max = 2};
}  // namespace limits

/// A member for every rule.
struct Ruled {
  std::string name = "ab";
  std::optional<std::string> note{};
  std::optional<std::string> long_text{};
  std::optional<std::vector<std::string>> names{};
  std::optional<std::map<std::string, std::string>> table{};
  std::optional<std::int8_t> byte{};
  std::optional<std::int16_t> short_integer{};
  std::optional<std::int32_t> integer{};
  std::optional<std::int64_t> wide{};
  std::optional<float> real{};
  std::optional<double> wide_real{};
  std::optional<Blob> bytes{};
  std::optional<Timestamp> time{};
  std::optional<OpenEnum<Color>> color{};
  std::optional<Choice> choice{};
  std::optional<std::vector<std::optional<std::string>>> sparse_names{};

  static consteval auto shape() {
    return structure("Ruled", field<&Ruled::name>("Name", limits::Name, required),
                     field<&Ruled::note>("Note", limits::Note), field<&Ruled::long_text>("LongText", limits::Long),
                     field<&Ruled::names>("Names", limits::Names), field<&Ruled::table>("Table", limits::Table),
                     field<&Ruled::byte>("Byte", limits::Byte), field<&Ruled::short_integer>("Short", limits::Short),
                     field<&Ruled::integer>("Integer", limits::Integer), field<&Ruled::wide>("Wide", limits::Wide),
                     field<&Ruled::real>("Real", limits::Real), field<&Ruled::wide_real>("WideReal", limits::WideReal),
                     field<&Ruled::bytes>("Bytes", limits::Bytes), field<&Ruled::time>("Time"),
                     field<&Ruled::color>("Color"), field<&Ruled::choice>("Choice"),
                     field<&Ruled::sparse_names>("SparseNames", limits::Names));
  }
  friend bool operator==(Ruled const&, Ruled const&) = default;
};

namespace limits {
inline constexpr Rules SecretText{
    .shape = "SecretText", .min = 3, .max = 8, .pattern = &patterns::client_token, .sensitive = true};
inline constexpr Rules SecretTexts{.shape = "SecretTexts", .kind = Kind::list, .member = &SecretText};
inline constexpr Rules SecretValues{.shape = "SecretValues", .kind = Kind::map, .member = &SecretText};
inline constexpr Rules SecretKeys{.shape = "SecretKeys", .kind = Kind::map, .key = &SecretText};
inline constexpr Rules SecretNumber{
    .shape = "SecretNumber", .kind = Kind::integer, .min = 0, .max = 9, .sensitive = true};
inline constexpr Rules Rows{.shape = "Rows", .kind = Kind::list, .member = &SecretKeys};
}  // namespace limits

/// A member for every place where something can be sensitive.
struct Patient {
  std::optional<std::string> ward{};
  std::optional<std::string> text{};
  std::optional<std::vector<std::string>> texts{};
  std::optional<std::map<std::string, std::string>> values{};
  std::optional<std::map<std::string, std::string>> keys{};
  std::optional<std::int32_t> number{};
  std::optional<Secret> secret{};
  std::optional<std::vector<Secret>> secrets{};
  std::optional<std::map<std::string, Secret>> secret_map{};
  std::optional<std::vector<std::map<std::string, std::string>>> rows{};

  static consteval auto shape() {
    return structure(
        "Patient", field<&Patient::ward>("Ward"), field<&Patient::text>("Text", limits::SecretText),
        field<&Patient::texts>("Texts", limits::SecretTexts), field<&Patient::values>("Values", limits::SecretValues),
        field<&Patient::keys>("Keys", limits::SecretKeys), field<&Patient::number>("Number", limits::SecretNumber),
        field<&Patient::secret>("Secret"), field<&Patient::secrets>("Secrets"),
        field<&Patient::secret_map>("SecretMap"), field<&Patient::rows>("Rows", limits::Rows));
  }
  friend bool operator==(Patient const&, Patient const&) = default;
};

/// A chain of nodes, `levels` structures deep.
inline Node chain(int levels) {
  Node node{"n", {}};
  for (int i = 1; i < levels; ++i) {
    Node outer{"n", {}};
    outer.children.push_back(std::move(node));
    node = std::move(outer);
  }
  return node;
}

}  // namespace rich
