// The simple shapes of the service model with their constraint traits, by the model's own names; a member's row in
// a table names one of them.
//
// Rules: one line per shape, in the order of the alphabet; numbers and patterns are those of the service model
// 2017-07-01 as of August 2026. The January 2021 preview spells the patterns with `^` and `$`, which change
// nothing: a pattern always matches the whole text. May include core/.
#pragma once

#include "healthlake/core/grammar.hpp"
#include "healthlake/core/shape.hpp"

namespace healthlake::rules {

inline constexpr Constraints ClientTokenString{
    .shape = "ClientTokenString", .min = 1, .max = 64, .pattern = &grammar::client_token};
inline constexpr Constraints DatastoreId{.shape = "DatastoreId", .min = 1, .max = 32, .pattern = &grammar::identifier};
inline constexpr Constraints EncryptionKeyID{
    .shape = "EncryptionKeyID", .min = 1, .max = 400, .pattern = &grammar::kms_key_id};
inline constexpr Constraints HealthLakeString{
    .shape = "HealthLakeString", .min = 0, .max = 10'000, .pattern = &grammar::any_text};
inline constexpr Constraints IamRoleArn{
    .shape = "IamRoleArn", .min = 20, .max = 2048, .pattern = &grammar::iam_role_arn};
inline constexpr Constraints JobId{.shape = "JobId", .min = 1, .max = 32, .pattern = &grammar::identifier};
inline constexpr Constraints JobName{.shape = "JobName", .min = 1, .max = 64, .pattern = &grammar::identifier};
inline constexpr Constraints MaxResultsInteger{
    .shape = "MaxResultsInteger", .kind = Kind::integer, .min = 1, .max = 500};
inline constexpr Constraints Message{.shape = "Message", .min = 1, .max = 2048, .pattern = &grammar::identifier};
inline constexpr Constraints NextToken{.shape = "NextToken", .min = 0, .max = 8192, .pattern = &grammar::ascii};
inline constexpr Constraints S3Uri{.shape = "S3Uri", .min = 0, .max = 1024, .pattern = &grammar::s3_uri};

}  // namespace healthlake::rules
