#include "healthlake/sign/sigv4.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "healthlake/sign/sha256.hpp"

using namespace healthlake;

namespace {
static_assert(Signer<SigV4<Sha256>>);
static_assert(!Signer<Sha256>);

constexpr std::string_view empty_hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

Credentials example() { return {"AKIDEXAMPLE", Secret{"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}, {}}; }

SigningContext at(std::string_view service, std::string_view region = "us-east-1") {
  return {.region = region, .service = service, .time = *from_amz_date("20150830T123600Z")};
}

HttpRequest get(std::string authority, std::string target) {
  HttpRequest request;
  request.method = "GET";
  request.authority = std::move(authority);
  request.target = std::move(target);
  return request;
}

SetupError failure(Result<Headers> const& signed_headers) {
  REQUIRE_FALSE(signed_headers);
  auto const* setup = signed_headers.error().as<SetupError>();
  REQUIRE(setup != nullptr);
  CHECK(setup->message.find("wJalr") == std::string::npos);
  return *setup;
}

// Fails at the finish with this number.
struct FailsAt {
  void reset() { hash.reset(); }
  void update(Bytes bytes) { hash.update(bytes); }
  bool finish(Digest& digest) { return hash.finish(digest) && ++count != number; }
  int number = 0;
  int count = 0;
  Sha256 hash{};
};
}  // namespace

TEST_CASE("published example: IAM ListUsers, every stage") {
  SigV4<Sha256> signer;
  auto request = get("iam.amazonaws.com", "/?Action=ListUsers&Version=2010-05-08");
  request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  auto const canonical = signer.canonical_request(request, example(), at("iam"));
  REQUIRE(canonical);
  CHECK(*canonical ==
        "GET\n/\nAction=ListUsers&Version=2010-05-08\n"
        "content-type:application/x-www-form-urlencoded; charset=utf-8\nhost:iam.amazonaws.com\n"
        "x-amz-date:20150830T123600Z\n\ncontent-type;host;x-amz-date\n" +
            std::string{empty_hash});
  auto const text = signer.string_to_sign(request, example(), at("iam"));
  REQUIRE(text);
  CHECK(*text ==
        "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n"
        "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
  auto const signature = signer.signature(request, example(), at("iam"));
  REQUIRE(signature);
  CHECK(*signature == "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
  auto const headers = signer.sign(request, example(), at("iam"));
  REQUIRE(headers);
  CHECK(*headers == Headers{{"X-Amz-Date", "20150830T123600Z"},
                            {"Authorization",
                             "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
                             "SignedHeaders=content-type;host;x-amz-date, Signature=" +
                                 *signature}});
}

TEST_CASE("published example: the plain GET of the signing test suite, with host from the authority or a header") {
  constexpr std::string_view expected = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
  SigV4<Sha256> signer;
  auto const from_authority = signer.signature(get("example.amazonaws.com", "/"), example(), at("service"));
  REQUIRE(from_authority);
  CHECK(*from_authority == expected);
  auto request = get("proxy.internal:3128", "/");
  request.headers.add("Host", "example.amazonaws.com");
  auto const from_header = signer.signature(request, example(), at("service"));
  REQUIRE(from_header);
  CHECK(*from_header == expected);
}

TEST_CASE("temporary credentials: the token is added, and signed unless it is omitted") {
  auto credentials = example();
  credentials.session_token = Secret{"6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"};
  auto const request = get("example.amazonaws.com", "/");
  SigV4<Sha256> signer;
  auto const with = signer.sign(request, credentials, at("service"));
  REQUIRE(with);
  REQUIRE(with->size() == 3);
  CHECK(with->find("X-Amz-Security-Token") == credentials.session_token.reveal());
  CHECK(with->find("Authorization")
            ->find("SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=07ec1639c89043aa0e3e2de82b"
                   "96708f198cceab042d4a97044c66dd9f74e7f8") != std::string::npos);

  SigV4<Sha256> omitting{SigV4Options{.omit_session_token = true}};
  auto const without = omitting.sign(request, credentials, at("service"));
  REQUIRE(without);
  REQUIRE(without->size() == 3);
  CHECK(without->count("X-Amz-Security-Token") == 1);
  CHECK(without->find("Authorization")->find("SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73e") !=
        std::string::npos);
}

TEST_CASE("the body is covered, and its hash is added if requested") {
  auto request = get("h", "/");
  request.body = "{}";
  constexpr std::string_view hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
  SigV4<Sha256> plain;
  auto const canonical = plain.canonical_request(request, example(), at("service"));
  REQUIRE(canonical);
  CHECK(canonical->ends_with(hash));
  CHECK(canonical->find("x-amz-content-sha256") == std::string::npos);

  SigV4<Sha256> signing_body{Sha256{}, SigV4Options{.sign_body = true}};
  auto const headers = signing_body.sign(request, example(), at("service"));
  REQUIRE(headers);
  REQUIRE(headers->size() == 3);
  CHECK(headers->find("X-Amz-Content-Sha256") == hash);
  CHECK(headers->find("Authorization")->find("SignedHeaders=host;x-amz-content-sha256;x-amz-date") !=
        std::string::npos);
}

TEST_CASE("signing a signed request again has the same result as signing the original") {
  auto credentials = example();
  credentials.session_token = Secret{"token-2"};
  auto const bare = get("h", "/");
  auto signed_before = bare;
  signed_before.headers = {{"x-amz-date", "20150829T000000Z"},
                           {"x-amz-security-token", "token-1"},
                           {"X-Amz-Content-SHA256", "old"},
                           {"authorization", "old"}};
  SigV4<Sha256> signer{SigV4Options{.sign_body = true}};
  auto const first = signer.sign(bare, credentials, at("service"));
  auto const second = signer.sign(signed_before, credentials, at("service"));
  REQUIRE(first);
  REQUIRE(second);
  CHECK(*first == *second);
}

TEST_CASE("headers that signing does not replace are signed as they are") {
  auto request = get("h", "/");
  request.headers = {{"X-Amz-Security-Token", "mine"}, {"X-Amz-Content-Sha256", "UNSIGNED"}, {"User-Agent", "u"}};
  SigV4<Sha256> signer;
  auto const canonical = signer.canonical_request(request, example(), at("service"));
  REQUIRE(canonical);
  CHECK(canonical->find("host:h\nx-amz-content-sha256:UNSIGNED\nx-amz-date:20150830T123600Z\n"
                        "x-amz-security-token:mine\n\n") != std::string::npos);
}

TEST_CASE("the path is normalized unless that is turned off") {
  auto const request = get("h", "/a/../b");
  SigV4<Sha256> normal;
  SigV4<Sha256> raw{SigV4Options{.normalize_path = false}};
  CHECK(normal.canonical_request(request, example(), at("s"))->starts_with("GET\n/b\n"));
  CHECK(raw.canonical_request(request, example(), at("s"))->starts_with("GET\n/a/../b\n"));
}

// AWS, "Signature calculation examples" (Amazon S3 API reference): GET Object with a Range, GET Bucket Lifecycle, and
// GET Bucket (List Objects).
TEST_CASE("the published examples of signatures for S3") {
  Credentials const key{.access_key_id = "AKIAIOSFODNN7EXAMPLE",
                        .secret_access_key = Secret{"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}};
  SigningContext const context{.region = "us-east-1", .service = "s3", .time = *from_amz_date("20130524T000000Z")};
  SigV4<Sha256> signer{sigv4_for_s3};
  auto const signature = [&](HttpRequest const& request) { return *signer.signature(request, key, context); };
  auto request = get("examplebucket.s3.amazonaws.com", "/test.txt");
  request.headers = {{"Range", "bytes=0-9"}};
  CHECK(signature(request) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  CHECK(signature(get("examplebucket.s3.amazonaws.com", "/?lifecycle")) ==
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  CHECK(signature(get("examplebucket.s3.amazonaws.com", "/?max-keys=2&prefix=J")) ==
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_CASE("for S3, a path is signed as it is sent") {
  SigV4<Sha256> signer{sigv4_for_s3};
  auto const canonical = signer.canonical_request(get("h", "/b/a%20b%2B//../%C3%A9"), example(), at("s3"));
  REQUIRE(canonical);
  CHECK(canonical->starts_with("GET\n/b/a%20b%2B//../%C3%A9\n"));
  CHECK(canonical->find("\nx-amz-content-sha256:e3b0c442") != std::string::npos);
}

TEST_CASE("one signer signs for different days, regions and keys") {
  SigV4<Sha256> kept;
  auto const request = get("h", "/");
  Credentials const keys[] = {example(), {"OTHER", Secret{"other"}, {}}};
  for (auto const date : {"20150830T123600Z", "20150830T235959Z", "20150831T000000Z", "20150830T000000Z"}) {
    for (auto const region : {"us-east-1", "eu-west-2"}) {
      for (auto const& key : keys) {
        SigningContext const context{.region = region, .time = *from_amz_date(date)};
        SigV4<Sha256> fresh;
        auto const expected = fresh.sign(request, key, context);
        REQUIRE(expected);
        for (int again = 0; again < 2; ++again) CHECK(*kept.sign(request, key, context) == *expected);
      }
    }
  }
}

TEST_CASE("a header value with a line break or NUL is rejected by name, even in a header that is not signed") {
  SigV4<Sha256> signer;
  for (auto const& value :
       {std::string{"a\r\nX-Evil: 1"}, std::string{"a\n b"}, std::string{"\r"}, std::string("a\0b", 3)}) {
    for (std::string const name : {"X-Note", "User-Agent"}) {
      auto request = get("h", "/");
      request.headers.add(name, value);
      auto const error = failure(signer.sign(request, example(), at("s")));
      CHECK(error.phase == SetupPhase::signing);
      CHECK(error.message.find(name) != std::string::npos);
      CHECK(error.message.find("Evil") == std::string::npos);
    }
  }
}

TEST_CASE("a request that cannot be signed is rejected at every stage") {
  struct Case {
    HttpRequest request;
    std::string_view what;
  };
  auto with = [](Headers headers) {
    auto request = get("h", "/");
    request.headers = std::move(headers);
    return request;
  };
  auto method = get("h", "/");
  method.method = "GET /evil";
  auto no_method = get("h", "/");
  no_method.method.clear();
  std::vector<Case> const cases = {{with({{"X Note", "1"}}), "header name `X Note`"},
                                   {with({{"", "1"}}), "header name ``"},
                                   {with({{"X:\r\n\xff", "1"}}), "header name `X:\\x0d\\x0a\\xff`"},
                                   {with({{std::string(70, 'x') + ":", "1"}}), "xxxx...` is not a token"},
                                   {with({{"Host", "a"}, {"host", "b"}}), "Host appears more than once"},
                                   {method, "method `GET /evil`"},
                                   {no_method, "method ``"},
                                   {get("h", "/\r\nX: y"), "target"},
                                   {get("", "/"), "authority"},
                                   {get("h\r\nX: y", "/"), "authority"}};
  SigV4<Sha256> signer;
  for (auto const& test : cases) {
    auto const& request = test.request;
    std::string_view const what = test.what;
    CAPTURE(what);
    auto const error = failure(signer.sign(request, example(), at("s")));
    CHECK(error.phase == SetupPhase::signing);
    CHECK(error.message.find(what) != std::string::npos);
    CHECK_FALSE(signer.authorization(request, example(), at("s")));
    CHECK_FALSE(signer.canonical_request(request, example(), at("s")));
    CHECK_FALSE(signer.string_to_sign(request, example(), at("s")));
    CHECK_FALSE(signer.signature(request, example(), at("s")));
  }
}

TEST_CASE("a context that is not valid in a signature is rejected") {
  SigV4<Sha256> signer;
  auto const request = get("h", "/");
  auto context = at("s");
  for (std::string_view const wrong : {"", "a/b", "a,b", "a b", "a\nb", "\xc3\xa9"}) {
    CAPTURE(wrong);
    context = at("s", wrong);
    SetupError const region = failure(signer.sign(request, example(), context));
    CHECK(region.phase == SetupPhase::signing);
    CHECK(region.message.find("region") != std::string::npos);
    context = at(wrong);
    SetupError const service = failure(signer.sign(request, example(), context));
    CHECK(service.phase == SetupPhase::signing);
    CHECK(service.message.find("service") != std::string::npos);
  }
  constexpr std::string_view rest = "` is not valid in a signature; expected visible ASCII without slashes or commas";
  CHECK(failure(signer.sign(request, example(), at("s", "a/b"))).message == "the region `a/b" + std::string{rest});
  CHECK(failure(signer.sign(request, example(), at("a/b"))).message == "the service `a/b" + std::string{rest});
  for (auto const time : {Timestamp::min_milliseconds - 1, Timestamp::max_milliseconds + 1}) {
    context = at("s");
    context.time = {time};
    CHECK(failure(signer.sign(request, example(), context)).message.find("time") != std::string::npos);
  }
  context.time = {Timestamp::min_milliseconds};
  auto const earliest = signer.sign(request, example(), context);
  REQUIRE(earliest);
  CHECK(earliest->find("X-Amz-Date") == "00010101T000000Z");
  context.time = {Timestamp::max_milliseconds};
  auto const latest = signer.sign(request, example(), context);
  REQUIRE(latest);
  CHECK(latest->find("X-Amz-Date") == "99991231T235959Z");
}

TEST_CASE("invalid credentials are rejected without showing a secret") {
  struct Case {
    Credentials credentials;
    std::string_view what;
  };
  Case const cases[] = {{{"", Secret{"wJalr"}, {}}, "access key id is empty"},
                        {{"A/B", Secret{"wJalr"}, {}}, "slash"},
                        {{"A,B", Secret{"wJalr"}, {}}, "comma"},
                        {{"A\r\nB", Secret{"wJalr"}, {}}, "visible ASCII"},
                        {{"AKID", Secret{}, {}}, "secret access key of AKID is empty"},
                        {{"AKID", Secret{"wJalr"}, Secret{"wJalr\n"}}, "session token of AKID"}};
  SigV4<Sha256> signer;
  for (auto const& [credentials, what] : cases) {
    auto const error = failure(signer.sign(get("h", "/"), credentials, at("s")));
    CHECK(error.phase == SetupPhase::credentials);
    CHECK(error.message.find(what) != std::string::npos);
  }
}

TEST_CASE("an engine that fails at any of its hashes is a signing error, after which the signer works again") {
  auto const request = get("h", "/");
  // Body, canonical request, eight for the key, two for the signature.
  constexpr int hashes = 12;
  auto const expected = SigV4<Sha256>{}.sign(request, example(), at("s"));
  REQUIRE(expected);
  for (int number = 1; number <= hashes; ++number) {
    CAPTURE(number);
    SigV4<FailsAt> signer{FailsAt{number}};
    auto const error = failure(signer.sign(request, example(), at("s")));
    CHECK(error.phase == SetupPhase::signing);
    CHECK(error.message.find("engine") != std::string::npos);
    auto const again = signer.sign(request, example(), at("s"));
    REQUIRE(again);
    CHECK(*again == *expected);
  }
  SigV4<FailsAt> enough{FailsAt{hashes + 1}};
  CHECK(enough.sign(request, example(), at("s")));
  for (int number = 1; number <= 2; ++number) {
    SigV4<FailsAt> signer{FailsAt{number}};
    CHECK_FALSE(signer.string_to_sign(request, example(), at("s")));
  }
  CHECK_FALSE(SigV4<FailsAt>{FailsAt{1}}.canonical_request(request, example(), at("s")));
  CHECK_FALSE(SigV4<FailsAt>{FailsAt{1}}.signature(request, example(), at("s")));
}

namespace {
// Counts its messages. The state with which one begins is lost if the engine fails while a key is hashed into it.
struct Resumable {
  static constexpr bool resumable = true;
  void reset() {
    hash.reset();
    good = true;
  }
  void update(Bytes bytes) {
    hash.update(bytes);
    if (++*updates == *fail_at) good = false;
  }
  bool finish(Digest& digest) {
    ++*messages;
    return hash.finish(digest) && good;
  }
  int* messages;
  int* updates;
  int* fail_at;
  bool good = true;
  Sha256 hash{};
};
static_assert(ResumableHash<Resumable>);
}  // namespace

TEST_CASE("the key of a day is derived once, and anew if the engine failed meanwhile") {
  int messages = 0;
  int updates = 0;
  int fail_at = -1;
  SigV4<Resumable> signer{Resumable{&messages, &updates, &fail_at}};
  auto const request = get("h", "/");
  auto const expected = SigV4<Sha256>{}.sign(request, example(), at("s"));
  REQUIRE(signer.sign(request, example(), at("s")));
  CHECK(messages == 12);
  // The body, the canonical request, and the two of an HMAC.
  REQUIRE(signer.sign(request, example(), at("s")));
  CHECK(messages == 16);
  REQUIRE(signer.sign(request, example(), at("s", "eu-west-2")));
  CHECK(messages == 28);
  REQUIRE(signer.sign(request, example(), at("s")));
  CHECK(messages == 40);
  int const each = updates;
  fail_at = each + 1;
  CHECK_FALSE(signer.sign(request, example(), at("s", "eu-west-2")));
  // Whichever update fails, the next signature is right.
  for (int number = 1; number < 60; ++number) {
    CAPTURE(number);
    updates = 0;
    fail_at = number;
    SigV4<Resumable> failing{Resumable{&messages, &updates, &fail_at}};
    auto const first = failing.sign(request, example(), at("s"));
    CHECK(first.has_value() == (updates < number));
    fail_at = -1;
    auto const again = failing.sign(request, example(), at("s"));
    REQUIRE(again);
    CHECK(*again == *expected);
  }
}

TEST_CASE("with temporary credentials, the headers of the request are signed as well") {
  auto credentials = example();
  credentials.session_token = Secret{"token"};
  auto request = get("h", "/");
  request.headers = {{"Content-Type", "text/plain"}, {"X-Note", "1"}};
  SigV4<Sha256> signer{SigV4Options{.sign_body = true}};
  auto const canonical = signer.canonical_request(request, credentials, at("s"));
  REQUIRE(canonical);
  CHECK(canonical->find("content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-note") !=
        std::string::npos);
}

TEST_CASE("the signer that does nothing adds nothing") {
  NoSigner signer;
  Headers none;
  auto const added = signer.add_to(none, {}, {}, {});
  REQUIRE(added);
  CHECK(*added);
  CHECK(none.empty());
  auto const headers = signer.sign({}, {}, {});
  REQUIRE(headers);
  CHECK(headers->empty());
}
