#include "healthlake/protocol/error_response.hpp"

#include <doctest/doctest.h>

#include <string>

#include "healthlake/model/errors.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/protocol/aws_json.hpp"

using namespace healthlake;

namespace {

struct Retried {
  std::string detail{};
  static constexpr ErrorTraits error{.http_status = 418, .retry = RetryKind::transient};
  static consteval auto shape() { return structure("Retried", field<&Retried::detail>("Detail", required)); }
};

ServiceError read(int status, std::string body, Headers headers = {}) {
  return read_error(HttpResponse{status, std::move(headers), std::move(body)});
}

}  // namespace

TEST_CASE("the code ends at the first colon and then begins after the first hash") {
  for (std::string_view const code : {"FooError", "ns#FooError", "FooError:http://x/", "a.b#FooError:http://x/#y",
                                      "#FooError", "FooError:", " FooError ", "ns# \tFooError\t:x"}) {
    CAPTURE(code);
    CHECK(detail::clean_error_code(code) == "FooError");
  }
  CHECK(detail::clean_error_code("a#b#c") == "b#c");
  for (std::string_view const none : {"", ":", "#", "ns#", ":x#y", "  ", "\t"})
    CHECK(detail::clean_error_code(none).empty());
}

TEST_CASE("where the code is found") {
  CHECK(read(400, R"({"__type":"T","code":"C"})", {{"x-amzn-errortype", "H"}}).code == "H");
  CHECK(read(400, R"({"__type":"T","code":"C"})").code == "T");
  CHECK(read(400, R"({"code":"C"})").code == "C");
  CHECK(read(400, R"({"__type":"T"})", {{"X-Amzn-ErrorType", ":empty"}}).code == "T");
  CHECK(read(400, R"({"__type":"","code":"C"})").code == "C");
  CHECK(read(400, R"({"__type":null,"code":"C"})").code == "C");
  CHECK(read(400, R"({"__type":{"a":1},"code":"C"})").code == "C");
  CHECK(read(400, R"({"__type":7,"code":[]})").code.empty());
  CHECK(read(400, R"({"Code":"C","type":"T","errorCode":"E"})").code.empty());
  CHECK(read(400, R"({"Details":{"__type":"T"}})").code.empty());
  CHECK(read(400, R"({"__type":"\u0046oo\u0045rror"})").code == "FooError");
}

TEST_CASE("where the message is found") {
  CHECK(read(400, R"({"message":"low","Message":"up"})").message == "low");
  CHECK(read(400, R"({"Message":"up"})").message == "up");
  CHECK(read(400, R"({"message":null,"Message":"up"})").message == "up");
  CHECK(read(400, R"({"message":{"a":1},"Message":"up"})").message == "up");
  CHECK(read(400, R"({"message":"","Message":"up"})").message.empty());
  CHECK(read(400, R"({"errorMessage":"e"})").message.empty());
}

