// Invariant: the chain asks what is configured first and nobody else: a failure ends it. Roles are assumed one after
// the other, and each fetch reads the machine again.
#include "healthlake/credentials/default_credentials.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <variant>

#include "../support/service_world.hpp"
#include "healthlake/credentials/expat.hpp"
#include "healthlake/credentials/sso_token.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

using namespace healthlake;
using namespace service_world;

namespace {
constexpr char const* one_hour = "2026-08-07T13:00:00Z";

// All services: STS answers with keys that are named after the role.
HttpReply all_services(HttpRequest const& request) {
  auto const url = request.url();
  if (has(url, "sts.")) {
    bool const web = has(request.body, "Action=AssumeRoleWithWebIdentity");
    auto const begin = request.body.find("%3Arole%2F") + 10;
    auto const name = request.body.substr(begin, request.body.find('&', begin) - begin);
    return reply(200, sts_keys(name, one_hour, web ? "AssumeRoleWithWebIdentity" : "AssumeRole"));
  }
  if (has(url, "169.254.170.2/")) return reply(200, json_keys("Container", one_hour));
  if (has(url, "/latest/api/token")) return reply(200, "TOKEN");
  if (has(url, "portal.sso."))
    return reply(200, R"({"roleCredentials":{"accessKeyId":"ASIASso","secretAccessKey":"secret-of-Sso",)"
                      R"("sessionToken":"token-of-Sso","expiration":1786107600000}})");
  if (url.ends_with("/security-credentials/")) return reply(200, "node");
  if (has(url, "/security-credentials/node")) return reply(200, json_keys("Instance", one_hour));
  return reply(500, "");
}

struct Chain {
  World world{};
  SigV4<Sha256> signer{};

  Chain() { world.answer = all_services; }
  DefaultCredentials provider(CredentialsOptions options = CredentialsOptions{}) {
    return {{world.machine, world.runtime, signer, &read_xml_with_expat}, std::move(options)};
  }
  CredentialsOutcome fetch(CredentialsOptions const& options = CredentialsOptions{}) {
    auto machine = provider(options);
    return world.fetch(machine);
  }
};
}  // namespace

TEST_CASE("faults 24, 51: environment keys come before a container, and a container before the instance") {
  Chain chain;
  chain.world.machine.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/x";
  CHECK(provides(chain.fetch(), "Container"));
  CHECK(chain.world.requests.size() == 1);
  chain.world.machine.variables["AWS_ACCESS_KEY_ID"] = "AKIDENV";
  chain.world.machine.variables["AWS_SECRET_ACCESS_KEY"] = "env";
  auto const outcome = chain.fetch();
  CHECK(std::get<ProvidedCredentials>(outcome).credentials.access_key_id == "AKIDENV");
  CHECK(chain.world.requests.size() == 1);
  Chain last;
  CHECK(provides(last.fetch(), "Instance"));
}

TEST_CASE("fault 25: a provider that is configured and fails ends the chain; the instance's role is never taken") {
  Chain chain;
  auto& machine = chain.world.machine;
  machine.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/token";
  machine.variables["AWS_ROLE_ARN"] = "arn:aws:iam::111122223333:role/Pod";
  CHECK(failed(chain.fetch()));
  CHECK(chain.world.requests.empty());
  machine.files["/token"] = "ey";
  CHECK(provides(chain.fetch(), "Pod"));
  chain.world.answer = [](HttpRequest const& request) {
    return has(request.url(), "sts.") ? reply(500, "") : all_services(request);
  };
  CHECK(passing(chain.fetch()));
  for (auto const& request : chain.world.requests) CHECK(has(request.authority, "sts."));

  Chain container;
  container.world.machine.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://192.168.1.9/v1";
  CHECK(failed(container.fetch()));
  CHECK(container.world.requests.empty());
}

