// No I/O at all: a call says what to send and how long to wait; this program plays the network and the clock.
#include <cstdio>

#include "healthlake/core/print.hpp"
#include "healthlake/flow/call.hpp"
#include "healthlake/model/export_job.hpp"
using namespace healthlake;

int main() {
  Session session;
  // Takes the place of a random source: a device has a better one.
  auto random = [state = std::uint64_t{1}]() mutable { return state *= 6364136223846793005u; };
  auto const endpoint = *resolve_endpoint({.region = "us-east-1"});
  StartFHIRExportJobRequest const input{.output_data_config = {S3Configuration{"s3://bucket/out", "alias/my-key"}},
                                        .datastore_id = "c0ffee00c0ffee00c0ffee00c0ffee00",
                                        .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExport"};
  Call<StartFHIRExportJob> call{input, endpoint, session, Entropy{random}};

  HttpReply const replies[] = {HttpResponse{503},
                               HttpResponse{200, {}, R"({"JobId": "j1", "JobStatus": "SUBMITTED"})"}};
  Timestamp now = Timestamp::from_seconds(1'800'000'000);
  for (;;) {
    auto const step = call.next(now);
    if (auto const* send = std::get_if<Send>(&step)) {
      std::printf("attempt %u: %s\n", send->attempt, send->request().body.c_str());
      call.receive(replies[send->attempt - 1], now);
    } else if (auto const* wait = std::get_if<Wait>(&step)) {
      std::printf("wait %lld ms\n", static_cast<long long>((wait->until - now).count));
      now = wait->until;
    } else {
      auto const& result = std::get<Done<decltype(call)::Outcome>>(step).result;
      return std::puts(result ? to_string(result->output).c_str() : to_string(result.error()).c_str()), result ? 0 : 1;
    }
  }
}
