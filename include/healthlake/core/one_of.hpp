// Storage for a value of one of several types: what Error and Union hold.
//
// Rules: an operation is one function, with a comparison per type; a std::variant takes longer to compile and generates
// several times the code. The types are moved without exceptions.
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <new>
#include <utility>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

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

/// Holds one of `Ts`, or nothing.
template <class... Ts>
class OneOf {
 public:
  template <std::size_t I>
  using At = typename TypeAt<I, Ts...>::type;

  /// The index of nothing.
  static constexpr std::size_t nothing = sizeof...(Ts);
  static_assert(nothing <= 255);

  /// Whether exactly one of `Ts` is `T`, and its index.
  template <class T>
  static constexpr bool names_one = (std::same_as<T, Ts> + ... + 0) == 1;
  template <class T>
  static consteval std::size_t index_of() {
    std::size_t index = 0;
    static_cast<void>(((std::same_as<T, Ts> || (++index, false)) || ...));
    return index;
  }

  // A defaulted constructor would zero the storage.
  // NOLINTNEXTLINE(modernize-use-equals-default)
  OneOf() noexcept {}
  OneOf(OneOf const& other) {
    std::size_t i = 0;
    static_cast<void>(((i++ == other.index_ && construct<Ts>(*static_cast<Ts const*>(other.at()))) || ...));
    index_ = other.index_;
  }
  OneOf(OneOf&& other) noexcept { take(other); }
  OneOf& operator=(OneOf other) noexcept {
    reset();
    take(other);
    return *this;
  }
  ~OneOf() { reset(); }

  [[nodiscard]] std::size_t index() const noexcept { return index_; }
  /// The value at `I` in the order of `Ts`, or null if there is another one.
  template <std::size_t I>
  [[nodiscard]] At<I>* get_if() noexcept {
    return index_ == I ? static_cast<At<I>*>(at()) : nullptr;
  }
  template <std::size_t I>
  [[nodiscard]] At<I> const* get_if() const noexcept {
    return index_ == I ? static_cast<At<I> const*>(at()) : nullptr;
  }
  template <std::size_t I, class... Args>
  At<I>& emplace(Args&&... args) {
    reset();
    construct<At<I>>(std::forward<Args>(args)...);
    index_ = static_cast<unsigned char>(I);
    return *static_cast<At<I>*>(at());
  }
  void reset() noexcept {
    std::size_t i = 0;
    static_cast<void>(((i++ == index_ && (static_cast<Ts*>(at())->~Ts(), true)) || ...));
    index_ = nothing;
  }

  friend bool operator==(OneOf const& a, OneOf const& b) {
    if (a.index_ != b.index_) return false;
    std::size_t i = 0;
    return ((i++ != a.index_ || *static_cast<Ts const*>(a.at()) == *static_cast<Ts const*>(b.at())) && ...);
  }

 private:
  [[nodiscard]] void* at() noexcept { return bytes_; }
  [[nodiscard]] void const* at() const noexcept { return bytes_; }

  template <class T, class... Args>
  bool construct(Args&&... args) {
    ::new (at()) T(std::forward<Args>(args)...);
    return true;
  }
  // Moves the value of `other` to this one, which holds nothing.
  void take(OneOf& other) noexcept {
    std::size_t i = 0;
    static_cast<void>(((i++ == other.index_ && construct<Ts>(std::move(*static_cast<Ts*>(other.at())))) || ...));
    index_ = other.index_;
  }

  alignas(Ts...) unsigned char bytes_[largest({sizeof(Ts)...})];
  unsigned char index_ = nothing;
};

}  // namespace HEALTHLAKE_NAMESPACE::detail
