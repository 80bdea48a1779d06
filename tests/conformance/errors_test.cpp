// Where the code, the message, the request id and the fault of an error response are found.
#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>

#include "../support/conformance.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/protocol/error_response.hpp"

using namespace healthlake;

namespace {

struct Found {
  std::string code;
  std::string message;
};

// Cases where implementations differ, and what this library does: the header before "__type" before "code"; from after
// the first "#"; "Code" is ignored, as is what is empty or not a string; a comma is part of the code; "message" before
// "Message", and null is absent.
std::map<std::string, Found> const disputed = {
    {"message-null-lower-and-upper", {"FooError", "up"}},
    {"message-both", {"FooError", "low"}},
    {"message-errorMessage", {"FooError", ""}},
    {"message-not-a-string", {"FooError", ""}},
    {"empty-code-string", {"", "m"}},
    {"precedence-header-vs-type", {"HeaderError", "m"}},
    {"precedence-header-vs-code", {"HeaderError", "m"}},
    {"precedence-code-vs-type", {"TypeError", "m"}},
    {"two-hashes", {"b#FooError", "m"}},
    {"code-capital", {"", "m"}},
    {"code-is-a-number", {"", "m"}},
    {"header-with-comma", {"FooError, http", "m"}},
};

}  // namespace

TEST_CASE("conformance: error responses") {
  auto const tests = load_conformance("errors/error-shapes.json").at("cases");
  std::size_t firm = 0;
  std::size_t open = 0;
  std::size_t shapes = 0;
  std::size_t faults = 0;
  std::size_t ids = 0;
  for (auto const& test : tests) {
    std::string const id = test.at("id").get<std::string>();
    CAPTURE(id);
    HttpResponse response{.status = test.at("status").get<int>()};
    for (auto const& [name, value] : test.at("headers").items()) response.headers.add(name, value.get<std::string>());
    response.body = test.at("body").get<std::string>();
    ServiceInfo service = healthlake_service;
    service.query_compatible = test.value("awsQueryCompatible", false);
    ServiceError const error = read_error(response, service);
    CHECK(error.http_status == response.status);

    auto const& expect = test.at("expect");
    auto const text = [&](char const* name) {
      return expect.at(name).is_null() ? std::string{} : expect.at(name).get<std::string>();
    };
    if (test.at("basis") == "disputed") {
      auto const ours = disputed.find(id);
      REQUIRE(ours != disputed.end());
      CHECK(error.code == ours->second.code);
      CHECK(error.message == ours->second.message);
      // Where the data recommends a result, this library has the same.
      if (text("code") != "*") CHECK(error.code == text("code"));
      if (text("message") != "*") CHECK(error.message == text("message"));
      ++open;
    } else {
      CHECK(error.code == text("code"));
      CHECK(error.message == text("message"));
      ++firm;
    }
    if (test.contains("expectShape") && test.at("expectShape").is_string()) {
      // Without the query code, the code names the shape.
      CHECK(read_error(response).code == test.at("expectShape").get<std::string>());
      ++shapes;
    }
    if (test.contains("expectShape") && test.at("expectShape").is_null()) CHECK_FALSE(error_code(error).known());
    if (id.starts_with("healthlake-")) CHECK(error_code(error).known());
    if (test.contains("expectFault")) {
      auto const query = query_error_of(response.headers);
      REQUIRE(query.has_value());
      CHECK(query->fault == test.at("expectFault").get<std::string>());
      CHECK(query->code == error.code);
      ++faults;
    }
    if (test.contains("expectRequestId")) {
      CHECK(error.request_id == test.at("expectRequestId").get<std::string>());
      ++ids;
    } else {
      CHECK(error.request_id.empty());
    }
  }
  CHECK(tests.size() == 103);
  CHECK(firm == 91);
  CHECK(open == disputed.size());
  CHECK(shapes >= 20);
  CHECK(faults == 2);
  CHECK(ids == 3);
}
