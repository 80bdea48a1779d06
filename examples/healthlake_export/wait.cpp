#include <string>

#include "commands.hpp"
#include "healthlake/text/text.hpp"
#include "job.hpp"
#include "shell.hpp"
#include "watch.hpp"

namespace healthlake_export {
namespace {

using namespace healthlake;

// The id is that of the run: a description may lack it.
Exit report(Run const& run, std::string const& job_id, ExportJobProperties const& job, bool done) {
  if (run.settings.json) {
    auto const text = in_json(job);
    if (!text) return fail(run, text.error(), "");
    run.out.json(*text);
  }
  std::string const message = printable(job.message.value_or(""));
  std::string const status = printable(job.job_status.text());
  if (!done) {
    run.out.message(
        concat({"job ", printable(job_id), " ended with status ", status, message.empty() ? "" : ": ", message}));
    return job_failed;
  }
  if (job.job_status == JobStatus::completed_with_errors)
    run.out.message(concat({"warning: the job completed with errors", message.empty() ? "" : ": ", message}));
  else if (!message.empty()) run.out.line(message);
  if (auto const place = place_of(job); !place.empty()) run.out.line("files are below " + place);
  return success;
}

bool is_not_found(Error const& error) {
  auto const* const service = error.as<ServiceError>();
  return service && service->is("ResourceNotFoundException");
}

}  // namespace

Exit wait_for(Run const& run, std::string const& job_id, bool just_started) {
  Watch watch{run, job_id, FHIRExportJobCompleted::status};
  auto const wait = run.service.wait(
      {.datastore_id = run.settings.datastore_id(), .job_id = job_id}, just_started,
      [&](Service::Described const& response) { return watch.on_poll(response); },
      [&](Error const& error) { return watch.on_trouble(error); });
  run.progress.finish();

  std::string const go_on =
      "\nThe job continues without this program. To wait for it:\n  " + command_to_wait(run.settings, job_id);
  if (!watch.problem().empty()) {
    run.out.message(watch.problem() + go_on);
    return call_failed;
  }
  switch (wait.end) {
    case WaitEnd::success: return report(run, job_id, wait.last->output.export_job_properties, true);
    case WaitEnd::failure: return report(run, job_id, wait.last->output.export_job_properties, false);
    case WaitEnd::cancelled: return fail(run, TransportError{TransportReason::cancelled, "", false}, go_on);
    case WaitEnd::call_failed:
      if (is_not_found(*wait.error))
        return fail(run, *wait.error, "\nTo see the jobs that there are:\n  " + command_to_list(run.settings));
      return fail(run, *wait.error, go_on);
    case WaitEnd::timed_out: break;
  }
  run.out.message(concat({"job ", printable(job_id), " did not complete within the timeout",
                          wait.error ? "; last, " + to_string(*wait.error) : "", go_on}));
  return call_failed;
}

}  // namespace healthlake_export
