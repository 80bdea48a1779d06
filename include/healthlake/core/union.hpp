// A union (Smithy): exactly one of its members, or one that nobody knew yet.
//
// Rules: a default-constructed union is not set, which validation refuses. Includes the standard library and
// core/values.hpp.
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

#include "healthlake/core/values.hpp"

namespace healthlake {

/// Holds one of `Ts`, or an UnknownMember, or nothing. Two members may be of the same type: then construct by
/// index, with `emplace<I>`.
template <class... Ts>
class Union {
 public:
  static constexpr std::size_t size = sizeof...(Ts);

  Union() = default;
  template <class T>
    requires((std::same_as<std::remove_cvref_t<T>, Ts> + ... + 0) == 1)
  Union(T&& member) : state_(std::forward<T>(member)) {}
  Union(UnknownMember unknown) : state_(std::move(unknown)) {}

  /// True unless nothing was ever set.
  [[nodiscard]] bool has_value() const noexcept { return state_.index() != 0; }

  /// The member at `I` in the order of `Ts`, or null if another one is set.
  template <std::size_t I>
  [[nodiscard]] auto* get_if() noexcept {
    return std::get_if<I + 1>(&state_);
  }
  template <std::size_t I>
  [[nodiscard]] auto const* get_if() const noexcept {
    return std::get_if<I + 1>(&state_);
  }
  /// The member of type `T`, or null.
  template <class T>
  [[nodiscard]] T const* get_if() const noexcept {
    return std::get_if<T>(&state_);
  }
  /// The unknown member, or null.
  [[nodiscard]] UnknownMember const* unknown() const noexcept { return std::get_if<UnknownMember>(&state_); }

  template <std::size_t I, class... Args>
  auto& emplace(Args&&... args) {
    return state_.template emplace<I + 1>(std::forward<Args>(args)...);
  }
  UnknownMember& emplace_unknown() { return state_.template emplace<UnknownMember>(); }

  friend bool operator==(Union const&, Union const&) = default;

 private:
  std::variant<std::monostate, Ts..., UnknownMember> state_;
};

}  // namespace healthlake
