// What a run does: the options and the environment, checked before anything is sent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/secrets.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/model/export_job.hpp"
#include "options.hpp"
#include "rest_settings.hpp"

namespace healthlake_export {

struct Settings {
  Command command = Command::start;
  std::string program{};
  /// `--profile`.
  std::string profile{};
  std::string region{};
  healthlake::Endpoint endpoint{};
  /// Whether the endpoint is another than the region's.
  bool own_endpoint = false;
  /// Whether the keys are those of the environment, so that a process that has begun gets no others.
  bool lasting_keys = false;
  /// The endpoints over plain HTTP, on other machines.
  std::vector<std::string> unprotected{};
  std::string proxy{};
  bool proxy_from_environment = false;
  std::string ca_file{};
  bool json = false;
  /// Between two polls.
  healthlake::Milliseconds poll{10'000};
  /// For everything; nothing: no limit.
  std::optional<healthlake::Milliseconds> timeout{};

  /// For `start` without a job id.
  healthlake::StartFHIRExportJobRequest start{};
  /// For `describe`, and for `start` that goes on with a job.
  std::string job_id{};
  /// For `list`.
  healthlake::ListFHIRExportJobsRequest list{};
  RestSettings rest{};

  [[nodiscard]] std::string const& datastore_id() const {
    return command == Command::list ? list.datastore_id : start.datastore_id;
  }
};

/// What to do without credentials.
inline constexpr char const* set_credentials =
    "Name a profile (--profile, AWS_PROFILE), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";

/// All problems, not only the first: missing options, an invalid region, endpoint, proxy, file, number or time,
/// credentials that are not configured or configured wrongly, and every violation of the request with the option that
/// it came from. Without problems, `settings` is complete.
struct Checked {
  Settings settings{};
  std::vector<std::string> problems{};
};
Checked check(Options const& options, healthlake_examples::Secrets& secrets);

}  // namespace healthlake_export
