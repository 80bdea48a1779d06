// The functions of sign/canonical_uri.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/sign/canonical_uri.hpp"
#include "healthlake/sign/signed_fields.hpp"
#include "healthlake/sign/sink.hpp"
#include "healthlake/text/percent.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::string normalize_path(std::string_view path) {
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
  if (directory) out.push_back('/');
  return out;
}

HEALTHLAKE_DECL void write_percent_encoded(Sink& sink, std::string_view text, char kept) {
  percent_encode(text, kept, [&sink](char c) { sink.put(c); });
}

HEALTHLAKE_DECL void write_canonical_path(Sink& sink, std::string_view path, bool normalize, bool encode) {
  std::string normal;
  if (normalize && !is_normal_path(path)) path = normal = normalize_path(path);
  if (path.empty() || path[0] != '/') sink.put('/');
  if (encode) write_percent_encoded(sink, path, '/');
  else sink.put(path);
}

HEALTHLAKE_DECL void write_canonical_query(Sink& sink, std::string_view query) {
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
