// What export and import jobs share: their status and their output location.
//
// Rules: names, limits and requirements are the service model's (2017-07-01), and the preview's of January 2021 for the
// older form of OutputDataConfig.
#pragma once

#include <cstdint>
#include <string>

#include "healthlake/core/shape.hpp"
#include "healthlake/model/rules.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The status of a job. It has ended when completed, completed_with_errors, failed, cancel_completed or cancel_failed.
enum class JobStatus : std::uint16_t {
  submitted,
  queued,
  in_progress,
  completed_with_errors,
  completed,
  failed,
  cancel_submitted,
  cancel_in_progress,
  cancel_completed,
  cancel_failed,
  unknown = EnumValue::unknown
};
consteval auto enumeration(JobStatus) {
  return spelled("JobStatus", "SUBMITTED", "QUEUED", "IN_PROGRESS", "COMPLETED_WITH_ERRORS", "COMPLETED", "FAILED",
                 "CANCEL_SUBMITTED", "CANCEL_IN_PROGRESS", "CANCEL_COMPLETED", "CANCEL_FAILED");
}

/// A location in S3 and the KMS key that encrypts the output.
struct S3Configuration {
  /// `s3://bucket/prefix`; at most 1024 characters.
  std::string s3_uri{};
  /// The ARN, id or alias of a KMS key; 1 to 400 characters.
  std::string kms_key_id{};

  template <class Self>
  static consteval auto shape() {
    return structure("S3Configuration", field<&Self::s3_uri>("S3Uri", rules::S3Uri, required),
                     field<&Self::kms_key_id>("KmsKeyId", rules::EncryptionKeyID, required));
  }
  friend bool operator==(S3Configuration const&, S3Configuration const&) = default;
};

/// The output location of a job: a union of `S3Configuration` (the service since July 2021) and `S3Uri` (the preview of
/// January 2021). Responses from the time of the change contain both; S3Configuration is then the one to keep.
struct OutputDataConfig {
  Union<S3Configuration, std::string> value;

  [[nodiscard]] S3Configuration const* s3_configuration() const noexcept { return value.get_if<0>(); }
  /// The preview's form.
  [[nodiscard]] std::string const* s3_uri() const noexcept { return value.get_if<1>(); }

  template <class Self>
  static consteval auto shape() {
    return union_of("OutputDataConfig", alternative<&Self::value, 0>("S3Configuration"),
                    alternative<&Self::value, 1>("S3Uri", rules::S3Uri, legacy));
  }
  friend bool operator==(OutputDataConfig const&, OutputDataConfig const&) = default;
};

}  // namespace HEALTHLAKE_NAMESPACE
