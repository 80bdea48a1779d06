#include "watch.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "healthlake/core/retry_kind.hpp"
#include "healthlake/text/text.hpp"
#include "limits.hpp"

namespace healthlake_export {

using namespace healthlake;

bool Watch::on_trouble(Error const& error) {
  // The environment of a process does not change: a new key needs a new process.
  if (auto const* const service = error.as<ServiceError>(); service != nullptr && run_.settings.lasting_keys)
    if (std::find(expired_codes.begin(), expired_codes.end(), service->code) != expired_codes.end())
      return stop(to_string(error) + "\nSet new credentials.");
  if (auto const* const malformed = error.as<Malformed>())
    if (status_path_.starts_with(malformed->path) && !malformed->path.empty() && !has_no_status()) return false;
  auto const now = run_.progress.elapsed();
  if (!trouble_since_) trouble_since_ = now;
  if (now >= next_message_) {
    run_.out.message(concat({to_string(error), whose_credentials(run_, error), "\nstill waiting"}));
    trouble_shown_ = true;
    next_message_ = {now.count + std::chrono::milliseconds{trouble_message_interval}.count()};
  }
  return goes_on(now, error);
}

bool Watch::look_at(ResponseMetadata const& metadata, std::string_view job_id, std::string_view status) {
  warn_of_clock(run_, metadata);
  if (trouble_shown_) run_.out.message("the service answers again");
  trouble_shown_ = false;
  trouble_since_.reset();
  if (!job_id.empty() && job_id != job_id_) return stop("the service described another job: " + quoted(job_id, 64));
  if (status.empty()) return has_no_status();
  without_status_ = 0;
  run_.progress.show(printable(status));
  return true;
}

bool Watch::stop(std::string why) {
  problem_ = std::move(why);
  return false;
}

// The job was described without a status, or with something else in its place.
bool Watch::has_no_status() {
  if (++without_status_ < max_polls_without_status) return true;
  return stop("the service described the job " + std::to_string(without_status_) + " times without its status");
}

bool Watch::goes_on(Milliseconds now, Error const& error) {
  auto const longest = std::chrono::milliseconds{max_trouble}.count();
  if (run_.settings.timeout || now.count - trouble_since_->count < longest) return true;
  return stop("no poll succeeded for " + std::to_string(longest / 60'000) + " minutes: " + to_string(error));
}

}  // namespace healthlake_export
