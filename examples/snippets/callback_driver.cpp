// A wait for an export job in callback style: nothing blocks, and every step ends by passing the next one to an event
// loop. The loop here is a toy with a virtual clock, so that the program ends at once; replace `Loop` and `Service`
// with yours.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "healthlake/core/print.hpp"
#include "healthlake/drive.hpp"
#include "healthlake/flow/waiter.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

using namespace healthlake;

struct Loop {
  Timestamp now = Timestamp::from_seconds(1'800'000'000);
  std::multimap<Timestamp, std::function<void()>> timers;

  void at(Timestamp time, std::function<void()> callback) { timers.emplace(time, std::move(callback)); }
  void run() {
    while (!timers.empty()) {
      auto next = timers.extract(timers.begin());
      now = std::max(now, next.key());
      next.mapped()();
    }
  }
};

/// Answers 30 ms later; the job completes a minute after the start.
struct Service {
  Loop& loop;
  Timestamp done_at = loop.now + Milliseconds{60'000};

  void send(HttpRequest const& request, std::function<void(HttpReply)> on_reply) {
    auto const input = read_request<DescribeFHIRExportJob>(request);
    if (!input) return on_reply(Unexpected{TransportError{TransportReason::not_http, input.error().message}});
    loop.at(loop.now + Milliseconds{30}, [this, input = input->value, on_reply = std::move(on_reply)] {
      DescribeFHIRExportJobResponse output;
      auto& job = output.export_job_properties;
      job.job_id = input.job_id;
      job.datastore_id = input.datastore_id;
      job.job_status = loop.now < done_at ? JobStatus::in_progress : JobStatus::completed;
      job.output_data_config.value = S3Configuration{"s3://bucket/out", "alias/example"};
      on_reply(*write_response<DescribeFHIRExportJob>(output));
    });
  }
};

/// Drives a waiter. Outstanding callbacks keep it alive.
template <WaiterShape W>
class Driver : public std::enable_shared_from_this<Driver<W>> {
 public:
  using Outcome = typename Waiter<W>::Outcome;

  Driver(Loop& loop, Service& service, Waiter<W> waiter, std::function<void(Outcome)> on_done)
      : loop_(loop), service_(service), waiter_(std::move(waiter)), on_done_(std::move(on_done)) {}

  void step() {
    auto self = this->shared_from_this();
    auto step = waiter_.next(loop_.now);
    if (auto* done = std::get_if<Done<Outcome>>(&step)) return on_done_(std::move(done->result));
    if (auto const* wait = std::get_if<Wait>(&step)) return loop_.at(wait->until, [self] { self->step(); });

    auto const& send = std::get<Send>(step);
    if (auto signed_ = sign(send, signer_, credentials_, "us-east-1"); !signed_)
      return on_done_({.end = WaitEnd::call_failed, .error = std::move(signed_.error())});
    service_.send(send.request(), [self](HttpReply const& reply) {
      self->waiter_.receive(reply, self->loop_.now);
      self->step();
    });
  }

 private:
  Loop& loop_;
  Service& service_;
  Waiter<W> waiter_;
  std::function<void(Outcome)> on_done_;
  SigV4<Sha256> signer_;
  Credentials credentials_{"AKIDEXAMPLE", Secret{"example-secret"}};
};

int main() {
  Loop loop;
  Service service{loop};
  Session session;
  auto random = [number = std::uint64_t{1}]() mutable { return number *= 6364136223846793005u; };
  auto const endpoint = *resolve_endpoint({.region = "us-east-1"});
  WaitOptions const options{.delay = Milliseconds{25'000}};
  Waiter<FHIRExportJobCompleted> waiter{
      {.datastore_id = "ds1", .job_id = "j1"}, endpoint, session, Entropy{random}, {}, options};

  int status = 1;
  auto const on_done = [&](auto const& result) {
    std::printf("%u polls\n", result.polls);
    if (result.last) std::puts(to_string(result.last->output).c_str());
    if (result.error) std::puts(to_string(*result.error).c_str());
    status = result.end == WaitEnd::success ? 0 : 1;
  };
  std::make_shared<Driver<FHIRExportJobCompleted>>(loop, service, std::move(waiter), on_done)->step();
  loop.run();
  return status;
}
