// The functions of core/validate.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/path.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/core/validate.hpp"
#include "healthlake/core/walk.hpp"
#include "healthlake/text/bytes.hpp"
#include "healthlake/text/text.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// Walks the member table and collects what is wrong.
class Validator {
 public:
  Validator(ValidateOptions const& options, std::vector<Violation>& violations)
      : options_(options), violations_(violations) {}

  // Checks one value; false once the list is full.
  bool check(Type const& type, void const* value, Rules const* rules, Path const& path);

 private:
  bool report(Path const& path, Rule rule, std::string_view expected, std::string_view found);

  bool report_utf8(Path const& path) { return report(path, Rule::utf8, "valid UTF-8", "invalid UTF-8"); }

  bool check_structure(Type const& type, void const* object, Path const& path);

  bool check_union(Type const& type, void const* object, Path const& path);

  bool check_list(ListOps const& list, void const* value, Rules const* rules, Path const& path);

  bool check_map(MapOps const& map, void const* value, Rules const* rules, Path const& path);

  bool check_string(std::string_view text, Rules const* rules, Path const& path);

  bool check_enum(EnumTable const& table, EnumValue const& value, Path const& path);

  bool check_number(std::int64_t number, Rules const* rules, Path const& path);

  bool check_real(RealOps const& real, void const* value, Rules const* rules, Path const& path);

  bool check_timestamp(Timestamp time, Path const& path);

  bool check_length(std::size_t length, Rules const* rules, std::string_view unit, Path const& path);

  // `unit` follows a number and includes the space before it.
  bool check_bounds(Rule rule, std::int64_t number, Rules const* rules, std::string_view unit, Path const& path);

  // "1 to 64", "at most 1024", "at least 20"
  static std::string bounds(Rules const& c, std::string_view unit);

  static std::string names_of(Type const& type);
  static void add_choice(std::string& choices, std::string_view name);

  ValidateOptions const& options_;
  std::vector<Violation>& violations_;
};

