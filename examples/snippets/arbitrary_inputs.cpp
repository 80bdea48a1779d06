// Generated inputs: valid ones are sent and read back by the server side; of those that break one rule at its edge,
// nothing is sent.
#include <cstdio>
#include <map>
#include <string>

#include "healthlake/core/validate.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/testing/arbitrary.hpp"
using namespace healthlake;

int main() {
  Endpoint const endpoint = *resolve_endpoint({.region = "us-east-1"});
  unsigned sent = 0;
  std::map<std::string, Violation> refused;
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    auto source = ByteSource::from_seed(seed);
    auto const valid = arbitrary<StartFHIRExportJobRequest>(source);
    auto const request = write_request<StartFHIRExportJob>(valid, endpoint);
    if (request && read_request<StartFHIRExportJob>(*request)->value == valid) ++sent;

    auto const one = arbitrary_broken<StartFHIRExportJobRequest>(source);
    if (!one) continue;
    auto const found = violations(one->value);
    if (found.empty() || found.front().rule != one->broken.rule ||
        write_request<StartFHIRExportJob>(one->value, endpoint))
      return std::fprintf(stderr, "seed %llu\n", static_cast<unsigned long long>(seed)), 1;
    refused.try_emplace(one->broken.path + ": " + std::string{to_string(one->broken.rule)}, found.front());
  }
  std::printf("%u of 1000 sent and read back\n", sent);
  for (auto const& [rule, violation] : refused)
    std::printf("%s, expected %s\n", rule.c_str(), violation.expected.substr(0, 40).c_str());
}
