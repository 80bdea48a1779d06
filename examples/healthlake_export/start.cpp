#include "commands.hpp"
#include "healthlake/core/validate.hpp"
#include "healthlake/text/text.hpp"
#include "shell.hpp"

namespace healthlake_export {
namespace {

using namespace healthlake;

// The reply is lost or useless, but the service may have done what it was asked for.
std::string if_it_runs(Run const& run, std::string const& token) {
  return concat({"\nThe job may be running. To look for it:\n  ", command_to_list(run.settings),
                 "\nTo wait for it, or to start it if it was not (the token prevents a second job):\n  ",
                 command_to_repeat(run.settings, token)});
}

}  // namespace

Exit start(Run const& run) {
  if (!run.settings.job_id.empty()) return wait_for(run, run.settings.job_id, false);
  auto request = run.settings.start;
  if (!request.client_token) request.client_token = run.service.new_token();
  std::string const& token = *request.client_token;
  // Before anything is sent: whoever has the token can repeat the call, whatever becomes of this process.
  run.out.line("client token " + token);
  if (!run.out.failure().empty()) {
    run.out.message("the output cannot be written (" + run.out.failure() + "); nothing was sent");
    return output_failed;
  }

  auto const started = run.service.start(request);
  if (!started) {
    bool const may_run = started.error().effect != Effect::none;
    return fail(run, started.error(),
                may_run ? if_it_runs(run, token) : "\nThis call started no job; client token " + token);
  }
  warn_of_clock(run, started->metadata);
  auto const& job = started->output;
  if (!violations(DescribeFHIRExportJobRequest{request.datastore_id, job.job_id}).empty()) {
    run.out.message("the service returned a JobId that is not valid: " + quoted(job.job_id, 64) +
                    if_it_runs(run, token));
    return call_failed;
  }
  run.out.line("job " + printable(job.job_id) + " of data store " + request.datastore_id + " at " +
               run.settings.endpoint.url());
  run.progress.show(printable(job.job_status.text()));
  return wait_for(run, job.job_id, true);
}

}  // namespace healthlake_export