TEST_CASE("roles are assumed one after the other, each with the credentials of the one before") {
  Chain chain;
  chain.world.machine.files["/home/me/.aws/config"] =
      "[profile a]\nrole_arn = arn:aws:iam::111122223333:role/A\nsource_profile = b\nregion = eu-west-1\n"
      "[profile b]\nrole_arn = arn:aws:iam::111122223333:role/B\ncredential_source = Ec2InstanceMetadata\n";
  auto provider = chain.provider({.profile = "a"});
  for (int round = 0; round < 2; ++round) {
    auto const outcome = round == 0 ? chain.world.fetch(provider) : chain.world.fetch_again(provider);
    REQUIRE(provides(outcome, "A"));
    CHECK(std::get<ProvidedCredentials>(outcome).expiration == noon + seconds(3600));
    auto const& requests = chain.world.requests;
    auto const& second = requests.back();
    CHECK(second.headers.find("X-Amz-Security-Token") == "token-of-B");
    CHECK(requests[requests.size() - 2].headers.find("X-Amz-Security-Token") == "token-of-Instance");
    CHECK(second.authority == "sts.eu-west-1.amazonaws.com");
  }
  // The second fetch kept the session token of the metadata service.
  CHECK(chain.world.requests.size() == 5 + 4);
}

TEST_CASE("fault 31: a container is a source of a role with all of its rules") {
  Chain chain;
  auto& machine = chain.world.machine;
  machine.files["/home/me/.aws/config"] =
      "[default]\nrole_arn = arn:aws:iam::111122223333:role/R\ncredential_source = EcsContainer\n";
  machine.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials";
  machine.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/token";
  machine.files["/token"] = "pod-token\n";
  chain.world.answer = [](HttpRequest const& request) {
    return request.authority == "169.254.170.23" ? reply(200, json_keys("Pod", one_hour)) : all_services(request);
  };
  CHECK(provides(chain.fetch(), "R"));
  CHECK(chain.world.requests[0].headers.find("Authorization") == "pod-token");
  CHECK(chain.world.requests[1].headers.find("X-Amz-Security-Token") == "token-of-Pod");
}

TEST_CASE("a program provides credentials, and those for a role") {
  Chain chain;
  auto& machine = chain.world.machine;
  machine.files["/home/me/.aws/config"] =
      "[default]\ncredential_process = /opt/creds --for me\n"
      "[profile r]\nrole_arn = arn:aws:iam::111122223333:role/R\nsource_profile = default\n";
  machine.programs["/opt/creds --for me"] = {
      ProcessStatus::exited,
      0,
      Secret{R"({"Version":1,"AccessKeyId":"ASIAProgram","SecretAccessKey":"secret-of-Program",)"
             R"("SessionToken":"token-of-Program","Expiration":"2026-08-07T13:00:00Z"})"},
      {},
      {}};
  CHECK(provides(chain.fetch(), "Program"));
  CHECK(chain.world.requests.empty());
  CHECK(provides(chain.fetch({.profile = "r"}), "R"));
  REQUIRE(chain.world.requests.size() == 1);
  CHECK(chain.world.requests[0].headers.find("X-Amz-Security-Token") == "token-of-Program");
  machine.programs.clear();
  CHECK(has(message_of(chain.fetch({.profile = "r"})), "No such file or directory"));
  CHECK(chain.world.requests.size() == 1);
}

TEST_CASE("IAM Identity Center provides credentials, and those for a role") {
  Chain chain;
  chain.world.machine.files["/home/me/.aws/config"] =
      "[default]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Reader\n"
      "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.awsapps.com/start\n"
      "[profile r]\nrole_arn = arn:aws:iam::111122223333:role/R\nsource_profile = default\n";
  chain.world.machine.files[sso_token_file(chain.world.machine, {.session = "corp"})] =
      R"({"accessToken":"access","expiresAt":"2026-08-07T20:00:00Z"})";
  CHECK(provides(chain.fetch(), "Sso"));
  CHECK(provides(chain.fetch({.profile = "r"}), "R"));
  auto const& requests = chain.world.requests;
  REQUIRE(requests.size() == 3);
  CHECK(requests[0].authority == "portal.sso.eu-west-1.amazonaws.com");
  CHECK(requests[0].headers.find("x-amz-sso_bearer_token") == "access");
  CHECK(requests[2].headers.find("X-Amz-Security-Token") == "token-of-Sso");
}

