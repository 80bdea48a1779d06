// What an overview contains is what a person may see: the members of every shape, none of them sensitive, all bounded
// and printable.
#include "healthlake/local/overview.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/testing/all_shapes.hpp"
#include "healthlake/text/utf8.hpp"
#include "tests/support/filled.hpp"
#include "tests/support/local_bench.hpp"

using namespace healthlake;

namespace {

std::string const& member(OverviewItem const& item, std::string const& path) {
  static std::string const absent = "(absent)";
  auto const found = item.members.find(path);
  return found == item.members.end() ? absent : found->second;
}

std::string start_export(LocalBench& bench, std::string const& datastore, std::string const& name) {
  return bench
      .done<StartFHIRExportJob>({.job_name = name,
                                 .output_data_config = output_to("s3://bucket/out"),
                                 .datastore_id = datastore,
                                 .data_access_role_arn = bench_role})
      .job_id;
}

}  // namespace

TEST_CASE("data stores and jobs are listed newest first, with their members, state and files") {
  LocalBench bench;
  REQUIRE(bench.service.add_datastore("store", {{"x", "{\"resourceType\":\"A\"}\n{\"resourceType\":\"B\"}\n"}}));
  bench.create_datastore("second ward");
  std::string const first = start_export(bench, "store", "first");
  bench.pass(6'000);
  std::string const second = start_export(bench, "store", "second");
  bench.pass(1'000);
  bench.service.settle();
  LocalOverview const seen = bench.service.overview();

  CHECK(seen.datastores.total == 2);
  REQUIRE(seen.datastores.items.size() == 2);
  CHECK(member(seen.datastores.items[0], "DatastoreName") == "second ward");
  CHECK(member(seen.datastores.items[0], "Resources") == "0");
  CHECK(member(seen.datastores.items[1], "DatastoreId") == "store");
  CHECK(member(seen.datastores.items[1], "Resources") == "2");
  CHECK(member(seen.datastores.items[1], "DatastoreStatus") == "ACTIVE");

  REQUIRE(seen.jobs.size() == 3);
  CHECK(seen.jobs[0].kind == "export");
  CHECK(seen.jobs[0].total == 2);
  OverviewItem const& newest = seen.jobs[0].items[0];
  CHECK(member(newest, "JobId") == second);
  CHECK(member(newest, "JobStatus") == "IN_PROGRESS");
  CHECK(member(newest, "OutputDataConfig.S3Configuration.S3Uri") == "s3://bucket/out");
  CHECK(newest.file_count == 0);
  OverviewItem const& oldest = seen.jobs[0].items[1];
  CHECK(member(oldest, "JobId") == first);
  CHECK(member(oldest, "JobStatus") == "COMPLETED");
  CHECK(oldest.file_count == 2);
  CHECK(oldest.files == std::vector<std::string>{"A/A-001.ndjson", "B/B-001.ndjson"});
  CHECK(seen.jobs[1].kind == "import");
  CHECK(seen.jobs[2].kind == "transformation");
  CHECK(seen.journal == "none");
  CHECK_FALSE(seen.verifies_signatures);
}

TEST_CASE("each limit is kept, and the totals are not limited") {
  LocalBench bench;
  REQUIRE(bench.service.add_datastore("store", {{"x", "{\"resourceType\":\"A\"}\n{\"resourceType\":\"B\"}\n"}}));
  for (int i = 0; i < 4; ++i) start_export(bench, "store", "job");
  bench.pass(60'000);
  bench.service.settle();
  for (int i = 0; i < 3; ++i) bench.service.script({.latency = {i + 1}});
  LocalOverview const seen = bench.service.overview({.max_items = 2, .max_jobs_with_files = 1, .max_files = 1});
  CHECK(seen.jobs[0].total == 4);
  REQUIRE(seen.jobs[0].items.size() == 2);
  CHECK(seen.jobs[0].items[0].files.size() == 1);
  CHECK(seen.jobs[0].items[0].file_count == 2);
  CHECK(seen.jobs[0].items[1].file_count == 0);
  CHECK(seen.fault_count == 3);
  CHECK(seen.faults == std::vector<std::string>{"no fault, 1 ms late", "no fault, 2 ms late"});
}

TEST_CASE("a store that cannot be listed only hides the files") {
  LocalBench bench;
  REQUIRE(bench.service.add_datastore("store", {{"x", "{\"resourceType\":\"A\"}\n"}}));
  start_export(bench, "store", "job");
  bench.pass(60'000);
  bench.service.settle();
  bench.objects.unlisted.insert("bucket");
  CHECK(bench.service.overview().jobs[0].items[0].file_count == 0);
}

namespace {

// Of one shape, with each member of its unions. Returns whether something was hidden.
template <class T>
bool hides_what_is_sensitive() {
  bool hidden = false;
  for (std::size_t choice = 0; choice < 6; ++choice) {
    OverviewItem const item = overview_item(filled::with<T>({"plain", "secret"}, choice));
    for (auto const& member : item.members) {
      CHECK_MESSAGE(member.first.find("secret") == std::string::npos, member.first);
      CHECK_MESSAGE(member.second.find("secret") == std::string::npos, member.first);
      hidden = hidden || member.second.find("***") != std::string::npos;
    }
  }
  return hidden;
}

template <class... T>
int shapes_that_hide(fuzz::TypeList<T...>) {
  return (static_cast<int>(hides_what_is_sensitive<T>()) + ...);
}

}  // namespace

TEST_CASE("no sensitive member of any shape is shown, at any depth") {
  // Among them: mappings, messages, and what contains them.
  CHECK(shapes_that_hide(fuzz::AllShapes{}) >= 5);
  OverviewItem const profile = overview_item(filled::with<CreateDataTransformationProfileRequest>({"plain", "secret"}));
  CHECK(member(profile, "ProfileName") == "plain");
}

TEST_CASE("a member of a union that this release does not know may be sensitive") {
  auto const job = decode<ExportJobProperties>(R"({"JobId":"j","OutputDataConfig":{"New":"secret"}})");
  REQUIRE(job);
  CHECK(member(overview_item(job->value), "OutputDataConfig.New") == "***");
}

TEST_CASE("strings are bounded and printable") {
  ExportJobProperties job{.job_id = std::string(10'000, 'x'), .job_name = "a\x1b[31m\n\xff\u0085ö"};
  OverviewItem const item = overview_item(job);
  CHECK(member(item, "JobId").size() < 300);
  CHECK(member(item, "JobName").find('\x1b') == std::string::npos);
  CHECK(member(item, "JobName").find('\n') == std::string::npos);
  CHECK(valid_utf8(member(item, "JobName")));
}

TEST_CASE("the log of requests is a ring, and has no bodies, queries or headers") {
  RequestLog log;
  HttpRequest request{.method = "POST", .target = "/datastore/d/r4/Patient?name=secret", .body = "secret"};
  request.headers.add("Authorization", "secret");
  log.add(request, HttpResponse{.status = 200, .body = "secret"}, bench_begin, {7});
  request.headers.add("X-Amz-Target", "HealthLake.Describe\nX");
  log.add(request, write_error("ThrottlingException", "secret", 429), bench_begin, {8});
  log.add(request, Unexpected{TransportError{}}, bench_begin, {9});
  LocalOverview seen;
  log.add_to(seen);
  REQUIRE(seen.requests.size() == 3);
  CHECK(seen.requests[0].status == 0);
  CHECK(seen.requests[0].error == "no response");
  CHECK(seen.requests[1].operation == "Describe\\x0aX");
  CHECK(seen.requests[1].error == "ThrottlingException");
  CHECK(seen.requests[1].latency_ms == 8);
  CHECK(seen.requests[2].operation == "POST /datastore/d/r4/Patient");
  CHECK(encode(seen)->find("secret") == std::string::npos);
  for (int i = 0; i < 1'000; ++i) log.add(request, HttpResponse{.status = 200}, bench_begin, {});
  log.add_to(seen);
  CHECK(seen.requests.size() == RequestLog::max_requests);
  CHECK(seen.request_count == 1'003);
}

TEST_CASE("a fault is described without the texts of the script") {
  CHECK(describe({}) == "no fault");
  CHECK(describe({.what = Fault::Broken{}}) == "Broken, not handled");
  CHECK(describe({.what = Fault::Broken{.handled = true}, .latency = {5}}) == "Broken, handled, 5 ms late");
  CHECK(describe({.what = Fault::Refused{.http_status = 429, .code = "C", .message = "text"}}) == "Refused 429 C");
  CHECK(describe({.what = Fault::CutBody{10}}) == "CutBody after 10 bytes");
  CHECK(describe({.what = Fault::WrongContent{.body = "text"}}) == "WrongContent 200 text/html");
  CHECK(describe({.what = Fault::RepeatedReply{}}) == "RepeatedReply");
  CHECK(describe({.what = Fault::HandledTwice{}}) == "HandledTwice");
}

TEST_CASE("a journal that cannot be written is seen") {
  MemoryJournal journal;
  LocalBench bench;
  REQUIRE(bench.service.open_journal(journal));
  CHECK(bench.service.overview().journal == "written");
  journal.fail_after(0);
  CHECK_FALSE(bench.call<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4}));
  LocalOverview const seen = bench.service.overview();
  CHECK(seen.journal == "failing");
  CHECK_FALSE(seen.journal_failure.empty());
}
