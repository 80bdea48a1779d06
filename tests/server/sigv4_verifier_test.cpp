#include "healthlake/server/sigv4_verifier.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "healthlake/sign/mbedtls.hpp"
#include "healthlake/sign/openssl.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

using namespace healthlake;

namespace {
constexpr Timestamp now{1'786'145'687'250};  // 2026-08-07T23:34:47.250Z

Credentials const key{"AKIDEXAMPLE", Secret{"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}, {}};
Credentials const temporary{"ASIAEXAMPLE", Secret{"temporary-secret"}, Secret{"session//token=="}};

Credentials const* find_key(std::string_view access_key_id) {
  if (access_key_id == key.access_key_id) return &key;
  return access_key_id == temporary.access_key_id ? &temporary : nullptr;
}

HttpRequest request() {
  HttpRequest out;
  out.authority = "healthlake.us-east-1.amazonaws.com";
  out.headers = {{"Content-Type", "application/x-amz-json-1.0"},
                 {"X-Amz-Target", "HealthLake.StartFHIRExportJob"},
                 {"User-Agent", "test"}};
  out.body = R"({"DatastoreId":"0123456789abcdef0123456789abcdef"})";
  return out;
}

HttpRequest signed_request(Credentials const& credentials = key, Timestamp time = now, HttpRequest out = request(),
                           std::string_view region = "us-east-1", std::string_view service = "healthlake",
                           SigV4Options options = {}) {
  SigV4<Sha256> signer{options};
  auto headers = signer.sign(out, credentials, {.region = region, .service = service, .time = time});
  REQUIRE(headers);
  for (auto const& [name, value] : *headers) out.headers.set(name, value);
  return out;
}

VerifyOptions options() { return {.region = "us-east-1"}; }

// nullopt if the request is accepted.
std::optional<VerifyFailure> refusal(HttpRequest const& received, VerifyOptions how = options(), Timestamp time = now) {
  SigV4Verifier<Sha256> verifier{std::move(how)};
  auto const who = verifier.verify(received, time, find_key);
  if (who) return std::nullopt;
  CHECK(who.error().message.find("wJalr") == std::string::npos);
  CHECK(who.error().http_status == (who.error().code == "IncompleteSignatureException" ? 400 : 403));
  return who.error();
}

void check_refused(HttpRequest const& received, std::string_view code, std::string_view part,
                   VerifyOptions how = options(), Timestamp time = now) {
  CAPTURE(part);
  auto const failure = refusal(received, std::move(how), time);
  REQUIRE(failure);
  CHECK(failure->code == code);
  CAPTURE(failure->message);
  CHECK(failure->message.find(part) != std::string::npos);
}

constexpr std::string_view incomplete = "IncompleteSignatureException";
constexpr std::string_view invalid = "InvalidSignatureException";
constexpr std::string_view missing = "MissingAuthenticationTokenException";
constexpr std::string_view unrecognized = "UnrecognizedClientException";

HttpRequest with_authorization(std::string_view value) {
  auto out = signed_request();
  out.headers.set("Authorization", value);
  return out;
}

std::string authorization_of(HttpRequest const& of) { return std::string{of.headers.find("Authorization").value()}; }

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  auto const at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

HttpRequest with_replaced(std::string_view what, std::string_view by) {
  return with_authorization(replaced(authorization_of(signed_request()), what, by));
}
}  // namespace

TEST_CASE_TEMPLATE("what was signed is verified, with any engines on the two sides", H, Sha256, OpensslSha256,
                   MbedtlsSha256) {
  SigV4Verifier<H> verifier{options()};
  for (int again = 0; again < 2; ++again) {
    for (auto const* credentials : {&key, &temporary}) {
      auto const who = verifier.verify(signed_request(*credentials), now, find_key);
      REQUIRE(who);
      CHECK(*who == credentials->access_key_id);
    }
  }
  SigV4Verifier<H> given{H{}, options()};
  CHECK(given.verify(signed_request(), now, find_key));
}

TEST_CASE("requests that a proxy or an HTTP stack changed in allowed ways are still accepted") {
  auto received = signed_request();
  received.headers.set("User-Agent", "another");
  received.headers.add("Via", "1.1 proxy");
  received.headers.set("Content-Type", "  application/x-amz-json-1.0 ");
  CHECK_FALSE(refusal(received));

  // A server sees Host as a header.
  received.headers.add("Host", received.authority);
  received.authority = "10.0.0.1:8080";
  CHECK_FALSE(refusal(received));
}

TEST_CASE("a signed Content-Length is that of the body if the stack has removed the header") {
  auto sent = request();
  sent.headers.add("Content-Length", std::to_string(sent.body.size()));
  auto received = signed_request(key, now, sent);
  CHECK_FALSE(refusal(received));
  received.headers.remove("Content-Length");
  CHECK_FALSE(refusal(received));
  received.headers.add("Content-Length", "1");
  check_refused(received, invalid, "does not match");
}

TEST_CASE("paths, queries and repeated headers verify") {
  auto sent = request();
  sent.target = "/a//b/../c d?z=1&a=%20+&a";
  sent.headers.add("X-Many", "b");
  sent.headers.add("x-many", "a  b");
  CHECK_FALSE(refusal(signed_request(key, now, sent)));
  VerifyOptions raw = options();
  raw.normalize_path = false;
  check_refused(signed_request(key, now, sent), invalid, "does not match", raw);
  CHECK_FALSE(refusal(signed_request(key, now, sent, "us-east-1", "healthlake", {.normalize_path = false}), raw));
}

TEST_CASE("a path that was not encoded again verifies only so") {
  auto sent = request();
  sent.target = "/bucket/a%20b%2B//c";
  VerifyOptions s3 = options();
  s3.normalize_path = s3.encode_path = false;
  auto const signed_so = signed_request(key, now, sent, "us-east-1", "healthlake", sigv4_for_s3);
  CHECK_FALSE(refusal(signed_so, s3));
  check_refused(signed_so, invalid, "does not match");
}

TEST_CASE("every part of the request is covered") {
  auto received = signed_request();
  received.body += ' ';
  check_refused(received, invalid, "does not match");
  received = signed_request();
  received.method = "PUT";
  check_refused(received, invalid, "does not match");
  received = signed_request();
  received.target = "/?a";
  check_refused(received, invalid, "does not match");
  received = signed_request();
  received.authority = "evil.example";
  check_refused(received, invalid, "does not match");
  received = signed_request();
  received.headers.set("X-Amz-Target", "HealthLake.DeleteFHIRDatastore");
  check_refused(received, invalid, "does not match");
  received = signed_request();
  received.headers.add("Content-Type", "text/plain");
  check_refused(received, invalid, "does not match");
  received = signed_request();
  received.headers.set("X-Amz-Date", "20260807T233448Z");
  check_refused(received, invalid, "does not match");
}

TEST_CASE("no Authorization header: MissingAuthenticationTokenException") {
  check_refused(request(), missing, "no Authorization");
  check_refused(with_authorization(""), missing, "no Authorization");
  check_refused(with_authorization(" \t"), missing, "no Authorization");
  auto presigned = request();
  presigned.target = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00";
  check_refused(presigned, missing, "no Authorization");
}

TEST_CASE("an Authorization header that is not a SigV4 signature: IncompleteSignatureException") {
  check_refused(with_authorization("Basic dXNlcjpwYXNz"), incomplete, "algorithm");
  check_refused(with_authorization("AWS4-HMAC-SHA256"), incomplete, "algorithm");
  check_refused(with_authorization("AWS4-HMAC-SHA256 "), incomplete, "algorithm");
  check_refused(with_authorization("AWS4-HMAC-SHA256,Credential=a"), incomplete, "algorithm");
  check_refused(with_replaced("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), incomplete, "algorithm");
  check_refused(with_authorization("AWS4-HMAC-SHA256 x"), incomplete, "key=value");
  check_refused(with_authorization("AWS4-HMAC-SHA256 ,,,"), incomplete, "key=value");
  check_refused(with_authorization("AWS4-HMAC-SHA256 Credential"), incomplete, "key=value");
  check_refused(with_authorization("AWS4-HMAC-SHA256 Credential="), incomplete, "key=value");
  check_refused(with_authorization("AWS4-HMAC-SHA256 Credential=a, Credential=b, SignedHeaders=c, Signature=d"),
                incomplete, "key=value");
  check_refused(with_authorization("AWS4-HMAC-SHA256 SignedHeaders=c, Signature=d"), incomplete,
                "lacks the parameter Credential");
  check_refused(with_authorization("AWS4-HMAC-SHA256 Credential=a, Signature=d"), incomplete,
                "lacks the parameter SignedHeaders");
  check_refused(with_authorization("AWS4-HMAC-SHA256 Credential=a, SignedHeaders=c"), incomplete,
                "lacks the parameter Signature");
  check_refused(with_replaced(", Signature", ", Extra=1, Signature"), incomplete, "key=value");
  check_refused(with_replaced(", Signature", ",, Signature"), incomplete, "key=value");
  for (auto const credential :
       {"AKIDEXAMPLE", "AKIDEXAMPLE/20260807/us-east-1/healthlake",
        "AKIDEXAMPLE/20260807/us-east-1/healthlake/aws5_request", "/20260807/us-east-1/healthlake/aws4_request",
        "AKIDEXAMPLE//us-east-1/healthlake/aws4_request", "x/AKIDEXAMPLE/20260807/us-east-1/healthlake/aws4_request",
        "AKIDEXAMPLE/20260807/us-east-1/healthlake/aws4_request/", "/////"})
    check_refused(with_replaced("AKIDEXAMPLE/20260807/us-east-1/healthlake/aws4_request", credential), incomplete,
                  "Credential must have the form");
}

TEST_CASE("the parameters may be in any order and without spaces") {
  auto const value = authorization_of(signed_request());
  auto const parsed = parse_authorization(value);
  REQUIRE(parsed);
  CHECK(parsed->access_key_id == "AKIDEXAMPLE");
  CHECK(parsed->scope.date == "20260807");
  CHECK(parsed->scope.region == "us-east-1");
  CHECK(parsed->scope.service == "healthlake");
  CHECK(parsed->signed_headers == "content-type;host;x-amz-date;x-amz-target");
  CHECK(parsed->signature.size() == 64);
  CHECK_FALSE(refusal(with_authorization("  AWS4-HMAC-SHA256  Signature=" + std::string{parsed->signature} +
                                         ",SignedHeaders=" + std::string{parsed->signed_headers} + " \t,  Credential=" +
                                         "AKIDEXAMPLE/20260807/us-east-1/healthlake/aws4_request ")));
}

TEST_CASE("headers that must appear once") {
  for (std::string const name : {"Authorization", "X-Amz-Date", "Host", "X-Amz-Security-Token"}) {
    auto received = signed_request();
    received.headers.add(name, "x");
    received.headers.add(name, "x");
    check_refused(received, incomplete, "more than once");
  }
}

TEST_CASE("an unknown access key: UnrecognizedClientException") {
  check_refused(signed_request({"AKIDUNKNOWN", Secret{"s"}, {}}), unrecognized, "is invalid");
}

TEST_CASE("a wrong secret: InvalidSignatureException") {
  check_refused(signed_request({"AKIDEXAMPLE", Secret{"wrong"}, {}}), invalid, "does not match");
}

TEST_CASE("a damaged signature: InvalidSignatureException") {
  auto const value = authorization_of(signed_request());
  auto const at = value.find("Signature=") + 10;
  for (std::size_t const i : {at, at + 31, at + 63}) {
    auto damaged = value;
    damaged[i] = damaged[i] == '0' ? '1' : '0';
    check_refused(with_authorization(damaged), invalid, "does not match");
  }
  auto upper = value;
  for (std::size_t i = at; i < upper.size(); ++i)
    if (upper[i] >= 'a') upper[i] = static_cast<char>(upper[i] - 'a' + 'A');
  check_refused(with_authorization(upper), invalid, "does not match");
  check_refused(with_authorization(value.substr(0, value.size() - 1)), invalid, "does not match");
  check_refused(with_authorization(value + "0"), invalid, "does not match");
}

TEST_CASE("another scope: InvalidSignatureException") {
  check_refused(signed_request(key, now, request(), "us-west-2"), invalid, "scoped to the region 'us-east-1'");
  check_refused(signed_request(key, now, request(), "us-east-1", "iam"), invalid, "scoped to the service 'healthlake'");
  check_refused(with_replaced("/20260807/", "/20260808/"), invalid, "Date in Credential scope does not match");
}

TEST_CASE("the date is required and must be valid") {
  auto received = signed_request();
  received.headers.remove("X-Amz-Date");
  check_refused(received, incomplete, "X-Amz-Date is required");
  for (auto const date : {"", "yesterday", "20260807T233447", "20260230T000000Z", "2026-08-07T23:34:47Z"}) {
    received.headers.set("X-Amz-Date", date);
    check_refused(received, incomplete, "X-Amz-Date is required");
  }
}

TEST_CASE("the date must be inside the window, in both directions") {
  Timestamp const signed_at = Timestamp::from_seconds(1'786'145'687);
  auto const received = signed_request(key, signed_at);
  Milliseconds const window{300'000};
  CHECK_FALSE(refusal(received, options(), signed_at + window));
  CHECK_FALSE(refusal(received, options(), signed_at - window));
  check_refused(received, invalid,
                "Signature expired: 20260807T233447Z is now earlier than 20260807T233448Z (20260807T233948Z - 5 min.)",
                options(), signed_at + window + Milliseconds{1000});
  check_refused(received, invalid, "Signature expired", options(), signed_at + window + Milliseconds{1});
  check_refused(
      received, invalid,
      "Signature not yet current: 20260807T233447Z is still later than 20260807T233446Z (20260807T232946Z + 5 "
      "min.)",
      options(), signed_at - window - Milliseconds{1000});
  VerifyOptions narrow = options();
  narrow.window = {1500};
  CHECK_FALSE(refusal(received, narrow, signed_at + Milliseconds{1500}));
  check_refused(received, invalid, "- 1500 ms)", narrow, signed_at + Milliseconds{1501});
  narrow.window = {6'000'000'000};
  CHECK_FALSE(refusal(received, narrow, signed_at + narrow.window));
  check_refused(received, invalid, "- 100000 min.)", narrow, signed_at + narrow.window + Milliseconds{1});
}

TEST_CASE("SignedHeaders must be a sorted list of lower-case names") {
  constexpr std::string_view names = "content-type;host;x-amz-date;x-amz-target";
  for (auto const wrong :
       {"host;content-type;x-amz-date;x-amz-target", "content-type;host;host;x-amz-date;x-amz-target",
        "Content-Type;host;x-amz-date;x-amz-target", ";content-type;host;x-amz-date;x-amz-target",
        "content-type;host;x-amz-date;x-amz-target;", "content-type;ho st;x-amz-date", ";"})
    check_refused(with_replaced(names, wrong), incomplete, "in lower case, sorted, each once");
  check_refused(with_replaced(names, "content-type;x-amz-date;x-amz-target"), incomplete, "host and x-amz-date");
  check_refused(with_replaced(names, "content-type;host;x-amz-target"), incomplete, "host and x-amz-date");
  check_refused(with_replaced(names, "content-type;host;x-amz-date"), incomplete, "every x-amz-*");
  check_refused(with_replaced(names, "accept;host;x-amz-date;x-amz-target"), invalid,
                "lacks the signed header accept.");
  auto received = signed_request();
  received.authority.clear();
  check_refused(received, invalid, "lacks the signed header host.");
}

TEST_CASE("an x-amz header that was added on the way is rejected") {
  auto received = signed_request();
  received.headers.add("X-Amz-Expires", "3600");
  check_refused(received, incomplete, "every x-amz-*");
  received = signed_request();
  received.headers.add("X-Amzn-Trace-Id", "Root=1");
  received.headers.add("X-Am", "1");
  CHECK_FALSE(refusal(received));
}

TEST_CASE("a session token must be the expected one") {
  CHECK_FALSE(refusal(signed_request(temporary)));
  auto const with_token = [](Credentials const& credentials, Secret token) {
    return signed_request({credentials.access_key_id, credentials.secret_access_key, std::move(token)});
  };
  check_refused(with_token(temporary, Secret{"session//token=!"}), unrecognized, "session token");
  check_refused(with_token(temporary, Secret{}), unrecognized, "session token");
  check_refused(with_token(key, Secret{"session//token=="}), unrecognized, "session token");
  // Without the right secret, nothing is revealed about the token.
  check_refused(signed_request({"ASIAEXAMPLE", Secret{"wrong"}, Secret{"wrong"}}), invalid, "does not match");
  // A token that is not signed could have been replaced.
  check_refused(signed_request(temporary, now, request(), "us-east-1", "healthlake", {.omit_session_token = true}),
                incomplete, "every x-amz-*");
}

TEST_CASE("a content hash must be that of the body") {
  CHECK_FALSE(refusal(signed_request(key, now, request(), "us-east-1", "healthlake", {.sign_body = true})));
  auto sent = request();
  for (auto const hash : {"UNSIGNED-PAYLOAD", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}) {
    sent.headers.set("X-Amz-Content-Sha256", hash);
    check_refused(signed_request(key, now, sent), invalid, "X-Amz-Content-Sha256 does not match");
  }
}

TEST_CASE("sizes are checked before anything is computed") {
  VerifyOptions small = options();
  auto const received = signed_request();
  small.max_fields = received.headers.size();
  small.max_authorization_size = received.headers.find("Authorization")->size();
  small.max_signed_headers = 4;
  small.max_target_size = 1;
  CHECK_FALSE(refusal(received, small));
  VerifyOptions less = small;
  --less.max_fields;
  check_refused(received, incomplete, "header fields", less);
  less = small;
  --less.max_authorization_size;
  check_refused(received, incomplete, "Authorization header is longer", less);
  less = small;
  --less.max_signed_headers;
  check_refused(received, incomplete, "at most 3 headers", less);
  less = small;
  --less.max_target_size;
  check_refused(received, incomplete, "target is longer", less);
}

TEST_CASE("the received bytes are not repeated in a failure") {
  for (auto const& value : {std::string{"AWS4-HMAC-SHA256 \xff\xfe=1"}, std::string{"\xff\xfe"},
                            authorization_of(with_replaced("us-east-1", "\xff\xfe")),
                            authorization_of(with_replaced("content-type", "\xff\xfe"))}) {
    auto const failure = refusal(with_authorization(value));
    REQUIRE(failure);
    CHECK(failure->message.find('\xff') == std::string::npos);
  }
  auto const long_name = refusal(with_replaced("content-type", std::string(1000, 'a')));
  REQUIRE(long_name);
  CHECK(long_name->message == "The request lacks the signed header " + std::string(64, 'a') + ".");
}

TEST_CASE("damage anywhere in the header is rejected, never accepted and never a crash") {
  auto const value = authorization_of(signed_request());
  std::mt19937 random{7};
  SigV4Verifier<Sha256> verifier{options()};
  for (int round = 0; round < 3000; ++round) {
    auto damaged = value;
    auto const at = random() % damaged.size();
    switch (random() % 3) {
      case 0: damaged[at] = static_cast<char>(random()); break;
      case 1: damaged.erase(at, 1 + random() % 20); break;
      default: damaged.insert(at, 1, static_cast<char>(random()));
    }
    auto const who = verifier.verify(with_authorization(damaged), now, find_key);
    // Only spaces around the parameters are ignored.
    std::string bare = damaged;
    std::erase_if(bare, [](char c) { return c == ' ' || c == '\t'; });
    std::string expected = value;
    std::erase_if(expected, [](char c) { return c == ' '; });
    if (bare != expected) CHECK_FALSE(who);
  }
}

namespace {
struct FailsAt {
  void reset() { hash.reset(); }
  void update(Bytes bytes) { hash.update(bytes); }
  bool finish(Digest& digest) { return hash.finish(digest) && ++count != number; }
  int number = 0;
  int count = 0;
  Sha256 hash{};
};
}  // namespace

TEST_CASE("an engine that fails is a server error") {
  auto const received = signed_request();
  for (int number = 1; number <= 12; ++number) {
    CAPTURE(number);
    SigV4Verifier<FailsAt> verifier{FailsAt{number}, options()};
    auto const who = verifier.verify(received, now, find_key);
    REQUIRE_FALSE(who);
    CHECK(who.error() == VerifyFailure{"InternalServerException", "The signature could not be verified.", 500});
    CHECK(verifier.verify(received, now, find_key));
  }
}
