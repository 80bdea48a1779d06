#include "healthlake/local/journal_records.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/local_bench.hpp"

using namespace healthlake;

namespace {

std::string const patient = "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n";

// A service on a journal, over objects that outlive it. Ids follow from the journal's seed, not from this one.
struct Process {
  Timestamp now;
  LocalHealthLake service;

  Process(Timestamp at, ObjectStore& objects, std::uint64_t seed, LocalOptions options = {})
      : now(at), service([this] { return now; }, objects, seeded(std::move(options), seed)) {
    REQUIRE(service.add_datastore("given", {{"x", patient}}));
  }
  static LocalOptions seeded(LocalOptions options, std::uint64_t seed) {
    options.seed = seed;
    return options;
  }

  template <Operation Op>
  HttpResponse send(typename Op::Input const& input) {
    return *service.send(*write_request<Op>(input, {.scheme = "http", .authority = "localhost"}));
  }
  template <Operation Op>
  typename Op::Output done(typename Op::Input const& input) {
    auto const response = send<Op>(input);
    INFO(response.body);
    REQUIRE(response.status == 200);
    return decode<typename Op::Output>(response.body)->value;
  }
};

StartFHIRExportJobRequest export_of(std::string datastore) {
  return {.output_data_config = output_to("s3://bucket/out"),
          .datastore_id = std::move(datastore),
          .data_access_role_arn = bench_role};
}

StartFHIRImportJobRequest import_to(std::string datastore) {
  return {.input_data_config = {{std::string{"s3://bucket/in"}}},
          .job_output_data_config = output_to("s3://bucket/log"),
          .datastore_id = std::move(datastore),
          .data_access_role_arn = bench_role};
}

RestoreFHIRDatastoreRequest restore_of(std::string datastore, std::optional<std::string> token = {}) {
  return {.source_datastore_id = std::move(datastore),
          .restore_configuration = {ContinuousBackupRestoreConfiguration{}},
          .client_token = std::move(token)};
}

// Everything that a service reports.
std::string told(Process& process) {
  std::string all;
  auto const add = [&](HttpResponse const& response) {
    all += std::to_string(response.status) + " " + response.body + "\n";
  };
  auto const stores = process.send<ListFHIRDatastores>({});
  add(stores);
  auto const all_stores = decode<ListFHIRDatastoresResponse>(stores.body)->value;
  for (auto const& store : all_stores.datastore_properties_list) {
    add(process.send<DescribeFHIRDatastore>({store.datastore_id}));
    add(process.send<ListFHIRExportJobs>({.datastore_id = store.datastore_id, .max_results = 1}));
    add(process.send<ListFHIRExportJobs>({.datastore_id = store.datastore_id}));
    add(process.send<ListFHIRImportJobs>({.datastore_id = store.datastore_id}));
    if (store.datastore_id.size() == 32) add(process.send<ListTagsForResource>({store.datastore_arn}));
  }
  auto const profiles = process.send<ListDataTransformationProfiles>({.source_format = SourceFormat::csv});
  add(profiles);
  auto const all_profiles = decode<ListDataTransformationProfilesResponse>(profiles.body)->value;
  for (auto const& profile : all_profiles.items) {
    add(process.send<GetDataTransformationProfile>({profile.profile_id}));
    add(process.send<ListDataTransformationProfileVersions>({.profile_id = profile.profile_id}));
  }
  auto const jobs = process.send<ListDataTransformationJobs>({});
  add(jobs);
  auto const all_jobs = decode<ListDataTransformationJobsResponse>(jobs.body)->value;
  for (auto const& job : all_jobs.items) add(process.send<DescribeDataTransformationJob>({job.job_id}));
  return all;
}

// A journal of a life with every kind of change, and what the service reported after each step.
struct Life {
  struct Moment {
    std::size_t bytes = 0;
    Timestamp now{};
    std::string told{};
  };
  MemoryStore objects{};
  MemoryJournal journal{};
  std::vector<Moment> moments{};

