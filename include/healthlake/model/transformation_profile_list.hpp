// Lists of data transformation profiles and of their versions.
//
// Rules: names, limits and requirements are the service model's (2017-07-01); both operations have the host prefix
// `datatransformation.`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/shape.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/model/rules.hpp"
#include "healthlake/model/transformation_source.hpp"

namespace healthlake {

/// The input of ListDataTransformationProfiles.
struct ListDataTransformationProfilesRequest {
  /// The format of the files that are read.
  OpenEnum<SourceFormat> source_format{};
  /// How many items a page may hold.
  std::optional<std::int32_t> max_results{};
  /// In a request, from the page before; in a response, for the next page, and absent on the last one.
  std::optional<std::string> next_token{};

  static consteval auto shape(auto...) {
    return structure(
        "ListDataTransformationProfilesRequest",
        field<&ListDataTransformationProfilesRequest::source_format>("SourceFormat", required),
        field<&ListDataTransformationProfilesRequest::max_results>("MaxResults", rules::MaxResults),
        field<&ListDataTransformationProfilesRequest::next_token>("NextToken", rules::DataTransformationNextToken));
  }
  friend bool operator==(ListDataTransformationProfilesRequest const&,
                         ListDataTransformationProfilesRequest const&) = default;
};

/// A profile in a list.
struct DataTransformationProfileSummary {
  /// The profile's id: 32 hexadecimal digits in lower case.
  std::string profile_id{};
  /// The version of the profile: 0 for the draft, up to 99.
  std::int32_t version{};
  /// The format of the files that are read.
  OpenEnum<SourceFormat> source_format{};
  /// The format that is written.
  OpenEnum<TargetFormat> target_format{};
  /// The profile's name; 1 to 256 characters.
  std::optional<std::string> profile_name{};
  /// What the profile is for; at most 1000 characters.
  std::optional<std::string> profile_description{};
  /// When the profile was changed last.
  std::optional<Timestamp> last_updated_at{};

  static consteval auto shape(auto...) {
    return structure(
        "DataTransformationProfileSummary",
        field<&DataTransformationProfileSummary::profile_id>("ProfileId", rules::ProfileIdString, required),
        field<&DataTransformationProfileSummary::version>("Version", rules::ProfileVersion, required),
        field<&DataTransformationProfileSummary::source_format>("SourceFormat", required),
        field<&DataTransformationProfileSummary::target_format>("TargetFormat", required),
        field<&DataTransformationProfileSummary::profile_name>("ProfileName", rules::ProfileNameString),
        field<&DataTransformationProfileSummary::profile_description>("ProfileDescription", rules::ProfileDescription),
        field<&DataTransformationProfileSummary::last_updated_at>("LastUpdatedAt"));
  }
  friend bool operator==(DataTransformationProfileSummary const&, DataTransformationProfileSummary const&) = default;
};

/// The output of ListDataTransformationProfiles.
struct ListDataTransformationProfilesResponse {
  /// The page's items.
  std::vector<DataTransformationProfileSummary> items{};
  /// In a request, from the page before; in a response, for the next page, and absent on the last one.
  std::optional<std::string> next_token{};

  static consteval auto shape(auto...) {
    return structure(
        "ListDataTransformationProfilesResponse",
        field<&ListDataTransformationProfilesResponse::items>("Items", required),
        field<&ListDataTransformationProfilesResponse::next_token>("NextToken", rules::DataTransformationNextToken));
  }
  friend bool operator==(ListDataTransformationProfilesResponse const&,
                         ListDataTransformationProfilesResponse const&) = default;
};

/// Lists the profiles for one source format, page by page. Errors: see `Errors`.
struct ListDataTransformationProfiles {
  static constexpr std::string_view name = "ListDataTransformationProfiles";
  static constexpr OperationTraits traits{.host_prefix = "datatransformation.", .readonly = true};
  using Input = ListDataTransformationProfilesRequest;
  using Output = ListDataTransformationProfilesResponse;
  using Errors =
      healthlake::Errors<ThrottlingException, AccessDeniedException, ValidationException, InternalServerException>;
};

/// The input of ListDataTransformationProfileVersions.
struct ListDataTransformationProfileVersionsRequest {
  /// The profile's id: 32 hexadecimal digits in lower case.
  std::string profile_id{};
  /// How many items a page may hold.
  std::optional<std::int32_t> max_results{};
  /// In a request, from the page before; in a response, for the next page, and absent on the last one.
  std::optional<std::string> next_token{};

