// The export jobs of a data store, over libcurl: blocking_curl DATASTORE-ID [ENDPOINT]
#include <cstdio>

#include "healthlake/healthlake.hpp"
#include "healthlake/runtime/system.hpp"
#include "healthlake/sign/environment.hpp"
#include "healthlake/sign/openssl.hpp"
#include "healthlake/transport/curl.hpp"
using namespace healthlake;

int main(int argc, char** argv) {
  auto const credentials = credentials_from_environment();
  auto const endpoint = resolve_endpoint({.region = "us-east-1", .endpoint = argc > 2 ? argv[2] : ""});
  if (argc < 2 || !credentials || !endpoint) return 2;
  CurlTransport transport;
  SigV4<OpensslSha256> signer;
  SystemRuntime runtime;
  ClientOptions const options{.region = "us-east-1", .credentials = *credentials, .endpoint = *endpoint};
  Client client{transport, signer, runtime, options};

  auto const jobs = client.list_fhir_export_jobs({.datastore_id = argv[1], .max_results = 10});
  if (!jobs) return std::fprintf(stderr, "%s\n", to_string(jobs.error()).c_str()), 1;
  for (auto const& job : jobs->output.export_job_properties_list) std::puts(to_string(job).c_str());
  std::printf("%zu jobs\n", jobs->output.export_job_properties_list.size());
}
