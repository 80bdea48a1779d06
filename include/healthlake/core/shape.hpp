// One declaration per shape: the member table beside the C++ struct, and the type-erased view of it that the
// encoder, decoder, validator, printer and generator walk.
//
// Rules: a table is a constant; a table that contradicts its C++ types does not compile, and the name of the
// function in the message (see `refuse`) says how to mend it. `void*` is for the walkers only: no public function
// of another header takes or returns one. Includes the standard library and core/.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "healthlake/core/open_enum.hpp"
#include "healthlake/core/real.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/core/union.hpp"
#include "healthlake/core/values.hpp"

namespace healthlake {

namespace grammar {
struct Pattern;
}

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

/// The constraint traits of one named shape of the model.
struct Constraints {
  static constexpr std::int64_t no_min = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t no_max = std::numeric_limits<std::int64_t>::max();

  /// The shape's name in the service model.
  std::string_view shape{};
  Kind kind = Kind::string;
  /// Unicode code points of a string, elements of a list or map, value of a number.
  std::int64_t min = no_min;
  std::int64_t max = no_max;
  /// Strings only: the whole text matches.
  grammar::Pattern const* pattern = nullptr;
  /// Never printed, logged or put into an error.
  bool sensitive = false;
  /// The constraints of a list's members or a map's values, and of a map's keys.
  Constraints const* member = nullptr;
  Constraints const* key = nullptr;
};

/// What holds for a member rather than for its shape.
enum class Flags : std::uint8_t { none = 0, required = 1, idempotency_token = 2, legacy = 4, defaulted = 8 };

constexpr Flags operator|(Flags a, Flags b) noexcept {
  return static_cast<Flags>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}
constexpr bool has(Flags flags, Flags flag) noexcept {
  return (static_cast<std::uint8_t>(flags) & static_cast<std::uint8_t>(flag)) != 0;
}

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
  /// Null if the member's shape has no constraints of its own.
  Constraints const* constraints = nullptr;
  /// Lazy, so that shapes may refer to themselves.
  Type const& (*type)() = nullptr;
  /// The member's storage, or null if it is absent.
  void const* (*get)(void const* object) = nullptr;
  /// Makes the member present, and gives its storage.
  void* (*put)(void* object) = nullptr;

  [[nodiscard]] bool is(Flags flag) const noexcept { return has(flags, flag); }
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
  /// Calls `visit` for each entry in the order of the keys until it returns false; a null value only if sparse.
  bool (*for_each)(void const* map, void* context,
                   bool (*visit)(void* context, std::string_view key, void const* value));
  /// Adds an entry and gives its storage; null if the key is there already.
  void* (*insert)(void* map, std::string_view key);
  /// Adds a null entry; false if the key is there already. Null itself unless the map is sparse.
  bool (*insert_null)(void* map, std::string_view key);
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

/// What `shape()` of a structure or union returns.
template <std::size_t N>
struct ShapeTable {
  Kind kind = Kind::structure;
  std::string_view shape;
  bool sensitive = false;
  std::array<Member, N> members;

