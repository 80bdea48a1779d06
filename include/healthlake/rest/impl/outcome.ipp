// The functions of rest/outcome.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/type_of.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/protocol/error_response.hpp"
#include "healthlake/protocol/retry_kind.hpp"
#include "healthlake/rest/outcome.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/redactor.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE::rest::detail {

// As they come: of any type, so that one unusable member does not hide the others.
struct ReceivedDetails {
  std::optional<Document> text{};

  static consteval auto shape() { return structure("ReceivedDetails", field<&ReceivedDetails::text>("text")); }
};
struct ReceivedIssue {
  std::optional<Document> code{};
  std::optional<Document> diagnostics{};
  std::optional<Document> details{};

  static consteval auto shape() {
    return structure("ReceivedIssue", field<&ReceivedIssue::code>("code"),
                     field<&ReceivedIssue::diagnostics>("diagnostics"), field<&ReceivedIssue::details>("details"));
  }
};
struct ReceivedOutcome {
  std::vector<ReceivedIssue> issue{};

  static consteval auto shape() {
    return structure("ReceivedOutcome", field<&ReceivedOutcome::issue>("issue", required));
  }
};

// The text of an issue: its diagnostics, or else that of its details.
HEALTHLAKE_DECL void read_issue_text(ReceivedIssue const& issue, std::string& text) {
  if (healthlake::detail::text_of(issue.diagnostics, text) || !issue.details) return;
  ReceivedDetails details;
  std::vector<MissingMember> missing;
  Malformed fault;
  if (healthlake::detail::decode_to(issue.details->json, type_of<ReceivedDetails>(), &details, {}, missing, fault))
    healthlake::detail::text_of(details.text, text);
}

HEALTHLAKE_DECL void read_issues(HttpResponse const& response, DecodeOptions const& options, Redactor& redactor,
                                 ServiceError& error) {
  ReceivedOutcome outcome;
  std::vector<MissingMember> missing;
  Malformed fault;
  if (!healthlake::detail::decode_to(response.body, type_of<ReceivedOutcome>(), &outcome, options, missing, fault))
    return;
  std::string text;
  bool const coded = !error.code.empty();
  for (auto const& issue : outcome.issue) {
    if (!coded && error.code.empty() && healthlake::detail::text_of(issue.code, text)) {
      redactor.clean(text);
      healthlake::detail::cut_to(text, max_error_code_bytes);
      error.code = text;
    }
    read_issue_text(issue, text);
    if (text.empty() || error.message.size() > max_error_message_bytes) continue;
    if (!error.message.empty()) error.message += "; ";
    error.message += text;
  }
  redactor.clean(error.message);
  healthlake::detail::cut_to(error.message, max_error_message_bytes);
}

HEALTHLAKE_DECL ServiceError read_outcome(HttpResponse const& response, DecodeOptions const& options,
                                          Redactor& redactor) {
  // Errors of AWS itself, of any protocol; and the excerpt of a body that is not JSON.
  ServiceError error = healthlake::detail::read_error(response, nullptr, {}, options, redactor);
  read_issues(response, options, redactor, error);
  bool const blank = healthlake::detail::trim_white_space(response.body).empty();
  if (error.code.empty() && blank && response.status == 404) error.code = "not-found";
  if (error.code.empty() && blank && response.status == 410) error.code = "deleted";
  error.retry = retry_kind(error.code, error.http_status);
  if (response.status == 429 || error.is("throttled")) error.retry = RetryKind::throttling;
  return error;
}

}  // namespace HEALTHLAKE_NAMESPACE::rest::detail

namespace HEALTHLAKE_NAMESPACE::rest {

HEALTHLAKE_DECL ServiceError read_outcome(HttpResponse const& response, DecodeOptions const& options) {
  Redactor nothing;
  return detail::read_outcome(response, options, nothing);
}

HEALTHLAKE_DECL HttpResponse write_outcome(int http_status, std::string_view code, std::string_view diagnostics) {
  std::string_view const shown = valid_utf8(diagnostics) ? diagnostics : "(the diagnostics are not valid UTF-8)";
  OperationOutcome const outcome{.issue = {{.code = std::string{code}, .diagnostics = std::string{shown}}}};
  HttpResponse response{.status = http_status};
  response.headers.add("Content-Type", "application/fhir+json");
  // Only a code that is not UTF-8 cannot be written; the status says enough then.
  if (auto body = encode(outcome)) response.body = *std::move(body);
  return response;
}

}  // namespace HEALTHLAKE_NAMESPACE::rest
