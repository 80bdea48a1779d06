// Invariant: AssumeRole is signed for the endpoint that it is sent to, a web identity never; only a reply with all four
// parts counts; what may pass is repeated, and what somebody must fix is not.
#include "healthlake/credentials/sts.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "../support/service_world.hpp"
#include "healthlake/core/retry_kind.hpp"
#include "healthlake/credentials/expat.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

using namespace healthlake;
using namespace service_world;

namespace {
constexpr char const* one_hour = "2026-08-07T13:00:00Z";
constexpr char const* arn = "arn:aws:iam::111122223333:role/Reader";
constexpr char const* token_file = "/var/run/secrets/token";

struct Role {
  World world{};
  SigV4<Sha256> signer{};
  StsOptions options{.region = "eu-west-1", .xml = &read_xml_with_expat};
  AssumeRolePlan plan{.role_arn = arn, .role_session_name = "me", .source = "profile dev"};
  Credentials with{"AKIDBASE", Secret{"base-secret-1234"}, Secret{"base-token-12345"}};

  AssumeRoleCredentials provider() { return {signer, world.runtime, options, plan, with}; }
  CredentialsOutcome fetch() {
    auto machine = provider();
    return world.fetch(machine);
  }
};

struct WebIdentity {
  World world{};
  StsOptions options{.region = "eu-west-1", .xml = &read_xml_with_expat};
  WebIdentityPlan plan{arn, "pod-1", token_file, "the environment"};

  WebIdentity() { world.machine.files[token_file] = "eyJhbGci.first+token/1234=\n"; }
  WebIdentityCredentials provider() { return {world.machine, world.runtime, options, plan}; }
  CredentialsOutcome fetch() {
    auto machine = provider();
    return world.fetch(machine);
  }
};

std::string url_of(std::string region, std::string endpoint = {}) {
  auto const at = sts_endpoint({.region = std::move(region), .endpoint = std::move(endpoint)});
  return at ? at->endpoint.url() + " " + at->signing_region : "none";
}
std::string ok_web(std::string const& name) { return sts_keys(name, one_hour, "AssumeRoleWithWebIdentity"); }
}  // namespace

TEST_CASE("fault 33: the endpoint is that of the region and its partition, and is signed for it") {
  CHECK(url_of("us-east-1") == "https://sts.us-east-1.amazonaws.com us-east-1");
  CHECK(url_of("eu-west-1") == "https://sts.eu-west-1.amazonaws.com eu-west-1");
  CHECK(url_of("cn-north-1") == "https://sts.cn-north-1.amazonaws.com.cn cn-north-1");
  CHECK(url_of("us-gov-west-1") == "https://sts.us-gov-west-1.amazonaws.com us-gov-west-1");
  CHECK(url_of("") == "https://sts.amazonaws.com us-east-1");
  CHECK(url_of("aws-global") == "https://sts.amazonaws.com us-east-1");
  CHECK(url_of("eu-west-1", "http://127.0.0.1:8080/sts") == "http://127.0.0.1:8080/sts eu-west-1");
  for (char const* wrong : {"evil.example/", "us-east-1.evil.example", "US-EAST-1", "a b"})
    CHECK(url_of(wrong) == "none");
  CHECK(url_of("us-east-1", "sts.example") == "none");
}

