// A fuzz target for code of one's own: whatever the service answers, a list of jobs is shown as one line for each.
// With libFuzzer: clang++ -std=c++20 -fsanitize=fuzzer,address,undefined -DWITH_LIBFUZZER fuzz_target.cpp
#include <algorithm>
#include <string>

#include "healthlake/healthlake.hpp"
#include "healthlake/testing/fuzz.hpp"
#include "healthlake/testing/virtual_runtime.hpp"
using namespace healthlake;

// The code to test.
std::string in_lines(ListFHIRExportJobsResponse const& list) {
  std::string lines;
  for (auto const& job : list.export_job_properties_list)
    lines += printable(job.job_id, 64) + " " + printable(job.job_status.text(), 64) + "\n";
  return lines;
}

// A service that answers with the input.
struct FuzzedTransport {
  HttpResponse response;
  HttpReply send(HttpRequest const&) { return response; }
};

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  FuzzedTransport transport{fuzz::take_response(fuzz::as_text(data, size))};
  VirtualRuntime runtime;
  SigV4<Sha256> signer;
  Client client{transport, signer, runtime, {.region = "us-east-1", .credentials = {"AKID", Secret{"secret"}}}};
  auto const listed = client.list_fhir_export_jobs({.datastore_id = "0123456789abcdef0123456789abcdef"});
  if (!listed) return 0;
  auto const lines = in_lines(listed->output);
  auto const jobs = listed->output.export_job_properties_list.size();
  auto const line_feeds = static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
  HEALTHLAKE_FUZZ_REQUIRE(line_feeds == jobs, "there is one line for each job", lines);
  return 0;
}

#if !defined(WITH_LIBFUZZER)
int main(int argc, char** argv) { return fuzz::replay(&LLVMFuzzerTestOneInput, argc, argv); }
#endif
