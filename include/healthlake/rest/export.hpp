// The operations of the FHIR REST `$export`: start, describe and cancel an export; and the waits for its end.
//
// Rules: they are called like all others, `client.call<rest::StartExport>({...})`, over the machines of flow/. A start
// has no ClientToken, so it is repeated only if the earlier one cannot have been carried out; otherwise its error says
// that it may have been (Effect::possible): look for the job in the list of export jobs before starting another. A
// cancel may be repeated; the repetition may be answered with `not-found`, `deleted` or `conflict`, which the earlier
// one caused. AWS documents the operations, but no names for them; these are ours.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/type_of.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/model/waiter.hpp"
#include "healthlake/rest/fhir_rest.hpp"
#include "healthlake/rest/shapes.hpp"

namespace HEALTHLAKE_NAMESPACE::rest {

namespace detail {

inline constexpr Header start_headers[] = {{"Content-Type", "application/fhir+json"}, {"Prefer", "respond-async"}};
inline constexpr Header status_headers[] = {{"Accept", "application/json"}};

void write_start_target(std::string& target, void const* erased);
bool check_start(void const* erased, Violation& violation);
bool finish_start(void* erased, HttpResponse const& response, bool decoded, std::vector<MissingMember>& missing);
void write_job_target(std::string& target, void const* erased);
bool finish_describe(void* erased, HttpResponse const& response, bool decoded, std::vector<MissingMember>& missing);
bool finish_cancel(void* erased, HttpResponse const& response, bool decoded, std::vector<MissingMember>& missing);

// The job's id in a reference `.../export/<id>`; empty if it has another form.
std::string_view job_id_in(std::string_view reference) noexcept;

}  // namespace detail

/// Starts an export, `POST .../$export`. A 429 is throttling, also while another export runs: nothing was started.
struct StartExport {
  static constexpr std::string_view name = "StartExport";
  /// FHIR REST.
  using Protocol = FhirRest;
  using Input = StartExportRequest;
  using Output = StartExportResponse;
  using Errors = healthlake::Errors<>;
  /// How it is mapped to HTTP.
  static constexpr detail::Binding binding{
      .method = "POST",
      .headers = detail::start_headers,
      .write_target = &detail::write_start_target,
      .check = &detail::check_start,
      .body = [](void const* input) -> void const* { return &static_cast<Input const*>(input)->body; },
      .body_type = &type_of<ExportBody>,
      .finish = &detail::finish_start};
};

/// Returns the properties of an export, `GET .../export/<job>`. A 202 without a readable status means IN_PROGRESS; a
/// status in the body counts.
struct DescribeExport {
  static constexpr std::string_view name = "DescribeExport";
  static constexpr OperationTraits traits{.readonly = true};
  /// FHIR REST.
  using Protocol = FhirRest;
  using Input = ExportId;
  using Output = DescribedExport;
  using Errors = healthlake::Errors<>;
  /// How it is mapped to HTTP.
  static constexpr detail::Binding binding{.method = "GET",
                                           .headers = detail::status_headers,
                                           .write_target = &detail::write_job_target,
                                           .finish = &detail::finish_describe};
};

/// Cancels an export, `DELETE .../export/<job>`. Success means that the request was accepted, not that the job has
/// ended: wait for ExportCancelled. The errors `not-found` and `deleted` mean that there is nothing left to cancel.
struct CancelExport {
  static constexpr std::string_view name = "CancelExport";
  static constexpr OperationTraits traits{.idempotent = true};
  /// FHIR REST.
  using Protocol = FhirRest;
  using Input = ExportId;
  using Output = DescribedExport;
  using Errors = healthlake::Errors<>;
  /// How it is mapped to HTTP.
  static constexpr detail::Binding binding{.method = "DELETE",
                                           .headers = detail::status_headers,
                                           .write_target = &detail::write_job_target,
                                           .finish = &detail::finish_cancel};
};

/// Waits until an export has ended. Polls every 30 s, 120 times; see WaitOptions. AWS defines no waiter for it.
struct ExportCompleted {
  static constexpr std::string_view name = "ExportCompleted";
  using Operation = DescribeExport;
  static constexpr Milliseconds delay{30'000};
  static constexpr unsigned max_attempts = 120;
  static constexpr std::string_view status = "exportJobProperties.jobStatus";
  static constexpr auto acceptors = std::array{
      Acceptor{.path = status, .expected = "COMPLETED", .state = WaiterState::success},
      Acceptor{.path = status, .expected = "COMPLETED_WITH_ERRORS", .state = WaiterState::success},
      Acceptor{.path = status, .expected = "FAILED", .state = WaiterState::failure},
      Acceptor{.path = status, .expected = "CANCEL_COMPLETED", .state = WaiterState::failure},
      Acceptor{.path = status, .expected = "CANCEL_FAILED", .state = WaiterState::failure},
  };
};

/// Waits after CancelExport until the export is cancelled or gone: an error whose code says so, or a 404 or 410 with
/// any code or without a body. The failure is that it ended otherwise: it may have completed before it was cancelled.
/// Polls every 5 s, 60 times; see WaitOptions.
struct ExportCancelled {
  static constexpr std::string_view name = "ExportCancelled";
  using Operation = DescribeExport;
  static constexpr Milliseconds delay{5'000};
  static constexpr unsigned max_attempts = 60;
  static constexpr std::string_view status = "exportJobProperties.jobStatus";
  static constexpr auto acceptors = std::array{
      Acceptor{.path = status, .expected = "CANCEL_COMPLETED", .state = WaiterState::success},
      Acceptor{.matcher = Acceptor::Matcher::error, .expected = "not-found", .state = WaiterState::success},
      Acceptor{.matcher = Acceptor::Matcher::error, .expected = "deleted", .state = WaiterState::success},
      Acceptor{
          .matcher = Acceptor::Matcher::error, .expected = "ResourceNotFoundException", .state = WaiterState::success},
      // Servers use various codes here, such as `processing`.
      Acceptor{.matcher = Acceptor::Matcher::status, .http_status = 404, .state = WaiterState::success},
      Acceptor{.matcher = Acceptor::Matcher::status, .http_status = 410, .state = WaiterState::success},
      Acceptor{.path = status, .expected = "CANCEL_FAILED", .state = WaiterState::failure},
      Acceptor{.path = status, .expected = "COMPLETED", .state = WaiterState::failure},
      Acceptor{.path = status, .expected = "COMPLETED_WITH_ERRORS", .state = WaiterState::failure},
      Acceptor{.path = status, .expected = "FAILED", .state = WaiterState::failure},
  };
};

/// The export that a Content-Location names, to describe or cancel it: `.../datastore/<datastore_id>/r4/export/<job>`
/// at this endpoint, absolute, or relative to it; or `export/<job>`. The error is SetupError (endpoint) if the
/// reference is for another scheme, host, port or data store, or has another form: a request to it would send a
/// signature to whoever wrote it.
Result<ExportId, SetupError> locate_export(std::string_view content_location, Endpoint const& endpoint,
                                           std::string_view datastore_id);

}  // namespace HEALTHLAKE_NAMESPACE::rest

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/rest/impl/export.ipp"
#endif
