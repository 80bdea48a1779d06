// Which header fields a signature covers, and in which order and form: the canonical headers and the list of signed
// headers (AWS IAM User Guide, "Create a signed AWS API request").
//
// Rules: the writers accept any bytes; SigV4::sign and the verifier do the validation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "healthlake/sign/sink.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/bytes.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// One field line to sign. The views must outlive it.
struct SignedField {
  /// In lower case.
  std::string_view name{};
  std::string_view value{};
  /// The position in the message: field lines of the same name keep their order.
  std::size_t order = 0;
};

namespace detail {
// An insertion sort for few fields, as nearly all requests have; otherwise a heap sort, so that no headers or query
// take more than O(n log n). Far less code than std::sort, which has both and a third algorithm.
inline void sort_fields(std::span<SignedField> fields, bool (*before)(SignedField const&, SignedField const&)) {
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
}  // namespace detail

/// Sorts by name, then by position: the order of the canonical request.
inline void sort_signed_fields(std::span<SignedField> fields) {
  detail::sort_fields(fields, [](SignedField const& a, SignedField const& b) {
    int const order = a.name.compare(b.name);
    return order != 0 ? order < 0 : a.order < b.order;
  });
}

/// False for headers that are not signed because an intermediary may change them (hop-by-hop headers: RFC 9110, 7.6.1;
/// trace id, user agent and expectation: as in the AWS SDKs), and for Authorization, which contains the signature.
constexpr bool is_signable(std::string_view name) noexcept {
  constexpr std::string_view left_out[] = {"authorization",
                                           "connection",
                                           "expect",
                                           "keep-alive",
                                           "proxy-authenticate",
                                           "proxy-authorization",
                                           "proxy-connection",
                                           "te",
                                           "trailer",
                                           "transfer-encoding",
                                           "upgrade",
                                           "user-agent",
                                           "x-amzn-trace-id"};
  for (auto const other : left_out)
    if (equal_ignoring_case(name, other)) return false;
  return true;
}

namespace detail {

/// A field value with whitespace trimmed, and each run of whitespace, quoted or not, replaced by one space. Line breaks
/// count as whitespace, so that a folded value (RFC 9112, 5.2) is equal to its unfolded form.
inline void write_canonical_value(Sink& sink, std::string_view value) {
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

/// The names, each once, separated by semicolons. Precondition: sorted by sort_signed_fields.
inline void write_signed_headers(Sink& sink, std::span<SignedField const> fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0 && fields[i].name == fields[i - 1].name) continue;
    if (i > 0) sink.put(';');
    sink.put(fields[i].name);
  }
}

/// The canonical headers, one line per name, with the values of a name joined by commas. Precondition: sorted by
/// sort_signed_fields.
inline void write_canonical_headers(Sink& sink, std::span<SignedField const> fields) {
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

}  // namespace detail
}  // namespace HEALTHLAKE_NAMESPACE
