#include "healthlake/sign/canonical.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "healthlake/sign/sha256.hpp"

using namespace healthlake;

namespace {
template <class Write>
std::string text_of(Write&& write) {
  std::string out;
  TextSink sink{out};
  write(sink);
  sink.flush();
  return out;
}
std::string path(std::string_view raw, bool normalize = true) {
  return text_of([&](auto& sink) { write_canonical_path(sink, raw, normalize); });
}
std::string query(std::string_view raw) {
  return text_of([&](auto& sink) { write_canonical_query(sink, raw); });
}
std::string value(std::string_view raw) {
  return text_of([&](auto& sink) { write_canonical_value(sink, raw); });
}
}  // namespace

TEST_CASE("a path is normalized, then encoded once more") {
  CHECK(path("") == "/");
  CHECK(path("/") == "/");
  CHECK(path("//") == "/");
  CHECK(path("/example/..") == "/");
  CHECK(path("/..") == "/");
  CHECK(path("/../..//../a") == "/a");
  CHECK(path("/a/b/../c") == "/a/c");
  CHECK(path("/./example") == "/example");
  CHECK(path("//example//") == "/example/");
  CHECK(path("/a/b/.") == "/a/b/");
  CHECK(path("/a/b/..") == "/a/");
  CHECK(path("/.../..a/b..") == "/.../..a/b..");
  CHECK(path("/a b/%20/\xe1\x88\xb4") == "/a%20b/%2520/%E1%88%B4");
  CHECK(path("/-._~09AZaz") == "/-._~09AZaz");
  CHECK(path("/$&+,:;=@[]*'") == "/%24%26%2B%2C%3A%3B%3D%40%5B%5D%2A%27");
  CHECK(path("no/slash") == "/no/slash");
  CHECK(path("*") == "/%2A");
}

TEST_CASE("a path that is not to be normalized is only encoded") {
  CHECK(path("", false) == "/");
  CHECK(path("x", false) == "/x");
  CHECK(path("//example//", false) == "//example//");
  CHECK(path("/a/./../b c", false) == "/a/./../b%20c");
}

TEST_CASE("a query is decoded, encoded again and sorted") {
  CHECK(query("").empty());
  CHECK(query("b=2&a=1") == "a=1&b=2");
  CHECK(query("a=2&a=1&a=10") == "a=1&a=10&a=2");
  CHECK(query("Param2=v&Param1=v&param0=v") == "Param1=v&Param2=v&param0=v");
  CHECK(query("a&b=") == "a=&b=");
  CHECK(query("&&a=1&&") == "a=1");
  CHECK(query("=x") == "=x");
  CHECK(query("a=b=c") == "a=b%3Dc");
  CHECK(query("a=%20%2f%2F~") == "a=%20%2F%2F~");
  CHECK(query("a=+ b/-") == "a=%2B%20b%2F-");
  CHECK(query("\xe1\x88\xb4=bar") == "%E1%88%B4=bar");
  // Sorted as encoded: `%` comes before every letter.
  CHECK(query("a=1&\xc3\xa9=1") == "%C3%A9=1&a=1");
  // What is no escape stands for itself.
  CHECK(query("a=%&b=%4&c=%4g&d=%g4&e=100%") == "a=%25&b=%254&c=%254g&d=%25g4&e=100%25");
}

TEST_CASE("blanks of a value are trimmed and folded") {
  CHECK(value("").empty());
  CHECK(value(" \t ").empty());
  CHECK(value("a") == "a");
  CHECK(value("  a  b\t\tc ") == "a b c");
  CHECK(value("\"a   b\"") == "\"a b\"");
  CHECK(value("value1\r\n  value2\n value3") == "value1 value2 value3");
}

TEST_CASE("fields are sorted by name, values of one name keep their order") {
  std::vector<SignedField> fields{{"x-b", "4", 0},         {"my-header1", "v4 ", 1}, {"x-b-c", "3", 2},
                                  {"my-header1", "v1", 3}, {"host", "h", 4},         {"my-header1", "v3", 5},
                                  {"x_b", "_", 6}};
  sort_signed_fields(fields);
  CHECK(text_of([&](auto& sink) { write_signed_headers(sink, fields); }) == "host;my-header1;x-b;x-b-c;x_b");
  CHECK(text_of([&](auto& sink) { write_canonical_headers(sink, fields); }) ==
        "host:h\nmy-header1:v4,v1,v3\nx-b:4\nx-b-c:3\nx_b:_\n");
  CHECK(text_of([&](auto& sink) { write_canonical_headers(sink, std::vector<SignedField>{}); }).empty());
}

TEST_CASE("headers that others may change are not signed") {
  for (auto const name :
       {"Authorization", "connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection",
        "TE", "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent", "Expect", "X-Amzn-Trace-Id"}) {
    CAPTURE(name);
    CHECK_FALSE(is_signable(name));
  }
  for (auto const name : {"Host", "Content-Type", "X-Amz-Target", "x-amz-user-agent", "amz-sdk-request", "user-agen"}) {
    CAPTURE(name);
    CHECK(is_signable(name));
  }
}

TEST_CASE("a canonical request lists its parts one below the other") {
  std::vector<SignedField> const fields{{"host", "h", 0}, {"x-amz-date", "d", 1}};
  CanonicalRequest const request{.method = "POST",
                                 .target = "/a/?b=2&a",
                                 .normalize_path = true,
                                 .fields = fields,
                                 .signed_headers = "host;x-amz-date",
                                 .payload_hash = "00ff"};
  CHECK(canonical_request(request) == "POST\n/a/\na=&b=2\nhost:h\nx-amz-date:d\n\nhost;x-amz-date\n00ff");
  CHECK(canonical_request({.method = "GET", .target = "/?"}) == "GET\n/\n\n\n\n");
}

TEST_CASE("a string to sign holds algorithm, time, scope and hash") {
  Digest hash{};
  hash[0] = 0xab;
  CHECK(string_to_sign("20260807T233447Z", {"20260807", "us-east-1", "healthlake"}, hash) ==
        "AWS4-HMAC-SHA256\n20260807T233447Z\n20260807/us-east-1/healthlake/aws4_request\nab" + std::string(62, '0'));
}

TEST_CASE("what is hashed is what is shown, whatever its length") {
  for (std::size_t const size : {0U, 1U, 200U, 255U, 256U, 257U, 511U, 512U, 1000U, 5000U}) {
    CAPTURE(size);
    std::string const long_value(size, 'v');
    std::vector<SignedField> const fields{{"host", long_value, 0}};
    CanonicalRequest const request{.method = "POST", .target = "/", .fields = fields, .payload_hash = "0"};
    Sha256 shown;
    Sha256 streamed;
    Digest a;
    Digest b;
    REQUIRE(hash_of(shown, as_bytes(canonical_request(request)), a));
    HashSink<Sha256> sink{streamed};
    write_canonical_request(sink, request);
    sink.flush();
    REQUIRE(streamed.finish(b));
    CHECK(a == b);
  }
}
