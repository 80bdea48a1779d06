// All operations of the service as one list of types, and all waiters as another, for code that handles all of them:
// dispatchers, tests, fuzzers.
//
// Rules: in alphabetical order; an operation that is not here is not served, fuzzed or compared with the model, and a
// waiter that is not here is not compared.
#pragma once

#include "healthlake/model/datastore.hpp"
#include "healthlake/model/datastore_restore.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/model/import_job.hpp"
#include "healthlake/model/profile_agent.hpp"
#include "healthlake/model/tag.hpp"
#include "healthlake/model/transformation_job.hpp"
#include "healthlake/model/transformation_profile.hpp"
#include "healthlake/model/transformation_profile_list.hpp"
#include "healthlake/model/waiter.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A list of operations; `for_each` calls `visit.template operator()<Op>()` for each.
template <class... Op>
struct Operations {
  /// How many there are.
  static constexpr std::size_t size = sizeof...(Op);

  // Not a constraint of the class, which would instantiate all tables in every program.
  /// Calls `visit` for each, in the order of the list.
  template <class Visit>
    requires(Operation<Op> && ...)
  static constexpr void for_each(Visit&& visit) {
    (visit.template operator()<Op>(), ...);
  }
};

/// A list of waiters; `for_each` is that of Operations.
template <class... W>
struct Waiters {
  /// How many there are.
  static constexpr std::size_t size = sizeof...(W);

  /// Calls `visit` for each, in the order of the list.
  template <class Visit>
    requires(WaiterShape<W> && ...)
  static constexpr void for_each(Visit&& visit) {
    (visit.template operator()<W>(), ...);
  }
};

/// The operations of the service model 2017-07-01 as of November 2026.
using AllOperations =
    Operations<CreateDataTransformationProfile, CreateFHIRDatastore, DeleteDataTransformationProfile,
               DeleteFHIRDatastore, DescribeDataTransformationJob, DescribeFHIRDatastore, DescribeFHIRExportJob,
               DescribeFHIRImportJob, GetDataTransformationProfile, ListDataTransformationJobs,
               ListDataTransformationProfileVersions, ListDataTransformationProfiles, ListFHIRDatastores,
               ListFHIRExportJobs, ListFHIRImportJobs, ListTagsForResource, PublishDataTransformationProfile,
               RestoreFHIRDatastore, StartDataTransformationJob, StartFHIRExportJob, StartFHIRImportJob, TagResource,
               UntagResource, UpdateDataTransformationProfile, UpdateFHIRDatastore, UpdateProfileWithAgent>;

/// The waiters of the service model 2017-07-01 as of November 2026.
using AllWaiters = Waiters<DataTransformationJobCompleted, FHIRDatastoreActive, FHIRDatastoreDeleted,
                           FHIRExportJobCompleted, FHIRImportJobCompleted>;

}  // namespace HEALTHLAKE_NAMESPACE
