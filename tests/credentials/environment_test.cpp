// Invariant: the environment provides both parts of the access key with their own token, or nothing; a value that
// cannot be sent is a failure, and no message quotes a value.
#include "healthlake/credentials/environment.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>

#include "../support/test_machine.hpp"

using namespace healthlake;

namespace {
CredentialsOutcome outcome_of(TestMachine& machine) {
  EnvironmentCredentials provider{machine};
  return std::get<Done<CredentialsOutcome>>(provider.next(Timestamp{})).result;
}
}  // namespace

TEST_CASE("the environment provides its keys with its token") {
  TestMachine machine;
  machine.variables = {{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"}, {"AWS_SECRET_ACCESS_KEY", "secret/+="}};
  auto const provided = std::get<ProvidedCredentials>(outcome_of(machine));
  CHECK(provided.credentials == Credentials{"AKIDEXAMPLE", Secret{"secret/+="}, {}});
  CHECK(!provided.expiration);
  CHECK(provided.source == "the environment");
  CHECK(provided.warnings.empty());

  machine.variables["AWS_SESSION_TOKEN"] = "token";
  machine.variables["AWS_SECURITY_TOKEN"] = "legacy";
  machine.variables["AWS_CREDENTIAL_EXPIRATION"] = "2001-01-01T00:00:00Z";
  auto const with_token = std::get<ProvidedCredentials>(outcome_of(machine));
  CHECK(with_token.credentials.session_token == Secret{"token"});
  CHECK(!with_token.expiration);
}

TEST_CASE("faults 19, 21: an empty variable is an unset one, and neither half of a key nor a token counts alone") {
  TestMachine machine;
  CHECK(std::get<NotConfigured>(outcome_of(machine)).warnings.empty());
  machine.variables = {{"AWS_ACCESS_KEY_ID", ""}, {"AWS_SECRET_ACCESS_KEY", ""}};
  CHECK(std::get<NotConfigured>(outcome_of(machine)).warnings.empty());
  machine.variables = {{"AWS_SESSION_TOKEN", "left-over"}};
  CHECK(std::get<NotConfigured>(outcome_of(machine)).warnings.empty());

  machine.variables = {{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"}, {"AWS_SECRET_ACCESS_KEY", ""}};
  auto const half = std::get<NotConfigured>(outcome_of(machine));
  REQUIRE(half.warnings.size() == 1);
  CHECK(
      half.warnings[0] ==
      "AWS_ACCESS_KEY_ID is set in the environment, but AWS_SECRET_ACCESS_KEY is not, so the environment is not used");
  machine.variables = {{"AWS_SECRET_ACCESS_KEY", "secret"}, {"AWS_SESSION_TOKEN", "token"}};
  CHECK(std::get<NotConfigured>(outcome_of(machine)).warnings.size() == 1);
}

TEST_CASE("a value that no header can carry is a failure that does not quote it") {
  for (char const* name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}) {
    CAPTURE(name);
    for (std::string bad : {"QQQQ\n", " QQQQ", "QQ\tQQ", "QQQQ\xc3\xa4", "QQQQ\x7f"}) {
      TestMachine machine;
      machine.variables = {
          {"AWS_ACCESS_KEY_ID", "id"}, {"AWS_SECRET_ACCESS_KEY", "secret"}, {"AWS_SESSION_TOKEN", "token"}};
      machine.variables[name] = bad;
      auto const failure = std::get<CredentialsFailure>(outcome_of(machine));
      CHECK(!failure.transient);
      auto const message = to_string(failure.error);
      CHECK(message.find(name) != std::string::npos);
      CHECK(message.find("QQ") == std::string::npos);
    }
  }
}

TEST_CASE("a new fetch reads the environment again") {
  TestMachine machine;
  EnvironmentCredentials provider{machine};
  auto next = [&] { return std::get<Done<CredentialsOutcome>>(provider.next(Timestamp{})).result; };
  CHECK(std::holds_alternative<NotConfigured>(next()));
  machine.variables = {{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"}, {"AWS_SECRET_ACCESS_KEY", "secret"}};
  auto const taken = std::get<CredentialsFailure>(next());
  CHECK(taken.error.as<SetupError>()->phase == SetupPhase::usage);
  provider.restart();
  CHECK(std::holds_alternative<ProvidedCredentials>(next()));
  provider.restart();
  provider.cancel();
  auto const cancelled = std::get<CredentialsFailure>(next());
  CHECK(cancelled.error.cancelled());
  provider.restart();
  CHECK(std::holds_alternative<ProvidedCredentials>(next()));
}

TEST_CASE("static credentials are always the same") {
  StaticCredentials provider{Credentials{"AKIDEXAMPLE", Secret{"secret"}, {}}};
  for (int i = 0; i < 2; ++i) {
    auto const done = std::get<Done<CredentialsOutcome>>(provider.next(Timestamp{}));
    CHECK(std::get<ProvidedCredentials>(done.result) ==
          ProvidedCredentials{{"AKIDEXAMPLE", Secret{"secret"}, {}}, std::nullopt, "the program", {}});
    provider.restart();
  }
}
