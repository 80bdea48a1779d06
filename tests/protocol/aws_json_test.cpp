#include "healthlake/protocol/aws_json.hpp"

#include <doctest/doctest.h>

#include <string>

#include "../support/silent.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/model/tag.hpp"

using namespace healthlake;

namespace {

Endpoint const endpoint{.authority = "healthlake.us-east-1.amazonaws.com"};

StartFHIRExportJobRequest start_request() {
  StartFHIRExportJobRequest request;
  request.job_name = "nightly";
  request.output_data_config.value = S3Configuration{"s3://bucket-1/out", "alias/key"};
  request.datastore_id = "0123456789abcdef0123456789abcdef";
  request.data_access_role_arn = "arn:aws:iam::123456789012:role/Export";
  request.client_token = "token-1";
  return request;
}

constexpr char const* start_body =
    R"({"JobName":"nightly","OutputDataConfig":{"S3Configuration":{"S3Uri":"s3://bucket-1/out","KmsKeyId":"alias/key"}},)"
    R"("DatastoreId":"0123456789abcdef0123456789abcdef",)"
    R"("DataAccessRoleArn":"arn:aws:iam::123456789012:role/Export","ClientToken":"token-1"})";

constexpr char const* described =
    R"({"ExportJobProperties":{"JobId":"0123456789abcdef","JobName":"nightly","JobStatus":"COMPLETED",)"
    R"("SubmitTime":1786145687.25,"EndTime":1786149287,"DatastoreId":"0123456789abcdef0123456789abcdef",)"
    R"("OutputDataConfig":{"S3Configuration":{"S3Uri":"s3://bucket-1/out","KmsKeyId":"alias/key"}},)"
    R"("DataAccessRoleArn":"arn:aws:iam::123456789012:role/Export","Message":"all done"}})";

HttpResponse ok(std::string body) { return {200, {{"x-amzn-RequestId", "r-1"}}, std::move(body)}; }

Malformed malformed(HttpResponse const& response, ReadOptions const& options = {}) {
  auto const result = read_response<DescribeFHIRExportJob>(response, options);
  REQUIRE_FALSE(result.has_value());
  REQUIRE(result.error().as<Malformed>() != nullptr);
  return *result.error().as<Malformed>();
}

struct QueryCompatible : DescribeFHIRExportJob {
  static constexpr ServiceInfo service{.target_prefix = "Old", .query_compatible = true};
};

// Of another protocol: it writes its method, and reads whatever it is given as a success with that status.
struct OtherProtocol {
  template <class Op>
  static bool write(HttpRequest& request, OperationInfo const& operation, void const*, Endpoint const&,
                    detail::WriteOptions const&, std::optional<Error>& error) {
    if (operation.name != Op::name) error.emplace(InvalidInput{});
    request.method = "PUT";
    return !error.has_value();
  }
  template <class Op>
  static bool read(OperationInfo const&, HttpResponse const& response, void*, detail::Extras const&, ReadOptions const&,
                   ResponseMetadata& metadata, Headers const&, std::optional<Error>&) {
    metadata.http_status = response.status;
    return true;
  }
  static std::optional<Milliseconds> retry_after(Headers const&, Timestamp) { return std::nullopt; }
};
struct Other : DescribeFHIRExportJob {
  using Protocol = OtherProtocol;
};

struct Prefixed : DescribeFHIRExportJob {
  static constexpr OperationTraits traits{.host_prefix = "data."};
};

}  // namespace

TEST_CASE("a request") {
  auto const request = write_request<StartFHIRExportJob>(start_request(), endpoint);
  REQUIRE(request.has_value());
  CHECK(request->method == "POST");
  CHECK(request->url() == "https://healthlake.us-east-1.amazonaws.com/");
  CHECK(request->headers ==
        Headers{{"Content-Type", "application/x-amz-json-1.0"}, {"X-Amz-Target", "HealthLake.StartFHIRExportJob"}});
  CHECK(request->body == start_body);
}

TEST_CASE("an operation's host prefix, and an endpoint with a path") {
  Endpoint const custom{.scheme = "http", .authority = "example.com:8080", .path = "/custom"};
  CHECK(make_request(operation_info<Prefixed>, "{}", custom).url() == "http://data.example.com:8080/custom/");
  CHECK(make_request(operation_info<Prefixed>, "{}", custom, false).url() == "http://example.com:8080/custom/");
}

