// A union (Smithy): exactly one of its members, or a member that this library does not know.
//
// Rules: a default-constructed union is unset, which validation rejects.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "healthlake/core/one_of.hpp"
#include "healthlake/core/values.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Holds one of `Ts`, an UnknownMember, or nothing. Members of the same type are accessed by index; accessing them by
/// type does not compile.
template <class... Ts>
class Union {
  using Storage = detail::OneOf<Ts..., UnknownMember>;
  template <class T>
  static constexpr bool names_one = (std::same_as<T, Ts> + ... + 0) == 1;
  template <class T>
  static constexpr bool names_string = names_one<std::string> && !names_one<T> && !std::same_as<T, std::nullptr_t> &&
                                       std::convertible_to<T const&, std::string_view>;

 public:
  /// The number of known members.
  static constexpr std::size_t size = sizeof...(Ts);

  Union() = default;
  /// Sets the member of this type. Exactly one of `Ts` must be it.
  template <class T>
    requires names_one<std::remove_cvref_t<T>>
  Union(T&& member) {
    emplace<Storage::template index_of<std::remove_cvref_t<T>>()>(std::forward<T>(member));
  }
  /// A string literal or view sets the string member, if there is exactly one: `.input_data_config = {"s3://in/"}`.
  template <class T>
    requires names_string<T>
  Union(T const& text) {
    emplace<Storage::template index_of<std::string>()>(std::string_view{text});
  }
  /// Sets a member that this library does not know.
  Union(UnknownMember unknown) { emplace<size>(std::move(unknown)); }

  /// Whether a member is set.
  [[nodiscard]] bool has_value() const noexcept { return storage_.index() != Storage::nothing; }

  /// The member at `I` in the order of `Ts`, or null if another one is set.
  template <std::size_t I>
  [[nodiscard]] auto* get_if() noexcept {
    return storage_.template get_if<I>();
  }
  /// The same for a constant union.
  template <std::size_t I>
  [[nodiscard]] auto const* get_if() const noexcept {
    return storage_.template get_if<I>();
  }
  /// The member of type `T`, or null if another one is set. Exactly one of `Ts` must be `T`.
  template <class T>
    requires names_one<T>
  [[nodiscard]] T* get_if() noexcept {
    return storage_.template get_if<Storage::template index_of<T>()>();
  }
  /// The same for a constant union.
  template <class T>
    requires names_one<T>
  [[nodiscard]] T const* get_if() const noexcept {
    return storage_.template get_if<Storage::template index_of<T>()>();
  }
  /// The unknown member, or null.
  [[nodiscard]] UnknownMember const* unknown() const noexcept { return get_if<size>(); }

  /// Sets the member at `I`, constructed from `args`, and returns it.
  template <std::size_t I, class... Args>
  auto& emplace(Args&&... args) {
    return storage_.template emplace<I>(std::forward<Args>(args)...);
  }
  /// Sets the member of type `T`. Exactly one of `Ts` must be `T`.
  template <class T, class... Args>
    requires names_one<T>
  T& emplace(Args&&... args) {
    return emplace<Storage::template index_of<T>()>(std::forward<Args>(args)...);
  }
  /// Makes an unknown member the one that is set, and returns it to be filled in.
  UnknownMember& emplace_unknown() { return emplace<size>(); }

  friend bool operator==(Union const&, Union const&) = default;

 private:
  Storage storage_;
};

}  // namespace HEALTHLAKE_NAMESPACE
