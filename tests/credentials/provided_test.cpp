// Invariant: a provider that sends nothing ends with its outcome once for each fetch, or as cancelled if it was before.
#include "healthlake/credentials/provided.hpp"

#include <doctest/doctest.h>

#include <variant>

#include "../support/virtual_time.hpp"

using namespace healthlake;
using virtual_time::noon;

namespace {
template <class P>
CredentialsOutcome outcome_of(P& provider) {
  auto const step = provider.next(noon);
  auto const* done = std::get_if<Done<CredentialsOutcome>>(&step);
  REQUIRE(done != nullptr);
  return done->result;
}

Credentials const keys{"AKID", Secret{"secret"}, {}};
CredentialsOutcome const from_the_program = ProvidedCredentials{keys, std::nullopt, "the program", {}};
CredentialsOutcome const cancelled = CredentialsFailure{TransportError{TransportReason::cancelled, "", false}, true};
CredentialsOutcome const already_taken =
    CredentialsFailure{SetupError{SetupPhase::usage, "the credentials were already taken; call restart first"}, false};
}  // namespace

TEST_CASE("static credentials never expire, and are from the program unless it says otherwise") {
  StaticCredentials provider{keys};
  CHECK(outcome_of(provider) == from_the_program);
  StaticCredentials named{keys, "the form"};
  CHECK(std::get<ProvidedCredentials>(outcome_of(named)).source == "the form");
}

TEST_CASE("an outcome is taken once, and again after restart") {
  StaticCredentials provider{keys};
  for (int fetch = 0; fetch < 3; ++fetch) {
    CHECK(outcome_of(provider) == from_the_program);
    CHECK(outcome_of(provider) == already_taken);
    // Has no effect on a fetch that is done.
    provider.cancel();
    CHECK(outcome_of(provider) == already_taken);
    provider.restart();
  }
}

TEST_CASE("a fetch that was cancelled says so once, and the next one is not") {
  StaticCredentials provider{keys};
  provider.cancel();
  provider.cancel();
  CHECK(outcome_of(provider) == cancelled);
  CHECK(outcome_of(provider) == already_taken);
  provider.restart();
  CHECK(outcome_of(provider) == from_the_program);
  provider.restart();
  provider.cancel();
  provider.restart();
  CHECK(outcome_of(provider) == from_the_program);
}

TEST_CASE("replies and lost replies are of no concern to a provider that sends nothing") {
  StaticCredentials provider{keys};
  provider.receive(HttpResponse{500, {}, {}}, noon);
  provider.lose();
  CHECK(outcome_of(provider) == from_the_program);
}
