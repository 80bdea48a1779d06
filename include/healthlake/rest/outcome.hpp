// Errors of the FHIR REST interface: OperationOutcome resources, and what else may come in their place.
//
// Rules: an error is a ServiceError whatever its body contains. Its code is that of AWS if the response has one
// (x-amzn-errortype, `__type`), as for a refused signature; otherwise that of the first issue, known to FHIR or not;
// otherwise empty, as for a proxy's page, except that a 404 and a 410 without a body count as `not-found` and
// `deleted`. Its message is the diagnostics of all issues. A 429 and the code `throttled` are throttling, so the
// request was not carried out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/json/decode_options.hpp"
#include "healthlake/text/redactor.hpp"

namespace HEALTHLAKE_NAMESPACE::rest {

/// One issue of an OperationOutcome.
struct OutcomeIssue {
  /// `fatal`, `error`, `warning` or `information`.
  std::string severity = "error";
  /// A code of FHIR's IssueType: `not-supported`, `not-found`, `invalid`.
  std::string code{};
  /// For people.
  std::optional<std::string> diagnostics{};

  template <class Self>
  static consteval auto shape() {
    return structure("OutcomeIssue", field<&Self::severity>("severity", required), field<&Self::code>("code", required),
                     field<&Self::diagnostics>("diagnostics"));
  }
  friend bool operator==(OutcomeIssue const&, OutcomeIssue const&) = default;
};

/// The body of an error.
struct OperationOutcome {
  /// Always the same.
  std::string resource_type = "OperationOutcome";
  /// What is wrong; the first one is the error.
  std::vector<OutcomeIssue> issue{};

  template <class Self>
  static consteval auto shape() {
    return structure("OperationOutcome", field<&Self::resource_type>("resourceType", required),
                     field<&Self::issue>("issue", required));
  }
  friend bool operator==(OperationOutcome const&, OperationOutcome const&) = default;
};

/// Client: reads an error response.
ServiceError read_outcome(HttpResponse const& response, DecodeOptions const& options = {});

/// Server: writes an error response with one issue. `code` is of FHIR's IssueType. Invalid UTF-8 in `diagnostics` is
/// replaced by a note that says so.
HttpResponse write_outcome(int http_status, std::string_view code, std::string_view diagnostics);

namespace detail {

// Adds what the issues say to an error that was read from the same response. `redactor` knows what the request was
// signed with.
void read_issues(HttpResponse const& response, DecodeOptions const& options, Redactor& redactor, ServiceError& error);

}  // namespace detail
}  // namespace HEALTHLAKE_NAMESPACE::rest

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/rest/impl/outcome.ipp"
#endif
