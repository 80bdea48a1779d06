// The library's results for generated requests and values, one JSON object per line, which compare.py compares with
// botocore's; and signatures of libcurl, which the verifier has to accept.
//
//   peer requests COUNT SEED   requests, with the context and the headers that signing added
//   peer values COUNT SEED     values of all inputs, valid and with one rule broken, with what `violations` reports
//   peer curl COUNT SEED       no output for another program: fails unless each signature is as expected (curl.hpp)
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/validate.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/json/writer.hpp"
#include "healthlake/model/all.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/rest/export.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"
#include "healthlake/testing/arbitrary.hpp"
#include "healthlake/testing/byte_source.hpp"
#include "healthlake/text/base64.hpp"
#if defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/testing/src.hpp"
#endif
#include "tests/differential/curl.hpp"

namespace {

using namespace healthlake;

template <std::size_t N>
std::string_view one_of(ByteSource& source, char const* const (&all)[N]) {
  return all[source.below(N)];
}

// A JSON object, member by member.
class Line {
 public:
  Line& add(std::string_view name, std::string_view value) {
    text_ += text_.empty() ? '{' : ',';
    quote(name);
    text_ += ':';
    quote(value);
    return *this;
  }
  Line& add_json(std::string_view name, std::string_view json) {
    text_ += text_.empty() ? '{' : ',';
    quote(name);
    text_ += ':';
    text_ += json;
    return *this;
  }
  Line& add_base64(std::string_view name, std::string_view bytes) {
    std::string encoded;
    append_base64(encoded, bytes);
    return add(name, encoded);
  }
  Line& add(std::string_view name, Headers const& headers) {
    std::string json = "[";
    for (auto const& field : headers) {
      if (json.size() > 1) json += ',';
      std::string_view const both[] = {field.name, field.value};
      std::string encoded[2];
      append_base64(encoded[0], both[0]);
      append_base64(encoded[1], both[1]);
      json += "[\"" + encoded[0] + "\",\"" + encoded[1] + "\"]";
    }
    return add_json(name, json + "]");
  }
  void print() const { std::printf("%s}\n", text_.c_str()); }