TEST_CASE(
    "another endpoint of the instance metadata is asked from the next fetch on, without the token of the last one") {
  Chain chain;
  auto provider = chain.provider();
  CHECK(provides(chain.world.fetch(provider), "Instance"));
  chain.world.machine.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1338";
  CHECK(provides(chain.world.fetch_again(provider), "Instance"));
  REQUIRE(chain.world.requests.size() == 6);
  for (std::size_t i = 0; i < 6; ++i)
    CHECK(chain.world.requests[i].authority == (i < 3 ? "169.254.169.254" : "127.0.0.1:1338"));
  CHECK(chain.world.requests[3].method == "PUT");
}

TEST_CASE("each fetch reads the machine again: files that changed, and a plan of another kind") {
  Chain chain;
  auto provider = chain.provider();
  CHECK(provides(chain.world.fetch(provider), "Instance"));
  chain.world.machine.files["/home/me/.aws/credentials"] =
      "[default]\naws_access_key_id = AKID1\naws_secret_access_key = s1\n";
  auto first = chain.world.fetch_again(provider);
  CHECK(std::get<ProvidedCredentials>(first).credentials.access_key_id == "AKID1");
  chain.world.machine.files["/home/me/.aws/credentials"] =
      "[default]\naws_access_key_id = AKID2\naws_secret_access_key = s2\n";
  auto second = chain.world.fetch_again(provider);
  CHECK(std::get<ProvidedCredentials>(second).credentials.access_key_id == "AKID2");
  chain.world.machine.files["/home/me/.aws/credentials"] = "[default]\naws_acc";
  CHECK(failed(chain.world.fetch_again(provider)));
}

