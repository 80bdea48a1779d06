#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "healthlake/version.hpp"

namespace healthlake_export {
namespace {

constexpr char const* what_for =
    "Starts a FHIR export of a HealthLake data store and waits for it to complete (start, the default), or shows the "
    "export jobs that there are (describe, list). Finds credentials as the AWS command line does: in the environment, "
    "a "
    "profile, a web identity, a container's role or an instance's.";

constexpr char const* statuses =
    "Exit status: 0 the job completed, or the output is complete; 1 the job failed or was cancelled; 2 invalid input "
    "or "
    "no credentials, nothing was sent; 3 the service or the connection to it failed, or the job did not complete "
    "within the timeout; "
    "4 the output could not be written; 128 and the number of the signal if one interrupted the program.";

void add_common(CLI::App& app, Options& options) {
  app.add_option(
      "--profile", options.profile,
      "profile of ~/.aws/config and ~/.aws/credentials to use, and not the keys in the environment; default: "
      "AWS_PROFILE, then `default`, both after the keys in the environment");
  app.add_option("--region", options.region,
                 "region of the endpoint and the signature, such as us-east-1; default: AWS_REGION, then "
                 "AWS_DEFAULT_REGION, then the profile's");
  app.add_option(
      "--endpoint,--endpoint-url", options.endpoint,
      "http(s)://HOST[:PORT]; default: AWS_ENDPOINT_URL_HEALTHLAKE, then AWS_ENDPOINT_URL, then the profile's "
      "(none of them if AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true), then the service's endpoint in the "
      "region");
  app.add_option("--datastore-id", options.datastore_id, "data store");
  app.add_option("--proxy", options.proxy,
                 "http://[USER:PASSWORD@]HOST:PORT; other users of this machine can see it: with a password, prefer "
                 "--proxy-from-environment");
  app.add_flag("--proxy-from-environment", options.proxy_from_environment,
               "use the proxy of https_proxy (for http, http_proxy), all_proxy and no_proxy");
  app.add_option("--ca-file,--ca-bundle", options.ca_file,
                 "PEM file of the certificates to trust; default: AWS_CA_BUNDLE, then those of the system");
  app.add_flag("--json", options.json,
               "print each job's properties as one line of JSON on stdout, and everything else on stderr");
}

void add_job_id(CLI::App& app, Options& options, char const* what) { app.add_option("--job-id", options.job_id, what); }

void add_start(CLI::App& app, Options& options) {
  app.add_option("--s3-uri", options.s3_uri, "where to write the files: s3://BUCKET/PREFIX");
  app.add_option("--kms-key-id", options.kms_key_id, "KMS key to encrypt them with; not sent with --preview");
  app.add_option("--role-arn,--data-access-role-arn", options.role_arn,
                 "IAM role that the service assumes to write them");
  app.add_option("--job-name", options.job_name, "name of the job");
  app.add_option("--client-token", options.client_token,
                 "idempotency token: with the one of an earlier start, no second job is started; default: a new one");
  app.add_flag("--preview", options.preview,
               "send OutputDataConfig in the form of the January 2021 preview, only an S3Uri");
  add_job_id(app, options, "wait for this job, which was started before, instead of starting one");
  app.add_option("--poll", options.poll, "seconds between polls of the job; default: 10");
  add_rest(app, options.rest);
  app.add_option("--timeout", options.timeout, "seconds for everything; default: no limit");
}

void add_describe(CLI::App& app, Options& options) {
  add_job_id(app, options, "the job to describe");
  app.add_option("--timeout", options.timeout, "seconds for everything; default: no limit");
}

void add_list(CLI::App& app, Options& options) {
  app.add_option("--job-name", options.job_name, "only jobs with this name");
  app.add_option("--job-status", options.job_status, "only jobs with this status, such as COMPLETED");
  app.add_option("--submitted-after", options.submitted_after,
                 "only jobs submitted after this time: YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ, in UTC, or seconds since "
                 "1970");
  app.add_option("--submitted-before", options.submitted_before, "only jobs submitted before this time");
  app.add_option("--max-results", options.max_results, "only one page, of at most so many jobs; default: all jobs");
  app.add_option("--next-token", options.next_token, "begin at this page, as an earlier list with --max-results said");
  app.add_option("--timeout", options.timeout, "seconds for everything; default: no limit");
}

Exit refuse(std::string const& why) {
  std::fprintf(stderr, "healthlake-export: %s\nRun with --help for the options.\n", why.c_str());
  return invalid_input;
}

// The name of the option in an argument; nothing of its value.
std::string option_name(std::string const& argument) {
  bool const option = argument.size() > 2 && argument.starts_with("--");
  std::string const name = argument.substr(0, argument.find('='));
  bool const plain = name.find_first_not_of("-abcdefghijklmnopqrstuvwxyz0123456789") == std::string::npos;
  return option && plain && name.size() <= 40 ? name : std::string{};
}

Exit unknown(std::vector<std::string> const& arguments) {
  std::string names;
  for (auto const& argument : arguments)
    if (auto const name = option_name(argument); !name.empty()) names += (names.empty() ? "" : ", ") + name;
  if (!names.empty()) return refuse("unknown option: " + names);
  return refuse("an argument is neither a command (start, describe, list) nor an option");
}

}  // namespace

std::variant<Options, Exit> parse_command_line(int argc, char const* const* argv) {
  Options options;
  if (argc > 0 && *argv[0] != '\0') options.program = argv[0];
  CLI::App app{what_for, "healthlake-export"};
  app.set_version_flag("--version", "healthlake-export " HEALTHLAKE_VERSION);
  app.footer(statuses);
  app.require_subcommand(0, 1);
  // Without a command, the options are those of `start`.
  add_common(app, options);
  auto* const of_start = app.add_option_group("Options of start");
  add_start(*of_start, options);
  auto* const start = app.add_subcommand("start", "start an export, or go on with one (--job-id), and wait for it");
  auto* const describe = app.add_subcommand("describe", "print the properties of a job");
  auto* const list = app.add_subcommand("list", "list the export jobs of a data store");
  start->alias("start-fhir-export-job");
  describe->alias("describe-fhir-export-job");
  list->alias("list-fhir-export-jobs");
  for (auto* const command : {start, describe, list}) add_common(*command, options);
  add_start(*start, options);
  add_describe(*describe, options);
  add_list(*list, options);

  try {
    app.parse(argc, argv);
  } catch (CLI::Success const& help_or_version) {
    return app.exit(help_or_version) == 0 ? success : invalid_input;
  } catch (CLI::ExtrasError const&) {
    return unknown(app.remaining(true));
  } catch (CLI::ArgumentMismatch const& error) {
    // Its text names the option and counts the values.
    return refuse(error.what());
  } catch (CLI::ParseError const& error) {
    return refuse("the command line is not valid (" + error.get_name() + ")");
  }
  if (describe->parsed()) options.command = Command::describe;
  if (list->parsed()) options.command = Command::list;
  if (options.command != Command::start && of_start->count_all() > 0)
    return refuse("options of a command come after it");
  return options;
}

}  // namespace healthlake_export
