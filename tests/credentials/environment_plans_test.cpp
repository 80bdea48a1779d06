// Invariant: what the environment says about a web identity, a container or an instance is a plan with exactly that,
// nothing, or a failure that names the variable.
#include "healthlake/credentials/environment_plans.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "../support/test_machine.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/shared_files.hpp"
#include "healthlake/text/text.hpp"

using namespace healthlake;

namespace {
std::string const role_arn = "arn:aws:iam::123456789012:role/R";

// A string of `size` characters that begins with `begin`.
std::string filled(std::string begin, std::size_t size) {
  begin.resize(size, 'x');
  return begin;
}

// `ok`, `none`, or the message.
template <class Plan>
std::string outcome_of(Provision<Plan> const& planned) {
  if (std::holds_alternative<NotConfigured>(planned)) return "none";
  auto const* failure = std::get_if<CredentialsFailure>(&planned);
  return failure == nullptr ? "ok" : to_string(failure->error);
}

std::string web_identity(std::string const& role, std::string const& session_name) {
  TestMachine machine;
  machine.variables = {
      {"AWS_WEB_IDENTITY_TOKEN_FILE", "/run/token"}, {"AWS_ROLE_ARN", role}, {"AWS_ROLE_SESSION_NAME", session_name}};
  return outcome_of(web_identity_of_environment(machine));
}

Provision<InstancePlan> instance(TestMachine& machine) {
  auto const files = read_shared_files(machine);
  REQUIRE(files);
  return instance_of_system(machine, *files, "default");
}
}  // namespace

TEST_CASE("the role of a web identity: 20 to 2048 visible ASCII characters that begin with `arn:`") {
  for (auto const& role : {role_arn, filled("arn:", 20), filled("arn:", 2048)}) CHECK(web_identity(role, "") == "ok");
  for (auto const& role : std::initializer_list<std::string>{
           filled("arn:", 19), filled("arn:", 2049), filled("arn-", 20), "x" + role_arn,
           "arn:aws:iam::123456789012:role/a b", "arn:aws:iam::123456789012:role/\xc3\xa4",
           "arn:aws:iam::123456789012:role/a\n"})
    CHECK(web_identity(role, "") ==
          "credentials: AWS_ROLE_ARN in the environment: expected an ARN such as arn:aws:iam::111122223333:role/name");
}

TEST_CASE("the session name of a web identity: 2 to 64 characters of a set, or none") {
  for (auto const& name : {std::string{}, std::string{"ab"}, std::string{"A_+=,.@-9"}, filled("a", 64)})
    CHECK(web_identity(role_arn, name) == "ok");
  for (auto const& name : {std::string{"a"}, std::string{"a b"}, std::string{"a/b"}, filled("a", 65)})
    CHECK(web_identity(role_arn, name) ==
          "credentials: AWS_ROLE_SESSION_NAME in the environment: expected 2 to 64 ASCII letters, digits or _+=,.@-");
}

TEST_CASE("the token file of a web identity may be below the home folder") {
  TestMachine machine;
  CHECK(outcome_of(web_identity_of_environment(machine)) == "none");
  machine.variables = {{"AWS_WEB_IDENTITY_TOKEN_FILE", "~/token"}, {"AWS_ROLE_ARN", role_arn}};
  CHECK(outcome_of(web_identity_of_environment(machine)) ==
        "credentials: AWS_WEB_IDENTITY_TOKEN_FILE in the environment: there is no home folder");
  machine.variables["HOME"] = "/home/me";
  machine.variables["AWS_ROLE_SESSION_NAME"] = "me";
  CHECK(std::get<WebIdentityPlan>(web_identity_of_environment(machine)) ==
        WebIdentityPlan{role_arn, "me", "/home/me/token", "the environment"});
}

TEST_CASE("a container has the addresses and tokens of the environment, as they are") {
  TestMachine machine;
  machine.variables = {{"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/token"},
                       {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "secret"}};
  CHECK(outcome_of(container_of_environment(machine)) == "none");
  machine.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "not a URL";
  CHECK(std::get<ContainerPlan>(container_of_environment(machine)) ==
        ContainerPlan{"", "not a URL", "/token", Secret{"secret"}});
  machine.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/rel";
  machine.variables.erase("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  CHECK(std::get<ContainerPlan>(container_of_environment(machine)) ==
        ContainerPlan{"/rel", "", "/token", Secret{"secret"}});
}

TEST_CASE("the mode of the instance metadata, in any case") {
  for (std::string_view mode : {"", "IPv4", "ipv4", "IPv6", "IPV6"}) {
    TestMachine machine;
    machine.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = mode;
    CHECK(std::get<InstancePlan>(instance(machine)) == InstancePlan{"", mode.ends_with('6'), false});
  }
}

TEST_CASE("a mode that is neither IPv4 nor IPv6 is a failure that quotes it, unless an endpoint stands in its place") {
  TestMachine machine;
  auto const failed = [&](std::string const& mode) {
    machine.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = mode;
    return outcome_of(instance(machine));
  };
  std::string const expected =
      "credentials: AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE or ec2_metadata_service_endpoint_mode: expected IPv4 or "
      "IPv6, found ";
  CHECK(failed("v6") == expected + "\"v6\"");
  CHECK(failed(filled("v6", 64)) == expected + "\"" + filled("v6", 64) + "\"");
  CHECK(failed(filled("v6", 65)) == expected + "\"" + filled("v6", 64) + "\"...");
  machine.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1";
  CHECK(failed("v6") == "ok");
}