TEST_CASE("a request is written into another one, of which nothing stays") {
  HttpRequest request{.method = "GET",
                      .scheme = "http",
                      .authority = "other",
                      .target = "/other",
                      .headers = {{"X-Amz-Target", "Other"}, {"Authorization", "none"}},
                      .body = "other"};
  std::optional<Error> error;
  StartFHIRExportJobRequest const input = start_request();
  using Op = StartFHIRExportJob;
  REQUIRE(detail::write_erased(request, operation_info<Op>, &input, endpoint, {detail::extras_of<Op>, {}, {}}, error));
  CHECK(request == *write_request<Op>(input, endpoint));
  HttpRequest head{.body = "other"};
  detail::write_head(head, operation_info<Op>, endpoint);
  CHECK(head.body.empty());
}

TEST_CASE("a request with a body that is already serialized") {
  HttpRequest const request = make_request(operation_info<StartFHIRExportJob>, start_body, endpoint);
  CHECK(request == *write_request<StartFHIRExportJob>(start_request(), endpoint));
}

TEST_CASE("a query compatible service is asked for the codes of the query protocol") {
  auto const request = write_request<QueryCompatible>({"1", "2"}, endpoint);
  REQUIRE(request.has_value());
  CHECK(request->headers == Headers{{"Content-Type", "application/x-amz-json-1.0"},
                                    {"X-Amz-Target", "Old.DescribeFHIRExportJob"},
                                    {"x-amzn-query-mode", "true"}});
}

TEST_CASE("an operation of another protocol is written and read by it") {
  auto const request = write_request<Other>({}, endpoint);
  REQUIRE(request.has_value());
  CHECK(request->method == "PUT");
  CHECK(request->headers.empty());
  auto const response = read_response<Other>({500, {}, "not JSON"});
  REQUIRE(response.has_value());
  CHECK(response->metadata.http_status == 500);
}

TEST_CASE("an invalid input is not written, and every violation is listed") {
  StartFHIRExportJobRequest bad;
  bad.job_name = "";
  bad.datastore_id = "a!";
  bad.data_access_role_arn = "arn:aws:iam::123456789012:user/Nobody";
  bad.client_token = std::string(65, 'x');
  auto const request = write_request<StartFHIRExportJob>(bad, endpoint);
  REQUIRE_FALSE(request.has_value());
  auto const* invalid = request.error().as<InvalidInput>();
  REQUIRE(invalid != nullptr);
  std::vector<std::string> lines;
  for (auto const& violation : invalid->violations)
    lines.push_back(violation.path + " " + std::string{to_string(violation.rule)});
  CHECK(lines == std::vector<std::string>{"JobName length", "OutputDataConfig required", "DatastoreId pattern",
                                          "DataAccessRoleArn pattern", "ClientToken length"});
  auto const first = write_request<StartFHIRExportJob>(bad, endpoint, {.max_violations = 1});
  CHECK(first.error().as<InvalidInput>()->violations.size() == 1);
}

TEST_CASE("what the rules allow but JSON does not is invalid as well") {
  StartFHIRExportJobRequest input = start_request();
  input.output_data_config.value = UnknownMember{"Tape", "{"};
  auto const request = write_request<StartFHIRExportJob>(input, endpoint);
  REQUIRE_FALSE(request.has_value());
  CHECK(request.error().kind() == ErrorKind::invalid);
}

TEST_CASE("a response") {
  auto const response = read_response<DescribeFHIRExportJob>(ok(described));
  REQUIRE(response.has_value());
  auto const& job = response->output.export_job_properties;
  CHECK(job.job_id == "0123456789abcdef");
  CHECK(job.job_status == JobStatus::completed);
  CHECK(job.submit_time == Timestamp{1'786'145'687'250});
  CHECK(job.end_time == Timestamp{1'786'149'287'000});
  CHECK(job.output_data_config.s3_configuration()->kms_key_id == "alias/key");
  CHECK(response->metadata.http_status == 200);
  CHECK(response->metadata.request_id == "r-1");
  CHECK(response->metadata.attempts == 0);
  CHECK(response->metadata.missing.empty());
}

TEST_CASE("a truncated response is malformed wherever it ends") {
  std::string const whole = described;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    Malformed const found = malformed(ok(whole.substr(0, length)));
    REQUIRE(found.http_status == 200);
    REQUIRE(found.request_id == "r-1");
    REQUIRE(found.offset <= length);
  }
}

