// The functions of protocol/content_coding.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/http/message.hpp"
#include "healthlake/protocol/content_coding.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void compress_request(HttpRequest& request, RequestCompression const& compression) {
  if (!compression.gzip || request.body.size() < compression.min_bytes) return;
  std::string compressed;
  if (!compression.gzip(request.body, compressed)) return;
  request.body = std::move(compressed);
  std::string codings;
  for (Header const& line : request.headers)
    if (equal_ignoring_case(line.name, "Content-Encoding")) codings.append(line.value).append(", ");
  request.headers.set("Content-Encoding", codings + "gzip");
}

HEALTHLAKE_DECL Coding coding_of(Headers const& headers) {
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

HEALTHLAKE_DECL bool plain_body(HttpRequest const& request, bool allowed, RequestDecompression const& decompression,
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

}  // namespace HEALTHLAKE_NAMESPACE::detail
