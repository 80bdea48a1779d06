// A whole program that makes one call and uses the library as a module, or its headers where MODULE is not defined.
#include <cstdint>
#ifdef MODULE
import healthlake;
#else
#include "healthlake/healthlake.hpp"
#endif
using namespace healthlake;

struct CannedTransport {
  HttpReply send(HttpRequest const&) {
    return HttpResponse{.status = 200, .body = R"({"JobId": "j1", "JobStatus": "SUBMITTED"})"};
  }
};

struct StoppedClock {
  Timestamp now() { return Timestamp::from_seconds(1'800'000'000); }
  void sleep(Milliseconds) {}
  std::uint64_t random() { return 4; }
};

int main() {
  CannedTransport transport;
  SigV4<Sha256> signer;
  StoppedClock runtime;
  ClientOptions const options{.region = "us-east-1", .credentials = {"AKIDEXAMPLE", Secret{"example-secret"}, {}}};
  Client client{transport, signer, runtime, options};
  auto const job =
      client.start_fhir_export_job({.output_data_config = {S3Configuration{"s3://bucket/out", "alias/my-key"}},
                                    .datastore_id = "c0ffee00c0ffee00c0ffee00c0ffee00",
                                    .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExport"});
  return job ? 0 : 1;
}
