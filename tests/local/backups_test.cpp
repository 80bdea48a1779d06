// Invariant: a backup that is enabled shows its restore window in BackupStatusInfo, and every time within the window,
// and none outside, restores what the data store holds into a new one, with nothing of its configuration.
#include "healthlake/local/backups.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/local_bench.hpp"

using namespace healthlake;

namespace {

constexpr std::int64_t day = 86'400'000;
std::string const patient = "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n";

RestoreFHIRDatastoreRequest restore_of(std::string source, std::optional<Timestamp> time = {}) {
  return {.source_datastore_id = std::move(source),
          .restore_configuration = {ContinuousBackupRestoreConfiguration{time}}};
}

struct Bench : LocalBench {
  using LocalBench::LocalBench;

  std::string create(BackupConfiguration backup, CreateFHIRDatastoreRequest request = {}) {
    request.datastore_type_version = FHIRVersion::r4;
    request.backup_configuration = std::move(backup);
    std::string id = done<CreateFHIRDatastore>(request).datastore_id;
    pass(3'000);
    return id;
  }
  void update(std::string const& id, BackupConfiguration backup) {
    done<UpdateFHIRDatastore>({.datastore_id = id, .backup_configuration = std::move(backup)});
    pass(3'000);
  }
  void remove(std::string const& id) {
    done<DeleteFHIRDatastore>({id});
    pass(3'000);
  }
  std::string restore(std::string const& source, std::optional<Timestamp> time = {}) {
    std::string id = done<RestoreFHIRDatastore>(restore_of(source, time)).datastore_id;
    pass(3'000);
    return id;
  }
  DatastoreProperties properties(std::string const& id) {
    return done<DescribeFHIRDatastore>({id}).datastore_properties;
  }
  DatastoreBackupStatus backup(std::string const& id) {
    auto const info = properties(id).backup_status_info;
    REQUIRE(info);
    REQUIRE(info->configuration);
    return *info;
  }
  // What an import brings, and what an export finds.
  void import_into(std::string const& id, std::string const& resources) {
    put("in/x.ndjson", resources);
    done<StartFHIRImportJob>({.input_data_config = {{std::string{"s3://bucket/in/"}}},
                              .job_output_data_config = output_to("s3://bucket/log"),
                              .datastore_id = id,
                              .data_access_role_arn = bench_role});
    pass(6'000);
    service.settle();
  }
  std::string content(std::string const& id) {
    std::string const job = done<StartFHIRExportJob>({.output_data_config = output_to("s3://bucket/out"),
                                                      .datastore_id = id,
                                                      .data_access_role_arn = bench_role})
                                .job_id;
    pass(6'000);
    service.settle();
    std::string all;
    for (auto const& key : keys("out/" + id + "-FHIR_EXPORT-" + job + "/"))
      if (key.ends_with(".ndjson")) all += get(key);
    return all;
  }
  std::vector<Tag> tags(std::string const& id) {
    return done<ListTagsForResource>({properties(id).datastore_arn}).tags.value();
  }
};

using Tags = std::vector<Tag>;
constexpr auto enabled = BackupStatus::enabled;
constexpr auto disabled = BackupStatus::disabled;

}  // namespace

TEST_CASE("without a BackupConfiguration there is no BackupStatusInfo, and with one the defaults are filled in") {
  Bench bench;
  CHECK_FALSE(bench.properties(bench.active_datastore()).backup_status_info);
  BackupConfiguration const defaults{enabled, BackupType::continuous, 7, false};
  CHECK(bench.backup(bench.create({})).configuration == defaults);
  CHECK(bench.backup(bench.create({.status = enabled, .retention_period_in_days = 7})).configuration == defaults);
  BackupConfiguration const all{disabled, BackupType::continuous, 30, true};
  CHECK(bench.backup(bench.create(all)).configuration == all);
}

TEST_CASE("a retention period that the model does not allow is refused") {
  Bench bench;
  for (auto const* days : {"0", "31", "-1"}) {
    auto const request = make_request(
        operation_info<CreateFHIRDatastore>,
        std::string{R"({"DatastoreTypeVersion":"R4","BackupConfiguration":{"RetentionPeriodInDays":)"} + days + "}}",
        {.scheme = "http", .authority = "localhost"});
    auto const reply = bench.service.send(request);
    REQUIRE(reply);
    ServiceError const error = read_error(*reply);
    CHECK(error.code == "ValidationException");
    CHECK(error.message.find("BackupConfiguration.RetentionPeriodInDays") != std::string::npos);
  }
  CHECK(bench.done<ListFHIRDatastores>({}).datastore_properties_list.empty());
}

TEST_CASE("the restore window begins when backup was enabled, is as long as the retention period, and ends now") {
  Bench bench;
  std::string const id = bench.create({.retention_period_in_days = 2});
  auto info = bench.backup(id);
  CHECK(info.backup_enabled_at == bench_begin);
  CHECK(info.earliest_restore_point == bench_begin);
  CHECK(info.latest_restore_point == bench.now);
  CHECK_FALSE(info.scheduled_permanent_deletion_time);

  bench.now = bench_begin + Milliseconds{2 * day};
  CHECK(bench.backup(id).earliest_restore_point == bench_begin);
  bench.pass(1);
  CHECK(bench.backup(id).earliest_restore_point == bench_begin + Milliseconds{1});
  CHECK(bench.backup(id).backup_enabled_at == bench_begin);
  CHECK(bench.done<ListFHIRDatastores>({}).datastore_properties_list.at(0).backup_status_info == bench.backup(id));
}

TEST_CASE("an update replaces the members that are there; disabling ends the window, enabling begins a new one") {
  Bench bench;
  std::string const id = bench.create({.retention_period_in_days = 5, .backup_tags_enabled = true});
  bench.update(id, {.retention_period_in_days = 6});
  CHECK(bench.backup(id).configuration == BackupConfiguration{enabled, BackupType::continuous, 6, true});
  CHECK(bench.backup(id).backup_enabled_at == bench_begin);

  bench.update(id, {.status = disabled});
  CHECK(bench.backup(id).configuration == BackupConfiguration{disabled, BackupType::continuous, 6, true});
  CHECK_FALSE(bench.backup(id).backup_enabled_at);
  CHECK_FALSE(bench.backup(id).earliest_restore_point);
  CHECK_FALSE(bench.backup(id).latest_restore_point);
  CHECK(bench.refused<RestoreFHIRDatastore>(restore_of(id)) == "ValidationException");
  // Only the Status enables it again.
  bench.update(id, {.retention_period_in_days = 8});
  CHECK(bench.backup(id).configuration->status == disabled);

  Timestamp const again = bench.now;
  auto const updated =
      bench.done<UpdateFHIRDatastore>({.datastore_id = id, .backup_configuration = BackupConfiguration{enabled}});
  REQUIRE(updated.datastore_properties.backup_status_info);
  CHECK(updated.datastore_properties.backup_status_info->backup_enabled_at == again);
  CHECK(updated.datastore_properties.backup_status_info->latest_restore_point == again);
  CHECK(bench.refused<RestoreFHIRDatastore>(restore_of(id, again - Milliseconds{1})) == "ValidationException");
  // UPDATING does not prevent it.
  bench.restore(id, again);
}

TEST_CASE("a restore creates a data store with the content of the source, and does not change the source") {
  Bench bench;
  std::string const source = bench.create({});
  bench.import_into(source, patient);
  auto const before = bench.properties(source);
  auto const made = bench.done<RestoreFHIRDatastore>(restore_of(source));
  CHECK(made.datastore_id != source);
  CHECK(made.datastore_arn == "arn:aws:healthlake:us-east-1:123456789012:datastore/fhir/" + made.datastore_id);
  CHECK(made.datastore_status == DatastoreStatus::creating);
  CHECK(made.datastore_endpoint == bench.properties(made.datastore_id).datastore_endpoint);
  CHECK(bench.properties(source) == before);
  bench.pass(2'999);
  CHECK(bench.datastore_status(made.datastore_id) == "CREATING");
  bench.pass(1);
  CHECK(bench.datastore_status(made.datastore_id) == "ACTIVE");

  // From now on the two have nothing to do with each other.
  bench.import_into(source, "{\"resourceType\":\"Patient\",\"id\":\"2\"}\n");
  CHECK(bench.content(made.datastore_id) == patient);
  CHECK(bench.content(source) == patient + "{\"resourceType\":\"Patient\",\"id\":\"2\"}\n");
}

TEST_CASE("a restored data store has the configuration of the request, and nothing of the source's") {
  Bench bench;
  CreateFHIRDatastoreRequest rich{
      .datastore_name = "source",
      .sse_configuration = SseConfiguration{{CmkType::customer_managed_kms_key, "alias/key"}},
      .preload_data_config = PreloadDataConfig{PreloadDataType::synthea},
      .tags = {{{"owner", "a"}}},
      .identity_provider_configuration = IdentityProviderConfiguration{AuthorizationStrategy::smart_on_fhir, true},
      .analytics_configuration = AnalyticsConfiguration{AnalyticsStatus::enabled},
      .nlp_configuration = NlpConfiguration{NlpStatus::enabled},
      .profile_configuration = ProfileConfiguration{{{"us-core"}}}};
  std::string const source = bench.create({}, rich);
  auto plain = bench.properties(bench.restore(source));
  auto const empty = bench.properties(bench.active_datastore());
  CHECK_FALSE(plain.datastore_name);
  CHECK(plain.sse_configuration == empty.sse_configuration);
  CHECK_FALSE(plain.preload_data_config);
  CHECK(plain.identity_provider_configuration == empty.identity_provider_configuration);
  CHECK_FALSE(plain.analytics_configuration);
  CHECK_FALSE(plain.nlp_configuration);
  CHECK_FALSE(plain.profile_configuration);
  CHECK_FALSE(plain.backup_status_info);
  CHECK(bench.tags(plain.datastore_id).empty());
  CHECK(bench.content(plain.datastore_id) == bench.content(source));

  auto request = restore_of(source);
  request.datastore_name = "restored";
  request.sse_configuration = SseConfiguration{{CmkType::customer_managed_kms_key, "alias/other"}};
  request.tags = {{{"owner", "b"}}};
  request.identity_provider_configuration = rich.identity_provider_configuration;
  request.analytics_configuration = AnalyticsConfiguration{AnalyticsStatus::disabled};
  request.nlp_configuration = NlpConfiguration{NlpStatus::disabled};
  request.profile_configuration = ProfileConfiguration{{{"other"}}};
  auto const configured = bench.properties(bench.done<RestoreFHIRDatastore>(request).datastore_id);
  CHECK(configured.datastore_name == request.datastore_name);
  CHECK(configured.sse_configuration == request.sse_configuration);
  CHECK(configured.identity_provider_configuration == request.identity_provider_configuration);
  CHECK(configured.analytics_configuration == request.analytics_configuration);
  CHECK(configured.nlp_configuration == request.nlp_configuration);
  CHECK(configured.profile_configuration == request.profile_configuration);
  CHECK(bench.tags(configured.datastore_id) == Tags{{"owner", "b"}});
}

TEST_CASE("the source's tags are restored if BackupTagsEnabled, and those of the request replace them") {
  Bench bench;
  std::string const source = bench.create({.backup_tags_enabled = true}, {.tags = {{{"owner", "a"}, {"team", "x"}}}});
  CHECK(bench.tags(bench.restore(source)) == Tags{{"owner", "a"}, {"team", "x"}});
  auto request = restore_of(source);
  request.tags = {{{"owner", "b"}, {"zone", "z"}}};
  CHECK(bench.tags(bench.done<RestoreFHIRDatastore>(request).datastore_id) ==
        Tags{{"owner", "b"}, {"team", "x"}, {"zone", "z"}});
  bench.pass(3'000);
  // Together no more than a data store may have.
  request.tags.emplace();
  for (int i = 0; i < 199; ++i) request.tags->push_back({"key" + std::to_string(i), ""});
  CHECK(bench.refused<RestoreFHIRDatastore>(request) == "ValidationException");
  request.tags->pop_back();
  CHECK(bench.tags(bench.done<RestoreFHIRDatastore>(request).datastore_id).size() == 200);
}

TEST_CASE("a RestorePointTime is within the restore window, its two ends among it") {
  Bench bench;
  std::string const source = bench.create({.retention_period_in_days = 1});
  std::string const other = bench.create({.retention_period_in_days = 1});
  bench.pass(3 * day);
  auto const info = bench.backup(source);
  Timestamp const earliest = *info.earliest_restore_point;
  Timestamp const latest = *info.latest_restore_point;
  CHECK(latest - earliest == Milliseconds{day});
  for (Timestamp const time : {earliest - Milliseconds{1}, latest + Milliseconds{1}, bench_begin, Timestamp{}}) {
    CHECK(bench.refused<RestoreFHIRDatastore>(restore_of(source, time)) == "ValidationException");
    CHECK(bench.errors.find("from " + to_iso8601(earliest) + " to " + to_iso8601(latest)) != std::string::npos);
  }
  bench.done<RestoreFHIRDatastore>(restore_of(source, earliest));
  bench.done<RestoreFHIRDatastore>(restore_of(other, latest));
}

TEST_CASE("what cannot be restored: an unknown data store, one without a backup, one that is not there yet") {
  Bench bench;
  CHECK(bench.refused<RestoreFHIRDatastore>(restore_of("nowhere")) == "ResourceNotFoundException");
  CHECK(bench.refused<RestoreFHIRDatastore>(restore_of(bench.active_datastore())) == "ValidationException");
  CHECK(bench.errors.find("Backup is not enabled") != std::string::npos);
  CHECK(bench.refused<RestoreFHIRDatastore>(restore_of(bench.create({.status = disabled}))) == "ValidationException");
  std::string const young = bench
                                .done<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4,
                                                            .backup_configuration = BackupConfiguration{enabled}})
                                .datastore_id;
  CHECK(bench.refused<RestoreFHIRDatastore>(restore_of(young)) == "ConflictException");
  bench.pass(3'000);
  bench.restore(young);
  // As when creating one.
  RestoreFHIRDatastoreRequest request = restore_of(young);
  request.sse_configuration = SseConfiguration{{CmkType::customer_managed_kms_key}};
  CHECK(bench.refused<RestoreFHIRDatastore>(request) == "ValidationException");
  request = restore_of(young);
  request.tags = {{{"k", "1"}, {"k", "2"}}};
  CHECK(bench.refused<RestoreFHIRDatastore>(request) == "ValidationException");
}

TEST_CASE("one restore from a data store at a time") {
  Bench bench;
  std::string const source = bench.create({});
  std::string const other = bench.create({});
  bench.done<RestoreFHIRDatastore>(restore_of(source));
  CHECK(bench.refused<RestoreFHIRDatastore>(restore_of(source)) == "ConflictException");
  bench.done<RestoreFHIRDatastore>(restore_of(other));
  bench.pass(2'999);
  CHECK(bench.refused<RestoreFHIRDatastore>(restore_of(source)) == "ConflictException");
  bench.pass(1);
  bench.done<RestoreFHIRDatastore>(restore_of(source));
}

TEST_CASE("restoring is idempotent by ClientToken, and has tokens of its own") {
  Bench bench;
  std::string const source = bench.create({}, {.client_token = "token"});
  auto request = restore_of(source);
  request.client_token = "token";
  std::string const id = bench.done<RestoreFHIRDatastore>(request).datastore_id;
  CHECK(id != source);
  // Also while the restore is in progress.
  CHECK(bench.done<RestoreFHIRDatastore>(request).datastore_id == id);
  bench.pass(3'000);
  auto const again = bench.done<RestoreFHIRDatastore>(request);
  CHECK(again.datastore_id == id);
  CHECK(again.datastore_status == DatastoreStatus::active);
  request.datastore_name = "other";
  CHECK(bench.refused<RestoreFHIRDatastore>(request) == "ValidationException");
  bench.pass(day);
  CHECK(bench.done<RestoreFHIRDatastore>(request).datastore_id != id);
}

TEST_CASE("a restored data store counts for the quota") {
  Bench bench{LocalOptions{.max_datastores = 2}};
  std::string const source = bench.create({});
  bench.restore(source);
  CHECK(bench.refused<RestoreFHIRDatastore>(restore_of(source)) == "ValidationException");
  CHECK(bench.errors.find("quota") != std::string::npos);
  // A backup is not a data store.
  bench.remove(source);
  bench.restore(source);
}

TEST_CASE("the backup of a deleted data store is retained for the retention period") {
  Bench bench;
  std::string const source =
      bench.create({.retention_period_in_days = 2, .backup_tags_enabled = true}, {.tags = {{{"owner", "a"}}}});
  bench.import_into(source, patient);
  Timestamp const deleted = bench.now;
  Timestamp const end = deleted + Milliseconds{2 * day};
  bench.done<DeleteFHIRDatastore>({source});
  CHECK(bench.backup(source).scheduled_permanent_deletion_time == end);
  bench.restore(source, deleted);
  CHECK(bench.datastore_status(source) == "DELETED");
  CHECK(bench.refused<UpdateFHIRDatastore>({.datastore_id = source, .datastore_name = "x"}) ==
        "ResourceNotFoundException");

  auto info = bench.backup(source);
  CHECK(info.earliest_restore_point == bench_begin);
  CHECK(info.latest_restore_point == deleted);
  CHECK(bench.refused<RestoreFHIRDatastore>(restore_of(source, deleted + Milliseconds{1})) == "ValidationException");
  bench.now = end - Milliseconds{1};
  CHECK(bench.backup(source).earliest_restore_point == deleted - Milliseconds{1});
  std::string const restored = bench.restore(source);
  CHECK(bench.content(restored) == patient);
  CHECK(bench.tags(restored) == Tags{{"owner", "a"}});

  CHECK(bench.now >= end);
  info = bench.backup(source);
  CHECK(info.scheduled_permanent_deletion_time == end);
  CHECK_FALSE(info.earliest_restore_point);
  CHECK_FALSE(info.latest_restore_point);
  CHECK(bench.refused<RestoreFHIRDatastore>(restore_of(source)) == "ResourceNotFoundException");
}

TEST_CASE("a data store that is deleted without a backup cannot be restored") {
  Bench bench;
  for (std::string const& source : {bench.create({.status = disabled}), bench.active_datastore()}) {
    bench.done<DeleteFHIRDatastore>({source});
    CHECK(bench.refused<RestoreFHIRDatastore>(restore_of(source)) == "ValidationException");
    bench.pass(3'000);
    CHECK(bench.refused<RestoreFHIRDatastore>(restore_of(source)) == "ResourceNotFoundException");
  }
}

TEST_CASE("the times of a backup stay within those that a timestamp can be") {
  Bench bench;
  bench.now = {Timestamp::max_milliseconds - 10'000};
  std::string const last = bench.create({});
  bench.done<DeleteFHIRDatastore>({last});
  CHECK(bench.backup(last).scheduled_permanent_deletion_time == Timestamp{Timestamp::max_milliseconds});
  Bench early;
  early.now = {Timestamp::min_milliseconds};
  std::string const first = early.create({});
  CHECK(early.backup(first).earliest_restore_point == Timestamp{Timestamp::min_milliseconds});
}