TEST_CASE("AssumeRole is a signed form, with what the plan says and nothing else") {
  Role role;
  role.plan.external_id = "id/1+2,3.4_5-6~7";
  role.plan.duration_seconds = 900;
  role.world.script = {reply(200, sts_keys("R", one_hour))};
  auto const outcome = role.fetch();
  REQUIRE(provides(outcome, "R"));
  CHECK(std::get<ProvidedCredentials>(outcome).expiration == noon + seconds(3600));
  CHECK(std::get<ProvidedCredentials>(outcome).source ==
        "the role arn:aws:iam::111122223333:role/Reader of profile dev");
  REQUIRE(role.world.requests.size() == 1);
  auto const& request = role.world.requests[0];
  CHECK(role.world.urls() == "POST https://sts.eu-west-1.amazonaws.com/\n");
  CHECK(request.body ==
        "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2FReader"
        "&RoleSessionName=me&DurationSeconds=900&ExternalId=id%2F1%2B2%2C3.4_5-6~7");
  CHECK(request.headers.find("Content-Type") == "application/x-www-form-urlencoded; charset=utf-8");
  CHECK(request.headers.find("X-Amz-Security-Token") == "base-token-12345");
  CHECK(request.headers.find("X-Amz-Date") == "20260807T120000Z");
  auto unsigned_request = request;
  unsigned_request.headers = Headers{{"Content-Type", *request.headers.find("Content-Type")}};
  auto const expected =
      role.signer.authorization(unsigned_request, role.with, {.region = "eu-west-1", .service = "sts", .time = noon});
  REQUIRE(expected);
  CHECK(request.headers.find("Authorization") == *expected);
  CHECK(has(*expected, "Credential=AKIDBASE/20260807/eu-west-1/sts/aws4_request"));
}

TEST_CASE("a custom endpoint is asked at its path, by both operations") {
  Role role;
  role.options.endpoint = "http://127.0.0.1:8080/sts";
  role.world.script = {reply(200, sts_keys("R", one_hour))};
  CHECK(provides(role.fetch(), "R"));
  CHECK(role.world.urls() == "POST http://127.0.0.1:8080/sts/\n");
  WebIdentity identity;
  identity.options.endpoint = "http://127.0.0.1:8080/sts";
  identity.world.script = {reply(200, ok_web("W"))};
  CHECK(provides(identity.fetch(), "W"));
  CHECK(identity.world.urls() == "POST http://127.0.0.1:8080/sts/\n");
}

TEST_CASE("an attempt that is repeated is the same form, signed anew") {
  Role role;
  role.world.script = {reply(503, ""), reply(200, sts_keys("R", one_hour))};
  CHECK(provides(role.fetch(), "R"));
  REQUIRE(role.world.requests.size() == 2);
  auto const& first = role.world.requests[0];
  auto const& second = role.world.requests[1];
  CHECK(second.body == first.body);
  CHECK(second.headers.size() == first.headers.size());
  CHECK(second.headers.count("Content-Type") == 1);
}

TEST_CASE("a name that is shown has at most 256 characters of the role, and where the plan is from") {
  for (std::size_t const size : {std::size_t{256}, std::size_t{257}}) {
    std::string const shown = std::string(256, 'r') + (size > 256 ? "..." : "");
    Role role;
    role.plan.role_arn = std::string(size, 'r');
    role.world.script = {reply(200, sts_keys("R", one_hour)), reply(200, sts_keys("R", one_hour))};
    CHECK(std::get<ProvidedCredentials>(role.fetch()).source == "the role " + shown + " of profile dev");
    role.plan.source.clear();
    CHECK(std::get<ProvidedCredentials>(role.fetch()).source == "the role " + shown);
    WebIdentity identity;
    identity.plan.role_arn = std::string(size, 'r');
    identity.world.script = {reply(200, ok_web("W")), reply(200, ok_web("W"))};
    CHECK(std::get<ProvidedCredentials>(identity.fetch()).source ==
          "the role " + shown + " with the web identity of the environment");
    identity.plan.source.clear();
    CHECK(std::get<ProvidedCredentials>(identity.fetch()).source ==
          "the role " + shown + " with the web identity of /var/run/secrets/token");
  }
}

TEST_CASE("fault 34: a session name is as the plan says, or one that STS accepts") {
  Role role;
  role.plan.role_session_name.clear();
  role.world.script = {reply(200, sts_keys("R", one_hour))};
  CHECK(provides(role.fetch(), "R"));
  CHECK(role.world.requests[0].body.ends_with("&RoleSessionName=healthlake-1786104000"));
}

