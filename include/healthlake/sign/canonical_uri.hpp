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
inline std::string normalize_path(std::string_view path) {
  std::string out;
  out.reserve(path.size() + 1);
  bool directory = false;
  for_each_piece(path, '/', [&](std::string_view segment) {
    directory = segment.empty() || segment == "." || segment == "..";
    if (segment == ".." && !out.empty()) out.resize(out.rfind('/'));
    if (directory) return;
    out.push_back('/');
    out += segment;
  });
  if (directory || out.empty()) out.push_back('/');
  return out;
}

inline void write_percent_encoded(Sink& sink, std::string_view text, char kept) {
  percent_encode(text, kept, [&sink](char c) { sink.put(c); });
}

/// The canonical URI: the path of the request line, optionally normalized, each segment percent-encoded once more, even
/// if it already contains a `%`. An empty path is `/`.
inline void write_canonical_path(Sink& sink, std::string_view path, bool normalize) {
  if (normalize && !is_normal_path(path)) {
    write_percent_encoded(sink, normalize_path(path), '/');
    return;
  }
  if (path.empty() || path[0] != '/') sink.put('/');
  write_percent_encoded(sink, path, '/');
}

/// The canonical query string: names and values, decoded and encoded again, sorted by name, then by value. A parameter
/// without `=` has an empty value, an empty parameter is skipped, `+` is a plus sign.
inline void write_canonical_query(Sink& sink, std::string_view query) {
  if (query.empty()) return;
  // The encoded names and values: at most three bytes for each byte, so that no view into it is invalidated.
  std::string encoded;
  encoded.reserve(3 * query.size());
  std::vector<SignedField> parameters;
  auto encode = [&](std::string_view text) {
    std::size_t const begin = encoded.size();
    percent_encode(percent_decode(text), '-', [&](char c) { encoded.push_back(c); });
    return std::string_view{encoded}.substr(begin);
  };
  for_each_piece(query, '&', [&](std::string_view piece) {
    if (piece.empty()) return;
    std::size_t const equals = piece.find('=');
    auto const value = equals == std::string_view::npos ? std::string_view{} : piece.substr(equals + 1);
    auto const name = encode(piece.substr(0, equals));
    parameters.push_back({name, encode(value), 0});
  });
  sort_fields(parameters, [](SignedField const& a, SignedField const& b) {
    int const order = a.name.compare(b.name);
    return order != 0 ? order < 0 : a.value < b.value;
  });
  bool first = true;
  for (auto const& [name, value, order] : parameters) {
    if (!std::exchange(first, false)) sink.put('&');
    sink.put(name);
    sink.put('=');
    sink.put(value);
  }
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
