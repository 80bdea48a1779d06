// Options of decoding JSON: the limits and the tokenizer; and what is reported with the value.
//
// Rules: a tokenizer is a function, and the option points to it, so that a program links only the one it names.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE {

class ShapeBuilder;

/// Turns JSON text into events for `builder` (json/shape_builder.hpp) and returns the number of bytes read. Faults are
/// reported to the builder.
using Tokenizer = std::size_t (*)(std::string_view text, ShapeBuilder& builder);

/// The limits of decoding, and the tokenizer. Exceeding a limit is a fault; nothing is truncated.
struct DecodeOptions {
  /// The maximum size of the JSON text. Default 16 MiB.
  std::size_t max_bytes = std::size_t{16} << 20;
  /// The maximum nesting depth, skipped members included. Default 64.
  std::size_t max_depth = 64;
  /// The maximum number of members of all lists and maps together, so that a small message cannot exhaust the memory.
  /// Default 65,536.
  std::size_t max_elements = 65'536;
  /// The maximum number of missing required members that are reported, at least 1; of more, at least one of the
  /// outermost shape is, if it lacks any. Default 64.
  std::size_t max_missing = 64;
  /// Refuses what Smithy's servers refuse in a request: null in a list or map that is not sparse, and a second member
  /// of a union, whether known, unknown or legacy. A client accepts these in a response. Default false;
  /// that of DispatchOptions::strict is true. (ValidateOptions::unknown_union_members is about an unknown member
  /// alone.)
  bool strict = false;
  /// Null for the library's own tokenizer (json/own_tokenizer.hpp). json/nlohmann_tokenizer.hpp has another one.
  Tokenizer tokenizer = nullptr;
};

/// A required member, or the member of a union, that the message lacks.
struct MissingMember {
  /// As Violation::path.
  std::string path{};
  /// True if it is a member of the outermost shape.
  bool outermost = false;

  friend bool operator==(MissingMember const&, MissingMember const&) = default;
};

}  // namespace HEALTHLAKE_NAMESPACE
