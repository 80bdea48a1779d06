// Compressed requests (Smithy, requestCompression; RFC 9110, 8.4), with a compressor that the caller provides.
//
// Rules: only for operations with OperationTraits::gzip; gzip is the only coding. Without a compressor nothing is
// compressed; without a decompressor a compressed request is rejected, never read as if it were not compressed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/http/message.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Client: compresses the bodies of operations that allow it.
struct RequestCompression {
  /// Sets `out` to `body`, compressed as a gzip member (RFC 1952). If it returns false, the request is sent
  /// uncompressed. If null, the default, no request is compressed.
  bool (*gzip)(std::string_view body, std::string& out) = nullptr;
  /// Smaller bodies are not compressed. Default 10,240 bytes, as in the AWS SDKs.
  std::size_t min_bytes = 10'240;
};

/// The result of decompressing.
enum class Gunzip : std::uint8_t {
  /// All of it was decompressed.
  done,
  /// The data is not gzip, or is cut off.
  corrupt,
  /// It would exceed the limit.
  too_large,
};

/// Server: decompresses the bodies of operations that allow it.
struct RequestDecompression {
  /// Sets `out` to the decompressed `body`. Returns `too_large` as soon as it exceeds `max_bytes`, since a few bytes
  /// can expand to gigabytes; `corrupt` for any other fault, truncated data and trailing data included. If null, the
  /// default, compressed requests are rejected.
  Gunzip (*gunzip)(std::string_view body, std::size_t max_bytes, std::string& out) = nullptr;
};

namespace detail {

// Compresses a request's body if it is large enough, and appends gzip to the codings it may already have (RFC 9110,
// 8.4: "in the order in which they were applied").
void compress_request(HttpRequest& request, RequestCompression const& compression);

enum class Coding : std::uint8_t { none, gzip, other };

// The content codings combined; more than one is `other`. "x-gzip" is equivalent to gzip (RFC 9110, 8.4.1.3).
Coding coding_of(Headers const& headers);

enum class BodyFault : std::uint8_t { unsupported_coding, corrupt, too_large };

// The JSON text of a request: its body, or the decompressed body in `storage`; `{}` if that is empty. `allowed` says
// whether the operation may be compressed at all. The limit applies to the decompressed body only. Returns false with
// `fault` on failure.
bool plain_body(HttpRequest const& request, bool allowed, RequestDecompression const& decompression,
                std::size_t max_bytes, std::string& storage, std::string_view& body, BodyFault& fault);

}  // namespace detail

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/protocol/impl/content_coding.ipp"
#endif
