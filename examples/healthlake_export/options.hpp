// What the command line says, as written; settings.hpp checks it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rest_options.hpp"

namespace healthlake_export {

enum class Command : std::uint8_t { start, describe, list };

/// An empty string is an option that was not given, so that `--endpoint "$ENDPOINT"` works without the variable.
struct Options {
  Command command = Command::start;
  /// How the program was called, for the commands that it prints.
  std::string program = "healthlake-export";

  std::string endpoint{};
  std::string profile{};
  std::string region{};
  std::string datastore_id{};
  std::string proxy{};
  bool proxy_from_environment = false;
  std::string ca_file{};
  std::string timeout{};
  bool json = false;

  // start; of these, only job_id and poll go with a job that exists
  std::string s3_uri{};
  std::string kms_key_id{};
  std::string role_arn{};
  std::optional<std::string> client_token{};
  bool preview = false;
  std::string poll{};

  RestOptions rest{};

  // start and describe
  std::string job_id{};

  // start and list
  std::optional<std::string> job_name{};

  // list
  std::string job_status{};
  std::string submitted_before{};
  std::string submitted_after{};
  std::string max_results{};
  std::string next_token{};
};

}  // namespace healthlake_export
