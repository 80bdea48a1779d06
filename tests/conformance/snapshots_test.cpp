// Invariant: every request, response and error of the SDK's snapshots decodes to the shape that its operation declares
// and encodes back to the same JSON value, as a client reads and writes it and as a server does. Nothing is left out:
// the counts are asserted, and every operation and every error has a snapshot. The values are placeholders, many of
// which break rules, so nothing here is validated.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <string_view>

#include "../support/conformance.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/model/all.hpp"
#include "healthlake/protocol/aws_json.hpp"

using namespace healthlake;
using nlohmann::json;

namespace {

std::string text(json const& snapshot, char const* name) { return snapshot.at(name).get<std::string>(); }

template <class Message>
Message message_of(json const& snapshot) {
  Message message;
  for (auto const& header : snapshot.at("headers"))
    message.headers.add(header.at(0).get<std::string>(), header.at(1).get<std::string>());
  message.body = snapshot.at("body").dump();
  return message;
}

template <class T>
json encoded(T const& value) {
  auto const body = encode(value);
  REQUIRE(body.has_value());
  return json::parse(*body);
}

template <Operation Op>
void check_request(json const& snapshot) {
  auto request = message_of<HttpRequest>(snapshot);
  request.method = text(snapshot, "method");
  request.target = text(snapshot, "target");
  auto const input = read_request<Op>(request);
  REQUIRE(input.has_value());
  CHECK(input->missing.empty());
  CHECK(encoded(input->value) == snapshot.at("body"));

  HttpRequest const written =
      make_request(operation_info<Op>, *encode(input->value), {.scheme = "https", .authority = "example.com"});
  CHECK(written.method == request.method);
  CHECK(written.target == request.target);
  for (Header const& header : request.headers) CHECK(written.headers.find(header.name) == header.value);
}

template <Operation Op>
void check_response(json const& snapshot) {
  auto response = message_of<HttpResponse>(snapshot);
  response.status = snapshot.at("status").get<int>();
  auto const read = read_response<Op>(response, {.missing = MissingMembers::fail_all});
  REQUIRE(read.has_value());
  CHECK(encoded(read->output) == snapshot.at("body"));

  auto const written = write_response<Op>(read->output);
  REQUIRE(written.has_value());
  CHECK(written->status == response.status);
  CHECK(written->headers.find("Content-Type") == response.headers.find("Content-Type"));
  CHECK(json::parse(written->body) == snapshot.at("body"));
}

template <ErrorShape E>
void check_error(json const& snapshot) {
  auto response = message_of<HttpResponse>(snapshot);
  response.status = snapshot.at("status").get<int>();
  ServiceError const error = read_error(response);
  CHECK(error.code == error_info<E>.code);
  CHECK(error.http_status == response.status);
  CHECK(error.message == snapshot.at("body").at("Message").get<std::string>());
  auto const shape = read_error_as<E>(response);
  REQUIRE(shape.has_value());
  CHECK(shape->missing.empty());

  // The snapshots name the shape without its namespace.
  ServiceInfo plain = healthlake_service;
  plain.shape_namespace = {};
  auto const written = write_error(shape->value, {}, plain);
  REQUIRE(written.has_value());
  CHECK(written->status == response.status);
  CHECK(written->headers.find("Content-Type") == response.headers.find("Content-Type"));
  CHECK(json::parse(written->body) == snapshot.at("body"));
  CHECK(read_error(*write_error(shape->value)).code == error.code);
}

// Calls `check` with the error of the list that the snapshot names; false if it is not in the list.
template <ErrorShape... E>
bool check_error_of(json const& snapshot, Errors<E...>) {
  std::string const shape = text(snapshot, "shape");
  return ((error_info<E>.code == shape && (check_error<E>(snapshot), true)) || ...);
}

// Calls `check.operator()<Op>()` for the snapshot's operation; false if there is none.
template <class Check>
bool with_operation(json const& snapshot, Check check) {
  std::string const name = text(snapshot, "operation");
  bool found = false;
  AllOperations::for_each([&]<Operation Op>() {
    if (Op::name != name) return;
    found = true;
    check.template operator()<Op>();
  });
  return found;
}

std::set<std::string> all_operations() {
  std::set<std::string> names;
  AllOperations::for_each([&]<Operation Op>() { names.emplace(Op::name); });
  return names;
}

}  // namespace

TEST_CASE("conformance: requests of the SDK's snapshots") {
  json const snapshots = load_conformance("wire/snapshots.json").at("requests");
  CHECK(snapshots.size() == 23);
  std::set<std::string> seen;
  for (auto const& snapshot : snapshots) {
    CAPTURE(text(snapshot, "operation"));
    CHECK(with_operation(snapshot, [&]<Operation Op>() { check_request<Op>(snapshot); }));
    seen.insert(text(snapshot, "operation"));
  }
  // Those that the collection lacks.
  for (auto const* name : {"DescribeFHIRImportJob", "ListFHIRDatastores", "TagResource"})
    CHECK(seen.insert(name).second);
  CHECK(seen == all_operations());
}

TEST_CASE("conformance: responses of the SDK's snapshots") {
  json const snapshots = load_conformance("wire/snapshots.json").at("responses");
  CHECK(snapshots.size() == 26);
  std::set<std::string> seen;
  for (auto const& snapshot : snapshots) {
    CAPTURE(text(snapshot, "operation"));
    CHECK(with_operation(snapshot, [&]<Operation Op>() { check_response<Op>(snapshot); }));
    seen.insert(text(snapshot, "operation"));
  }
  CHECK(seen == all_operations());
}

TEST_CASE("conformance: errors of the SDK's snapshots") {
  json const snapshots = load_conformance("wire/snapshots.json").at("errors");
  CHECK(snapshots.size() == 13);
  std::set<std::string> seen;
  for (auto const& snapshot : snapshots) {
    CAPTURE(text(snapshot, "shape"));
    bool checked = false;
    CHECK(with_operation(snapshot, [&]<Operation Op>() { checked = check_error_of(snapshot, typename Op::Errors{}); }));
    CHECK(checked);
    seen.insert(text(snapshot, "shape"));
  }
  std::set<std::string> const all(enum_table<ErrorCode>.spellings.begin(), enum_table<ErrorCode>.spellings.end());
  CHECK(seen == all);
}
