// The functions of rest/export.hpp.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/json/decode_options.hpp"
#include "healthlake/rest/export.hpp"
#include "healthlake/rest/rules.hpp"
#include "healthlake/rest/shapes.hpp"
#include "healthlake/text/percent.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::rest::detail {

HEALTHLAKE_DECL void write_base(std::string& target, std::string_view datastore_id) {
  append(target, {"/datastore/", datastore_id, "/r4"});
}

// `&name=value`; the first one of a query with `?`.
HEALTHLAKE_DECL void write_parameter(std::string& target, std::string_view name, std::string_view value) {
  append(target, {target.ends_with("$export") ? "?" : "&", name, "="});
  healthlake::detail::percent_encode(value, '-', [&](char c) { target.push_back(c); });
}

HEALTHLAKE_DECL void write_start_target(std::string& target, void const* erased) {
  auto const& input = *static_cast<StartExportRequest const*>(erased);
  write_base(target, input.datastore_id);
  if (input.scope != ExportScope::system) append(target, {"/", input.scope.text()});
  if (input.group_id) append(target, {"/", *input.group_id});
  target += "/$export";
  if (input.types) {
    std::string all;
    for (auto const& type : *input.types) append(all, {all.empty() ? "" : ",", type});
    write_parameter(target, "_type", all);
  }
  if (input.since) write_parameter(target, "_since", to_iso8601(*input.since));
  if (input.until) write_parameter(target, "_until", to_iso8601(*input.until));
  if (input.output_format) write_parameter(target, "_outputFormat", input.output_format->text());
  if (input.security)
    for (auto const& one : *input.security) write_parameter(target, "_security", one);
  if (input.tags)
    for (auto const& one : *input.tags) write_parameter(target, "_tag", one);
}

HEALTHLAKE_DECL bool check_start(void const* erased, Violation& violation) {
  auto const& input = *static_cast<StartExportRequest const*>(erased);
  bool const group = input.scope == ExportScope::group;
  char const* path = "groupId";
  char const* expected = group ? "an id, for the scope Group" : "none, except for the scope Group";
  char const* found = group ? "none" : "an id";
  Rule rule = Rule::missing;
  if (!input.scope.known()) {
    // It would become a segment of the path.
    path = "scope";
    rule = Rule::enumeration;
    expected = "one of system, Patient, Group";
    found = "another one";
  } else if (group == input.group_id.has_value()) {
    if (!input.since || !input.until || *input.since <= *input.until) return true;
    path = "_until";
    rule = Rule::range;
    expected = "a time that is not before _since";
    found = "an earlier one";
  }
  violation.path = path;
  violation.rule = rule;
  violation.expected = expected;
  violation.found = found;
  return false;
}

// The reference without query, fragment and a slash at its end.
HEALTHLAKE_DECL std::string_view path_in(std::string_view reference) noexcept {
  reference = reference.substr(0, reference.find_first_of("?#"));
  if (reference.ends_with('/')) reference.remove_suffix(1);
  return reference;
}

HEALTHLAKE_DECL std::string_view job_id_in(std::string_view reference) noexcept {
  reference = path_in(reference);
  auto const slash = reference.rfind('/');
  if (slash == std::string_view::npos) return {};
  std::string_view const before = reference.substr(0, slash);
  std::string_view const id = reference.substr(slash + 1);
  bool const ours = before == "export" || before.ends_with("/export");
  return ours && id.size() <= 32 && match_path_segment(id) ? id : std::string_view{};
}

// Members that this response does not have to have are only reported.
HEALTHLAKE_DECL void excuse(std::vector<MissingMember>& missing) {
  for (auto& member : missing) member.outermost = false;
}

HEALTHLAKE_DECL bool finish_start(void* erased, HttpResponse const& response, bool decoded,
                                  std::vector<MissingMember>& missing) {
  if (!decoded) return false;
  auto& output = *static_cast<StartExportResponse*>(erased);
  if (auto const location = response.headers.find("Content-Location")) output.content_location = *location;
  if (!output.job_id.empty()) return true;
  output.job_id = job_id_in(output.content_location);
  if (!output.job_id.empty()) excuse(missing);
  else if (missing.empty()) missing.push_back({"jobId", true});
  return true;
}

HEALTHLAKE_DECL void write_job_target(std::string& target, void const* erased) {
  auto const& input = *static_cast<ExportId const*>(erased);
  write_base(target, input.datastore_id);
  append(target, {"/export/", input.job_id});
}

HEALTHLAKE_DECL bool finish_described(DescribedExport& output, HttpResponse const& response, bool decoded,
                                      std::vector<MissingMember>& missing) {
  bool const accepted = response.status == 202;
  if (!decoded && !accepted) return false;
  if (!decoded) {
    // Made anew, since an assignment is several times the code.
    std::destroy_at(&output);
    std::construct_at(&output);
    missing.clear();
  }
  if (auto const progress = response.headers.find("X-Progress")) output.progress = *progress;
  // What the body of a 202 contains is not defined.
  if (accepted) excuse(missing);
  return true;
}

HEALTHLAKE_DECL bool finish_describe(void* erased, HttpResponse const& response, bool decoded,
                                     std::vector<MissingMember>& missing) {
  auto& output = *static_cast<DescribedExport*>(erased);
  if (!finish_described(output, response, decoded, missing)) return false;
  auto& status = output.export_job_properties.job_status;
  if (response.status == 202 && status.text().empty()) status = JobStatus::in_progress;
  return true;
}

HEALTHLAKE_DECL bool finish_cancel(void* erased, HttpResponse const& response, bool decoded,
                                   std::vector<MissingMember>& missing) {
  excuse(missing);
  return finish_described(*static_cast<DescribedExport*>(erased), response, decoded, missing);
}

HEALTHLAKE_DECL Unexpected<SetupError> not_located(std::string_view why) {
  return Unexpected{SetupError{SetupPhase::endpoint, concat({"the Content-Location ", why})}};
}

}  // namespace HEALTHLAKE_NAMESPACE::rest::detail

namespace HEALTHLAKE_NAMESPACE::rest {

HEALTHLAKE_DECL Result<ExportId, SetupError> locate_export(std::string_view content_location, Endpoint const& endpoint,
                                                           std::string_view datastore_id) {
  using detail::not_located;
  constexpr std::string_view elsewhere =
      "is not at the endpoint of the data store; describe the job by its id, at the endpoint that it was started at";
  std::string_view const job = detail::job_id_in(content_location);
  if (job.empty()) return not_located("is not a reference to export/<job>");
  std::string_view path = detail::path_in(content_location);
  path.remove_suffix(job.size());
  if (path != "export/" && path != "./export/") {
    std::string url{path};
    if (path.starts_with("//")) url = endpoint.scheme + ":" + url;
    else if (path.starts_with('/')) url = endpoint.scheme + "://" + endpoint.authority + url;
    auto const there = parse_endpoint(url);
    if (!there) return not_located("is not an absolute or relative reference to a status of this service");
    std::string expected = endpoint.path;
    detail::write_base(expected, datastore_id);
    if (there->scheme != endpoint.scheme || there->authority != endpoint.authority ||
        there->path != expected + "/export")
      return not_located(elsewhere);
  }
  return ExportId{.datastore_id = std::string{datastore_id}, .job_id = std::string{job}};
}

}  // namespace HEALTHLAKE_NAMESPACE::rest
