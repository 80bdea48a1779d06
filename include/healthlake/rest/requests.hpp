// The server side of the FHIR REST `$export`: reads requests and writes responses.
//
// Rules: strict, since a server that guesses hides a client's bug. What is read satisfies the same rules as what a
// client may send. These are rejected, in this order, each with an OperationOutcome that says what to do:
//   a path other than those of rest/export.hpp           not-supported  404
//   another method                                       not-supported  405, with `Allow`
//   another media type than application/fhir+json        not-supported  415 (start)
//   no `Prefer: respond-async`                           required       400 (start)
//   a body over the limit                                too-long       413
//   a parameter that is unknown, given twice or invalid  invalid        400
//   a body that is not JSON, or of another shape         structure      400
//   members that are missing or invalid                  invalid        400
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "healthlake/core/result.hpp"
#include "healthlake/core/validate.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/json/decode_options.hpp"
#include "healthlake/rest/export.hpp"
#include "healthlake/rest/outcome.hpp"
#include "healthlake/rest/shapes.hpp"

namespace HEALTHLAKE_NAMESPACE::rest {

/// The limits and the strictness of reading requests.
struct RequestOptions {
  /// The maximum size of the request target. Default 8 KiB.
  std::size_t max_target_bytes = std::size_t{8} << 10;
  /// The maximum size of a body. Default 64 KiB.
  std::size_t max_body_bytes = std::size_t{64} << 10;
  /// How a body is decoded: strictly by default.
  DecodeOptions decode{.strict = true};
  /// By default, unknown enumeration values and union members are rejected.
  ValidateOptions validate{.unknown_enum_values = false, .unknown_union_members = false};
};

/// A request to describe an export.
struct DescribeRequest {
  /// Which export.
  ExportId job{};
};
/// A request to cancel an export.
struct CancelRequest {
  /// Which export.
  ExportId job{};
};
/// A request of one of the three operations.
using ExportRequest = std::variant<StartExportRequest, DescribeRequest, CancelRequest>;

/// Whether a request target is below the FHIR endpoint of a data store, so that its errors are OperationOutcomes.
bool is_fhir_target(std::string_view target) noexcept;

/// Reads a request. The error is the response to send.
Result<ExportRequest, HttpResponse> read_export_request(HttpRequest const& request, RequestOptions const& options = {});

/// Writes the response to StartExport: 202, with the Content-Location, which is sent as it is. Errors: InvalidInput if
/// a member cannot be encoded (see `encode`).
Result<HttpResponse> write_started(StartExportResponse const& output);
/// Writes the response to DescribeExport, 200, or with `accepted` that to CancelExport, 202. Errors: as above.
Result<HttpResponse> write_described(DescribedExport const& output, bool accepted = false);

}  // namespace HEALTHLAKE_NAMESPACE::rest

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/rest/impl/requests.ipp"
#endif