 private:
  // Names and values here are printable ASCII.
  void quote(std::string_view text) {
    text_ += '"';
    for (char const c : text) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  std::string text_;
};

constexpr char const* const authorities[] = {"healthlake.us-east-1.amazonaws.com", "127.0.0.1:8080", "localhost",
                                             "vpce-0123.healthlake.eu-west-2.vpce.amazonaws.com:8443", "h"};
constexpr char const* const regions[] = {"us-east-1",     "eu-west-2",  "ap-southeast-2",
                                         "us-gov-west-1", "cn-north-1", "x"};
constexpr char const* const services[] = {"healthlake", "healthlake", "healthlake", "sts", "execute-api"};

using Writer = std::optional<HttpRequest> (*)(ByteSource&, Endpoint const&);

template <class Op>
std::optional<HttpRequest> arbitrary_request(ByteSource& source, Endpoint const& endpoint) {
  auto const input = arbitrary<typename Op::Input>(source, {.unknown_union_members = false});
  auto request = write_request<Op>(input, endpoint);
  if (!request) return std::nullopt;
  return *std::move(request);
}

std::vector<Writer> writers() {
  std::vector<Writer> all{&arbitrary_request<rest::StartExport>, &arbitrary_request<rest::StartExport>,
                          &arbitrary_request<rest::DescribeExport>, &arbitrary_request<rest::CancelExport>};
  AllOperations::for_each([&]<class Op>() { all.push_back(&arbitrary_request<Op>); });
  return all;
}

std::string encoded_byte(ByteSource& source) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::uint8_t const byte = source.byte();
  bool const plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
                     byte == '-' || byte == '.' || byte == '_' || byte == '~';
  if (plain) return {static_cast<char>(byte)};
  return {'%', digits[byte >> 4], digits[byte & 15]};
}

// Path segments and parameters as a client would encode them, or, with `bare`, with bytes that URLs may contain as they
// are.
std::string piece(ByteSource& source, bool bare) {
  std::string text;
  for (std::uint64_t n = source.below(6); n > 0; --n) {
    if (bare && source.one_in(2))
      text += one_of(source, {"!", "$", "'", "(", ")", "*", ",", ";", ":", "@", "+", "%2c"});
    else text += encoded_byte(source);
  }
  return text;
}

HttpRequest odd_request(ByteSource& source) {
  HttpRequest request;
  request.method = one_of(source, {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"});
  request.target.clear();
  bool const bare = source.one_in(3);
  for (std::uint64_t n = 1 + source.below(5); n > 0; --n) {
    request.target += '/';
    request.target += source.one_in(4) ? std::string{one_of(source, {".", "..", "", "...", "$export", "%2E%2E"})}
                                       : piece(source, bare);
  }
  for (std::uint64_t n = source.below(6), i = 0; i < n; ++i) {
    request.target += i == 0 ? '?' : '&';
    request.target +=
        source.one_in(4) ? std::string{one_of(source, {"a", "A", "_type", "a%20b", ""})} : piece(source, bare);
    if (!source.one_in(4)) request.target += "=" + piece(source, bare);
  }
  for (std::uint64_t n = source.below(5); n > 0; --n) {
    std::string value;
    for (std::uint64_t words = source.below(6); words > 0; --words)
      value += one_of(source, {" ", "  ", "\t", "a", "b c", ",", "\"a  b\"", "=", ";", "\xC3\xA9", "\xE2\x82\xAC",
                               "x,y", "   z   ", "0123456789", "/?&%20"});
    request.headers.add(std::string{one_of(source, {"X-Amz-Meta-A", "x-amz-meta-a", "My-Header", "Accept",
                                                    "Content-Type", "Prefer", "zz", "X-Amz-Target"})},
                        value);
  }
  for (std::uint64_t n = source.one_in(3) ? source.below(300) : 0; n > 0; --n)
    request.body += static_cast<char>(source.byte());
  return request;
}

void print_requests(std::size_t count, std::uint64_t seed) {
  auto const all = writers();
  SigV4<Sha256> plain;
  SigV4<Sha256> with_hash{SigV4Options{.sign_body = true}};
  for (std::size_t i = 0, printed = 0; printed < count; ++i) {
    auto source = ByteSource::from_seed(seed + i);
    std::string const scheme{source.one_in(4) ? "http" : "https"};
    std::string const authority{one_of(source, authorities)};
    std::optional<HttpRequest> request;
    if (i % 3 == 0) {
      request = odd_request(source);
      request->scheme = scheme;
      request->authority = authority;
    } else {
      request = all[i % all.size()](source, {.scheme = scheme, .authority = authority});
      if (!request) continue;
    }
    Credentials credentials{
        "AKID" + std::to_string(source.number(4)), Secret{"secret/+" + std::to_string(source.number(8))}, {}};
    if (source.one_in(2))
      credentials.session_token = Secret{"IQoJb3JpZ2luX2VjE" + std::to_string(source.number(8)) + "/+=="};
    std::string const region{one_of(source, regions)};
    std::string const service{one_of(source, services)};
    SigningContext const context{
        .region = region,
        .service = service,
        .time = Timestamp::from_seconds(static_cast<std::int64_t>(source.below(4'000'000'000U)))};
    auto const added = (source.one_in(4) ? with_hash : plain).sign(*request, credentials, context);
    Line line;
    line.add("method", request->method)
        .add("url", request->url())
        .add("headers", request->headers)
        .add_base64("body", request->body)
        .add("access_key", credentials.access_key_id)
        .add("secret_key", credentials.secret_access_key.reveal())
        .add("token", credentials.session_token.reveal())
        .add("region", region)
        .add("service", service);
    if (added) line.add("added", *added);
    else line.add_base64("refused", to_string(added.error()));
    line.print();
    ++printed;
  }
}

std::string_view name_of(Rule rule) {
  constexpr std::string_view names[] = {"missing",     "length", "range", "pattern",
                                        "enumeration", "utf8",   "depth", "number"};
  return names[static_cast<std::size_t>(rule)];
}

template <class T>
void print_value(std::string_view kind, T const& value) {
  auto const json = encode(value);
  // What is not UTF-8, or a time outside of the range, has no JSON.
  if (!json) return;
  std::string rules = "[";
  for (auto const& violation : violations(value, {.unknown_enum_values = true, .unknown_union_members = false})) {
    if (rules.size() > 1) rules += ',';
    std::string path;
    append_base64(path, violation.path);
    rules += "[\"" + std::string{name_of(violation.rule)} + "\",\"" + path + "\"]";
  }
  Line{}
      .add("shape", detail::table_of<T>.shape)
      .add("kind", kind)
      .add_json("violations", rules + "]")
      .add_json("value", *json)
      .print();
}

void print_values(std::size_t count, std::uint64_t seed) {
  for (std::size_t i = 0; i * 3 * AllOperations::size < count; ++i)
    AllOperations::for_each([&]<class Op>() {
      using T = typename Op::Input;
      auto source = ByteSource::from_seed(seed * 1'000'003 + i);
      ArbitraryOptions options{.unknown_union_members = false};
      print_value("valid", arbitrary<T>(source, options));
      if (auto const broken = arbitrary_broken<T>(source, options)) print_value("broken", broken->value);
      options.mode = ArbitraryMode::wild;
      print_value("wild", arbitrary<T>(source, options));
    });
}

}  // namespace

int main(int argc, char** argv) {
  std::string_view const mode = argc == 4 ? argv[1] : "";
  std::size_t const count = argc == 4 ? std::strtoull(argv[2], nullptr, 10) : 0;
  std::uint64_t const seed = argc == 4 ? std::strtoull(argv[3], nullptr, 10) : 0;
  if (mode == "requests") print_requests(count, seed);
  else if (mode == "values") print_values(count, seed);
  else if (mode == "curl") return curl_signatures(count, seed);
  else return std::fputs("usage: peer requests|values|curl COUNT SEED\n", stderr), 2;
  return 0;
}
