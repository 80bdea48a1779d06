#include "service.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "healthlake/client.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/rest/export.hpp"
#include "healthlake/sign/openssl.hpp"
#include "healthlake/sign/sigv4.hpp"
#include "healthlake/transport/curl.hpp"
#include "healthlake/transport/curl_openssl.hpp"
#include "signals.hpp"

namespace healthlake_export {
namespace {

using namespace healthlake;

CurlOptions curl_options(Settings const& settings) {
  CurlOptions options;
  options.proxy = settings.proxy;
  options.proxy_from_environment = settings.proxy_from_environment;
  options.ca_file = settings.ca_file;
  options.cancelled = [] { return caught_signal() != 0; };
  char const* const tls = curl_version_info(CURLVERSION_NOW)->ssl_version;
  if (tls != nullptr && std::strncmp(tls, "OpenSSL", 7) == 0) options.tls_setup = &curl_openssl_strict;
  return options;
}

ClientOptions client_options(Settings const& settings) {
  ClientOptions options{.region = settings.region, .credentials = settings.credentials, .endpoint = settings.endpoint};
  options.call.timeout = settings.timeout;
  return options;
}

// Keeps the signatures, so that none is printed.
struct RememberingSigner {
  SigV4<OpensslSha256> signer{};
  Secrets& secrets;

  Result<Headers> sign(HttpRequest const& request, Credentials const& credentials, SigningContext const& context) {
    auto headers = signer.sign(request, credentials, context);
    if (!headers) return headers;
    if (auto const authorization = headers->find("Authorization"))
      secrets.add_signature(authorization->substr(authorization->rfind('=') + 1));
    return headers;
  }
};

}  // namespace

struct Service::Connected {
  Connected(Settings const& given, Secrets& secrets, Progress& shown)
      : settings(given), progress(shown), signer{.secrets = secrets} {}

  Settings const& settings;
  Progress& progress;
  CurlGlobal global{};
  CurlTransport transport{curl_options(settings)};
  RememberingSigner signer;
  TickingRuntime runtime{progress};
  Client<CurlTransport, RememberingSigner, TickingRuntime> client{transport, signer, runtime, client_options(settings)};
};

Service::Service(Settings const& settings, Secrets& secrets, Progress& progress)
    : connected_(std::make_unique<Connected>(settings, secrets, progress)) {}
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
  auto const& settings = connected_->settings;
  // What trouble is too much, `on_trouble` says.
  WaitOptions options{.delay = settings.poll, .max_attempts = 0, .max_failed_polls = 0};
  if (settings.timeout) options.timeout = Milliseconds{settings.timeout->count - connected_->progress.elapsed().count};
  if (just_started) options.not_found = Milliseconds{60'000};
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
  auto const& settings = connected_->settings;
  // What trouble is too much, `on_trouble` says.
  WaitOptions options{.delay = settings.poll, .max_attempts = 0, .max_failed_polls = 0};
  if (settings.timeout) options.timeout = Milliseconds{settings.timeout->count - connected_->progress.elapsed().count};
  if (just_started) options.not_found = Milliseconds{60'000};
  auto& client = connected_->client;
  return cancelled ? client.wait<rest::ExportCancelled>(job, options, on_poll, on_trouble)
                   : client.wait<rest::ExportCompleted>(job, options, on_poll, on_trouble);
}

}  // namespace healthlake_export
