#include "rest.hpp"

#include <string>
#include <string_view>

#include "healthlake/core/validate.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/rest/export.hpp"
#include "healthlake/text/text.hpp"
#include "job.hpp"
#include "shell.hpp"
#include "time.hpp"
#include "watch.hpp"

namespace healthlake_export {
namespace {

using namespace healthlake;

std::string to_wait(Run const& run, std::string_view job_id) {
  return command_to_wait(run.settings, job_id) + " --rest";
}

// The ids are those of the run: a description may lack them.
Exit report(Run const& run, std::string const& job_id, rest::ExportProperties const& job, bool success_is_completion) {
  if (run.settings.json) {
    auto const text = encode(job);
    if (!text) return fail(run, text.error(), "");
    run.out.json(*text);
  }
  std::string const message = job.message && !job.message->empty() ? ": " + printable(*job.message) : std::string{};
  bool const completed = job.job_status == JobStatus::completed || job.job_status == JobStatus::completed_with_errors;
  if (completed) {
    if (job.job_status == JobStatus::completed_with_errors)
      run.out.message("warning: the job completed with errors" + message);
    if (job.output_data_config && job.output_data_config->s3_configuration) {
      auto const place =
          place_of(job.output_data_config->s3_configuration->s3_uri, run.settings.datastore_id(), job_id);
      if (!place.empty()) run.out.line("files are below " + place);
    }
    if (auto const submitted = job.submitted())
      run.out.line("for what has changed since: --since " + show_time(*submitted));
  }
  if (completed && success_is_completion) return success;
  run.out.message(
      concat({"job ", printable(job_id), " ended with status ", printable(job.job_status.text()), message}));
  return job_failed;
}

Exit wait_for_end(Run const& run, std::string const& job_id, bool just_started) {
  bool const cancelled = run.settings.rest.cancel;
  Watch watch{run, job_id, rest::ExportCompleted::status};
  auto const wait = run.service.wait_by_rest(
      {.datastore_id = run.settings.datastore_id(), .job_id = job_id}, just_started, cancelled,
      [&](Service::DescribedByRest const& response) { return watch.on_poll(response); },
      [&](Error const& error) { return watch.on_trouble(error); });
  run.progress.finish();
  std::string const go_on = "\nThe job continues without this program. To wait for it:\n  " + to_wait(run, job_id);
  if (!watch.problem().empty()) {
    run.out.message(watch.problem() + go_on);
    return call_failed;
  }
  switch (wait.end) {
    case WaitEnd::success:
      if (!cancelled) return report(run, job_id, wait.last->output.export_job_properties, true);
      run.out.line("job " + printable(job_id) + (wait.error ? " is gone" : " is cancelled"));
      return success;
    case WaitEnd::failure: return report(run, job_id, wait.last->output.export_job_properties, false);
    case WaitEnd::cancelled: return fail(run, TransportError{TransportReason::cancelled, "", false}, go_on);
    case WaitEnd::call_failed: return fail(run, *wait.error, go_on);
    case WaitEnd::timed_out: break;
  }
  run.out.message(concat({"job ", printable(job_id), " did not end within the timeout",
                          wait.error ? "; last, " + to_string(*wait.error) : "", go_on}));
  return call_failed;
}

Exit cancel(Run const& run) {
  std::string const& job_id = run.settings.job_id;
  auto const cancelled = run.service.cancel_by_rest({run.settings.datastore_id(), job_id});
  if (cancelled) return wait_for_end(run, job_id, false);
  // After a repetition, it may be this program that cancelled it.
  auto const* const refused = cancelled.error().as<ServiceError>();
  if (refused != nullptr && cancelled.error().effect == Effect::earlier) {
    // Without a code, it may be a proxy's page.
    if ((refused->http_status == 404 || refused->http_status == 410) && !refused->code.empty()) {
      run.out.line("job " + printable(job_id) + " is gone");
      return success;
    }
    if (refused->http_status == 409) return wait_for_end(run, job_id, false);
  }
  return fail(run, cancelled.error(), "");
}

}  // namespace

Exit export_by_rest(Run const& run) {
  if (run.settings.rest.cancel) return cancel(run);
  if (!run.settings.job_id.empty()) return wait_for_end(run, run.settings.job_id, false);
  auto const started = run.service.start_by_rest(run.settings.rest.start);
  if (!started) {
    bool const may_run = started.error().effect != Effect::none;
    return fail(run, started.error(),
                may_run ? "\nThe job may be running, and a second start would be a second job. To look for it:\n  " +
                              command_to_list(run.settings)
                        : "\nThis call started no job.");
  }
  warn_of_clock(run, started->metadata);
  std::string const& job_id = started->output.job_id;
  if (!violations(rest::ExportId{run.settings.datastore_id(), job_id}).empty()) {
    run.out.message("the service returned a jobId that is not valid: " + quoted(job_id, 64) +
                    "\nTo look for the job:\n  " + command_to_list(run.settings));
    return call_failed;
  }
  run.out.line("job " + printable(job_id) + " of data store " + run.settings.datastore_id() + " at " +
               run.settings.endpoint.url() + ", by FHIR REST");
  if (started->output.job_status) run.progress.show(printable(started->output.job_status->text()));
  return wait_for_end(run, job_id, true);
}

}  // namespace healthlake_export
