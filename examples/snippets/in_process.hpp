// What the snippets without a network share: a service in memory, a client of it, and a clock that a sleep moves.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "healthlake/client.hpp"
#include "healthlake/local/local_healthlake.hpp"

/// A Runtime without a real clock: minutes of waiting pass at once.
struct VirtualRuntime {
  healthlake::Timestamp time = healthlake::Timestamp::from_seconds(1'800'000'000);
  std::uint64_t number = 1;

  [[nodiscard]] healthlake::Timestamp now() const { return time; }
  void sleep(healthlake::Milliseconds length) { time = time + length; }
  std::uint64_t random() { return number = number * 6364136223846793005u + 1442695040888963407u; }
};

/// Transport, signer and runtime of a client that stays in this process. With CurlTransport, SigV4 and SystemRuntime in
/// their places, the same calls go to AWS.
struct InProcess {
  VirtualRuntime runtime{};
  healthlake::MemoryStore objects{};
  healthlake::LocalHealthLake service{[this] { return runtime.now(); }, objects};
  healthlake::NoSigner signer{};
  healthlake::Client<healthlake::LocalHealthLake, healthlake::NoSigner, VirtualRuntime> client{
      service, signer, runtime, {.region = "us-east-1"}};
};

/// The value of a result, or the end of the program with the error on stderr.
template <class T>
T const& value_or_exit(healthlake::Result<T> const& result) {
  if (result) return *result;
  std::fprintf(stderr, "%s\n", to_string(result.error()).c_str());
  std::exit(1);
}
