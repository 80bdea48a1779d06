#include "job.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "healthlake/json/encode.hpp"
#include "healthlake/model/export_prefix.hpp"
#include "healthlake/text/text.hpp"
#include "time.hpp"

namespace healthlake_export {
namespace {

using namespace healthlake;

std::string destination(ExportJobProperties const& job) {
  if (auto const* const s3 = job.output_data_config.s3_configuration()) return s3->s3_uri;
  auto const* const uri = job.output_data_config.s3_uri();
  return uri ? *uri : std::string{};
}

// A time that a response lacked is 0.
std::string time_or_dash(std::optional<Timestamp> time) {
  return time && *time != Timestamp{} ? show_time(*time) : "-";
}

std::string shown(Result<S3Location, Violation> const& place) {
  return place ? printable(concat({"s3://", place->bucket, "/", place->key})) : std::string{};
}

std::string columns(std::initializer_list<std::string_view> cells) {
  constexpr std::size_t widths[] = {32, 21, 20, 20, 0};
  std::string line;
  auto const* width = widths;
  for (auto const cell : cells) {
    append(line, {line.empty() ? "" : "  ", cell});
    if (cell.size() < *width) line.append(*width - cell.size(), ' ');
    ++width;
  }
  return line;
}

}  // namespace

std::string place_of(ExportJobProperties const& job) { return shown(export_prefix(job)); }

std::string place_of(std::string_view s3_uri, std::string_view datastore_id, std::string_view job_id) {
  return shown(export_prefix(s3_uri, datastore_id, job_id));
}

std::string in_lines(ExportJobProperties const& job) {
  std::string lines;
  auto const add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) append(lines, {lines.empty() ? "" : "\n", name, printable(value)});
  };
  add("job          ", job.job_id);
  add("status       ", job.job_status.text());
  add("name         ", job.job_name.value_or(""));
  add("data store   ", job.datastore_id);
  add("submitted    ", time_or_dash(job.submit_time));
  add("ended        ", time_or_dash(job.end_time));
  add("destination  ", destination(job));
  if (auto const* const s3 = job.output_data_config.s3_configuration()) add("KMS key      ", s3->kms_key_id);
  add("role         ", job.data_access_role_arn.value_or(""));
  add("message      ", job.message.value_or(""));
  return lines;
}

std::string in_columns(ExportJobProperties const& job) {
  return columns({printable(job.job_id), printable(job.job_status.text()), time_or_dash(job.submit_time),
                  time_or_dash(job.end_time), printable(job.job_name.value_or("-"))});
}

std::string column_titles() { return columns({"JOB", "STATUS", "SUBMITTED", "ENDED", "NAME"}); }

Result<std::string> in_json(ExportJobProperties const& job) { return encode(job); }

}  // namespace healthlake_export
