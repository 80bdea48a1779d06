#include "service.hpp"

#include <string>
#include <utility>

#include "common/remembering_signer.hpp"
#include "connection.hpp"
#include "healthlake/client.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/rest/export.hpp"

namespace healthlake_export {
namespace {

using namespace healthlake;
using namespace healthlake_examples;

ClientOptions client_options(Settings const& settings, Progress const& progress) {
  ClientOptions options{.region = settings.region, .endpoint = settings.endpoint};
  options.call.timeout = progress.left_of(settings.timeout);
  return options;
}

WaitOptions wait_options(Settings const& settings, Progress const& progress, bool just_started) {
  // What trouble is too much, `on_trouble` says.
  WaitOptions options{.delay = settings.poll, .max_attempts = 0, .max_failed_polls = 0};
  options.timeout = progress.left_of(settings.timeout);
  if (just_started) options.not_found = Milliseconds{60'000};
  return options;
}

}  // namespace

struct Service::Connected {
  Connected(Settings const& given, Keys& source, Secrets& secrets, Progress& shown)
      : settings(given), keys(source), progress(shown), signer{.secrets = secrets} {}

  Settings const& settings;
  Keys& keys;
  Progress& progress;
  CurlGlobal global{};
  CurlTransport transport{curl_options(settings)};
  RememberingSigner signer;
  TickingRuntime runtime{progress};
  Client<CurlTransport, RememberingSigner, TickingRuntime, Keys> client{transport, signer, runtime,
                                                                        client_options(settings, progress), keys};
};

Service::Service(Settings const& settings, Keys& keys, healthlake_examples::Secrets& secrets, Progress& progress)
    : connected_(std::make_unique<Connected>(settings, keys, secrets, progress)) {}
Service::~Service() = default;

std::string Service::new_token() { return std::string{random_uuid(Entropy{connected_->runtime}).view()}; }

Result<Response<StartFHIRExportJobResponse>> Service::start(StartFHIRExportJobRequest const& request) {
  return connected_->client.start_fhir_export_job(request);
}

Result<Service::Described> Service::describe(DescribeFHIRExportJobRequest const& request) {
  return connected_->client.describe_fhir_export_job(request);
}

Service::Waited Service::wait(DescribeFHIRExportJobRequest const& request, bool just_started,
                              std::function<bool(Described const&)> const& on_poll,
                              std::function<bool(Error const&)> const& on_trouble) {
  WaitOptions const options = wait_options(connected_->settings, connected_->progress, just_started);
  return connected_->client.wait<FHIRExportJobCompleted>(request, options, on_poll, on_trouble);
}

Result<Service::Listed> Service::list(ListFHIRExportJobsRequest const& request) {
  return connected_->client.list_fhir_export_jobs(request);
}

Result<std::uint64_t> Service::pages(ListFHIRExportJobsRequest const& request,
                                     std::function<bool(Listed const&)> const& on_page) {
  return connected_->client.pages<ListFHIRExportJobs>(
      request, [&](Response<ListFHIRExportJobsResponse>&& page) { return on_page(page); });
}

Result<Response<rest::StartExportResponse>> Service::start_by_rest(rest::StartExportRequest const& request) {
  return connected_->client.call<rest::StartExport>(request);
}

Result<Service::DescribedByRest> Service::cancel_by_rest(rest::ExportId const& job) {
  return connected_->client.call<rest::CancelExport>(job);
}

Service::WaitedByRest Service::wait_by_rest(rest::ExportId const& job, bool just_started, bool cancelled,
                                            std::function<bool(DescribedByRest const&)> const& on_poll,
                                            std::function<bool(Error const&)> const& on_trouble) {
  WaitOptions const options = wait_options(connected_->settings, connected_->progress, just_started);
  auto& client = connected_->client;
  return cancelled ? client.wait<rest::ExportCancelled>(job, options, on_poll, on_trouble)
                   : client.wait<rest::ExportCompleted>(job, options, on_poll, on_trouble);
}

}  // namespace healthlake_export
