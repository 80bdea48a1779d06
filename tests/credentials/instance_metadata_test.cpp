// Invariant: version 2 of the metadata service and nothing else is asked, directly and with a time for each attempt;
// credentials that were good stay in use while the service has no others; a missing service is "not configured" unless
// somebody named it.
#include "healthlake/credentials/instance_metadata.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "../support/service_world.hpp"
#include "healthlake/http/local_address.hpp"

using namespace healthlake;
using namespace service_world;

namespace {
constexpr char const* six_hours = "2026-08-07T18:00:00Z";
constexpr std::string_view roles = "/latest/meta-data/iam/security-credentials/";

// The service as it should be; each part of its answers can be changed.
struct Service {
  HttpReply token = reply(200, "SESSION", Headers{{"x-aws-ec2-metadata-token-ttl-seconds", "21600"}});
  HttpReply role = reply(200, "node-role\n");
  HttpReply keys = reply(200, json_keys("I", six_hours));

  HttpReply operator()(HttpRequest const& request) const {
    if (request.method == "PUT") return token;
    return std::string_view{request.target}.ends_with(roles) ? role : keys;
  }
};

World world_of(Service const& service) {
  World world;
  world.answer = service;
  return world;
}
}  // namespace

TEST_CASE("fault 55: the token's request has its lifetime, and both others have the token") {
  auto world = world_of({});
  InstanceCredentials provider{world.runtime, {}};
  auto const outcome = world.fetch(provider);
  REQUIRE(provides(outcome, "I"));
  auto const& provided = std::get<ProvidedCredentials>(outcome);
  CHECK(provided.expiration == noon + seconds(6 * 3600));
  CHECK(provided.source == "the role node-role of the instance");
  CHECK(provided.warnings.empty());
  CHECK(world.urls() ==
        "PUT http://169.254.169.254/latest/api/token\n"
        "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/\n"
        "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/node-role\n");
  CHECK(world.requests[0].headers == Headers{{"X-aws-ec2-metadata-token-ttl-seconds", "21600"}});
  CHECK(world.requests[0].body.empty());
  for (std::size_t const i : {1U, 2U})
    CHECK(world.requests[i].headers == Headers{{"X-aws-ec2-metadata-token", "SESSION"}});
}

TEST_CASE("fault 52: each attempt has a second, and a silent service ends the fetch") {
  auto world = world_of({.token = no_reply(TransportReason::read_timeout)});
  world.takes = seconds(1);
  InstanceCredentials provider{world.runtime, {}};
  auto const outcome = world.fetch(provider);
  CHECK(world.timeouts == std::vector<std::optional<Milliseconds>>(3, Milliseconds{1000}));
  // Fault 26: three attempts of a second, and two short pauses.
  CHECK(world.runtime.time - noon == Milliseconds{3150});
  CHECK(
      has(message_of(outcome),
          "not configured: a role of an EC2 instance (the instance metadata at http://169.254.169.254: no reply: read "
          "timeout"));
}

TEST_CASE("fault 26: a service that never answers, and a driver that never says so, end the fetch as well") {
  World world;
  InstanceCredentials provider{world.runtime, {}};
  Timestamp now = noon;
  int sends = 0;
  for (int steps = 0;; ++steps) {
    REQUIRE(steps < 50);
    auto step = provider.next(now);
    if (auto const* wait = std::get_if<Wait>(&step)) now = wait->until;
    else if (auto const* send = std::get_if<Send>(&step)) ++sends, now = now + *send->timeout;
    else break;
  }
  CHECK(sends == 3);
  CHECK(now - noon < seconds(4));
}

TEST_CASE("fault 58: all addresses of the service are local, so no proxy is asked") {
  for (InstancePlan const& plan : {InstancePlan{}, InstancePlan{.ipv6 = true}}) {
    auto world = world_of({});
    InstanceCredentials provider{world.runtime, plan};
    CHECK(provides(world.fetch(provider), "I"));
    for (auto const& request : world.requests) CHECK(is_local_authority(request.authority));
    CHECK(world.requests[0].authority == (plan.ipv6 ? "[fd00:ec2::254]" : "169.254.169.254"));
  }
}

