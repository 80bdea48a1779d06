// The functions of rest/outcome.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/retry_kind.hpp"
#include "healthlake/core/type_of.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/protocol/error_response.hpp"
#include "healthlake/rest/outcome.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/redactor.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE::rest::detail {

// As they come: of any type, so that one unusable member does not hide the others.
struct ReceivedIssue {
  std::optional<Document> code{};
  std::optional<Document> diagnostics{};

  static consteval auto shape() {
    return structure("ReceivedIssue", field<&ReceivedIssue::code>("code"),
                     field<&ReceivedIssue::diagnostics>("diagnostics"));
  }
};
struct ReceivedOutcome {
  std::vector<ReceivedIssue> issue{};

  static consteval auto shape() {
    return structure("ReceivedOutcome", field<&ReceivedOutcome::issue>("issue", required));
  }
};

HEALTHLAKE_DECL void read_issues(HttpResponse const& response, DecodeOptions const& options, Redactor& redactor,
                                 ServiceError& error) {
  ReceivedOutcome outcome;
  std::vector<MissingMember> missing;
  Malformed fault;
  // A body that is no OperationOutcome, or an unusable one, has no issues.
  if (!healthlake::detail::decode_to(response.body, type_of<ReceivedOutcome>(), &outcome, options, missing, fault))
    outcome.issue.clear();
  std::string code;
  std::string text;
  for (auto const& issue : outcome.issue) {
    if (code.empty()) healthlake::detail::text_of(issue.code, code);
    if (!healthlake::detail::text_of(issue.diagnostics, text) || error.message.size() > max_error_message_bytes)
      continue;
    if (!error.message.empty()) error.message += "; ";
    error.message += text;
  }
  if (code.empty() && healthlake::detail::trim_white_space(response.body).empty())
    code = response.status == 404 ? "not-found" : response.status == 410 ? "deleted" : "";
  // A code of AWS itself takes precedence.
  if (error.code.empty()) error.code = code;
  for (auto const& [value, limit] :
       {std::pair{&error.code, max_error_code_bytes}, {&error.message, max_error_message_bytes}}) {
    redactor.clean(*value);
    healthlake::detail::cut_to(*value, limit);
  }
  if (response.status == 429 || error.is("throttled")) error.retry = RetryKind::throttling;
}

}  // namespace HEALTHLAKE_NAMESPACE::rest::detail

namespace HEALTHLAKE_NAMESPACE::rest {

HEALTHLAKE_DECL ServiceError read_outcome(HttpResponse const& response, DecodeOptions const& options) {
  Redactor nothing;
  ServiceError error = healthlake::detail::read_error(response, nullptr, {}, options, nothing);
  detail::read_issues(response, options, nothing, error);
  return error;
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
