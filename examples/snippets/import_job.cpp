// An import: files in a bucket, a job, the wait for it, and the log that it writes.
#include "in_process.hpp"
using namespace healthlake;

int main() {
  InProcess here;
  if (!here.service.add_datastore("c0ffee", {}) ||
      !here.objects.put("example-bucket", "in/patients.ndjson",
                        "{\"resourceType\":\"Patient\",\"id\":\"p1\"}\n"
                        "{\"resourceType\":\"Patient\",\"id\":\"p2\"}\n"
                        "{\"resourceType\":\"Patient\"}\n"))  // without an id: strict validation refuses it
    return 1;

  StartFHIRImportJobRequest const input{
      .job_name = "patients",
      .input_data_config = {"s3://example-bucket/in"},
      .job_output_data_config = {S3Configuration{"s3://example-bucket/log", "alias/my-key"}},
      .datastore_id = "c0ffee",
      .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeImport",
      .validation_level = ValidationLevel::strict};
  auto const started = here.client.start_fhir_import_job(input);
  auto const& job_id = value_or_exit(started).output.job_id;

  auto const wait = here.client.wait<FHIRImportJobCompleted>(
      {.datastore_id = "c0ffee", .job_id = job_id}, {.delay = Milliseconds{5'000}}, [](auto const& polled) {
        std::puts(std::string{polled.output.import_job_properties.job_status.text()}.c_str());
      });
  if (!wait.last) return 1;
  auto const& job = wait.last->output.import_job_properties;
  auto const& report = job.job_progress_report.value_or(JobProgressReport{});
  std::printf("%lld of %lld resources imported\n",
              static_cast<long long>(report.total_number_of_resources_imported.value_or(0)),
              static_cast<long long>(report.total_number_of_resources_scanned.value_or(0)));

  auto const keys = here.objects.list("example-bucket", "log/");
  if (!keys) return 1;
  for (auto const& key : *keys) std::puts(key.c_str());
}
