#include "healthlake/protocol/content_coding.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "healthlake/protocol/aws_json.hpp"

using namespace healthlake;

namespace {

// A substitute for gzip: a mark and the text reversed.
bool pack(std::string_view body, std::string& out) {
  out = "gz" + std::string{body.rbegin(), body.rend()};
  return true;
}
bool fail(std::string_view, std::string& out) {
  out = "half of it";
  return false;
}
Gunzip unpack(std::string_view body, std::size_t max_bytes, std::string& out) {
  if (!body.starts_with("gz")) return Gunzip::corrupt;
  if (body.size() - 2 > max_bytes) return Gunzip::too_large;
  out.assign(body.rbegin(), body.rend() - 2);
  return Gunzip::done;
}
// A decompressor that ignores the limit.
Gunzip boundless(std::string_view, std::size_t max_bytes, std::string& out) {
  out.assign(max_bytes + 1, ' ');
  return Gunzip::done;
}

struct Text {
  std::optional<std::string> text{};
  static consteval auto shape() { return structure("Text", field<&Text::text>("Text")); }
  friend bool operator==(Text const&, Text const&) = default;
};
struct Plain {
  static constexpr std::string_view name = "Plain";
  using Input = Text;
  using Output = Text;
  using Errors = healthlake::Errors<>;
};
struct Packed : Plain {
  static constexpr OperationTraits traits{.gzip = true};
};

Endpoint const endpoint{.authority = "example.com"};
constexpr RequestCompression at_once{.gzip = &pack, .min_bytes = 0};

HttpRequest request_of(std::string body, Headers headers) {
  HttpRequest request{.headers = std::move(headers), .body = std::move(body)};
  request.headers.add("X-Amz-Target", "HealthLake.Plain");
  return request;
}

template <class Op = Packed>
std::string malformed(HttpRequest const& request, RequestDecompression decompression = {.gunzip = &unpack},
                      DecodeOptions const& options = {}) {
  auto const input = read_request<Op>(request, options, decompression);
  REQUIRE_FALSE(input.has_value());
  return input.error().message;
}

}  // namespace

TEST_CASE("a request is compressed if the operation, the caller and the size say so") {
  Text const input{.text = "abc"};
  auto const packed = write_request<Packed>(input, endpoint, {}, at_once);
  REQUIRE(packed.has_value());
  CHECK(packed->body == R"(gz}"cba":"txeT"{)");
  CHECK(*packed->headers.find("Content-Encoding") == "gzip");
  CHECK(packed->headers.count("Content-Encoding") == 1);
  CHECK(*packed->headers.find("Content-Type") == "application/x-amz-json-1.0");

  auto const plain = write_request<Packed>(input, endpoint);
  REQUIRE(plain.has_value());
  CHECK(plain->body == R"({"Text":"abc"})");
  CHECK_FALSE(plain->headers.find("Content-Encoding").has_value());
  CHECK(*write_request<Plain>(input, endpoint, {}, at_once) == *plain);
  CHECK(*write_request<Packed>(input, endpoint, {}, {.gzip = &pack}) == *plain);
  CHECK(*write_request<Packed>(input, endpoint, {}, {.gzip = nullptr, .min_bytes = 0}) == *plain);
  // A compressor that fails leaves the request unchanged.
  CHECK(*write_request<Packed>(input, endpoint, {}, {.gzip = &fail, .min_bytes = 0}) == *plain);
  CHECK_FALSE(write_request<Packed>({.text = "\xFF"}, endpoint, {}, at_once).has_value());
}