TEST_CASE("nothing configured: the message says what was looked for, and that the instance has nothing either") {
  Chain chain;
  chain.world.answer = [](HttpRequest const&) { return no_reply(TransportReason::connect_failed); };
  auto const outcome = chain.fetch();
  auto const message = message_of(outcome);
  CHECK(has(message, "not configured: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment; "));
  CHECK(has(message, "/home/me/.aws/credentials"));
  CHECK(has(message, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"));
  CHECK(has(message, "a role of an EC2 instance (the instance metadata at http://169.254.169.254: no reply"));
  chain.world.machine.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  auto const without = chain.fetch();
  CHECK(std::holds_alternative<NotConfigured>(without));
  CHECK(chain.world.requests.size() == 3);
  // The same without the instance, and no separator before it.
  CHECK(message_of(without).starts_with("not configured: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"));
}

TEST_CASE("what a fetch found is not in the outcome of the next one") {
  Chain chain;
  auto& machine = chain.world.machine;
  chain.world.answer = [](HttpRequest const&) { return no_reply(TransportReason::connect_failed); };
  machine.variables["AWS_ACCESS_KEY_ID"] = "half";
  auto provider = chain.provider();
  auto const first = chain.world.fetch(provider);
  REQUIRE(std::holds_alternative<NotConfigured>(first));
  CHECK(std::get<NotConfigured>(first).warnings.size() == 1);
  machine.variables.erase("AWS_ACCESS_KEY_ID");
  machine.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  auto const second = chain.world.fetch_again(provider);
  CHECK(second == chain.fetch());
  REQUIRE(std::holds_alternative<NotConfigured>(second));
  CHECK(std::get<NotConfigured>(second).warnings.empty());
}

TEST_CASE("warnings of the files come along, before those of the provider") {
  Chain chain;
  chain.world.machine.files["/home/me/.aws/credentials"] =
      "[default]\naws_access_key_id = AKID1\naws_secret_access_key = s1\n";
  chain.world.machine.open_files = {"/home/me/.aws/credentials"};
  auto const outcome = chain.fetch();
  REQUIRE(!std::get<ProvidedCredentials>(outcome).warnings.empty());
  CHECK(has(std::get<ProvidedCredentials>(outcome).warnings[0], "/home/me/.aws/credentials"));
}

TEST_CASE("warnings of the credentials that a role is assumed with come along") {
  Chain chain;
  chain.world.machine.files["/home/me/.aws/config"] =
      "[default]\nrole_arn = arn:aws:iam::111122223333:role/R\ncredential_source = Ec2InstanceMetadata\n";
  chain.world.answer = [](HttpRequest const& request) {
    return has(request.url(), "/security-credentials/node") ? reply(200, json_keys("Instance", "2026-08-07T11:00:00Z"))
                                                            : all_services(request);
  };
  auto const outcome = chain.fetch();
  REQUIRE(provides(outcome, "R"));
  auto const& warnings = std::get<ProvidedCredentials>(outcome).warnings;
  REQUIRE(warnings.size() == 1);
  CHECK(has(warnings[0], "expired at 2026-08-07T11:00:00.000Z and stay in use"));
}

TEST_CASE("an outcome is taken once; a fetch that is done is not cancelled") {
  Chain chain;
  auto provider = chain.provider();
  CHECK(provides(chain.world.fetch(provider), "Instance"));
  CredentialsOutcome const taken{detail::already_taken().result};
  CHECK(chain.world.fetch(provider) == taken);
  provider.lose();
  provider.cancel();
  CHECK(chain.world.fetch(provider) == taken);
  CHECK(provides(chain.world.fetch_again(provider), "Instance"));
}

TEST_CASE("a lost reply is a failed attempt of whoever was asked") {
  Chain chain;
  auto provider = chain.provider();
  // Nothing was sent yet.
  provider.lose();
  REQUIRE(std::holds_alternative<Send>(provider.next(noon)));
  provider.lose();
  CHECK(std::holds_alternative<Wait>(provider.next(noon)));
  CHECK(provides(chain.world.fetch(provider), "Instance"));
}

TEST_CASE("a fetch that is abandoned leaves nothing to the next one, whoever is asked then") {
  for (bool cancelled : {true, false}) {
    Chain chain;
    auto provider = chain.provider();
    auto const step = provider.next(chain.world.runtime.time);
    CHECK(has(std::get<Send>(step).request().url(), "/latest/api/token"));
    if (cancelled) provider.cancel();
    chain.world.machine.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/x";
    CHECK(provides(chain.world.fetch_again(provider), "Container"));
    CHECK(chain.world.requests.size() == 1);
    provider.restart();
    CHECK(std::get<Send>(provider.next(noon)).request().authority == "169.254.170.2");
    if (cancelled) provider.cancel();
    chain.world.machine.variables.erase("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    CHECK(provides(chain.world.fetch_again(provider), "Instance"));
  }
}

TEST_CASE("a fetch can be cancelled at each step, and begun again") {
  for (int steps = 0; steps < 6; ++steps) {
    Chain chain;
    chain.world.machine.files["/home/me/.aws/config"] =
        "[default]\nrole_arn = arn:aws:iam::111122223333:role/R\ncredential_source = Ec2InstanceMetadata\n";
    auto provider = chain.provider();
    for (int i = 0; i < steps; ++i) {
      auto const step = provider.next(chain.world.runtime.time);
      if (!std::holds_alternative<Done<CredentialsOutcome>>(step)) chain.world.take(provider, step);
    }
    provider.cancel();
    auto const outcome = chain.world.fetch(provider);
    if (steps < 4)
      CHECK(outcome == CredentialsOutcome{CredentialsFailure{
                           TransportError{TransportReason::cancelled, "the fetch was cancelled", false}, true}});
    CHECK(provides(chain.world.fetch_again(provider), "R"));
  }
}