TEST_CASE("codes and messages are truncated between code points") {
  ServiceError const error = read(
      400, "{\"__type\":\"" + std::string(300, 'c') + "\",\"message\":\"" + std::string(39'999, 'm') + "\xC3\xBC\"}");
  CHECK(error.code == std::string(256, 'c'));
  CHECK(error.message == std::string(39'999, 'm'));
  CHECK(read(400, "{\"message\":\"" + std::string(40'000, 'm') + "\"}").message.size() == 40'000);
  // A code does not end in the blank at which it was cut.
  for (std::string const blanks : {" ", "\t", "  "})
    CHECK(read(400, {}, {{"x-amzn-errortype", std::string(256 - blanks.size(), 'c') + blanks + "more"}}).code ==
          std::string(256 - blanks.size(), 'c'));
  CHECK(read_error({400, {{"x-amzn-query-error", std::string(257, 'q') + ";Sender"}}, "{}"},
                   ServiceInfo{.query_compatible = true})
            .code == std::string(256, 'q'));
}

TEST_CASE("a member of an error body is a string, or else nothing") {
  std::string text = "before";
  CHECK(detail::text_of(Document{R"("\u0061b")"}, text));
  CHECK(text == "ab");
  for (std::optional<Document> const& none :
       {std::optional<Document>{}, std::optional<Document>{Document{"null"}}, std::optional<Document>{Document{"7"}},
        std::optional<Document>{Document{R"("a\x")"}}, std::optional<Document>{Document{R"("a" "b")"}}}) {
    text = "before";
    CHECK_FALSE(detail::text_of(none, text));
    CHECK(text.empty());
  }
}

TEST_CASE("an error whose body is encoded says so, and shows the coding escaped") {
  std::string const packed = "\x1f\x8b\x08";
  ServiceError const error = read(502, packed, {{"Content-Encoding", "gzip"}});
  CHECK(error.message == "the response has `Content-Encoding: gzip`, which was not requested");
  CHECK(error.excerpt == "\\x1f\\x8b\\x08");
  CHECK(error.retry == RetryKind::transient);
  CHECK(read(502, packed, {{"content-encoding", "\x1b[2J" + std::string(100, 'x')}}).message ==
        "the response has `Content-Encoding: \\x1b[2J" + std::string(60, 'x') + "`, which was not requested");
  // A body that can be read or is empty gets no hint.
  CHECK(read(400, R"({"message":"m"})", {{"Content-Encoding", "gzip"}}).message == "m");
  for (char const* none : {"identity", "Identity", ""})
    CHECK(read(502, packed, {{"Content-Encoding", none}}).message.empty());
  CHECK(read(502, "", {{"Content-Encoding", "gzip"}}).message.empty());
  auto const typed = read_error_as<Retried>({418, {{"Content-Encoding", "br"}}, packed});
  REQUIRE_FALSE(typed.has_value());
  CHECK(typed.error().message.starts_with("the response has `Content-Encoding: br`, which was not requested: "));
}

TEST_CASE("a body that is not in this protocol never hides the status") {
  for (std::string const body : {"<html>502</html>", "[]", "null", "\"x\"", "42", "{\"__type\":\"FooErr",
                                 "{\"__type\":\"A\",\"__type\":\"B\"}", "{\"__type\":\"FooError\"} trailing", "\xFF"}) {
    CAPTURE(body);
    ServiceError const error = read(502, body, {{"x-amzn-RequestId", "r-1"}});
    CHECK(error.code.empty());
    CHECK(error.message.empty());
    CHECK(error.http_status == 502);
    CHECK(error.request_id == "r-1");
    CHECK(error.retry == RetryKind::transient);
    CHECK_FALSE(error.excerpt.empty());
  }
  CHECK(read(502, "<html>\n502</html>").excerpt == "<html>\\x0a502</html>");
  CHECK(read(502, std::string(100, 'x')).excerpt == std::string(64, 'x'));
  CHECK(read(502, "").excerpt.empty());
  CHECK(read(500, "<html>", {{"x-amzn-errortype", "ns#FooError"}}).code == "FooError");
}

TEST_CASE("the request id") {
  CHECK(request_id_of({{"X-AMZN-REQUESTID", "a"}, {"x-amz-request-id", "b"}}) == "a");
  CHECK(request_id_of({{"x-amz-request-id", "b"}}) == "b");
  CHECK(request_id_of({{"x-amz-id-2", "c"}}).empty());
}

TEST_CASE("the kind of a retry comes from the code, the status, and the shape") {
  CHECK(read(429, R"({"__type":"ThrottlingException"})").retry == RetryKind::throttling);
  CHECK(read(429, "").retry == RetryKind::none);
  CHECK(read(500, "").retry == RetryKind::transient);
  HttpResponse const response{418, {}, R"({"__type":"Retried","Detail":"d"})"};
  CHECK(read_error(response, healthlake_service, Errors<Retried, ConflictException>::list).retry ==
        RetryKind::transient);
  CHECK(read_error(response, healthlake_service, Errors<ConflictException>::list).retry == RetryKind::none);
}

TEST_CASE("the code of the query protocol, for services that have it") {
  ServiceInfo const compatible{.query_compatible = true};
  HttpResponse response{400, {{"x-amzn-query-error", "Custom;Sender"}}, R"({"__type":"ThrottlingException"})"};
  CHECK(read_error(response).code == "ThrottlingException");
  ServiceError const error = read_error(response, compatible);
  CHECK(error.code == "Custom");
  CHECK(error.retry == RetryKind::throttling);
  for (char const* bad : {"", ";", "Custom", "Custom;", ";Sender", "Custom;Sender;400", "a;;b", "a;b;", ";;"}) {
    CAPTURE(bad);
    response.headers.set("x-amzn-query-error", bad);
    CHECK(read_error(response, compatible).code == "ThrottlingException");
  }
  CHECK(query_error_of({{"x-amzn-query-error", "A.B;Receiver"}})->fault == "Receiver");
  CHECK_FALSE(query_error_of({}).has_value());
}

TEST_CASE("the members of an error shape") {
  auto const conflict =
      read_error_as<ConflictException>({409, {}, R"({"__type":"x#ConflictException","Message":"busy"})"});
  REQUIRE(conflict.has_value());
  CHECK(conflict->value.message == "busy");
  auto const empty = read_error_as<Retried>({418, {}, ""});
  REQUIRE(empty.has_value());
  CHECK(empty->missing == std::vector<MissingMember>{{"Detail", true}});
  auto const wrong = read_error_as<Retried>({418, {{"x-amzn-RequestId", "r-9"}}, R"({"Detail":1})"});
  REQUIRE_FALSE(wrong.has_value());
  CHECK(wrong.error().http_status == 418);
  CHECK(wrong.error().request_id == "r-9");
  CHECK(wrong.error().path == "Detail");
  CHECK_FALSE(read_error_as<Retried>({418, {}, R"({"Detail":"d"})"}, {.max_bytes = 3}).has_value());
}

TEST_CASE("a server writes a modelled error") {
  auto const response = write_error(ConflictException{"busy \"now\""}, {.request_id = "r-2"});
  REQUIRE(response.has_value());
  CHECK(response->status == 409);
  CHECK(response->body == R"({"__type":"com.amazonaws.healthlake#ConflictException","Message":"busy \"now\""})");
  CHECK(*response->headers.find("Content-Type") == "application/x-amz-json-1.0");
  CHECK(*response->headers.find("x-amzn-RequestId") == "r-2");
  ServiceError const back = read_error(*response);
  CHECK(back ==
        ServiceError{.code = "ConflictException", .message = "busy \"now\"", .http_status = 409, .request_id = "r-2"});
  auto const bare = write_error(ConflictException{}, {}, ServiceInfo{});
  CHECK(bare->body == R"({"__type":"ConflictException"})");
  CHECK_FALSE(bare->headers.find("x-amzn-RequestId").has_value());
  CHECK_FALSE(write_error(ConflictException{"\xFF"}).has_value());
}

TEST_CASE("the limits of decoding apply to errors too") {
  HttpResponse response{.status = 400, .body = R"({"__type":"ConflictException","message":"m"})"};
  CHECK(read_error(response, healthlake_service, {}, {.max_bytes = 100}).code == "ConflictException");
  ServiceError const error = read_error(response, healthlake_service, {}, {.max_bytes = 10});
  CHECK(error.code.empty());
  CHECK(error.http_status == 400);
  CHECK_FALSE(error.excerpt.empty());
  auto const outcome = read_response<StartFHIRExportJob>(response, {.decode = {.max_bytes = 10}});
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().as<ServiceError>()->code.empty());
}

TEST_CASE("a server writes an error that is not modelled") {
  HttpResponse const response = write_error("UnknownOperationException", "no such \"operation\"", 404);
  CHECK(response.status == 404);
  CHECK(response.body == R"({"__type":"UnknownOperationException","Message":"no such \"operation\""})");
  CHECK(read_error(response).code == "UnknownOperationException");
  CHECK(read_error(write_error("X", "\xFF", 400)).message == "(message is not valid UTF-8)");
}

namespace {
struct Sent {
  static constexpr ErrorTraits error{.http_status = 400, .query_code = "Legacy.Sent"};
  static consteval auto shape() { return structure("Sent"); }
};
struct Received {
  static constexpr ErrorTraits error{.http_status = 503, .server_fault = true, .query_code = "Legacy.Received"};
  static consteval auto shape() { return structure("Received"); }
};
}  // namespace

TEST_CASE("a server of a query compatible service writes the code of the query protocol") {
  ServiceInfo const compatible{.shape_namespace = "ns", .query_compatible = true};
  auto const sent = write_error(Sent{}, {.request_id = "r-1"}, compatible);
  CHECK(*sent->headers.find("x-amzn-query-error") == "Legacy.Sent;Sender");
  CHECK(*sent->headers.find("x-amzn-RequestId") == "r-1");
  CHECK(sent->body == R"({"__type":"ns#Sent"})");
  auto const received = write_error(Received{}, {}, compatible);
  CHECK(*received->headers.find("x-amzn-query-error") == "Legacy.Received;Receiver");
  CHECK(read_error(*received, compatible).code == "Legacy.Received");
  CHECK(read_error(*received).code == "Received");
  // Neither for another service, nor for an error without such a code.
  CHECK_FALSE(write_error(Sent{}, {}, ServiceInfo{})->headers.find("x-amzn-query-error").has_value());
  CHECK_FALSE(write_error(ConflictException{}, {}, compatible)->headers.find("x-amzn-query-error").has_value());
}
