// Looks at the polls of a wait: shows what there is to see, and ends a wait that leads nowhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "commands.hpp"
#include "healthlake/core/error.hpp"
#include "healthlake/core/timestamp.hpp"

namespace healthlake_export {

/// For one wait, whichever interface describes the job.
class Watch {
 public:
  /// `status_path`: where a response has the job's status, in wire names. All that is given must outlive the watch.
  Watch(Run const& run, std::string_view job_id, std::string_view status_path)
      : run_(run), job_id_(job_id), status_path_(status_path) {}

  /// Why the wait makes no sense any more; empty if it does.
  [[nodiscard]] std::string const& problem() const noexcept { return problem_; }

  /// Whether the wait goes on after a poll that succeeded.
  template <class Response>
  bool on_poll(Response const& response) {
    auto const& job = response.output.export_job_properties;
    return look_at(response.metadata, job.job_id, job.job_status.text());
  }
  /// Whether the wait goes on after a poll that failed.
  bool on_trouble(healthlake::Error const& error);

 private:
  bool look_at(healthlake::ResponseMetadata const& metadata, std::string_view job_id, std::string_view status);
  bool stop(std::string why);
  bool has_no_status();
  bool goes_on(healthlake::Milliseconds now, healthlake::Error const& error);

  Run const& run_;
  std::string_view job_id_;
  std::string_view status_path_;
  std::string problem_{};
  unsigned without_status_ = 0;
  bool trouble_shown_ = false;
  std::optional<healthlake::Milliseconds> trouble_since_{};
  healthlake::Milliseconds next_message_{};
};

}  // namespace healthlake_export