TEST_CASE("fault 35: only a reply with all four parts counts, whatever its namespaces and its order") {
  auto const good = sts_keys("R", one_hour);
  auto const without = [&](std::string const& name) {
    auto text = good;
    text.replace(text.find("<" + name + ">"), name.size() + 2, "<Other>");
    text.replace(text.find("</" + name + ">"), name.size() + 3, "</Other>");
    return text;
  };
  for (auto const& body :
       {good, "<?xml version=\"1.0\"?>\n" + good,
        std::string{
            "<x:AssumeRoleResponse xmlns:x='urn:other'><x:Credentials><x:Expiration>2026-08-07T15:00:00+02:00"
            "</x:Expiration><x:SessionToken>token-of-R</x:SessionToken><x:SecretAccessKey>secret-of-R"
            "</x:SecretAccessKey><x:AccessKeyId>ASIAR</x:AccessKeyId></x:Credentials></x:AssumeRoleResponse>"}}) {
    Role role;
    role.world.script = {reply(200, body)};
    auto const outcome = role.fetch();
    CHECK(provides(outcome, "R"));
    CHECK(std::get<ProvidedCredentials>(outcome).expiration == noon + seconds(3600));
  }
  struct Case {
    std::string body;
    char const* says;
  };
  for (auto const& test : std::vector<Case>{
           {"", "expected XML"},
           {"<html><body>Login</body></html>", "Credentials/AccessKeyId is missing"},
           {"<html><br></html>", "expected XML"},
           {R"({"AssumeRoleResponse":{}})", "expected XML"},
           {good.substr(0, good.size() / 2), "expected XML"},
           {"<!DOCTYPE a [<!ENTITY e 'x'>]>" + good, "expected XML"},
           {"<AssumeRoleResponse/>", "Credentials/AccessKeyId is missing"},
           {without("AccessKeyId"), "Credentials/AccessKeyId is missing"},
           {without("SecretAccessKey"), "Credentials/SecretAccessKey is missing"},
           {without("SessionToken"), "Credentials/SessionToken is missing"},
           {without("Expiration"), "expected a time with a zone as Credentials/Expiration, found nothing"},
           {sts_keys("R", "2026-08-07T13:00:00"), "expected a time with a zone as Credentials/Expiration"},
           {sts_keys("R\r\nX", one_hour), "not visible ASCII"},
           {sts_keys("R", "2026-08-07T11:59:59Z"), "expired at 2026-08-07T11:59:59.000Z"}}) {
    CAPTURE(test.body);
    Role role;
    role.world.script = {reply(200, test.body)};
    auto const outcome = role.fetch();
    CHECK(passing(outcome));
    CAPTURE(message_of(outcome));
    CHECK(has(message_of(outcome), test.says));
    CHECK(!has(message_of(outcome), "secret-of"));
    CHECK(role.world.requests.size() == 1);
  }
}

TEST_CASE("no reply that was cut off anywhere is credentials") {
  auto const whole = sts_keys("R", one_hour);
  auto const end = whole.find_last_of('>');
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    Role role;
    role.world.script = {reply(200, whole.substr(0, size))};
    CHECK(provides(role.fetch(), "R") == (size > end));
  }
}

