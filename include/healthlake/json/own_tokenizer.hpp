// The default tokenizer: it does not recurse, and does not copy strings without escapes.
//
// Rules: accepts and rejects the same as json/nlohmann_tokenizer.hpp (the differential tests prove it): JSON text (RFC
// 8259) in valid UTF-8 (RFC 3629), without a byte order mark, trailing characters, unpaired surrogates, and numbers
// out of the range of a double.
#pragma once

#include <cstddef>
#include <string_view>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE {

class ShapeBuilder;

/// The default Tokenizer.
std::size_t own_tokenizer(std::string_view text, ShapeBuilder& builder);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/json/impl/own_tokenizer.ipp"
#endif
