// The functions of local/rest_front.hpp.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "healthlake/core/result.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/local/rest_front.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/protocol/error_response.hpp"
#include "healthlake/rest/export.hpp"
#include "healthlake/rest/outcome.hpp"
#include "healthlake/rest/requests.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

template <class Op>
Result<HttpRequest, HttpResponse> dispatched(typename Op::Input const& input) {
  auto body = encode(input);
  // What was read can be written.
  if (!body) return Unexpected{rest::write_outcome(500, "exception", "The request cannot be passed on.")};
  HttpRequest request = make_request(operation_info<Op>, *std::move(body), {});
  return request;
}

// A code of FHIR's IssueType for an error of the operations.
HEALTHLAKE_DECL std::string_view issue_code_of(std::string_view code) noexcept {
  if (code == "ResourceNotFoundException") return "not-found";
  if (code == "ValidationException") return "invalid";
  if (code == "ConflictException") return "conflict";
  if (code == "ThrottlingException") return "throttled";
  if (code == "InternalServerException") return "exception";
  return "processing";
}

// The response with the output that the dispatcher wrote.
template <class Output, class Write>
HttpResponse rewritten(HttpResponse const& response, Write write) {
  auto output = decode<Output>(response.body);
  auto written = output ? write(std::move(output->value)) : Result<HttpResponse>{HttpResponse{}};
  if (!output || !written) return rest::write_outcome(500, "exception", "The response could not be written.");
  return *std::move(written);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL bool is_rest_operation(std::string_view operation) noexcept {
  return operation == rest::StartExport::name || operation == rest::DescribeExport::name ||
         operation == rest::CancelExport::name;
}

HEALTHLAKE_DECL Result<HttpRequest, HttpResponse> from_rest(HttpRequest const& request) {
  auto read = rest::read_export_request(request);
  if (!read) return Unexpected{std::move(read).error()};
  if (auto const* const start = std::get_if<rest::StartExportRequest>(&*read))
    return detail::dispatched<rest::StartExport>(*start);
  if (auto const* const describe = std::get_if<rest::DescribeRequest>(&*read))
    return detail::dispatched<rest::DescribeExport>(describe->job);
  return detail::dispatched<rest::CancelExport>(std::get_if<rest::CancelRequest>(&*read)->job);
}

HEALTHLAKE_DECL HttpResponse to_rest(HttpRequest const& request, HttpResponse const& response) {
  if (response.status != 200) {
    auto const error = read_error(response);
    return rest::write_outcome(response.status, detail::issue_code_of(error.code), error.message);
  }
  if (request.method != "POST")
    return detail::rewritten<rest::DescribedExport>(response, [&](rest::DescribedExport const& output) {
      return rest::write_described(output, request.method == "DELETE");
    });
  return detail::rewritten<rest::StartExportResponse>(response, [](rest::StartExportResponse output) {
    output.content_location =
        "/datastore/" + output.datastore_id.value_or(std::string{}) + "/r4/export/" + output.job_id;
    return rest::write_started(output);
  });
}

}  // namespace HEALTHLAKE_NAMESPACE