  static consteval auto shape(auto...) {
    return structure(
        "ListDataTransformationProfileVersionsRequest",
        field<&ListDataTransformationProfileVersionsRequest::profile_id>("ProfileId", rules::ProfileIdString, required),
        field<&ListDataTransformationProfileVersionsRequest::max_results>("MaxResults", rules::MaxResults),
        field<&ListDataTransformationProfileVersionsRequest::next_token>("NextToken",
                                                                         rules::DataTransformationNextToken));
  }
  friend bool operator==(ListDataTransformationProfileVersionsRequest const&,
                         ListDataTransformationProfileVersionsRequest const&) = default;
};

/// A version of a profile in a list.
struct DataTransformationProfileVersionSummary {
  /// The profile's id: 32 hexadecimal digits in lower case.
  std::string profile_id{};
  /// The version of the profile: 0 for the draft, up to 99.
  std::int32_t version{};
  /// The format of the files that are read.
  OpenEnum<SourceFormat> source_format{};
  /// The format that is written.
  OpenEnum<TargetFormat> target_format{};
  /// The profile's name; 1 to 256 characters.
  std::optional<std::string> profile_name{};
  /// What was changed; at most 1000 characters.
  std::optional<std::string> change_description{};
  /// When the profile was changed last.
  std::optional<Timestamp> last_updated_at{};

  static consteval auto shape(auto...) {
    return structure(
        "DataTransformationProfileVersionSummary",
        field<&DataTransformationProfileVersionSummary::profile_id>("ProfileId", rules::ProfileIdString, required),
        field<&DataTransformationProfileVersionSummary::version>("Version", rules::ProfileVersion, required),
        field<&DataTransformationProfileVersionSummary::source_format>("SourceFormat", required),
        field<&DataTransformationProfileVersionSummary::target_format>("TargetFormat", required),
        field<&DataTransformationProfileVersionSummary::profile_name>("ProfileName", rules::ProfileNameString),
        field<&DataTransformationProfileVersionSummary::change_description>("ChangeDescription",
                                                                            rules::ChangeDescription),
        field<&DataTransformationProfileVersionSummary::last_updated_at>("LastUpdatedAt"));
  }
  friend bool operator==(DataTransformationProfileVersionSummary const&,
                         DataTransformationProfileVersionSummary const&) = default;
};

/// The output of ListDataTransformationProfileVersions.
struct ListDataTransformationProfileVersionsResponse {
  /// The page's items.
  std::vector<DataTransformationProfileVersionSummary> items{};
  /// In a request, from the page before; in a response, for the next page, and absent on the last one.
  std::optional<std::string> next_token{};

  static consteval auto shape(auto...) {
    return structure("ListDataTransformationProfileVersionsResponse",
                     field<&ListDataTransformationProfileVersionsResponse::items>("Items", required),
                     field<&ListDataTransformationProfileVersionsResponse::next_token>(
                         "NextToken", rules::DataTransformationNextToken));
  }
  friend bool operator==(ListDataTransformationProfileVersionsResponse const&,
                         ListDataTransformationProfileVersionsResponse const&) = default;
};

/// Lists the versions of a profile, page by page. Errors: see `Errors`.
struct ListDataTransformationProfileVersions {
  static constexpr std::string_view name = "ListDataTransformationProfileVersions";
  static constexpr OperationTraits traits{.host_prefix = "datatransformation.", .readonly = true};
  using Input = ListDataTransformationProfileVersionsRequest;
  using Output = ListDataTransformationProfileVersionsResponse;
  using Errors = healthlake::Errors<ThrottlingException, AccessDeniedException, ResourceNotFoundException,
                                    ValidationException, InternalServerException>;
};

}  // namespace healthlake
