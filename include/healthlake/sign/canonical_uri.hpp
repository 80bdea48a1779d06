// The canonical URI (the path) and the canonical query string of Signature Version 4 (AWS IAM User Guide, "Create a
// signed AWS API request").
//
// Rules: accepts any bytes. Nothing is allocated for a normalized path without a query.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/sign/signed_fields.hpp"
#include "healthlake/sign/sink.hpp"
#include "healthlake/text/percent.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// Whether a path has no `.`, `..` or empty segments, except for the last one.
constexpr bool is_normal_path(std::string_view path) noexcept {
  if (path.empty() || path[0] != '/' || path.find("//") != std::string_view::npos) return false;
  bool normal = true;
  for_each_piece(path, '/', [&](std::string_view segment) { normal = normal && segment != "." && segment != ".."; });
  return normal;
}

// Removes dot segments (RFC 3986, 5.2.4) and empty segments; `..` at the root stays at the root. A path that ended in a
// dot segment then ends in a slash. The result begins with a slash.
std::string normalize_path(std::string_view path);

void write_percent_encoded(Sink& sink, std::string_view text, char kept);

/// The canonical URI: the path of the request line, optionally normalized, and with `encode` each segment
/// percent-encoded once more, even if it already contains a `%`. An empty path is `/`.
void write_canonical_path(Sink& sink, std::string_view path, bool normalize, bool encode);

/// The canonical query string: names and values, decoded and encoded again, sorted by name, then by value. A parameter
/// without `=` has an empty value, an empty parameter is skipped, `+` is a plus sign.
void write_canonical_query(Sink& sink, std::string_view query);

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/sign/impl/canonical_uri.ipp"
#endif
