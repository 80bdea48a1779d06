// A value or an error.
//
// Rules: mirrors std::expected (C++23) in names and meaning, so that code can switch to it. Nothing throws: accessing
// the alternative that is not held is undefined, as with operator* of std::expected (an assertion checks it), and there
// is no `value()`.
#pragma once

#include <cassert>
#include <type_traits>
#include <utility>
#include <variant>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE {

struct Error;

/// Converts to a Result that holds an error: `return Unexpected{error};`.
template <class E>
struct Unexpected {
  E error;
};
template <class E>
Unexpected(E) -> Unexpected<E>;

/// The type of `unexpect`.
struct Unexpect {
  explicit Unexpect() = default;
};
/// As the first argument of Result's constructor: constructs the error from the other arguments.
inline constexpr Unexpect unexpect{};

/// Holds a `T` or an `E`. Use `Result<Unit>` where std::expected takes void.
template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = E;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  template <class G>
    requires std::is_constructible_v<E, G&&>
  Result(Unexpected<G> unexpected) : state_(std::in_place_index<1>, std::move(unexpected.error)) {}

  /// Constructs the error in place, as std::expected's constructor with std::unexpect does.
  template <class... Args>
    requires std::is_constructible_v<E, Args&&...>
  explicit Result(Unexpect, Args&&... args) : state_(std::in_place_index<1>, std::forward<Args>(args)...) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// The value. Precondition: has_value().
  T& operator*() & noexcept { return *checked<0>(); }
  T const& operator*() const& noexcept { return *checked<0>(); }
  T&& operator*() && noexcept { return std::move(*checked<0>()); }
  T* operator->() noexcept { return checked<0>(); }
  T const* operator->() const noexcept { return checked<0>(); }

  /// The error. Precondition: !has_value().
  E& error() & noexcept { return *checked<1>(); }
  E const& error() const& noexcept { return *checked<1>(); }
  E&& error() && noexcept { return std::move(*checked<1>()); }

  template <class U>
  T value_or(U&& otherwise) const& {
    return has_value() ? **this : static_cast<T>(std::forward<U>(otherwise));
  }

  /// Calls `next` with the value, or forwards the error. `next` returns a Result with the same error type.
  template <class F>
  auto and_then(F&& next) && -> std::invoke_result_t<F, T&&> {
    if (has_value()) return std::forward<F>(next)(std::move(**this));
    return Unexpected{std::move(error())};
  }

  /// Maps the value, or forwards the error.
  template <class F>
  auto transform(F&& map) && -> Result<std::remove_cvref_t<std::invoke_result_t<F, T&&>>, E> {
    if (has_value()) return std::forward<F>(map)(std::move(**this));
    return Unexpected{std::move(error())};
  }

 private:
  template <std::size_t I>
  auto* checked() noexcept {
    auto* side = std::get_if<I>(&state_);
    assert(side && "this Result holds the other alternative");
    return side;
  }
  template <std::size_t I>
  auto const* checked() const noexcept {
    auto const* side = std::get_if<I>(&state_);
    assert(side && "this Result holds the other alternative");
    return side;
  }

  std::variant<T, E> state_;
};

/// The value type of a Result without a value.
using Unit = std::monostate;

}  // namespace HEALTHLAKE_NAMESPACE
