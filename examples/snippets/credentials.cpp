// A client with the credentials, the region and the endpoint that are configured on this machine, as every AWS SDK
// finds them. The credentials are kept, and renewed before they expire.
#include <cstdio>

#include "healthlake/credentials/blocking.hpp"
#include "healthlake/credentials/default_credentials.hpp"
#include "healthlake/credentials/expat.hpp"
#include "healthlake/credentials/system.hpp"
#include "healthlake/healthlake.hpp"
#include "healthlake/runtime/system.hpp"
#include "healthlake/transport/curl.hpp"
using namespace healthlake;

int main() {
  ThisSystem system;
  SystemRuntime runtime;
  SigV4<Sha256> signer;
  CurlTransport transport;
  CredentialsOptions const options{};  // or {.profile = "dev"}
  CredentialsTools const tools{system, runtime, signer, &read_xml_with_expat};
  BlockingCredentials credentials{DefaultCredentials{tools, options}, transport, runtime};

  auto const provided = credentials.provide();
  if (!provided) return std::puts(to_string(provided.error()).c_str()), 1;
  for (auto const& warning : provided->warnings) std::printf("warning: %s\n", warning.c_str());
  std::printf("%s, from %s\n", to_string(provided->credentials).c_str(), provided->source.c_str());

  auto const settings = profile_settings(system, options);
  if (!settings) return std::puts(to_string(settings.error().error).c_str()), 1;
  auto const endpoint = resolve_endpoint({.region = settings->region, .endpoint = settings->endpoint_url});
  if (!endpoint) return std::puts(to_string(endpoint.error()).c_str()), 1;
  Client client{transport, signer, runtime, {.region = settings->region, .endpoint = *endpoint}, credentials};
  std::printf("to %s\n", client.options().endpoint.url().c_str());  // and so on: client.start_fhir_export_job(...)
  return 0;
}
