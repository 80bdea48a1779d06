// No exception leaves the local service: a request whose handler throws is an InternalServerException, a job that
// throws is FAILED, and what comes next works.
#include "healthlake/local/guard.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/local_bench.hpp"

using namespace healthlake;

namespace {

// A store that throws on demand, as a user's may.
class ThrowingStore final : public ObjectStore {
 public:
  bool throwing = false;

  Result<Unit, std::string> put(std::string_view, std::string_view, std::string_view) override { return check(); }
  [[nodiscard]] Result<std::string, std::string> get(std::string_view, std::string_view) const override {
    static_cast<void>(check());
    return std::string{};
  }
  [[nodiscard]] Result<std::vector<std::string>, std::string> list(std::string_view, std::string_view) const override {
    static_cast<void>(check());
    return std::vector<std::string>{"in/a.csv"};
  }

 private:
  [[nodiscard]] Result<Unit, std::string> check() const {
    if (throwing) throw std::runtime_error{"thrown by the store"};
    return Unit{};
  }
};

struct Guarded {
  Timestamp now = bench_begin;
  ThrowingStore objects{};
  std::vector<std::string> caught{};
  LocalHealthLake service{[this] { return clock(); }, objects, {.on_exception = [this](std::string_view what) {
                            caught.emplace_back(what);
                          }}};
  bool clock_throws = false;

  Guarded() { REQUIRE(service.add_datastore("given", {{"x", "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n"}})); }
  Timestamp clock() const {
    if (clock_throws) throw std::runtime_error{"thrown by the clock"};
    return now;
  }
  template <Operation Op>
  HttpResponse send(typename Op::Input const& input) {
    return *service.send(*write_request<Op>(input, {.scheme = "http", .authority = "localhost"}));
  }
};

CreateDataTransformationProfileRequest from_samples() {
  CreateDataTransformationProfileRequest request{.source_format = SourceFormat::csv, .profile_name = "p"};
  request.source.value.emplace<SampleDataSource>().s3_uri = "s3://bucket/in";
  return request;
}

}  // namespace

TEST_CASE("guarded returns the result of what it ran, or the replacement") {
  CHECK(detail::guarded([] { return 1; }, [](std::string_view) { return 2; }) == 1);
  CHECK(detail::guarded([]() -> std::string { throw std::runtime_error{"why"}; },
                        [](std::string_view what) { return std::string{what}; }) == "why");
  CHECK(detail::guarded([]() -> std::string { throw 1; }, [](std::string_view what) { return std::string{what}; }) ==
        "an exception that is not a std::exception");
}

TEST_CASE("a handler that throws is an InternalServerException, and the service lives on") {
  Guarded world;
  MemoryJournal journal;
  REQUIRE(world.service.open_journal(journal));
  world.objects.throwing = true;
  auto const response = world.send<CreateDataTransformationProfile>(from_samples());
  CHECK(response.status == 500);
  CHECK(read_error(response).code == "InternalServerException");
  CHECK(response.headers.find("x-amzn-RequestId")->size() == 36);
  CHECK(response.body.find("thrown by") == std::string::npos);
  CHECK(world.caught == std::vector<std::string>{"thrown by the store"});
  world.objects.throwing = false;
  CHECK(world.send<CreateDataTransformationProfile>(from_samples()).status == 200);
  // Nothing of the failed request is in the journal, and ids continue as without it.
  Guarded again;
  REQUIRE(again.service.open_journal(journal));
  CHECK(again.send<ListDataTransformationProfiles>({.source_format = SourceFormat::csv}).body ==
        world.send<ListDataTransformationProfiles>({.source_format = SourceFormat::csv}).body);
}

TEST_CASE("a clock that throws does no harm either, and settle reports it") {
  Guarded world;
  world.clock_throws = true;
  CHECK(world.send<ListFHIRDatastores>({}).status == 500);
  world.service.settle();
  CHECK(world.caught.size() == 2);
  world.clock_throws = false;
  CHECK(world.send<ListFHIRDatastores>({}).status == 200);
}

TEST_CASE("a job that throws is FAILED, and the next one runs") {
  Guarded world;
  StartFHIRExportJobRequest const request{
      .output_data_config = output_to("s3://bucket/out"), .datastore_id = "given", .data_access_role_arn = bench_role};
  for (int i = 0; i < 2; ++i) CHECK(world.send<StartFHIRExportJob>(request).status == 200);
  world.objects.throwing = true;
  world.now = world.now + Milliseconds{6'000};
  auto const jobs = [&] {
    auto const listed = world.send<ListFHIRExportJobs>({.datastore_id = "given"});
    REQUIRE(listed.status == 200);
    return decode<ListFHIRExportJobsResponse>(listed.body)->value.export_job_properties_list;
  };
  CHECK(jobs().back().job_status == JobStatus::failed);
  CHECK(jobs().back().message == "The local service failed while running the job");
  CHECK(jobs().back().end_time == world.now);
  CHECK(world.caught.size() == 1);
  world.objects.throwing = false;
  world.now = world.now + Milliseconds{5'000};
  CHECK(jobs().front().job_status == JobStatus::completed);
}
