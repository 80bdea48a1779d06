// Tokenizes JSON text with the tokenizer that the options name, by default the library's own.
#pragma once

#include <cstddef>
#include <string_view>

#include "healthlake/json/own_tokenizer.hpp"
#include "healthlake/json/shape_builder.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Feeds `text` to `builder` and returns the number of bytes read. `builder.failed()` tells whether there was a fault.
inline std::size_t tokenize(std::string_view text, ShapeBuilder& builder, DecodeOptions const& options) {
  return options.tokenizer ? options.tokenizer(text, builder) : own_tokenizer(text, builder);
}

/// Whether `text` is one JSON value (RFC 8259) in valid UTF-8, nested at most DecodeOptions::max_depth levels deep.
inline bool well_formed_json(std::string_view text, DecodeOptions const& options = {}) {
  Document document;
  ShapeBuilder builder{type_of<Document>(), &document, options};
  tokenize(text, builder, options);
  return !builder.failed();
}

}  // namespace HEALTHLAKE_NAMESPACE
