#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "commands.hpp"
#include "healthlake/core/retry_kind.hpp"
#include "healthlake/text/text.hpp"
#include "job.hpp"
#include "limits.hpp"
#include "shell.hpp"
#include "signals.hpp"

namespace healthlake_export {
namespace {

using namespace healthlake;

// Looks at every poll, shows what there is to see, and ends a wait that leads nowhere.
class Watch {
 public:
  Watch(Run const& run, std::string const& job_id) : run_(run), job_id_(job_id) {}

  /// Why the wait makes no sense any more; empty if it does.
  [[nodiscard]] std::string const& problem() const noexcept { return problem_; }

  bool on_poll(Service::Described const& response) {
    if (!clock_shown_ && response.metadata.clock_correction != Milliseconds{}) warn_of_clock(run_, response.metadata);
    clock_shown_ = clock_shown_ || response.metadata.clock_correction != Milliseconds{};
    if (trouble_shown_) run_.out.message("the service answers again");
    trouble_shown_ = false;
    trouble_since_.reset();
    auto const& job = response.output.export_job_properties;
    if (!job.job_id.empty() && job.job_id != job_id_)
      return stop("the service described another job: " + quoted(job.job_id, 64));
    if (job.job_status.text().empty()) return has_no_status();
    without_status_ = 0;
    run_.progress.show(printable(job.job_status.text()));
    return true;
  }

  bool on_trouble(Error const& error) {
    // The environment of a process does not change: a new key needs a new process.
    if (auto const* const service = error.as<ServiceError>(); service != nullptr && run_.settings.lasting_keys)
      if (std::find(expired_codes.begin(), expired_codes.end(), service->code) != expired_codes.end())
        return stop(to_string(error) + "\nSet new credentials.");
    if (auto const* const malformed = error.as<Malformed>())
      if (std::string_view{"ExportJobProperties.JobStatus"}.starts_with(malformed->path) && !malformed->path.empty() &&
          !has_no_status())
        return false;
    auto const now = run_.progress.elapsed();
    if (!trouble_since_) trouble_since_ = now;
    if (now >= next_message_) {
      run_.out.message(concat({to_string(error), whose_credentials(run_, error), "\nstill waiting"}));
      trouble_shown_ = true;
      next_message_ = {now.count + std::chrono::milliseconds{trouble_message_interval}.count()};
    }
    return goes_on(now, error);
  }

 private:
  bool stop(std::string why) {
    problem_ = std::move(why);
    return false;
  }

  // The job was described without a status, or with something else in its place.
  bool has_no_status() {
    if (++without_status_ < max_polls_without_status) return true;
    return stop("the service described the job " + std::to_string(without_status_) + " times without its status");
  }

  bool goes_on(Milliseconds now, Error const& error) {
    auto const longest = std::chrono::milliseconds{max_trouble}.count();
    if (run_.settings.timeout || now.count - trouble_since_->count < longest) return true;
    return stop("no poll succeeded for " + std::to_string(longest / 60'000) + " minutes: " + to_string(error));
  }

  Run const& run_;
  std::string const& job_id_;
  std::string problem_{};
  unsigned without_status_ = 0;
  bool clock_shown_ = false;
  bool trouble_shown_ = false;
  std::optional<Milliseconds> trouble_since_{};
  Milliseconds next_message_{};
};

Exit report(Run const& run, ExportJobProperties const& job, bool done) {
  if (run.settings.json) {
    auto const text = in_json(job);
    if (!text) return fail(run, text.error(), "");
    run.out.json(*text);
  }
  std::string const message = printable(job.message.value_or(""));
  std::string const status = printable(job.job_status.text());
  if (!done) {
    run.out.message(
        concat({"job ", printable(job.job_id), " ended with status ", status, message.empty() ? "" : ": ", message}));
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
  Watch watch{run, job_id};
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
    case WaitEnd::success: return report(run, wait.last->output.export_job_properties, true);
    case WaitEnd::failure: return report(run, wait.last->output.export_job_properties, false);
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
