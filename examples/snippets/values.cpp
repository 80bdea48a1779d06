// Values: an enumeration in a switch, the members of unions, times, and results.
#include <chrono>
#include <cstdio>
#include <string>

#include "healthlake/core/chrono.hpp"
#include "healthlake/core/iso8601.hpp"
#include "healthlake/healthlake.hpp"
using namespace healthlake;

// Without a default, so that compilers name an enumerator that is missing (-Wswitch).
bool has_ended(OpenEnum<JobStatus> const& status) {
  switch (status) {
    case JobStatus::submitted:
    case JobStatus::queued:
    case JobStatus::in_progress:
    case JobStatus::cancel_submitted:
    case JobStatus::cancel_in_progress: return false;
    case JobStatus::completed_with_errors:
    case JobStatus::completed:
    case JobStatus::failed:
    case JobStatus::cancel_completed:
    case JobStatus::cancel_failed: return true;
    case JobStatus::unknown: break;  // newer than this library; status.text() is its spelling
  }
  return false;
}

int main() {
  using namespace std::chrono_literals;
  StartFHIRImportJobRequest input{.input_data_config = {"s3://example-bucket/in"},
                                  .job_output_data_config = {S3Configuration{"s3://example-bucket/log", "alias/key"}}};
  input.input_data_config = {"s3://example-bucket/other"};

  CallOptions const options{.timeout = from_chrono(30s)};
  Timestamp const time = from_iso8601("2026-08-07T23:34:47+02:00").value();
  std::chrono::sys_time<std::chrono::milliseconds> const same = to_chrono(time);
  std::printf("%s, %lld ms, %d\n", to_string(time).c_str(), static_cast<long long>(options.timeout->count),
              same + 1h > to_chrono(time));

  auto const date = from_iso8601("2026-08-07");
  if (!date) std::puts(date.error().message.c_str());
  return has_ended(JobStatus::completed) && !has_ended(OpenEnum<JobStatus>::from("SUSPENDED")) ? 0 : 1;
}
