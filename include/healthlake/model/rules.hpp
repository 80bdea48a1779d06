// The simple shapes of the service model with their constraint traits, by the model's own names; a member's row in
// a table names one of them.
//
// Rules: one line per shape, in the order of the alphabet but behind what it refers to; a shape without traits has
// no line, for it says no more than its C++ type. Numbers and patterns are those of the service model
// 2017-07-01 as of August 2026. The January 2021 preview spells the patterns with `^` and `$`, which change
// nothing: a pattern always matches the whole text. May include core/.
#pragma once

#include "healthlake/core/grammar.hpp"
#include "healthlake/core/shape.hpp"

namespace healthlake::rules {

inline constexpr Constraints AgentMessageString{
    .shape = "AgentMessageString", .min = 1, .max = 40'960, .sensitive = true};
inline constexpr Constraints AmazonResourceName{
    .shape = "AmazonResourceName", .min = 1, .max = 1011, .pattern = &grammar::resource_arn};
inline constexpr Constraints BoundedLengthString{
    .shape = "BoundedLengthString", .min = 1, .max = 5000, .pattern = &grammar::bounded_text};
inline constexpr Constraints BoundedString{.shape = "BoundedString", .min = 1, .max = 2048};
inline constexpr Constraints ChangeDescription{.shape = "ChangeDescription", .min = 0, .max = 1000};
inline constexpr Constraints ClientToken{
    .shape = "ClientToken", .min = 1, .max = 64, .pattern = &grammar::client_token};
inline constexpr Constraints ClientTokenString{
    .shape = "ClientTokenString", .min = 1, .max = 64, .pattern = &grammar::client_token};
inline constexpr Constraints ConversationIdString{.shape = "ConversationIdString", .min = 1, .max = 36};
inline constexpr Constraints DataTransformationChatOptionString{
    .shape = "DataTransformationChatOptionString", .min = 1, .max = 1024, .sensitive = true};
inline constexpr Constraints DataTransformationChatOptionsList{
    .shape = "DataTransformationChatOptionsList", .kind = Kind::list, .member = &DataTransformationChatOptionString};
inline constexpr Constraints DataTransformationIamRoleArn{
    .shape = "DataTransformationIamRoleArn", .min = 20, .max = 2048, .pattern = &grammar::iam_role_arn};
inline constexpr Constraints DataTransformationJobId{
    .shape = "DataTransformationJobId", .min = 1, .max = 32, .pattern = &grammar::client_token};
inline constexpr Constraints DataTransformationJobName{
    .shape = "DataTransformationJobName", .min = 1, .max = 64, .pattern = &grammar::identifier};
inline constexpr Constraints DataTransformationNextToken{.shape = "DataTransformationNextToken", .min = 1, .max = 2048};
inline constexpr Constraints DataTransformationS3Uri{
    .shape = "DataTransformationS3Uri", .min = 8, .max = 2048, .pattern = &grammar::transformation_s3_uri};
inline constexpr Constraints DataTransformationTagKey{.shape = "DataTransformationTagKey", .min = 1, .max = 128};
inline constexpr Constraints DataTransformationTagValue{.shape = "DataTransformationTagValue", .min = 0, .max = 256};
inline constexpr Constraints DatastoreArn{.shape = "DatastoreArn", .pattern = &grammar::datastore_arn};
inline constexpr Constraints DatastoreId{.shape = "DatastoreId", .min = 1, .max = 32, .pattern = &grammar::identifier};
inline constexpr Constraints DatastoreName{
    .shape = "DatastoreName", .min = 1, .max = 256, .pattern = &grammar::identifier};
inline constexpr Constraints HealthLakeString{
    .shape = "HealthLakeString", .min = 0, .max = 10'000, .pattern = &grammar::any_text};
inline constexpr Constraints DefaultProfiles{
    .shape = "DefaultProfiles", .kind = Kind::list, .member = &HealthLakeString};
inline constexpr Constraints EncryptionKeyID{
    .shape = "EncryptionKeyID", .min = 1, .max = 400, .pattern = &grammar::kms_key_id};
inline constexpr Constraints ErrorMessage{.shape = "ErrorMessage", .min = 1, .max = 4096};
inline constexpr Constraints IamRoleArn{
    .shape = "IamRoleArn", .min = 20, .max = 2048, .pattern = &grammar::iam_role_arn};
inline constexpr Constraints JobId{.shape = "JobId", .min = 1, .max = 32, .pattern = &grammar::identifier};
inline constexpr Constraints JobName{.shape = "JobName", .min = 1, .max = 64, .pattern = &grammar::identifier};
inline constexpr Constraints KmsKeyId{.shape = "KmsKeyId", .min = 1, .max = 2048};
inline constexpr Constraints LambdaArn{.shape = "LambdaArn", .min = 49, .max = 256, .pattern = &grammar::lambda_arn};
inline constexpr Constraints MaxResults{.shape = "MaxResults", .kind = Kind::integer, .min = 1, .max = 100};
inline constexpr Constraints MaxResultsInteger{
    .shape = "MaxResultsInteger", .kind = Kind::integer, .min = 1, .max = 500};
inline constexpr Constraints Message{.shape = "Message", .min = 1, .max = 2048, .pattern = &grammar::identifier};
inline constexpr Constraints NextToken{.shape = "NextToken", .min = 0, .max = 8192, .pattern = &grammar::ascii};
inline constexpr Constraints ProfileDescription{.shape = "ProfileDescription", .min = 0, .max = 1000};
inline constexpr Constraints ProfileIdString{
    .shape = "ProfileIdString", .min = 32, .max = 32, .pattern = &grammar::profile_id};
inline constexpr Constraints ProfileMappingKey{.shape = "ProfileMappingKey", .min = 1, .max = 500};
inline constexpr Constraints ProfileMappingValue{.shape = "ProfileMappingValue", .min = 0, .max = 102'400};
inline constexpr Constraints ProfileMapping{.shape = "ProfileMapping",
                                            .kind = Kind::map,
                                            .min = 1,
                                            .max = 500,
                                            .sensitive = true,
                                            .member = &ProfileMappingValue,
                                            .key = &ProfileMappingKey};
inline constexpr Constraints ProfileNameString{.shape = "ProfileNameString", .min = 1, .max = 256};
inline constexpr Constraints ProfileVersion{.shape = "ProfileVersion", .kind = Kind::integer, .min = 0, .max = 99};
inline constexpr Constraints S3Uri{.shape = "S3Uri", .min = 0, .max = 1024, .pattern = &grammar::s3_uri};
inline constexpr Constraints SampleDataS3Uri{
    .shape = "SampleDataS3Uri", .min = 1, .max = 1024, .pattern = &grammar::sample_data_s3_uri};
inline constexpr Constraints TagKey{.shape = "TagKey", .min = 1, .max = 128, .pattern = &grammar::tag};
inline constexpr Constraints TagKeyList{
    .shape = "TagKeyList", .kind = Kind::list, .min = 0, .max = 200, .member = &TagKey};
inline constexpr Constraints TagList{.shape = "TagList", .kind = Kind::list, .min = 0, .max = 200};
inline constexpr Constraints TagMap{.shape = "TagMap",
                                    .kind = Kind::map,
                                    .min = 0,
                                    .max = 50,
                                    .member = &DataTransformationTagValue,
                                    .key = &DataTransformationTagKey};
inline constexpr Constraints TagValue{.shape = "TagValue", .min = 0, .max = 256, .pattern = &grammar::tag};

}  // namespace healthlake::rules
