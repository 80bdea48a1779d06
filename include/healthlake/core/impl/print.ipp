// The functions of core/print.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/core/print.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/core/walk.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// Walks the member table and prints what it meets.
class Printer {
 public:
  explicit Printer(std::string& out) : out_(out) {}

  void print(Type const& type, void const* value, Rules const* rules, unsigned depth);

 private:
  static constexpr unsigned max_depth = 64;
  static constexpr std::size_t text_limit = 256;

  void print_number(std::int64_t number) { out_ += Decimal{number}.view(); }

  void print_members(Type const& type, void const* object, unsigned depth);

  void print_list(ListOps const& list, void const* value, Rules const* rules, unsigned depth);

  void print_map(MapOps const& map, void const* value, Rules const* rules, unsigned depth);

  void print_enum(EnumTable const& table, EnumValue const& value);

  void print_time(Timestamp time);

  std::string& out_;
};

HEALTHLAKE_COLD HEALTHLAKE_DECL void Printer::print(Type const& type, void const* value, Rules const* rules,
                                                    unsigned depth) {
  if (type.sensitive || (rules && rules->sensitive)) {
    out_ += "***";
    return;
  }
  if (depth > max_depth) {
    out_ += "...";
    return;
  }
  switch (type.kind) {
    case Kind::structure:
    case Kind::union_: return print_members(type, value, depth);
    case Kind::list: return print_list(type.list(), value, rules, depth);
    case Kind::map: return print_map(type.map(), value, rules, depth);
    case Kind::string: out_ += quoted(*static_cast<std::string const*>(value), text_limit); return;
    case Kind::enumeration: return print_enum(type.enumeration(), *static_cast<EnumValue const*>(value));
    case Kind::boolean: out_ += *static_cast<bool const*>(value) ? "true" : "false"; return;
    case Kind::byte:
    case Kind::short_integer:
    case Kind::integer:
    case Kind::long_integer: return print_number(integer_at(type.kind, value));
    case Kind::float_:
    case Kind::double_: type.real().append(out_, value); return;
    case Kind::timestamp: return print_time(*static_cast<Timestamp const*>(value));
    case Kind::blob: append(out_, {Decimal{static_cast<Blob const*>(value)->bytes.size()}, " bytes"}); return;
    case Kind::document: out_ += quoted(static_cast<Document const*>(value)->json, text_limit); return;
  }
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void Printer::print_members(Type const& type, void const* object, unsigned depth) {
  out_ += type.shape;
  out_ += "{";
  bool first = true;
  auto const name = [&](std::string_view text) {
    if (!first) out_ += ", ";
    first = false;
    out_ += text;
    out_ += "=";
  };
  for (auto const& member : type.members) {
    void const* value = member.get(object);
    if (!value) continue;
    name(member.name);
    print(member.type(), value, member.rules, depth + 1);
  }
  if (type.kind == Kind::union_) {
    // The value of an unknown member may be sensitive.
    if (auto const* unknown = type.union_ops().unknown(object)) {
      name(quoted(unknown->name, text_limit));
      out_ += "***";
    }
  }
  out_ += "}";
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void Printer::print_list(ListOps const& list, void const* value, Rules const* rules,
                                                         unsigned depth) {
  out_ += "[";
  for (std::size_t i = 0; i < list.size(value); ++i) {
    if (i != 0) out_ += ", ";
    if (void const* element = list.at(value, i))
      print(list.member(), element, rules ? rules->member : nullptr, depth + 1);
    else out_ += "null";
  }
  out_ += "]";
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void Printer::print_map(MapOps const& map, void const* value, Rules const* rules,
                                                        unsigned depth) {
  bool const secret_keys = rules && rules->key && rules->key->sensitive;
  out_ += "{";
  bool first = true;
  map.visit(value, [&](std::string_view key, void const* entry) {
    if (!first) out_ += ", ";
    first = false;
    out_ += secret_keys ? "***" : quoted(key, text_limit);
    out_ += ": ";
    if (entry) print(map.value(), entry, rules ? rules->member : nullptr, depth + 1);
    else out_ += "null";
    return true;
  });
  out_ += "}";
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void Printer::print_enum(EnumTable const& table, EnumValue const& value) {
  out_ += value.index < table.spellings.size() ? std::string{value.spelling(table)} : quoted(value.text, text_limit);
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void Printer::print_time(Timestamp time) {
  if (time.in_range()) out_ += to_iso8601(time);
  else append(out_, {Decimal{time.milliseconds}, " ms since 1970"});
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void print_to(std::string& out, Type const& type, void const* value) {
  Printer{out}.print(type, value, nullptr, 0);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
