// Smithy's protocol tests for awsJson1_0: every case for a client, a server, or both, with the shapes declared in
// support/json_rpc10.hpp. None is skipped.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "../support/conformance.hpp"
#include "../support/gzip.hpp"
#include "../support/json_rpc10.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/protocol/aws_json.hpp"

using namespace healthlake;
using json_rpc10::AllErrors;
using json_rpc10::Json;
using json_rpc10::Operations;
using json_rpc10::read_params;
using json_rpc10::Served;

namespace {

std::string text(Json const& json, char const* name) { return json.at(name).get<std::string>(); }

Headers headers_of(Json const& test) {
  Headers headers;
  for (auto const& [name, value] : test.at("headers").items()) headers.add(name, value.get<std::string>());
  return headers;
}

// Whether a body is what the case requires: empty, equal as JSON, or not asserted.
void check_body(Json const& test, std::string const& body) {
  if (test.at("body").is_null()) return;
  std::string const expected = text(test, "body");
  if (expected.empty()) CHECK(body.empty());
  else CHECK(Json::parse(body) == Json::parse(expected));
}

void check_headers(Json const& test, Headers const& headers) {
  for (Header const& expected : headers_of(test)) {
    CAPTURE(expected.name);
    REQUIRE(headers.find(expected.name).has_value());
    CHECK(*headers.find(expected.name) == expected.value);
    CHECK(headers.count(expected.name) == 1);
  }
  for (auto const& name : test.at("forbidHeaders")) CHECK_FALSE(headers.find(name.get<std::string>()).has_value());
  // The transport writes Content-Length from the body, and it is the only header a case requires.
  for (auto const& name : test.at("requireHeaders")) CHECK(name == "Content-Length");
}

bool is_compressed(Json const& test) { return test.at("headers").contains("Content-Encoding"); }

template <class Op>
void client_writes(Json const& test) {
  typename Op::Input input;
  read_params(test.at("params"), input);
  auto const endpoint = parse_endpoint("https://" + test.value("host", "example.com"));
  REQUIRE(endpoint.has_value());
  auto const request = write_request<Op>(input, *endpoint, {}, {.gzip = &gzip::compress});
  REQUIRE(request.has_value());
  CHECK(request->method == text(test, "method"));
  CHECK(request->target == text(test, "uri"));
  if (test.contains("resolvedHost")) CHECK(request->authority == text(test, "resolvedHost"));
  check_headers(test, request->headers);
  if (!is_compressed(test)) return check_body(test, request->body);
  // The case asserts no bytes, since compressors differ: only the decompressed body is compared.
  std::string body;
  REQUIRE(gzip::decompress(request->body, 1 << 20, body) == Gunzip::done);
  CHECK(Json::parse(body) == test.at("params"));
}

template <class Op>
void server_reads(Json const& test) {
  HttpRequest request;
  request.method = text(test, "method");
  request.target = text(test, "uri");
  request.headers = headers_of(test);
  // A case lists only the headers it is about.
  request.headers.set("X-Amz-Target", text(test, "service") + "." + text(test, "operation"));
  if (is_compressed(test)) REQUIRE(gzip::compress(test.at("params").dump(), request.body));
  else request.body = text(test, "body");
  typename Op::ServerInput expected;
  read_params(test.at("params"), expected);
  Result<Decoded<typename Op::ServerInput>, Malformed> const input =
      read_request<Served<Op>>(request, {}, {.gunzip = &gzip::decompress});
  REQUIRE(input.has_value());
  CHECK(input->value == expected);
  CHECK(input->missing.empty());
}

HttpResponse response_of(Json const& test) {
  HttpResponse response{.status = test.at("code").get<int>()};
  response.headers = headers_of(test);
  if (test.at("body").is_string()) response.body = text(test, "body");
  return response;
}

template <class Op>
void client_reads(Json const& test) {
  typename Op::Output expected;
  read_params(test.at("params"), expected);
  HttpResponse const response = response_of(test);
  // Smithy fills in missing required members with zeros; this library does so only if told to, and reports it.
  bool const corrected = test.at("tags").dump().find("error-correction") != std::string::npos;
  if (corrected) {
    auto const refused = read_response<Op>(response);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind() == ErrorKind::malformed);
  }
  ReadOptions options;
  if (corrected) options.missing = MissingMembers::report;
  auto const output = read_response<Op>(response, options);
  REQUIRE(output.has_value());
  CHECK(output->output == expected);
  CHECK(output->metadata.http_status == response.status);
  CHECK(output->metadata.missing.size() == (corrected ? type_of<typename Op::Output>().members.size() : 0));
}

