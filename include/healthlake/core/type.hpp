// What the walkers see of a C++ type: its kind, its members, the rules of each, and how to reach the values.
//
// Rules: plain constants, made by core/type_of.hpp and core/shape.hpp from the C++ types. `void*` is for the walkers
// (encoder, decoder, validator, printer, generator) only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "healthlake/core/open_enum.hpp"
#include "healthlake/core/real.hpp"
#include "healthlake/core/union.hpp"
#include "healthlake/core/values.hpp"

namespace healthlake {

/// The kinds of shape, in Smithy's words.
enum class Kind : std::uint8_t {
  structure,
  union_,
  list,
  map,
  string,
  enumeration,
  boolean,
  byte,
  short_integer,
  integer,
  long_integer,
  float_,
  double_,
  timestamp,
  blob,
  document,
};

/// One pattern of a service model: what errors call it, the regular expression in the model's spelling, and the matcher
/// that implements it.
struct Pattern {
  std::string_view name;
  std::string_view regex;
  bool (*matches)(std::string_view) noexcept;
};

/// The constraint traits of one named shape of the model.
struct Rules {
  static constexpr std::int64_t no_min = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t no_max = std::numeric_limits<std::int64_t>::max();

  /// The shape's name in the service model.
  std::string_view shape{};
  Kind kind = Kind::string;
  /// Unicode code points of a string, elements of a list or map, value of a number.
  std::int64_t min = no_min;
  std::int64_t max = no_max;
  /// Strings only: the whole text matches.
  Pattern const* pattern = nullptr;
  /// Never printed, logged or put into an error.
  bool sensitive = false;
  /// The rules of a list's members or a map's values, and of a map's keys.
  Rules const* member = nullptr;
  Rules const* key = nullptr;
};

/// What holds for a member rather than for its shape.
enum class Flags : std::uint8_t { none = 0, required = 1, idempotency_token = 2, legacy = 4, defaulted = 8 };

/// Both sets of flags together.
constexpr Flags operator|(Flags a, Flags b) noexcept {
  return static_cast<Flags>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}
namespace detail {
constexpr bool has(Flags flags, Flags flag) noexcept {
  return (static_cast<std::uint8_t>(flags) & static_cast<std::uint8_t>(flag)) != 0;
}
}  // namespace detail

/// The member is always written, and missed when a message lacks it. Its C++ type is no std::optional.
inline constexpr Flags required = Flags::required;
/// A client fills the member with a fresh token if the caller left it out.
inline constexpr Flags idempotency_token = Flags::idempotency_token;
/// A union's member of an older form of the service: if a message holds it beside another one, the other counts.
inline constexpr Flags legacy = Flags::legacy;
/// Not required and no std::optional: the C++ initializer is the model's default value, and it is always written.
inline constexpr Flags defaulted = Flags::defaulted;

struct Type;

/// One member of a structure or a union.
struct Member {
  /// The name on the wire.
  std::string_view name;
  Flags flags = Flags::none;
  /// Null if the member's shape has no constraint traits.
  Rules const* rules = nullptr;
  /// Lazy, so that shapes may refer to themselves.
  Type const& (*type)() = nullptr;
  /// The member's storage, or null if it is absent.
  void const* (*get)(void const* object) = nullptr;
  /// Makes the member present, and gives its storage.
  void* (*put)(void* object) = nullptr;

  [[nodiscard]] bool is(Flags flag) const noexcept { return detail::has(flags, flag); }
};

/// How to walk a std::vector of anything. Elements are absent (null) only in a sparse list.
struct ListOps {
  Type const& (*member)();
  std::size_t (*size)(void const* list);
  void const* (*at)(void const* list, std::size_t index);
  /// Appends an element and gives its storage.
  void* (*append)(void* list);
  /// Appends a null; null itself unless the list is sparse.
  void (*append_null)(void* list);
};

/// How to walk a std::map from strings to anything.
struct MapOps {
  Type const& (*value)();
  std::size_t (*size)(void const* map);
  /// The erased form of `visit`.
  bool (*for_each)(void const* map, void* context,
                   bool (*each)(void* context, std::string_view key, void const* value));
  /// Adds an entry and gives its storage; null if the key is there already.
  void* (*insert)(void* map, std::string_view key);
  /// Adds a null entry; false if the key is there already. Null itself unless the map is sparse.
  bool (*insert_null)(void* map, std::string_view key);

  /// Calls `each(key, value)` for the entries in the order of their keys until it returns false, and returns whether it
  /// never did. A value is null only in a sparse map.
  template <class Each>
  bool visit(void const* map, Each each) const {
    return for_each(map, &each, [](void* context, std::string_view key, void const* entry) -> bool {
      return (*static_cast<Each*>(context))(key, entry);
    });
  }
};

/// How to reach the unknown member of a union.
struct UnionOps {
  UnknownMember const* (*unknown)(void const* value);
  UnknownMember& (*put_unknown)(void* value);
};

/// A C++ type as the walkers see it.
struct Type {
  Kind kind = Kind::string;
  bool sensitive = false;
  /// The name of a structure, union or enumeration; empty otherwise.
  std::string_view shape{};
  /// Of a structure or union.
  std::span<Member const> members{};
  /// One of the tables below, by kind.
  void const* ops = nullptr;

  [[nodiscard]] ListOps const& list() const noexcept { return *static_cast<ListOps const*>(ops); }
  [[nodiscard]] MapOps const& map() const noexcept { return *static_cast<MapOps const*>(ops); }
  [[nodiscard]] UnionOps const& union_ops() const noexcept { return *static_cast<UnionOps const*>(ops); }
  [[nodiscard]] EnumTable const& enumeration() const noexcept { return *static_cast<EnumTable const*>(ops); }
  [[nodiscard]] RealOps const& real() const noexcept { return *static_cast<RealOps const*>(ops); }

  [[nodiscard]] Member const* find(std::string_view name) const noexcept {
    for (auto const& member : members)
      if (member.name == name) return &member;
    return nullptr;
  }
};

}  // namespace healthlake
