// The canonical request of Signature Version 4: which bytes of a request are signed, and in which order (AWS IAM User
// Guide, "Create a signed AWS API request").
//
// Rules: the string (`canonical_request`) and the hash (`hash_canonical_request`) come from one writer. It accepts any
// bytes; SigV4::sign and the verifier do the validation.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "healthlake/sign/canonical_uri.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/signed_fields.hpp"
#include "healthlake/sign/sink.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The parts of a canonical request.
struct CanonicalRequest {
  /// `POST`, in upper case.
  std::string_view method{};
  /// The path and query, as in the request line.
  std::string_view target{};
  /// As SigV4Options::normalize_path.
  bool normalize_path = true;
  /// As SigV4Options::encode_path.
  bool encode_path = true;
  /// Sorted by sort_signed_fields.
  std::span<SignedField const> fields{};
  /// Their names, each once, separated by semicolons.
  std::string_view signed_headers{};
  /// The SHA-256 of the body, in hexadecimal digits.
  std::string_view payload_hash{};
};

namespace detail {
// Stage 1: method, path, query, headers, their names and the hash of the body, separated by line feeds.
void write_canonical_request(Sink& sink, CanonicalRequest const& request);
// The same for the target `/`.
void write_canonical_request_at_root(Sink& sink, CanonicalRequest const& request);
}  // namespace detail

/// Stage 1 as a string: method, path, query, headers, their names and the hash of the body, separated by line feeds.
std::string canonical_request(CanonicalRequest const& request);

/// Hashes stage 1 without storing it. Returns false if the hash engine failed.
template <Hash H>
[[nodiscard]] bool hash_canonical_request(H& hash, CanonicalRequest const& request, Digest& digest) {
  hash.reset();
  detail::HashSink<H> sink{hash};
  detail::write_canonical_request(sink, request);
  sink.flush();
  return hash.finish(digest);
}

/// The same for the target `/`, which every request to this service has; CanonicalRequest::target is not read. Links
/// none of the code for other paths and queries, for devices.
template <Hash H>
[[nodiscard]] bool hash_canonical_request_at_root(H& hash, CanonicalRequest const& request, Digest& digest) {
  hash.reset();
  detail::HashSink<H> sink{hash};
  detail::write_canonical_request_at_root(sink, request);
  sink.flush();
  return hash.finish(digest);
}

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/sign/impl/canonical_request.ipp"
#endif
