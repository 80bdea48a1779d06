// Text to events: runs the engine that the options name, or the library's own.
//
// Rules: an engine is a function; which one is used is a value.
#pragma once

#include <cstddef>
#include <string_view>

#include "healthlake/json/decoder.hpp"
#include "healthlake/json/reader.hpp"

namespace healthlake {

/// Feeds `text` to `decoder`. Returns how many bytes were read; whether all went well, the decoder knows.
inline std::size_t tokenize(std::string_view text, Decoder& decoder, DecodeOptions const& options) {
  return options.tokenizer ? options.tokenizer(text, decoder) : reader_engine::tokenize(text, decoder);
}

/// Whether `text` is one JSON value (RFC 8259) in valid UTF-8, no deeper than DecodeOptions::max_depth.
inline bool well_formed_json(std::string_view text, DecodeOptions const& options = {}) {
  Document document;
  Decoder decoder{type_of<Document>(), &document, options};
  tokenize(text, decoder, options);
  return !decoder.failed();
}

}  // namespace healthlake
