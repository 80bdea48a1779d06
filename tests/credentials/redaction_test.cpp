// Invariant: whoever repeats the token that a provider sent, and wherever, no failure has it: a reply in the place of a
// time, of a key, a role or an error; a transport in its message.
#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "../support/service_world.hpp"
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
constexpr std::string_view token = "THE-TOKEN-THAT-WAS-SENT-1234";
constexpr char const* later = "2026-08-07T13:00:00Z";
constexpr char const* arn = "arn:aws:iam::111122223333:role/Reader";

// What a peer may answer; the last one says it to every further attempt.
std::vector<HttpReply> echoes() {
  std::string const text{token};
  std::vector<HttpReply> all;
  for (std::string const& body :
       {json_keys("C", text), json_keys("C", "9999" + text + "-1"), json_keys(text + "\\n", later),
        R"({"Code":")" + text + R"(","Message":")" + text + R"("})",
        R"({"roleCredentials":{"accessKeyId":"A","secretAccessKey":"s","sessionToken":"t","expiration":")" + text +
            "\"}}",
        R"({")" + text + R"(":{"AccessKeyId":7}})", R"({"AccessKeyId":")" + text, sts_keys("R", text),
        sts_keys("R", "9999" + text + "-1"), sts_keys(text + "\n", later), sts_error(text, text), text,
        "<" + text + ">"})
    for (int const status : {200, 400, 503}) all.push_back(reply(status, body));
  all.push_back(Unexpected{TransportError{.reason = TransportReason::not_http, .message = "found \"" + text + "\""}});
  return all;
}

// Each echo in place of each reply after which the token is sent; before it, what `good` has.
template <class Fetch>
void check_all(std::vector<HttpReply> const& good, Fetch fetch) {
  for (std::size_t at = good.empty() ? 0 : 1; at <= good.size(); ++at)
    for (auto const& echo : echoes()) {
      World world;
      world.script.assign(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(at));
      world.answer = [&](HttpRequest const&) { return echo; };
      auto const outcome = fetch(world);
      CAPTURE(message_of(outcome));
      CHECK(!has(message_of(outcome), std::string{token}));
      if (auto const* provided = std::get_if<ProvidedCredentials>(&outcome))
        CHECK(provided->source.find(token) == std::string::npos);
    }
}
}  // namespace

TEST_CASE("no failure of a container has the token that was sent") {
  check_all({}, [](World& world) {
    world.machine.files["/var/run/token"] = token;
    ContainerCredentials provider{world.machine,
                                  world.runtime,
                                  {.full_uri = "http://169.254.170.23/v1/credentials", .token_file = "/var/run/token"}};
    return world.fetch(provider);
  });
}

TEST_CASE("no failure of an instance has the token that was sent") {
  Headers const lifetime{{"x-aws-ec2-metadata-token-ttl-seconds", "21600"}};
  for (bool const named : {true, false})
    check_all({reply(200, std::string{token}, lifetime), reply(200, "role")}, [&](World& world) {
      InstanceCredentials provider{world.runtime, {.required = named}};
      return world.fetch(provider);
    });
}

TEST_CASE("no failure of SSO has the token that was sent") {
  check_all({}, [](World& world) {
    SsoPlan const plan{.session = "corp",
                       .start_url = "https://corp.awsapps.com/start",
                       .region = "eu-west-1",
                       .account_id = "111122223333",
                       .role_name = "Reader",
                       .source = "profile dev"};
    world.machine.files[sso_token_file(world.machine, plan)] =
        R"({"accessToken":")" + std::string{token} + R"(","expiresAt":"2026-08-07T20:00:00Z"})";
    SsoCredentials provider{world.machine, world.runtime, plan};
    return world.fetch(provider);
  });
}

TEST_CASE("no failure of STS has the token that was sent") {
  check_all({}, [](World& world) {
    SigV4<Sha256> signer;
    AssumeRoleCredentials provider{signer,
                                   world.runtime,
                                   {.region = "eu-west-1", .xml = &read_xml_with_expat},
                                   {.role_arn = arn, .role_session_name = "me", .source = "profile dev"},
                                   {"AKIDBASE", Secret{"base-secret-1234"}, Secret{token}}};
    return world.fetch(provider);
  });
  check_all({}, [](World& world) {
    world.machine.files["/token"] = token;
    WebIdentityCredentials provider{world.machine,
                                    world.runtime,
                                    {.region = "eu-west-1", .xml = &read_xml_with_expat},
                                    {arn, "pod-1", "/token", "the environment"}};
    return world.fetch(provider);
  });
}
