// Starts an export of a group of patients by FHIR REST, polls it until it completes, and cancels it if it does not. It
// is linked and measured, but not run: sizes.py says what it takes beyond export_start_describe.
#include "device.hpp"
#include "healthlake/flow/waiter.hpp"
#include "healthlake/rest/export.hpp"
using namespace healthlake;

namespace {

constexpr std::string_view datastore = "c0ffee00c0ffee00c0ffee00c0ffee00";

// Returns the job's id; empty, after printing the reason, if there is none.
std::string start(Device& device, std::string_view role) {
  rest::StartExportRequest const input{
      .datastore_id = std::string{datastore},
      .scope = rest::ExportScope::group,
      .group_id = "night",
      .types = std::vector<std::string>{"Patient"},
      .since = board::now(),
      .body = {.output_data_config = {S3Configuration{"s3://example-bucket/export", "alias/my-key"}},
               .data_access_role_arn = std::string{role}}};
  Call<rest::StartExport> call{input, device.endpoint, device.session, Entropy{device.random}};
  device.drive(call, [] {});
  Error const* const error = call.take();
  if (!error) return std::move(call.response().output.job_id);
  print_line(to_string(*error));
  return {};
}

// Ends the program, as `wait` does, so that no code for destructors is linked.
[[noreturn]] void cancel(Device& device, rest::ExportId const& job) {
  Call<rest::CancelExport> call{job, device.endpoint, device.session, Entropy{device.random}};
  device.drive(call, [] {});
  if (Error const* const error = call.take()) print_line(to_string(*error));
  board::exit(1);
}

// Polls five times a second, for at most a minute, and prints each status.
[[noreturn]] void wait(Device& device, rest::ExportId const& job) {
  using W = Waiter<rest::ExportCompleted>;
  WaitOptions const patience{.delay = Milliseconds{200}, .max_attempts = 0, .timeout = Milliseconds{60'000}};
  W waiter{job, device.endpoint, device.session, Entropy{device.random}, {}, patience};
  unsigned seen = 0;
  auto const show = [&] {
    if (std::exchange(seen, waiter.answers()) != waiter.answers())
      print_line(waiter.last()->output.export_job_properties.job_status.text());
  };
  device.drive(waiter, show);
  if (Error const* const error = waiter.trouble()) print_line(to_string(*error));
  if (waiter.end() == WaitEnd::success) board::exit(0);
  cancel(device, job);
}

}  // namespace

int main() {
  Device device;
  std::string const job_id = start(device, "arn:aws:iam::123456789012:role/HealthLakeExport");
  if (job_id.empty()) board::exit(1);
  wait(device, {.datastore_id = std::string{datastore}, .job_id = job_id});
}
