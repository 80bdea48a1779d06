// Exports what belongs to a group of patients by FHIR REST; then what has changed since; and cancels an export.
#include "healthlake/rest/export.hpp"

#include "in_process.hpp"
using namespace healthlake;

namespace {

char const* const datastore = "c0ffee00c0ffee00c0ffee00c0ffee00";

// Adds a data store with two patients, one of whom is in a group.
void add_data(LocalHealthLake& service) {
  auto const added = service.add_datastore(
      datastore,
      {{"Patient", R"({"resourceType":"Patient","id":"ada"})"
                   "\n"
                   R"({"resourceType":"Patient","id":"bob"})"},
       {"Group", R"({"resourceType":"Group","id":"night","member":[{"entity":{"reference":"Patient/ada"}}]})"}});
  if (!added) std::exit(1);
}

}  // namespace

int main() {
  InProcess here;
  auto& client = here.client;
  add_data(here.service);

  rest::StartExportRequest request{
      .datastore_id = datastore,
      .scope = rest::ExportScope::group,
      .group_id = "night",
      .types = std::vector<std::string>{"Patient", "Observation"},
      .body = {.job_name = "nightly",
               .output_data_config = {{.s3_uri = "s3://bucket/export", .kms_key_id = "alias/my-key"}},
               .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExport"}};
  auto const started = client.call<rest::StartExport>(request);
  if (!started) {
    std::fprintf(stderr, "%s\n", to_string(started.error()).c_str());
    return 1;
  }
  rest::ExportId const job{.datastore_id = datastore, .job_id = started->output.job_id};

  auto const wait = client.wait<rest::ExportCompleted>(job, {.delay = Milliseconds{1'000}});
  if (wait.end != WaitEnd::success) return 1;
  auto const& done = wait.last->output.export_job_properties;
  std::printf("%s\n", std::string{done.job_status.text()}.c_str());
  std::printf("%zu file\n", here.objects.list("bucket", "export/")->size());

  // What has changed since: since the export was submitted, not since it ended.
  request.since = done.submitted();
  auto const next = client.call<rest::StartExport>(request);
  rest::ExportId const second{.datastore_id = datastore, .job_id = value_or_exit(next).output.job_id};
  value_or_exit(client.call<rest::CancelExport>(second));
  auto const cancelled = client.wait<rest::ExportCancelled>(second, {.delay = Milliseconds{1'000}});
  std::printf("%s\n", cancelled.end == WaitEnd::success ? "cancelled" : "not cancelled");
  return cancelled.end == WaitEnd::success ? 0 : 1;
}
