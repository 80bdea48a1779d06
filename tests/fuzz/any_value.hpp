// A value of any shape without its type: what a test does with all shapes is compiled once, as the library's own code
// is.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/print.hpp"
#include "healthlake/core/validate.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"

// What only the type knows.
struct AnyShape {
  healthlake::Type const& (*type)();
  void* (*make)();
  void (*destroy)(void*);
  bool (*equal)(void const*, void const*);
};
template <class T>
inline constexpr AnyShape any_shape{
    []() -> healthlake::Type const& { return healthlake::type_of<T>(); }, []() -> void* { return new T{}; },
    [](void* value) { delete static_cast<T*>(value); },
    [](void const* a, void const* b) { return *static_cast<T const*>(a) == *static_cast<T const*>(b); }};

class AnyValue {
 public:
  explicit AnyValue(AnyShape const& shape) : shape_(&shape), value_(shape.make(), shape.destroy) {}

  [[nodiscard]] void* get() { return value_.get(); }
  [[nodiscard]] void const* get() const { return value_.get(); }
  [[nodiscard]] healthlake::Type const& type() const { return shape_->type(); }
  friend bool operator==(AnyValue const& a, AnyValue const& b) { return a.shape_->equal(a.get(), b.get()); }

  // As the functions of those names.
  [[nodiscard]] std::string to_string() const {
    std::string out;
    healthlake::detail::print_to(out, type(), get());
    return out;
  }
  [[nodiscard]] std::vector<healthlake::Violation> violations() const {
    std::vector<healthlake::Violation> found;
    healthlake::detail::find_violations(type(), get(), {}, found);
    return found;
  }
  // Or nothing, with the reason in `failure`.
  [[nodiscard]] std::optional<std::string> encode(healthlake::Violation& failure) const {
    std::string out;
    if (!healthlake::detail::encode_to(out, type(), get(), {}, failure)) return std::nullopt;
    return out;
  }

 private:
  AnyShape const* shape_;
  std::unique_ptr<void, void (*)(void*)> value_;
};

// What decoding gives; `fault` if there is no value.
struct AnyDecoded {
  std::optional<AnyValue> value{};
  std::vector<healthlake::MissingMember> missing{};
  healthlake::Malformed fault{};
};

inline AnyDecoded decode_any(AnyShape const& shape, std::string_view body,
                             healthlake::DecodeOptions const& options = {}) {
  AnyDecoded decoded;
  decoded.value.emplace(shape);
  if (!healthlake::detail::decode_to(body, shape.type(), decoded.value->get(), options, decoded.missing, decoded.fault))
    decoded.value.reset();
  return decoded;
}
