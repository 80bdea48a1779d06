// A transport is one function: a request in, a response or the reason for none out.
#include <cstdio>

#include "healthlake/healthlake.hpp"
#include "healthlake/runtime/system.hpp"
using namespace healthlake;

struct CannedTransport {
  char const* reply = nullptr;

  HttpReply send(HttpRequest const& request) {  // here your HTTP stack sends method, url(), headers and body
    std::printf("%s %s %s\n", request.method.c_str(), request.url().c_str(), request.body.c_str());
    if (!reply) return Unexpected{TransportError{TransportReason::connect_failed, "no server"}};
    return HttpResponse{.status = 200, .headers = {{"x-amzn-RequestId", "request-1"}}, .body = reply};
  }
};

int main() {
  CannedTransport transport{R"({"JobId": "j1", "JobStatus": "SUBMITTED"})"};
  SigV4<Sha256> signer;  // Sha256 needs no crypto library
  SystemRuntime runtime;
  ClientOptions const options{.region = "us-east-1", .credentials = {"AKIDEXAMPLE", Secret{"example-secret"}, {}}};
  Client client{transport, signer, runtime, options};
  StartFHIRExportJobRequest const input{.output_data_config = {S3Configuration{"s3://bucket/out", "alias/my-key"}},
                                        .datastore_id = "c0ffee00c0ffee00c0ffee00c0ffee00",
                                        .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExport"};
  auto const job = client.start_fhir_export_job(input);
  std::puts(job ? to_string(job->output).c_str() : to_string(job.error()).c_str());
  return job ? 0 : 1;
}
