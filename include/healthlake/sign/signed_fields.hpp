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
  /// As in the message; the canonical request trims it and joins its runs of spaces.
  std::string_view value{};
  /// The position in the message: field lines of the same name keep their order.
  std::size_t order = 0;
};

namespace detail {
// An insertion sort for few fields, as nearly all requests have; otherwise a heap sort, so that no headers or query
// take more than O(n log n). Far less code than std::sort, which has both and a third algorithm.
void sort_fields(std::span<SignedField> fields, bool (*before)(SignedField const&, SignedField const&));
}  // namespace detail

/// Sorts by name, then by position: the order of the canonical request.
void sort_signed_fields(std::span<SignedField> fields);

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
void write_canonical_value(Sink& sink, std::string_view value);

/// The names, each once, separated by semicolons. Precondition: sorted by sort_signed_fields.
void write_signed_headers(Sink& sink, std::span<SignedField const> fields);

/// The canonical headers, one line per name, with the values of a name joined by commas. Precondition: sorted by
/// sort_signed_fields.
void write_canonical_headers(Sink& sink, std::span<SignedField const> fields);

}  // namespace detail
}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/sign/impl/signed_fields.ipp"
#endif
