// Starts an export and polls it until it completes: the calls of README.md on a board without an operating system.
#include "device.hpp"
#include "healthlake/flow/waiter.hpp"
#include "healthlake/model/export_job.hpp"
using namespace healthlake;

namespace {

// Returns the job's id; empty, after printing the reason, if there is none.
std::string start(Device& device, std::string_view role) {
  StartFHIRExportJobRequest const input{
      .output_data_config = {S3Configuration{"s3://example-bucket/export", "alias/my-key"}},
      .datastore_id = "c0ffee00c0ffee00c0ffee00c0ffee00",
      .data_access_role_arn = std::string{role}};
  Call<StartFHIRExportJob> call{input, device.endpoint, device.session, Entropy{device.random}};
  device.drive(call, [] {});
  Error const* const error = call.take();
  if (!error) return std::move(call.response().output.job_id);
  print_line(to_string(*error));
  return {};
}

// Polls five times a second, for at most a minute, prints each status, and ends the program. It never returns, so that
// no code for destructors is linked.
[[noreturn]] void wait(Device& device, std::string_view datastore_id, std::string_view job_id) {
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
  device.drive(waiter, show);
  if (Error const* const error = waiter.trouble()) print_line(to_string(*error));
  board::exit(waiter.end() == WaitEnd::success ? 0 : 1);
}

}  // namespace

int main() {
  Device device;
  // Input that violates a constraint of the service is refused here, with the reason, and nothing is sent.
  if (!start(device, "HealthLakeExport").empty()) board::exit(1);

  std::string const job_id = start(device, "arn:aws:iam::123456789012:role/HealthLakeExport");
  if (job_id.empty()) board::exit(1);
  print_line(job_id);
  wait(device, "c0ffee00c0ffee00c0ffee00c0ffee00", job_id);
}
