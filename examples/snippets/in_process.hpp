// Shared by the snippets without a network: a service in memory, a client for it, and a clock that advances on sleep.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "healthlake/client.hpp"
#include "healthlake/local/local_healthlake.hpp"

/// A Runtime with a virtual clock: minutes of waiting pass at once.
struct VirtualRuntime {
  healthlake::Timestamp time = healthlake::Timestamp::from_seconds(1'800'000'000);
  std::uint64_t number = 1;

  [[nodiscard]] healthlake::Timestamp now() const { return time; }
  void sleep(healthlake::Milliseconds length) { time = time + length; }
  std::uint64_t random() { return number = number * 6364136223846793005u + 1442695040888963407u; }
};

/// Transport, signer and runtime of a client within this process. With CurlTransport, SigV4 and SystemRuntime instead,
/// the same calls go to AWS.
struct InProcess {
  VirtualRuntime runtime{};
  healthlake::MemoryStore objects{};
  healthlake::LocalHealthLake service{[this] { return runtime.now(); }, objects};
  healthlake::NoSigner signer{};
  healthlake::Client<healthlake::LocalHealthLake, healthlake::NoSigner, VirtualRuntime> client{
      service, signer, runtime, {.region = "us-east-1"}};
};

/// Returns the value of a result, or prints the error on stderr and exits.
template <class T>
T const& value_or_exit(healthlake::Result<T> const& result) {
  if (result) return *result;
  std::fprintf(stderr, "%s\n", to_string(result.error()).c_str());
  std::exit(1);
}
