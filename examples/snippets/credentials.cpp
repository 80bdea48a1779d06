// A client with the credentials that are configured on this machine, as every AWS SDK finds them. They are kept, and
// renewed before they expire.
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
  CredentialsTools const tools{system, runtime, signer, &read_xml_with_expat};
  BlockingCredentials credentials{DefaultCredentials{tools, CredentialsOptions{}}, transport, runtime};

  auto const provided = credentials.provide();
  if (!provided) return std::puts(to_string(provided.error()).c_str()), 1;
  for (auto const& warning : provided->warnings) std::printf("warning: %s\n", warning.c_str());
  std::printf("%s, from %s\n", to_string(provided->credentials).c_str(), provided->source.c_str());

  Client client{transport, signer, runtime, {.region = "us-east-1"}, credentials};
  auto const options = client.options();  // and so on: client.start_fhir_export_job(...)
  std::printf("to %s\n", options.endpoint.url().c_str());
  return 0;
}
