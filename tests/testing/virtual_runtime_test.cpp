// Invariants: time passes by what was slept and by nothing else; equal seeds give equal numbers; an interrupted sleep
// takes no time and cancels a client's wait; the clock never leaves the years that a Timestamp can write.
#include "healthlake/testing/virtual_runtime.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

#include "healthlake/client.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/sign/signer.hpp"

using namespace healthlake;

static_assert(Runtime<VirtualRuntime>);

namespace {
struct Unreachable {
  unsigned sends = 0;
  HttpReply send(HttpRequest const&) {
    ++sends;
    return Unexpected{TransportError{TransportReason::connect_failed, "nobody there"}};
  }
};
}  // namespace

TEST_CASE("virtual runtime: time passes by sleeping only") {
  VirtualRuntime runtime;
  Timestamp const begin = runtime.now();
  CHECK(runtime.now() == begin);
  CHECK(runtime.sleep(Milliseconds{250}));
  CHECK(runtime.sleep(Milliseconds{0}));
  CHECK(runtime.sleep(Milliseconds{-5}));
  CHECK(runtime.now() - begin == Milliseconds{250});
  CHECK(runtime.sleeps == 3);
  runtime.advance(Milliseconds{1'000});
  CHECK(runtime.now() - begin == Milliseconds{1'250});
  CHECK(runtime.sleeps == 3);
}

TEST_CASE("virtual runtime: the clock stops at the end of the year 9999") {
  VirtualRuntime runtime;
  CHECK(runtime.sleep(Milliseconds{(std::numeric_limits<std::int64_t>::max)()}));
  CHECK(runtime.now().milliseconds == Timestamp::max_milliseconds);
  CHECK(runtime.sleep(Milliseconds{1}));
  CHECK(runtime.now().in_range());
}

TEST_CASE("virtual runtime: equal seeds give equal numbers, and copies go on alike") {
  VirtualRuntime a{.seed = 7};
  VirtualRuntime b{.seed = 7};
  VirtualRuntime other{.seed = 8};
  for (int i = 0; i < 100; ++i) {
    std::uint64_t const number = a.random();
    CHECK(number == b.random());
    CHECK(number != other.random());
  }
  CHECK(a == b);
  VirtualRuntime copy = a;
  CHECK(copy.random() == a.random());
}

TEST_CASE("virtual runtime: a client that retries takes its pauses from it, and an interrupted one cancels the call") {
  Unreachable transport;
  NoSigner signer;
  VirtualRuntime runtime;
  Client client{transport, signer, runtime, {.region = "us-east-1"}};
  DescribeFHIRDatastoreRequest const input{.datastore_id = "c0ffee00c0ffee00c0ffee00c0ffee00"};
  auto const failed = client.describe_fhir_datastore(input);
  REQUIRE(!failed);
  CHECK(failed.error().kind() == ErrorKind::transport);
  CHECK(runtime.sleeps == transport.sends - 1);

  runtime.sleeps_left = 0;
  Timestamp const before = runtime.now();
  auto const cancelled = client.describe_fhir_datastore(input);
  REQUIRE(!cancelled);
  CHECK(cancelled.error().gave_up == GaveUp::cancelled);
  CHECK(runtime.now() == before);
}
