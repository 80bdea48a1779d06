// The functions of sign/signed_fields.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "healthlake/sign/signed_fields.hpp"
#include "healthlake/sign/sink.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/bytes.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void sort_fields(std::span<SignedField> fields,
                                 bool (*before)(SignedField const&, SignedField const&)) {
  if (fields.size() <= 16) {
    for (std::size_t i = 1; i < fields.size(); ++i)
      for (std::size_t k = i; k > 0 && before(fields[k], fields[k - 1]); --k) std::swap(fields[k], fields[k - 1]);
    return;
  }
  auto sift_down = [&](std::size_t root, std::size_t size) {
    for (std::size_t child = 2 * root + 1; child < size; child = 2 * root + 1) {
      if (child + 1 < size && before(fields[child], fields[child + 1])) ++child;
      if (!before(fields[root], fields[child])) return;
      std::swap(fields[root], fields[child]);
      root = child;
    }
  };
  for (std::size_t root = fields.size() / 2; root > 0; --root) sift_down(root - 1, fields.size());
  for (std::size_t size = fields.size(); size > 1;) {
    std::swap(fields[0], fields[--size]);
    sift_down(0, size);
  }
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL void sort_signed_fields(std::span<SignedField> fields) {
  detail::sort_fields(fields, [](SignedField const& a, SignedField const& b) {
    int const order = a.name.compare(b.name);
    return order != 0 ? order < 0 : a.order < b.order;
  });
}

}  // namespace HEALTHLAKE_NAMESPACE

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void write_canonical_value(Sink& sink, std::string_view value) {
  auto const marks = [](std::uint64_t word) { return bytes::below(word, ' ' + 1); };
  for (bool begun = false;; begun = true) {
    while (!value.empty() && is_white_space(value.front())) value.remove_prefix(1);
    if (value.empty()) return;
    if (begun) sink.put(' ');
    std::size_t const run = bytes::run(value, 0, marks, is_white_space);
    sink.put(value.substr(0, run));
    value.remove_prefix(run);
  }
}

HEALTHLAKE_DECL void write_signed_headers(Sink& sink, std::span<SignedField const> fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0 && fields[i].name == fields[i - 1].name) continue;
    if (i > 0) sink.put(';');
    sink.put(fields[i].name);
  }
}

HEALTHLAKE_DECL void write_canonical_headers(Sink& sink, std::span<SignedField const> fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0 && fields[i].name == fields[i - 1].name) {
      sink.put(',');
    } else {
      if (i > 0) sink.put('\n');
      sink.put(fields[i].name);
      sink.put(':');
    }
    write_canonical_value(sink, fields[i].value);
  }
  if (!fields.empty()) sink.put('\n');
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
