// Invariant: what the providers send, accept and wait for are the wire facts of each service.
#include <doctest/doctest.h>

#include <string>
#include <variant>

#include "../support/conformance.hpp"
#include "../support/service_world.hpp"
#include "healthlake/credentials/cached.hpp"
#include "healthlake/credentials/container.hpp"
#include "healthlake/credentials/expat.hpp"
#include "healthlake/credentials/instance_metadata.hpp"
#include "healthlake/credentials/sso.hpp"
#include "healthlake/credentials/sso_token.hpp"
#include "healthlake/credentials/sts.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

using namespace healthlake;
using namespace service_world;

namespace {
using Json = nlohmann::json;

Json facts_of(char const* provider) { return load_conformance("credentials/providers.json").at(provider); }
std::string text(Json const& value) { return value.get<std::string>(); }

constexpr char const* one_hour = "2026-08-07T13:00:00Z";
constexpr char const* arn = "arn:aws:iam::111122223333:role/R";

// The value of a form's field as it was sent.
std::string field_of(std::string const& form, std::string const& name) {
  auto const at = ("&" + form).find("&" + name + "=");
  if (at == std::string::npos) return "absent";
  auto const value = form.substr(at + name.size() + 1);
  return value.substr(0, value.find('&'));
}

// Sends what an operation of STS sends, and gives it back.
HttpRequest assume_role(HttpReply answer, CredentialsOutcome& outcome) {
  World world;
  SigV4<Sha256> signer;
  world.script = {std::move(answer)};
  AssumeRoleCredentials provider{
      signer,
      world.runtime,
      {.region = "us-east-1", .xml = &read_xml_with_expat},
      {.role_arn = arn, .role_session_name = "s", .external_id = "id", .duration_seconds = 900},
      {"AKID", Secret{"secret"}, {}},
      FetchLimits{1, Milliseconds{1000}}};
  outcome = world.fetch(provider);
  return world.requests.at(0);
}
HttpRequest web_identity(HttpReply answer, CredentialsOutcome& outcome) {
  World world;
  world.machine.files["/t"] = "ey";
  world.script = {std::move(answer)};
  WebIdentityCredentials provider{world.machine,
                                  world.runtime,
                                  {.region = "us-east-1", .xml = &read_xml_with_expat},
                                  {arn, "s", "/t", "test"},
                                  FetchLimits{1, Milliseconds{1000}}};
  outcome = world.fetch(provider);
  return world.requests.at(0);
}
}  // namespace

TEST_CASE("providers.json: AssumeRole") {
  auto const facts = facts_of("assume_role");
  CredentialsOutcome outcome = NotConfigured{};
  auto const request = assume_role(reply(200, sts_keys("R", one_hour)), outcome);
  CHECK(provides(outcome, "R"));
  auto const& wanted = facts.at("request");
  CHECK(request.method == text(wanted.at("method")));
  CHECK(request.target == text(wanted.at("path")));
  CHECK(request.headers.find("Content-Type") == text(wanted.at("content_type")));
  CHECK(field_of(request.body, "Action") == text(wanted.at("body").at("Action")));
  CHECK(field_of(request.body, "Version") == text(wanted.at("body").at("Version")));
  for (char const* name : {"RoleArn", "RoleSessionName", "DurationSeconds", "ExternalId"}) {
    CHECK(wanted.at("body").contains(name));
    CHECK(field_of(request.body, name) != "absent");
  }
  for (auto const& [region, url] : facts.at("endpoints").items()) {
    auto const at = sts_endpoint({.region = has(region, " ") ? "" : region});
    REQUIRE(at);
    CHECK(at->endpoint.url() == text(url).substr(0, text(url).find(' ')));
  }
  for (auto const& [name, status] : facts.at("errors").at("codes").items()) {
    std::string const code = name;
    CAPTURE(code);
    CredentialsOutcome refused = NotConfigured{};
    assume_role(reply(status.get<int>(), sts_error(code, "no")), refused);
    CHECK(failed(refused));
    CHECK(passing(refused) == (code == "Throttling"));
    CHECK(has(message_of(refused), code + " (status "));
  }
}

TEST_CASE("providers.json: AssumeRoleWithWebIdentity") {
  auto const facts = facts_of("web_identity");
  CredentialsOutcome outcome = NotConfigured{};
  auto const request = web_identity(reply(200, sts_keys("R", one_hour, "AssumeRoleWithWebIdentity")), outcome);
  CHECK(provides(outcome, "R"));
  auto const& wanted = facts.at("request");
  CHECK(request.method == text(wanted.at("method")));
  CHECK(request.target == text(wanted.at("path")));
  CHECK(field_of(request.body, "Action") == text(wanted.at("body").at("Action")));
  CHECK(field_of(request.body, "Version") == text(wanted.at("body").at("Version")));
  for (char const* name : {"RoleArn", "RoleSessionName", "WebIdentityToken"})
    CHECK(field_of(request.body, name) != "absent");
  CHECK(!request.headers.find("Authorization"));
  CHECK(!request.headers.find("X-Amz-Security-Token"));
  for (auto const& [name, error] : facts.at("errors").items()) {
    std::string const code = name;
    CAPTURE(code);
    CredentialsOutcome refused = NotConfigured{};
    web_identity(reply(error.at("status").get<int>(), sts_error(code, "no")), refused);
    CHECK(failed(refused));
    // A text says under which condition it is tried again.
    CHECK(passing(refused) == (error.at("retry") != false));
  }
}

