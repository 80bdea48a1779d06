#include "healthlake/server/dispatch.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "../support/silent.hpp"
#include "healthlake/model/export_job.hpp"

using namespace healthlake;

namespace {

// A shape with a sensitive member, a list and a map of structures, which the service's own inputs lack.
namespace rules_here {
inline constexpr Rules secret{.shape = "Secret", .min = 3, .max = 8, .sensitive = true};
inline constexpr Rules word{.shape = "Word", .min = 1, .max = 3};
inline constexpr Rules words{.shape = "Words", .kind = Kind::list, .min = 1, .max = 2, .member = &word};
inline constexpr Rules small{.shape = "Small", .kind = Kind::integer, .min = 1, .max = 9};
}  // namespace rules_here

struct Inner {
  std::string name{};
  static consteval auto shape() { return structure("Inner", field<&Inner::name>("Name", rules_here::word, required)); }
};
struct EchoInput {
  std::optional<std::string> secret{};
  std::optional<std::vector<std::string>> words{};
  std::optional<std::vector<Inner>> inners{};
  std::optional<std::int32_t> small{};
  std::optional<OpenEnum<JobStatus>> status{};
  static consteval auto shape() {
    return structure("EchoInput", field<&EchoInput::secret>("Secret", rules_here::secret),
                     field<&EchoInput::words>("Words", rules_here::words), field<&EchoInput::inners>("Inners"),
                     field<&EchoInput::small>("Small", rules_here::small), field<&EchoInput::status>("Status"));
  }
};
struct EchoOutput {
  std::optional<std::string> text{};
  static consteval auto shape() { return structure("EchoOutput", field<&EchoOutput::text>("Text")); }
};
struct TeapotException {
  std::optional<std::string> message{};
  std::int32_t cups = 0;
  static constexpr ErrorTraits error{.http_status = 418};
  static consteval auto shape() {
    return structure("TeapotException", field<&TeapotException::message>("Message"),
                     field<&TeapotException::cups>("Cups", required));
  }
};
struct Echo {
  static constexpr std::string_view name = "Echo";
  static constexpr ServiceInfo service{.target_prefix = "Tea_2020", .shape_namespace = "com.example.tea"};
  using Input = EchoInput;
  using Output = EchoOutput;
  using Errors = healthlake::Errors<TeapotException>;
};

HttpRequest post(std::string target, std::string body) {
  HttpRequest request{.body = std::move(body)};
  request.headers.add("Content-Type", "application/x-amz-json-1.0");
  request.headers.add("X-Amz-Target", std::move(target));
  return request;
}

HttpRequest echo(std::string body) { return post("Tea_2020.Echo", std::move(body)); }

// A dispatcher whose handlers count their calls.
struct Fixture {
  Dispatcher dispatcher{};
  int calls = 0;
  RequestContext seen{};
  EchoInput input{};

  Fixture() {
    dispatcher.on<Echo>([this](EchoInput const& in, RequestContext const& context) -> Result<EchoOutput, HandlerError> {
      ++calls;
      seen = context;
      input = in;
      return EchoOutput{.text = in.secret};
    });
    dispatcher.on<DescribeFHIRExportJob>(
        [this](DescribeFHIRExportJobRequest const&,
               RequestContext const&) -> Result<DescribeFHIRExportJobResponse, HandlerError> {
          ++calls;
          return Unexpected{ResourceNotFoundException{.message = "no such job"}};
        });
    dispatcher.on<StartFHIRExportJob>(
        [this](StartFHIRExportJobRequest const& in,
               RequestContext const&) -> Result<StartFHIRExportJobResponse, HandlerError> {
          ++calls;
          return StartFHIRExportJobResponse{
              .job_id = "j", .job_status = JobStatus::submitted, .datastore_id = in.datastore_id};
        });
  }