HEALTHLAKE_DECL bool Validator::check(Type const& type, void const* value, Rules const* rules, Path const& path) {
  if (path.depth() > options_.max_depth)
    return report(path, Rule::depth, concat({"at most ", Decimal{options_.max_depth}, " levels"}), {});
  switch (type.kind) {
    case Kind::structure: return check_structure(type, value, path);
    case Kind::union_: return check_union(type, value, path);
    case Kind::list: return check_list(type.list(), value, rules, path);
    case Kind::map: return check_map(type.map(), value, rules, path);
    case Kind::string: return check_string(*static_cast<std::string const*>(value), rules, path);
    case Kind::enumeration: return check_enum(type.enumeration(), *static_cast<EnumValue const*>(value), path);
    case Kind::byte:
    case Kind::short_integer:
    case Kind::integer:
    case Kind::long_integer: return check_number(integer_at(type.kind, value), rules, path);
    case Kind::float_:
    case Kind::double_: return check_real(type.real(), value, rules, path);
    case Kind::timestamp: return check_timestamp(*static_cast<Timestamp const*>(value), path);
    case Kind::blob: return check_length(static_cast<Blob const*>(value)->bytes.size(), rules, " bytes", path);
    case Kind::boolean:
    case Kind::document: return true;
  }
  return true;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL bool Validator::report(Path const& path, Rule rule, std::string_view expected,
                                                       std::string_view found) {
  if (path.sensitive()) found = "***";
  violations_.push_back({path.text(), rule, std::string{expected}, std::string{found}});
  return violations_.size() < options_.max_violations;
}

HEALTHLAKE_DECL bool Validator::check_structure(Type const& type, void const* object, Path const& path) {
  for (auto const& member : type.members) {
    void const* value = member.get(object);
    if (!value) continue;
    if (!check(member.type(), value, member.rules, member_path(path, member))) return false;
  }
  return true;
}

HEALTHLAKE_DECL bool Validator::check_union(Type const& type, void const* object, Path const& path) {
  for (auto const& member : type.members)
    if (void const* value = member.get(object))
      return check(member.type(), value, member.rules, member_path(path, member));
  if (UnknownMember const* unknown = type.union_ops().unknown(object))
    return options_.unknown_union_members || report(path, Rule::enumeration, names_of(type), quoted(unknown->name, 64));
  return report(path, Rule::missing, names_of(type), "no member");
}

HEALTHLAKE_DECL bool Validator::check_list(ListOps const& list, void const* value, Rules const* rules,
                                           Path const& path) {
  std::size_t const size = list.size(value);
  if (!check_length(size, rules, " members", path)) return false;
  Rules const* inner = rules ? rules->member : nullptr;
  for (std::size_t i = 0; i < size; ++i) {
    void const* element = list.at(value, i);
    if (!element) continue;
    bool const sensitive = (inner && inner->sensitive) || list.member().sensitive;
    if (!check(list.member(), element, inner, Path::element(path, i, sensitive))) return false;
  }
  return true;
}

HEALTHLAKE_DECL bool Validator::check_map(MapOps const& map, void const* value, Rules const* rules, Path const& path) {
  if (!check_length(map.size(value), rules, " entries", path)) return false;
  return map.visit(value, [&](std::string_view key, void const* entry) {
    Rules const* of_key = rules ? rules->key : nullptr;
    Rules const* of_value = rules ? rules->member : nullptr;
    bool const secret_key = path.sensitive() || (of_key && of_key->sensitive);
    bool const secret_value = (of_value && of_value->sensitive) || map.value().sensitive;
    if (!check_string(key, of_key, Path::entry(path, key, secret_key, secret_key))) return false;
    return !entry || check(map.value(), entry, of_value, Path::entry(path, key, secret_key, secret_value));
  });
}

HEALTHLAKE_DECL bool Validator::check_string(std::string_view text, Rules const* rules, Path const& path) {
  bool const ascii = bytes::words_pay && bytes::ascii_run(text, 0) == text.size();
  if (!ascii && !valid_utf8(text)) return report_utf8(path);
  if (!rules) return true;
  if (!check_length(ascii ? text.size() : count_code_points(text), rules, " characters", path)) return false;
  if (!rules->pattern || rules->pattern->matches(text)) return true;
  if (options_.also_accept && options_.also_accept(*rules->pattern, text)) return true;
  return report(path, Rule::pattern, concat({"a string matching ", rules->pattern->regex}),
                path.sensitive() ? std::string{} : quoted(text, 64));
}

HEALTHLAKE_DECL bool Validator::check_enum(EnumTable const& table, EnumValue const& value, Path const& path) {
  std::string_view const spelling = value.spelling(table);
  if (spelling.empty()) return report(path, Rule::missing, concat({"a value of ", table.shape}), "none");
  if (!valid_utf8(spelling)) return report_utf8(path);
  if (value.index < table.spellings.size() || options_.unknown_enum_values) return true;
  std::string expected = "one of";
  for (auto const known : table.spellings) add_choice(expected, known);
  return report(path, Rule::enumeration, expected, quoted(spelling, 64));
}

HEALTHLAKE_DECL bool Validator::check_number(std::int64_t number, Rules const* rules, Path const& path) {
  return check_bounds(Rule::range, number, rules, {}, path);
}

HEALTHLAKE_DECL bool Validator::check_real(RealOps const& real, void const* value, Rules const* rules,
                                           Path const& path) {
  if (!rules || real.within(value, rules->min, rules->max)) return true;
  std::string found;
  real.append(found, value);
  return report(path, Rule::range, bounds(*rules, {}), found);
}

HEALTHLAKE_DECL bool Validator::check_timestamp(Timestamp time, Path const& path) {
  if (time.in_range()) return true;
  return report(path, Rule::range, "a time in the years 0001 to 9999",
                concat({Decimal{time.milliseconds}, " ms since 1970"}));
}

HEALTHLAKE_DECL bool Validator::check_length(std::size_t length, Rules const* rules, std::string_view unit,
                                             Path const& path) {
  return check_bounds(Rule::length, static_cast<std::int64_t>(length), rules, unit, path);
}

HEALTHLAKE_DECL bool Validator::check_bounds(Rule rule, std::int64_t number, Rules const* rules, std::string_view unit,
                                             Path const& path) {
  if (!rules || (number >= rules->min && number <= rules->max)) return true;
  return report(path, rule, bounds(*rules, unit), concat({Decimal{number}, unit}));
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string Validator::bounds(Rules const& c, std::string_view unit) {
  bool const no_min = c.min == Rules::no_min || (c.kind == Kind::string && c.min == 0);
  bool const no_max = !no_min && c.max == Rules::no_max;
  std::string text{no_min ? "at most " : no_max ? "at least " : ""};
  if (!no_min) text += Decimal{c.min}.view();
  if (!no_min && !no_max) text += " to ";
  if (!no_max) text += Decimal{c.max}.view();
  text += unit;
  return text;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string Validator::names_of(Type const& type) {
  std::string names = "exactly one of";
  for (auto const& member : type.members) add_choice(names, member.name);
  return names;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void Validator::add_choice(std::string& choices, std::string_view name) {
  append(choices, {choices.back() == 'f' ? " " : ", ", name});
}

HEALTHLAKE_DECL void find_violations(Type const& type, void const* value, ValidateOptions const& options,
                                     std::vector<Violation>& violations) {
  Validator{options, violations}.check(type, value, nullptr, Path::root(type.sensitive));
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
