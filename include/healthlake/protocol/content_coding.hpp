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
enum class Gunzip : std::uint8_t { done, corrupt, too_large };

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
inline void compress_request(HttpRequest& request, RequestCompression const& compression) {
  if (!compression.gzip || request.body.size() < compression.min_bytes) return;
  std::string compressed;
  if (!compression.gzip(request.body, compressed)) return;
  request.body = std::move(compressed);
  std::string codings;
  for (Header const& line : request.headers)
    if (equal_ignoring_case(line.name, "Content-Encoding")) codings.append(line.value).append(", ");
  request.headers.set("Content-Encoding", codings + "gzip");
}

enum class Coding : std::uint8_t { none, gzip, other };

// The content codings combined; more than one is `other`. "x-gzip" is equivalent to gzip (RFC 9110, 8.4.1.3).
inline Coding coding_of(Headers const& headers) {
  Coding coding = Coding::none;
  for (Header const& line : headers) {
    if (!equal_ignoring_case(line.name, "Content-Encoding")) continue;
    std::string_view rest = line.value;
    for (bool more = true; more;) {
      std::size_t const comma = rest.find(',');
      auto const name = trim_blanks(rest.substr(0, comma));
      more = comma != std::string_view::npos;
      if (more) rest.remove_prefix(comma + 1);
      if (name.empty() || equal_ignoring_case(name, "identity")) continue;
      bool const gzip = equal_ignoring_case(name, "gzip") || equal_ignoring_case(name, "x-gzip");
      coding = gzip && coding == Coding::none ? Coding::gzip : Coding::other;
    }
  }
  return coding;
}

enum class BodyFault : std::uint8_t { unsupported_coding, corrupt, too_large };

// The JSON text of a request: its body, or the decompressed body in `storage`; `{}` if that is empty. `allowed` says
// whether the operation may be compressed at all. The limit applies to the decompressed body only. Returns false with
// `fault` on failure.
inline bool plain_body(HttpRequest const& request, bool allowed, RequestDecompression const& decompression,
                       std::size_t max_bytes, std::string& storage, std::string_view& body, BodyFault& fault) {
  body = request.body;
  if (Coding const coding = coding_of(request.headers); coding != Coding::none) {
    fault = BodyFault::unsupported_coding;
    if (coding == Coding::other || !allowed || !decompression.gunzip) return false;
    Gunzip const result = decompression.gunzip(body, max_bytes, storage);
    fault = result == Gunzip::corrupt ? BodyFault::corrupt : BodyFault::too_large;
    if (result != Gunzip::done || storage.size() > max_bytes) return false;
    body = storage;
  }
  if (body.empty()) body = "{}";
  return true;
}

}  // namespace detail

}  // namespace HEALTHLAKE_NAMESPACE
