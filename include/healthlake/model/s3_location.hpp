// Locations in S3: `s3://` URIs, buckets and keys.
//
// Rules: a key is bytes; nothing in a URI is decoded. What S3 allows is stricter than what the service model's patterns
// do, so a URI that passes validation can still name no bucket.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A bucket and a key, or the beginning of keys.
struct S3Location {
  /// The name of the bucket.
  std::string bucket{};
  /// The key, without a leading slash; empty for the whole bucket.
  std::string key{};

  friend bool operator==(S3Location const&, S3Location const&) = default;
};

/// Splits `s3://bucket` or `s3://bucket/key`; nothing if the URI has another form. Bucket and key are neither decoded
/// nor checked (see `bucket_fault`).
std::optional<S3Location> parse_s3_uri(std::string_view uri);

namespace detail {

// Four numbers between dots, whatever their size.
bool looks_like_ip_address(std::string_view name) noexcept;

}  // namespace detail

/// What is wrong with the name of a bucket, by the rules of S3 for general purpose buckets ("Bucket naming rules");
/// empty if it is valid. The prefix `amzn-s3-demo-`, which S3 reserves for documentation, is accepted, since people
/// copy it.
std::string_view bucket_fault(std::string_view name) noexcept;

/// What is wrong with a key in any store: S3 allows 1 to 1024 bytes of UTF-8. Empty if it is valid.
std::string_view key_fault(std::string_view key) noexcept;

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/model/impl/s3_location.ipp"
#endif
