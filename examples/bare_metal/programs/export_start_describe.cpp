// Starts an export and polls it until it is done: the calls of README.md on a board without an operating system.
#include "device.hpp"
#include "healthlake/flow/waiter.hpp"
#include "healthlake/model/export_job.hpp"
using namespace healthlake;

namespace {

using Started = Call<StartFHIRExportJob>::Outcome;

Started start(Device& device, std::string_view role) {
  StartFHIRExportJobRequest input{.output_data_config = {S3Configuration{"s3://example-bucket/export", "alias/my-key"}},
                                  .datastore_id = "c0ffee00c0ffee00c0ffee00c0ffee00",
                                  .data_access_role_arn = std::string{role}};
  Call<StartFHIRExportJob> call{std::move(input), device.endpoint, device.session, Entropy{device.random}};
  return device.drive<Started>(call, [] {});
}

// Looks five times a second, for a minute at most, and prints each state.
WaitOutcome wait(Device& device, std::string_view datastore_id, std::string_view job_id) {
  using W = Waiter<FHIRExportJobCompleted>;
  WaitOptions const patience{.delay = Milliseconds{200}, .max_attempts = 0, .timeout = Milliseconds{60'000}};
  W waiter{{.datastore_id = std::string{datastore_id}, .job_id = std::string{job_id}},
           device.endpoint,
           device.session,
           Entropy{device.random},
           {},
           patience};
  unsigned seen = 0;
  auto const show = [&] {
    if (std::exchange(seen, waiter.answers()) != waiter.answers())
      print_line(waiter.last()->output.export_job_properties.job_status.text());
  };
  auto const result = device.drive<W::Outcome>(waiter, show);
  if (result.last) print_line(result.last->output.export_job_properties.job_status.text());
  if (result.error) print_line(to_string(*result.error));
  return result.outcome;
}

}  // namespace

int main() {
  Device device;
  // What breaks a rule of the service is refused here, with the reason, and nothing is sent.
  auto const refused = start(device, "HealthLakeExport");
  if (refused) board::exit(1);
  print_line(to_string(refused.error()));

  auto const started = start(device, "arn:aws:iam::123456789012:role/HealthLakeExport");
  if (!started) {
    print_line(to_string(started.error()));
    board::exit(1);
  }
  print_line(started->output.job_id);
  auto const outcome = wait(device, "c0ffee00c0ffee00c0ffee00c0ffee00", started->output.job_id);
  // A device's main never returns, so what it holds is never destroyed, and the code for that is not there.
  board::exit(outcome == WaitOutcome::success ? 0 : 1);
}
