// Invariant: a token goes only to hosts that may have it, as it stands in its file at that moment; the reply counts
// only with all parts; a container that fails has failed, and is not "not configured".
#include "healthlake/credentials/container.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "../support/service_world.hpp"
#include "healthlake/credentials/token_file.hpp"

using namespace healthlake;
using namespace service_world;

namespace {
constexpr char const* one_hour = "2026-08-07T13:00:00Z";

std::string address_of(std::string full) {
  auto const address = container_address({.full_uri = std::move(full)});
  return address ? address->scheme + "://" + address->authority + address->target : "refused: " + address.error();
}

ContainerPlan eks() { return {.full_uri = "http://169.254.170.23/v1/credentials", .token_file = "/var/run/token"}; }
}  // namespace

TEST_CASE("faults 46, 47: the host is parsed and allowed before anything is sent") {
  for (char const* allowed :
       {"http://169.254.170.2/v2/x", "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/v1/credentials",
        "http://[fd00:0ec2:0:0::0023]:80/v1", "http://127.0.0.1/c", "http://127.9.9.9:8080/c?a=b", "http://[::1]/c",
        "http://[0:0:0:0:0:0:0:1]/c", "http://localhost:7/c", "http://LocalHost/c", "https://keys.example/c",
        "https://192.168.1.9:8443/c"})
    CHECK(address_of(allowed) == allowed);
  std::string const longest = "http://localhost/" + std::string(2048 - 17, 'p');
  CHECK(address_of(longest) == longest);
  CHECK(has(address_of(longest + "p"), "refused: is not a URL"));
  CHECK(address_of("HTTP://127.0.0.1/c") == "http://127.0.0.1/c");
  CHECK(address_of("http://127.0.0.1") == "http://127.0.0.1/");
  CHECK(address_of("http://127.0.0.1?q=1") == "http://127.0.0.1/?q=1");
  for (char const* refused : {"",
                              "/v1",
                              "http://",
                              "http:///v1",
                              "http://192.168.1.9/v1",
                              "http://127.0.0.1.evil.example/c",
                              "http://127.0.0.1@evil.example/c",
                              "http://evil.example@127.0.0.1/c",
                              "http://localhost.evil/c",
                              "http://a.localhost/c",
                              "http://169.254.169.254/latest",
                              "http://169.254.170.22/c",
                              "http://[fd00:ec2::24]/c",
                              "http://[fd00:ec2::254]/c",
                              "http://[::ffff:127.0.0.1]/c",
                              "http://[::1/c",
                              "http://2130706433/c",
                              "http://0x7f.0.0.1/c",
                              "http://127.1/c",
                              "http://evil.example/c#127.0.0.1",
                              "http://evil.example\\@127.0.0.1/c",
                              "http://127.0.0.1/c d",
                              "http://127.0.0.1/c\r\nHost: evil",
                              "ftp://127.0.0.1/c",
                              "file:///etc/passwd",
                              "http://127.0.0.1:99999/c",
                              "//127.0.0.1/c",
                              "https://user:password@keys.example/c"}) {
    CAPTURE(refused);
    World world;
    world.machine.files["/t"] = "TOKEN";
    ContainerCredentials provider{world.machine, world.runtime, {.full_uri = refused, .token_file = "/t"}};
    auto const outcome = world.fetch(provider);
    CHECK(failed(outcome));
    CHECK(!passing(outcome));
    CHECK(world.requests.empty());
    CHECK(world.machine.read.empty());
    CHECK(has(message_of(outcome), "AWS_CONTAINER_CREDENTIALS_FULL_URI"));
    CHECK(!has(message_of(outcome), "password"));
  }
}

TEST_CASE("the relative address is a path of the ECS agent, and comes first") {
  World world;
  world.script = {reply(200, json_keys("C", one_hour))};
  ContainerCredentials provider{world.machine,
                                world.runtime,
                                {.relative_uri = "/v2/credentials/9f?id=1", .full_uri = "http://localhost:81/full"}};
  auto const outcome = world.fetch(provider);
  REQUIRE(provides(outcome, "C"));
  CHECK(std::get<ProvidedCredentials>(outcome).expiration == noon + seconds(3600));
  CHECK(std::get<ProvidedCredentials>(outcome).source == "the container's credentials at http://169.254.170.2");
  CHECK(world.urls() == "GET http://169.254.170.2/v2/credentials/9f?id=1\n");
  CHECK(world.requests[0].headers == Headers{{"Accept", "application/json"}});
  std::string const too_long = "/" + std::string(2048, 'p');
  CHECK(container_address({.relative_uri = too_long.substr(0, 2048)}));
  for (char const* refused :
       {"v2/x", "@evil.example/", ".evil.example/", ":80/x", "/a b", "/a#b", "/a\nb", too_long.c_str()}) {
    ContainerCredentials wrong{world.machine, world.runtime, {.relative_uri = refused}};
    CHECK(has(message_of(world.fetch(wrong)), "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not a path"));
  }
  CHECK(world.requests.size() == 1);
}

TEST_CASE("faults 48, 49: the token file is read for each attempt, trimmed, and comes before the variable") {
  World world;
  world.machine.files["/var/run/token"] = "Bearer first\n";
  ContainerPlan plan = eks();
  plan.token = Secret{"from-the-variable"};
  ContainerCredentials provider{world.machine, world.runtime, plan};
  world.answer = [&](HttpRequest const&) {
    bool const first = world.requests.size() == 1;
    world.machine.files["/var/run/token"] = "second\r\n";
    return first ? reply(503, "") : reply(200, json_keys("C", one_hour));
  };
  CHECK(provides(world.fetch(provider), "C"));
  REQUIRE(world.requests.size() == 2);
  CHECK(world.requests[0].headers.find("Authorization") == "Bearer first");
  CHECK(world.requests[1].headers.find("Authorization") == "second");

  plan.token_file.clear();
  ContainerCredentials by_variable{world.machine, world.runtime, plan};
  CHECK(provides(world.fetch(by_variable), "C"));
  CHECK(world.requests[2].headers.find("Authorization") == "from-the-variable");
}