  Life() {
    REQUIRE(objects.put("bucket", "in/a.ndjson", patient + "{\"resourceType\":\"Patient\",\"id\":\"2\"}\nbad\n"));
    REQUIRE(objects.put("bucket", "in/a.csv", "a,b"));
    Process process{bench_begin, objects, 7};
    REQUIRE(process.service.open_journal(journal));
    auto const moment = [&](std::int64_t pass = 0) {
      process.now = process.now + Milliseconds{pass};
      std::string all = told(process);
      moments.push_back({journal.bytes().size(), process.now, std::move(all)});
    };
    moment();
    auto const created = process.done<CreateFHIRDatastore>(
        {.datastore_name = "a",
         .datastore_type_version = FHIRVersion::r4,
         .client_token = "t",
         .tags = {{{"k", "v"}}},
         .backup_configuration = {{.retention_period_in_days = 1, .backup_tags_enabled = true}}});
    moment();
    moment(3'000);
    process.done<TagResource>({created.datastore_arn, {{"l", "w"}}});
    process.done<UntagResource>({created.datastore_arn, {"k"}});
    moment();
    process.done<StartFHIRExportJob>(export_of("given"));
    process.done<StartFHIRImportJob>(import_to(created.datastore_id));
    moment();
    moment(1'500);
    CreateDataTransformationProfileRequest profile{.source_format = SourceFormat::csv, .profile_name = "p"};
    profile.source.value.emplace<2>().profile_mapping = {{"a", "secret-mapping"}};
    std::string const id = process.done<CreateDataTransformationProfile>(profile).profile_id;
    process.done<PublishDataTransformationProfile>({.profile_id = id, .source_format = SourceFormat::csv});
    process.done<UpdateDataTransformationProfile>({.profile_id = id, .profile_mapping = {{"b", "secret-mapping"}}});
    UpdateProfileWithAgentRequest talk{
        .profile_id = id, .source_format = SourceFormat::csv, .input_message = {"hi", AgentInputMessageType::normal}};
    talk.conversation_id = process.done<UpdateProfileWithAgent>(talk).conversation_id;
    talk.input_message.body = "secret-text";
    process.done<UpdateProfileWithAgent>(talk);
    talk.input_message = {"yes", AgentInputMessageType::confirmation_response};
    process.done<UpdateProfileWithAgent>(talk);
    moment();
    process.done<StartDataTransformationJob>(
        {.input_data_config = {.s3_uri = "s3://bucket/in/"},
         .output_data_config = {{.s3_uri = "s3://bucket/made", .kms_key_id = "alias/key"}},
         .data_access_role_arn = bench_role,
         .client_token = "t",
         .profile_id = id});
    moment();
    moment(10'000);
    process.done<StartFHIRExportJob>(export_of(created.datastore_id));
    moment(6'000);
    process.done<UpdateFHIRDatastore>({.datastore_id = created.datastore_id, .datastore_name = "b"});
    process.done<UpdateFHIRDatastore>({.datastore_id = "given", .backup_configuration = {{}}});
    process.done<RestoreFHIRDatastore>(restore_of(created.datastore_id, "t"));
    moment();
    moment(3'000);
    process.done<DeleteFHIRDatastore>({"given"});
    process.done<DeleteDataTransformationProfile>({id});
    process.done<UpdateFHIRDatastore>(
        {.datastore_id = created.datastore_id, .backup_configuration = {{.status = BackupStatus::disabled}}});
    moment();
    moment(3'000);
    process.done<RestoreFHIRDatastore>(restore_of("given"));
    moment();
    // Its backup has then expired.
    moment(7 * std::int64_t{86'400'000});
  }
};

Result<JournalReplay, std::string> open(std::string const& bytes, LocalOptions options = {}) {
  MemoryStore objects;
  MemoryJournal journal{bytes};
  Process process{bench_begin, objects, 1, std::move(options)};
  return process.service.open_journal(journal);
}

std::string refusal(std::string const& bytes, LocalOptions options = {}) {
  auto const opened = open(bytes, std::move(options));
  REQUIRE_FALSE(opened);
  return opened.error();
}

std::vector<std::string> lines_of(std::string const& bytes) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < bytes.size(); at = bytes.find('\n', at) + 1)
    lines.push_back(bytes.substr(at, bytes.find('\n', at) - at + 1));
  return lines;
}

// The record of a line, with or without a Check.
std::string record_of(std::string const& line) {
  if (!detail::is_checked(line)) return line.substr(0, line.find('\n'));
  std::size_t const begin = line.find("\"Record\":") + 9;
  return line.substr(begin, line.rfind('}') - begin);
}

// A journal as version 1 wrote it: bare records, and none of the time that passed.
std::string as_version_1(std::string const& bytes) {
  std::string old;
  for (auto const& line : lines_of(bytes)) {
    std::string record = record_of(line);
    if (record.starts_with("{\"Passed\"")) continue;
    if (auto const at = record.find("\"Version\":2"); at != std::string::npos) record.replace(at, 11, "\"Version\":1");
    old += record + "\n";
  }
  return old;
}

// Records as lines with the Checks that they should have.
std::string checked(std::vector<std::string> const& records) {
  std::string bytes;
  std::string check;
  for (auto const& record : records) {
    check = detail::check_of(check, record);
    bytes += detail::checked_line(check, record) + "\n";
  }
  return bytes;
}

}  // namespace

TEST_CASE("a service that continues a journal reports what its writer reported, at every point of its life") {
  Life life;
  REQUIRE(life.moments.size() >= 12);
  for (auto const& moment : life.moments) {
    MemoryJournal journal{life.journal.bytes().substr(0, moment.bytes)};
    Process process{moment.now, life.objects, 99};
    auto const opened = process.service.open_journal(journal);
    INFO((opened ? std::string{} : opened.error()));
    REQUIRE(opened);
    CHECK(opened->dropped_bytes == 0);
    CHECK(told(process) == moment.told);
    // Nothing new happened, so nothing new was written.
    CHECK(journal.bytes().size() == moment.bytes);
  }
}

TEST_CASE("every prefix of a journal can be gone on from, also one that ends within a line") {
  Life life;
  auto const lines = lines_of(life.journal.bytes());
  REQUIRE(lines.size() > 20);
  std::string prefix;
  for (auto const& line : lines) {
    for (std::size_t const torn : {std::size_t{0}, std::size_t{1}, line.size() / 2, line.size() - 1}) {
      MemoryStore objects;
      REQUIRE(objects.put("bucket", "in/a.ndjson", patient));
      MemoryJournal journal{prefix + line.substr(0, torn)};
      Process process{bench_begin, objects, 7};
      auto const opened = process.service.open_journal(journal);
      INFO((opened ? std::string{} : opened.error()));
      REQUIRE(opened);
      CHECK(opened->dropped_bytes == torn);
      // What is written from now on does not stick to the torn line.
      std::string const id =
          process.done<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4}).datastore_id;
      CHECK(journal.bytes().starts_with(prefix));
      Process again{bench_begin, objects, 7};
      REQUIRE(again.service.open_journal(journal));
      CHECK(again.send<DescribeFHIRDatastore>({id}).status == 200);
    }
    prefix += line;
  }
}

TEST_CASE("services that continue a journal do not assign the same id to different things") {
  MemoryStore objects;
  MemoryJournal journal;
  std::string first;
  {
    Process process{bench_begin, objects, 7};
    REQUIRE(process.service.open_journal(journal));
    first = process.done<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4}).datastore_id;
  }
  Process process{bench_begin, objects, 7};
  REQUIRE(process.service.open_journal(journal));
  CHECK(process.done<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4}).datastore_id != first);
}

