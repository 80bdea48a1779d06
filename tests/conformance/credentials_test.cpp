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
#include <vector>

#include "../support/conformance.hpp"
#include "../support/test_machine.hpp"
#include "../support/virtual_time.hpp"
#include "healthlake/credentials/default_chain.hpp"
#include "healthlake/credentials/default_credentials.hpp"
#include "healthlake/credentials/expat.hpp"
#include "healthlake/text/percent.hpp"
#include "healthlake/text/text.hpp"

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

// The value of a form's field, decoded.
std::string field_of(std::string_view form, std::string const& name) {
  std::string value;
  detail::for_each_piece(form, '&', [&](std::string_view pair) {
    if (pair.starts_with(name + "=")) value = percent_decode(pair.substr(name.size() + 1));
  });
  return value;
}

// Plays the outside as README.md of the data describes it, and records the calls in the form of `expect_calls`.
class Outside {
 public:
  Outside(Json const& test, TestMachine& machine) : answers_(test.value("http", Json::object())), machine_(machine) {}

  CredentialsOutcome fetch(CredentialsOptions const& options) {
    DefaultCredentials provider{{machine_, runtime_, *this, &read_xml_with_expat}, options};
    for (;;) {
      auto step = provider.next(runtime_.time);
      if (auto* done = std::get_if<Done<CredentialsOutcome>>(&step)) return std::move(done->result);
      if (auto const* wait = std::get_if<Wait>(&step)) runtime_.time = wait->until;
      else provider.receive(answer(std::get<Send>(step).request()), runtime_.time);
    }
  }

  // All calls; programs run before anything is sent.
  [[nodiscard]] Json calls() const {
    Json all = Json::array();
    for (auto const& arguments : machine_.run_with) all.push_back({{"process", arguments}});
    for (auto const& call : calls_) all.push_back(call);
    return all;
  }

  // As a Signer: notes with which credentials a request is signed.
  Result<Headers> sign(HttpRequest const&, Credentials const& with, SigningContext const& context) {
    CHECK(context.service == "sts");
    return Headers{{"X-Signed-With", with.access_key_id}, {"X-Signed-Token", with.session_token.reveal()}};
  }

 private:
  HttpReply answer(HttpRequest const& request) {
    if (request.authority.starts_with("sts.")) return sts(request);
    if (request.authority.starts_with("portal.sso.")) return sso(request);
    auto const line = request.method + " " + request.url();
    Json call{{"http", line}};
    if (auto const token = request.headers.find("Authorization")) call["authorization"] = std::string{*token};
    calls_.push_back(call);
    auto const found = answers_.find(line);
    if (found == answers_.end()) return Unexpected{TransportError{TransportReason::connect_failed, "not there", false}};
    return HttpResponse{found->at(0).get<int>(), {}, found->at(1).get<std::string>()};
  }

  HttpReply sts(HttpRequest const& request) {
    Json params;
    for (char const* name : {"RoleArn", "RoleSessionName", "ExternalId", "WebIdentityToken"})
      if (auto const value = field_of(request.body, name); !value.empty()) params[name] = value;
    if (auto const length = field_of(request.body, "DurationSeconds"); !length.empty())
      params["DurationSeconds"] = std::stoi(length);
    if (params.at("RoleSessionName").get<std::string>().starts_with("healthlake-"))
      params["RoleSessionName"] = "<generated>";
    auto const header = [&](char const* name) {
      auto const value = request.headers.find(name);
      return optional_string(value ? *value : std::string_view{});
    };
    auto const action = field_of(request.body, "Action");
    calls_.push_back({{"sts", action},
                      {"params", params},
                      {"signed_with", header("X-Signed-With")},
                      {"signed_token", header("X-Signed-Token")}});
    auto const arn = params.at("RoleArn").get<std::string>();
    auto const name = arn.substr(arn.rfind('/') + 1);
    return HttpResponse{200,
                        {},
                        "<Response><Result><Credentials><AccessKeyId>ASIA-" + name +
                            "</AccessKeyId><SecretAccessKey>secret-of-" + name +
                            "</SecretAccessKey><SessionToken>token-of-" + name +
                            "</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></Result>"
                            "</Response>"};
  }

  HttpReply sso(HttpRequest const& request) {
    auto const query = request.target.substr(request.target.find('?') + 1);
    auto const region = request.authority.substr(11, request.authority.find(".amazonaws") - 11);
    calls_.push_back({{"sso", "GetRoleCredentials"},
                      {"params",
                       {{"roleName", field_of(query, "role_name")},
                        {"accountId", field_of(query, "account_id")},
                        {"accessToken", std::string{*request.headers.find("x-amz-sso_bearer_token")}}}},
                      {"region", region}});
    Json const keys{{"accessKeyId", "ASIA-SSO-" + field_of(query, "role_name")},
                    {"secretAccessKey", "secret-of-sso"},
                    {"sessionToken", "token-of-sso"},
                    {"expiration", 4'070'908'800'000}};
    return HttpResponse{200, {}, Json{{"roleCredentials", keys}}.dump()};
  }

  Json answers_;
  TestMachine& machine_;
  virtual_time::Runtime runtime_{now};
  std::vector<Json> calls_;
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

// Version 1 of the metadata service, which botocore falls back to and this library never asks (disputed).
constexpr std::string_view falls_back_to_v1 = "IMDS answers the token request with 403";

struct Counts {
  int by_recommend = 0;
  int by_others = 0;
  int never_v1 = 0;
};

void check_case(Json const& test, Counts& counts) {
  auto const case_name = test.at("name").get<std::string>();
  CAPTURE(case_name);
  auto machine = machine_of(test);
  auto const named = test.at("profile");
  CredentialsOptions const options{named.is_null() ? "" : named.get<std::string>()};

  Outside outside{test, machine};
  auto const outcome = outside.fetch(options);
  if (auto const* failure = std::get_if<CredentialsFailure>(&outcome))
    CHECK(failure->error.as<SetupError>()->phase == SetupPhase::credentials);
  if (case_name == falls_back_to_v1) {
    CHECK(to_json(outcome) == Json{{"none", true}});
    CHECK(outside.calls().size() == 1);
    ++counts.never_v1;
    return;
  }

  auto found = to_json(outcome);
  if (!found.contains("error")) {
    auto const settings = profile_settings(machine, options);
    REQUIRE(settings);
    found["region"] = optional_string(settings->region);
  }
  Json expected = test.at("expect");
  Json calls = test.value("expect_calls", Json::array());
  if (calls.is_null()) calls = Json::array();
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
  if (!calls.is_null()) CHECK(outside.calls() == calls);
}
}  // namespace

TEST_CASE("profiles.json: which credentials a configuration leads to, and whom it asks") {
  auto const tests = load_conformance("credentials/profiles.json");
  Counts counts;
  for (auto const& test : tests) check_case(test, counts);
  CHECK(tests.size() == 127);
  CHECK(counts.by_recommend == 10);
  CHECK(counts.by_others == 25);
  CHECK(counts.never_v1 == 1);
}
