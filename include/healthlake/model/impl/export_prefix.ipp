// The functions of model/export_prefix.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/model/export_prefix.hpp"
#include "healthlake/model/s3_location.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Result<S3Location, Violation> export_prefix(std::string_view s3_uri, std::string_view datastore_id,
                                                            std::string_view job_id) {
  constexpr std::size_t shown = 64;
  auto const unusable = [&](std::string_view expected) {
    return Unexpected{Violation{"S3Uri", Rule::pattern, std::string{expected}, quoted(s3_uri, shown)}};
  };
  auto found = parse_s3_uri(s3_uri);
  if (!found) return unusable("s3://, the name of a bucket, and optionally a slash and a prefix");
  if (auto const fault = bucket_fault(found->bucket); !fault.empty()) return unusable(concat({"a bucket: ", fault}));
  for (auto const& [name, id] : {std::pair{"DatastoreId", datastore_id}, std::pair{"JobId", job_id}})
    if (id.empty()) return Unexpected{Violation{name, Rule::missing, "the id of what was exported", "nothing"}};
  std::string& key = found->key;
  if (!key.empty() && !key.ends_with('/')) key += '/';
  append(key, {datastore_id, "-FHIR_EXPORT-", job_id, "/"});
  if (auto const fault = key_fault(key); !fault.empty()) return unusable(concat({"a shorter prefix: ", fault}));
  return *std::move(found);
}

HEALTHLAKE_DECL Result<S3Location, Violation> export_prefix(ExportJobProperties const& job) {
  auto const* const current = job.output_data_config.s3_configuration();
  auto const* const preview = job.output_data_config.s3_uri();
  if (current == nullptr && preview == nullptr)
    return Unexpected{Violation{"OutputDataConfig", Rule::missing, "an S3Configuration or an S3Uri", "neither"}};
  auto found = export_prefix(current != nullptr ? current->s3_uri : *preview, job.datastore_id, job.job_id);
  if (!found && found.error().path == "S3Uri")
    found.error().path = current != nullptr ? "OutputDataConfig.S3Configuration.S3Uri" : "OutputDataConfig.S3Uri";
  return found;
}

}  // namespace HEALTHLAKE_NAMESPACE
