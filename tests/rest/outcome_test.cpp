// The invariant: an error response is a ServiceError whatever it contains, its retryability follows from what is known,
// and the OperationOutcome of a server is read by a client as it was meant.
#include "healthlake/rest/outcome.hpp"

#include <doctest/doctest.h>

#include <string>

#include "healthlake/core/retry_kind.hpp"

using namespace healthlake;

namespace {
ServiceError read(int status, std::string body, Headers headers = {}) {
  return rest::read_outcome(HttpResponse{status, std::move(headers), std::move(body)});
}
}  // namespace

TEST_CASE("an OperationOutcome: the code of its first issue, the diagnostics of all") {
  auto const error = read(400, R"({"resourceType":"OperationOutcome","issue":[
    {"severity":"error","code":"not-supported","diagnostics":"Interaction not supported."},
    {"severity":"warning","code":"informational","diagnostics":"See the guide."}]})",
                          {{"x-amzn-RequestId", "r-1"}});
  CHECK(error.code == "not-supported");
  CHECK(error.message == "Interaction not supported.; See the guide.");
  CHECK(error.http_status == 400);
  CHECK(error.request_id == "r-1");
  CHECK(error.retry == RetryKind::none);
  CHECK(error.excerpt.empty());
}

TEST_CASE("the errors of AWS itself have precedence over those of FHIR") {
  CHECK(read(403, R"({"message":"The security token included in the request is expired"})",
             {{"x-amzn-ErrorType", "ExpiredTokenException:http://x"}})
            .code == "ExpiredTokenException");
  auto const both = read(429, R"({"__type":"ThrottlingException","message":"slow","issue":[{"code":"throttled"}]})");
  CHECK(both.code == "ThrottlingException");
  CHECK(both.message == "slow");
  CHECK(both.retry == RetryKind::throttling);
}

TEST_CASE("fault 82: errors that are no OperationOutcome, or one with parts that cannot be used") {
  auto const page = read(502, "<html>Bad gateway</html>", {{"Content-Type", "text/html"}});
  CHECK(page.code.empty());
  CHECK(page.excerpt == "<html>Bad gateway</html>");
  CHECK(page.retry == RetryKind::transient);
  CHECK(may_pass(page));
  // An unknown code is kept; a member of another type does not hide the others.
  CHECK(read(400, R"({"issue":[{"code":"made-up"}]})").code == "made-up");
  auto const odd = read(400, R"({"issue":[{"code":7,"diagnostics":["x"]},{"code":"invalid","diagnostics":"no"}]})");
  CHECK(odd.code == "invalid");
  CHECK(odd.message == "no");
  for (auto const* body :
       {"", "{}", "[]", R"({"issue":{}})", R"({"issue":[]})", R"({"issue":[null]})", R"({"issue":)"}) {
    CAPTURE(body);
    auto const error = read(503, body);
    CHECK(error.code.empty());
    CHECK(error.http_status == 503);
    CHECK(error.retry == RetryKind::transient);
  }
}

TEST_CASE("fault 83: a 429, with any body, is throttling, so nothing was carried out") {
  for (auto const* body : {"", "<html>", R"({"issue":[{"code":"throttled"}]})", R"({"issue":[{"code":"conflict"}]})"}) {
    CAPTURE(body);
    auto const error = read(429, body);
    CHECK(error.retry == RetryKind::throttling);
    CHECK_FALSE(may_have_acted(error));
    CHECK(may_pass(error));
  }
}

TEST_CASE("a 404 and a 410 without a body have a code; those of a proxy have none") {
  CHECK(read(404, "").code == "not-found");
  CHECK(read(410, " \n").code == "deleted");
  CHECK(read(404, "<html>").code.empty());
  CHECK(read(404, "{}").code.empty());
  CHECK(read(400, "").code.empty());
}

TEST_CASE("long codes and messages are truncated") {
  auto const error = read(400, R"({"issue":[{"code":")" + std::string(1000, 'c') + R"(","diagnostics":")" +
                                   std::string(50'000, 'd') + R"("},{"diagnostics":"more"}]})");
  CHECK(error.code.size() == 256);
  CHECK(error.message.size() == 40'000);
}

TEST_CASE("what a server writes, a client reads") {
  auto const written = rest::write_outcome(404, "not-found", "There is no job \"x\".");
  CHECK(written.headers.find("Content-Type") == "application/fhir+json");
  CHECK(
      written.body ==
      R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found","diagnostics":"There is no job \"x\"."}]})");
  auto const error = rest::read_outcome(written);
  CHECK(error.code == "not-found");
  CHECK(error.message == "There is no job \"x\".");
  CHECK(error.http_status == 404);
  CHECK(rest::read_outcome(rest::write_outcome(400, "invalid", "\xFF")).message ==
        "(the diagnostics are not valid UTF-8)");
}
