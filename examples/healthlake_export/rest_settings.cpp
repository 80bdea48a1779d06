#include "rest_settings.hpp"

#include <CLI/CLI.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/validate.hpp"
#include "healthlake/rest/times.hpp"
#include "rest_options.hpp"
#include "settings.hpp"
#include "time.hpp"

namespace healthlake_export {
namespace {

using namespace healthlake;

// The option that becomes a member of the request; the others are checked with the other settings.
std::string_view option_of(std::string_view path) {
  constexpr std::pair<std::string_view, std::string_view> options[] = {{"datastoreId", "--datastore-id"},
                                                                       {"groupId", "--group"},
                                                                       {"_type", "--type"},
                                                                       {"_since", "--since"},
                                                                       {"_until", "--until"},
                                                                       {"_security", "--security"},
                                                                       {"_tag", "--tag"}};
  for (auto const& [member, option] : options)
    if (path.starts_with(member)) return option;
  return {};
}

std::optional<Timestamp> time_of(char const* option, std::string const& text, std::vector<std::string>& problems) {
  if (text.empty()) return std::nullopt;
  auto time = rest::parse_instant(text);
  if (!time) time = parse_time(text);
  if (!time)
    problems.push_back(std::string{option} +
                       ": expected a FHIR instant, such as 2026-11-25T19:05:08Z or 2026-11-25T19:05:08-05:00, or "
                       "YYYY-MM-DD in UTC, or seconds since 1970");
  return time;
}

std::optional<std::vector<std::string>> unless_empty(std::vector<std::string> const& values) {
  return values.empty() ? std::nullopt : std::optional{values};
}

void check_start(RestOptions const& given, Settings& settings, std::vector<std::string>& problems) {
  auto& start = settings.rest.start;
  start.datastore_id = settings.start.datastore_id;
  start.scope = given.patient          ? rest::ExportScope::patient
                : !given.group.empty() ? rest::ExportScope::group
                                       : rest::ExportScope::system;
  if (!given.group.empty()) start.group_id = given.group;
  if (given.patient && !given.group.empty()) problems.emplace_back("--patient and --group exclude each other");
  start.types = unless_empty(given.types);
  start.since = time_of("--since", given.since, problems);
  start.until = time_of("--until", given.until, problems);
  start.security = unless_empty(given.security);
  start.tags = unless_empty(given.tags);
  if (start.since && start.until && *start.since > *start.until)
    problems.emplace_back("--until: expected a time that is not before --since");
  start.body.job_name = settings.start.job_name;
  start.body.data_access_role_arn = settings.start.data_access_role_arn;
  if (auto const* const s3 = settings.start.output_data_config.s3_configuration())
    start.body.output_data_config.s3_configuration = *s3;
  for (auto const& violation : violations(start, {.unknown_enum_values = false})) {
    auto const option = option_of(violation.path);
    // A missing data store is a problem of its own.
    if (!option.empty() && !(violation.path == "datastoreId" && start.datastore_id.empty()))
      problems.push_back(std::string{option} + ": " + to_string(violation));
  }
}

}  // namespace

void add_rest(CLI::App& app, RestOptions& options) {
  app.add_flag("--rest", options.rest, "start the export by FHIR REST ($export), which the following options need");
  app.add_flag("--patient", options.patient, "export only what belongs to patients");
  app.add_option("--group", options.group, "export only what belongs to the patients of the Group with this id");
  app.add_option("--type", options.types,
                 "only resources of this type, such as Patient; again, or with commas, for others")
      ->delimiter(',');
  app.add_option(
      "--since", options.since,
      "only resources updated at this time or later, such as 2026-11-25T19:05:08Z: for the next export, when "
      "the last one was submitted");
  app.add_option("--until", options.until, "only resources updated at this time or earlier");
  app.add_option("--security", options.security, "only resources with this security label, SYSTEM|CODE or SYSTEM|");
  app.add_option("--tag", options.tags, "only resources with this tag, SYSTEM|CODE or SYSTEM|");
  app.add_flag("--cancel", options.cancel, "cancel the job (--job-id), and wait for the end of it");
}

void check_rest(Options const& options, Settings& settings, std::vector<std::string>& problems) {
  auto const& given = options.rest;
  settings.rest.rest = given.rest;
  settings.rest.cancel = given.cancel;
  std::pair<char const*, bool> const filters[] = {
      {"--patient", given.patient},      {"--group", !given.group.empty()}, {"--type", !given.types.empty()},
      {"--since", !given.since.empty()}, {"--until", !given.until.empty()}, {"--security", !given.security.empty()},
      {"--tag", !given.tags.empty()}};
  for (auto const& [name, is_given] : filters) {
    if (is_given && !given.rest) problems.push_back(std::string{name} + " needs --rest");
    if (is_given && given.rest && !options.job_id.empty())
      problems.push_back(std::string{name} + " cannot be changed for a job that exists; omit it, or omit --job-id");
  }
  if (given.cancel && !given.rest) problems.emplace_back("--cancel needs --rest");
  if (given.cancel && options.job_id.empty()) problems.emplace_back("--cancel needs --job-id");
  if (!given.rest) return;
  if (options.command != Command::start) problems.emplace_back("--rest is an option of start");
  if (options.preview) problems.emplace_back("--preview and --rest exclude each other");
  if (options.client_token)
    problems.emplace_back("--client-token and --rest exclude each other: an export by FHIR REST has no token");
  if (options.job_id.empty()) return check_start(given, settings, problems);
  for (auto const& violation :
       violations(rest::ExportId{.datastore_id = options.datastore_id, .job_id = options.job_id}))
    if (!(violation.path == "datastoreId" && options.datastore_id.empty()))
      problems.push_back((violation.path == "jobId" ? "--job-id: " : "--datastore-id: ") + to_string(violation));
}

}  // namespace healthlake_export
