#include "settings.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "environment.hpp"
#include "healthlake/core/validate.hpp"
#include "healthlake/sign/environment.hpp"
#include "healthlake/transport/proxy.hpp"
#include "time.hpp"

namespace healthlake_export {
namespace {

using namespace healthlake;

// An option of this program, and the member of a request that it becomes.
struct Flag {
  std::string name;
  std::string path;
  bool missing = false;
};

class Checker {
 public:
  explicit Checker(Options const& options) : options_(options) {
    settings_.command = options.command;
    settings_.program = options.program;
    settings_.json = options.json;
  }

  Checked all() && {
    check_credentials();
    check_connection();
    check_times();
    if (options_.command == Command::list) check_list();
    else if (options_.command == Command::describe) check_job({{"--job-id", "JobId", options_.job_id.empty()}});
    else if (options_.job_id.empty()) check_start();
    else check_wait();
    check_rest(options_, settings_, problems_);
    return {std::move(settings_), std::move(problems_)};
  }

 private:
  void problem(std::string text) { problems_.push_back(std::move(text)); }

  void check_credentials() {
    auto credentials = credentials_from_environment();
    if (credentials) settings_.credentials = *std::move(credentials);
    else problem(to_string(credentials.error()));
  }

  void check_connection() {
    auto const region = given_region(options_.region);
    auto const endpoint = given_endpoint(options_.endpoint);
    settings_.region = region.value;
    settings_.own_endpoint = !endpoint.value.empty();
    if (region.value.empty()) problem("--region is missing, and so are AWS_REGION and AWS_DEFAULT_REGION");
    if (is_ignore_invalid()) problem("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: expected true or false");
    // Both are checked: the region is signed even if an endpoint is given.
    if (!region.value.empty()) take_endpoint(region.from, {.region = region.value});
    if (settings_.own_endpoint) take_endpoint(endpoint.from, {.region = region.value, .endpoint = endpoint.value});

    settings_.proxy = options_.proxy;
    settings_.proxy_from_environment = options_.proxy_from_environment;
    if (!options_.proxy.empty() && !is_proxy_url(options_.proxy))
      problem(
          "--proxy: expected http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, with reserved characters of USER and "
          "PASSWORD percent-encoded");
    if (!options_.proxy.empty() && options_.proxy_from_environment)
      problem("--proxy and --proxy-from-environment exclude each other");

    auto const ca_file = given_ca_file(options_.ca_file);
    settings_.ca_file = ca_file.value;
    if (ca_file.value.empty()) return;
    errno = 0;
    if (std::ifstream file{ca_file.value}; !file || file.peek() == std::ifstream::traits_type::eof())
      problem(ca_file.from + ": cannot read " + quoted(ca_file.value, 256) + ": " +
              (errno == 0 ? "it is empty" : std::strerror(errno)));
  }

  void take_endpoint(std::string const& from, EndpointOptions const& given) {
    auto resolved = resolve_endpoint(given);
    if (resolved) settings_.endpoint = *std::move(resolved);
    else problem(from + ": " + to_string(resolved.error()));
  }

  std::optional<Milliseconds> seconds(std::string const& name, std::string const& text, int most) {
    double number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    // Written so that NaN fails too.
    if (error == std::errc{} && end == text.data() + text.size() && number >= 0.001 && number <= most)
      return Milliseconds{static_cast<std::int64_t>(number * 1000)};
    problem(name + ": expected 0.001 to " + std::to_string(most) + " seconds");
    return std::nullopt;
  }

