// Invariant: whatever a peer answers, nothing that this library can print about it holds what the request was signed
// with: neither the session token, nor the signature, nor what a signer of another kind added.
#include <doctest/doctest.h>

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "../support/spellings.hpp"
#include "../support/virtual_time.hpp"
#include "healthlake/client.hpp"
#include "healthlake/core/print.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

using namespace healthlake;
using namespace virtual_time;
using TestRuntime = virtual_time::Runtime;

namespace {

constexpr std::string_view token =
    "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDk+y7Vq0b1bX3f+8wZkq/Hn2Jt5RzYc4Lm6Pd9As0GhQIg"
    "Tw1Bv8EuKx3Oy5Cj7Fs2Mn4Lp6Qr9Dt+Gh/Ia0Ub1Vc8We3Xf5Yg7ZQ==";
constexpr std::string_view secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr std::string_view api_key = "corp_9f8e7d6c5b4a39281706/f5e4+d3c2b1a0==";

// A signer of another kind: a bearer token, and a key in a header that nobody knows.
struct CorporateSigner {
  Result<Headers> sign(HttpRequest const&, Credentials const& credentials, SigningContext const&) {
    Headers headers;
    headers.add("X-Corp-Key", api_key);
    headers.add("Authorization", {"Bearer ", credentials.session_token.reveal()});
    return headers;
  }
};

// Where a peer can put a text. `quoted` is one that stands in JSON as it is.
using Answer = std::function<HttpReply(std::string const& quoted)>;
HttpReply json(int status, std::string body, Headers headers = {}) { return http(status, std::move(body), headers); }

std::vector<Answer> answers() {
  std::string const fill(58, '-');
  return {
      [](auto const& x) { return json(403, R"({"__type":"InvalidSignatureException","message":"not ')" + x + "'\"}"); },
      [](auto const& x) { return json(403, R"({"__type":"aws#)" + x + R"(","Message":""})"); },
      [](auto const& x) {
        return json(400, R"({"code":")" + x + R"("})", {{"x-amzn-RequestId", x}});
      },
      [](auto const& x) {
        return json(500, "{}", {{"x-amzn-errortype", x}, {"x-amz-request-id", x}});
      },
      [](auto const& x) { return json(400, R"({"message":")" + std::string(39'990, 'm') + x + "\"}"); },
      [](auto const& x) { return json(400, R"({"code":")" + std::string(250, 'c') + x + "\"}"); },
      [](auto const& x) { return json(502, "<html><body>" + x); },
      [fill](auto const& x) { return json(403, fill + x + fill); },
      [](auto const& x) { return json(200, R"({"JobId":")" + x + "\"!"); },
      [](auto const& x) {
        return json(200, x, {{"x-amzn-RequestId", x}});
      },
      [](auto const& x) { return json(200, R"({"JobId":1,")" + x + "\":1}"); },
      [fill](auto const& x) { return json(200, R"({"x":")" + x.substr(0, 40) + fill + "\",\"JobId\":7,\"" + x); },
      [](auto const& x) {
        return json(200, R"({"JobId":"j","JobStatus":"X"})", {{"x-amzn-RequestId", x}});
      },
      [](auto const& x) {
        return HttpReply{Unexpected{TransportError{TransportReason::tls_verification, "proxy said: " + x}}};
      },
  };
}

// Answers with what it was sent.
struct HostileTransport {
  Answer answer;
  std::size_t spelling = 0;
  bool signature = false;
  std::string sent{};

  HttpReply send(HttpRequest const& request) {
    auto const authorization = request.headers.find("Authorization").value_or("");
    std::size_t const at = authorization.find("Signature=");
    sent = signature ? at == std::string_view::npos ? std::string{api_key} : std::string{authorization.substr(at + 10)}
                     : std::string{token};
    REQUIRE(!sent.empty());
    return answer(spellings::of(sent)[spelling]);
  }
};

std::string everything(Error const& error) {
  std::string out = to_string(error);
  if (auto const* service = error.as<ServiceError>())
    out += service->code + "|" + service->message + "|" + service->request_id + "|" + service->excerpt;
  if (auto const* malformed = error.as<Malformed>())
    out += malformed->message + "|" + malformed->path + "|" + malformed->request_id + "|" + malformed->excerpt;
  if (auto const* transport = error.as<TransportError>()) out += transport->message;
  return out;
}

