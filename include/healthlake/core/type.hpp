// The walkers' view of a C++ type: its kind, its members with their rules, and access to the values.
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

namespace HEALTHLAKE_NAMESPACE {

/// The kinds of shapes, named as in Smithy.
enum class Kind : std::uint8_t {
  /// A struct with a member table.
  structure,
  /// A struct around a Union.
  union_,
  /// A std::vector; of std::optional if it is sparse.
  list,
  /// A std::map from std::string.
  map,
  /// A std::string.
  string,
  /// An OpenEnum.
  enumeration,
  /// A bool.
  boolean,
  /// A std::int8_t.
  byte,
  /// A std::int16_t.
  short_integer,
  /// A std::int32_t.
  integer,
  /// A std::int64_t.
  long_integer,
  /// A float.
  float_,
  /// A double.
  double_,
  /// A Timestamp.
  timestamp,
  /// A Blob.
  blob,
  /// A Document.
  document,
};

/// A pattern of the service model: its name, the regular expression as the model spells it, and the matcher that
/// implements it.
struct Pattern {
  /// That of the matcher in model/patterns.hpp, for tests.
  std::string_view name;
  /// As the service model spells it; the entire string must match.
  std::string_view regex;
  /// Returns whether the string, which is valid UTF-8, matches.
  bool (*matches)(std::string_view) noexcept;
};

/// The constraint traits of one named shape of the model.
struct Rules {
  /// `min` of a shape without a lower bound.
  static constexpr std::int64_t no_min = (std::numeric_limits<std::int64_t>::min)();
  /// `max` of a shape without an upper bound.
  static constexpr std::int64_t no_max = (std::numeric_limits<std::int64_t>::max)();

  /// The shape's name in the service model.
  std::string_view shape{};
  /// The kind of the shape, which a member's type has to be as well.
  Kind kind = Kind::string;
  /// Unicode code points of a string, elements of a list or map, value of a number.
  std::int64_t min = no_min;
  /// In the same units as `min`; inclusive, like it.
  std::int64_t max = no_max;
  /// Strings only: the entire string must match.
  Pattern const* pattern = nullptr;
  /// Never printed, logged or included in an error.
  bool sensitive = false;
  /// The rules for a list's members or a map's values, and for a map's keys.
  Rules const* member = nullptr;
  /// Null if there are none, and for anything but a map.
  Rules const* key = nullptr;
};

/// Traits of a member, as opposed to those of its shape.
enum class Flags : std::uint8_t {
  /// No flag.
  none = 0,
  /// See the constant of this name.
  required = 1,
  /// See the constant of this name.
  idempotency_token = 2,
  /// See the constant of this name.
  legacy = 4,
  /// See the constant of this name.
  defaulted = 8,
};

/// Combines two sets of flags.
constexpr Flags operator|(Flags a, Flags b) noexcept {
  return static_cast<Flags>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}
namespace detail {
constexpr bool has(Flags flags, Flags flag) noexcept {
  return (static_cast<std::uint8_t>(flags) & static_cast<std::uint8_t>(flag)) != 0;
}
}  // namespace detail

/// The member is always written, and reported as missing if a message lacks it. Its C++ type is not a std::optional.
inline constexpr Flags required = Flags::required;
/// A client generates a token for the member if the caller omits it.
inline constexpr Flags idempotency_token = Flags::idempotency_token;
/// A union member of an older version of the service: if a message contains another member as well, that one is kept.
inline constexpr Flags legacy = Flags::legacy;
/// Not required and not a std::optional: the C++ initializer is the model's default value, and it is always written.
inline constexpr Flags defaulted = Flags::defaulted;

struct Type;

/// One member of a structure or a union.
struct Member {
  /// The name on the wire: printable ASCII without quotation marks and backslashes.
  std::string_view name;
  /// Whether the member is required, an idempotency token and so on.
  Flags flags = Flags::none;
  /// Null if the member's shape has no constraint traits.
  Rules const* rules = nullptr;
  /// Lazy, so that shapes can be recursive.
  Type const& (*type)() = nullptr;
  /// The member's storage, or null if it is absent.
  void const* (*get)(void const* object) = nullptr;
  /// Makes the member present and returns its storage.
  void* (*put)(void* object) = nullptr;