TEST_CASE("a token that cannot be read or sent is a failure, not no token") {
  for (char const* text : {"", " \n", "a\nb", "a\r\nX-Evil: 1", "a\tb", "t\xc3\xa4"}) {
    World world;
    world.machine.files["/var/run/token"] = text;
    ContainerCredentials provider{world.machine, world.runtime, eks()};
    CHECK(has(message_of(world.fetch(provider)), "/var/run/token"));
    CHECK(world.requests.empty());
  }
  World world;
  ContainerCredentials absent{world.machine, world.runtime, eks()};
  CHECK(has(message_of(world.fetch(absent)), "does not exist"));
  world.machine.locked_files = {"/var/run/token"};
  CHECK(has(message_of(world.fetch_again(absent)), "cannot be read: Permission denied"));
  world.machine.locked_files.clear();
  world.machine.files["/var/run/token"] = std::string(max_token_file_bytes + 1, 'x');
  CHECK(has(message_of(world.fetch_again(absent)), "larger than 65536 bytes"));

  ContainerPlan plan{.relative_uri = "/x", .token = Secret{"QQQQQQQQ\nX-Evil: 1"}};
  ContainerCredentials provider{world.machine, world.runtime, plan};
  auto const message = message_of(world.fetch(provider));
  CHECK(has(message, "AWS_CONTAINER_AUTHORIZATION_TOKEN contains"));
  CHECK(!has(message, "QQQQQQQQ"));
  CHECK(world.requests.empty());
}

TEST_CASE("hostile and broken replies are failures that show no secret") {
  struct Case {
    int status;
    std::string body;
    char const* says;
    bool passing;
  };
  auto const without = [](std::string const& member) {
    auto body = json_keys("C", one_hour);
    auto const at = body.find("\"" + member + "\"");
    return body.replace(at + 1, 1, "_");
  };
  std::vector<Case> const cases{
      {200, "<html>proxy</html>", "unexpected byte in JSON text at byte 0", true},
      {200, "", "unexpected end of JSON text at byte 0", true},
      {200, "[]", "expected an object", true},
      {200, json_keys("C", one_hour).substr(0, 90), "unexpected end of JSON text at byte 90, in Token", true},
      {200, json_keys("C", one_hour) + "x", "trailing characters", true},
      {200, R"({"AccessKeyId":7})", "expected a string, found a number at byte 16, in AccessKeyId", true},
      {200, "{}", "AccessKeyId is missing", true},
      {200, without("AccessKeyId"), "AccessKeyId is missing", true},
      {200, without("SecretAccessKey"), "SecretAccessKey is missing", true},
      {200, without("Token"), "Token is missing", true},
      {200, without("Expiration"), "found nothing", true},
      {200, json_keys("C", "2026-08-07T13:00:00"), "expected a time with a zone", true},
      {200, json_keys("C", "soon"), "expected a time with a zone", true},
      {200, json_keys("C", "2026-08-07T12:00:00Z"), "expired at 2026-08-07T12:00:00.000Z", true},
      {200, json_keys("C\\n", one_hour), "AccessKeyId is missing, empty or not visible", true},
      {301, "", "status 301, and redirects are not followed", false},
      {400, R"({"code":"InvalidId","message":"no token-of-me-1234 here"})", "InvalidId (status 400): no *** here",
       false},
      {401, "", "status 401", false},
      {404, "<html>", "status 404", false},
  };
  for (auto const& test : cases) {
    CAPTURE(test.body);
    World world;
    world.machine.files["/var/run/token"] = "token-of-me-1234";
    world.script = {reply(test.status, test.body, Headers{{"Location", "http://evil.example/"}})};
    ContainerCredentials provider{world.machine, world.runtime, eks()};
    auto const outcome = world.fetch(provider);
    CHECK(failed(outcome));
    CHECK(passing(outcome) == test.passing);
    CAPTURE(message_of(outcome));
    CHECK(has(message_of(outcome), test.says));
    CHECK(!has(message_of(outcome), "secret-of"));
    CHECK(!has(message_of(outcome), "token-of"));
    CHECK(world.requests.size() == 1);
  }
}

TEST_CASE("no reply that was cut off anywhere is credentials") {
  auto const whole = json_keys("C", one_hour);
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    World world;
    world.script = {reply(200, whole.substr(0, size))};
    ContainerCredentials provider{world.machine, world.runtime, {.relative_uri = "/x"}};
    CHECK(provides(world.fetch(provider), "C") == (size == whole.size()));
  }
}

TEST_CASE("a container that does not answer has failed") {
  World world;
  world.answer = [](HttpRequest const&) { return no_reply(TransportReason::connect_failed); };
  ContainerCredentials provider{world.machine, world.runtime, {.relative_uri = "/x"}};
  CHECK(passing(world.fetch(provider)));
  world.answer = [](HttpRequest const&) { return reply(429, R"({"code":"Slow","message":"down"})"); };
  CHECK(has(message_of(world.fetch_again(provider)), "Slow (status 429): down"));
  CHECK(world.requests.size() == 6);
}
