// Invariant: what the shared files, the environment and the outside world of each case lead to is what the SDKs agree
// on: `expect`, or in disputed cases `recommend`, then `others_expect`.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "../support/conformance.hpp"
#include "../support/test_machine.hpp"
#include "healthlake/credentials/default_chain.hpp"
#include "healthlake/credentials/process.hpp"
#include "healthlake/credentials/sso_token.hpp"

using namespace healthlake;

namespace {
using Json = nlohmann::json;

// 2026-11-25T00:00:00Z
constexpr Timestamp now = Timestamp::from_seconds(1'795'564'800);
constexpr std::string_view home = "/home/case";

TestMachine machine_of(Json const& test) {
  TestMachine machine;
  machine.variables = {{"HOME", std::string{home}}, {"AWS_EC2_METADATA_DISABLED", "true"}};
  for (auto const& [name, value] : test.at("env").items()) {
    machine.variables.erase(name);
    if (value.is_null()) continue;
    auto text = value.get<std::string>();
    if (text.starts_with("${HOME}")) text.replace(0, 7, home);
    machine.variables[name] = text;
  }
  auto const add = [&](std::string path, Json const& text) {
    if (text.is_null()) return;
    if (path.starts_with("~/")) path.replace(0, 1, home);
    machine.files[path] = text.get<std::string>();
  };
  add("~/.aws/config", test.at("config_text"));
  add("~/.aws/credentials", test.at("credentials_text"));
  auto const files = test.value("files", Json::object());
  for (auto const& [path, text] : files.items()) add(path, text);
  auto const home_files = test.value("home_files", Json::object());
  for (auto const& [path, text] : home_files.items()) add("~/" + path, text);
  auto const processes = test.value("processes", Json::object());
  for (auto const& [line, result] : processes.items())
    machine.programs[line] = {ProcessStatus::exited,
                              result.value("exit", 0),
                              Secret{result.value("stdout", "")},
                              Secret{result.value("stderr", "")},
                              {}};
  return machine;
}

Json optional_string(std::string_view text) { return text.empty() ? Json{} : Json(std::string{text}); }

// Plays what comes after the plan: STS and SSO as README.md of the data describes them, and records the calls. The
// providers over HTTP (container, instance) are not played here.
class World {
 public:
  explicit World(TestMachine& machine) : machine_(machine) {}

  // The credentials, or a failure; nullopt if they come from a container or an instance.
  std::optional<CredentialsOutcome> fetch(CredentialsPlan const& plan) {
    auto first = std::visit([this](auto const& base) { return this->base(base); }, plan.base);
    if (!first) return std::nullopt;
    for (auto const& role : plan.roles) {
      auto* provided = std::get_if<ProvidedCredentials>(&*first);
      if (provided == nullptr) break;
      Json params{{"RoleArn", role.role_arn}, {"RoleSessionName", session_name(role.role_session_name)}};
      if (!role.external_id.empty()) params["ExternalId"] = role.external_id;
      if (role.duration_seconds) params["DurationSeconds"] = *role.duration_seconds;
      auto const& with = provided->credentials;
      calls.push_back({{"sts", "AssumeRole"},
                       {"params", params},
                       {"signed_with", with.access_key_id},
                       {"signed_token", optional_string(with.session_token.reveal())}});
      first = role_keys(role.role_arn);
    }
    return first;
  }

  Json calls = Json::array();

 private:
  static std::string session_name(std::string const& name) { return name.empty() ? "<generated>" : name; }
  static CredentialsOutcome role_keys(std::string const& arn) {
    auto const name = arn.substr(arn.rfind('/') + 1);
    return ProvidedCredentials{
        {"ASIA-" + name, Secret{"secret-of-" + name}, Secret{"token-of-" + name}}, std::nullopt, {}, {}};
  }

  std::optional<CredentialsOutcome> base(ProvidedCredentials const& keys) { return keys; }
  std::optional<CredentialsOutcome> base(ProcessPlan const& plan) {
    auto outcome = credentials_of_process(machine_, plan, now);
    for (auto const& arguments : machine_.run_with) calls.push_back({{"process", arguments}});
    return outcome;
  }
  std::optional<CredentialsOutcome> base(WebIdentityPlan const& plan) {
    std::string token = machine_.files.at(plan.token_file);
    while (token.ends_with('\n')) token.pop_back();
    calls.push_back({{"sts", "AssumeRoleWithWebIdentity"},
                     {"params",
                      {{"RoleArn", plan.role_arn},
                       {"RoleSessionName", session_name(plan.role_session_name)},
                       {"WebIdentityToken", token}}},
                     {"signed_with", nullptr},
                     {"signed_token", nullptr}});
    return role_keys(plan.role_arn);
  }
  std::optional<CredentialsOutcome> base(SsoPlan const& plan) {
    auto const token = read_sso_token(machine_, plan, now);
    if (!token) return token.error();
    calls.push_back({{"sso", "GetRoleCredentials"},
                     {"params",
                      {{"roleName", plan.role_name},
                       {"accountId", plan.account_id},
                       {"accessToken", std::string{token->access_token.reveal()}}}},
                     {"region", plan.region}});
    return ProvidedCredentials{
        {"ASIA-SSO-" + plan.role_name, Secret{"secret-of-sso"}, Secret{"token-of-sso"}}, std::nullopt, {}, {}};
  }
  std::optional<CredentialsOutcome> base(ContainerPlan const&) { return std::nullopt; }
  std::optional<CredentialsOutcome> base(InstancePlan const&) { return std::nullopt; }

  TestMachine& machine_;
};

// The outcome in the form of `expect`.
Json to_json(CredentialsOutcome const& outcome) {
  if (std::holds_alternative<CredentialsFailure>(outcome)) return {{"error", true}};
  if (std::holds_alternative<NotConfigured>(outcome)) return {{"none", true}};
  auto const& keys = std::get<ProvidedCredentials>(outcome).credentials;
  return {{"access_key_id", keys.access_key_id},
          {"secret_access_key", std::string{keys.secret_access_key.reveal()}},
          {"session_token", optional_string(keys.session_token.reveal())}};
}

struct Counts {
  int compared = 0;
  int over_http = 0;
  int by_recommend = 0;
  int by_others = 0;
};

void check_case(Json const& test, Counts& counts) {
  CAPTURE(test.at("name").get<std::string>());
  auto machine = machine_of(test);
  auto const named = test.at("profile");
  CredentialsOptions const options{named.is_null() ? "" : named.get<std::string>()};

  World world{machine};
  auto planned = plan_credentials(machine, options);
  CredentialsOutcome outcome = NotConfigured{};
  if (auto const* plan = std::get_if<CredentialsPlan>(&planned)) {
    auto fetched = world.fetch(*plan);
    if (!fetched) {
      // What the endpoint answers is tested with the providers that ask it.
      CHECK(test.contains("http"));
      ++counts.over_http;
      return;
    }
    outcome = std::move(*fetched);
  } else if (auto const* failure = std::get_if<CredentialsFailure>(&planned)) {
    CHECK(failure->error.as<SetupError>()->phase == SetupPhase::credentials);
    outcome = *failure;
  }
  ++counts.compared;

  auto found = to_json(outcome);
  if (!found.contains("error")) {
    auto const settings = profile_settings(machine, options);
    REQUIRE(settings);
    found["region"] = optional_string(settings->region);
  }
  Json expected = test.at("expect");
  Json calls = test.value("expect_calls", Json::array());
  if (auto const recommended = test.value("recommend", Json{}); recommended.contains("calls")) {
    calls = recommended.at("calls");
    for (auto& call : calls) call["signed_with"] = call["signed_token"] = nullptr;
    ++counts.by_recommend;
  } else if (!recommended.is_null()) {
    if (recommended != expected) calls = nullptr;
    expected = recommended;
    ++counts.by_recommend;
  } else if (test.contains("others_expect")) {
    expected = test.at("others_expect");
    calls = nullptr;
    ++counts.by_others;
  }
  if (!expected.contains("region")) found.erase("region");
  CHECK(found == expected);
  if (!calls.is_null()) CHECK(world.calls == calls);
}
}  // namespace

TEST_CASE("profiles.json: which credentials a configuration leads to") {
  auto const tests = load_conformance("credentials/profiles.json");
  Counts counts;
  for (auto const& test : tests) check_case(test, counts);
  CHECK(tests.size() == 127);
  CHECK(counts.compared + counts.over_http == 127);
  CHECK(counts.over_http == 22);
  CHECK(counts.by_recommend == 8);
  CHECK(counts.by_others == 25);
}