TEST_CASE("providers.json: SSO") {
  auto const facts = facts_of("sso").at("credentials");
  World world;
  SsoPlan const plan{.start_url = "https://a/start", .region = "eu-west-1", .account_id = "1", .role_name = "R"};
  world.machine.files[sso_token_file(world.machine, plan)] =
      R"({"accessToken":"AT","expiresAt":"2099-01-01T00:00:00UTC"})";
  Json const keys{{"accessKeyId", "ASIAS"},
                  {"secretAccessKey", "secret-of-S"},
                  {"sessionToken", "token-of-S"},
                  {"expiration", (noon + seconds(3600)).milliseconds}};
  for (auto const& [name, value] : keys.items()) CHECK(facts.at("response").at("roleCredentials").contains(name));
  world.script = {reply(200, Json{{"roleCredentials", keys}}.dump())};
  SsoCredentials provider{world.machine, world.runtime, plan};
  CHECK(provides(world.fetch(provider), "S"));
  auto const& request = world.requests.at(0);
  CHECK(request.method == text(facts.at("method")));
  auto host = text(facts.at("host"));
  host.replace(host.find("{sso_region}"), 12, "eu-west-1");
  CHECK(request.authority == host);
  CHECK(request.target.substr(0, request.target.find('?')) == text(facts.at("path")));
  for (auto const& name : facts.at("query")) CHECK(has(request.target, text(name) + "="));
  CHECK(request.headers.find(text(facts.at("header"))) == "AT");
  for (auto const& [code, status] : facts.at("errors").items()) {
    world.answer = [&, wanted = status.get<int>()](HttpRequest const&) { return reply(wanted, R"({"message":"no"})"); };
    auto const outcome = world.fetch_again(provider);
    CHECK(failed(outcome));
    CHECK(passing(outcome) == (status == 429));
  }
}

TEST_CASE("providers.json: containers") {
  auto const facts = facts_of("container");
  for (char const* host :
       {"127.0.0.0", "127.255.255.255", "[::1]", "localhost", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"})
    CHECK(container_address({.full_uri = std::string{"http://"} + host + "/x"}));
  World world;
  world.script = {reply(200, json_keys("C", one_hour))};
  auto const file = text(facts.at("eks").at("token_file"));
  world.machine.files[file] = "pod";
  ContainerCredentials provider{
      world.machine, world.runtime, {.full_uri = text(facts.at("eks").at("full_uri")), .token_file = file}};
  CHECK(provides(world.fetch(provider), "C"));
  auto const& request = world.requests.at(0);
  CHECK(request.method == text(facts.at("request").at("method")));
  CHECK(request.headers.find("Accept") == text(facts.at("request").at("headers").at("Accept")));
  CHECK(request.headers.find("Authorization") == "pod");
  CHECK(request.url() == text(facts.at("eks").at("full_uri")));
}

TEST_CASE("providers.json: the instance metadata") {
  auto const facts = facts_of("imds");
  World world;
  world.script = {reply(200, "TOKEN"), reply(200, "R"), reply(200, json_keys("I", one_hour))};
  InstanceCredentials provider{world.runtime, {}};
  CHECK(provides(world.fetch(provider), "I"));
  auto const& requests = world.requests;
  CHECK(requests[0].method == text(facts.at("token").at("method")));
  CHECK(requests[0].target == text(facts.at("token").at("path")));
  for (auto const& [name, value] : facts.at("token").at("header").items())
    CHECK(requests[0].headers.find(name) == "21600");
  CHECK(requests[1].target == text(facts.at("role").at("path")));
  CHECK(requests[1].headers.find(text(facts.at("role").at("header"))) == "TOKEN");
  CHECK(requests[2].target == text(facts.at("role").at("path")) + "R");
  CHECK(requests[0].scheme + "://" + requests[0].authority == text(facts.at("hosts").at("IPv4")));
  for (auto const& timeout : world.timeouts) CHECK(timeout == Milliseconds{1000});

  World six;
  six.script = {reply(200, "TOKEN"), reply(200, "R"), reply(200, json_keys("I", one_hour))};
  InstanceCredentials over_ipv6{six.runtime, {.ipv6 = true}};
  CHECK(provides(six.fetch(over_ipv6), "I"));
  CHECK(six.requests[0].scheme + "://" + six.requests[0].authority == text(facts.at("hosts").at("IPv6")));
}

TEST_CASE("providers.json: the window of a refresh") {
  auto const newer = facts_of("cache_and_refresh").at("botocore_2026_behind_a_flag");
  CHECK(text(newer.at("advisory")) ==
        "lifetime <= 20 min: 5 min; < 90 min: 15 min; else 60 min; fixed when the keys arrive");
  CHECK(refresh_window(Milliseconds{20 * 60'000}) == Milliseconds{5 * 60'000});
  CHECK(refresh_window(Milliseconds{90 * 60'000 - 1}) == Milliseconds{15 * 60'000});
  CHECK(refresh_window(Milliseconds{90 * 60'000}) == Milliseconds{60 * 60'000});
}
