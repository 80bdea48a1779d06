// Invariant: the token is that of the file at each fetch, and goes to the region of the session alone; the expiration
// is in milliseconds; an incomplete reply is a failure.
#include "healthlake/credentials/sso.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "../support/service_world.hpp"
#include "healthlake/credentials/sso_token.hpp"

using namespace healthlake;
using namespace service_world;

namespace {
// 2026-08-07T13:00:00Z
constexpr char const* one_hour = "1786107600000";

std::string role_keys(std::string const& name, std::string const& expiration) {
  return R"({"roleCredentials":{"accessKeyId":"ASIA)" + name + R"(","secretAccessKey":"secret-of-)" + name +
         R"(","sessionToken":"token-of-)" + name + R"(","expiration":)" + expiration + "}}";
}

struct Sso {
  World world{};
  SsoPlan plan{.session = "corp",
               .start_url = "https://corp.awsapps.com/start",
               .region = "eu-west-1",
               .account_id = "111122223333",
               .role_name = "Read+Only",
               .source = "profile dev"};

  Sso() { login("first-access-token"); }
  void login(std::string const& token, std::string const& until = "2026-08-07T20:00:00Z") {
    world.machine.files[sso_token_file(world.machine, plan)] =
        R"({"accessToken":")" + token + R"(","expiresAt":")" + until + "\"}";
  }
  SsoCredentials provider() { return {world.machine, world.runtime, plan}; }
  CredentialsOutcome fetch() {
    auto machine = provider();
    return world.fetch(machine);
  }
};
}  // namespace

TEST_CASE("GetRoleCredentials is not signed, and the expiration is in milliseconds") {
  Sso sso;
  sso.world.script = {reply(200, role_keys("S", one_hour))};
  auto const outcome = sso.fetch();
  REQUIRE(provides(outcome, "S"));
  CHECK(std::get<ProvidedCredentials>(outcome).expiration == noon + seconds(3600));
  CHECK(sso.world.urls() ==
        "GET https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?role_name=Read%2BOnly"
        "&account_id=111122223333\n");
  CHECK(sso.world.requests[0].headers ==
        Headers{{"Accept", "application/json"}, {"x-amz-sso_bearer_token", "first-access-token"}});
  CHECK(sso.world.requests[0].body.empty());
}

TEST_CASE("the host is that of the session's region and its partition, or the endpoint that was configured") {
  Sso china;
  china.plan.region = "cn-north-1";
  china.world.script = {reply(200, role_keys("S", one_hour))};
  CHECK(provides(china.fetch(), "S"));
  CHECK(china.world.requests[0].authority == "portal.sso.cn-north-1.amazonaws.com.cn");
  Sso local;
  local.plan.endpoint_url = "http://127.0.0.1:9/sso";
  local.world.script = {reply(200, role_keys("S", one_hour))};
  CHECK(provides(local.fetch(), "S"));
  CHECK(local.world.requests[0].url().starts_with("http://127.0.0.1:9/sso/federation/credentials?"));
  for (char const* region : {"", "evil.example/", "eu-west-1.evil"}) {
    Sso wrong;
    wrong.plan.region = region;
    CHECK(has(message_of(wrong.fetch()), "SSO has no endpoint"));
    CHECK(wrong.world.requests.empty());
  }
}

TEST_CASE("role and account are percent-encoded") {
  Sso sso;
  sso.plan.role_name = "a,b.c-d&e";
  sso.plan.account_id = "1,2.3-4&5";
  sso.world.script = {reply(200, role_keys("S", one_hour))};
  CHECK(provides(sso.fetch(), "S"));
  CHECK(sso.world.requests[0].target == "/federation/credentials?role_name=a%2Cb.c-d%26e&account_id=1%2C2.3-4%265");
}

TEST_CASE("fault 64: a new login is seen at the next fetch") {
  Sso sso;
  auto provider = sso.provider();
  sso.world.answer = [](HttpRequest const& request) {
    return request.headers.find("x-amz-sso_bearer_token") == "first-access-token"
               ? reply(401, R"({"message":"Session token first-access-token not found or invalid"})")
               : reply(200, role_keys("S", one_hour));
  };
  auto const before = sso.world.fetch(provider);
  CHECK(failed(before));
  CHECK(!passing(before));
  CHECK(has(message_of(before), "status 401): ") == false);
  CHECK(has(message_of(before), "Session token *** not found or invalid; log in again with `aws sso login`"));
  sso.login("second");
  CHECK(provides(sso.world.fetch_again(provider), "S"));
}

TEST_CASE("fault 65: no refresh token is spent, so an expired login is a failure that says how to log in") {
  Sso sso;
  sso.login("access", "2026-08-07T11:00:00Z");
  auto const outcome = sso.fetch();
  CHECK(failed(outcome));
  CHECK(has(message_of(outcome), "aws sso login"));
  CHECK(sso.world.requests.empty());
}

TEST_CASE("hostile and broken replies are failures that show no secret") {
  struct Case {
    int status;
    std::string body;
    char const* says;
  };
  auto const good = role_keys("S", one_hour);
  for (auto const& test : std::vector<Case>{
           {200, "<html>", "unexpected byte"},
           {200, "", "unexpected end"},
           {200, good.substr(0, 100), "unexpected end"},
           {200, "{}", "roleCredentials is missing"},
           {200, R"({"roleCredentials":{}})", "is missing"},
           {200, R"({"roleCredentials":{"accessKeyId":"","secretAccessKey":"s","sessionToken":"t","expiration":1}})",
            "accessKeyId is missing"},
           {200, role_keys("S", "\"2026-08-07T13:00:00Z\""), "expiration"},
           {200, role_keys("S", "0"), "expected a time in milliseconds"},
           {200, role_keys("S", "9223372036854775807"), "expected a time in milliseconds"},
           {200, role_keys("S", "-1"), "expected a time in milliseconds"},
           {200, role_keys("S", "1"), "expired at 1970-01-01T00:00:00.001Z"},
           // Seconds, taken for milliseconds, are in 1970.
           {200, role_keys("S", "1786107600"), "expired at 1970-01-21"},
           {301, "", "redirects are not followed"},
           {403, R"({"message":"No access"})", "status 403: No access"},
           {404, R"({"message":"no such role"})", "no such role"}}) {
    CAPTURE(test.body);
    Sso sso;
    sso.world.script = {reply(test.status, test.body)};
    auto const outcome = sso.fetch();
    CHECK(failed(outcome));
    CAPTURE(message_of(outcome));
    CHECK(has(message_of(outcome), test.says));
    CHECK(!has(message_of(outcome), "secret-of"));
    CHECK(sso.world.requests.size() == 1);
  }
  Sso busy;
  busy.world.script = {reply(429, ""), reply(500, ""), reply(200, good)};
  CHECK(provides(busy.fetch(), "S"));
  // 429 asks for more patience.
  CHECK(busy.world.waits == std::vector<std::int64_t>{1000, 100});
}
