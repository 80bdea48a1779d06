#include "settings.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include "common/environment.hpp"
#include "healthlake/core/validate.hpp"
#include "healthlake/credentials/default_chain.hpp"
#include "healthlake/credentials/environment.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/shared_files.hpp"
#include "healthlake/credentials/system.hpp"
#include "healthlake/text/text.hpp"
#include "healthlake/transport/proxy.hpp"
#include "time.hpp"

namespace healthlake_export {
namespace {

using namespace healthlake;
using namespace healthlake_examples;

// An option of this program, and the member of a request that it becomes.
struct Flag {
  std::string name;
  std::string path;
  bool missing = false;
};

class Checker {
 public:
  Checker(Options const& options, Secrets& secrets) : options_(options), secrets_(secrets) {
    settings_.profile = options.profile;
    settings_.command = options.command;
    settings_.program = options.program;
    settings_.json = options.json;
  }

  Checked all() && {
    check_place();
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
  // The same problem may be found twice, such as a file that cannot be read.
  void problem(std::string text) {
    if (std::find(problems_.begin(), problems_.end(), text) == problems_.end()) problems_.push_back(std::move(text));
  }

  // Region and endpoint.
  void check_place() {
    auto region = given_region(options_.region);
    Given endpoint{options_.endpoint, "--endpoint"};
    auto const configured = profile_settings(system_, {options_.profile, region.value});
    if (!configured) return problem(to_string(configured.error().error));
    if (region.value.empty()) region = {configured->region, configured->region_source};
    if (endpoint.value.empty()) endpoint = {configured->endpoint_url, configured->endpoint_source};
    settings_.region = region.value;
    settings_.own_endpoint = !endpoint.value.empty();
    if (region.value.empty())
      problem("--region is missing, and so are AWS_REGION, AWS_DEFAULT_REGION and the region of profile " +
              printable(selected_profile(system_, options_.profile), 64));
    // Both are checked: the region is signed even if an endpoint is given.
    bool const valid = !region.value.empty() && take_endpoint(region.from, {.region = region.value});
    if (settings_.own_endpoint)
      take_endpoint(endpoint.from, {.region = valid ? region.value : std::string{}, .endpoint = endpoint.value});
    add_if_unprotected(settings_.endpoint);
  }

  void check_credentials() {
    auto const planned = plan_credentials(system_, {options_.profile, settings_.region});
    if (auto const* const none = std::get_if<NotConfigured>(&planned)) {
      std::string text = "credentials: no credentials found; looked for " + none->looked_for;
      for (auto const& warning : none->warnings) text += "; " + warning;
      return problem(text + "\n  " + set_credentials);
    }
    if (auto const* const failure = std::get_if<CredentialsFailure>(&planned))
      return problem(to_string(failure->error));
    auto const& plan = *std::get_if<CredentialsPlan>(&planned);
    if (auto const* const keys = std::get_if<ProvidedCredentials>(&plan.base)) secrets_.add(keys->credentials);
    settings_.lasting_keys =
        options_.profile.empty() && std::holds_alternative<ProvidedCredentials>(credentials_of_environment(system_));
    auto const* const sso = std::get_if<SsoPlan>(&plan.base);
    for (auto const& url : {plan.sts_endpoint_url, sso == nullptr ? std::string{} : sso->endpoint_url})
      if (auto const endpoint = resolve_endpoint({.region = settings_.region, .endpoint = url});
          !url.empty() && endpoint)
        add_if_unprotected(*endpoint);
  }

  void add_if_unprotected(Endpoint const& endpoint) {
    auto& all = settings_.unprotected;
    if (is_unprotected(endpoint) && std::find(all.begin(), all.end(), endpoint.url()) == all.end())
      all.push_back(endpoint.url());
  }

  void check_connection() {
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

  bool take_endpoint(std::string const& from, EndpointOptions const& given) {
    auto resolved = resolve_endpoint(given);
    if (resolved) settings_.endpoint = *std::move(resolved);
    else problem(from + ": " + to_string(resolved.error()));
    return resolved.has_value();
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
  Secrets& secrets_;
  ThisSystem system_{};
  Settings settings_{};
  std::vector<std::string> problems_{};
};

}  // namespace

Checked check(Options const& options, healthlake_examples::Secrets& secrets) { return Checker{options, secrets}.all(); }

}  // namespace healthlake_export