  // The error for a request that no handler may see.
  ServiceError refused(HttpRequest const& request) {
    int const before = calls;
    HttpResponse const response = dispatcher.handle(request);
    CHECK(calls == before);
    CHECK(response.headers.count("x-amzn-RequestId") == 1);
    REQUIRE(response.headers.find("Content-Type").has_value());
    CHECK(*response.headers.find("Content-Type") == "application/x-amz-json-1.0");
    return read_error(response);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a handler gets its input and the context, and its output is the response") {
  HttpResponse const response =
      dispatcher.handle(echo(R"({"Secret":"abc","Words":["a","b"],"Unknown":{"deep":[1]}})"),
                        {.request_id = "id-1", .access_key_id = "AKID", .now = Timestamp::from_seconds(7)});
  CHECK(response.status == 200);
  CHECK(response.body == R"({"Text":"abc"})");
  CHECK(*response.headers.find("x-amzn-requestid") == "id-1");
  CHECK(*response.headers.find("content-type") == "application/x-amz-json-1.0");
  CHECK(calls == 1);
  CHECK(seen.request_id == "id-1");
  CHECK(seen.access_key_id == "AKID");
  CHECK(seen.now == Timestamp::from_seconds(7));
  CHECK(input.words == std::vector<std::string>{"a", "b"});
}

TEST_CASE_FIXTURE(Fixture, "an empty body is an input without members") {
  CHECK(dispatcher.handle(echo("")).status == 200);
  CHECK(dispatcher.handle(echo("{}")).body == "{}");
  CHECK(calls == 2);
}

TEST_CASE_FIXTURE(Fixture, "request ids are counted up in the form of a UUID unless the caller sets one") {
  auto const id_of = [](HttpResponse const& of) { return std::string{of.headers.find("x-amzn-RequestId").value()}; };
  CHECK(id_of(dispatcher.handle(echo(""))) == "00000000-0000-4000-8000-000000000001");
  CHECK(seen.request_id == "00000000-0000-4000-8000-000000000001");
  CHECK(id_of(dispatcher.handle(echo(""))) == "00000000-0000-4000-8000-000000000002");
  for (int count = 3; count < 120; ++count) {
    std::string const number = std::to_string(count);
    REQUIRE(id_of(dispatcher.handle(echo(""))) ==
            "00000000-0000-4000-8000-" + std::string(12 - number.size(), '0') + number);
  }
  // An id that would split the response is not used.
  CHECK(id_of(dispatcher.handle(echo(""), {.request_id = "a\r\nSet-Cookie: b"})) ==
        "00000000-0000-4000-8000-000000000120");
}

TEST_CASE_FIXTURE(Fixture, "a modelled error of a handler is written with its status and all its members") {
  ServiceError const error =
      read_error(dispatcher.handle(post("HealthLake.DescribeFHIRExportJob", R"({"DatastoreId":"d","JobId":"j"})")));
  CHECK(calls == 1);
  CHECK(error.code == "ResourceNotFoundException");
  CHECK(error.message == "no such job");
  CHECK(error.http_status == 404);
  CHECK(error.request_id == "00000000-0000-4000-8000-000000000001");

  dispatcher.on<Echo>([](EchoInput const&, RequestContext const&) -> Result<EchoOutput, HandlerError> {
    return Unexpected{HandlerError{TeapotException{.message = "short and stout", .cups = 3}, Echo::service}};
  });
  HttpResponse const teapot = dispatcher.handle(echo(""));
  CHECK(teapot.status == 418);
  CHECK(teapot.body == R"({"__type":"com.example.tea#TeapotException","Message":"short and stout","Cups":3})");
}

TEST_CASE_FIXTURE(Fixture, "a handler may return another error code") {
  dispatcher.on<Echo>([](EchoInput const&, RequestContext const&) -> Result<EchoOutput, HandlerError> {
    return Unexpected{HandlerError{"ServiceUnavailable", "later", 503}};
  });
  ServiceError const error = read_error(dispatcher.handle(echo("")));
  CHECK(error.code == "ServiceUnavailable");
  CHECK(error.message == "later");
  CHECK(error.http_status == 503);
}

TEST_CASE_FIXTURE(Fixture, "what cannot be written becomes an InternalServerException") {
  dispatcher.on<Echo>([](EchoInput const& in, RequestContext const&) -> Result<EchoOutput, HandlerError> {
    if (in.small) return Unexpected{TeapotException{.message = "\xff"}};
    return EchoOutput{.text = "\xff"};
  });
  for (auto const* body : {"", R"({"Small":1})"}) {
    ServiceError const error = read_error(dispatcher.handle(echo(body)));
    CHECK(error.code == "InternalServerException");
    CHECK(error.http_status == 500);
  }
}

TEST_CASE_FIXTURE(Fixture, "the last handler set for an operation is used") {
  dispatcher.on<Echo>([](EchoInput const&, RequestContext const&) -> Result<EchoOutput, HandlerError> {
    return EchoOutput{.text = "second"};
  });
  CHECK(dispatcher.handle(echo("")).body == R"({"Text":"second"})");
  CHECK(calls == 0);
}

TEST_CASE_FIXTURE(Fixture, "only POST is allowed") {
  for (std::string const method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "post", ""}) {
    HttpRequest request = echo("");
    request.method = method;
    ServiceError const error = refused(request);
    CHECK(error.code == "MethodNotAllowedException");
    CHECK(error.http_status == 405);
    HttpResponse const response = dispatcher.handle(request);
    CHECK(response.headers.find("Allow") == "POST");
  }
}

TEST_CASE_FIXTURE(Fixture, "an unknown operation is an UnknownOperationException") {
  std::vector<HttpRequest> requests;
  for (std::string const target : {"", "Echo", "Tea_2020.", "Tea_2020.Echo ", "Tea_2020.echo", "tea_2020.Echo",
                                   "HealthLake.Echo", "HealthLake.ListFHIRExportJobs", "Tea_2020.EchoEcho"})
    requests.push_back(post(target, "{}"));
  requests.push_back(echo("{}"));
  requests.back().headers.remove("X-Amz-Target");
  // Twice: two parsers might read different ones.
  requests.push_back(echo("{}"));
  requests.back().headers.add("x-amz-target", "Tea_2020.Echo");
  for (std::string const path : {"/x", "/?a=b", "", "//", "http://127.0.0.1/"}) {
    requests.push_back(echo("{}"));
    requests.back().target = path;
  }
  for (auto const& request : requests) {
    ServiceError const error = refused(request);
    CHECK(error.code == "UnknownOperationException");
    CHECK(error.http_status == 404);
  }
  CHECK(requests.size() == 16);
}

TEST_CASE_FIXTURE(Fixture, "the media type is checked, regardless of case and parameters") {
  for (std::string const good :
       {"application/x-amz-json-1.0", "Application/X-AMZ-JSON-1.0", " application/x-amz-json-1.0\t",
        "application/x-amz-json-1.0; charset=utf-8", "application/x-amz-json-1.0 ;a=b;c"}) {
    HttpRequest request = echo("");
    request.headers.set("Content-Type", good);
    CHECK_MESSAGE(dispatcher.handle(request).status == 200, good);
  }
  for (std::string const bad :
       {"", ";", "application/json", "application/x-amz-json-1.1", "application/x-amz-json-1.00",
        "application/x-amz-json-1.0,text/plain", "text/plain; application/x-amz-json-1.0"}) {
    HttpRequest request = echo("");
    request.headers.set("Content-Type", bad);
    ServiceError const error = refused(request);
    CHECK_MESSAGE(error.code == "UnsupportedMediaTypeException", bad);
    CHECK(error.http_status == 415);
  }
  HttpRequest request = echo("");
  request.headers.remove("Content-Type");
  CHECK(refused(request).code == "UnsupportedMediaTypeException");
  request.headers = echo("").headers;
  request.headers.add("Content-Type", "application/x-amz-json-1.0");
  CHECK(refused(request).code == "UnsupportedMediaTypeException");
}

TEST_CASE("a body over the limit is rejected unread") {
  Dispatcher dispatcher{{.max_body_bytes = 16}};
  int calls = 0;
  dispatcher.on<Echo>([&](EchoInput const&, RequestContext const&) -> Result<EchoOutput, HandlerError> {
    ++calls;
    return EchoOutput{};
  });
  CHECK(dispatcher.handle(echo(std::string(14, ' ') + "{}")).status == 200);
  ServiceError const error = read_error(dispatcher.handle(echo(std::string(15, ' ') + "{}")));
  CHECK(error.code == "RequestEntityTooLargeException");
  CHECK(error.http_status == 413);
  CHECK(error.message == "The body is larger than 16 bytes.");
  CHECK(calls == 1);
  CHECK(dispatcher.options().max_body_bytes == 16);
  CHECK(Dispatcher{}.options().max_body_bytes == 1'048'576);
}

TEST_CASE_FIXTURE(Fixture, "what is not valid JSON input of the operation is a SerializationException") {
  std::string const deep = "{\"Unknown\":" + std::string(100, '[') + std::string(100, ']') + "}";
  for (std::string const& body :
       {std::string{"{"}, std::string{"nonsense"}, std::string{"[]"}, std::string{"\"x\""}, std::string{"{} {}"},
        std::string{"null"}, std::string{R"({"Secret":1})"}, std::string{R"({"Words":"a"})"},
        std::string{R"({"Small":"1"})"}, std::string{R"({"Small":1.5})"}, std::string{R"({"Small":99999999999})"},
        std::string{R"({"Secret":"abc","Secret":"abd"})"}, std::string{"{\"Secret\":\"\xff\"}"},
        std::string{R"({"Secret":"\ud800"})"}, std::string{"{\0}", 3}, deep}) {
    ServiceError const error = refused(echo(body));
    CHECK_MESSAGE(error.code == "SerializationException", body);
    CHECK(error.http_status == 400);
    CHECK(error.message.starts_with("The body is not valid input of the operation, at byte "));
  }
  // As Smithy's servers do; a client accepts all of these.
  CHECK(refused(echo(R"({"Words":["a",null]})")).code == "SerializationException");
  CHECK(refused(echo(R"({"Words":["a",{}]})")).message ==
        "The body is not valid input of the operation, at byte 15, Words[1]: expected a string, found an object.");
}

TEST_CASE_FIXTURE(Fixture, "a message about a body does not repeat the body") {
  CHECK(refused(echo(R"({"Secret":"my-password","Small":"my-password"})")).message.find("password") ==
        std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "missing required members are listed, and not their initial values") {
  ServiceError const error = refused(post("HealthLake.StartFHIRExportJob", R"({"JobName":""})"));
  CHECK(error.code == "ValidationException");
  CHECK(error.http_status == 400);
  CHECK(error.message ==
        "4 validation errors detected: "
        "Value at 'OutputDataConfig' failed to satisfy constraint: Member must not be null; "
        "Value at 'DatastoreId' failed to satisfy constraint: Member must not be null; "
        "Value at 'DataAccessRoleArn' failed to satisfy constraint: Member must not be null; "
        "Value at 'JobName' failed to satisfy constraint: Member must have 1 to 64 characters (found 0 characters)");
}

TEST_CASE_FIXTURE(Fixture, "one violation is one error, with its path in wire names") {
  ServiceError const error =
      refused(post("HealthLake.StartFHIRExportJob",
                   R"({"OutputDataConfig":{"S3Configuration":{"S3Uri":"s3://B/p","KmsKeyId":"k"}},"DatastoreId":"d",)"
                   R"("DataAccessRoleArn":"arn:aws:iam::123456789012:role/r"})"));
  CHECK(
      error.message.starts_with("1 validation error detected: Value at 'OutputDataConfig.S3Configuration.S3Uri' "
                                "failed to satisfy constraint: Member must be a string matching s3://"));
  CHECK(error.message.ends_with("(found \"s3://B/p\")"));
  CHECK(refused(post("HealthLake.StartFHIRExportJob",
                     R"({"OutputDataConfig":{"S3Configuration":{"S3Uri":"s3://bucket/p"}},"DatastoreId":"d",)"
                     R"("DataAccessRoleArn":"arn:aws:iam::123456789012:role/r"})"))
            .message ==
        "1 validation error detected: Value at 'OutputDataConfig.S3Configuration.KmsKeyId' failed to "
        "satisfy constraint: Member must not be null");
}

TEST_CASE_FIXTURE(Fixture, "a missing member does not hide other violations") {
  // `Inners[1].Name` is missing; `Inners[0].Name` and `Words` are wrong.
  ServiceError const error = refused(echo(R"({"Inners":[{"Name":"long"},{}],"Words":[]})"));
  CHECK(error.message ==
        "3 validation errors detected: "
        "Value at 'Inners[1].Name' failed to satisfy constraint: Member must not be null; "
        "Value at 'Words' failed to satisfy constraint: Member must have 1 to 2 members (found 0 members); "
        "Value at 'Inners[0].Name' failed to satisfy constraint: Member must have 1 to 3 characters (found 4 "
        "characters)");
}

TEST_CASE_FIXTURE(Fixture, "the message contains no sensitive values") {
  ServiceError const error = refused(echo(R"({"Secret":"my-long-password","Small":10})"));
  CHECK(error.message ==
        "2 validation errors detected: "
        "Value at 'Secret' failed to satisfy constraint: Member must have 3 to 8 characters (found ***); "
        "Value at 'Small' failed to satisfy constraint: Member must be 1 to 9 (found 10)");
}

TEST_CASE_FIXTURE(Fixture, "unknown enumeration values and union members are rejected") {
  CHECK(refused(echo(R"({"Status":"PAUSED"})"))
            .message.starts_with("1 validation error detected: Value at 'Status' failed to satisfy constraint: Member "
                                 "must be one of SUBMITTED, QUEUED, "));
  CHECK(dispatcher.handle(echo(R"({"Status":"QUEUED"})")).status == 200);
  ServiceError const error =
      refused(post("HealthLake.StartFHIRExportJob", R"({"OutputDataConfig":{"Ftp":"x"},"DatastoreId":"d",)"
                                                    R"("DataAccessRoleArn":"arn:aws:iam::123456789012:role/r"})"));
  CHECK(error.message ==
        "1 validation error detected: Value at 'OutputDataConfig' failed to satisfy constraint: "
        "Member must be exactly one of S3Configuration, S3Uri (found \"Ftp\")");
}

namespace {
// Whether an Echo whose input is `body` gets as far as its handler.
bool accepted(DispatchOptions const& options, std::string body) {
  Dispatcher dispatcher{options};
  dispatcher.on<Echo>(
      [](EchoInput const&, RequestContext const&) -> Result<EchoOutput, HandlerError> { return EchoOutput{}; });
  return dispatcher.handle(echo(std::move(body))).status == 200;
}
template <class O>
concept ReplacesStrictness =
    requires(O& options) { options.decode = {}; } || requires(O& options) { options.validate = {}; };
static_assert(!ReplacesStrictness<DispatchOptions>);
}  // namespace

TEST_CASE("setting a limit leaves a server as strict as it was") {
  std::string const null_element = R"({"Words":["a",null]})";
  std::string const new_value = R"({"Status":"NEW"})";
  for (auto const& options :
       {DispatchOptions{}, DispatchOptions{.max_body_bytes = 100}, DispatchOptions{.max_depth = 8},
        DispatchOptions{.max_elements = 9}, DispatchOptions{.max_missing = 1}, DispatchOptions{.max_violations = 1}}) {
    CHECK(accepted(options, R"({"Words":["a"],"Inners":[{"Name":"x"}],"Status":"FAILED"})"));
    CHECK_FALSE(accepted(options, null_element));
    CHECK_FALSE(accepted(options, new_value));
  }
  CHECK(accepted({.strict = false}, null_element));
  CHECK_FALSE(accepted({.strict = false}, new_value));
  CHECK(accepted({.unknown_enum_values = true}, new_value));
  CHECK_FALSE(accepted({.unknown_enum_values = true}, null_element));
}

TEST_CASE("each limit of a server is the one that is set") {
  std::string const deep = R"({"Inners":[{"Name":"x"}]})";
  CHECK(accepted({.max_depth = 3}, deep));
  CHECK_FALSE(accepted({.max_depth = 2}, deep));
  CHECK(accepted({.max_elements = 1}, R"({"Words":["a"]})"));
  CHECK_FALSE(accepted({.max_elements = 1}, R"({"Words":["a","b"]})"));
  auto const message = [](DispatchOptions const& options, std::string body) {
    Dispatcher dispatcher{options};
    dispatcher.on<Echo>(
        [](EchoInput const&, RequestContext const&) -> Result<EchoOutput, HandlerError> { return EchoOutput{}; });
    return dispatcher.handle(echo(std::move(body))).body;
  };
  std::string const two = R"({"Small":10,"Words":[]})";
  CHECK(message({.max_violations = 2}, two).find("mall") != std::string::npos);
  CHECK(message({.max_violations = 1}, two).find("mall") == std::string::npos);
  std::string const lacking = R"({"Inners":[{},{}]})";
  auto const missing = [&](std::string_view said) {
    std::size_t count = 0;
    for (auto at = said.find("must not be null"); at != std::string_view::npos; ++count)
      at = said.find("must not be null", at + 1);
    return count;
  };
  CHECK(missing(message({.max_missing = 2}, lacking)) == 2);
  CHECK(missing(message({.max_missing = 1}, lacking)) == 1);
}

TEST_CASE_FIXTURE(Fixture, "a message is no longer than the model allows") {
  std::string body = R"({"Inners":[)";
  for (int i = 0; i < 300; ++i) body += std::string{i == 0 ? "" : ","} + R"({"Name":"long"})";
  ServiceError const error = refused(echo(body + "]}"));
  CHECK(error.message.starts_with("100 validation errors detected: "));
  CHECK(error.message.size() == 10'000);
}

TEST_CASE("every constraint reads as a sentence") {
  CHECK(detail::constraint_text({"A", Rule::depth, "at most 64 levels", ""}) == "Member must have at most 64 levels");
  CHECK(detail::constraint_text({"A", Rule::length, "1 to 2 bytes", "3 bytes"}) ==
        "Member must have 1 to 2 bytes (found 3 bytes)");
  CHECK(detail::constraint_text({"A", Rule::utf8, "valid UTF-8", ""}) == "Member must be valid UTF-8");
}

TEST_CASE("what a missing member lacks is not reported, what contains it is") {
  CHECK(detail::validation_message({{"A.B", false}}, {{"A.B.C", Rule::length, "1 to 2 bytes", ""},
                                                      {"A", Rule::length, "1 to 2 members", "3 members"}}) ==
        "2 validation errors detected: Value at 'A.B' failed to satisfy constraint: Member must not be null; "
        "Value at 'A' failed to satisfy constraint: Member must have 1 to 2 members (found 3 members)");
}

TEST_CASE("a path is inside another one only at a step boundary") {
  CHECK(detail::is_within("A", "A"));
  CHECK(detail::is_within("A.B", "A"));
  CHECK(detail::is_within("A[0]", "A"));
  CHECK(detail::is_within("A", ""));
  CHECK_FALSE(detail::is_within("AB", "A"));
  CHECK_FALSE(detail::is_within("A", "A.B"));
  for (std::string_view const other : {"A-B", "A/B", "AZ", "A\\", "A]", "A "})
    CHECK_FALSE(detail::is_within(other, "A"));
}

namespace {

// A substitute for gzip: a mark before the text.
Gunzip unpack(std::string_view body, std::size_t max_bytes, std::string& out) {
  if (!body.starts_with("gz")) return Gunzip::corrupt;
  if (body.size() - 2 > max_bytes) return Gunzip::too_large;
  out = body.substr(2);
  return Gunzip::done;
}

struct PackedEcho : Echo {
  static constexpr OperationTraits traits{.gzip = true};
};

template <class Op>
HttpResponse answer(HttpRequest request, DispatchOptions const& options, std::string coding = "gzip") {
  Dispatcher dispatcher{options};
  dispatcher.on<Op>([](EchoInput const& in, RequestContext const&) -> Result<EchoOutput, HandlerError> {
    return EchoOutput{.text = in.secret};
  });
  request.headers.add("Content-Encoding", std::move(coding));
  return dispatcher.handle(request);
}

}  // namespace

TEST_CASE("a compressed body is read if the operation and the server support it") {
  DispatchOptions const options{.decompression = {.gunzip = &unpack}};
  HttpRequest const packed = echo(R"(gz{"Secret":"abc"})");
  CHECK(answer<PackedEcho>(packed, options).body == R"({"Text":"abc"})");
  CHECK(answer<PackedEcho>(echo(R"({"Secret":"abc"})"), options, "identity").body == R"({"Text":"abc"})");
  CHECK(answer<Echo>(echo(R"({"Secret":"abc"})"), {}, "identity").body == R"({"Text":"abc"})");
  auto const violation = read_error(answer<PackedEcho>(echo(R"(gz{"Secret":"a"})"), options));
  CHECK(violation.code == "ValidationException");
}

TEST_CASE("an unsupported content coding is an UnsupportedMediaTypeException") {
  DispatchOptions const options{.decompression = {.gunzip = &unpack}};
  HttpRequest const packed = echo("gz{}");
  for (HttpResponse const& response :
       {answer<PackedEcho>(packed, {}), answer<Echo>(packed, options), answer<Echo>(packed, {})}) {
    CHECK(response.status == 415);
    CHECK(read_error(response).code == "UnsupportedMediaTypeException");
    CHECK(*response.headers.find("Accept-Encoding") == "identity");
    CHECK(read_error(response).message == "Content-Encoding is not supported.");
  }
  for (char const* coding : {"br", "gzip, gzip", "custom, gzip"}) {
    CAPTURE(coding);
    HttpResponse const response = answer<PackedEcho>(packed, options, coding);
    CHECK(response.status == 415);
    CHECK(*response.headers.find("Accept-Encoding") == "gzip");
    CHECK(read_error(response).message == "The only supported Content-Encoding is gzip, applied once.");
  }
}

TEST_CASE("a body that decompresses to too much, or not at all, is rejected") {
  DispatchOptions const options{.max_body_bytes = 6, .decompression = {.gunzip = &unpack}};
  CHECK(answer<PackedEcho>(echo("gz{  }"), options).status == 200);
  // The limit applies to the body as received,
  ServiceError const packed = read_error(answer<PackedEcho>(echo("gz{   }"), options));
  CHECK(packed.code == "RequestEntityTooLargeException");
  CHECK(packed.http_status == 413);
  // and to the decompressed body.
  auto const bomb = [](std::string_view, std::size_t, std::string&) { return Gunzip::too_large; };
  ServiceError const inflated =
      read_error(answer<PackedEcho>(echo("gz{}"), {.max_body_bytes = 6, .decompression = {.gunzip = bomb}}));
  CHECK(inflated.code == "RequestEntityTooLargeException");
  CHECK(inflated.http_status == 413);
  CHECK(inflated.message == "The body is larger than 6 bytes.");
  ServiceError const corrupt = read_error(answer<PackedEcho>(echo("{}"), options));
  CHECK(corrupt.code == "SerializationException");
  CHECK(corrupt.http_status == 400);
}

TEST_CASE("the response of an operation without output has no body") {
  Dispatcher dispatcher;
  dispatcher.on<Silent>(
      [](Nothing const&, RequestContext const&) -> Result<Nothing, HandlerError> { return Nothing{}; });
  HttpResponse const response = dispatcher.handle(post("HealthLake.Silent", "{}"));
  CHECK(response.status == 200);
  CHECK(response.body.empty());
  CHECK(*response.headers.find("Content-Type") == "application/x-amz-json-1.0");
  CHECK(response.headers.count("x-amzn-RequestId") == 1);
}
