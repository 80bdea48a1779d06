// An export job as people and programs read it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/model/export_job.hpp"

namespace healthlake_export {

/// Where its files are; empty if the job does not say where it writes.
std::string place_of(healthlake::ExportJobProperties const& job);
/// The same from its parts; empty if one of them is missing or invalid.
std::string place_of(std::string_view s3_uri, std::string_view datastore_id, std::string_view job_id);
/// All properties, one per line.
std::string in_lines(healthlake::ExportJobProperties const& job);
/// In one line: id, status, times, name; and the titles of these columns.
std::string in_columns(healthlake::ExportJobProperties const& job);
std::string column_titles();
/// As the service writes it, in one line.
healthlake::Result<std::string> in_json(healthlake::ExportJobProperties const& job);

}  // namespace healthlake_export
