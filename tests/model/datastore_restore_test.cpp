// Invariant: restoring and backups are declared as the service model of November 2026 has them: names on the wire and
// their order, what is required, the range of the retention period, the one member of RestoreConfiguration, the errors.
#include "healthlake/model/datastore_restore.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/validate.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/model/datastore.hpp"

using namespace healthlake;

namespace {

using Names = std::vector<std::string_view>;

// The members of a shape in order, required ones with a star.
template <class T>
std::vector<std::string> members() {
  std::vector<std::string> names;
  for (auto const& member : type_of<T>().members)
    names.push_back(std::string{member.name} + (member.is(required) ? "*" : ""));
  return names;
}
template <class E>
Names spellings() {
  return {enum_table<E>.spellings.begin(), enum_table<E>.spellings.end()};
}
template <class T>
std::vector<std::string> paths(T const& value, ValidateOptions const& options = {}) {
  std::vector<std::string> out;
  for (auto const& violation : violations(value, options)) out.push_back(violation.path);
  return out;
}

using Members = std::vector<std::string>;

}  // namespace

TEST_CASE("the operation, its members and its errors") {
  Names codes;
  for (auto const* info : operation_info<RestoreFHIRDatastore>.errors) codes.push_back(info->code);
  std::sort(codes.begin(), codes.end());
  CHECK(codes == Names{"AccessDeniedException", "ConflictException", "InternalServerException",
                       "ResourceNotFoundException", "ThrottlingException", "ValidationException"});
  CHECK(operation_info<RestoreFHIRDatastore>.name == "RestoreFHIRDatastore");
  CHECK(operation_info<RestoreFHIRDatastore>.traits.host_prefix.empty());
  CHECK_FALSE(operation_info<RestoreFHIRDatastore>.traits.readonly);
  CHECK_FALSE(operation_info<RestoreFHIRDatastore>.traits.idempotent);

  CHECK(members<RestoreFHIRDatastoreRequest>() == Members{"SourceDatastoreId*", "RestoreConfiguration*",
                                                          "DatastoreName", "SseConfiguration", "ClientToken", "Tags",
                                                          "IdentityProviderConfiguration", "AnalyticsConfiguration",
                                                          "NlpConfiguration", "ProfileConfiguration"});
  CHECK(type_of<RestoreFHIRDatastoreRequest>().find("ClientToken")->is(idempotency_token));
  CHECK(members<RestoreFHIRDatastoreResponse>() ==
        Members{"DatastoreId*", "DatastoreArn*", "DatastoreStatus*", "DatastoreEndpoint*"});
  CHECK(members<BackupConfiguration>() ==
        Members{"Status", "BackupType", "RetentionPeriodInDays", "BackupTagsEnabled"});
  CHECK(members<DatastoreBackupStatus>() == Members{"Configuration", "BackupEnabledAt", "EarliestRestorePoint",
                                                    "LatestRestorePoint", "ScheduledPermanentDeletionTime"});
  CHECK(spellings<BackupStatus>() == Names{"ENABLED", "DISABLED"});
  CHECK(spellings<BackupType>() == Names{"CONTINUOUS"});
}

TEST_CASE("data stores have a backup configuration in requests and a backup status in their properties") {
  CHECK(type_of<CreateFHIRDatastoreRequest>().find("BackupConfiguration")->type().shape == "BackupConfiguration");
  CHECK(type_of<UpdateFHIRDatastoreRequest>().find("BackupConfiguration")->type().shape == "BackupConfiguration");
  CHECK(type_of<DatastoreProperties>().find("BackupStatusInfo")->type().shape == "DatastoreBackupStatus");
}

TEST_CASE("RestoreConfiguration is a union of one member, and unknown members survive") {
  auto const now = decode<RestoreConfiguration>(R"({"ContinuousBackupRestoreConfiguration":{}})");
  REQUIRE(now.has_value());
  REQUIRE(now->value.continuous_backup_restore_configuration());
  CHECK_FALSE(now->value.continuous_backup_restore_configuration()->restore_point_time);
  RestoreConfiguration const then{ContinuousBackupRestoreConfiguration{Timestamp{946'684'800'500}}};
  CHECK(*encode(then) == R"({"ContinuousBackupRestoreConfiguration":{"RestorePointTime":946684800.5}})");
  CHECK(decode<RestoreConfiguration>(*encode(then))->value == then);

  constexpr std::string_view later = R"({"SnapshotRestoreConfiguration":{"SnapshotId":"1"}})";
  auto const unknown = decode<RestoreConfiguration>(later);
  REQUIRE(unknown.has_value());
  REQUIRE(unknown->value.value.unknown());
  CHECK(unknown->value.continuous_backup_restore_configuration() == nullptr);
  CHECK(*encode(unknown->value) == later);
}

TEST_CASE("the rules of RestoreFHIRDatastore and of the retention period") {
  RestoreFHIRDatastoreRequest request{.source_datastore_id = std::string(32, 'a')};
  CHECK(paths(request) == Members{"RestoreConfiguration"});
  request.restore_configuration.value = ContinuousBackupRestoreConfiguration{};
  CHECK(paths(request).empty());
  request.source_datastore_id.clear();
  request.client_token = "under_score";
  CHECK(paths(request) == Members{"SourceDatastoreId", "ClientToken"});

  for (std::int32_t const days : {1, 7, 30})
    CHECK(paths(BackupConfiguration{.retention_period_in_days = days}).empty());
  for (std::int32_t const days : {-1, 0, 31})
    CHECK(paths(BackupConfiguration{.retention_period_in_days = days}) == Members{"RetentionPeriodInDays"});
}
