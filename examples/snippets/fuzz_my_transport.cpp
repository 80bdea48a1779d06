// Invariant: whatever bytes a server sends, a call over MyTransport ends within a minute, in three attempts at most;
// what it returns as a success had a status of 200 to 299, and can be printed; so can any error.
#include <cstdlib>

#include "healthlake/client.hpp"
#include "healthlake/core/print.hpp"
#include "healthlake/testing/virtual_runtime.hpp"
#include "my_transport.hpp"
using namespace healthlake;

static void require(bool holds) {
  if (!holds) std::abort();  // a fuzzer keeps the input that led here
}

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
  std::string_view const bytes{reinterpret_cast<char const*>(data), size};
  MyTransport transport{bytes};
  NoSigner signer;
  VirtualRuntime runtime;  // sleeps take no time, so that retries do not slow down the fuzzer
  Client client{transport, signer, runtime, {.region = "us-east-1"}};

  Timestamp const begin = runtime.now();
  auto const result = client.describe_fhir_export_job({.datastore_id = "c0ffee", .job_id = "j1"});
  require(runtime.now() - begin < Milliseconds{60'000});
  if (!result) {
    require(!to_string(result.error()).empty());
    return 0;
  }
  require(result->metadata.attempts >= 1 && result->metadata.attempts <= 3);
  require(result->metadata.http_status >= 200 && result->metadata.http_status < 300);
  require(!to_string(result->output).empty());
  return 0;
}