  /// Whether the member has this flag.
  [[nodiscard]] constexpr bool is(Flags flag) const noexcept { return detail::has(flags, flag); }
};

/// How to walk a std::vector of anything. Elements are absent (null) only in a sparse list.
struct ListOps {
  /// The type of the elements.
  Type const& (*member)();
  /// The number of elements.
  std::size_t (*size)(void const* list);
  /// An element, or null if it is absent. Precondition: `index` is less than the size.
  void const* (*at)(void const* list, std::size_t index);
  /// Appends an element and returns its storage.
  void* (*append)(void* list);
  /// Appends a null element; a null pointer unless the list is sparse.
  void (*append_null)(void* list);
  /// Makes room for that many elements in total, but for no more than fit in `max_bytes`. A null pointer on small
  /// processors, where a list grows as it must.
  void (*reserve)(void* list, std::size_t size, std::size_t max_bytes);
};

/// How to walk a std::map from strings to anything.
struct MapOps {
  /// The type of the values.
  Type const& (*value)();
  /// The number of entries.
  std::size_t (*size)(void const* map);
  /// The erased form of `visit`.
  bool (*for_each)(void const* map, void* context,
                   bool (*each)(void* context, std::string_view key, void const* value));
  /// Adds an entry and returns its storage; null if the key already exists.
  void* (*insert)(void* map, std::string_view key);
  /// Adds a null entry; returns false if the key already exists. A null pointer unless the map is sparse.
  bool (*insert_null)(void* map, std::string_view key);

  /// Calls `each(key, value)` for the entries in the order of their keys until it returns false. Returns true if it
  /// never did. A value is null only in a sparse map.
  template <class Each>
  bool visit(void const* map, Each each) const {
    return for_each(map, &each, [](void* context, std::string_view key, void const* entry) -> bool {
      return (*static_cast<Each*>(context))(key, entry);
    });
  }
};

/// Access to the unknown member of a union.
struct UnionOps {
  /// The unknown member, or null if a known one or none is set.
  UnknownMember const* (*unknown)(void const* value);
  /// Makes an unknown member the one that is set, and returns it to be filled in.
  UnknownMember& (*put_unknown)(void* value);
};

/// A C++ type as the walkers see it.
struct Type {
  /// Selects which of the functions below may be called.
  Kind kind = Kind::string;
  /// Whether no value of the type is ever printed: a shape with Smithy's sensitive trait.
  bool sensitive = false;
  /// The name of a structure, union or enumeration; empty otherwise.
  std::string_view shape{};
  /// Of a structure or union.
  std::span<Member const> members{};
  /// A bit for each of them that is required, the first one's being the lowest.
  std::uint64_t required_members = 0;
  /// The operations of the kind, for the functions below.
  void const* ops = nullptr;

  /// Precondition: the kind is `list`.
  [[nodiscard]] ListOps const& list() const noexcept { return *static_cast<ListOps const*>(ops); }
  /// Precondition: the kind is `map`.
  [[nodiscard]] MapOps const& map() const noexcept { return *static_cast<MapOps const*>(ops); }
  /// Precondition: the kind is `union_`.
  [[nodiscard]] UnionOps const& union_ops() const noexcept { return *static_cast<UnionOps const*>(ops); }
  /// Precondition: the kind is `enumeration`.
  [[nodiscard]] EnumTable const& enumeration() const noexcept { return *static_cast<EnumTable const*>(ops); }
  /// Precondition: the kind is that of a floating-point number.
  [[nodiscard]] RealOps const& real() const noexcept { return *static_cast<RealOps const*>(ops); }

  /// The member with this name on the wire, or null.
  [[nodiscard]] Member const* find(std::string_view name) const noexcept;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/core/impl/type.ipp"
#endif
