// Invariant: version 2 of the metadata service and nothing else is asked, directly and with a time for each attempt;
// credentials that were good stay in use while the service has no others; a missing service is "not configured" unless
// somebody named it.
#include "healthlake/credentials/instance_metadata.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "../support/service_world.hpp"
#include "healthlake/core/print.hpp"
#include "healthlake/credentials/cached.hpp"
#include "healthlake/http/local_address.hpp"
#include "healthlake/text/text.hpp"

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

TEST_CASE("fault 62: the token is kept for its lifetime, less half a minute, and never longer than was asked for") {
  struct Case {
    char const* lifetime;
    std::int64_t kept;
  };
  constexpr std::int64_t longest = 21'570;
  for (auto const& test : std::vector<Case>{{"100", 70},
                                            {" 90\t", 60},
                                            {"31", 1},
                                            {"30", 0},
                                            {"7", 0},
                                            {"0", 0},
                                            {"-5", 0},
                                            {"-9223372036854775808", 0},
                                            {"21600", longest},
                                            {"86400", longest},
                                            // What is not a lifetime is none.
                                            {"", longest},
                                            {"soon", longest},
                                            {"18446744073709551716", longest}}) {
    CAPTURE(test.lifetime);
    auto world =
        world_of({.token = reply(200, "SESSION", Headers{{"x-aws-ec2-metadata-token-ttl-seconds", test.lifetime}})});
    InstanceCredentials provider{world.runtime, {}};
    CHECK(provides(world.fetch(provider), "I"));
    if (test.kept > 0) {
      world.requests.clear();
      world.runtime.time = noon + seconds(test.kept) - Milliseconds{1};
      CHECK(provides(world.fetch_again(provider), "I"));
      CHECK(world.requests.size() == 2);
    }
    world.requests.clear();
    world.runtime.time = noon + seconds(test.kept);
    CHECK(provides(world.fetch_again(provider), "I"));
    REQUIRE(world.requests.size() == 3);
    CHECK(world.requests[0].method == "PUT");
  }
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

TEST_CASE("a token that was refused is not used again, nor shown, and each fetch may replace one") {
  World world;
  world.script = {reply(200, "FIRST-TOKEN-1234"), reply(401, ""),
                  reply(400, R"({"code":"Invalid","message":"not FIRST-TOKEN-1234"})")};
  InstanceCredentials provider{world.runtime, {.required = true}};
  CHECK(has(message_of(world.fetch(provider)), "the request was refused: Invalid (status 400): not ***"));
  for (int fetches = 0; fetches < 2; ++fetches) {
    world.requests.clear();
    world.script = {reply(200, "SECOND"), reply(200, "role"), reply(401, ""),
                    reply(200, "THIRD"),  reply(200, "role"), reply(200, json_keys("I", six_hours))};
    // At the second time, the third token is still there.
    if (fetches == 1) world.script.pop_front();
    CHECK(provides(world.fetch_again(provider), "I"));
    CHECK(world.script.empty());
    CHECK(world.requests[0].method == (fetches == 0 ? "PUT" : "GET"));
  }
}

TEST_CASE("a service that refuses says which request, with its status, code and message, but no token") {
  constexpr std::string_view before = "credentials: the instance metadata at http://169.254.169.254: ";
  struct Case {
    std::size_t requests;
    int status;
    std::string_view body;
    std::string_view says;
  };
  constexpr std::string_view denied = R"({"code":"Denied","message":"not with SESSION-TOKEN-1234"})";
  for (auto const& test :
       std::vector<Case>{{1, 402, "", "the request was refused: status 402"},
                         {1, 403, denied, "it is switched off (status 403)"},
                         {1, 404, denied, "it does not offer version 2 (status 404)"},
                         {1, 405, denied, "it does not offer version 2 (status 405)"},
                         {1, 406, "", "the request was refused: status 406"},
                         {2, 403, denied, "the request was refused: Denied (status 403): not with ***"},
                         {2, 404, denied, "the instance has no role"},
                         {2, 405, "", "the request was refused: status 405"},
                         {3, 403, denied, "the request was refused: Denied (status 403): not with ***"},
                         {3, 405, "<html>", "the request was refused: status 405"}}) {
    CAPTURE(test.status);
    Service service{.token = reply(200, "SESSION-TOKEN-1234")};
    (test.requests == 1   ? service.token
     : test.requests == 2 ? service.role
                          : service.keys) = reply(test.status, std::string{test.body});
    auto world = world_of(service);
    InstanceCredentials provider{world.runtime, {.required = true}};
    auto const outcome = world.fetch(provider);
    CHECK(message_of(outcome) == concat({before, test.says}));
    CHECK(!passing(outcome));
    CHECK(world.requests.size() == test.requests);
    InstanceCredentials unnamed{world.runtime, {}};
    CHECK(std::holds_alternative<NotConfigured>(world.fetch(unnamed)));
  }
}

TEST_CASE("a service that is busy has failed for now, and says why without the token") {
  for (int status : {429, 500, 503}) {
    auto world = world_of({.token = reply(200, "SESSION-TOKEN-1234"),
                           .role = reply(status, R"({"code":"Busy","message":"later, SESSION-TOKEN-1234"})")});
    InstanceCredentials provider{world.runtime, {}};
    auto const outcome = world.fetch(provider);
    CHECK(passing(outcome));
    CHECK(has(message_of(outcome), concat({"the request failed: Busy (status ", Decimal{status}, "): later, ***"})));
    CHECK(world.requests.size() == 4);
  }
  auto world = world_of({.keys = reply(404, "")});
  InstanceCredentials provider{world.runtime, {}};
  auto const outcome = world.fetch(provider);
  CHECK(passing(outcome));
  CHECK(has(message_of(outcome), "the role has no credentials: status 404"));
}

TEST_CASE("a service that answered before and does not now has failed; one that never did is not configured") {
  auto const silent = [](HttpRequest const&) { return no_reply(TransportReason::connect_failed); };
  World busy;
  busy.script = {reply(503, "")};
  busy.answer = silent;
  InstanceCredentials once{busy.runtime, {}};
  CHECK(passing(busy.fetch(once)));
  CHECK(busy.requests.size() == 3);

  World refusing;
  refusing.script = {reply(200, "FIRST"), reply(401, "")};
  refusing.answer = silent;
  InstanceCredentials refused{refusing.runtime, {}};
  CHECK(passing(refusing.fetch(refused)));

  auto without_role = world_of({.role = reply(404, "")});
  InstanceCredentials provider{without_role.runtime, {}};
  CHECK(std::holds_alternative<NotConfigured>(without_role.fetch(provider)));
  without_role.runtime.time = noon + seconds(21'600);
  without_role.answer = silent;
  CHECK(passing(without_role.fetch_again(provider)));

  // Whoever that was, it was not the service.
  auto other = world_of({.token = reply(404, "")});
  InstanceCredentials never{other.runtime, {}};
  CHECK(std::holds_alternative<NotConfigured>(other.fetch(never)));
  other.answer = silent;
  CHECK(std::holds_alternative<NotConfigured>(other.fetch_again(never)));
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
  auto others = world_of({.role = reply(200, "a,b.c-d_e~f")});
  InstanceCredentials unreserved{others.runtime, {}};
  CHECK(provides(others.fetch(unreserved), "I"));
  CHECK(others.requests[2].target == "/latest/meta-data/iam/security-credentials/a%2Cb.c-d_e~f");
  auto long_name = world_of({.role = reply(200, std::string(128, 'r'))});
  InstanceCredentials longest{long_name.runtime, {}};
  CHECK(provides(long_name.fetch(longest), "I"));
  std::string const too_long(129, 'r');
  for (std::string_view role : {"", "  \n", "a\nb", "<html>", "a b", "r\xc3\xb6le", too_long.c_str()}) {
    auto other = world_of({.role = reply(200, std::string{role})});
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
  world.runtime.time = noon + seconds(589);
  auto const before = world.fetch_again(provider);
  CHECK(passing(before));
  // A cache does not, in the last seconds, so they are provided as they are.
  for (std::int64_t const at : {590, 599}) {
    world.runtime.time = noon + seconds(at);
    auto const last = world.fetch_again(provider);
    REQUIRE(provides(last, "I"));
    CHECK(std::get<ProvidedCredentials>(last).expiration == noon + seconds(600));
    CHECK(std::get<ProvidedCredentials>(last).warnings.empty());
  }
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

TEST_CASE("fault 59: whatever the service answers, expired credentials stay in use, unless the role was taken away") {
  // The token is asked for at each fetch.
  Service const good{.token = reply(200, "SESSION", Headers{{"x-aws-ec2-metadata-token-ttl-seconds", "60"}}),
                     .keys = reply(200, json_keys("I", "2026-08-07T12:10:00Z"))};
  std::string const huge(max_credentials_reply_bytes + 1, 'x');
  std::vector<Service> outages;
  for (auto const& answer : {reply(400, ""), reply(403, ""), reply(404, ""), reply(405, ""), reply(302, ""),
                             reply(503, ""), reply(200, ""), reply(200, huge), reply(503, huge),
                             no_reply(TransportReason::connect_failed), no_reply(TransportReason::not_http)})
    outages.push_back({.token = answer});
  for (auto const& answer : {reply(401, ""), reply(403, ""), reply(500, ""), reply(200, "<html>proxy</html>"),
                             reply(200, huge), no_reply(TransportReason::connection_lost)})
    outages.push_back({.role = answer});
  for (auto const& answer : {reply(400, ""), reply(404, ""), reply(429, ""), reply(200, "<html>proxy</html>"),
                             reply(200, R"({"Code":"Failed","Message":"no"})"), reply(200, huge), reply(200, "{}"),
                             reply(200, R"({"AccessKeyId":"A","SecretAccessKey":"S","Expiration":)")})
    outages.push_back({.keys = answer});
  for (auto const& outage : outages) {
    auto world = world_of(good);
    InstanceCredentials provider{world.runtime, {}};
    CHECK(provides(world.fetch(provider), "I"));
    world.runtime.time = noon + seconds(600);
    world.answer = outage;
    auto const outcome = world.fetch_again(provider);
    REQUIRE(provides(outcome, "I"));
    CHECK(std::get<ProvidedCredentials>(outcome).expiration >= noon + seconds(1200));
    CHECK(std::get<ProvidedCredentials>(outcome).warnings.size() == 1);
  }
  for (auto const& answer : {reply(404, ""), reply(200, " \n")}) {
    auto world = world_of(good);
    InstanceCredentials provider{world.runtime, {}};
    CHECK(provides(world.fetch(provider), "I"));
    world.runtime.time = noon + seconds(600);
    world.answer = Service{.role = answer};
    CHECK(has(message_of(world.fetch_again(provider)), "the instance has no role"));
    // An outage does not bring them back, and the failure is not "not configured".
    world.answer = Service{.keys = reply(400, "")};
    CHECK(failed(world.fetch_again(provider)));
  }
}

TEST_CASE("faults 59, 67: an outage across the expiration leaves no moment without credentials") {
  auto world = world_of({.keys = reply(200, json_keys("I", "2026-08-07T12:10:00Z"))});
  CachedCredentials<InstanceCredentials> cache{InstanceCredentials{world.runtime, {}}, world.runtime};
  auto const use = [&](Timestamp now) {
    for (;;) {
      auto step = cache.next(now);
      if (auto const* done = std::get_if<Done<Result<ProvidedCredentials const*>>>(&step))
        return done->result ? (*done->result)->credentials.access_key_id : to_string(done->result.error());
      if (auto const* wait = std::get_if<Wait>(&step)) now = wait->until;
      else cache.receive(world.answer(std::get<Send>(step).request()), now);
    }
  };
  for (Timestamp now = noon; now < noon + seconds(2400); now = now + Milliseconds{250}) {
    if (now == noon + seconds(60)) world.answer = Service{.role = reply(503, "")};
    REQUIRE(use(now) == "ASIAI");
  }
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
  for (char const* token : {"", " \n", "a b", "a\r\nX-Evil: 1", "t\xc3\xb6ken"}) {
    auto no_token = world_of({.token = reply(200, token)});
    InstanceCredentials without{no_token.runtime, {.required = true}};
    CHECK(has(message_of(no_token.fetch(without)), "the session token is empty or not visible ASCII"));
    CHECK(no_token.requests.size() == 1);
  }
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