TEST_CASE("errors of STS: what may pass is repeated, and the rest says code and message without secrets") {
  for (auto const& first : {reply(400, sts_error("Throttling", "slow down")), reply(503, "<html>busy</html>"),
                            reply(500, ""), reply(429, ""), no_reply(TransportReason::connect_failed)}) {
    Role role;
    role.world.script = {first, reply(200, sts_keys("R", one_hour))};
    CHECK(provides(role.fetch(), "R"));
    CHECK(role.world.requests.size() == 2);
  }
  for (char const* code : {"AccessDenied", "ValidationError", "InvalidClientTokenId", "MalformedPolicyDocument",
                           "RegionDisabledException", "ExpiredTokenException"}) {
    Role role;
    role.world.script = {reply(403, sts_error(code, "not with base-token-12345 &lt;here&gt;"))};
    auto const outcome = role.fetch();
    CHECK(failed(outcome));
    CHECK(!passing(outcome));
    CHECK(message_of(outcome) ==
          std::string{"credentials: the role arn:aws:iam::111122223333:role/Reader of profile dev: AWS STS refused the "
                      "request: "} +
              code + " (status 403): not with *** <here>");
    CHECK(role.world.requests.size() == 1);
  }
  Role moved;
  moved.world.script = {reply(301, "", Headers{{"Location", "https://evil.example/"}})};
  CHECK(has(message_of(moved.fetch()), "status 301, and redirects are not followed"));
  CHECK(moved.world.requests.size() == 1);
}

TEST_CASE("a status alone says how long to wait before the next attempt: 429 asks for patience") {
  for (int const status : {429, 500, 503}) {
    CAPTURE(status);
    Role role;
    role.world.script = {reply(status, ""), reply(200, sts_keys("R", one_hour))};
    CHECK(provides(role.fetch(), "R"));
    CHECK(role.world.waits == std::vector<std::int64_t>{status == 429 ? 1000 : 50});
  }
}

TEST_CASE("what the SDKs repeat for every service is repeated for STS, whatever the status and the operation") {
  std::vector<std::string_view> codes{throttling_codes.begin(), throttling_codes.end()};
  codes.insert(codes.end(), transient_codes.begin(), transient_codes.end());
  for (auto const code : codes) {
    CAPTURE(code);
    auto const refusal = reply(400, sts_error(std::string{code}, "wait"));
    Role role;
    role.world.script = {refusal, reply(200, sts_keys("R", one_hour))};
    CHECK(provides(role.fetch(), "R"));
    WebIdentity identity;
    identity.world.script = {refusal, refusal, reply(200, ok_web("W"))};
    CHECK(provides(identity.fetch(), "W"));
  }
}

TEST_CASE("a clock that is wrong is corrected by the Date of the refusal") {
  Role role;
  Headers const date{{"Date", "Fri, 07 Aug 2026 14:00:00 GMT"}};
  role.world.script = {reply(403, sts_error("SignatureDoesNotMatch", "Signature expired"), date),
                       reply(200, sts_keys("R", "2026-08-07T15:00:00Z"))};
  CHECK(provides(role.fetch(), "R"));
  CHECK(has(*role.world.requests[1].headers.find("X-Amz-Date"), "20260807T1400"));

  // What counts is the time at which the refusal came, not that of the request.
  Role slow;
  slow.world.takes = seconds(8);
  slow.world.script = {reply(403, sts_error("SignatureDoesNotMatch", "Signature expired"), date),
                       reply(200, sts_keys("R", "2026-08-07T15:00:00Z"))};
  CHECK(provides(slow.fetch(), "R"));
  REQUIRE(slow.world.waits.size() == 1);
  CHECK(slow.world.waits[0] < 2000);
  CHECK(slow.world.requests[1].headers.find("X-Amz-Date") == "20260807T140001Z");

  Role right;
  Headers const same{{"Date", "Fri, 07 Aug 2026 12:00:00 GMT"}};
  right.world.script = {reply(403, sts_error("SignatureDoesNotMatch", "wrong secret"), same)};
  CHECK(!passing(right.fetch()));
  CHECK(right.world.requests.size() == 1);
}

TEST_CASE("what cannot be signed or read is a failure before anything is sent") {
  Role role;
  role.options.xml = nullptr;
  CHECK(has(message_of(role.fetch()), "there is no XML reader"));
  Role empty;
  empty.with = {};
  CHECK(has(message_of(empty.fetch()), "the request to AWS STS cannot be signed: the access key id"));
  Role nowhere;
  nowhere.options.region = "nowhere.evil.example";
  CHECK(has(message_of(nowhere.fetch()), "STS has no endpoint"));
  WebIdentity unread;
  unread.options.xml = nullptr;
  CHECK(has(message_of(unread.fetch()), "there is no XML reader"));
  CHECK(unread.world.machine.read.empty());
}

