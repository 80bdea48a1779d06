#include "healthlake/local/local_healthlake.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "healthlake/core/validate.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/sign/sigv4.hpp"

using namespace healthlake;

namespace {

constexpr Timestamp begin = Timestamp::from_seconds(1'786'145'687);
Endpoint const endpoint{.scheme = "http", .authority = "127.0.0.1:8080"};

std::string const patients =
    "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n{\"resourceType\":\"Patient\",\"id\":\"2\"}\n";
std::string const observations = "{\"id\":\"3\",\"resourceType\":\"Observation\",\"valueQuantity\":{\"value\":1.50}}";

Credentials key() { return {"AKIDEXAMPLE", Secret{"the-secret"}, {}}; }

// A service under a clock that stands still until it is moved.
struct Bench {
  Timestamp now = begin;
  MemoryStore objects{};
  LocalHealthLake service;

  explicit Bench(LocalOptions options = {}) : service([this] { return now; }, objects, std::move(options)) {
    REQUIRE(service.add_datastore("ds1", {{"Patient", patients}, {"Observation", observations}}));
    REQUIRE(service.add_datastore("ds2", {}));
  }

  void pass(std::int64_t milliseconds) { now = now + Milliseconds{milliseconds}; }

  template <Operation Op>
  Result<typename Op::Output> call(typename Op::Input const& input) {
    auto request = write_request<Op>(input, endpoint);
    REQUIRE(request);
    auto reply = service.send(*request);
    if (!reply) return Unexpected{reply.error()};
    auto response = read_response<Op>(*reply, {.missing = MissingMembers::fail_all});
    if (!response) return Unexpected{response.error()};
    CHECK(violations(response->output, {.unknown_enum_values = false}).empty());
    CHECK(response->metadata.request_id.size() == 36);
    return std::move(response->output);
  }

  static StartFHIRExportJobRequest request(std::string uri = "s3://bucket/exports", std::string datastore = "ds1") {
    return {.output_data_config = {S3Configuration{.s3_uri = std::move(uri), .kms_key_id = "alias/key"}},
            .datastore_id = std::move(datastore),
            .data_access_role_arn = "arn:aws:iam::123456789012:role/export"};
  }
  std::string start(StartFHIRExportJobRequest const& input = request()) {
    auto started = call<StartFHIRExportJob>(input);
    REQUIRE(started);
    CHECK(started->datastore_id == input.datastore_id);
    return started->job_id;
  }
  ExportJobProperties describe(std::string const& job, std::string const& datastore = "ds1") {
    auto described = call<DescribeFHIRExportJob>({.datastore_id = datastore, .job_id = job});
    REQUIRE(described);
    return described->export_job_properties;
  }
  std::string status(std::string const& job, std::string const& datastore = "ds1") {
    return std::string{describe(job, datastore).job_status.text()};
  }
  template <Operation Op>
  ServiceError refused(typename Op::Input const& input) {
    auto outcome = call<Op>(input);
    REQUIRE(!outcome);
    auto const* error = outcome.error().template as<ServiceError>();
    REQUIRE(error != nullptr);
    return *error;
  }
  std::vector<std::string> jobs(ListFHIRExportJobsRequest const& input = {.datastore_id = "ds1"}) {
    auto page = call<ListFHIRExportJobs>(input);
    REQUIRE(page);
    CHECK_FALSE(page->next_token.has_value());
    std::vector<std::string> ids;
    for (auto const& job : page->export_job_properties_list) ids.push_back(job.job_id);
    return ids;
  }
};

HttpRequest signed_request(HttpRequest request, Timestamp now, Credentials const& credentials,
                           std::string_view region = "us-east-1") {
  SigV4<Sha256> signer{SigV4Options{}};
  auto headers = signer.sign(request, credentials, {.region = region, .time = now});
  REQUIRE(headers);
  for (auto const& header : *headers) request.headers.add(header.name, header.value);
  return request;
}

HttpRequest list_request() { return *write_request<ListFHIRExportJobs>({.datastore_id = "ds1"}, endpoint); }

}  // namespace

TEST_CASE("a job goes from SUBMITTED by IN_PROGRESS to COMPLETED as time passes, and writes its files") {
  Bench bench;
  auto const started = bench.call<StartFHIRExportJob>(Bench::request());
  REQUIRE(started);
  CHECK(started->job_status == JobStatus::submitted);
  std::string const job = started->job_id;
  CHECK(job.size() == 32);
  CHECK(job.find_first_not_of("0123456789abcdef") == std::string::npos);

  bench.pass(999);
  ExportJobProperties properties = bench.describe(job);
  CHECK(properties.job_status == JobStatus::submitted);
  CHECK(properties.submit_time == begin);
  CHECK(properties.datastore_id == "ds1");
  CHECK(properties.data_access_role_arn == "arn:aws:iam::123456789012:role/export");
  CHECK_FALSE(properties.job_name.has_value());
  CHECK_FALSE(properties.end_time.has_value());
  bench.pass(1);
  CHECK(bench.describe(job).job_status == JobStatus::in_progress);
  bench.pass(4'999);
  properties = bench.describe(job);
  CHECK(properties.job_status == JobStatus::in_progress);
  CHECK_FALSE(properties.end_time.has_value());
  CHECK(bench.objects.list("bucket", "")->empty());
  bench.pass(60'001);
  properties = bench.describe(job);
  CHECK(properties.job_status == JobStatus::completed);
  // When it ended, not when somebody asked.
  CHECK(properties.end_time == begin + Milliseconds{6'000});
  CHECK_FALSE(properties.message.has_value());

  std::string const folder = "exports/ds1-FHIR_EXPORT-" + job + "/";
  CHECK(*bench.objects.list("bucket", "") ==
        std::vector<std::string>{folder + "Observation/Observation-001.ndjson", folder + "Patient/Patient-001.ndjson"});
  CHECK(*bench.objects.get("bucket", folder + "Patient/Patient-001.ndjson") == patients);
  // Byte for byte, and with a line end even if there was none.
  CHECK(*bench.objects.get("bucket", folder + "Observation/Observation-001.ndjson") == observations + "\n");
}

TEST_CASE("settle writes results without a request") {
  Bench bench;
  bench.start();
  bench.pass(6'000);
  bench.service.settle();
  CHECK(bench.objects.list("bucket", "")->size() == 2);
}

TEST_CASE("a status that was reached stays, whatever the clock does") {
  Bench bench;
  std::string const job = bench.start();
  bench.pass(6'000);
  CHECK(bench.describe(job).job_status == JobStatus::completed);
  bench.pass(-6'000);
  CHECK(bench.describe(job).job_status == JobStatus::completed);
}

TEST_CASE("the prefix may be missing, or end with a slash") {
  for (std::string const uri : {"s3://bucket", "s3://bucket/"}) {
    Bench bench;
    std::string const job = bench.start(Bench::request(uri));
    bench.pass(6'000);
    bench.service.settle();
    CHECK(bench.objects.get("bucket", "ds1-FHIR_EXPORT-" + job + "/Patient/Patient-001.ndjson"));
  }
  Bench bench;
  std::string const job = bench.start(Bench::request("s3://bucket/a/b/"));
  bench.pass(6'000);
  bench.service.settle();
  CHECK(bench.objects.get("bucket", "a/b/ds1-FHIR_EXPORT-" + job + "/Patient/Patient-001.ndjson"));
}

TEST_CASE("both forms of OutputDataConfig work and are returned as given") {
  Bench bench;
  StartFHIRExportJobRequest preview = Bench::request();
  preview.output_data_config = {std::string{"s3://bucket/preview/"}};
  StartFHIRExportJobRequest const current = Bench::request("s3://bucket/current");
  for (auto const& input : {preview, current}) {
    std::string const job = bench.start(input);
    CHECK(bench.describe(job).output_data_config == input.output_data_config);
    bench.pass(6'000);
    CHECK(bench.describe(job).output_data_config == input.output_data_config);
    CHECK(bench.describe(job).job_status == JobStatus::completed);
  }
  CHECK(bench.objects.list("bucket", "preview/ds1-FHIR_EXPORT-")->size() == 2);
  CHECK(bench.objects.list("bucket", "current/ds1-FHIR_EXPORT-")->size() == 2);
}

TEST_CASE("one job runs at a time and the rest waits in the order of submission, across data stores") {
  Bench bench;
  std::string const first = bench.start();
  bench.pass(100);
  std::string const second = bench.start(Bench::request("s3://bucket/x", "ds2"));
  bench.pass(100);
  std::string const third = bench.start();
  bench.pass(800);  // 1000
  CHECK(bench.status(first) == "IN_PROGRESS");
  CHECK(bench.status(second, "ds2") == "SUBMITTED");
  CHECK(bench.status(third) == "SUBMITTED");
  bench.pass(200);  // 1200
  CHECK(bench.status(second, "ds2") == "QUEUED");
  CHECK(bench.status(third) == "QUEUED");
  bench.pass(4'799);  // 5999
  CHECK(bench.status(first) == "IN_PROGRESS");
  CHECK(bench.status(second, "ds2") == "QUEUED");
  bench.pass(1);  // 6000
  CHECK(bench.status(first) == "COMPLETED");
  CHECK(bench.status(second, "ds2") == "IN_PROGRESS");
  CHECK(bench.status(third) == "QUEUED");
  bench.pass(5'000);  // 11000
  CHECK(bench.status(second, "ds2") == "COMPLETED");
  CHECK(bench.status(third) == "IN_PROGRESS");
  bench.pass(5'000);
  CHECK(bench.describe(third).job_status == JobStatus::completed);
  CHECK(bench.describe(third).end_time == begin + Milliseconds{16'000});
}

TEST_CASE("as many jobs run as the options say") {
  for (std::size_t const places : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{100}}) {
    Bench bench{{.submitted_time = {10}, .running_time = {100}, .max_concurrent_jobs = places}};
    std::vector<std::string> ids;
    for (int i = 0; i < 5; ++i) ids.push_back(bench.start());
    bench.pass(10);
    std::size_t running = 0;
    for (auto const& id : ids) running += bench.status(id) == "IN_PROGRESS" ? 1 : 0;
    CHECK(running == std::min<std::size_t>(std::max<std::size_t>(places, 1), 5));
    CHECK(bench.status(ids.front()) == "IN_PROGRESS");
    bench.pass(500);
    for (auto const& id : ids) CHECK(bench.status(id) == "COMPLETED");
  }
}

TEST_CASE("time stands still while the clock is set back, so that no job overtakes another one") {
  Bench bench{{.max_concurrent_jobs = 2}};
  bench.pass(10'000);
  std::string const first = bench.start();
  bench.pass(-10'000);
  std::string const second = bench.start();
  bench.pass(10'999);
  CHECK(bench.status(first) == "SUBMITTED");
  CHECK(bench.status(second) == "SUBMITTED");
  CHECK(bench.describe(second).submit_time == bench.describe(first).submit_time);
  bench.pass(1);
  CHECK(bench.status(first) == "IN_PROGRESS");
  CHECK(bench.status(second) == "IN_PROGRESS");
}

TEST_CASE("files contain at most the given number of resources, together all of them in order") {
  Bench bench{{.max_resources_per_file = 3}};
  std::string text;
  for (int i = 0; i < 7; ++i) text += "{\"resourceType\":\"Patient\",\"id\":\"" + std::to_string(i) + "\"}\n";
  REQUIRE(bench.service.add_datastore("ds1", {{"a", text}}));
  bench.start(Bench::request("s3://bucket"));
  bench.pass(6'000);
  bench.service.settle();
  auto const keys = *bench.objects.list("bucket", "");
  REQUIRE(keys.size() == 3);
  CHECK(keys[2].ends_with("/Patient/Patient-003.ndjson"));
  std::string all;
  std::vector<std::ptrdiff_t> lines;
  for (auto const& object : keys) {
    std::string const bytes = *bench.objects.get("bucket", object);
    lines.push_back(std::count(bytes.begin(), bytes.end(), '\n'));
    all += bytes;
  }
  CHECK(all == text);
  CHECK(lines == std::vector<std::ptrdiff_t>{3, 3, 1});
}

TEST_CASE("the limit of a file is 5,000 resources by default") {
  Bench bench;
  std::string text;
  for (int i = 0; i < 5'001; ++i) text += "{\"resourceType\":\"Patient\"}\n";
  REQUIRE(bench.service.add_datastore("ds1", {{"a", text}}));
  bench.start(Bench::request("s3://bucket"));
  bench.pass(6'000);
  bench.service.settle();
  auto const keys = *bench.objects.list("bucket", "");
  REQUIRE(keys.size() == 2);
  CHECK(bench.objects.get("bucket", keys[0])->size() == 5'000 * 27);
  CHECK(bench.objects.get("bucket", keys[1])->size() == 27);
}

TEST_CASE("lines are sorted by resource type, and those that are not resources are skipped and reported") {
  Bench bench;
  std::string const text =
      "{\"resourceType\":\"Patient\"}\r\n\n   \n"
      "not json\n[1]\n{}\n{\"resourceType\":7}\n{\"resourceType\":\"\"}\n{\"resourceType\":\"../x\"}\n"
      "{\"resourceType\":\"A\",\"resourceType\":\"B\"}\n{\"resourceType\":\"A\"} {}\n\"text\"\n"
      "{\"resourceType\":\"" +
      std::string(65, 'A') +
      "\"}\n{\"a\":\"\xff\",\"resourceType\":\"A\"}\n"
      "{\"resourceType\":\"Group\"}\n{\"resourceType\":null}";
  REQUIRE(bench.service.add_datastore("ds1", {{"odd name,\n(1)", text}}));
  std::string const job = bench.start(Bench::request("s3://bucket"));
  bench.pass(6'000);
  ExportJobProperties const properties = bench.describe(job);
  CHECK(properties.job_status == JobStatus::completed_with_errors);
  CHECK(properties.end_time.has_value());
  CHECK(properties.message ==
        "12 of 14 lines are not resources and were skipped - the first is line 4 of odd name___1_: not a JSON "
        "object with a resourceType");
  std::string const folder = "ds1-FHIR_EXPORT-" + job + "/";
  CHECK(*bench.objects.list("bucket", "") ==
        std::vector<std::string>{folder + "Group/Group-001.ndjson", folder + "Patient/Patient-001.ndjson"});
  CHECK(*bench.objects.get("bucket", folder + "Patient/Patient-001.ndjson") == "{\"resourceType\":\"Patient\"}\n");
}

TEST_CASE("a data store without resources exports nothing, and well") {
  Bench bench;
  std::string const job = bench.start(Bench::request("s3://bucket", "ds2"));
  bench.pass(6'000);
  CHECK(bench.describe(job, "ds2").job_status == JobStatus::completed);
  CHECK(bench.objects.list("bucket", "")->empty());
}

TEST_CASE("a destination that cannot be written fails the job with a message, and the next one runs") {
  Bench bench;
  bench.objects.deny("forbidden");
  std::string const denied = bench.start(Bench::request("s3://forbidden/x"));
  std::string const odd = bench.start(Bench::request("s3://127.0.0.1/x"));
  std::string const fine = bench.start();
  bench.pass(20'000);
  CHECK(bench.describe(denied).job_status == JobStatus::failed);
  CHECK(bench.describe(denied).message == "The destination cannot be written to: access denied");
  CHECK(bench.describe(denied).end_time == begin + Milliseconds{6'000});
  CHECK(bench.describe(odd).job_status == JobStatus::failed);
  CHECK(bench.describe(fine).job_status == JobStatus::completed);
}

TEST_CASE("an export without a destination fails, where the options let one through") {
  Bench bench{{.dispatch = {.unknown_union_members = true}}};
  StartFHIRExportJobRequest input = Bench::request();
  input.output_data_config.value = UnknownMember{"Ftp", "{\"Url\":\"x\"}"};
  std::string const job = bench.start(input);
  bench.pass(6'000);
  CHECK(bench.describe(job).job_status == JobStatus::failed);
  CHECK(bench.describe(job).output_data_config == input.output_data_config);
}

TEST_CASE("the message of a job keeps to its pattern and length") {
  CHECK(detail::job_message("a (b), 'c'; \"d\" \xc3\xa9 1.5%@/=+-_:") == "a _b__ _c__ _d_ __ 1.5%@/=+-_:");
  CHECK(detail::job_message(std::string(3'000, 'x')).size() == 2'048);
}

TEST_CASE("data stores and jobs that are not there are a ResourceNotFoundException") {
  Bench bench;
  std::string const job = bench.start();
  for (ServiceError const& error : {bench.refused<StartFHIRExportJob>(Bench::request("s3://bucket", "none")),
                                    bench.refused<DescribeFHIRExportJob>({.datastore_id = "none", .job_id = job}),
                                    bench.refused<ListFHIRExportJobs>({.datastore_id = "none"})}) {
    CHECK(error.code == "ResourceNotFoundException");
    CHECK(error.http_status == 404);
    CHECK(error.message == "There is no data store arn:aws:healthlake:us-east-1:123456789012:datastore/fhir/none.");
  }
  for (auto const& input : {DescribeFHIRExportJobRequest{"ds1", "0"}, DescribeFHIRExportJobRequest{"ds2", job}}) {
    ServiceError const error = bench.refused<DescribeFHIRExportJob>(input);
    CHECK(error.code == "ResourceNotFoundException");
    CHECK(error.message.find(input.job_id) != std::string::npos);
  }
}

TEST_CASE("an input that breaks a rule is a ValidationException and starts nothing") {
  Bench bench;
  HttpRequest request = *write_request<StartFHIRExportJob>(Bench::request(), endpoint);
  request.body = R"({"DatastoreId":"ds1"})";
  ServiceError const error = read_error(*bench.service.send(request));
  CHECK(error.code == "ValidationException");
  CHECK(error.http_status == 400);
  CHECK(error.message.starts_with("2 validation errors detected: "));
  CHECK(bench.jobs().empty());
}

TEST_CASE("the same token with the same input is the same job, for 24 hours") {
  Bench bench;
  StartFHIRExportJobRequest input = Bench::request();
  input.client_token = "token-1";
  std::string const job = bench.start(input);
  bench.pass(1'000);
  auto const again = bench.call<StartFHIRExportJob>(input);
  REQUIRE(again);
  CHECK(again->job_id == job);
  CHECK(again->job_status == JobStatus::in_progress);
  bench.pass(86'400'000 - 1'001);
  CHECK(bench.start(input) == job);
  CHECK(bench.jobs().size() == 1);
  bench.pass(1);
  CHECK(bench.start(input) != job);
  CHECK(bench.jobs().size() == 2);
}

TEST_CASE("the same token with another input is refused; without a token each request is a job") {
  Bench bench;
  StartFHIRExportJobRequest input = Bench::request();
  input.client_token = "token-1";
  std::string const job = bench.start(input);
  StartFHIRExportJobRequest other = input;
  other.job_name = "other";
  StartFHIRExportJobRequest elsewhere = input;
  elsewhere.datastore_id = "ds2";
  for (auto const& wrong : {other, elsewhere}) {
    ServiceError const error = bench.refused<StartFHIRExportJob>(wrong);
    CHECK(error.code == "ValidationException");
    CHECK(error.message.find("ClientToken") != std::string::npos);
  }
  CHECK(bench.jobs() == std::vector<std::string>{job});
  other.client_token = "token-2";
  CHECK(bench.start(other) != job);
  CHECK(bench.start() != bench.start());
}

TEST_CASE("lists contain the jobs of the data store, newest first") {
  Bench bench;
  CHECK(bench.jobs().empty());
  std::string const first = bench.start();
  bench.pass(10);
  std::string const other = bench.start(Bench::request("s3://bucket", "ds2"));
  std::string const second = bench.start();
  CHECK(bench.jobs() == std::vector<std::string>{second, first});
  CHECK(bench.jobs({.datastore_id = "ds2"}) == std::vector<std::string>{other});
  auto const page = bench.call<ListFHIRExportJobs>({.datastore_id = "ds1"});
  REQUIRE(page);
  CHECK(page->export_job_properties_list.back() == bench.describe(first));
}

TEST_CASE("jobs have to match every filter that is set") {
  Bench bench;
  StartFHIRExportJobRequest named = Bench::request();
  named.job_name = "nightly";
  std::string const a = bench.start(named);
  bench.pass(1'000);
  std::string const b = bench.start();
  bench.pass(1'000);
  std::string const c = bench.start(named);
  using Ids = std::vector<std::string>;
  CHECK(bench.jobs({.datastore_id = "ds1", .job_name = "nightly"}) == Ids{c, a});
  CHECK(bench.jobs({.datastore_id = "ds1", .job_name = "Nightly"}).empty());
  CHECK(bench.jobs({.datastore_id = "ds1", .job_status = JobStatus::in_progress}) == Ids{a});
  CHECK(bench.jobs({.datastore_id = "ds1", .job_status = JobStatus::queued}) == Ids{b});
  CHECK(bench.jobs({.datastore_id = "ds1", .job_status = JobStatus::submitted}) == Ids{c});
  CHECK(bench.jobs({.datastore_id = "ds1", .job_status = JobStatus::completed}).empty());
  // The moment itself is neither before nor after.
  Timestamp const middle = begin + Milliseconds{1'000};
  CHECK(bench.jobs({.datastore_id = "ds1", .submitted_before = middle}) == Ids{a});
  CHECK(bench.jobs({.datastore_id = "ds1", .submitted_after = middle}) == Ids{c});
  CHECK(bench.jobs({.datastore_id = "ds1", .submitted_before = middle + Milliseconds{1}, .submitted_after = begin}) ==
        Ids{b});
  CHECK(bench.jobs({.datastore_id = "ds1", .job_name = "nightly", .submitted_after = begin}) == Ids{c});
}

TEST_CASE("pages contain every job once, also if jobs are added in between") {
  Bench bench;
  std::vector<std::string> expected;
  for (int i = 0; i < 7; ++i) expected.insert(expected.begin(), bench.start());
  for (std::int32_t const size : {1, 2, 3, 6, 7, 500}) {
    std::vector<std::string> ids;
    ListFHIRExportJobsRequest input{.datastore_id = "ds1", .max_results = size};
    int pages = 0;
    do {
      auto const page = bench.call<ListFHIRExportJobs>(input);
      REQUIRE(page);
      REQUIRE(++pages <= 7);
      CHECK(page->export_job_properties_list.size() <= static_cast<std::size_t>(size));
      for (auto const& job : page->export_job_properties_list) ids.push_back(job.job_id);
      input.next_token = page->next_token;
    } while (input.next_token);
    CHECK(ids == expected);
    CHECK(pages == (7 + size - 1) / size);
  }
  auto const page = bench.call<ListFHIRExportJobs>({.datastore_id = "ds1", .max_results = 4});
  REQUIRE(page);
  bench.start();
  // MaxResults may change from page to page.
  CHECK(bench.jobs({.datastore_id = "ds1", .next_token = page->next_token, .max_results = 3}) ==
        std::vector<std::string>(expected.begin() + 4, expected.end()));
}

TEST_CASE("without MaxResults a page has 100 jobs, or what the options say; an empty NextToken is the first page") {
  Bench bench{{.submitted_time = {1}, .running_time = {1}}};
  for (int i = 0; i < 101; ++i) bench.start();
  auto const page = bench.call<ListFHIRExportJobs>({.datastore_id = "ds1", .next_token = ""});
  REQUIRE(page);
  CHECK(page->export_job_properties_list.size() == 100);
  CHECK(bench.jobs({.datastore_id = "ds1", .next_token = page->next_token}).size() == 1);
  Bench small{{.default_page_size = 0}};
  small.start();
  small.start();
  auto const first = small.call<ListFHIRExportJobs>({.datastore_id = "ds1"});
  REQUIRE(first);
  CHECK(first->export_job_properties_list.size() == 1);
  CHECK(first->next_token.has_value());
}

TEST_CASE("a page token that was tampered with, or was made for other filters, is refused") {
  Bench bench;
  for (int i = 0; i < 4; ++i) {
    bench.start();
    bench.start(Bench::request("s3://bucket", "ds2"));
  }
  auto const page = bench.call<ListFHIRExportJobs>({.datastore_id = "ds1", .max_results = 1});
  REQUIRE(page);
  REQUIRE(page->next_token);
  std::string const token = *page->next_token;
  std::vector<ListFHIRExportJobsRequest> wrong;
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == '1' ? '2' : '1';
    wrong.push_back({.datastore_id = "ds1", .next_token = changed});
  }
  std::string const mac = token.substr(token.find('-'));
  for (std::string const& made_up :
       {token + "0", token.substr(1), std::string{"x"}, std::string{"-"}, std::string{"1-"}, mac,
        std::string(8'000, '9') + mac, "0" + token, " " + token, token + "\n"})
    wrong.push_back({.datastore_id = "ds1", .next_token = made_up});
  wrong.push_back({.datastore_id = "ds2", .next_token = token});
  wrong.push_back({.datastore_id = "ds1", .next_token = token, .job_name = "n"});
  wrong.push_back({.datastore_id = "ds1", .next_token = token, .job_status = JobStatus::submitted});
  wrong.push_back({.datastore_id = "ds1", .next_token = token, .submitted_before = begin});
  wrong.push_back({.datastore_id = "ds1", .next_token = token, .submitted_after = begin});
  for (auto const& input : wrong) {
    ServiceError const error = bench.refused<ListFHIRExportJobs>(input);
    CHECK_MESSAGE(error.code == "ValidationException", *input.next_token);
    CHECK(error.message.find("NextToken") != std::string::npos);
  }
  CHECK(wrong.size() > 40);
  CHECK(bench.call<ListFHIRExportJobs>({.datastore_id = "ds1", .next_token = token}));
  // A service with the same secret but fewer jobs did not give it.
  Bench fresh;
  CHECK(fresh.refused<ListFHIRExportJobs>({.datastore_id = "ds1", .next_token = token}).code == "ValidationException");
}

TEST_CASE("ids follow from the seed, and no two are the same") {
  auto const ids = [](std::uint64_t seed) {
    Bench bench{{.seed = seed}};
    std::vector<std::string> made;
    for (int i = 0; i < 50; ++i) made.push_back(bench.start());
    return made;
  };
  auto const made = ids(1);
  CHECK(std::set<std::string>(made.begin(), made.end()).size() == 50);
  CHECK(ids(1) == made);
  CHECK(ids(2) != made);
  Bench bench;
  std::set<std::string> request_ids;
  for (int i = 0; i < 50; ++i)
    request_ids.emplace(*bench.service.send(list_request())->headers.find("x-amzn-RequestId"));
  CHECK(request_ids.size() == 50);
  CHECK(request_ids.begin()->find_first_not_of("0123456789abcdef-") == std::string::npos);
}

TEST_CASE("a data store's id is one of the model that may stand in a key") {
  Bench bench;
  for (std::string const bad : {"", ".", "..", "...", "a/b", "/", "a,b", "a\nb", "a\\b", "\xff"})
    CHECK_MESSAGE(!bench.service.add_datastore(bad, {}), bad);
  CHECK_FALSE(bench.service.add_datastore(std::string(33, 'a'), {}));
  CHECK(bench.service.add_datastore(std::string(32, 'a'), {}));
  CHECK(bench.service.add_datastore("..a", {}));
  CHECK(bench.service.add_datastore("a/b", {}).error().find("a/b") != std::string::npos);
}

TEST_CASE("every response carries a date and a request id") {
  Bench bench;
  auto const reply = bench.service.send(list_request());
  REQUIRE(reply);
  CHECK(*reply->headers.find("Date") == "Fri, 07 Aug 2026 23:34:47 GMT");
  CHECK(reply->headers.count("x-amzn-requestid") == 1);
  HttpRequest get = list_request();
  get.method = "GET";
  auto const refused = bench.service.send(get);
  REQUIRE(refused);
  CHECK(refused->status == 405);
  CHECK(refused->headers.count("Date") == 1);
  // A clock that is out of all range does no harm.
  bench.now = {std::numeric_limits<std::int64_t>::max()};
  CHECK(*bench.service.send(list_request())->headers.find("Date") == "Fri, 31 Dec 9999 23:59:59 GMT");
}

TEST_CASE("rates are those of AWS if asked for, and off if not") {
  Bench unlimited;
  for (int i = 0; i < 30; ++i) unlimited.start();

  Bench bench{{.rates = documented_rates()}};
  std::string const job = bench.start();
  bench.pass(59'999);
  ServiceError const error = bench.refused<StartFHIRExportJob>(Bench::request());
  CHECK(error.code == "ThrottlingException");
  CHECK(error.http_status == 429);
  CHECK(error.retry == RetryKind::throttling);
  CHECK(error.request_id.size() == 36);
  bench.pass(1);
  bench.start();
  for (int i = 0; i < 10; ++i) bench.describe(job);
  CHECK(bench.refused<DescribeFHIRExportJob>({.datastore_id = "ds1", .job_id = job}).code == "ThrottlingException");
  // The operations do not count together.
  for (int i = 0; i < 10; ++i) bench.jobs();
  CHECK(bench.refused<ListFHIRExportJobs>({.datastore_id = "ds1"}).code == "ThrottlingException");
  bench.pass(999);
  CHECK(bench.refused<ListFHIRExportJobs>({.datastore_id = "ds1"}).code == "ThrottlingException");
  bench.pass(1);
  CHECK(bench.jobs().size() == 2);
}

TEST_CASE("a rate of 0 requests refuses all, and refused requests do not count") {
  RateLimiter limiter{{{"A", {0, {1'000}}}, {"B", {2, {10}}}}};
  CHECK_FALSE(limiter.admit("A", begin));
  CHECK(limiter.admit("C", begin));
  CHECK(limiter.admit("", begin));
  CHECK(limiter.admit("B", begin));
  CHECK(limiter.admit("B", begin + Milliseconds{5}));
  for (int i = 5; i < 10; ++i) CHECK_FALSE(limiter.admit("B", begin + Milliseconds{i}));
  CHECK(limiter.admit("B", begin + Milliseconds{10}));
  CHECK_FALSE(limiter.admit("B", begin + Milliseconds{14}));
  CHECK(limiter.admit("B", begin + Milliseconds{15}));
}

TEST_CASE("a clock that is set back does not leave an operation refused") {
  RateLimiter limiter{{{"A", {2, {10}}}}};
  CHECK(limiter.admit("A", begin + Milliseconds{1'000'000}));
  CHECK(limiter.admit("A", begin + Milliseconds{1'000'001}));
  CHECK(limiter.admit("A", begin));
  CHECK(limiter.admit("A", begin));
  CHECK_FALSE(limiter.admit("A", begin));
  // Set back by less than the window, requests count for less than two of it.
  CHECK_FALSE(limiter.admit("A", begin - Milliseconds{9}));
  CHECK(limiter.admit("A", begin - Milliseconds{10}));
  // A single one in between was far ahead.
  CHECK(limiter.admit("A", begin + Milliseconds{1'000'000}));
  CHECK(limiter.admit("A", begin + Milliseconds{1}));
}

TEST_CASE("where there are credentials, requests have to be signed with one of them") {
  Bench bench{{.region = "eu-west-2", .credentials = {{"OTHER", Secret{"other"}, {}}, key()}}};
  auto const code = [&](HttpRequest const& request) {
    auto const reply = bench.service.send(request);
    REQUIRE(reply);
    CHECK(reply->headers.count("x-amzn-RequestId") == 1);
    return reply->status == 200 ? "OK" : read_error(*reply).code + " " + std::to_string(reply->status);
  };
  CHECK(code(signed_request(list_request(), bench.now, key(), "eu-west-2")) == "OK");
  CHECK(code(list_request()) == "MissingAuthenticationTokenException 403");
  CHECK(code(signed_request(list_request(), bench.now, key())) == "InvalidSignatureException 403");
  Credentials wrong = key();
  wrong.secret_access_key = Secret{"wrong"};
  CHECK(code(signed_request(list_request(), bench.now, wrong, "eu-west-2")) == "InvalidSignatureException 403");
  wrong.access_key_id = "NOBODY";
  CHECK(code(signed_request(list_request(), bench.now, wrong, "eu-west-2")) == "UnrecognizedClientException 403");
  CHECK(code(signed_request(list_request(), bench.now - Milliseconds{300'001'000}, key(), "eu-west-2")) ==
        "InvalidSignatureException 403");
  HttpRequest changed = signed_request(list_request(), bench.now, key(), "eu-west-2");
  changed.body += " ";
  CHECK(code(changed) == "InvalidSignatureException 403");
  changed.headers.set("Authorization", "Basic abc");
  CHECK(code(changed) == "IncompleteSignatureException 400");
  // A body over the limit is not worth a hash, and no operation runs.
  changed.body = std::string(2 << 20, ' ');
  CHECK(code(changed) == "RequestEntityTooLargeException 413");
}

TEST_CASE("requests that are not signed do not use up the rate") {
  Bench bench{{.credentials = {key()}, .rates = {{"ListFHIRExportJobs", {1, {1'000}}}}}};
  for (int i = 0; i < 3; ++i) CHECK(bench.service.send(list_request())->status == 403);
  CHECK(bench.service.send(signed_request(list_request(), bench.now, key()))->status == 200);
  CHECK(bench.service.send(signed_request(list_request(), bench.now, key()))->status == 429);
}

TEST_CASE("targets of other services do not count as operations of this one") {
  Bench bench{{.rates = {{"ListFHIRExportJobs", {0, {1}}}}}};
  CHECK(bench.service.send(list_request())->status == 429);
  for (std::string const target :
       {"HealthLakeListFHIRExportJobs", "Other.ListFHIRExportJobs", "HealthLake", "HealthLak"}) {
    HttpRequest request = list_request();
    request.headers.set("X-Amz-Target", target);
    CHECK(read_error(*bench.service.send(request)).code == "UnknownOperationException");
  }
  HttpRequest request = list_request();
  request.headers.remove("X-Amz-Target");
  CHECK(read_error(*bench.service.send(request)).code == "UnknownOperationException");
}

TEST_CASE("each request takes one fault of the script") {
  Bench bench;
  bench.service.script({.what = Fault::Refused{.http_status = 503}});
  bench.service.script({});
  bench.service.script({.what = Fault::Refused{.http_status = 400, .code = "Odd", .message = "m"}});
  CHECK(bench.service.faults_left() == 3);
  auto const page = bench.service.send(list_request());
  CHECK(page->status == 503);
  CHECK(*page->headers.find("Content-Type") == "text/html");
  CHECK(page->body == "<html><body><h1>503</h1></body></html>");
  CHECK(bench.service.send(list_request())->status == 200);
  ServiceError const odd = read_error(*bench.service.send(list_request()));
  CHECK(odd.code == "Odd");
  CHECK(odd.message == "m");
  CHECK(odd.http_status == 400);
  CHECK(odd.request_id.size() == 36);
  CHECK(bench.service.faults_left() == 0);
  CHECK(bench.service.send(list_request())->status == 200);
}

TEST_CASE("a broken connection is the transport error of the script, which also says if the request was handled") {
  Bench bench;
  HttpRequest const start = *write_request<StartFHIRExportJob>(Bench::request(), endpoint);
  for (bool const handled : {false, true}) {
    TransportError const error{TransportReason::read_timeout, "late", handled};
    bench.service.script({.what = Fault::Broken{.error = error, .handled = handled}});
    auto const reply = bench.service.send(start);
    REQUIRE(!reply);
    CHECK(reply.error() == error);
    CHECK(bench.jobs().size() == (handled ? 1 : 0));
  }
}

TEST_CASE("latency moves the virtual clock before the request is handled, and is reported") {
  Timestamp* clock = nullptr;
  Bench bench{{.on_latency = [&clock](Milliseconds latency) { *clock = *clock + latency; }}};
  clock = &bench.now;
  std::string const job = bench.start();
  bench.service.script({.latency = {6'000}});
  CHECK(bench.describe(job).job_status == JobStatus::completed);
  CHECK(bench.now == begin + Milliseconds{6'000});
  CHECK(bench.service.last_latency() == Milliseconds{6'000});
  bench.jobs();
  CHECK(bench.service.last_latency() == Milliseconds{0});
  // Without a callback it is only reported.
  Bench still;
  still.service.script({.what = Fault::Refused{}, .latency = {5}});
  CHECK(still.service.send(list_request())->status == 503);
  CHECK(still.service.last_latency() == Milliseconds{5});
  CHECK(still.now == begin);
}

TEST_CASE("a cut body is never a success, and its request was handled") {
  HttpRequest const start = *write_request<StartFHIRExportJob>(Bench::request(), endpoint);
  Bench whole;
  std::string const body = whole.service.send(start)->body;
  for (std::size_t bytes = 1; bytes <= body.size() + 1; ++bytes) {
    Bench bench;
    bench.service.script({.what = Fault::CutBody{bytes}});
    auto const reply = bench.service.send(start);
    REQUIRE(reply);
    CHECK(reply->status == 200);
    CHECK(reply->body == body.substr(0, bytes));
    CHECK(read_response<StartFHIRExportJob>(*reply).has_value() == (bytes >= body.size()));
    CHECK(bench.jobs().size() == 1);
  }
}

TEST_CASE("wrong content takes the place of the response") {
  Bench bench;
  bench.service.script({.what = Fault::WrongContent{.body = "<html>"}});
  auto const page = bench.service.send(list_request());
  CHECK(page->status == 200);
  CHECK(page->body == "<html>");
  CHECK(page->headers.count("Content-Type") == 1);
  CHECK(*page->headers.find("Content-Type") == "text/html");
  CHECK_FALSE(read_response<ListFHIRExportJobs>(*page).has_value());
}

TEST_CASE("a repeated reply is that of the request before, and the service does not see the request") {
  Bench bench;
  bench.service.script({.what = Fault::RepeatedReply{}});
  CHECK(bench.jobs().empty());  // nothing to repeat: handled
  HttpRequest const start = *write_request<StartFHIRExportJob>(Bench::request(), endpoint);
  HttpReply const before = bench.service.send(list_request());
  bench.service.script({.what = Fault::RepeatedReply{}});
  HttpReply const repeated = bench.service.send(start);
  REQUIRE(repeated);
  CHECK(*repeated == *before);
  CHECK(bench.jobs().empty());
}

TEST_CASE("a request that arrives twice makes two jobs, unless it has a token") {
  Bench bench;
  bench.service.script({.what = Fault::HandledTwice{}});
  std::string const job = bench.start();
  CHECK(bench.jobs().size() == 2);
  CHECK(bench.jobs().front() == job);
  StartFHIRExportJobRequest input = Bench::request();
  input.client_token = "token";
  bench.service.script({.what = Fault::HandledTwice{}});
  bench.start(input);
  CHECK(bench.jobs().size() == 3);
}
