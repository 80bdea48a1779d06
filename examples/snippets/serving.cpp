// A server of two operations: verifies the signature, dispatches, answers errors as the service does. The requests come
// from clients in the same program; a real server gets them from its HTTP stack.
#include <cstdio>
#include <string>

#include "healthlake/healthlake.hpp"
#include "healthlake/server/dispatch.hpp"
#include "healthlake/server/sigv4_verifier.hpp"
#include "healthlake/testing/virtual_runtime.hpp"
using namespace healthlake;

class Server {
 public:
  Server() {
    dispatcher_.on<StartFHIRExportJob>([](auto const& input, RequestContext const& context) -> Started {
      if (input.datastore_id != "c0ffee") return Unexpected{ResourceNotFoundException{.message = "no such data store"}};
      std::printf("  %s starts a job\n", context.access_key_id.c_str());
      return StartFHIRExportJobResponse{.job_id = "j1", .job_status = JobStatus::submitted};
    });
    dispatcher_.on<DescribeFHIRExportJob>([](auto const& input, RequestContext const& context) -> Described {
      DescribeFHIRExportJobResponse output;
      auto& job = output.export_job_properties;
      job.job_id = input.job_id;
      job.datastore_id = input.datastore_id;
      job.job_status = JobStatus::completed;
      job.submit_time = context.now;
      job.output_data_config.value = S3Configuration{"s3://bucket/out", "alias/my-key"};
      return output;
    });
  }

  HttpResponse answer(HttpRequest const& request, Timestamp now) {
    auto const find = [&](std::string_view id) { return id == key_.access_key_id ? &key_ : nullptr; };
    auto const who = verifier_.verify(request, now, find);
    if (!who) return write_error(who.error().code, who.error().message, who.error().http_status);
    return dispatcher_.handle(request, {.access_key_id = *who, .now = now});
  }

 private:
  using Started = Result<StartFHIRExportJobResponse, HandlerError>;
  using Described = Result<DescribeFHIRExportJobResponse, HandlerError>;

  Credentials key_{"AKIDEXAMPLE", Secret{"example-secret"}, {}};
  SigV4Verifier<Sha256> verifier_{{.region = "us-east-1"}};
  Dispatcher dispatcher_;
};

/// The way from a client to the server.
struct Wire {
  Server& server;
  VirtualRuntime& runtime;

  HttpReply send(HttpRequest const& request) { return server.answer(request, runtime.now()); }
};

template <class T>
static void show(Result<T> const& result) {
  std::puts(result ? to_string(result->output).c_str() : to_string(result.error()).c_str());
}

int main() {
  Server server;
  VirtualRuntime runtime;
  Wire wire{server, runtime};
  SigV4<Sha256> signer;
  ClientOptions options{.region = "us-east-1", .credentials = {"AKIDEXAMPLE", Secret{"example-secret"}, {}}};
  Client client{wire, signer, runtime, options};

  StartFHIRExportJobRequest job{.output_data_config = {S3Configuration{"s3://bucket/out", "alias/k"}},
                                .datastore_id = "c0ffee",
                                .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExport"};
  show(client.start_fhir_export_job(job));
  auto const described = client.describe_fhir_export_job({.datastore_id = "c0ffee", .job_id = "j1"});
  if (described) std::puts(std::string{described->output.export_job_properties.job_status.text()}.c_str());
  job.datastore_id = "unknown";
  show(client.start_fhir_export_job(job));
  show(client.list_fhir_datastores({}));

  options.credentials.secret_access_key = Secret{"another-secret"};
  Client stranger{wire, signer, runtime, options};
  show(stranger.describe_fhir_export_job({.datastore_id = "c0ffee", .job_id = "j1"}));
}
