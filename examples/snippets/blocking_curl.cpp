// Exports a data store over libcurl and waits until that is done: blocking_curl DATASTORE-ID [ENDPOINT]
#include <cstdio>

#include "healthlake/healthlake.hpp"
#include "healthlake/runtime/system.hpp"
#include "healthlake/sign/environment.hpp"
#include "healthlake/sign/openssl.hpp"
#include "healthlake/transport/curl.hpp"
using namespace healthlake;

static int fail(Error const& error) { return std::fprintf(stderr, "%s\n", to_string(error).c_str()), 1; }

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: blocking_curl DATASTORE-ID [ENDPOINT]\n", stderr), 2;
  auto const credentials = credentials_from_environment();
  if (!credentials) return fail(credentials.error());
  auto const endpoint = resolve_endpoint({.region = "us-east-1", .endpoint = argc > 2 ? argv[2] : ""});
  if (!endpoint) return fail(endpoint.error());
  CurlTransport transport;
  SigV4<OpensslSha256> signer;
  SystemRuntime runtime;
  ClientOptions const options{.region = "us-east-1", .credentials = *credentials, .endpoint = *endpoint};
  Client client{transport, signer, runtime, options};

  auto const started = client.start_fhir_export_job(
      {.output_data_config = {S3Configuration{"s3://example-bucket/export", "alias/my-key"}},
       .datastore_id = argv[1],
       .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExport"});
  if (!started) return fail(started.error());
  // Looks once a second, for an hour at most.
  WaitOptions const patience{.delay = Milliseconds{1'000}, .max_attempts = 0, .timeout = Milliseconds{3'600'000}};
  auto const wait =
      client.wait<FHIRExportJobCompleted>({.datastore_id = argv[1], .job_id = started->output.job_id}, patience);
  if (wait.error) return fail(*wait.error);
  if (wait.last) std::puts(to_string(wait.last->output.export_job_properties).c_str());
  return wait.end == WaitEnd::success ? 0 : 1;
}
