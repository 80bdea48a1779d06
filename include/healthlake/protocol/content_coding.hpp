// Compressed requests (Smithy, requestCompression; RFC 9110, 8.4), by a compressor that the caller brings.
//
// Rules: only operations with OperationTraits::gzip are concerned, and gzip is the only coding. Without a compressor
// nothing is compressed; without a decompressor a compressed request is refused, never read as if it were plain.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/http/message.hpp"

namespace healthlake {

/// Client: compresses the bodies of operations that allow it.
struct RequestCompression {
  /// Replaces `out` by a gzip member (RFC 1952) that holds `body`. False: the request is sent as it is. Null, the
  /// default: no request is ever compressed.
  bool (*gzip)(std::string_view body, std::string& out) = nullptr;
  /// Smaller bodies are sent as they are. Default 10,240 bytes, as in the AWS SDKs.
  std::size_t min_bytes = 10'240;
};

/// What came of decompressing.
enum class Gunzip : std::uint8_t { done, corrupt, too_large };

/// Server: decompresses the bodies of operations that allow it.
struct RequestDecompression {
  /// Replaces `out` by what the gzip data `body` holds. `too_large`, as soon as that is more than `max_bytes`: a few
  /// bytes can hold gigabytes. `corrupt` for anything else that is wrong, also if it ends early or goes on behind its
  /// end. Null, the default: compressed requests are refused.
  Gunzip (*gunzip)(std::string_view body, std::size_t max_bytes, std::string& out) = nullptr;
};

namespace detail {

// Compresses a request's body if it is large enough, and puts gzip behind the codings it may already have
// (RFC 9110, 8.4: "in the order in which they were applied").
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

// All content codings together; two of them are `other`. RFC 9110, 8.4.1.3: "x-gzip" is gzip.
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

// The JSON of a request: its body, or what it is decompressed to in `storage`; `{}` if that is empty. `allowed` says
// whether the operation may be compressed at all. The limit is for the decompressed text only. False: `fault` says why
// there is none.
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

}  // namespace healthlake
