// The invariant: a custom loop needs nothing but drive.hpp and the machine. It signs a Send for this attempt only,
// sleeps no longer than a Wait says, and an error of the signer leaves the machine unchanged.
#include "healthlake/drive.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "../support/virtual_time.hpp"
#include "healthlake/flow/call.hpp"
#include "healthlake/model/export_job.hpp"

using namespace healthlake;

namespace {
using Describe = Call<DescribeFHIRExportJob>;
using virtual_time::noon;

struct Refusing {
  bool refuses = true;
  Result<Headers> sign(HttpRequest const&, Credentials const&, SigningContext const& context) {
    if (refuses) return Unexpected{SetupError{SetupPhase::signing, "no key"}};
    return Headers{{"Authorization", std::string{context.region}}};
  }
};
struct WithoutRandom {
  Timestamp now() { return noon; }
  void sleep(Milliseconds) {}
  std::uint64_t operator()() { return 1; }
};
static_assert(Runtime<virtual_time::Runtime>);
static_assert(!Runtime<WithoutRandom>);
}  // namespace

TEST_CASE("drive: steps taken one by one make a whole call") {
  virtual_time::Runtime runtime = virtual_time::without_jitter();
  virtual_time::Transport transport{
      runtime, {{virtual_time::service_error(503, "X"), {}}, {virtual_time::described("QUEUED"), {}}}};
  Refusing signer{.refuses = false};
  Session session;
  Describe call{virtual_time::describe_input(), virtual_time::endpoint(), session, Entropy{runtime}};
  while (!call.done()) {
    auto const step = call.next(runtime.now());
    CHECK_FALSE(take_step(call, step, transport, signer, runtime, Credentials{}, "us-east-1"));
  }
  CHECK(call.result());
  CHECK(runtime.sleeps == std::vector<std::int64_t>{50});
  REQUIRE(transport.requests.size() == 2);
  for (auto const& request : transport.requests) {
    CHECK(request.headers.count("Authorization") == 1);
    CHECK(virtual_time::header(request, "Authorization") == "us-east-1");
  }
}

TEST_CASE("drive: a signer that refuses leaves the machine as it was, and nothing is sent") {
  virtual_time::Runtime runtime;
  virtual_time::Transport transport{runtime, {{virtual_time::described("QUEUED"), {}}}};
  Refusing signer;
  Session session;
  Describe call{virtual_time::describe_input(), virtual_time::endpoint(), session, Entropy{runtime}};
  auto const step = call.next(noon);
  auto const refused = sign(std::get<Send>(step), signer, Credentials{}, "us-east-1");
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == Error{SetupError{SetupPhase::signing, "no key"}});
  auto const error = take_step(call, step, transport, signer, runtime, Credentials{}, "us-east-1");
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::setup);
  CHECK(transport.requests.empty());
  CHECK(call.state() == CallState::sent);
  signer.refuses = false;
  auto const again = call.next(noon);
  CHECK_FALSE(take_step(call, again, transport, signer, runtime, Credentials{}, "us-east-1"));
  CHECK(call.result());
}

TEST_CASE("drive: a signer cannot replace a header of the call, which the next attempt would lack") {
  struct Replacing {
    Result<Headers> sign(HttpRequest const&, Credentials const&, SigningContext const&) {
      return Headers{{"content-TYPE", "text/plain"}};
    }
  };
  virtual_time::Runtime runtime;
  Replacing signer;
  Session session;
  Describe call{virtual_time::describe_input(), virtual_time::endpoint(), session, Entropy{runtime}};
  auto const step = call.next(noon);
  auto const& send = std::get<Send>(step);
  CHECK(send.has_own("content-type"));
  CHECK_FALSE(send.has_own("authorization"));
  Headers const before = send.headers();
  auto const refused = sign(send, signer, Credentials{}, "us-east-1");
  REQUIRE_FALSE(refused);
  CHECK(to_string(refused.error()) == "signing: the signer returned the header content-TYPE, which the request has");
  CHECK(send.headers() == before);
}

TEST_CASE("drive: a wait whose time has come does not sleep, and Done asks for nothing") {
  virtual_time::Runtime runtime;
  virtual_time::Transport transport{runtime, {}};
  NoSigner signer;
  Session session;
  Describe call{virtual_time::describe_input(), virtual_time::endpoint(), session, Entropy{runtime}};
  for (std::int64_t late : {0, 1, 5000}) {
    Step<Describe::Outcome> const step = Wait{noon - Milliseconds{late}};
    CHECK_FALSE(take_step(call, step, transport, signer, runtime, Credentials{}, "us-east-1"));
  }
  Step<Describe::Outcome> const done = Done<Describe::Outcome>{Response<DescribeFHIRExportJobResponse>{}};
  CHECK_FALSE(take_step(call, done, transport, signer, runtime, Credentials{}, "us-east-1"));
  CHECK(runtime.sleeps.empty());
  CHECK(transport.requests.empty());
}
