// The command line of healthlake-export, and the request that follows from it.
#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "healthlake/healthlake.hpp"
#include "healthlake/transport/curl.hpp"

struct Arguments {
  std::string endpoint{};
  std::string region{};
  std::string datastore_id{};
  std::string s3_uri{};
  std::string kms_key_id{};
  std::string role_arn{};
  std::optional<std::string> job_name{};
  std::optional<std::string> client_token{};
  double poll_seconds = 10;
  std::optional<double> timeout_seconds{};
  bool preview = false;
  bool json = false;

  [[nodiscard]] healthlake::StartFHIRExportJobRequest request() const {
    healthlake::OutputDataConfig output;
    if (preview) output.value = s3_uri;
    else output.value = healthlake::S3Configuration{.s3_uri = s3_uri, .kms_key_id = kms_key_id};
    return {.job_name = job_name,
            .output_data_config = output,
            .datastore_id = datastore_id,
            .data_access_role_arn = role_arn,
            .client_token = client_token};
  }

  [[nodiscard]] healthlake::WaitOptions wait_options() const {
    auto const milliseconds = [](double seconds) {
      return healthlake::Milliseconds{static_cast<std::int64_t>(seconds * 1000)};
    };
    healthlake::WaitOptions options{.delay = milliseconds(poll_seconds), .max_attempts = 0};
    if (timeout_seconds) options.timeout = milliseconds(*timeout_seconds);
    return options;
  }

  // One exchange may not take longer than the whole wait.
  [[nodiscard]] healthlake::CurlOptions curl_options() const {
    healthlake::CurlOptions options;
    if (timeout_seconds) {
      std::chrono::milliseconds const most{static_cast<std::int64_t>(*timeout_seconds * 1000)};
      options.timeout = std::min(options.timeout, most);
      options.connect_timeout = std::min(options.connect_timeout, most);
    }
    return options;
  }
};

// All problems, not only the first: missing options, an invalid endpoint or region, and every violation of the request
// with the option it came from.
inline std::vector<std::string> problems(Arguments const& arguments) {
  struct Flag {
    std::string name;
    std::string path;
    bool missing = false;
  };
  std::vector<Flag> const flags{
      {"--region", "the region to sign for", arguments.region.empty()},
      {"--datastore-id", "DatastoreId", arguments.datastore_id.empty()},
      {"--s3-uri", arguments.preview ? "OutputDataConfig.S3Uri" : "OutputDataConfig.S3Configuration.S3Uri",
       arguments.s3_uri.empty()},
      {"--kms-key-id", "OutputDataConfig.S3Configuration.KmsKeyId", !arguments.preview && arguments.kms_key_id.empty()},
      {"--role-arn", "DataAccessRoleArn", arguments.role_arn.empty()},
      {"--job-name", "JobName"},
      {"--client-token", "ClientToken"},
  };

  std::vector<std::string> found;
  for (auto const& flag : flags)
    if (flag.missing) found.push_back(flag.name + " is missing (" + flag.path + ")");
  // Both are checked: the region is signed even if an endpoint is given.
  if (!arguments.region.empty())
    if (auto const region = healthlake::resolve_endpoint({.region = arguments.region}); !region)
      found.push_back("--region: " + to_string(region.error()));
  if (!arguments.endpoint.empty())
    if (auto const endpoint = healthlake::resolve_endpoint({.endpoint = arguments.endpoint}); !endpoint)
      found.push_back("--endpoint: " + to_string(endpoint.error()));
  for (auto const& violation : healthlake::violations(arguments.request())) {
    auto const flag = std::find_if(flags.begin(), flags.end(), [&](Flag const& f) { return f.path == violation.path; });
    if (flag != flags.end() && flag->missing) continue;
    found.push_back((flag == flags.end() ? "" : flag->name + ": ") + to_string(violation));
  }

  auto const check_seconds = [&](std::string const& name, double seconds, double most) {
    // Written so that NaN fails too.
    if (!(seconds >= 0.001 && seconds <= most))
      found.push_back(name + ": expected 0.001 to " + std::to_string(static_cast<long>(most)) + " seconds");
  };
  check_seconds("--poll", arguments.poll_seconds, 86'400);
  if (arguments.timeout_seconds) check_seconds("--timeout", *arguments.timeout_seconds, 2'592'000);
  return found;
}

inline void describe(CLI::App& app, Arguments& arguments) {
  app.add_option("--endpoint", arguments.endpoint,
                 "http(s)://HOST[:PORT]; default: the service's endpoint in the region");
  app.add_option("--region", arguments.region, "region of the endpoint and the signature, such as us-east-1");
  app.add_option("--datastore-id", arguments.datastore_id, "data store to export");
  app.add_option("--s3-uri", arguments.s3_uri, "where to write the files: s3://BUCKET/PREFIX");
  app.add_option("--kms-key-id", arguments.kms_key_id, "KMS key to encrypt them with; not sent with --preview");
  app.add_option("--role-arn", arguments.role_arn, "IAM role that the service assumes to write them");
  app.add_option("--job-name", arguments.job_name, "name of the job");
  app.add_option("--client-token", arguments.client_token, "idempotency token of the request; default: a new one");
  app.add_option("--poll", arguments.poll_seconds, "seconds between polls of the job")->capture_default_str();
  app.add_option("--timeout", arguments.timeout_seconds, "seconds to wait for the job; default: no limit");
  app.add_flag("--preview", arguments.preview,
               "send OutputDataConfig in the form of the January 2021 preview, only an S3Uri");
  app.add_flag("--json", arguments.json, "print the job's final properties as JSON, and everything else on stderr");
}