TEST_CASE("the smallest body that is compressed has 10,240 bytes") {
  HttpRequest request{.body = std::string(10'239, 'x')};
  detail::compress_request(request, {.gzip = &pack});
  CHECK(request.headers.empty());
  request.body += 'x';
  detail::compress_request(request, {.gzip = &pack});
  CHECK(request.body.size() == 10'242);
  CHECK(request.headers == Headers{{"Content-Encoding", "gzip"}});
}

TEST_CASE("gzip is appended to the codings that are already there") {
  HttpRequest request{.headers = {{"content-encoding", "custom"}, {"A", "b"}, {"Content-Encoding", "br"}}, .body = "x"};
  detail::compress_request(request, at_once);
  CHECK(request.headers == Headers{{"A", "b"}, {"Content-Encoding", "custom, br, gzip"}});
}

TEST_CASE("a server reads what a client compressed") {
  auto const request = write_request<Packed>({.text = "abc"}, endpoint, {}, at_once);
  auto const input = read_request<Packed>(*request, {}, {.gunzip = &unpack});
  REQUIRE(input.has_value());
  CHECK(input->value == Text{.text = "abc"});
  for (char const* coding : {"gzip", "GZIP", " gzip\t", "x-gzip", "identity, gzip", "gzip,", ",gzip"}) {
    CAPTURE(coding);
    auto const spelled = read_request<Packed>(request_of("gz}{", {{"content-ENCODING", coding}}), {}, {&unpack});
    CHECK(spelled.has_value());
  }
  // An empty body is an input without members, compressed or not.
  CHECK(read_request<Packed>(request_of("gz", {{"Content-Encoding", "gzip"}}), {}, {&unpack}).has_value());
}

TEST_CASE("a body without coding is read as it is") {
  for (char const* coding : {"", "identity", "Identity , identity"}) {
    CAPTURE(coding);
    CHECK(read_request<Packed>(request_of("{}", {{"Content-Encoding", coding}}), {}, {&unpack}).has_value());
    CHECK(read_request<Plain>(request_of("{}", {{"Content-Encoding", coding}})).has_value());
  }
}

TEST_CASE("an unsupported coding is rejected, never ignored") {
  constexpr char const* unsupported = "the content coding of the request is not supported";
  for (char const* coding : {"br", "deflate", "gzip, gzip", "custom, gzip", "gzip, br", "gzipped", "gzip;q=1", "*"}) {
    CAPTURE(coding);
    CHECK(malformed(request_of("{}", {{"Content-Encoding", coding}})) == unsupported);
  }
  CHECK(malformed(request_of("gz}{", {{"Content-Encoding", "gzip"}, {"Content-Encoding", "gzip"}})) == unsupported);
  HttpRequest const gzip = request_of("gz}{", {{"Content-Encoding", "gzip"}});
  CHECK(malformed<Plain>(gzip) == unsupported);
  CHECK(malformed(gzip, {}) == unsupported);
}

TEST_CASE("invalid gzip data, or too much of it, is rejected") {
  CHECK(malformed(request_of("{}", {{"Content-Encoding", "gzip"}})) == "the body is not valid gzip data");
  CHECK(malformed(request_of("", {{"Content-Encoding", "gzip"}})) == "the body is not valid gzip data");
  HttpRequest const four = request_of("gz}  {", {{"Content-Encoding", "gzip"}});
  CHECK(read_request<Packed>(four, {.max_bytes = 4}, {&unpack}).has_value());
  constexpr char const* too_large = "the decompressed body exceeds the limit of 3 bytes";
  CHECK(malformed(four, {&unpack}, {.max_bytes = 3}) == too_large);
  CHECK(malformed(four, {&boundless}, {.max_bytes = 3}) == too_large);
  // The decompressed body is checked as usual.
  CHECK(malformed(request_of("gz]", {{"Content-Encoding", "gzip"}})).find("gzip") == std::string::npos);
}

TEST_CASE("the fault of a coding that is not supported does not depend on what stood there before") {
  HttpRequest const request = request_of("gz}{", {{"Content-Encoding", "br"}});
  std::string storage;
  std::string_view body;
  detail::BodyFault fault = detail::BodyFault::corrupt;
  CHECK_FALSE(detail::plain_body(request, true, {&unpack}, 100, storage, body, fault));
  CHECK(fault == detail::BodyFault::unsupported_coding);
}
