// Decodes JSON text into a shape, with a tokenizer and a ShapeBuilder.
//
// Rules: a fault is a Malformed with path, offset and a bounded excerpt (none once a sensitive member was seen);
// missing required members are reported, and keep their initial value.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/json/decode_options.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A decoded value, and the required members that were missing.
template <class T>
struct Decoded {
  /// What could be read.
  T value{};
  /// The required members that the text lacks, at most DecodeOptions::max_missing; not an error at this level.
  std::vector<MissingMember> missing{};
};

namespace detail {

// The last Malformed::excerpt_limit bytes before `offset`, as `printable_ascii` shows them.
std::string excerpt_before(std::string_view text, std::size_t offset);

// The one decoder of the program; every typed function calls it. Returns false on a fault and fills in `fault`, except
// for the status and the request id.
bool decode_to(std::string_view text, Type const& type, void* value, DecodeOptions const& options,
               std::vector<MissingMember>& missing, Malformed& fault);

}  // namespace detail

/// Decodes a value from JSON text.
template <Shape T>
Result<Decoded<T>, Malformed> decode(std::string_view text, DecodeOptions const& options = {}) {
  Decoded<T> decoded;
  Malformed fault;
  if (!detail::decode_to(text, type_of<T>(), &decoded.value, options, decoded.missing, fault))
    return Unexpected{std::move(fault)};
  return decoded;
}

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/json/impl/decode.ipp"
#endif
