// What a run does: the options and the environment, checked before anything is sent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "healthlake/http/endpoint.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/sign/credentials.hpp"
#include "options.hpp"
#include "rest_settings.hpp"

namespace healthlake_export {

struct Settings {
  Command command = Command::start;
  std::string program{};
  std::string region{};
  healthlake::Endpoint endpoint{};
  /// Whether the endpoint is another than the region's.
  bool own_endpoint = false;
  healthlake::Credentials credentials{};
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

/// All problems, not only the first: missing options, an invalid region, endpoint, proxy, file, number or time, missing
/// credentials, and every violation of the request with the option that it came from. Without problems, `settings` is
/// complete.
struct Checked {
  Settings settings{};
  std::vector<std::string> problems{};
};
Checked check(Options const& options);

}  // namespace healthlake_export
