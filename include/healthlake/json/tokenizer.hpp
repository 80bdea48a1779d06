// The tokenizer in use: which engine turns text into the events of a Decoder.
//
// Rules: one function, `tokenize`; an engine is a header that defines it in a namespace of its own. May include
// json/.
#pragma once

#include <cstddef>
#include <string_view>

#include "healthlake/json/nlohmann.hpp"

namespace healthlake {

using nlohmann_engine::tokenize;

/// Whether `text` is one JSON value (RFC 8259) in valid UTF-8, no deeper than DecodeOptions::max_depth.
inline bool well_formed_json(std::string_view text) {
  DecodeOptions const options;
  Document document;
  Decoder decoder{type_of<Document>(), &document, options};
  tokenize(text, decoder);
  return !decoder.failed();
}

}  // namespace healthlake