// A secret in a printed text: so many characters of it, in any spelling that a reader could undo.
void check_absent(std::string const& printed, std::string_view secret) {
  for (std::size_t at = 0; at + 16 <= secret.size(); ++at)
    for (std::string const& spelled :
         {std::string{secret.substr(at, 16)}, spellings::escaped(secret.substr(at, 16), "%%%02X"),
          spellings::escaped(secret.substr(at, 16), "%02x", true), spellings::escaped(secret.substr(at, 16), "&#x%X;")})
      if (printed.find(spelled) != std::string::npos) {
        FAIL_CHECK(printed);
        return;
      }
  for (auto const& spelled : spellings::of(secret))
    if (printed.find(spelled) != std::string::npos) {
      FAIL_CHECK(printed);
      return;
    }
}

template <class S>
void hostile_run(S signer, bool signature) {
  std::size_t const spelled = spellings::of(token).size();
  for (auto const& answer : answers())
    for (std::size_t spelling = 0; spelling < spelled; ++spelling) {
      CAPTURE(spelling);
      TestRuntime runtime = without_jitter();
      HostileTransport transport{answer, spelling, signature};
      ClientOptions const options{.region = "us-east-1",
                                  .credentials = {"AKIDEXAMPLE", Secret{secret_key}, Secret{token}},
                                  .endpoint = endpoint()};
      Client client{transport, signer, runtime, options};
      auto const result = client.start_fhir_export_job(start_input());
      std::string const printed =
          result ? to_string(result->output) + result->metadata.request_id : everything(result.error());
      CAPTURE(printed);
      check_absent(printed, transport.sent);
      check_absent(printed, secret_key);
    }
}

}  // namespace

TEST_CASE("secrets: nothing printed holds the session token") { hostile_run(SigV4<Sha256>{}, false); }
TEST_CASE("secrets: nothing printed holds the signature") { hostile_run(SigV4<Sha256>{}, true); }
TEST_CASE("secrets: nothing printed holds a bearer token") { hostile_run(CorporateSigner{}, false); }
TEST_CASE("secrets: nothing printed holds what an unknown header was given") { hostile_run(CorporateSigner{}, true); }

TEST_CASE("secrets: the canonical request that a service quotes is kept but for the token") {
  TestRuntime runtime;
  SigV4<Sha256> signer;
  HostileTransport transport{[](auto const& x) {
    return json(403, nlohmann::json{{"__type", "InvalidSignatureException"},
                                    {"message",
                                     "The Canonical String for this request should have been\n'POST\n/\n\nhost:"
                                     "healthlake.us-east-1.amazonaws.com\nx-amz-date:20260807T120000Z\n"
                                     "x-amz-security-token:" +
                                         x + "\nx-amz-target:HealthLake.StartFHIRExportJob\n'"}}
                         .dump());
  }};
  ClientOptions const options{
      .region = "us-east-1", .credentials = {"AKIDEXAMPLE", Secret{secret_key}, Secret{token}}, .endpoint = endpoint()};
  Client client{transport, signer, runtime, options};
  auto const result = client.start_fhir_export_job(start_input());
  REQUIRE_FALSE(result);
  REQUIRE(result.error().as<ServiceError>());
  CHECK(result.error().as<ServiceError>()->message ==
        "The Canonical String for this request should have been\n'POST\n/\n\nhost:healthlake.us-east-1.amazonaws.com\n"
        "x-amz-date:20260807T120000Z\nx-amz-security-token:***\nx-amz-target:HealthLake.StartFHIRExportJob\n'");
}

TEST_CASE("secrets: a content coding that repeats the token is cleaned too") {
  TestRuntime runtime;
  SigV4<Sha256> signer;
  HostileTransport transport{[](auto const& x) {
    return HttpReply{HttpResponse{.status = 200, .headers = {{"Content-Encoding", x}}, .body = "\x1f\x8b"}};
  }};
  ClientOptions const options{
      .region = "us-east-1", .credentials = {"AKIDEXAMPLE", Secret{secret_key}, Secret{token}}, .endpoint = endpoint()};
  Client client{transport, signer, runtime, options};
  auto const result = client.start_fhir_export_job(start_input());
  REQUIRE_FALSE(result);
  CHECK(to_string(result.error()).find(std::string_view{token}.substr(0, 16)) == std::string::npos);
  CHECK(to_string(result.error()).find("***") != std::string::npos);
}

