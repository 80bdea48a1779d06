// The FHIR REST interface of the local service, in front of its operations.
//
// Rules: a request becomes one of the dispatcher, in the encoding of the others, so that it is handled, written to the
// journal and replayed like them; its response becomes one of FHIR REST again. The Content-Location is a path at the
// same host. Only what rest/requests.hpp reads is served: no `GET .../$export`, whose files the service keeps itself.
#pragma once

#include <string_view>

#include "healthlake/core/result.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/rest/requests.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Whether an operation is one of rest/export.hpp, which the service has no other way to call.
bool is_rest_operation(std::string_view operation) noexcept;

/// The request of the dispatcher for a request of FHIR REST. The error is the response to send.
Result<HttpRequest, HttpResponse> from_rest(HttpRequest const& request);

/// The response of FHIR REST for the dispatcher's response to a request that `from_rest` made.
HttpResponse to_rest(HttpRequest const& request, HttpResponse const& response);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/rest_front.ipp"
#endif
