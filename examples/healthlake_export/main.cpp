// healthlake-export: starts a FHIR export of a data store over libcurl and waits for it to complete.
//
// Exit status: 0 the job completed; 1 it failed or was cancelled; 2 invalid input, nothing was sent; 3 the service or
// the connection to it failed, or the job did not complete within the timeout.
#include <cstdio>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "healthlake/healthlake.hpp"
#include "healthlake/sign/environment.hpp"
#include "healthlake/sign/openssl.hpp"
#include "healthlake/transport/curl.hpp"
#include "healthlake/version.hpp"
#include "progress.hpp"

namespace {

using namespace healthlake;

enum Exit { completed = 0, job_failed = 1, invalid_input = 2, call_failed = 3 };

int fail(Exit status, std::string const& text) {
  std::fprintf(stderr, "healthlake-export: %s\n", text.c_str());
  return status;
}

// An error before anything was sent is due to the input, any other to the service or the network.
int fail(Error const& error) {
  bool const sent = error.kind() != ErrorKind::invalid && error.kind() != ErrorKind::setup;
  return fail(sent ? call_failed : invalid_input, to_string(error));
}

std::string place_of(ExportJobProperties const& job) {
  auto const& output = job.output_data_config;
  std::string uri = output.s3_configuration() ? output.s3_configuration()->s3_uri
                    : output.s3_uri()         ? *output.s3_uri()
                                              : std::string{};
  if (!uri.ends_with('/')) uri += '/';
  return uri + job.datastore_id + "-FHIR_EXPORT-" + job.job_id + "/";
}

int report(ExportJobProperties const& job, bool done, std::FILE* out) {
  std::string const message = printable(job.message ? *job.message : "");
  if (!done)
    return fail(job_failed, "job " + printable(job.job_id) + " ended with status " + printable(job.job_status.text()) +
                                ": " + message);
  if (!message.empty()) std::fprintf(out, "%s\n", message.c_str());
  std::fprintf(out, "files are below %s\n", printable(place_of(job)).c_str());
  return completed;
}

int run(Arguments const& arguments) {
  auto const credentials = credentials_from_environment();
  auto const endpoint = resolve_endpoint({.region = arguments.region, .endpoint = arguments.endpoint});
  auto found = problems(arguments);
  if (!credentials) found.push_back(to_string(credentials.error()));
  if (!found.empty() || !credentials || !endpoint) {
    std::string text = "invalid input";
    for (auto const& problem : found) text += "\n  " + problem;
    return fail(invalid_input, text);
  }

  if (is_unprotected(*endpoint))
    std::fprintf(stderr,
                 "healthlake-export: warning: %s is plain HTTP and not this machine: anybody on the way can read the "
                 "signed requests and forge the responses; use https\n",
                 endpoint->url().c_str());

  std::FILE* const out = arguments.json ? stderr : stdout;
  Progress progress{out};
  CurlTransport transport{arguments.curl_options()};
  SigV4<OpensslSha256> signer;
  TickingRuntime runtime{progress};
  ClientOptions const options{.region = arguments.region, .credentials = *credentials, .endpoint = *endpoint};
  Client client{transport, signer, runtime, options};

  auto const started = client.start_fhir_export_job(arguments.request());
  if (!started) return fail(started.error());
  std::string const job_id = started->output.job_id;
  std::fprintf(out, "job %s of data store %s at %s\n", printable(job_id).c_str(), arguments.datastore_id.c_str(),
               endpoint->url().c_str());
  progress.show(started->output.job_status.text());

  auto const wait = client.wait<FHIRExportJobCompleted>(
      {.datastore_id = arguments.datastore_id, .job_id = job_id}, arguments.wait_options(),
      [&](auto const& response) { progress.show(response.output.export_job_properties.job_status.text()); });
  progress.finish();

  if (wait.end == WaitEnd::call_failed) return fail(*wait.error);
  if (wait.end == WaitEnd::timed_out || wait.end == WaitEnd::cancelled)
    return fail(call_failed, "job " + printable(job_id) + " did not complete within the timeout; it is still running");
  auto const& job = wait.last->output.export_job_properties;
  if (arguments.json) {
    auto const text = encode(job);
    if (!text) return fail(text.error());
    std::printf("%s\n", text->c_str());
  }
  return report(job, wait.end == WaitEnd::success, out);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Starts a FHIR export of a HealthLake data store and waits for it to complete. Signs with the credentials in "
      "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, if they are temporary, AWS_SESSION_TOKEN.",
      "healthlake-export"};
  Arguments arguments;
  app.set_version_flag("--version", "healthlake-export " HEALTHLAKE_VERSION);
  describe(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (CLI::ParseError const& error) {
    return app.exit(error) == 0 ? completed : invalid_input;
  }

  return run(arguments);
}
