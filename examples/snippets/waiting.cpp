// Three waits for the same export: one that sees the end, one that runs out of time, one that is cancelled.
#include <cstdio>
#include <string>

#include "in_process.hpp"
using namespace healthlake;

int main() {
  InProcess here;
  if (!here.service.add_datastore("c0ffee", {})) return 1;
  auto const started = here.client.start_fhir_export_job(
      {.output_data_config = {S3Configuration{"s3://example-bucket/export", "alias/my-key"}},
       .datastore_id = "c0ffee",
       .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExport"});
  DescribeFHIRExportJobRequest const job{.datastore_id = "c0ffee", .job_id = value_or_exit(started).output.job_id};

  auto const show = [](Response<DescribeFHIRExportJobResponse> const& polled) {
    std::printf("  %s\n", std::string{polled.output.export_job_properties.job_status.text()}.c_str());
  };
  auto const end = [](auto const& wait) {
    std::printf("%s after %u polls\n", std::string{to_string(wait.end)}.c_str(), wait.polls);
  };

  // At most 2 s, of which each poll takes a part.
  end(here.client.wait<FHIRExportJobCompleted>(job, {.delay = Milliseconds{1'000}, .timeout = Milliseconds{2'000}}));

  // Until somebody loses patience: here, when the job is seen running.
  end(here.client.wait<FHIRExportJobCompleted>(job, {.delay = Milliseconds{1'000}}, [&](auto const& polled) {
    show(polled);
    return polled.output.export_job_properties.job_status != JobStatus::in_progress;
  }));

  // Once every 2 s, for an hour at most.
  end(here.client.wait<FHIRExportJobCompleted>(job, {.delay = Milliseconds{2'000}, .timeout = Milliseconds{3'600'000}},
                                               show));
}
