// Lists the data stores of an account: first_call REGION [ENDPOINT]
#include <cstdio>
#include <string>

#include "healthlake/healthlake.hpp"
#include "healthlake/runtime/system.hpp"
#include "healthlake/sign/environment.hpp"
#include "healthlake/transport/curl.hpp"
using namespace healthlake;

static int fail(Error const& error) { return std::fprintf(stderr, "%s\n", to_string(error).c_str()), 1; }

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: first_call REGION [ENDPOINT]\n", stderr), 2;
  auto const endpoint = resolve_endpoint({.region = argv[1], .endpoint = argc > 2 ? argv[2] : ""});
  if (!endpoint) return fail(endpoint.error());
  auto const credentials = credentials_from_environment();
  if (!credentials) return fail(credentials.error());

  CurlTransport transport;  // sends requests
  SigV4<Sha256> signer;     // signs them
  SystemRuntime runtime;    // has the time and random numbers, and sleeps between attempts
  ClientOptions const options{.region = argv[1], .credentials = *credentials, .endpoint = *endpoint};
  Client client{transport, signer, runtime, options};

  auto const listed = client.list_fhir_datastores({});
  if (!listed) return fail(listed.error());
  for (auto const& store : listed->output.datastore_properties_list)
    std::printf("%s %s\n", store.datastore_id.c_str(), std::string{store.datastore_status.text()}.c_str());
  return 0;
}
