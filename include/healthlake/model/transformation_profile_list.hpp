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

namespace HEALTHLAKE_NAMESPACE {

/// The input of ListDataTransformationProfiles.
struct ListDataTransformationProfilesRequest {
  /// The format of the files that are read.
  OpenEnum<SourceFormat> source_format{};
  /// The maximum number of items on a page.
  std::optional<std::int32_t> max_results{};
  /// In a request, the previous response's token; in a response, the next page's token, absent on the last page.
  std::optional<std::string> next_token{};

  template <class Self>
  static consteval auto shape() {
    return structure("ListDataTransformationProfilesRequest", field<&Self::source_format>("SourceFormat", required),
                     field<&Self::max_results>("MaxResults", rules::MaxResults),
                     field<&Self::next_token>("NextToken", rules::DataTransformationNextToken));
  }
  friend bool operator==(ListDataTransformationProfilesRequest const&,
                         ListDataTransformationProfilesRequest const&) = default;
};

/// A profile in a list.
struct DataTransformationProfileSummary {
  /// The profile's id: 32 lowercase hexadecimal digits.
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
  /// When the profile was last updated.
  std::optional<Timestamp> last_updated_at{};

  template <class Self>
  static consteval auto shape() {
    return structure(
        "DataTransformationProfileSummary", field<&Self::profile_id>("ProfileId", rules::ProfileIdString, required),
        field<&Self::version>("Version", rules::ProfileVersion, required),
        field<&Self::source_format>("SourceFormat", required), field<&Self::target_format>("TargetFormat", required),
        field<&Self::profile_name>("ProfileName", rules::ProfileNameString),
        field<&Self::profile_description>("ProfileDescription", rules::ProfileDescription),
        field<&Self::last_updated_at>("LastUpdatedAt"));
  }
  friend bool operator==(DataTransformationProfileSummary const&, DataTransformationProfileSummary const&) = default;
};

/// The output of ListDataTransformationProfiles.
struct ListDataTransformationProfilesResponse {
  /// The items on the page.
  std::vector<DataTransformationProfileSummary> items{};
  /// In a request, the previous response's token; in a response, the next page's token, absent on the last page.
  std::optional<std::string> next_token{};

  template <class Self>
  static consteval auto shape() {
    return structure("ListDataTransformationProfilesResponse", field<&Self::items>("Items", required),
                     field<&Self::next_token>("NextToken", rules::DataTransformationNextToken));
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
  /// The profile's id: 32 lowercase hexadecimal digits.
  std::string profile_id{};
  /// The maximum number of items on a page.
  std::optional<std::int32_t> max_results{};
  /// In a request, the previous response's token; in a response, the next page's token, absent on the last page.
  std::optional<std::string> next_token{};

  template <class Self>
  static consteval auto shape() {
    return structure("ListDataTransformationProfileVersionsRequest",
                     field<&Self::profile_id>("ProfileId", rules::ProfileIdString, required),
                     field<&Self::max_results>("MaxResults", rules::MaxResults),
                     field<&Self::next_token>("NextToken", rules::DataTransformationNextToken));
  }
  friend bool operator==(ListDataTransformationProfileVersionsRequest const&,
                         ListDataTransformationProfileVersionsRequest const&) = default;
};

/// A version of a profile in a list.
struct DataTransformationProfileVersionSummary {
  /// The profile's id: 32 lowercase hexadecimal digits.
  std::string profile_id{};
  /// The version of the profile: 0 for the draft, up to 99.
  std::int32_t version{};
  /// The format of the files that are read.
  OpenEnum<SourceFormat> source_format{};
  /// The format that is written.
  OpenEnum<TargetFormat> target_format{};
  /// The profile's name; 1 to 256 characters.
  std::optional<std::string> profile_name{};
  /// A description of the change; at most 1000 characters.
  std::optional<std::string> change_description{};
  /// When the profile was last updated.
  std::optional<Timestamp> last_updated_at{};

  template <class Self>
  static consteval auto shape() {
    return structure("DataTransformationProfileVersionSummary",
                     field<&Self::profile_id>("ProfileId", rules::ProfileIdString, required),
                     field<&Self::version>("Version", rules::ProfileVersion, required),
                     field<&Self::source_format>("SourceFormat", required),
                     field<&Self::target_format>("TargetFormat", required),
                     field<&Self::profile_name>("ProfileName", rules::ProfileNameString),
                     field<&Self::change_description>("ChangeDescription", rules::ChangeDescription),
                     field<&Self::last_updated_at>("LastUpdatedAt"));
  }
  friend bool operator==(DataTransformationProfileVersionSummary const&,
                         DataTransformationProfileVersionSummary const&) = default;
};

/// The output of ListDataTransformationProfileVersions.
struct ListDataTransformationProfileVersionsResponse {
  /// The items on the page.
  std::vector<DataTransformationProfileVersionSummary> items{};
  /// In a request, the previous response's token; in a response, the next page's token, absent on the last page.
  std::optional<std::string> next_token{};

  template <class Self>
  static consteval auto shape() {
    return structure("ListDataTransformationProfileVersionsResponse", field<&Self::items>("Items", required),
                     field<&Self::next_token>("NextToken", rules::DataTransformationNextToken));
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

}  // namespace HEALTHLAKE_NAMESPACE
