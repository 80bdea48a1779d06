// Observing calls: the spans and the counters of an export whose first request meets an overloaded service.
#include <variant>

#include "in_process.hpp"
#include "telemetry.hpp"
using namespace healthlake;

// An observer is any object with the functions it wants; this one hands on to two.
struct Telemetry {
  telemetry::Spans spans;
  telemetry::Metrics metrics{};

  void on_send(SendReport const& report) { spans.on_send(report); }
  void on_attempt(AttemptReport const& report) { spans.on_attempt(report), metrics.on_attempt(report); }
  void on_wait(WaitReport const& report) { spans.on_wait(report), metrics.on_wait(report); }
  void on_outcome(OutcomeReport const& report) { spans.on_outcome(report), metrics.on_outcome(report); }
};

// A service that is overloaded at first.
struct Overloaded {
  LocalHealthLake& service;
  int rejections = 1;

  HttpReply send(HttpRequest const& request) {
    if (rejections-- > 0) return HttpResponse{.status = 503, .body = "Slow down"};
    return service.send(request);
  }
};

int main() {
  InProcess here;
  if (!here.service.add_datastore("c0ffee", {})) return 1;
  Overloaded service{here.service};

  std::string lines;
  VirtualRuntime identifiers{.seed = 7};
  Telemetry observer{{lines, Entropy{identifiers}}};
  Client client{service, here.signer, here.runtime, {.region = "us-east-1"}, observer};

  StartFHIRExportJobRequest const input{
      .output_data_config = {S3Configuration{"s3://example-bucket/out", "alias/my-key"}},
      .datastore_id = "c0ffee",
      .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExport"};
  auto const started = client.start_fhir_export_job(input);
  client.wait<FHIRExportJobCompleted>({.datastore_id = "c0ffee", .job_id = value_or_exit(started).output.job_id},
                                      {.delay = Milliseconds{5'000}});

  // A machine of one's own, in any loop.
  Session session;
  Observed list{Pager<ListFHIRExportJobs>{{.datastore_id = "c0ffee"}, client.options().endpoint, session, here.runtime},
                observer.metrics};
  for (;;) {
    auto const step = list.next(here.runtime.now());
    if (std::holds_alternative<Done<Pager<ListFHIRExportJobs>::Outcome>>(step)) break;
    auto const refused = take_step(list, step, service, here.signer, here.runtime, {}, "us-east-1");
    if (!refused) continue;
    list.fail(*refused);
    break;
  }

  std::fputs(lines.c_str(), stdout);
  std::fputs(observer.metrics.text().c_str(), stdout);
}