TEST_CASE("an acknowledged job continues after a restart, does not run twice, and its token is known") {
  MemoryStore objects;
  MemoryJournal journal;
  auto request = export_of("given");
  request.client_token = "token";
  std::string id;
  {
    Process process{bench_begin, objects, 1};
    REQUIRE(process.service.open_journal(journal));
    id = process.done<StartFHIRExportJob>(request).job_id;
  }
  CHECK(objects.list("bucket", "")->empty());
  {
    // It comes up long after the job should have ended.
    Process process{bench_begin + Milliseconds{60'000}, objects, 2};
    REQUIRE(process.service.open_journal(journal));
    auto const job = process.done<DescribeFHIRExportJob>({.datastore_id = "given", .job_id = id}).export_job_properties;
    CHECK(job.job_status == JobStatus::completed);
    CHECK(job.end_time == bench_begin + Milliseconds{6'000});
    CHECK(objects.list("bucket", "out/")->size() == 1);
    CHECK(process.done<StartFHIRExportJob>(request).job_id == id);
  }
  // With its result written down, the third one does not run it again.
  MemoryStore empty;
  Process process{bench_begin + Milliseconds{60'000}, empty, 3};
  REQUIRE(process.service.open_journal(journal));
  CHECK(process.done<DescribeFHIRExportJob>({.datastore_id = "given", .job_id = id}).export_job_properties.job_status ==
        JobStatus::completed);
  CHECK(empty.list("bucket", "")->empty());
}

TEST_CASE("what an import brought is there after a restart, whatever became of its input") {
  MemoryStore objects;
  REQUIRE(objects.put("bucket", "in/a.ndjson", patient));
  MemoryJournal journal;
  std::string datastore;
  {
    Process process{bench_begin, objects, 1};
    REQUIRE(process.service.open_journal(journal));
    datastore = process.done<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4}).datastore_id;
    process.now = process.now + Milliseconds{3'000};
    process.done<StartFHIRImportJob>(import_to(datastore));
    process.now = process.now + Milliseconds{6'000};
    process.service.settle();
  }
  REQUIRE(objects.put("bucket", "in/a.ndjson", "gone"));
  Process process{bench_begin + Milliseconds{10'000}, objects, 1};
  REQUIRE(process.service.open_journal(journal));
  std::string const job = process.done<StartFHIRExportJob>(export_of(datastore)).job_id;
  process.now = process.now + Milliseconds{6'000};
  process.service.settle();
  CHECK(
      objects.get("bucket", "out/" + datastore + "-FHIR_EXPORT-" + job + "/Patient/Patient-001.ndjson").value_or("") ==
      patient);
}

TEST_CASE("what a restore copied is there after a restart, whatever became of its source, and its token is known") {
  MemoryStore objects;
  REQUIRE(objects.put("bucket", "in/a.ndjson", patient));
  MemoryJournal journal;
  std::string source;
  std::string restored;
  {
    Process process{bench_begin, objects, 1};
    REQUIRE(process.service.open_journal(journal));
    source = process
                 .done<CreateFHIRDatastore>(
                     {.datastore_type_version = FHIRVersion::r4, .backup_configuration = BackupConfiguration{}})
                 .datastore_id;
    process.now = process.now + Milliseconds{3'000};
    process.done<StartFHIRImportJob>(import_to(source));
    process.now = process.now + Milliseconds{6'000};
    restored = process.done<RestoreFHIRDatastore>(restore_of(source, "token")).datastore_id;
    process.done<StartFHIRImportJob>(import_to(source));
    REQUIRE(objects.put("bucket", "in/a.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"2\"}\n"));
    process.now = process.now + Milliseconds{6'000};
    process.done<DeleteFHIRDatastore>({source});
  }
  Process process{bench_begin + Milliseconds{20'000}, objects, 1};
  REQUIRE(process.service.open_journal(journal));
  CHECK(process.done<RestoreFHIRDatastore>(restore_of(source, "token")).datastore_id == restored);
  std::string const again = process.done<RestoreFHIRDatastore>(restore_of(source)).datastore_id;
  process.now = process.now + Milliseconds{3'000};
  auto const exported = [&](std::string const& id) {
    std::string const job = process.done<StartFHIRExportJob>(export_of(id)).job_id;
    process.now = process.now + Milliseconds{6'000};
    process.service.settle();
    return objects.get("bucket", "out/" + id + "-FHIR_EXPORT-" + job + "/Patient/Patient-001.ndjson").value_or("");
  };
  CHECK(exported(restored) == patient);
  CHECK(exported(again) == patient + "{\"resourceType\":\"Patient\",\"id\":\"2\"}\n");
}

TEST_CASE("a change is in the journal before it is acknowledged; while it cannot be written, reads continue") {
  MemoryStore objects;
  MemoryJournal journal;
  Process process{bench_begin, objects, 1};
  REQUIRE(process.service.open_journal(journal));
  journal.fail_after(1);
  auto const create = [&] { return process.send<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4}); };
  auto const count = [](Process& of) { return of.done<ListFHIRDatastores>({}).datastore_properties_list.size(); };
  CHECK(create().status == 200);
  std::string const before = journal.bytes();
  for (int i = 0; i < 3; ++i) {
    auto const refused = create();
    CHECK(refused.status == 500);
    CHECK(read_error(refused).code == "InternalServerException");
    CHECK(refused.body.find("no space left") != std::string::npos);
    CHECK(process.service.journal_failure() == "no space left");
    CHECK(count(process) == 2);
  }
  CHECK(journal.bytes() == before);
  {
    Process again{bench_begin, objects, 1};
    MemoryJournal copy{journal.bytes()};
    REQUIRE(again.service.open_journal(copy));
    CHECK(count(again) == 2);
  }
  // There is room again: nothing has to be restarted, and what was refused left no trace.
  journal.fail_after(100);
  CHECK(create().status == 200);
  CHECK(process.service.journal_failure().empty());
  CHECK(count(process) == 3);
  Process again{bench_begin, objects, 1};
  REQUIRE(again.service.open_journal(journal));
  CHECK(told(again) == told(process));
}

TEST_CASE("while the journal cannot be written, time stands still for reads") {
  MemoryStore objects;
  MemoryJournal journal;
  Process process{bench_begin, objects, 1};
  REQUIRE(process.service.open_journal(journal));
  std::string const store = process.done<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4}).datastore_id;
  auto const status = [&] {
    return process.done<DescribeFHIRDatastore>({store}).datastore_properties.datastore_status.text();
  };
  journal.fail_after(0);
  process.now = process.now + Milliseconds{3'000};
  CHECK(status() == "CREATING");
  journal.fail_after(100);
  CHECK(status() == "ACTIVE");
}

TEST_CASE("a job whose end cannot be written down has not ended, and does not run a second time") {
  struct CountingStore final : ObjectStore {
    MemoryStore memory{};
    int puts = 0;
    Result<Unit, std::string> put(std::string_view bucket, std::string_view key, std::string_view bytes) override {
      ++puts;
      return memory.put(bucket, key, bytes);
    }
    [[nodiscard]] Result<std::string, std::string> get(std::string_view bucket, std::string_view key) const override {
      return memory.get(bucket, key);
    }
    [[nodiscard]] Result<std::vector<std::string>, std::string> list(std::string_view bucket,
                                                                     std::string_view prefix) const override {
      return memory.list(bucket, prefix);
    }
  };
  CountingStore objects;
  MemoryJournal journal;
  Process process{bench_begin, objects, 1};
  REQUIRE(process.service.open_journal(journal));
  std::string const id = process.done<StartFHIRExportJob>(export_of("given")).job_id;
  auto const status = [&](Process& of) {
    return of.done<DescribeFHIRExportJob>({.datastore_id = "given", .job_id = id}).export_job_properties.job_status;
  };
  journal.fail_after(1);  // the time that passed, and not the end
  process.now = process.now + Milliseconds{6'000};
  for (int i = 0; i < 3; ++i) CHECK(status(process) == JobStatus::in_progress);
  CHECK(process.send<StartFHIRExportJob>(export_of("given")).status == 500);
  CHECK(objects.puts == 1);
  {
    MemoryJournal copy{journal.bytes()};
    Process again{bench_begin + Milliseconds{6'000}, objects, 1};
    REQUIRE(again.service.open_journal(copy));
    CHECK(status(again) == JobStatus::completed);
    CHECK(objects.puts == 2);
  }
  journal.fail_after(100);
  CHECK(status(process) == JobStatus::completed);
  CHECK(objects.puts == 2);
  CHECK(process.send<StartFHIRExportJob>(export_of("given")).status == 200);
}

// Space was reserved, but the line could not be written: what is in memory but not in the journal must not be reported,
// since it would be lost in a restart.
TEST_CASE("a change that could not be written is not reported until it is written") {
  struct LyingJournal final : Journal {
    MemoryJournal memory{};
    bool failing = false;
    Result<std::string, std::string> read() override { return memory.read(); }
    Result<Unit, std::string> cut(std::size_t bytes) override { return memory.cut(bytes); }
    Result<Unit, std::string> append(std::string_view line) override {
      if (failing) return Unexpected{std::string{"input/output error"}};
      return memory.append(line);
    }
  };
  MemoryStore objects;
  LyingJournal journal;
  Process process{bench_begin, objects, 1};
  REQUIRE(process.service.open_journal(journal));
  CreateFHIRDatastoreRequest const request{.datastore_type_version = FHIRVersion::r4, .client_token = "tok"};
  journal.failing = true;
  CHECK(process.send<CreateFHIRDatastore>(request).status == 500);
  CHECK(process.send<ListFHIRDatastores>({}).status == 500);
  CHECK(process.service.journal_failure() == "input/output error");
  LocalOverview const unwritten = process.service.overview();
  CHECK(unwritten.journal == "failing");
  CHECK(unwritten.datastores.items.empty());
  CHECK(unwritten.jobs.empty());
  journal.failing = false;
  std::string const id = process.done<CreateFHIRDatastore>(request).datastore_id;
  CHECK(process.done<ListFHIRDatastores>({}).datastore_properties_list.size() == 2);
  Process again{bench_begin, objects, 1};
  REQUIRE(again.service.open_journal(journal));
  CHECK(again.done<DescribeFHIRDatastore>({id}).datastore_properties.datastore_id == id);
  CHECK(told(again) == told(process));
}

TEST_CASE("a request that repeats another one under its token is not written again") {
  MemoryStore objects;
  MemoryJournal journal;
  REQUIRE(objects.put("bucket", "in/a.ndjson", patient));
  Process process{bench_begin, objects, 1};
  REQUIRE(process.service.open_journal(journal));
  auto exported = export_of("given");
  auto imported = import_to("given");
  CreateDataTransformationProfileRequest profile{.source_format = SourceFormat::csv, .profile_name = "p"};
  profile.source.value.emplace<ProfileMappingSource>().profile_mapping = {{"a", "b"}};
  CreateFHIRDatastoreRequest store{.datastore_type_version = FHIRVersion::r4};
  exported.client_token = imported.client_token = profile.client_token = store.client_token = "tok";
  auto const all = [&] {
    process.done<StartFHIRExportJob>(exported);
    process.done<StartFHIRImportJob>(imported);
    process.done<CreateDataTransformationProfile>(profile);
    process.done<CreateFHIRDatastore>(store);
  };
  all();
  std::string const before = journal.bytes();
  all();
  CHECK(journal.bytes() == before);
  exported.client_token = std::nullopt;
  process.done<StartFHIRExportJob>(exported);
  CHECK(journal.bytes().size() > before.size());
}

// What was reported stays true, whatever the clock says after a restart.
TEST_CASE("a restart under a clock that was set back unsays nothing") {
  MemoryStore objects;
  MemoryJournal journal;
  auto request = export_of("given");
  std::string before;
  {
    Process process{bench_begin, objects, 1};
    REQUIRE(process.service.open_journal(journal));
    process.done<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4});
    for (int i = 0; i < 3; ++i) process.done<StartFHIRExportJob>(request);
    // ACTIVE by now, a job IN_PROGRESS, the others QUEUED: all of it by time alone.
    process.now = process.now + Milliseconds{3'500};
    before = told(process);
    CHECK(before.find("QUEUED") != std::string::npos);
    CHECK(before.find("IN_PROGRESS") != std::string::npos);
    CHECK(before.find("CREATING") == std::string::npos);
  }
  for (std::int64_t const back : {3'500, 2'500, 1, 86'400'000}) {
    Process process{bench_begin + Milliseconds{3'500 - back}, objects, 1};
    MemoryJournal copy{journal.bytes()};
    REQUIRE(process.service.open_journal(copy));
    CHECK(told(process) == before);
  }
}

TEST_CASE("a request that is laid out in several lines is one line of the journal") {
  MemoryStore objects;
  MemoryJournal journal;
  {
    Process process{bench_begin, objects, 1};
    REQUIRE(process.service.open_journal(journal));
    auto request = *write_request<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4},
                                                       {.scheme = "http", .authority = "localhost"});
    request.body = "{\r\n  \"DatastoreName\": \"a \\n b\",\n  \"DatastoreTypeVersion\": \"R4\"\n}\n";
    CHECK(process.service.send(request)->status == 400);  // a name has no line end
    request.body = "{\r\n  \"DatastoreName\": \"a b\",\n  \"DatastoreTypeVersion\": \"R4\"\n}\n";
    CHECK(process.service.send(request)->status == 200);
  }
  CHECK(lines_of(journal.bytes()).size() == 3);
  Process process{bench_begin, objects, 1};
  REQUIRE(process.service.open_journal(journal));
  CHECK(process.done<ListFHIRDatastores>({.filter = DatastoreFilter{.datastore_name = "a b"}})
            .datastore_properties_list.size() == 1);
}

TEST_CASE("requests that change nothing, and requests that are refused, are not written") {
  MemoryStore objects;
  MemoryJournal journal;
  Process process{bench_begin, objects, 1};
  REQUIRE(process.service.open_journal(journal));
  std::size_t const size = journal.bytes().size();
  CHECK(told(process).size() > 100);
  CHECK(process.send<DeleteFHIRDatastore>({"nowhere"}).status == 404);
  CHECK(journal.bytes().size() == size);
}

TEST_CASE("a journal that does not fit is refused, by line and reason, without its content") {
  Life life;
  std::vector<std::string> records;
  for (auto const& line : lines_of(life.journal.bytes())) records.push_back(record_of(line));
  std::string const all = life.journal.bytes();
  REQUIRE(checked(records) == all);
  std::string errors;
  auto const refused = [&](std::string const& bytes, std::string_view expected, LocalOptions options = {}) {
    std::string const error = refusal(bytes, std::move(options));
    CHECK_MESSAGE(error.find(expected) != std::string::npos, error);
    errors += error;
  };
  // With the n-th record exchanged, left out, or added; the Checks are right.
  auto const with_record = [&](std::size_t number, std::string const& record) {
    auto changed = records;
    if (record.empty()) changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(number) - 1);
    else if (number > changed.size()) changed.push_back(record);
    else changed[number - 1] = record;
    return checked(changed);
  };
  auto const ended_at = [](std::string const& time) {
    return "{\"Ended\":{\"Time\":" + time + ",\"JobId\":\"x\",\"Properties\":{}}}";
  };
  refused(with_record(3, "secret"), "line 3 of the journal, at byte ");
  refused(with_record(3, "{\"Future\":{}}"), "line 3");
  refused(with_record(3, "{\"Given\":{}}"), "line 3");
  refused(with_record(1, ""), "expected a Begun record");
  refused(with_record(3, records[0]), "unexpected second Begun record");
  refused(with_record(1, "{\"Begun\":{\"Version\":3,\"Seed\":\"7\",\"Settings\":\"\"}}"), "version 3");
  refused(with_record(1, "{\"Begun\":{\"Version\":0,\"Seed\":\"7\",\"Settings\":\"\"}}"), "version 0");
  std::string seedless = records[0];
  seedless.replace(seedless.find("\"7\""), 3, "\"x\"");
  refused(with_record(1, seedless), "seed");
  refused(all, "running_time=1 ", {.running_time = {1}});
  refused(all, "region=eu-west-1", {.region = "eu-west-1"});
  refused(with_record(2, "{\"Given\":{\"Time\":1,\"DatastoreId\":\"gone\"}}"),
          "\"gone\" was added when the journal was written");
  // Without the creation of the data store, what is done with it returns a different response.
  refused(with_record(3, ""), "\"TagResource\" returns a different response than the recorded one (HTTP 404)");
  std::string other = records[2];
  other.replace(other.find("CREATING"), 8, "DELETING");
  refused(with_record(3, other), "line 3 of the journal: \"CreateFHIRDatastore\" returns a different response");
  refused(with_record(records.size() + 1, ended_at("253402300799")), "the job \"x\" ends");
  // Live, time stands still while the clock is behind it, and is set back only when nothing is in progress.
  refused(with_record(records.size() + 1, ended_at("1")), "its time is before that of an earlier record");
  refused(with_record(4, "{\"Reset\":{\"Time\":1}}"), "line 4 of the journal: the time is set back while");
  bool spoilt = false;
  for (std::size_t i = 0; i < records.size(); ++i) {
    auto const at = records[i].find("\"Properties\":{");
    if (spoilt || !records[i].starts_with("{\"Ended\"") || at == std::string::npos) continue;
    spoilt = true;
    std::string record = records[i];
    record.insert(at + 14, "\"JobId\":7,");
    refused(with_record(i + 1, record), "cannot be read");
  }
  CHECK(spoilt);
  CHECK(errors.find("secret") == std::string::npos);
}

// A run under a clock that was years ahead would let time stand still for years.
TEST_CASE(
    "a journal from the future is reported, and its clock can be reset: what was reported stays, time continues") {
  Timestamp const future = bench_begin + Milliseconds{std::int64_t{67} * 365 * 86'400'000};
  MemoryStore objects;
  MemoryJournal journal;
  auto request = export_of("given");
  request.client_token = "tok";
  std::string job;
  std::string store;
  {
    Process process{future, objects, 1};
    REQUIRE(process.service.open_journal(journal));
    store = process.done<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4}).datastore_id;
    job = process.done<StartFHIRExportJob>(request).job_id;
    process.done<StartFHIRExportJob>(export_of("given"));
  }
  std::string before;
  {
    Process process{bench_begin, objects, 1};
    auto const opened = process.service.open_journal(journal);
    REQUIRE(opened);
    CHECK(opened->latest == future);
    process.now = process.now + Milliseconds{60'000};
    auto const status = [&] {
      return process.done<DescribeFHIRDatastore>({store}).datastore_properties.datastore_status;
    };
    auto const described = [&](std::string const& id) {
      return process.done<DescribeFHIRExportJob>({.datastore_id = "given", .job_id = id}).export_job_properties;
    };
    CHECK(status() == DatastoreStatus::creating);
    REQUIRE(process.service.reset_clock());
    // What was under way has ended, with the times that it would have had.
    CHECK(status() == DatastoreStatus::active);
    CHECK(described(job).job_status == JobStatus::completed);
    CHECK(described(job).end_time == future + Milliseconds{6'000});
    CHECK(process.done<StartFHIRExportJob>(request).job_id == job);
    // New ones take the time that they should.
    std::string const id = process.done<StartFHIRExportJob>(export_of("given")).job_id;
    process.now = process.now + Milliseconds{6'000};
    CHECK(described(id).end_time == process.now);
    process.done<DeleteFHIRDatastore>({"given"});
    // A day after, the token is forgotten.
    process.now = process.now + Milliseconds{86'400'000};
    CHECK(process.send<StartFHIRExportJob>(request).status == 404);
    before = told(process);
    std::size_t const size = journal.bytes().size();
    REQUIRE(process.service.reset_clock());
    CHECK(journal.bytes().size() == size);
  }
  Process process{bench_begin, objects, 1};
  auto const opened = process.service.open_journal(journal);
  INFO((opened ? std::string{} : opened.error()));
  REQUIRE(opened);
  CHECK(opened->latest < future);
  CHECK(told(process) == before);
}

// A line that is whole was acknowledged: none is accepted with another content, or dropped unasked.
TEST_CASE("a flipped bit is found wherever it is, and so is a line that is missing, doubled or out of place") {
  MemoryStore objects;
  MemoryJournal journal;
  {
    Process process{bench_begin, objects, 1};
    REQUIRE(process.service.open_journal(journal));
    process.done<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4});
    process.done<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4});
  }
  auto const damaged = [](std::string const& bytes) {
    auto const content = read_journal(bytes);
    return !content || content->tail == JournalTail::damaged;
  };
  std::string bytes = journal.bytes();
  CHECK_FALSE(damaged(bytes));
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      // All bits where lines meet, elsewhere one of each byte, which keeps it short.
      bool const border = bytes.substr(i < 30 ? 0 : i - 30, 60).find('\n') != std::string::npos;
      if (!border && i % 8 != static_cast<std::size_t>(bit)) continue;
      char const before = bytes[i];
      bytes[i] = static_cast<char>(bytes[i] ^ (1 << bit));
      if (!damaged(bytes)) ++accepted;
      bytes[i] = before;
    }
  CHECK(accepted == 0);

  auto const lines = lines_of(bytes);
  REQUIRE(lines.size() == 4);
  CHECK(damaged(lines[1] + lines[2] + lines[3]));
  CHECK(damaged(lines[0] + lines[2] + lines[3]));
  CHECK(damaged(lines[0] + lines[1] + lines[3]));
  CHECK(damaged(lines[0] + lines[1] + lines[1] + lines[2] + lines[3]));
  CHECK(damaged(lines[0] + lines[1] + lines[3] + lines[2]));
  CHECK(damaged(lines[0] + record_of(lines[1]) + "\n" + lines[2] + lines[3]));
  // Bare records under a version that has checked ones.
  CHECK(damaged(record_of(lines[0]) + "\n"));
}

// After a power failure, parts of a write may be on the disk in any order, in whole sectors; the others read as zeros.
// Such a line was never acknowledged. Zeros that are not whole sectors are damage.
TEST_CASE("a last line of which whole sectors were never written is torn, wherever it begins") {
  MemoryStore objects;
  MemoryJournal journal;
  std::size_t begin = 0;
  {
    Process process{bench_begin, objects, 1};
    REQUIRE(process.service.open_journal(journal));
    std::vector<Tag> const tags(1, {"k", std::string(256, 'v')});
    // The last line begins anywhere in a sector.
    for (std::size_t i = 0; i < 60; ++i) {
      begin = journal.bytes().size();
      process.done<CreateFHIRDatastore>(
          {.datastore_name = std::string(1 + i, 'n'), .datastore_type_version = FHIRVersion::r4, .tags = tags});
      std::string const whole = journal.bytes();
      std::size_t const first = begin / 512;
      std::size_t const last = (whole.size() - 1) / 512;
      REQUIRE(last - first >= 1);
      for (std::size_t missing = 1; missing < std::size_t{1} << (last - first + 1); ++missing) {
        std::string bytes = whole;
        for (std::size_t sector = first; sector <= last; ++sector)
          if ((missing >> (sector - first) & 1U) != 0)
            for (std::size_t at = (std::max)(begin, sector * 512); at < (std::min)(bytes.size(), (sector + 1) * 512);
                 ++at)
              bytes[at] = '\0';
        auto const content = read_journal(bytes);
        REQUIRE(content);
        CHECK(content->tail == JournalTail::torn);
        CHECK(content->bytes == begin);
        auto const longer = read_journal(bytes + std::string(512, '\0'));
        REQUIRE(longer);
        CHECK(longer->tail == JournalTail::torn);
        CHECK(longer->bytes == begin);
        // Anywhere else it is damage.
        if (bytes.ends_with('\n')) CHECK_FALSE(read_journal(bytes + lines_of(whole).back()));
      }
      for (std::size_t const at : {begin, begin + 100, (first + 1) * 512, (first + 1) * 512 - 1}) {
        std::string bytes = whole;
        bytes[at] = '\0';
        // A line that begins with the last byte of a sector lacks that sector.
        bool const lacks = at == begin && begin % 512 == 511;
        CHECK(read_journal(bytes)->tail == (lacks ? JournalTail::torn : JournalTail::damaged));
      }
    }
  }
}

TEST_CASE("a damaged last line is an error that names the way out; a torn one is dropped and reported") {
  MemoryStore objects;
  MemoryJournal journal;
  {
    Process process{bench_begin, objects, 1};
    REQUIRE(process.service.open_journal(journal));
    process.done<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4});
  }
  auto const lines = lines_of(journal.bytes());
  std::string const before = lines[0] + lines[1];
  std::string flipped = lines[2];
  flipped[flipped.size() / 2] ^= 1;
  std::string without_end = lines[2];
  without_end.back() = '\v';
  for (auto const& last : {flipped, without_end, std::string{"\n"}}) {
    std::string const error = refusal(before + last);
    CHECK(error.find("line 3 of the journal, at byte " + std::to_string(before.size())) != std::string::npos);
    CHECK(error.find("damaged") != std::string::npos);
    CHECK(error.find("accept_damaged_tail") != std::string::npos);
    CHECK(error.find("--accept-damaged-tail") != std::string::npos);
    CHECK(error.find("CreateFHIRDatastore") == std::string::npos);
    MemoryJournal copy{before + last};
    Process process{bench_begin, objects, 1};
    auto const opened = process.service.open_journal(copy, {.accept_damaged_tail = true});
    REQUIRE(opened);
    CHECK(opened->damaged);
    CHECK(opened->dropped_bytes == last.size());
    CHECK(copy.bytes() == before);
    process.done<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4});
    Process again{bench_begin, objects, 1};
    CHECK(again.service.open_journal(copy));
  }
  // Space that was reserved behind the last line, and given back, may be there again after a power failure.
  std::string const zeros(600, '\0'), spaces(600, ' ');
  for (auto const& behind : {zeros, spaces, zeros + spaces, std::string{" "}}) {
    CHECK(refusal(before + flipped + behind).find("accept_damaged_tail") != std::string::npos);
    MemoryJournal copy{before + flipped + behind};
    Process process{bench_begin, objects, 1};
    auto const opened = process.service.open_journal(copy, {.accept_damaged_tail = true});
    REQUIRE(opened);
    CHECK(opened->damaged);
    CHECK(opened->dropped_bytes == flipped.size() + behind.size());
    CHECK(copy.bytes() == before);
    auto const whole = open(before + lines[2] + behind);
    REQUIRE(whole);
    CHECK_FALSE(whole->damaged);
    CHECK(whole->dropped_bytes == behind.size());
    for (std::string const more : {"\n", "x", "}\n"}) {
      MemoryJournal longer{before + flipped + behind + more};
      Process refuses{bench_begin, objects, 1};
      CHECK_FALSE(refuses.service.open_journal(longer, {.accept_damaged_tail = true}));
    }
  }
  auto const torn = open(before + lines[2].substr(0, lines[2].size() - 1));
  REQUIRE(torn);
  CHECK_FALSE(torn->damaged);
  CHECK(torn->dropped_bytes == lines[2].size() - 1);
  // In the middle it is refused in either case.
  MemoryJournal middle{lines[0] + "x" + lines[1] + lines[2]};
  Process process{bench_begin, objects, 1};
  CHECK_FALSE(process.service.open_journal(middle, {.accept_damaged_tail = true}));
}

TEST_CASE("a journal of version 1 is read, continued with checked lines, and covered by them") {
  Life life;
  std::string const old = as_version_1(life.journal.bytes());
  CHECK(old.find("Check") == std::string::npos);
  MemoryJournal journal{old};
  std::string before;
  {
    Process process{life.moments.back().now, life.objects, 99};
    auto const opened = process.service.open_journal(journal);
    INFO((opened ? std::string{} : opened.error()));
    REQUIRE(opened);
    CHECK(told(process) == life.moments.back().told);
    process.done<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4});
    before = told(process);
  }
  CHECK(journal.bytes().starts_with(old));
  CHECK(journal.bytes().find("{\"Check\":\"", old.size()) == old.size());
  Process process{life.moments.back().now, life.objects, 99};
  REQUIRE(process.service.open_journal(journal));
  CHECK(told(process) == before);
  // A changed letter that made a good record is found by what came later.
  std::string changed = journal.bytes();
  changed.replace(changed.find("secret-text"), 6, "public");
  CHECK(read_journal(as_version_1(changed)).has_value());
  CHECK_FALSE((read_journal(changed) && read_journal(changed)->tail == JournalTail::whole));
}

TEST_CASE("a journal can be opened once, before the first request and after the data stores are added") {
  MemoryStore objects;
  MemoryJournal journal;
  MemoryJournal another;
  Process process{bench_begin, objects, 1};
  REQUIRE(process.service.open_journal(journal));
  CHECK_FALSE(process.service.add_datastore("late", {}));
  CHECK_FALSE(process.service.open_journal(another));
  Process busy{bench_begin, objects, 1};
  static_cast<void>(busy.send<ListFHIRDatastores>({}));
  CHECK_FALSE(busy.service.open_journal(another));
  CHECK_FALSE(busy.service.journal_failure().empty());
  MemoryJournal full;
  full.fail_after(1);
  Process third{bench_begin, objects, 1};
  auto const opened = third.service.open_journal(full);
  REQUIRE_FALSE(opened);
  CHECK(opened.error() == "no space left");
}

TEST_CASE("a data store that is added later joins the journal") {
  MemoryStore objects;
  MemoryJournal journal;
  {
    Process process{bench_begin, objects, 1};
    REQUIRE(process.service.open_journal(journal));
  }
  Timestamp const later = bench_begin + Milliseconds{5};
  for (int i = 0; i < 2; ++i) {
    Process process{later + Milliseconds{i}, objects, 1};
    REQUIRE(process.service.add_datastore("more", {}));
    REQUIRE(process.service.open_journal(journal));
    auto const all = process.done<ListFHIRDatastores>({}).datastore_properties_list;
    REQUIRE(all.size() == 2);
    CHECK(all[0].datastore_id == "more");
    CHECK(all[0].created_at == later);
    CHECK(all[1].created_at == bench_begin);
  }
}

// A broken clock may be at the end of time, which is year 9999 in JSON: nothing then begins or ends later, since no
// response and no journal could say so.
TEST_CASE("at the end of time everything ends at once, can be told, journaled and recovered from") {
  MemoryStore objects;
  REQUIRE(objects.put("bucket", "in/a.ndjson", patient));
  Timestamp const end_of_time{Timestamp::max_milliseconds};
  for (std::int64_t const before : {0, 1, 500, 2'000, 5'500}) {
    MemoryJournal journal;
    std::string exported;
    std::string imported;
    std::string datastore;
    {
      Process process{end_of_time - Milliseconds{before}, objects, 1};
      REQUIRE(process.service.open_journal(journal));
      exported = process.done<StartFHIRExportJob>(export_of("given")).job_id;
      imported = process.done<StartFHIRImportJob>(import_to("given")).job_id;
      datastore = process.done<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4}).datastore_id;
      process.now = end_of_time;
      process.service.settle();
      auto const job = process.done<DescribeFHIRExportJob>({"given", exported}).export_job_properties;
      CHECK(job.job_status == JobStatus::completed);
      CHECK(*job.end_time <= end_of_time);
      CHECK(process.done<DescribeFHIRImportJob>({"given", imported}).import_job_properties.job_status ==
            JobStatus::completed);
      CHECK(process.done<DescribeFHIRDatastore>({datastore}).datastore_properties.datastore_status ==
            DatastoreStatus::active);
      process.done<DeleteFHIRDatastore>({datastore});
      CHECK(process.service.journal_failure() == "");
    }
    // The clock is right again.
    MemoryJournal copy{journal.bytes()};
    Process process{bench_begin, objects, 2};
    REQUIRE(process.service.open_journal(copy));
    REQUIRE(process.service.reset_clock());
    CHECK(process.done<DescribeFHIRDatastore>({datastore}).datastore_properties.datastore_status ==
          DatastoreStatus::deleted);
    CHECK(process.done<DescribeFHIRExportJob>({"given", exported}).export_job_properties.job_status ==
          JobStatus::completed);
    std::string const job = process.done<StartFHIRExportJob>(export_of("given")).job_id;
    process.now = process.now + Milliseconds{10'000};
    CHECK(process.done<DescribeFHIRExportJob>({"given", job}).export_job_properties.job_status == JobStatus::completed);
  }
}