TEST_CASE("only 2xx is a success") {
  for (int const status : {200, 201, 204, 299}) {
    HttpResponse response = ok(described);
    response.status = status;
    CHECK(read_response<DescribeFHIRExportJob>(response)->metadata.http_status == status);
  }
  for (int const status : {0, 100, 199, 300, 301, 304, 400, 404, 429, 500, 503}) {
    CAPTURE(status);
    HttpResponse response = ok(described);
    response.status = status;
    auto const result = read_response<DescribeFHIRExportJob>(response);
    REQUIRE_FALSE(result.has_value());
    REQUIRE(result.error().as<ServiceError>() != nullptr);
    CHECK(result.error().as<ServiceError>()->http_status == status);
    CHECK(result.error().as<ServiceError>()->request_id == "r-1");
  }
}

TEST_CASE("required members of the output itself are not filled in") {
  for (char const* body : {"", "{}", R"({"Unknown":1})", R"({"ExportJobProperties":null})"}) {
    CAPTURE(body);
    Malformed const found = malformed(ok(body));
    CHECK(found.message == "the response lacks a required member");
    CHECK(found.path == "ExportJobProperties");
    CHECK(found.http_status == 200);
    CHECK(found.request_id == "r-1");
    CHECK(found.offset == std::string_view{body}.size());
  }
  auto const reported = read_response<DescribeFHIRExportJob>(ok(""), {.missing = MissingMembers::report});
  REQUIRE(reported.has_value());
  CHECK(reported->metadata.missing == std::vector<MissingMember>{{"ExportJobProperties", true}});
  CHECK(reported->output == DescribeFHIRExportJobResponse{});
}

TEST_CASE("members missing deeper are listed, or malformed if the options say so") {
  std::string const body = R"({"ExportJobProperties":{"JobId":"1","JobStatus":"QUEUED","DatastoreId":"2"}})";
  std::vector<MissingMember> const gaps = {{"ExportJobProperties.SubmitTime", false},
                                           {"ExportJobProperties.OutputDataConfig", false}};
  CHECK(read_response<DescribeFHIRExportJob>(ok(body))->metadata.missing == gaps);
  CHECK(read_response<DescribeFHIRExportJob>(ok(body), {.missing = MissingMembers::report})->metadata.missing == gaps);
  Malformed const found = malformed(ok(body), {.missing = MissingMembers::fail_all});
  CHECK(found.path == "ExportJobProperties.SubmitTime");
  CHECK(read_response<DescribeFHIRExportJob>(ok(described), {.missing = MissingMembers::fail_all}).has_value());
}

TEST_CASE("a success with an error type and no output is an error") {
  std::string const body = R"({"__type":"com.amazonaws.healthlake#ThrottlingException"})";
  auto const fault = [](auto const& read) {
    REQUIRE_FALSE(read.has_value());
    auto const* malformed = read.error().template as<Malformed>();
    REQUIRE(malformed != nullptr);
    return malformed->message;
  };
  CHECK(fault(read_response<TagResource>({200, {}, body})) == "the response has an error type and no output");
  CHECK(fault(read_response<UntagResource>({200, {}, body})) == "the response has an error type and no output");
  CHECK(fault(read_response<ListTagsForResource>({200, {}, body})) == "the response has an error type and no output");
  CHECK(read_response<TagResource>({200, {}, "{}"}).has_value());
  CHECK(read_response<TagResource>({200, {}, ""}).has_value());
  for (std::string const& lone : {body, std::string{R"({"__type":"X","ExportJobProperties":null})"}}) {
    ReadOptions const lenient{.missing = MissingMembers::report};
    CHECK(fault(read_response<DescribeFHIRExportJob>({200, {}, lone}, lenient)) ==
          "the response has an error type and no output");
    CHECK(fault(read_response<StartFHIRExportJob>({200, {}, lone}, lenient)) ==
          "the response has an error type and no output");
  }
  CHECK(
      read_response<StartFHIRExportJob>({200, {}, R"({"__type":"X","JobId":"j"})"}, {.missing = MissingMembers::report})
          .has_value());
  // The name may be spelled with escapes; the value may be anything, and appear twice.
  for (std::string const only_a_type :
       {R"({"\u005f_type":"X"})", R"({"_\u005Ftype":"X","message":"no"})", R"({ "__type" : 7 })", R"({"__type":null})",
        R"({"__type":"X","Tags":null})", R"({"__type":"X","__type":"Y"})", R"({"New":1,"__type":"X"})"})
    CHECK(fault(read_response<ListTagsForResource>({200, {}, only_a_type})) ==
          "the response has an error type and no output");
  // Within a member of another name it is not an error's.
  for (std::string const output : {R"({"New":{"__type":"X"}})", R"({"New":["__type"]})", R"({"__Type":"X"})"})
    CHECK(read_response<ListTagsForResource>({200, {}, output}).has_value());
  CHECK(read_response<ListTagsForResource>({200, {}, R"({"__type":"ListTagsForResourceResponse","Tags":[]})"})
            .has_value());
}

