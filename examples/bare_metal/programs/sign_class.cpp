// Signs a request with the class SigV4: for a device with its own HTTP stack and JSON text. Prints the Authorization
// header, which the peer verifies.
#include <cstdint>

#include "board.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"
using namespace healthlake;

int main() {
  // From a clock; volatile, so that the compiler cannot compute the date in advance.
  std::int64_t volatile const seconds = 1'786'145'687;
  HttpRequest request{.authority = "healthlake.us-east-1.amazonaws.com",
                      .body = R"({"DatastoreId":"c0ffee00c0ffee00c0ffee00c0ffee00","JobId":"job-1"})"};
  request.headers.add("Content-Type", "application/x-amz-json-1.0");
  request.headers.add("X-Amz-Target", "HealthLake.DescribeFHIRExportJob");
  SigV4<Sha256> signer;
  Credentials const credentials{"AKIDDEVICEEXAMPLE", Secret{"device-example-secret"}, {}};
  auto const headers =
      signer.sign(request, credentials, {.region = "us-east-1", .time = Timestamp::from_seconds(seconds)});
  if (!headers) board::exit(1);
  board::print(*headers->find("authorization"));
  board::print("\n");
  board::exit(0);  // never returns, so that no code for destructors is linked
}
