// A job of three hours and keys of 15 minutes, in virtual time: the service verifies every signature, and this program
// plays the container's endpoint that the keys are from.
#include <cstdio>
#include <string>

#include "healthlake/client.hpp"
#include "healthlake/credentials/blocking.hpp"
#include "healthlake/credentials/container.hpp"
#include "healthlake/local/local_healthlake.hpp"
#include "healthlake/sign/sigv4.hpp"
#include "healthlake/testing/virtual_runtime.hpp"
#include "no_system.hpp"
using namespace healthlake;

static Credentials numbered(unsigned number) {
  std::string const end = std::to_string(number);
  return {"ASIAEXAMPLE" + end, Secret{"example-secret-" + end}, Secret{"example-token-" + end}};
}

/// A container's endpoint: each request gets other keys, which expire after 15 minutes.
struct Container {
  VirtualRuntime& runtime;
  unsigned issued = 0;

  HttpReply send(HttpRequest const&) {
    std::string const number = std::to_string(++issued);
    std::string const end = to_string(runtime.now() + Milliseconds{900'000});
    return HttpResponse{200,
                        {},
                        R"({"AccessKeyId": "ASIAEXAMPLE)" + number + R"(", "SecretAccessKey": "example-secret-)" +
                            number + R"(", "Token": "example-token-)" + number + R"(", "Expiration": ")" + end +
                            R"("})"};
  }
};

/// The service, which does not know when keys expire. Counts the requests that are not signed with the latest ones.
struct Checked {
  LocalHealthLake& service;
  Container const& container;
  unsigned outdated = 0;

  HttpReply send(HttpRequest const& request) {
    auto const signature = request.headers.find("Authorization");
    std::string const key = "Credential=" + numbered(container.issued).access_key_id + "/";
    if (!signature || signature->find(key) == std::string::npos) ++outdated;
    return service.send(request);
  }
};

int main() {
  VirtualRuntime runtime;
  MemoryStore objects;
  LocalOptions options{.running_time = Milliseconds{3 * 3'600'000}};
  for (unsigned number = 1; number <= 100; ++number) options.credentials.push_back(numbered(number));
  LocalHealthLake service{[&] { return runtime.now(); }, objects, options};
  if (!service.add_datastore("c0ffee", {})) return 1;

  NoSystem system;
  Container container{runtime};
  ContainerPlan const plan{.relative_uri = "/v2/credentials/9f"};
  BlockingCredentials credentials{ContainerCredentials{system, Entropy{runtime}, plan}, container, runtime};
  SigV4<Sha256> signer;
  Checked checked{service, container};
  Client client{checked, signer, runtime, {.region = "us-east-1"}, credentials};

  auto const started = client.start_fhir_export_job(
      {.output_data_config = {S3Configuration{"s3://example-bucket/export", "alias/my-key"}},
       .datastore_id = "c0ffee",
       .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExport"});
  if (!started) return std::puts(to_string(started.error()).c_str()), 1;
  auto const wait = client.wait<FHIRExportJobCompleted>({.datastore_id = "c0ffee", .job_id = started->output.job_id},
                                                        {.timeout = Milliseconds{24 * 3'600'000}});
  std::printf("%s after %u polls, with %u keys; %u requests with outdated ones\n",
              std::string{to_string(wait.end)}.c_str(), wait.polls, container.issued, checked.outdated);
  return wait.end == WaitEnd::success && checked.outdated == 0 ? 0 : 1;
}
