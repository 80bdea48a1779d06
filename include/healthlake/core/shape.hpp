// One declaration per shape: a C++ struct with its member table.
//
// Rules: a table is a constant; a table that contradicts its C++ types does not compile, and the name of the function
// in the compiler's message (see `refuse`) says how to fix it. `void*` is for the walkers only: no public function of
// another header takes or returns one.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "healthlake/core/type.hpp"
#include "healthlake/core/type_of.hpp"
#include "healthlake/text/ascii.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The return type of `shape()` of a structure or union.
template <std::size_t N>
struct ShapeTable {
  /// Whether it is a structure or a union.
  Kind kind = Kind::structure;
  /// The name of the shape in the service model.
  std::string_view shape;
  /// Whether no value of the shape is ever printed.
  bool sensitive = false;
  /// In the order in which they are written.
  std::array<Member, N> members;

  /// The same table for a shape with Smithy's sensitive trait.
  consteval ShapeTable marked_sensitive() const {
    ShapeTable copy = *this;
    copy.sensitive = true;
    return copy;
  }
};

/// Declared and never defined: computing an invalid table calls one of these functions, which does not compile, and the
/// compiler's message names the function.
namespace refuse {
void a_required_member_must_not_be_std_optional();
void a_member_that_is_not_required_must_be_std_optional_or_defaulted();
void these_rules_are_for_another_kind_of_shape();
void a_pattern_is_for_strings_only();
void bounds_are_for_strings_lists_maps_and_numbers_only();
void min_must_not_exceed_max();
void an_idempotency_token_is_an_optional_string();
void a_shape_has_at_most_64_members();
void two_members_of_a_shape_have_the_same_name();
void a_member_name_is_printable_ascii_without_quotes_and_backslashes();
}  // namespace refuse

namespace detail {

template <class M>
struct MemberPointer;
template <class S, class T>
struct MemberPointer<T S::*> {
  using object = S;
  using value = T;
};

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

// Whether a pointer in a table is not null. With -fsanitize=undefined g++ does not accept the comparison of an object's
// address with null as a constant; a pointer for which it cannot decide is not null.
template <class T>
consteval bool is_set(T const* pointer) {
#if defined(__GNUC__)
  if (!__builtin_constant_p(pointer == nullptr)) return true;
#endif
  return pointer != nullptr;
}

// Checks that rules for `rules.kind` may apply to a C++ type of kind `actual`.
consteval void check_rules(Rules const& rules, Kind actual) {
  if (rules.kind != actual) refuse::these_rules_are_for_another_kind_of_shape();
  if (is_set(rules.pattern) && actual != Kind::string) refuse::a_pattern_is_for_strings_only();
  bool const bounded = rules.min != Rules::no_min || rules.max != Rules::no_max;
  bool const boundable = actual == Kind::string || actual == Kind::list || actual == Kind::map ||
                         (actual >= Kind::byte && actual <= Kind::double_) || actual == Kind::blob;
  if (bounded && !boundable) refuse::bounds_are_for_strings_lists_maps_and_numbers_only();
  if (rules.min > rules.max) refuse::min_must_not_exceed_max();
}

template <class T>
consteval void check_rules_of(Rules const& rules) {
  constexpr auto kind = simple_kind_of<T>();
  if constexpr (!kind.has_value()) {
    bool const of_shape = rules.kind == Kind::structure || rules.kind == Kind::union_;
    check_rules(rules, of_shape ? rules.kind : Kind::structure);
  } else {
    check_rules(rules, *kind);
    if constexpr (*kind == Kind::list) {
      if (is_set(rules.member)) check_rules_of<unwrap_t<typename T::value_type>>(*rules.member);
    } else if constexpr (*kind == Kind::map) {
      if (is_set(rules.member)) check_rules_of<unwrap_t<typename T::mapped_type>>(*rules.member);
      if (is_set(rules.key)) check_rules(*rules.key, Kind::string);
    }
  }
}

template <auto M>
consteval Member make_field(std::string_view name, Rules const* rules, Flags flags) {
  using Value = typename MemberPointer<decltype(M)>::value;
  constexpr bool optional = IsOptional<Value>::value;
  if (has(flags, required) && optional) refuse::a_required_member_must_not_be_std_optional();
  if (!has(flags, required | defaulted) && !optional)
    refuse::a_member_that_is_not_required_must_be_std_optional_or_defaulted();
  if (has(flags, idempotency_token) && !std::same_as<Value, std::optional<std::string>>)
    refuse::an_idempotency_token_is_an_optional_string();
  if (is_set(rules)) check_rules_of<unwrap_t<Value>>(*rules);
  return {name, flags, rules, &type_of<unwrap_t<Value>>, &get_member<M>, &put_member<M>};
}

template <auto M, std::size_t I>
consteval Member make_alternative(std::string_view name, Rules const* rules, Flags flags) {
  using Value = std::remove_pointer_t<
      decltype((static_cast<typename MemberPointer<decltype(M)>::object*>(nullptr)->*M).template get_if<I>())>;
  if (is_set(rules)) check_rules_of<Value>(*rules);
  return {name, flags, rules, &type_of<Value>, &get_alternative<M, I>, &put_alternative<M, I>};
}

template <class... Members>
consteval ShapeTable<sizeof...(Members)> make_table(Kind kind, std::string_view shape, Members... members) {
  if (sizeof...(Members) > 64) refuse::a_shape_has_at_most_64_members();
  ShapeTable<sizeof...(Members)> table{kind, shape, false, {members...}};
  // The encoder relies on it.
  for (Member const& member : table.members)
    for (char const c : member.name)
      if (!is_printable(c) || c == '"' || c == '\\')
        refuse::a_member_name_is_printable_ascii_without_quotes_and_backslashes();
  for (std::size_t i = 0; i < table.members.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (table.members[i].name == table.members[j].name) refuse::two_members_of_a_shape_have_the_same_name();
  return table;
}

}  // namespace detail

/// One row of a structure's table: `field<&Tag::key>("Key", rules::TagKey, required)`.
template <auto M>
consteval Member field(std::string_view name, Rules const& rules, Flags flags = Flags::none) {
  return detail::make_field<M>(name, &rules, flags);
}
/// The same for a member whose shape has no constraint traits.
template <auto M>
consteval Member field(std::string_view name, Flags flags = Flags::none) {
  return detail::make_field<M>(name, nullptr, flags);
}

/// One row of a union's table: member `I` of the Union that `M` points to.
template <auto M, std::size_t I>
consteval Member alternative(std::string_view name, Rules const& rules, Flags flags = Flags::none) {
  return detail::make_alternative<M, I>(name, &rules, flags);
}
/// The same for a member whose shape has no constraint traits.
template <auto M, std::size_t I>
consteval Member alternative(std::string_view name, Flags flags = Flags::none) {
  return detail::make_alternative<M, I>(name, nullptr, flags);
}

/// The table of a structure, to be returned by its `static consteval auto shape()`. The shapes of model/ declare that
/// as a `template <class Self>`, called with the structure itself, so that the compiler instantiates a table, and all
/// that it refers to, on first use rather than with every include.
template <std::same_as<Member>... Members>
consteval auto structure(std::string_view shape, Members... members) {
  return detail::make_table(Kind::structure, shape, members...);
}

/// The table of a union whose one C++ member is a Union.
template <std::same_as<Member>... Members>
consteval auto union_of(std::string_view shape, Members... members) {
  return detail::make_table(Kind::union_, shape, members...);
}

}  // namespace HEALTHLAKE_NAMESPACE
