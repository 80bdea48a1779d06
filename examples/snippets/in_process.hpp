// Shared by the snippets without a network: a service in memory, a client for it, and a clock that advances on sleep.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "healthlake/client.hpp"
#include "healthlake/local/local_healthlake.hpp"
#include "healthlake/testing/virtual_runtime.hpp"

/// Transport, signer and runtime of a client within this process. With CurlTransport, SigV4 and SystemRuntime instead,
/// the same calls go to AWS.
struct InProcess {
  healthlake::VirtualRuntime runtime{};
  healthlake::MemoryStore objects{};
  healthlake::LocalHealthLake service{[this] { return runtime.now(); }, objects};
  healthlake::NoSigner signer{};
  healthlake::Client<healthlake::LocalHealthLake, healthlake::NoSigner, healthlake::VirtualRuntime> client{
      service, signer, runtime, {.region = "us-east-1"}};
};

/// Returns the value of a result, or prints the error on stderr and exits.
template <class T>
T const& value_or_exit(healthlake::Result<T> const& result) {
  if (result) return *result;
  std::fprintf(stderr, "%s\n", to_string(result.error()).c_str());
  std::exit(1);
}
