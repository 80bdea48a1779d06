// Generated inputs: a valid one is sent, and the server side reads the same; of any others, the first violation is
// shown, since nothing of them is sent.
#include <cstdio>
#include <set>
#include <string>

#include "healthlake/core/validate.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/testing/arbitrary.hpp"
using namespace healthlake;

int main() {
  Endpoint const endpoint = *resolve_endpoint({.region = "us-east-1"});
  unsigned sent = 0;
  std::set<std::string> rules;
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    auto source = ByteSource::from_seed(seed);
    auto const valid = arbitrary<StartFHIRExportJobRequest>(source);
    auto const request = write_request<StartFHIRExportJob>(valid, endpoint);
    if (!request) return std::fprintf(stderr, "seed %llu\n", static_cast<unsigned long long>(seed)), 1;
    auto const read = read_request<StartFHIRExportJob>(*request);
    if (read && read->value == valid) ++sent;

    auto const wild = arbitrary<StartFHIRExportJobRequest>(source, {.mode = ArbitraryMode::wild});
    for (auto const& violation : violations(wild))
      rules.insert(violation.path + ": " + std::string{to_string(violation.rule)});
  }
  std::printf("%u of 1000 sent and read back\n", sent);
  for (auto const& rule : rules) std::puts(rule.c_str());
}
