// A value of any shape with something in every member, by walking its table.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/core/shape.hpp"

namespace filled {

/// What strings contain: `sensitive` in the members that are, `plain` in all others.
struct Words {
  std::string_view plain;
  std::string_view sensitive;
};

inline bool is_sensitive(healthlake::Type const& type, healthlake::Rules const* rules) {
  return type.sensitive || (rules != nullptr && rules->sensitive);
}

/// Fills in a value. Of a union, the member `choice` (modulo their number) is set. `hidden`: what contains the value is
/// sensitive.
inline void fill(healthlake::Type const& type, void* value, healthlake::Rules const* rules, Words words,
                 std::size_t choice, bool hidden, int depth = 0) {
  using healthlake::Kind;
  hidden = hidden || is_sensitive(type, rules);
  auto const member_rules = rules == nullptr ? nullptr : rules->member;
  std::string const word{hidden ? words.sensitive : words.plain};
  if (depth > 8) return;
  switch (type.kind) {
    case Kind::structure:
      for (auto const& member : type.members)
        fill(member.type(), member.put(value), member.rules, words, choice, hidden, depth + 1);
      return;
    case Kind::union_: {
      auto const& member = type.members[choice % type.members.size()];
      return fill(member.type(), member.put(value), member.rules, words, choice, hidden, depth + 1);
    }
    case Kind::list:
      for (int i = 0; i < 2; ++i)
        fill(type.list().member(), type.list().append(value), member_rules, words, choice, hidden, depth + 1);
      return;
    case Kind::map: {
      bool const key_hidden = hidden || (rules != nullptr && rules->key != nullptr && rules->key->sensitive);
      std::string const key{key_hidden ? words.sensitive : words.plain};
      if (void* const entry = type.map().insert(value, key))
        fill(type.map().value(), entry, member_rules, words, choice, hidden, depth + 1);
      return;
    }
    case Kind::string: *static_cast<std::string*>(value) = word; return;
    case Kind::document: static_cast<healthlake::Document*>(value)->json = '"' + word + '"'; return;
    case Kind::enumeration: static_cast<healthlake::EnumValue*>(value)->assign(type.enumeration(), word); return;
    default: return;
  }
}

template <healthlake::Shape T>
T with(Words words, std::size_t choice = 0) {
  T value{};
  fill(healthlake::type_of<T>(), &value, nullptr, words, choice, false);
  return value;
}

}  // namespace filled
