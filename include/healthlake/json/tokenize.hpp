// JSON text to events, by the tokenizer that the options name, or the library's own.
//
// Rules: a tokenizer is a function; which one runs is a value.
#pragma once

#include <cstddef>
#include <string_view>

#include "healthlake/json/own_tokenizer.hpp"
#include "healthlake/json/shape_builder.hpp"

namespace healthlake {

/// Feeds `text` to `builder`. Returns how many bytes were read; `builder.failed()` says whether the text has a fault.
inline std::size_t tokenize(std::string_view text, ShapeBuilder& builder, DecodeOptions const& options) {
  return options.tokenizer ? options.tokenizer(text, builder) : own_tokenizer(text, builder);
}

/// Whether `text` is one JSON value (RFC 8259) in valid UTF-8, no deeper than DecodeOptions::max_depth.
inline bool well_formed_json(std::string_view text, DecodeOptions const& options = {}) {
  Document document;
  ShapeBuilder builder{type_of<Document>(), &document, options};
  tokenize(text, builder, options);
  return !builder.failed();
}

}  // namespace healthlake