template <class Op>
void server_writes(Json const& test) {
  typename Op::Output output;
  read_params(test.at("params"), output);
  auto const response = write_response<Op>(output);
  REQUIRE(response.has_value());
  CHECK(response->status == test.at("code").get<int>());
  check_headers(test, response->headers);
  check_body(test, response->body);
}

template <class Op>
void client_reads_error(Json const& test) {
  HttpResponse const response = response_of(test);
  auto const output = read_response<Op>(response);
  REQUIRE_FALSE(output.has_value());
  Error const& failure = output.error();
  auto const* error = failure.as<ServiceError>();
  REQUIRE(error != nullptr);
  std::string const shape = text(test, "errorShape");
  CHECK(error->code == (test.contains("vendorParams") ? text(test.at("vendorParams"), "code") : shape));
  CHECK(error->http_status == response.status);
  if (test.contains("vendorParams") && test.at("vendorParams").contains("type")) {
    auto const query = query_error_of(response.headers);
    REQUIRE(query.has_value());
    CHECK(query->fault == text(test.at("vendorParams"), "type"));
  }
  CHECK(AllErrors::visit(shape, [&]<class E>() {
    E expected;
    read_params(test.at("params"), expected);
    auto const members = read_error_as<E>(response);
    REQUIRE(members.has_value());
    CHECK(members->value == expected);
  }));
}

template <class Op>
void server_writes_error(Json const& test) {
  CHECK(AllErrors::visit(text(test, "errorShape"), [&]<class E>() {
    E error;
    read_params(test.at("params"), error);
    auto const response = write_error(error, {}, Op::service);
    REQUIRE(response.has_value());
    CHECK(response->status == test.at("code").get<int>());
    check_headers(test, response->headers);
    check_body(test, response->body);
  }));
}

// Runs every case on each of its sides; the callback checks one operation on one side.
template <class F>
void run(char const* file, std::size_t cases, std::size_t sides, F&& each) {
  auto const tests = load_conformance(file).at("cases");
  std::size_t done = 0;
  for (auto const& test : tests)
    for (std::string const side : {"client", "server"}) {
      std::string const applies = text(test, "appliesTo");
      if (applies != "both" && applies != side) continue;
      std::string const id = text(test, "id") + " " + side;
      CAPTURE(id);
      CHECK(Operations::visit(text(test, "operation"), [&]<class Op>() { each.template operator()<Op>(test, side); }));
      ++done;
    }
  CHECK(tests.size() == cases);
  CHECK(done == sides);
}

}  // namespace

TEST_CASE("conformance: the requests of awsJson1_0") {
  run("awsjson10/requests.json", 33, 55, []<class Op>(Json const& test, std::string const& side) {
    if (side == "client") client_writes<Op>(test);
    else server_reads<Op>(test);
  });
}

TEST_CASE("conformance: the responses and errors of awsJson1_0") {
  run("awsjson10/responses.json", 43, 64, []<class Op>(Json const& test, std::string const& side) {
    bool const error = test.at("errorShape").is_string();
    if (side == "client" && error) client_reads_error<Op>(test);
    else if (side == "client") client_reads<Op>(test);
    else if (error) server_writes_error<Op>(test);
    else server_writes<Op>(test);
  });
}
