// Encodes a shape as JSON text, by walking the member table.
//
// Rules: required and defaulted members are always written, optional ones if they are present. Constraints are not
// checked here (core/validate.hpp does), only what cannot be written as JSON: invalid UTF-8, an unset union or
// enumeration, a time out of range, a document that is not valid JSON, nesting deeper than `max_encode_depth`.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The maximum nesting depth of a value to encode.
inline constexpr unsigned max_encode_depth = 64;

namespace detail {

// The one encoder of the program; every typed function calls it. Replaces the contents of `out` and reuses its memory.
// Returns false if the value cannot be written; `failure` then says why.
bool encode_to(std::string& out, Type const& type, void const* value, std::string_view token, Violation& failure);

}  // namespace detail

/// Encodes a value as JSON text. Errors: InvalidInput with the one violation that prevents it.
template <Shape T>
Result<std::string> encode(T const& value) {
  std::string out;
  Violation failure;
  if (!detail::encode_to(out, type_of<T>(), &value, {}, failure)) return Unexpected{InvalidInput{{std::move(failure)}}};
  return out;
}

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/json/impl/encode.ipp"
#endif
