// Where an export job writes its results.
//
// Rules: the results of a job are the objects whose keys begin with `<prefix>/<DatastoreId>-FHIR_EXPORT-<JobId>/`,
// where `<prefix>` is the key of the job's S3Uri; without one, they are at the top of the bucket. AWS documents what is
// in them (one resource type per object, at most 5,000 resources each, newline-delimited JSON), but neither the names
// below this prefix nor their order: list the objects (ListObjectsV2) instead of guessing keys. All are complete once
// the job is COMPLETED or COMPLETED_WITH_ERRORS.
#pragma once

#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/model/s3_location.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The bucket and the prefix of the keys of a job's results; the prefix ends with a slash. Whatever the status of the
/// job is: it does not say that there are any. The error names the member of ExportJobProperties that cannot be used:
/// the S3Uri names no bucket or an invalid one (`bucket_fault`), or there is none, an id is missing, or the prefix is
/// longer than a key of S3 can be.
Result<S3Location, Violation> export_prefix(ExportJobProperties const& job);

/// The same from its parts, for jobs that were not described by DescribeFHIRExportJob. The error's path is `S3Uri`,
/// `DatastoreId` or `JobId`.
Result<S3Location, Violation> export_prefix(std::string_view s3_uri, std::string_view datastore_id,
                                            std::string_view job_id);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/model/impl/export_prefix.ipp"
#endif
