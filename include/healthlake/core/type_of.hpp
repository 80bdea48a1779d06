// The walkers' view of each C++ type that a member can have: one constant per type, derived from the type alone.
//
// Rules: a type that is neither a shape nor one of the simple types below does not compile.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "healthlake/core/open_enum.hpp"
#include "healthlake/core/real.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/core/type.hpp"
#include "healthlake/core/union.hpp"
#include "healthlake/core/values.hpp"
#include "healthlake/text/bytes.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {
template <class T>
concept TabledLater = requires { T::template shape<T>(); };
}

/// A struct with its member table beside it (see core/shape.hpp).
template <class T>
concept Shape = detail::TabledLater<T> || requires { T::shape(); };

/// The walkers' view of a C++ type, a constant.
template <class T>
Type const& type_of();

namespace detail {

template <class T>
consteval auto shape_of() {
  if constexpr (TabledLater<T>) return T::template shape<T>();
  else return T::shape();
}

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

// The object that the walkers see: the EnumValue of an OpenEnum, any other value itself.
template <class T>
constexpr auto* storage(T& value) noexcept {
  if constexpr (requires { value.raw(); }) return &value.raw();
  else return &value;
}

// The kind of a type that is not a shape; nullopt for a shape, whose table must not be read while it is being computed.
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
  else return shape_of<T>().kind;
}

template <class L>
consteval auto reserve_of() -> void (*)(void*, std::size_t, std::size_t) {
  if constexpr (!bytes::words_pay) return nullptr;
  else
    return [](void* list, std::size_t size, std::size_t max_bytes) {
      std::size_t const fitting = max_bytes / sizeof(typename L::value_type);
      static_cast<L*>(list)->reserve(size < fitting ? size : fitting);
    };
}

template <class L>
inline constexpr ListOps list_ops{.member = &type_of<unwrap_t<typename L::value_type>>,
                                  .size = [](void const* list) { return static_cast<L const*>(list)->size(); },
                                  .at = [](void const* list, std::size_t index) -> void const* {
                                    auto const& element = (*static_cast<L const*>(list))[index];
                                    if constexpr (IsOptional<typename L::value_type>::value)
                                      return element ? storage(*element) : nullptr;
                                    else return storage(element);
                                  },
                                  .append = [](void* list) -> void* {
                                    auto& element = static_cast<L*>(list)->emplace_back();
                                    if constexpr (IsOptional<typename L::value_type>::value)
                                      return storage(element.emplace());
                                    else return storage(element);
                                  },
                                  .append_null =
                                      [] {
                                        if constexpr (IsOptional<typename L::value_type>::value)
                                          return +[](void* list) { static_cast<L*>(list)->emplace_back(); };
                                        else return static_cast<void (*)(void*)>(nullptr);
                                      }(),
                                  .reserve = reserve_of<L>()};

template <class M>
inline constexpr MapOps map_ops{
    .value = &type_of<unwrap_t<typename M::mapped_type>>,
    .size = [](void const* map) { return static_cast<M const*>(map)->size(); },
    .for_each =
        [](void const* map, void* context, bool (*each)(void*, std::string_view, void const*)) {
          for (auto const& [key, value] : *static_cast<M const*>(map)) {
            if constexpr (IsOptional<typename M::mapped_type>::value) {
              if (!each(context, key, value ? storage(*value) : nullptr)) return false;
            } else {
              if (!each(context, key, storage(value))) return false;
            }
          }
          return true;
        },
    .insert = [](void* map, std::string_view key) -> void* {
      auto const [at, inserted] = static_cast<M*>(map)->try_emplace(std::string{key});
      if (!inserted) return nullptr;
      if constexpr (IsOptional<typename M::mapped_type>::value) return storage(at->second.emplace());
      else return storage(at->second);
    },
    .insert_null =
        [] {
          if constexpr (IsOptional<typename M::mapped_type>::value)
            return +[](void* map, std::string_view key) {
              return static_cast<M*>(map)->try_emplace(std::string{key}).second;
            };
          else return static_cast<bool (*)(void*, std::string_view)>(nullptr);
        }()};

// The Union inside a union shape, whose struct has that one member only.
template <class S>
auto& union_in(void* value) noexcept {
  auto& [member] = *static_cast<S*>(value);
  return member;
}

template <class S>
inline constexpr UnionOps union_ops_of{
    .unknown = [](void const* value) -> UnknownMember const* {
      auto const& [member] = *static_cast<S const*>(value);
      return member.unknown();
    },
    .put_unknown = [](void* value) -> UnknownMember& { return union_in<S>(value).emplace_unknown(); }};

template <class S>
inline constexpr auto table_of = shape_of<S>();

template <class T>
consteval void const* ops_of() {
  constexpr Kind kind = kind_of<T>();
  if constexpr (kind == Kind::list) return &list_ops<T>;
  else if constexpr (kind == Kind::map) return &map_ops<T>;
  else if constexpr (kind == Kind::union_) return &union_ops_of<T>;
  else if constexpr (kind == Kind::enumeration) return &enum_table<typename T::enum_type>;
  else if constexpr (kind == Kind::float_ || kind == Kind::double_) return &real_ops<T>;
  else return nullptr;
}

template <class T>
inline constexpr Type type_constant = [] {
  Type type{.kind = kind_of<T>(), .ops = ops_of<T>()};
  if constexpr (Shape<T>) {
    type.shape = table_of<T>.shape;
    type.sensitive = table_of<T>.sensitive;
    type.members = table_of<T>.members;
    for (std::size_t i = 0; i < type.members.size(); ++i)
      if (type.members[i].is(required)) type.required_members |= std::uint64_t{1} << i;
  } else if constexpr (kind_of<T>() == Kind::enumeration) {
    type.shape = enum_table<typename T::enum_type>.shape;
  }
  return type;
}();

}  // namespace detail

template <class T>
Type const& type_of() {
  return detail::type_constant<T>;
}

}  // namespace HEALTHLAKE_NAMESPACE
