// The string to sign of Signature Version 4, and the credential scope that it contains (AWS IAM User Guide, "Create a
// signed AWS API request").
#pragma once

#include <string>
#include <string_view>

#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/sink.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The algorithm, as named in the Authorization header and the string to sign.
inline constexpr std::string_view sigv4_algorithm = "AWS4-HMAC-SHA256";

/// The credential scope: the date, region and service that a signing key is valid for.
struct CredentialScope {
  /// `20260807`
  std::string_view date{};
  /// `us-east-1`.
  std::string_view region{};
  /// `healthlake`.
  std::string_view service{};
};

namespace detail {
inline constexpr std::string_view scope_end = "aws4_request";

// Appends `20260807/us-east-1/healthlake/aws4_request`.
void append_scope(std::string& out, CredentialScope const& scope);
std::string scope_text(CredentialScope const& scope);

// Stage 2: algorithm, time, scope and the hash of the canonical request, separated by line feeds.
void write_string_to_sign(Sink& sink, std::string_view amz_date, std::string_view scope,
                          Digest const& canonical_request_hash);
}  // namespace detail

/// Stage 2 as a string: algorithm, time, scope and the hash of the canonical request, separated by line feeds.
/// `amz_date` has the form `20260807T233447Z`.
std::string string_to_sign(std::string_view amz_date, CredentialScope const& scope,
                           Digest const& canonical_request_hash);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/sign/impl/string_to_sign.ipp"
#endif
