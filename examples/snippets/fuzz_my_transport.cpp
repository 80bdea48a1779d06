// Invariant: whatever bytes a server sends, a call over MyTransport ends within a minute, in three attempts at most;
// what it returns as a success had a status of 200 to 299, and can be printed; so can any error.
#include <algorithm>

#include "healthlake/client.hpp"
#include "healthlake/core/print.hpp"
#include "healthlake/testing/fuzz.hpp"
#include "healthlake/testing/virtual_runtime.hpp"
#include "healthlake/testing/wire_mutator.hpp"
#include "my_transport.hpp"
using namespace healthlake;

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const bytes = fuzz::as_text(data, size);
  MyTransport transport{bytes};
  NoSigner signer;
  VirtualRuntime runtime;  // sleeps take no time, so that retries do not slow down the fuzzer
  Client client{transport, signer, runtime, {.region = "us-east-1"}};

  Timestamp const begin = runtime.now();
  auto const result = client.describe_fhir_export_job({.datastore_id = "c0ffee", .job_id = "j1"});
  HEALTHLAKE_FUZZ_REQUIRE(runtime.now() - begin < Milliseconds{60'000}, "the call ends", bytes);
  if (!result) {
    HEALTHLAKE_FUZZ_REQUIRE(!to_string(result.error()).empty(), "an error can be printed", bytes);
    return 0;
  }
  auto const& [output, metadata] = *result;
  HEALTHLAKE_FUZZ_REQUIRE(metadata.attempts >= 1 && metadata.attempts <= 3, "three attempts at most", bytes);
  HEALTHLAKE_FUZZ_REQUIRE(metadata.http_status / 100 == 2, "only 200 to 299 is a success", bytes);
  HEALTHLAKE_FUZZ_REQUIRE(!to_string(output).empty(), "an output can be printed", bytes);
  return 0;
}

#if defined(WITH_LIBFUZZER)
// Most inputs are changed by the wire mutator, the others by libFuzzer's own.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  auto source = ByteSource::from_seed(seed);
  if (source.one_in(3)) return LLVMFuzzerMutate(data, size, max_size);
  auto const mutation = mutate_wire(fuzz::as_text(data, size), source, {.max_bytes = max_size});
  std::copy(mutation.bytes.begin(), mutation.bytes.end(), data);
  return mutation.bytes.size();
}
#else
int main(int argc, char** argv) { return fuzz::replay(&LLVMFuzzerTestOneInput, argc, argv); }
#endif