TEST_CASE("fault 44: a web identity is sent without a signature, whatever credentials are around") {
  WebIdentity identity;
  identity.world.machine.variables["AWS_SESSION_TOKEN"] = "left-over";
  identity.world.script = {reply(200, ok_web("W"))};
  auto const outcome = identity.fetch();
  REQUIRE(provides(outcome, "W"));
  CHECK(std::get<ProvidedCredentials>(outcome).expiration == noon + seconds(3600));
  auto const& request = identity.world.requests[0];
  CHECK(identity.world.urls() == "POST https://sts.eu-west-1.amazonaws.com/\n");
  CHECK(request.headers == Headers{{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}});
  CHECK(request.body ==
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15"
        "&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2FReader&RoleSessionName=pod-1"
        "&WebIdentityToken=eyJhbGci.first%2Btoken%2F1234%3D");
}

TEST_CASE("fault 40: the token file is read at each fetch and each attempt") {
  WebIdentity identity;
  auto provider = identity.provider();
  identity.world.answer = [&](HttpRequest const& request) {
    identity.world.machine.files[token_file] = "second";
    return has(request.body, "first") ? reply(400, sts_error("ExpiredTokenException", "expired"))
                                      : reply(200, ok_web("W"));
  };
  CHECK(provides(identity.world.fetch(provider), "W"));
  identity.world.machine.files[token_file] = "third";
  CHECK(provides(identity.world.fetch_again(provider), "W"));
  CHECK(has(identity.world.requests[1].body, "&WebIdentityToken=second"));
  CHECK(has(identity.world.requests[2].body, "&WebIdentityToken=third"));
}

TEST_CASE(
    "fault 43: an identity provider that STS does not reach, or a key that it does not know yet, is tried again") {
  for (char const* code : {"IDPCommunicationError", "InvalidIdentityToken"}) {
    WebIdentity identity;
    identity.world.script = {reply(400, sts_error(code, "Couldn't retrieve verification key")),
                             reply(400, sts_error(code, "Couldn't retrieve verification key")),
                             reply(200, ok_web("W"))};
    CHECK(provides(identity.fetch(), "W"));
    CHECK(identity.world.waits == std::vector<std::int64_t>{1000, 2000});
  }
  WebIdentity never;
  never.world.answer = [](HttpRequest const&) { return reply(400, sts_error("IDPCommunicationError", "no")); };
  CHECK(passing(never.fetch()));
  CHECK(never.world.requests.size() == 4);
}

TEST_CASE("fault 45: a wrong audience is final, and the token is passed on unchanged") {
  WebIdentity identity;
  identity.world.script = {reply(400, sts_error("InvalidIdentityToken", "Incorrect token audience"))};
  auto const outcome = identity.fetch();
  CHECK(failed(outcome));
  CHECK(!passing(outcome));
  CHECK(identity.world.requests.size() == 1);
  for (char const* code : {"IDPRejectedClaim", "AccessDenied", "RegionDisabledException"}) {
    WebIdentity refused;
    refused.world.script = {reply(403, sts_error(code, "the token eyJhbGci.first+token/1234= was rejected\x07"))};
    auto const final_one = refused.fetch();
    CHECK(!passing(final_one));
    CHECK(!has(message_of(final_one), "eyJhbGci"));
  }
}

TEST_CASE("a token file that is missing for a moment is a failure that may pass, not another provider's turn") {
  WebIdentity identity;
  identity.world.machine.files.clear();
  auto const outcome = identity.fetch();
  CHECK(passing(outcome));
  CHECK(has(message_of(outcome), "/var/run/secrets/token does not exist"));
  CHECK(identity.world.requests.empty());
}
