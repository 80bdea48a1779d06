#include "rest.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "healthlake/core/validate.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/rest/export.hpp"
#include "healthlake/text/text.hpp"
#include "limits.hpp"
#include "shell.hpp"
#include "time.hpp"

namespace healthlake_export {
namespace {

using namespace healthlake;

std::string to_wait(Run const& run, std::string_view job_id) {
  return command_to_wait(run.settings, job_id) + " --rest";
}

// Shows the polls, and ends a wait that leads nowhere.
class Watch {
 public:
  Watch(Run const& run, std::string_view job_id) : run_(run), job_id_(job_id) {}

  /// Why the wait makes no sense any more; empty if it does.
  [[nodiscard]] std::string const& problem() const noexcept { return problem_; }

  bool on_poll(Service::DescribedByRest const& response) {
    trouble_since_.reset();
    auto const& job = response.output.export_job_properties;
    if (!job.job_id.empty() && job.job_id != job_id_)
      return stop("the service described another job: " + quoted(job.job_id, 64));
    if (job.job_status.text().empty()) {
      if (++without_status_ < max_polls_without_status) return true;
      return stop("the service described the job " + std::to_string(without_status_) + " times without its status");
    }
    without_status_ = 0;
    run_.progress.show(printable(job.job_status.text()));
    return true;
  }

  bool on_trouble(Error const& error) {
    auto const now = run_.progress.elapsed();
    if (!trouble_since_) trouble_since_ = now;
    if (now >= next_message_) {
      run_.out.message(to_string(error) + "\nstill waiting");
      next_message_ = {now.count + std::chrono::milliseconds{trouble_message_interval}.count()};
    }
    auto const longest = std::chrono::milliseconds{max_trouble}.count();
    if (run_.settings.timeout || now.count - trouble_since_->count < longest) return true;
    return stop("no poll succeeded for " + std::to_string(longest / 60'000) + " minutes: " + to_string(error));
  }

 private:
  bool stop(std::string why) {
    problem_ = std::move(why);
    return false;
  }

  Run const& run_;
  std::string_view job_id_;
  std::string problem_{};
  unsigned without_status_ = 0;
  std::optional<Milliseconds> trouble_since_{};
  Milliseconds next_message_{};
};

// Where the files are; empty if the job does not say where it writes.
std::string place_of(rest::ExportProperties const& job) {
  if (!job.output_data_config || !job.output_data_config->s3_configuration) return {};
  std::string uri = job.output_data_config->s3_configuration->s3_uri;
  if (!uri.ends_with('/')) uri += '/';
  return printable(concat({uri, job.datastore_id, "-FHIR_EXPORT-", job.job_id, "/"}));
}

Exit report(Run const& run, rest::ExportProperties const& job, bool success_is_completion) {
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
    if (auto const place = place_of(job); !place.empty()) run.out.line("files are below " + place);
    if (auto const submitted = job.submitted())
      run.out.line("for what has changed since: --since " + show_time(*submitted));
  }
  if (completed && success_is_completion) return success;
  run.out.message(
      concat({"job ", printable(job.job_id), " ended with status ", printable(job.job_status.text()), message}));
  return job_failed;
}

Exit wait_for_end(Run const& run, std::string const& job_id, bool just_started) {
  bool const cancelled = run.settings.rest.cancel;
  Watch watch{run, job_id};
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
      if (!cancelled) return report(run, wait.last->output.export_job_properties, true);
      run.out.line("job " + printable(job_id) + (wait.error ? " is gone" : " is cancelled"));
      return success;
    case WaitEnd::failure: return report(run, wait.last->output.export_job_properties, false);
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
  auto const* const refused = cancelled.error().as<ServiceError>();
  bool const gone = refused != nullptr && (refused->http_status == 404 || refused->http_status == 410);
  // After a repetition, it may be this program that cancelled it.
  if (gone && cancelled.error().effect == Effect::earlier) {
    run.out.line("job " + printable(job_id) + " is gone");
    return success;
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
