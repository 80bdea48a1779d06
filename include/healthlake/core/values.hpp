// The simple values that C++ has no types for: blobs, documents, unknown union members.
//
// Rules: JSON is an opaque string to this layer; json/ checks it when writing it.
#pragma once

#include <string>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A Smithy blob: bytes, in base64 on the wire.
struct Blob {
  /// The bytes themselves, not their base64.
  std::string bytes{};

  friend bool operator==(Blob const&, Blob const&) = default;
};

/// A Smithy document: any JSON value, as JSON text.
struct Document {
  /// Must be one JSON value in valid UTF-8; encoding a request with anything else is an error.
  std::string json = "null";

  friend bool operator==(Document const&, Document const&) = default;
};

/// A union member that this library does not know: its wire name, and its value as JSON text.
struct UnknownMember {
  /// Its name on the wire.
  std::string name{};
  /// Its value, compact.
  std::string json{};

  friend bool operator==(UnknownMember const&, UnknownMember const&) = default;
};

}  // namespace HEALTHLAKE_NAMESPACE
