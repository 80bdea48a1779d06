// The source and target formats of data transformation profiles, and the sources of new ones.
//
// Rules: names, limits and requirements are the service model's (2017-07-01). Mappings are sensitive.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "healthlake/core/shape.hpp"
#include "healthlake/model/rules.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The format of the files a transformation reads.
enum class SourceFormat : std::uint16_t { ccda, csv, unknown = EnumValue::unknown };
consteval auto enumeration(SourceFormat) { return spelled("SourceFormat", "CCDA", "CSV"); }

/// The format a transformation writes.
enum class TargetFormat : std::uint16_t { fhir_r4, unknown = EnumValue::unknown };
consteval auto enumeration(TargetFormat) { return spelled("TargetFormat", "FHIR_R4"); }

/// A starter profile provided by the service.
struct StarterProfileSource {
  /// The name of the starter profile.
  std::string starter_profile_name{};

  template <class Self>
  static consteval auto shape() {
    return structure("StarterProfileSource", field<&Self::starter_profile_name>("StarterProfileName", required));
  }
  friend bool operator==(StarterProfileSource const&, StarterProfileSource const&) = default;
};

/// A version of an existing profile.
struct ExistingVersionedProfileSource {
  /// The id of the profile to copy.
  std::string profile_id{};
  /// The version to copy.
  std::int32_t version{};

  template <class Self>
  static consteval auto shape() {
    return structure("ExistingVersionedProfileSource", field<&Self::profile_id>("ProfileId", required),
                     field<&Self::version>("Version", required));
  }
  friend bool operator==(ExistingVersionedProfileSource const&, ExistingVersionedProfileSource const&) = default;
};

/// A mapping in the request. Sensitive as a whole.
struct ProfileMappingSource {
  /// Mapping files by name; 1 to 500 entries. Sensitive.
  std::map<std::string, std::string> profile_mapping{};

  template <class Self>
  static consteval auto shape() {
    return structure("ProfileMappingSource", field<&Self::profile_mapping>("ProfileMapping", required))
        .marked_sensitive();
  }
  friend bool operator==(ProfileMappingSource const&, ProfileMappingSource const&) = default;
};

/// Sample files from which the service derives a mapping.
struct SampleDataSource {
  /// `s3://bucket/prefix`.
  std::string s3_uri{};

  template <class Self>
  static consteval auto shape() {
    return structure("SampleDataSource", field<&Self::s3_uri>("S3Uri", rules::SampleDataS3Uri, required));
  }
  friend bool operator==(SampleDataSource const&, SampleDataSource const&) = default;
};

/// The source of a new profile: a union of four members.
struct CreateDataTransformationProfileSource {
  Union<StarterProfileSource, ExistingVersionedProfileSource, ProfileMappingSource, SampleDataSource> value{};

  [[nodiscard]] StarterProfileSource const* starter_profile() const noexcept { return value.get_if<0>(); }
  [[nodiscard]] ExistingVersionedProfileSource const* existing_versioned_profile_id() const noexcept {
    return value.get_if<1>();
  }
  [[nodiscard]] ProfileMappingSource const* profile_mapping() const noexcept { return value.get_if<2>(); }
  [[nodiscard]] SampleDataSource const* sample_data() const noexcept { return value.get_if<3>(); }

  template <class Self>
  static consteval auto shape() {
    return union_of("CreateDataTransformationProfileSource", alternative<&Self::value, 0>("StarterProfile"),
                    alternative<&Self::value, 1>("ExistingVersionedProfileId"),
                    alternative<&Self::value, 2>("ProfileMapping"), alternative<&Self::value, 3>("SampleData"));
  }
  friend bool operator==(CreateDataTransformationProfileSource const&,
                         CreateDataTransformationProfileSource const&) = default;
};

}  // namespace HEALTHLAKE_NAMESPACE
