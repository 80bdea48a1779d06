// Tests of a function that exports a data store: without a network, without waiting, and with faults.
#include <cstdio>
#include <string>

#include "in_process.hpp"
using namespace healthlake;

/// The code under test. It takes any client, so that a test can pass one of its own.
template <class AnyClient>
std::string export_store(AnyClient& client, std::string const& id) {
  auto const started = client.start_fhir_export_job(
      {.output_data_config = {S3Configuration{"s3://example-bucket/export", "alias/my-key"}},
       .datastore_id = id,
       .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExport"});
  if (!started) return to_string(started.error());
  auto const wait = client.template wait<FHIRExportJobCompleted>({.datastore_id = id, .job_id = started->output.job_id},
                                                                 {.timeout = Milliseconds{3'600'000}});
  if (wait.error) return to_string(*wait.error);
  return std::string{wait.last->output.export_job_properties.job_status.text()};
}

static int failures = 0;
static void check(char const* what, bool holds) {
  std::printf("%s: %s\n", holds ? "ok" : "FAILED", what);
  if (!holds) ++failures;
}

static std::string const patient = R"({"resourceType":"Patient","id":"p1"})";

static void an_export_completes_and_writes_its_files() {
  InProcess here;
  check("a data store is added", here.service.add_datastore("c0ffee", {{"Patient", patient}}).has_value());
  Timestamp const begin = here.runtime.now();
  check("the export completes", export_store(here.client, "c0ffee") == "COMPLETED");
  check("a file is written", here.objects.list("example-bucket", "export/")->size() == 1);
  std::printf("    %lld s of virtual time\n", static_cast<long long>((here.runtime.now() - begin).count / 1'000));
}

static void a_lost_response_starts_no_second_job() {
  InProcess here;
  check("a data store is added", here.service.add_datastore("c0ffee", {}).has_value());
  here.service.script({.what = Fault::Broken{.error = {TransportReason::connection_lost, "reset"}, .handled = true}});
  here.service.script({.what = Fault::Refused{.code = "ThrottlingException"}});
  check("the export completes", export_store(here.client, "c0ffee") == "COMPLETED");
  auto const jobs = here.client.list_fhir_export_jobs({.datastore_id = "c0ffee"});
  check("there is one job", jobs && jobs->output.export_job_properties_list.size() == 1);
}

static void a_bucket_without_permission_fails_the_job() {
  InProcess here;
  check("a data store is added", here.service.add_datastore("c0ffee", {{"Patient", patient}}).has_value());
  here.objects.deny("example-bucket");
  check("the job fails", export_store(here.client, "c0ffee") == "FAILED");
}

int main() {
  an_export_completes_and_writes_its_files();
  a_lost_response_starts_no_second_job();
  a_bucket_without_permission_fails_the_job();
  return failures == 0 ? 0 : 1;
}
