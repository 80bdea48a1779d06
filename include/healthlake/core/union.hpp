// A union (Smithy): exactly one of its members, or a member that this library does not know.
//
// Rules: a default-constructed union is unset, which validation rejects. Not a std::variant, which takes longer to
// compile and generates several times the code.
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <new>
#include <type_traits>
#include <utility>

#include "healthlake/core/values.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {
constexpr std::size_t largest(std::initializer_list<std::size_t> sizes) noexcept {
  std::size_t result = 0;
  for (std::size_t const size : sizes) result = size > result ? size : result;
  return result;
}

template <std::size_t I, class T, class... Ts>
struct TypeAt : TypeAt<I - 1, Ts...> {};
template <class T, class... Ts>
struct TypeAt<0, T, Ts...> {
  using type = T;
};
}  // namespace detail

/// Holds one of `Ts`, an UnknownMember, or nothing. Members of the same type are accessed by index; accessing them by
/// type does not compile.
template <class... Ts>
class Union {
  template <class T>
  static constexpr bool names_one = (std::same_as<T, Ts> + ... + 0) == 1;

 public:
  static constexpr std::size_t size = sizeof...(Ts);

  // A defaulted constructor would zero the storage.
  // NOLINTNEXTLINE(modernize-use-equals-default)
  Union() noexcept {}
  template <class T>
    requires names_one<std::remove_cvref_t<T>>
  Union(T&& member) {
    emplace<index_of<std::remove_cvref_t<T>>()>(std::forward<T>(member));
  }
  Union(UnknownMember unknown) { emplace<size>(std::move(unknown)); }
  Union(Union const& other) { take(other, Indices{}); }
  Union(Union&& other) noexcept { take(std::move(other), Indices{}); }
  Union& operator=(Union other) noexcept {
    reset();
    take(std::move(other), Indices{});
    return *this;
  }
  ~Union() { reset(); }

  /// Whether a member is set.
  [[nodiscard]] bool has_value() const noexcept { return index_ != nothing; }

  /// The member at `I` in the order of `Ts`, or null if another one is set.
  template <std::size_t I>
  [[nodiscard]] auto* get_if() noexcept {
    return index_ == I ? static_cast<Member<I>*>(static_cast<void*>(bytes_)) : nullptr;
  }
  template <std::size_t I>
  [[nodiscard]] auto const* get_if() const noexcept {
    return index_ == I ? static_cast<Member<I> const*>(static_cast<void const*>(bytes_)) : nullptr;
  }
  /// The member of type `T`, or null if another one is set. Exactly one of `Ts` must be `T`.
  template <class T>
    requires names_one<T>
  [[nodiscard]] T* get_if() noexcept {
    return get_if<index_of<T>()>();
  }
  template <class T>
    requires names_one<T>
  [[nodiscard]] T const* get_if() const noexcept {
    return get_if<index_of<T>()>();
  }
  /// The unknown member, or null.
  [[nodiscard]] UnknownMember const* unknown() const noexcept { return get_if<size>(); }

  template <std::size_t I, class... Args>
  auto& emplace(Args&&... args) {
    reset();
    auto* const member = ::new (static_cast<void*>(bytes_)) Member<I>(std::forward<Args>(args)...);
    index_ = I;
    return *member;
  }
  /// Sets the member of type `T`. Exactly one of `Ts` must be `T`.
  template <class T, class... Args>
    requires names_one<T>
  T& emplace(Args&&... args) {
    return emplace<index_of<T>()>(std::forward<Args>(args)...);
  }
  UnknownMember& emplace_unknown() { return emplace<size>(); }

  friend bool operator==(Union const& a, Union const& b) { return a.index_ == b.index_ && equal(a, b, Indices{}); }

 private:
  using Indices = std::index_sequence_for<Ts..., UnknownMember>;
  template <std::size_t I>
  using Member = typename detail::TypeAt<I, Ts..., UnknownMember>::type;
  static constexpr std::size_t nothing = ~std::size_t{0};

  template <class T>
  static consteval std::size_t index_of() {
    std::size_t index = 0;
    static_cast<void>(((std::same_as<T, Ts> || (++index, false)) || ...));
    return index;
  }

  template <class T>
  static void destroy(T* member) noexcept {
    if (member) member->~T();
  }
  template <std::size_t... I>
  void reset(std::index_sequence<I...>) noexcept {
    (destroy(get_if<I>()), ...);
  }
  void reset() noexcept {
    reset(Indices{});
    index_ = nothing;
  }

  // Copies or moves the member of `other` into this union, which is unset.
  template <class Other, std::size_t... I>
  void take(Other&& other, std::index_sequence<I...>) {
    (take<I>(other.template get_if<I>(), std::is_lvalue_reference<Other>{}), ...);
  }
  template <std::size_t I, class T>
  void take(T* member, std::true_type) {
    if (member) emplace<I>(*member);
  }
  template <std::size_t I, class T>
  void take(T* member, std::false_type) {
    if (member) emplace<I>(std::move(*member));
  }

  template <std::size_t... I>
  static bool equal(Union const& a, Union const& b, std::index_sequence<I...>) {
    return ((a.index_ != I || *a.template get_if<I>() == *b.template get_if<I>()) && ...);
  }

  std::size_t index_ = nothing;
  alignas(Ts...) alignas(UnknownMember) unsigned char bytes_[detail::largest({sizeof(Ts)..., sizeof(UnknownMember)})];
};

}  // namespace HEALTHLAKE_NAMESPACE