  void check_times() {
    if (!options_.poll.empty()) settings_.poll = seconds("--poll", options_.poll, 86'400).value_or(settings_.poll);
    if (!options_.timeout.empty()) settings_.timeout = seconds("--timeout", options_.timeout, 2'592'000);
  }

  // Reports what is missing, then every violation of the request with its option.
  template <class Request>
  void check_request(std::vector<Flag> flags, Request const& request) {
    flags.push_back({"--datastore-id", "DatastoreId", options_.datastore_id.empty()});
    for (auto const& flag : flags)
      if (flag.missing) problem(flag.name + " is missing (" + flag.path + ")");
    for (auto const& violation : violations(request, {.unknown_enum_values = false})) {
      auto const flag =
          std::find_if(flags.begin(), flags.end(), [&](Flag const& f) { return f.path == violation.path; });
      if (flag != flags.end() && flag->missing) continue;
      problem((flag == flags.end() ? "" : flag->name + ": ") + to_string(violation));
    }
  }

  void check_start() {
    auto& start = settings_.start;
    if (options_.preview) start.output_data_config.value = options_.s3_uri;
    else start.output_data_config.value = S3Configuration{.s3_uri = options_.s3_uri, .kms_key_id = options_.kms_key_id};
    start.job_name = options_.job_name;
    start.datastore_id = options_.datastore_id;
    start.data_access_role_arn = options_.role_arn;
    start.client_token = options_.client_token;
    std::string const output = "OutputDataConfig.";
    std::string const s3 = output + "S3Configuration.";
    check_request({{"--s3-uri", (options_.preview ? output : s3) + "S3Uri", options_.s3_uri.empty()},
                   {"--kms-key-id", s3 + "KmsKeyId", !options_.preview && options_.kms_key_id.empty()},
                   {"--role-arn", "DataAccessRoleArn", options_.role_arn.empty()},
                   {"--job-name", "JobName"},
                   {"--client-token", "ClientToken"}},
                  start);
  }

  // The job is there already: what it was to be started with would have no effect.
  void check_wait() {
    for (auto const& [name, given] : {std::pair{"--s3-uri", !options_.s3_uri.empty()},
                                      {"--kms-key-id", !options_.kms_key_id.empty()},
                                      {"--role-arn", !options_.role_arn.empty()},
                                      {"--job-name", options_.job_name.has_value()},
                                      {"--client-token", options_.client_token.has_value()},
                                      {"--preview", options_.preview}})
      if (given) problem(std::string{name} + " cannot be changed for a job that exists; omit it, or omit --job-id");
    check_job({{"--job-id", "JobId"}});
  }

  void check_job(std::vector<Flag> flags) {
    settings_.start.datastore_id = options_.datastore_id;
    settings_.job_id = options_.job_id;
    check_request(std::move(flags),
                  DescribeFHIRExportJobRequest{.datastore_id = options_.datastore_id, .job_id = options_.job_id});
  }

  void check_list() {
    auto& list = settings_.list;
    list.datastore_id = options_.datastore_id;
    list.job_name = options_.job_name;
    if (!options_.job_status.empty()) list.job_status = OpenEnum<JobStatus>::from(options_.job_status);
    if (!options_.next_token.empty()) list.next_token = options_.next_token;
    list.submitted_after = time("--submitted-after", options_.submitted_after);
    list.submitted_before = time("--submitted-before", options_.submitted_before);
    if (!options_.max_results.empty()) {
      auto const& text = options_.max_results;
      std::int32_t number = 0;
      auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error == std::errc{} && end == text.data() + text.size()) list.max_results = number;
      else problem("--max-results: expected a number");
    }
    check_request({{"--job-name", "JobName"},
                   {"--job-status", "JobStatus"},
                   {"--next-token", "NextToken"},
                   {"--max-results", "MaxResults"}},
                  list);
  }

  std::optional<Timestamp> time(std::string const& name, std::string const& text) {
    if (text.empty()) return std::nullopt;
    auto const found = parse_time(text);
    if (!found) problem(name + ": expected YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ, in UTC, or seconds since 1970");
    return found;
  }

  Options const& options_;
  Settings settings_{};
  std::vector<std::string> problems_{};
};

}  // namespace

Checked check(Options const& options) { return Checker{options}.all(); }

}  // namespace healthlake_export
