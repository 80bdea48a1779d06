// Invariant: over a real transport, each provider finds its service, past any proxy, and ends in time if nobody
// answers.
#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <variant>

#include "../support/scripted_peer.hpp"
#include "../support/service_world.hpp"
#include "healthlake/credentials/blocking.hpp"
#include "healthlake/credentials/default_credentials.hpp"
#include "healthlake/credentials/expat.hpp"
#include "healthlake/runtime/system.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"
#include "healthlake/transport/curl.hpp"

using namespace healthlake;
using healthlake::testing::ClosedPort;
using healthlake::testing::Hold;
using healthlake::testing::ReadRequest;
using healthlake::testing::Script;
using healthlake::testing::ScriptedPeer;
using service_world::has;

namespace {
constexpr char const* far_away = "2099-01-01T00:00:00Z";

std::string http(std::string const& body, std::string const& status = "200 OK") {
  return "HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}
Script says(std::string const& body) { return healthlake::testing::answer(http(body)); }

// A transport whose proxy is nobody, so that only direct requests arrive.
struct Machine {
  TestMachine system{};
  ClosedPort nobody{};
  SystemRuntime runtime{};
  SigV4<Sha256> signer{};
  CurlTransport transport;

  Machine()
      : transport([this] {
          CurlOptions options;
          options.proxy = "http://" + nobody.authority();
          return options;
        }()) {
    system.variables = {{"HOME", "/home/me"}};
  }
  Result<ProvidedCredentials> get() {
    BlockingCredentials credentials{
        DefaultCredentials{{system, runtime, signer, &read_xml_with_expat}, CredentialsOptions{}}, transport, runtime};
    return credentials.provide();
  }
};
}  // namespace

TEST_CASE("a role over the credentials of an instance") {
  ScriptedPeer peer{{says("TOKEN"), says("node-role\n"), says(service_world::json_keys("I", far_away)),
                     says(service_world::sts_keys("R", far_away))}};
  Machine machine;
  machine.system.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://" + peer.authority();
  machine.system.variables["AWS_ENDPOINT_URL_STS"] = "http://" + peer.authority();
  machine.system.files["/home/me/.aws/config"] =
      "[default]\nrole_arn = arn:aws:iam::111122223333:role/R\ncredential_source = Ec2InstanceMetadata\n";
  auto const provided = machine.get();
  REQUIRE(provided);
  CHECK(provided->credentials.access_key_id == "ASIAR");
  auto const requests = peer.requests();
  REQUIRE(requests.size() == 4);
  CHECK(requests[0].starts_with("PUT /latest/api/token HTTP/1.1\r\n"));
  CHECK(has(requests[0], "X-aws-ec2-metadata-token-ttl-seconds: 21600\r\n"));
  CHECK(has(requests[2], "GET /latest/meta-data/iam/security-credentials/node-role HTTP/1.1\r\n"));
  CHECK(has(requests[2], "X-aws-ec2-metadata-token: TOKEN\r\n"));
  CHECK(has(requests[3], "X-Amz-Security-Token: token-of-I\r\n"));
  CHECK(has(requests[3], "Action=AssumeRole&"));
}

TEST_CASE("a container whose first reply is cut off, and a web identity") {
  ScriptedPeer peer{{healthlake::testing::answer("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"Acc"),
                     says(service_world::json_keys("C", far_away)),
                     says(service_world::sts_keys("W", far_away, "AssumeRoleWithWebIdentity"))}};
  Machine machine;
  auto& variables = machine.system.variables;
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://" + peer.authority("localhost") + "/v1";
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Basic abc";
  auto const container = machine.get();
  REQUIRE(container);
  CHECK(container->credentials.access_key_id == "ASIAC");
  CHECK(has(peer.requests().at(1), "Authorization: Basic abc\r\n"));

  variables = {{"HOME", "/home/me"},
               {"AWS_WEB_IDENTITY_TOKEN_FILE", "/token"},
               {"AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/W"},
               {"AWS_ENDPOINT_URL_STS", "http://" + peer.authority()}};
  machine.system.files["/token"] = "ey.J\n";
  auto const identity = machine.get();
  REQUIRE(identity);
  CHECK(identity->credentials.access_key_id == "ASIAW");
  CHECK(has(peer.requests().at(2), "&WebIdentityToken=ey.J"));
  CHECK(!has(peer.requests().at(2), "Authorization:"));
}

TEST_CASE("an instance whose token is dropped on its way: connected, but silent") {
  ScriptedPeer peer{{{ReadRequest{}, Hold{}}, {ReadRequest{}, Hold{}}, {ReadRequest{}, Hold{}}}};
  Machine machine;
  machine.system.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://" + peer.authority();
  auto const provided = machine.get();
  REQUIRE(!provided);
  CHECK(has(to_string(provided.error()), "no credentials found; looked for AWS_ACCESS_KEY_ID"));
  CHECK(has(to_string(provided.error()), "no reply: read timeout"));
  CHECK(peer.requests().size() == 3);
}
