// The simple shapes of the service model with their constraint traits, under the model's own names; the rows of the
// member tables refer to them.
//
// Rules: one line per shape, in alphabetical order but after those that it refers to; a shape without traits has no
// line, since its C++ type says everything. Limits and patterns are those of the service model 2017-07-01 as of
// November 2026. The January 2021 preview spells the patterns with `^` and `$`, which makes no difference: a pattern
// always has to match the entire string.
#pragma once

#include "healthlake/core/shape.hpp"
#include "healthlake/model/patterns.hpp"

/// The rules of the service's simple shapes, under the model's names.
namespace HEALTHLAKE_NAMESPACE::rules {

inline constexpr Rules AgentMessageString{.shape = "AgentMessageString", .min = 1, .max = 40'960, .sensitive = true};
inline constexpr Rules AmazonResourceName{
    .shape = "AmazonResourceName", .min = 1, .max = 1011, .pattern = &patterns::resource_arn};
inline constexpr Rules BackupRetentionPeriodInDays{
    .shape = "BackupRetentionPeriodInDays", .kind = Kind::integer, .min = 1, .max = 30};
inline constexpr Rules BoundedLengthString{
    .shape = "BoundedLengthString", .min = 1, .max = 5000, .pattern = &patterns::bounded_text};
inline constexpr Rules BoundedString{.shape = "BoundedString", .min = 1, .max = 2048};
inline constexpr Rules ChangeDescription{.shape = "ChangeDescription", .min = 0, .max = 1000};
inline constexpr Rules ClientToken{.shape = "ClientToken", .min = 1, .max = 64, .pattern = &patterns::client_token};
inline constexpr Rules ClientTokenString{
    .shape = "ClientTokenString", .min = 1, .max = 64, .pattern = &patterns::client_token};
inline constexpr Rules ConversationIdString{.shape = "ConversationIdString", .min = 1, .max = 36};
inline constexpr Rules DataTransformationChatOptionString{
    .shape = "DataTransformationChatOptionString", .min = 1, .max = 1024, .sensitive = true};
inline constexpr Rules DataTransformationChatOptionsList{
    .shape = "DataTransformationChatOptionsList", .kind = Kind::list, .member = &DataTransformationChatOptionString};
inline constexpr Rules DataTransformationIamRoleArn{
    .shape = "DataTransformationIamRoleArn", .min = 20, .max = 2048, .pattern = &patterns::iam_role_arn};
inline constexpr Rules DataTransformationJobId{
    .shape = "DataTransformationJobId", .min = 1, .max = 32, .pattern = &patterns::client_token};
inline constexpr Rules DataTransformationJobName{
    .shape = "DataTransformationJobName", .min = 1, .max = 64, .pattern = &patterns::identifier};
inline constexpr Rules DataTransformationNextToken{.shape = "DataTransformationNextToken", .min = 1, .max = 2048};
inline constexpr Rules DataTransformationS3Uri{
    .shape = "DataTransformationS3Uri", .min = 8, .max = 2048, .pattern = &patterns::transformation_s3_uri};
inline constexpr Rules DataTransformationTagKey{.shape = "DataTransformationTagKey", .min = 1, .max = 128};
inline constexpr Rules DataTransformationTagValue{.shape = "DataTransformationTagValue", .min = 0, .max = 256};
inline constexpr Rules DatastoreArn{.shape = "DatastoreArn", .pattern = &patterns::datastore_arn};
inline constexpr Rules DatastoreId{.shape = "DatastoreId", .min = 1, .max = 32, .pattern = &patterns::identifier};
inline constexpr Rules DatastoreName{.shape = "DatastoreName", .min = 1, .max = 256, .pattern = &patterns::identifier};
inline constexpr Rules HealthLakeString{
    .shape = "HealthLakeString", .min = 0, .max = 10'000, .pattern = &patterns::any_text};
inline constexpr Rules DefaultProfiles{.shape = "DefaultProfiles", .kind = Kind::list, .member = &HealthLakeString};
inline constexpr Rules EncryptionKeyID{
    .shape = "EncryptionKeyID", .min = 1, .max = 400, .pattern = &patterns::kms_key_id};
inline constexpr Rules ErrorMessage{.shape = "ErrorMessage", .min = 1, .max = 4096};
inline constexpr Rules IamRoleArn{.shape = "IamRoleArn", .min = 20, .max = 2048, .pattern = &patterns::iam_role_arn};
inline constexpr Rules JobId{.shape = "JobId", .min = 1, .max = 32, .pattern = &patterns::identifier};
inline constexpr Rules JobName{.shape = "JobName", .min = 1, .max = 64, .pattern = &patterns::identifier};
inline constexpr Rules KmsKeyId{.shape = "KmsKeyId", .min = 1, .max = 2048};
inline constexpr Rules LambdaArn{.shape = "LambdaArn", .min = 49, .max = 256, .pattern = &patterns::lambda_arn};
inline constexpr Rules MaxResults{.shape = "MaxResults", .kind = Kind::integer, .min = 1, .max = 100};
inline constexpr Rules MaxResultsInteger{.shape = "MaxResultsInteger", .kind = Kind::integer, .min = 1, .max = 500};
inline constexpr Rules Message{.shape = "Message", .min = 1, .max = 2048, .pattern = &patterns::identifier};
inline constexpr Rules NextToken{.shape = "NextToken", .min = 0, .max = 8192, .pattern = &patterns::ascii};
inline constexpr Rules ProfileDescription{.shape = "ProfileDescription", .min = 0, .max = 1000};
inline constexpr Rules ProfileIdString{
    .shape = "ProfileIdString", .min = 32, .max = 32, .pattern = &patterns::profile_id};
inline constexpr Rules ProfileMappingKey{.shape = "ProfileMappingKey", .min = 1, .max = 500};
inline constexpr Rules ProfileMappingValue{.shape = "ProfileMappingValue", .min = 0, .max = 102'400};
inline constexpr Rules ProfileMapping{.shape = "ProfileMapping",
                                      .kind = Kind::map,
                                      .min = 1,
                                      .max = 500,
                                      .sensitive = true,
                                      .member = &ProfileMappingValue,
                                      .key = &ProfileMappingKey};
inline constexpr Rules ProfileNameString{.shape = "ProfileNameString", .min = 1, .max = 256};
inline constexpr Rules ProfileVersion{.shape = "ProfileVersion", .kind = Kind::integer, .min = 0, .max = 99};
inline constexpr Rules S3Uri{.shape = "S3Uri", .min = 0, .max = 1024, .pattern = &patterns::s3_uri};
inline constexpr Rules SampleDataS3Uri{
    .shape = "SampleDataS3Uri", .min = 1, .max = 1024, .pattern = &patterns::sample_data_s3_uri};
inline constexpr Rules TagKey{.shape = "TagKey", .min = 1, .max = 128, .pattern = &patterns::tag};
inline constexpr Rules TagKeyList{.shape = "TagKeyList", .kind = Kind::list, .min = 0, .max = 200, .member = &TagKey};
inline constexpr Rules TagList{.shape = "TagList", .kind = Kind::list, .min = 0, .max = 200};
inline constexpr Rules TagMap{.shape = "TagMap",
                              .kind = Kind::map,
                              .min = 0,
                              .max = 50,
                              .member = &DataTransformationTagValue,
                              .key = &DataTransformationTagKey};
inline constexpr Rules TagValue{.shape = "TagValue", .min = 0, .max = 256, .pattern = &patterns::tag};

}  // namespace HEALTHLAKE_NAMESPACE::rules
