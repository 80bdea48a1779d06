// Tokenizes JSON text with the tokenizer that the options name, by default the library's own.
#pragma once

#include <cstddef>
#include <string_view>

#include "healthlake/json/decode_options.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Feeds `text` to `builder` and returns the number of bytes read. `builder.failed()` tells whether there was a fault.
std::size_t tokenize(std::string_view text, ShapeBuilder& builder, DecodeOptions const& options);

/// Whether `text` is one JSON value (RFC 8259) in valid UTF-8, nested at most DecodeOptions::max_depth levels deep.
bool well_formed_json(std::string_view text, DecodeOptions const& options = {});

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/json/impl/tokenize.ipp"
#endif