TEST_CASE("a custom endpoint is used instead, with its path, and an invalid one is a failure") {
  auto world = world_of({});
  InstanceCredentials provider{world.runtime, {.endpoint = "http://localhost:1338/imds/", .ipv6 = true}};
  CHECK(provides(world.fetch(provider), "I"));
  CHECK(world.requests[0].url() == "http://localhost:1338/imds/latest/api/token");
  CHECK(world.requests[2].url() == "http://localhost:1338/imds/latest/meta-data/iam/security-credentials/node-role");
  InstanceCredentials wrong{world.runtime, {.endpoint = "localhost"}};
  CHECK(has(message_of(world.fetch(wrong)), "the endpoint of the metadata service is not valid"));
}

TEST_CASE("fault 62: the token is kept for its lifetime, less half a minute") {
  auto world = world_of({.token = reply(200, "SESSION", Headers{{"x-aws-ec2-metadata-token-ttl-seconds", "100"}})});
  InstanceCredentials provider{world.runtime, {}};
  CHECK(provides(world.fetch(provider), "I"));
  world.runtime.time = noon + seconds(69);
  CHECK(provides(world.fetch_again(provider), "I"));
  CHECK(world.requests.size() == 5);
  world.runtime.time = noon + seconds(70);
  CHECK(provides(world.fetch_again(provider), "I"));
  CHECK(world.requests.size() == 8);
  CHECK(world.requests[5].method == "PUT");
}

TEST_CASE("fault 53: a token that is refused is replaced once, and a failure has no lasting consequence") {
  World world;
  world.script = {reply(200, "FIRST"), reply(401, ""), reply(200, "SECOND"), reply(200, "role"),
                  reply(200, json_keys("I", six_hours))};
  InstanceCredentials provider{world.runtime, {}};
  CHECK(provides(world.fetch(provider), "I"));
  CHECK(world.requests[3].headers.find("X-aws-ec2-metadata-token") == "SECOND");
  CHECK(world.waits.empty());

  world.script = {reply(401, ""), reply(200, "THIRD"), reply(401, "")};
  auto const twice = world.fetch_again(provider);
  CHECK(has(message_of(twice), "status 401"));

  // The next refresh begins again with version 2.
  world.script = {reply(500, ""), reply(500, ""), reply(500, "")};
  world.requests.clear();
  InstanceCredentials other{world.runtime, {}};
  CHECK(passing(world.fetch(other)));
  world.answer = Service{};
  CHECK(provides(world.fetch_again(other), "I"));
  for (auto const& request : world.requests)
    CHECK(request.headers.find(request.method == "PUT" ? "X-aws-ec2-metadata-token-ttl-seconds"
                                                       : "X-aws-ec2-metadata-token"));
}

TEST_CASE("fault 54: there is no version 1, whatever the answer to the token's request is") {
  for (int status : {400, 401, 403, 404, 405, 301}) {
    CAPTURE(status);
    auto world = world_of({.token = reply(status, "")});
    InstanceCredentials provider{world.runtime, {}};
    CHECK(std::holds_alternative<NotConfigured>(world.fetch(provider)));
    CHECK(world.requests.size() == 1);
    InstanceCredentials named{world.runtime, {.required = true}};
    auto const outcome = world.fetch(named);
    CHECK(failed(outcome));
    CHECK(has(message_of(outcome), "status " + std::to_string(status)));
  }
}

TEST_CASE("fault 56: the role is one trimmed line, percent-encoded") {
  auto world = world_of({.role = reply(200, "\r\n my+role=@a/b \r\n")});
  InstanceCredentials provider{world.runtime, {}};
  CHECK(provides(world.fetch(provider), "I"));
  CHECK(world.requests[2].target == "/latest/meta-data/iam/security-credentials/my%2Brole%3D%40a%2Fb");
  for (std::string role : {"", "  \n", "a\nb", "<html>", "a b", "r\xc3\xb6le"}) {
    auto other = world_of({.role = reply(200, role)});
    InstanceCredentials refused{other.runtime, {}};
    CHECK(std::holds_alternative<NotConfigured>(other.fetch(refused)));
    CHECK(other.requests.size() == 2);
  }
  auto none = world_of({.role = reply(404, "<html>not found</html>")});
  InstanceCredentials without{none.runtime, {.required = true}};
  CHECK(has(message_of(none.fetch(without)), "the instance has no role"));
}