TEST_CASE("a body that is not the output is malformed, with status and request id") {
  for (char const* body : {"<html>", "[]", "null", R"({"ExportJobProperties":[]})",
                           R"({"ExportJobProperties":{"JobId":7}})", R"({"ExportJobProperties":{}} x)"}) {
    CAPTURE(body);
    Malformed const found = malformed(ok(body));
    CHECK(found.http_status == 200);
    CHECK(found.request_id == "r-1");
    CHECK_FALSE(found.message.empty());
  }
  CHECK(malformed(ok(described), {.decode = {.max_bytes = 10}}).message.find("expected at most 10 bytes") !=
        std::string::npos);
}

TEST_CASE("a content coding that was not requested is reported") {
  HttpResponse response = ok("\x1f\x8b\x08");
  response.headers.add("Content-Encoding", "gzip");
  Malformed const fault = malformed(response);
  CHECK(fault.message.starts_with("the response has `Content-Encoding: gzip`, which was not requested: "));
  CHECK(fault.offset == 0);
  CHECK(to_string(Error{fault}).find("Content-Encoding: gzip") != std::string::npos);
  // A fault of a body that can be read gets no hint.
  response.body = "{}";
  CHECK(malformed(response).message.find("Content-Encoding") == std::string::npos);
  response.body = described;
  CHECK(read_response<DescribeFHIRExportJob>(response).has_value());
}

TEST_CASE("a server reads a request and writes its response") {
  auto const request = write_request<StartFHIRExportJob>(start_request(), endpoint);
  auto const input = read_request<StartFHIRExportJob>(*request);
  REQUIRE(input.has_value());
  CHECK(input->value == start_request());
  CHECK(input->missing.empty());
  auto const response = write_response<StartFHIRExportJob>({"job-1", JobStatus::submitted, {}}, {.request_id = "r-7"});
  REQUIRE(response.has_value());
  CHECK(response->status == 200);
  CHECK(response->body == R"({"JobId":"job-1","JobStatus":"SUBMITTED"})");
  CHECK(*response->headers.find("content-type") == "application/x-amz-json-1.0");
  auto const back = read_response<StartFHIRExportJob>(*response);
  CHECK(back->output.job_id == "job-1");
  CHECK(back->metadata.request_id == "r-7");
  CHECK_FALSE(write_response<StartFHIRExportJob>({}).has_value());
}

TEST_CASE("a server rejects a request for another operation, and lists what is missing") {
  HttpRequest request;
  CHECK(read_request<StartFHIRExportJob>(request).error().message ==
        "X-Amz-Target is not HealthLake.StartFHIRExportJob");
  for (char const* target : {"", "HealthLake.DescribeFHIRExportJob", "healthlake.StartFHIRExportJob",
                             "StartFHIRExportJob", "HealthLake.StartFHIRExportJob2"}) {
    CAPTURE(target);
    request.headers.set("X-Amz-Target", target);
    CHECK_FALSE(read_request<StartFHIRExportJob>(request).has_value());
  }
  request.headers.set("x-amz-target", "HealthLake.StartFHIRExportJob");
  auto const empty = read_request<StartFHIRExportJob>(request);
  REQUIRE(empty.has_value());
  CHECK(empty->missing.size() == 3);
  request.body = "{";
  CHECK_FALSE(read_request<StartFHIRExportJob>(request).has_value());
  request.body = start_body;
  CHECK_FALSE(read_request<StartFHIRExportJob>(request, {.max_depth = 1}).has_value());
}

namespace {
struct Empty : Silent {
  static constexpr OperationTraits traits{};
};
}  // namespace

TEST_CASE("a server writes no body for an operation without output, and {} for an output without members") {
  auto const silent = write_response<Silent>({}, {.request_id = "r-8"});
  REQUIRE(silent.has_value());
  CHECK(silent->status == 200);
  CHECK(silent->body.empty());
  CHECK(silent->headers == Headers{{"Content-Type", "application/x-amz-json-1.0"}, {"x-amzn-RequestId", "r-8"}});
  CHECK(write_response<Empty>({})->body == "{}");
  // A client accepts either for both, and whatever else a later version may send.
  for (char const* body : {"", "{}", R"({"New":1})"}) {
    CAPTURE(body);
    CHECK(read_response<Silent>(ok(body)).has_value());
    CHECK(read_response<Empty>(ok(body)).has_value());
  }
  CHECK_FALSE(read_response<Silent>(ok("[]")).has_value());
}
