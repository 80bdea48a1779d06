// The calls that the program makes, over libcurl.
#pragma once

#include <functional>
#include <memory>

#include "common/secrets.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/flow/waiter.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/rest/shapes.hpp"
#include "keys.hpp"
#include "progress.hpp"
#include "settings.hpp"

namespace healthlake_export {

class Service {
 public:
  using Described = healthlake::Response<healthlake::DescribeFHIRExportJobResponse>;
  using Waited = healthlake::WaitResult<healthlake::DescribeFHIRExportJobResponse>;
  using DescribedByRest = healthlake::Response<healthlake::rest::DescribedExport>;
  using WaitedByRest = healthlake::WaitResult<healthlake::rest::DescribedExport>;
  using Listed = healthlake::Response<healthlake::ListFHIRExportJobsResponse>;

  Service(Settings const& settings, Keys& keys, healthlake_examples::Secrets& secrets, Progress& progress);
  ~Service();
  Service(Service const&) = delete;
  Service& operator=(Service const&) = delete;

  /// A new idempotency token.
  std::string new_token();

  healthlake::Result<healthlake::Response<healthlake::StartFHIRExportJobResponse>> start(
      healthlake::StartFHIRExportJobRequest const& request);
  healthlake::Result<Described> describe(healthlake::DescribeFHIRExportJobRequest const& request);
  /// Waits until the job has ended; a callback that returns false ends the wait. `just_started`: the job may not be
  /// visible yet.
  Waited wait(healthlake::DescribeFHIRExportJobRequest const& request, bool just_started,
              std::function<bool(Described const&)> const& on_poll,
              std::function<bool(healthlake::Error const&)> const& on_trouble);
  /// One page.
  healthlake::Result<Listed> list(healthlake::ListFHIRExportJobsRequest const& request);
  /// All pages from this one on; a callback that returns false ends the list.
  healthlake::Result<std::uint64_t> pages(healthlake::ListFHIRExportJobsRequest const& request,
                                          std::function<bool(Listed const&)> const& on_page);

  // The same by FHIR REST.
  healthlake::Result<healthlake::Response<healthlake::rest::StartExportResponse>> start_by_rest(
      healthlake::rest::StartExportRequest const& request);
  healthlake::Result<DescribedByRest> cancel_by_rest(healthlake::rest::ExportId const& job);
  /// `cancelled`: for the end of a job that was cancelled.
  WaitedByRest wait_by_rest(healthlake::rest::ExportId const& job, bool just_started, bool cancelled,
                            std::function<bool(DescribedByRest const&)> const& on_poll,
                            std::function<bool(healthlake::Error const&)> const& on_trouble);

 private:
  struct Connected;
  std::unique_ptr<Connected> connected_;
};

}  // namespace healthlake_export
