// A value or an error.
//
// Rules: mirrors std::expected (C++23) in names and meaning, so that code can switch to it. Nothing throws, whether the
// program has exceptions or not: accessing the alternative that is not held is undefined, as with operator* of
// std::expected (an assertion checks it), except through `value()`, which ends the program.
#pragma once

#include <cassert>
#include <cstdlib>
#include <new>
#include <type_traits>
#include <utility>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE {

struct Error;

/// Converts to a Result that holds an error: `return Unexpected{error};`.
template <class E>
struct Unexpected {
  /// The error to return.
  E error;
};
/// `Unexpected{error}` has the type of the error.
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
  /// The type of the value.
  using value_type = T;
  /// The type of the error.
  using error_type = E;

  /// Holds a value: `return value;`.
  Result(T value) : value_(std::move(value)), has_value_(true) {}
  /// Holds an error: `return Unexpected{error};`.
  template <class G>
    requires std::is_constructible_v<E, G&&>
  Result(Unexpected<G> unexpected) : error_(std::move(unexpected.error)) {}

  /// Constructs the error in place, as std::expected's constructor with std::unexpect does.
  template <class... Args>
    requires std::is_constructible_v<E, Args&&...>
  explicit Result(Unexpect, Args&&... args) : error_(std::forward<Args>(args)...) {}

  Result(Result const& other)
    requires(std::is_copy_constructible_v<T> && std::is_copy_constructible_v<E>)
      : has_value_(other.has_value_) {
    if (has_value_) ::new (static_cast<void*>(&value_)) T(other.value_);
    else ::new (static_cast<void*>(&error_)) E(other.error_);
  }
  Result(Result&& other) noexcept(std::is_nothrow_move_constructible_v<T>) : has_value_(other.has_value_) {
    if (has_value_) ::new (static_cast<void*>(&value_)) T(std::move(other.value_));
    else ::new (static_cast<void*>(&error_)) E(std::move(other.error_));
  }
  /// If moving a value throws, a Result that held an error keeps it, and one that held a value has what the assignment
  /// of the value left.
  Result& operator=(Result other) noexcept(
      std::is_nothrow_move_constructible_v<T>&& std::is_nothrow_move_assignable_v<T>) {
    static_assert(std::is_nothrow_move_constructible_v<E>);
    if (has_value_ && other.has_value_) {
      value_ = std::move(other.value_);
    } else if (other.has_value_) {
      Restored error{*this, std::move(error_)};
      error_.~E();
      ::new (static_cast<void*>(&value_)) T(std::move(other.value_));
      has_value_ = true;
    } else {
      destroy();
      ::new (static_cast<void*>(&error_)) E(std::move(other.error_));
      has_value_ = false;
    }
    return *this;
  }
  ~Result() { destroy(); }

  /// Whether there is a value.
  [[nodiscard]] bool has_value() const noexcept { return has_value_; }
  /// Whether there is a value: `if (result)`.
  explicit operator bool() const noexcept { return has_value_; }

  /// The value. Precondition: has_value().
  T& operator*() & noexcept { return assert(has_value_), value_; }
  /// The value. Precondition: has_value().
  T const& operator*() const& noexcept { return assert(has_value_), value_; }
  /// The value, to move from. Precondition: has_value().
  T&& operator*() && noexcept { return assert(has_value_), std::move(value_); }
  /// The value; a Result without one ends the program by std::abort, in every build. For where an error is a bug: a
  /// program that goes on checks `has_value()`. (std::expected throws here, which a program without exceptions cannot.)
  T& value() & noexcept { return must_have_value(), value_; }
  /// The same for a constant Result.
  T const& value() const& noexcept { return must_have_value(), value_; }
  /// The same, to move from.
  T&& value() && noexcept { return must_have_value(), std::move(value_); }
  /// The same for a constant temporary.
  T const&& value() const&& noexcept { return must_have_value(), std::move(value_); }
  /// A member of the value. Precondition: has_value().
  T* operator->() noexcept { return assert(has_value_), &value_; }
  /// A member of the value. Precondition: has_value().
  T const* operator->() const noexcept { return assert(has_value_), &value_; }

  /// The error. Precondition: !has_value().
  E& error() & noexcept { return assert(!has_value_), error_; }
  /// The error. Precondition: !has_value().
  E const& error() const& noexcept { return assert(!has_value_), error_; }
  /// The error, to move from. Precondition: !has_value().
  E&& error() && noexcept { return assert(!has_value_), std::move(error_); }

  /// The value, or `otherwise` if there is an error.
  template <class U>
  T value_or(U&& otherwise) const& {
    return has_value_ ? value_ : static_cast<T>(std::forward<U>(otherwise));
  }

  /// Calls `next` with the value, or forwards the error. `next` returns a Result with the same error type.
  template <class F>
  auto and_then(F&& next) && -> std::invoke_result_t<F, T&&> {
    if (has_value_) return std::forward<F>(next)(std::move(value_));
    return Unexpected{std::move(error_)};
  }

  /// Maps the value, or forwards the error.
  template <class F>
  auto transform(F&& map) && -> Result<std::remove_cvref_t<std::invoke_result_t<F, T&&>>, E> {
    if (has_value_) return std::forward<F>(map)(std::move(value_));
    return Unexpected{std::move(error_)};
  }

 private:
  // An error that comes back if no value takes its place.
  struct Restored {
    Result& result;
    E error;
    ~Restored() {
      if (!result.has_value_) ::new (static_cast<void*>(&result.error_)) E(std::move(error));
    }
  };

  void must_have_value() const noexcept {
    assert(has_value_ && "Result::value() of an error");
    if (!has_value_) std::abort();
  }

  void destroy() noexcept {
    if (has_value_) value_.~T();
    else error_.~E();
  }

  // NOLINTBEGIN(readability-identifier-naming): members of the class
  union {
    T value_;
    E error_;
  };
  // NOLINTEND(readability-identifier-naming)
  bool has_value_ = false;
};

/// The value type of a Result without a value.
struct Unit {
  friend constexpr bool operator==(Unit, Unit) noexcept = default;
};

}  // namespace HEALTHLAKE_NAMESPACE
