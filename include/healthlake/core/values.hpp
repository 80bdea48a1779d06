// The simple values that C++ has no type for: bytes, open content, a union's unknown member.
//
// Rules: JSON text in here is text to this layer, kept as it came; json/ checks it when it writes it.
#pragma once

#include <string>

#include "healthlake/version.hpp"

namespace healthlake {

/// Bytes (Smithy's blob); base64 on the wire.
struct Blob {
  std::string bytes{};

  friend bool operator==(Blob const&, Blob const&) = default;
};

/// Open content (Smithy's document): one JSON value as text.
struct Document {
  std::string json = "null";

  friend bool operator==(Document const&, Document const&) = default;
};

/// A union's member that this library does not know: its wire name, and its value as JSON text.
struct UnknownMember {
  std::string name{};
  std::string json{};

  friend bool operator==(UnknownMember const&, UnknownMember const&) = default;
};

}  // namespace healthlake
