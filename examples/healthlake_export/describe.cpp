#include "commands.hpp"
#include "healthlake/text/text.hpp"
#include "job.hpp"

namespace healthlake_export {

using namespace healthlake;

Exit describe(Run const& run) {
  auto const described =
      run.service.describe({.datastore_id = run.settings.datastore_id(), .job_id = run.settings.job_id});
  if (!described) return fail(run, described.error(), "");
  warn_of_clock(run, described->metadata);
  auto const& job = described->output.export_job_properties;
  if (job.job_id != run.settings.job_id) {
    run.out.message("the service described another job: " + quoted(job.job_id, 64));
    return call_failed;
  }
  if (auto const missing = missing_members(described->metadata); !missing.empty())
    run.out.message("warning: the response lacks " + missing);
  if (!run.settings.json) {
    run.out.line(in_lines(job));
    return success;
  }
  auto const json = in_json(job);
  if (!json) return fail(run, json.error(), "");
  run.out.json(*json);
  return success;
}

}  // namespace healthlake_export