TEST_CASE("secrets: the place of a fault is that in the body as it came") {
  TestRuntime runtime;
  SigV4<Sha256> signer;
  HostileTransport transport{[](auto const& x) { return json(200, R"({"a":")" + x + R"(","JobId":7})"); }};
  ClientOptions const options{
      .region = "us-east-1", .credentials = {"AKIDEXAMPLE", Secret{secret_key}, Secret{token}}, .endpoint = endpoint()};
  Client client{transport, signer, runtime, options};
  auto const result = client.start_fhir_export_job(start_input());
  REQUIRE_FALSE(result);
  auto const* malformed = result.error().as<Malformed>();
  REQUIRE(malformed);
  CHECK(malformed->offset == token.size() + 17);
  CHECK(malformed->path == "JobId");
  CHECK(malformed->excerpt == R"({"a":"***","JobId":7)");
}

TEST_CASE("secrets: a reply that repeats an earlier signature is cleaned of it too") {
  TestRuntime runtime;
  Session session;
  HttpReply const quotes[] = {
      json(403, R"({"__type":"InvalidSignatureException","message":"not ')" + std::string{token} + "'\"}"),
      json(200, R"({"JobId":")" + std::string{token} + "\"!"),
      HttpReply{Unexpected{TransportError{TransportReason::tls_verification, "sent " + std::string{token}}}}};
  auto const sign_with = [](auto const& step, std::string_view value) {
    std::get<Send>(step).headers().set("X-Amz-Security-Token", value);
  };
  for (auto const& quote : quotes) {
    using Start = Call<StartFHIRExportJob>;
    // The driver asks while the request is on its way, to see whether the time limit has passed.
    Start asked{start_input(), endpoint(), session, Entropy{runtime}};
    sign_with(asked.next(noon), token);
    static_cast<void>(asked.next(noon + seconds(1)));
    static_cast<void>(asked.next(noon + seconds(2)));
    asked.receive(quote, noon + seconds(3));
    // Between two attempts the credentials were replaced.
    Start repeated{start_input(), endpoint(), session, Entropy{runtime}};
    sign_with(repeated.next(noon), token);
    repeated.receive(json(503, ""), noon);
    sign_with(repeated.next(noon + seconds(60)), "another-token-than-the-first-one");
    repeated.receive(quote, noon + seconds(61));
    for (Start* call : {&asked, &repeated}) {
      auto const outcome = call->result();
      REQUIRE_FALSE(outcome);
      std::string const printed = everything(outcome.error());
      CHECK(printed.find("***") != std::string::npos);
      check_absent(printed, token);
    }
  }
}

namespace {
struct TalkativeSigner {
  Result<Headers> sign(HttpRequest const&, Credentials const& credentials, SigningContext const&) {
    return Unexpected{SetupError{SetupPhase::signing, "no hash of " + std::string{credentials.session_token.reveal()} +
                                                          " with " + spellings::base64(secret_key)}};
  }
};
}  // namespace

TEST_CASE("secrets: a signer's error is cleaned of the credentials") {
  TestRuntime runtime;
  TalkativeSigner signer;
  HostileTransport transport{[](auto const&) { return json(200, "{}"); }};
  ClientOptions const options{
      .region = "us-east-1", .credentials = {"AKIDEXAMPLE", Secret{secret_key}, Secret{token}}, .endpoint = endpoint()};
  Client client{transport, signer, runtime, options};
  auto const called = client.start_fhir_export_job(start_input());
  auto const waited = client.wait<FHIRExportJobCompleted>(describe_input());
  auto const paged = client.pages<ListFHIRExportJobs>(list_input(), [](auto&&) { return true; });
  REQUIRE_FALSE(called);
  REQUIRE(waited.error);
  REQUIRE_FALSE(paged);
  for (Error const& error : {called.error(), *waited.error, paged.error()}) {
    REQUIRE(error.as<SetupError>());
    CHECK(error.as<SetupError>()->message.starts_with("no hash of *** with ***"));
    check_absent(to_string(error), token);
    check_absent(to_string(error), secret_key);
  }
}