  /// The same table for a shape with Smithy's sensitive trait.
  consteval ShapeTable marked_sensitive() const {
    ShapeTable copy = *this;
    copy.sensitive = true;
    return copy;
  }
};

/// A struct with its member table beside it.
template <class T>
concept Shape = requires { T::shape(); };

// Declared and never defined: a table that is wrong calls one of these while it is computed, which is an error
// whose text is the function's name.
namespace refuse {
void a_required_member_must_not_be_std_optional();
void a_member_that_is_not_required_must_be_std_optional_or_defaulted();
void these_constraints_are_for_another_kind_of_shape();
void a_pattern_is_for_strings_only();
void bounds_are_for_strings_lists_maps_and_numbers_only();
void min_must_not_exceed_max();
void an_idempotency_token_is_an_optional_string();
void a_shape_has_at_most_64_members();
void two_members_of_a_shape_have_the_same_name();
}  // namespace refuse

template <class T>
Type const& type_of();

namespace detail {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct Unwrap {
  using type = T;
};
template <class T>
struct Unwrap<std::optional<T>> {
  using type = T;
};
template <class T>
using unwrap_t = typename Unwrap<T>::type;

template <class M>
struct MemberPointer;
template <class S, class T>
struct MemberPointer<T S::*> {
  using object = S;
  using value = T;
};

// Where the walkers find the value: an OpenEnum is seen as its EnumValue, everything else as itself.
template <class T>
constexpr auto* storage(T& value) noexcept {
  if constexpr (requires { value.raw(); }) return &value.raw();
  else return &value;
}

template <auto M>
void const* get_member(void const* object) {
  using Object = typename MemberPointer<decltype(M)>::object;
  auto const& member = static_cast<Object const*>(object)->*M;
  if constexpr (IsOptional<typename MemberPointer<decltype(M)>::value>::value)
    return member ? storage(*member) : nullptr;
  else return storage(member);
}

template <auto M>
void* put_member(void* object) {
  using Object = typename MemberPointer<decltype(M)>::object;
  auto& member = static_cast<Object*>(object)->*M;
  if constexpr (IsOptional<typename MemberPointer<decltype(M)>::value>::value) return storage(member.emplace());
  else return storage(member);
}

template <auto M, std::size_t I>
void const* get_alternative(void const* object) {
  using Object = typename MemberPointer<decltype(M)>::object;
  auto const* member = (static_cast<Object const*>(object)->*M).template get_if<I>();
  return member ? storage(*member) : nullptr;
}

template <auto M, std::size_t I>
void* put_alternative(void* object) {
  using Object = typename MemberPointer<decltype(M)>::object;
  return storage((static_cast<Object*>(object)->*M).template emplace<I>());
}

// The kind of a type that is no shape; nothing for a shape, whose table may not be looked at while it is being made.
template <class T>
consteval std::optional<Kind> simple_kind_of() {
  if constexpr (std::same_as<T, std::string>) return Kind::string;
  else if constexpr (std::same_as<T, bool>) return Kind::boolean;
  else if constexpr (std::same_as<T, std::int8_t>) return Kind::byte;
  else if constexpr (std::same_as<T, std::int16_t>) return Kind::short_integer;
  else if constexpr (std::same_as<T, std::int32_t>) return Kind::integer;
  else if constexpr (std::same_as<T, std::int64_t>) return Kind::long_integer;
  else if constexpr (std::same_as<T, float>) return Kind::float_;
  else if constexpr (std::same_as<T, double>) return Kind::double_;
  else if constexpr (std::same_as<T, Timestamp>) return Kind::timestamp;
  else if constexpr (std::same_as<T, Blob>) return Kind::blob;
  else if constexpr (std::same_as<T, Document>) return Kind::document;
  else if constexpr (requires { typename T::enum_type; }) return Kind::enumeration;
  else if constexpr (requires { typename T::mapped_type; }) return Kind::map;
  else if constexpr (requires(T list) { list.emplace_back(); }) return Kind::list;
  else return std::nullopt;
}

template <class T>
consteval Kind kind_of() {
  if constexpr (constexpr auto kind = simple_kind_of<T>(); kind.has_value()) return *kind;
  else return T::shape().kind;
}

// Whether constraints of kind `declared` may stand on a C++ type of kind `actual`.
consteval void check_constraints(Constraints const& constraints, Kind actual) {
  if (constraints.kind != actual) refuse::these_constraints_are_for_another_kind_of_shape();
  if (constraints.pattern && actual != Kind::string) refuse::a_pattern_is_for_strings_only();
  bool const bounded = constraints.min != Constraints::no_min || constraints.max != Constraints::no_max;
  bool const boundable = actual == Kind::string || actual == Kind::list || actual == Kind::map ||
                         (actual >= Kind::byte && actual <= Kind::double_) || actual == Kind::blob;
  if (bounded && !boundable) refuse::bounds_are_for_strings_lists_maps_and_numbers_only();
  if (constraints.min > constraints.max) refuse::min_must_not_exceed_max();
}

template <class T>
consteval void check_constraints_of(Constraints const& constraints) {
  constexpr auto kind = simple_kind_of<T>();
  if constexpr (!kind.has_value()) {
    bool const of_shape = constraints.kind == Kind::structure || constraints.kind == Kind::union_;
    check_constraints(constraints, of_shape ? constraints.kind : Kind::structure);
  } else {
    check_constraints(constraints, *kind);
    if constexpr (*kind == Kind::list) {
      if (constraints.member) check_constraints_of<unwrap_t<typename T::value_type>>(*constraints.member);
    } else if constexpr (*kind == Kind::map) {
      if (constraints.member) check_constraints_of<unwrap_t<typename T::mapped_type>>(*constraints.member);
      if (constraints.key) check_constraints(*constraints.key, Kind::string);
    }
  }
}

template <auto M>
consteval Member make_field(std::string_view name, Constraints const* constraints, Flags flags) {
  using Value = typename MemberPointer<decltype(M)>::value;
  constexpr bool optional = IsOptional<Value>::value;
  if (has(flags, required) && optional) refuse::a_required_member_must_not_be_std_optional();
  if (!has(flags, required | defaulted) && !optional)
    refuse::a_member_that_is_not_required_must_be_std_optional_or_defaulted();
  if (has(flags, idempotency_token) && !std::same_as<Value, std::optional<std::string>>)
    refuse::an_idempotency_token_is_an_optional_string();
  if (constraints) check_constraints_of<unwrap_t<Value>>(*constraints);
  return {name, flags, constraints, &type_of<unwrap_t<Value>>, &get_member<M>, &put_member<M>};
}

template <auto M, std::size_t I>
consteval Member make_alternative(std::string_view name, Constraints const* constraints, Flags flags) {
  using Value = std::remove_pointer_t<
      decltype((static_cast<typename MemberPointer<decltype(M)>::object*>(nullptr)->*M).template get_if<I>())>;
  if (constraints) check_constraints_of<Value>(*constraints);
  return {name, flags, constraints, &type_of<Value>, &get_alternative<M, I>, &put_alternative<M, I>};
}

template <class... Members>
consteval ShapeTable<sizeof...(Members)> make_table(Kind kind, std::string_view shape, Members... members) {
  if (sizeof...(Members) > 64) refuse::a_shape_has_at_most_64_members();
  ShapeTable<sizeof...(Members)> table{kind, shape, false, {members...}};
  for (std::size_t i = 0; i < table.members.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (table.members[i].name == table.members[j].name) refuse::two_members_of_a_shape_have_the_same_name();
  return table;
}

}  // namespace detail

/// One row of a structure's table: `field<&Tag::key>("Key", rules::TagKey, required)`.
template <auto M>
consteval Member field(std::string_view name, Constraints const& constraints, Flags flags = Flags::none) {
  return detail::make_field<M>(name, &constraints, flags);
}
template <auto M>
consteval Member field(std::string_view name, Flags flags = Flags::none) {
  return detail::make_field<M>(name, nullptr, flags);
}

/// One row of a union's table: member `I` of the Union that `M` points to.
template <auto M, std::size_t I>
consteval Member alternative(std::string_view name, Constraints const& constraints, Flags flags = Flags::none) {
  return detail::make_alternative<M, I>(name, &constraints, flags);
}
template <auto M, std::size_t I>
consteval Member alternative(std::string_view name, Flags flags = Flags::none) {
  return detail::make_alternative<M, I>(name, nullptr, flags);
}

/// The table of a structure; what its `static consteval auto shape()` returns. The shapes of model/ spell it
/// `shape(auto...)`: that is a template, so the compiler makes a table, and all that it refers to, when it is first
/// asked for rather than with every include.
template <std::same_as<Member>... Members>
consteval auto structure(std::string_view shape, Members... members) {
  return detail::make_table(Kind::structure, shape, members...);
}

/// The table of a union whose one C++ member is a Union.
template <std::same_as<Member>... Members>
consteval auto union_of(std::string_view shape, Members... members) {
  return detail::make_table(Kind::union_, shape, members...);
}

}  // namespace healthlake

#include "healthlake/core/type_of.hpp"
