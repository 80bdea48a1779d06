// The transformation profiles of the local service: CreateDataTransformationProfile, UpdateDataTransformationProfile,
// PublishDataTransformationProfile, GetDataTransformationProfile, DeleteDataTransformationProfile,
// ListDataTransformationProfiles, ListDataTransformationProfileVersions.
//
// Rules: version 0 is the draft; publishing creates versions 1 to 99 (the range of ProfileVersion) and does not change
// the draft. Messages contain nothing of a mapping. What AWS does not document is decided here:
// - a starter profile is one of LocalOptions::starter_profiles; sample data becomes one mapping file per object below
//   its S3Uri; if there are none, or the mapping is empty, it is a ValidationException;
// - the SourceFormat of an existing profile (the source of a copy, the profile to publish) must be that of the request,
//   or it is a ValidationException;
// - the 100th version, and exceeding LocalOptions::max_profiles, is a ServiceQuotaExceededException; the same
//   ClientToken with different input is a ConflictException; two profiles may have the same name;
// - without a ProfileVersion, Get returns the draft; lists of profiles return the latest published version, or 0;
// - a deleted profile no longer exists, but the ClientToken that created it stays valid; jobs that use it continue.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/jobs.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/transformation_profile.hpp"
#include "healthlake/model/transformation_profile_list.hpp"
#include "healthlake/server/dispatch.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The family's handlers. Neither copyable nor movable, since the handlers point to it.
class LocalProfiles {
 public:
  /// `state` must outlive the family.
  explicit LocalProfiles(LocalState& state) : state_(state) {}
  LocalProfiles(LocalProfiles const&) = delete;
  LocalProfiles& operator=(LocalProfiles const&) = delete;

  /// Sets the handlers of the seven operations.
  void serve(Dispatcher& dispatcher);

  /// Sets the time back.
  void reset(Timestamp now) { tokens_.reset(now + state_.options().client_token_lifetime); }

 private:
  template <class Output>
  using Answer = Result<Output, HandlerError>;
  using Mapping = std::map<std::string, std::string>;

  // The members of a profile that several responses have.
  template <class Response>
  static Response about(LocalProfile const& profile, Timestamp updated) {
    Response response;
    response.profile_id = profile.id;
    response.source_format = profile.format;
    response.target_format = TargetFormat::fhir_r4;
    response.profile_name = profile.name;
    response.last_updated_at = updated;
    return response;
  }

  Answer<CreateDataTransformationProfileResponse> create(CreateDataTransformationProfileRequest const& input,
                                                         Timestamp now);
  static CreateDataTransformationProfileResponse created(LocalProfile& profile);
  Answer<Mapping> mapping_of(CreateDataTransformationProfileRequest const& input);

  // The limits of ProfileMapping, which the model does not apply to this member.
  static bool fits(Mapping::value_type const& entry);
  Answer<Mapping> mapping_of_samples(SampleDataSource const& sample);
  Answer<LocalProfileVersion*> find_version(LocalProfile& profile, std::int32_t version);
  static Unexpected<ValidationException> other_format();
  Answer<UpdateDataTransformationProfileResponse> update(UpdateDataTransformationProfileRequest const& input,
                                                         Timestamp now);
  Answer<PublishDataTransformationProfileResponse> publish(PublishDataTransformationProfileRequest const& input,
                                                           Timestamp now);
  Answer<GetDataTransformationProfileResponse> get(GetDataTransformationProfileRequest const& input);
  Answer<DeleteDataTransformationProfileResponse> remove(DeleteDataTransformationProfileRequest const& input,
                                                         Timestamp now);
  Answer<ListDataTransformationProfilesResponse> list(ListDataTransformationProfilesRequest const& input);
  Answer<ListDataTransformationProfileVersionsResponse> list_versions(
      ListDataTransformationProfileVersionsRequest const& input);

  static constexpr std::size_t most_entries = 500;

  LocalState& state_;
  // How many are deleted.
  std::size_t deleted_ = 0;
  TokenMemory<CreateDataTransformationProfile> tokens_;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/transformation_profiles.ipp"
#endif
