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
using namespace healthlake;

// A machine without variables, files, users and programs.
struct NoSystem {
  std::string_view variable(char const*) { return {}; }
  FileContent read_file(std::string const&, std::size_t) { return {}; }
  std::string home_of_user() { return {}; }
  ProcessOutput run(std::span<std::string const>, ProcessLimits const&) { return {}; }
};

/// Issues keys, each with an id of its own, that expire after 15 minutes.
struct Container {
  VirtualRuntime& runtime;
  unsigned issued = 0;

  HttpReply send(HttpRequest const&) {
    return HttpResponse{200,
                        {},
                        R"({"AccessKeyId": "ASIAEXAMPLE)" + std::to_string(++issued) +
                            R"(", "SecretAccessKey": "example-secret", "Token": "example-token", "Expiration": ")" +
                            to_string(runtime.now() + Milliseconds{900'000}) + R"("})"};
  }
};

int main() {
  VirtualRuntime runtime;
  MemoryStore objects;
  LocalOptions options{.running_time = Milliseconds{3 * 3'600'000}};
  for (int issued = 1; issued <= 100; ++issued)
    options.credentials.push_back(
        {"ASIAEXAMPLE" + std::to_string(issued), Secret{"example-secret"}, Secret{"example-token"}});
  LocalHealthLake service{[&] { return runtime.now(); }, objects, options};
  if (!service.add_datastore("c0ffee", {})) return 1;

  NoSystem system;
  Container container{runtime};
  ContainerPlan const plan{.relative_uri = "/v2/credentials/9f"};
  BlockingCredentials credentials{ContainerCredentials{system, Entropy{runtime}, plan}, container, runtime};
  SigV4<Sha256> signer;
  Client client{service, signer, runtime, {.region = "us-east-1"}, credentials};

  auto const started = client.start_fhir_export_job(
      {.output_data_config = {S3Configuration{"s3://example-bucket/export", "alias/my-key"}},
       .datastore_id = "c0ffee",
       .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExport"});
  if (!started) return std::puts(to_string(started.error()).c_str()), 1;
  auto const wait = client.wait<FHIRExportJobCompleted>({.datastore_id = "c0ffee", .job_id = started->output.job_id},
                                                        {.timeout = Milliseconds{24 * 3'600'000}});
  std::printf("%s after %u polls, with %u keys\n", std::string{to_string(wait.end)}.c_str(), wait.polls,
              container.issued);
  return wait.end == WaitEnd::success ? 0 : 1;
}
