// The one owner of an object, an array or a handle of a C library.
//
// Rules: not for users. Does what std::unique_ptr does, in six functions a type instead of thirty: every file that
// makes a call compiles them (docs/compile-time.md).
#pragma once

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

struct Delete {
  template <class T>
  void operator()(T* object) const noexcept {
    delete object;
  }
};

struct DeleteArray {
  template <class T>
  void operator()(T* array) const noexcept {
    delete[] array;
  }
};

template <class T, class Free = Delete>
class Owner {
 public:
  Owner() noexcept = default;
  explicit Owner(T* owned) noexcept : owned_(owned) {}
  Owner(Owner&& other) noexcept : owned_(other.release()) {}
  Owner& operator=(Owner&& other) noexcept {
    reset(other.release());
    return *this;
  }
  Owner(Owner const&) = delete;
  Owner& operator=(Owner const&) = delete;
  ~Owner() {
    if (owned_ != nullptr) Free{}(owned_);
  }

  // Frees what it had after it has what is new.
  void reset(T* owned = nullptr) noexcept {
    T* const before = owned_;
    owned_ = owned;
    if (before != nullptr) Free{}(before);
  }
  T* release() noexcept {
    T* const owned = owned_;
    owned_ = nullptr;
    return owned;
  }

  [[nodiscard]] T* get() const noexcept { return owned_; }
  T* operator->() const noexcept { return owned_; }
  explicit operator bool() const noexcept { return owned_ != nullptr; }

 private:
  T* owned_ = nullptr;
};

}  // namespace HEALTHLAKE_NAMESPACE::detail
