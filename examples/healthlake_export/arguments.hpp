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

// Everything that is wrong, not only the first thing: flags that are missing, an endpoint or a region that are none,
// and every broken rule of the request together with the flag it came from.
inline std::vector<std::string> problems(Arguments const& arguments) {
  struct Flag {
    std::string name;
    std::string path;
    bool missing = false;
  };
  std::vector<Flag> const flags{
      {"--region", "the region of the signature", arguments.region.empty()},
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
  // Both are looked at: a region goes into the signature also where an endpoint is given.
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
    // Written so that a value that is no number fails too.
    if (!(seconds >= 0.001 && seconds <= most))
      found.push_back(name + ": expected 0.001 to " + std::to_string(static_cast<long>(most)) + " seconds");
  };
  check_seconds("--poll", arguments.poll_seconds, 86'400);
  if (arguments.timeout_seconds) check_seconds("--timeout", *arguments.timeout_seconds, 2'592'000);
  return found;
}

inline void describe(CLI::App& app, Arguments& arguments) {
  app.add_option("--endpoint", arguments.endpoint, "http(s)://HOST[:PORT]; left out, the service's own of the region");
  app.add_option("--region", arguments.region, "region of the endpoint and of the signature, such as us-east-1");
  app.add_option("--datastore-id", arguments.datastore_id, "data store to export");
  app.add_option("--s3-uri", arguments.s3_uri, "where the files go: s3://BUCKET/PREFIX");
  app.add_option("--kms-key-id", arguments.kms_key_id, "key that encrypts them; not sent with --preview");
  app.add_option("--role-arn", arguments.role_arn, "role the service takes on to write them");
  app.add_option("--job-name", arguments.job_name, "name of the job");
  app.add_option("--client-token", arguments.client_token, "the same token names the same job; default a fresh one");
  app.add_option("--poll", arguments.poll_seconds, "seconds between two looks at the job")->capture_default_str();
  app.add_option("--timeout", arguments.timeout_seconds, "seconds to wait for the job; default no limit");
  app.add_flag("--preview", arguments.preview, "send OutputDataConfig as the January 2021 preview did: S3Uri alone");
  app.add_flag("--json", arguments.json, "print the job's final properties as JSON, and everything else to stderr");
}