TEST_CASE("fault 59: expired credentials stay in use, and are looked at again 5 to 15 minutes later") {
  for (std::uint64_t random : {std::uint64_t{0}, ~std::uint64_t{0}}) {
    auto world = world_of({.keys = reply(200, json_keys("Old", "2001-01-01T00:00:00Z"))});
    world.runtime.constant = random;
    InstanceCredentials provider{world.runtime, {}};
    auto const outcome = world.fetch(provider);
    REQUIRE(provides(outcome, "Old"));
    auto const& provided = std::get<ProvidedCredentials>(outcome);
    CHECK(*provided.expiration - noon == (random == 0 ? seconds(600) : seconds(1200)));
    REQUIRE(provided.warnings.size() == 1);
    CHECK(has(provided.warnings[0], "expired at 2001-01-01T00:00:00.000Z and stay in use"));
  }
}

TEST_CASE("fault 60: an expiration in the future is never changed, and a failed refresh does not hide it") {
  auto world = world_of({.keys = reply(200, json_keys("I", "2026-08-07T12:10:00Z"))});
  InstanceCredentials provider{world.runtime, {}};
  CHECK(std::get<ProvidedCredentials>(world.fetch(provider)).expiration == noon + seconds(600));
  // Before they expire, the failure is reported: whoever has the credentials goes on with them.
  world.answer = Service{.role = reply(503, "")};
  world.runtime.time = noon + seconds(599);
  auto const before = world.fetch_again(provider);
  CHECK(passing(before));
  // After that, they are provided again.
  world.runtime.time = noon + seconds(600);
  auto const after = world.fetch_again(provider);
  CHECK(provides(after, "I"));
  CHECK(std::get<ProvidedCredentials>(after).expiration > world.runtime.time + seconds(599));
  world.answer = [](HttpRequest const&) { return no_reply(TransportReason::connect_failed); };
  CHECK(provides(world.fetch_again(provider), "I"));
  // Not if somebody took the role away.
  world.answer = Service{.role = reply(404, "")};
  CHECK(failed(world.fetch_again(provider)));
}

TEST_CASE("fault 61: 429 is repeated, and an empty answer is never taken for credentials") {
  World world;
  world.script = {reply(429, ""), reply(200, "TOKEN"), reply(200, "role"), reply(429, ""),
                  reply(200, json_keys("I", six_hours))};
  InstanceCredentials provider{world.runtime, {}};
  CHECK(provides(world.fetch(provider), "I"));
  for (char const* body : {"", "{}", "null", R"({"Code":"Success"})", "<html>proxy</html>",
                           R"({"Code":"Success","AccessKeyId":"","SecretAccessKey":"","Token":"","Expiration":""})"}) {
    auto other = world_of({.keys = reply(200, body)});
    InstanceCredentials refused{other.runtime, {.required = true}};
    auto const outcome = other.fetch(refused);
    CHECK(has(message_of(outcome), "the reply is not credentials"));
    CHECK(other.requests.size() == 3);
  }
  auto empty_token = world_of({.token = reply(200, " \n")});
  InstanceCredentials without{empty_token.runtime, {.required = true}};
  CHECK(has(message_of(empty_token.fetch(without)), "the session token is empty"));
}

TEST_CASE("an error inside of a success is one, and quotes no secret") {
  auto world = world_of({.token = reply(200, "SESSION-TOKEN-1234"),
                         .keys = reply(200, R"({"Code":"AssumeRoleUnauthorizedAccess",)"
                                            R"("Message":"EC2 cannot assume with SESSION-TOKEN-1234"})")});
  InstanceCredentials provider{world.runtime, {.required = true}};
  auto const outcome = world.fetch(provider);
  CHECK(failed(outcome));
  CHECK(has(message_of(outcome), "node-role: AssumeRoleUnauthorizedAccess (status 200): EC2 cannot assume with ***"));
  InstanceCredentials unnamed{world.runtime, {}};
  CHECK(std::holds_alternative<NotConfigured>(world.fetch(unnamed)));
}

TEST_CASE("a role that was replaced between two requests is asked for again") {
  World world;
  world.script = {reply(200, "TOKEN"), reply(200, "old"), reply(404, ""), reply(200, "new"),
                  reply(200, json_keys("I", six_hours))};
  InstanceCredentials provider{world.runtime, {}};
  CHECK(provides(world.fetch(provider), "I"));
  CHECK(std::string_view{world.requests[4].target}.ends_with("/new"));
}
