// How JSON is decoded: the limits, which tokenizer runs, and what is reported beside the value.
//
// Rules: a tokenizer is a function and which one runs is a value, so that a program links the one it names.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/version.hpp"

namespace healthlake {

class ShapeBuilder;

/// JSON text to events: feeds `text` to `builder` (json/shape_builder.hpp) and returns how many bytes it read. Faults
/// go to the builder.
using Tokenizer = std::size_t (*)(std::string_view text, ShapeBuilder& builder);

/// Limits of a decode. Exceeding one is a fault, not a truncation.
struct DecodeOptions {
  /// Of the text. Default 16 MiB.
  std::size_t max_bytes = std::size_t{16} << 20;
  /// Of nesting, skipped members included. Default 64.
  std::size_t max_depth = 64;
  /// Members of all lists and maps together, so that a small text cannot fill the memory. Default 65,536.
  std::size_t max_elements = 65'536;
  /// How many missing required members are remembered. Default 64.
  std::size_t max_missing = 64;
  /// Null for the library's own (json/own_tokenizer.hpp). json/nlohmann_tokenizer.hpp has another one.
  Tokenizer tokenizer = nullptr;
};

/// A required member, or the content of a union, that was not in the message.
struct MissingMember {
  std::string path{};
  /// True for a member of the outermost shape itself.
  bool outermost = false;

  friend bool operator==(MissingMember const&, MissingMember const&) = default;
};

}  // namespace healthlake
