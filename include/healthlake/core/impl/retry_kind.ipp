// The functions of core/retry_kind.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/core/retry_kind.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL bool may_pass(Error const& error) noexcept {
  if (auto const* transport = error.as<TransportError>())
    return retry_kind(transport->reason) != RetryKind::none || transport->reason == TransportReason::not_http;
  auto const* service = error.as<ServiceError>();
  if (!service) return error.kind() == ErrorKind::malformed;
  for (auto const code : expired_codes)
    if (service->code == code) return true;
  return service->retry != RetryKind::none || service->code.empty() || service->http_status >= 500 ||
         service->http_status == 408 || service->http_status == 429;
}

HEALTHLAKE_DECL bool may_have_acted(Error const& error) noexcept {
  if (auto const* transport = error.as<TransportError>())
    return transport->may_have_reached_server && transport->reason != TransportReason::connect_failed &&
           transport->reason != TransportReason::connect_timeout;
  auto const* service = error.as<ServiceError>();
  if (!service) return error.kind() == ErrorKind::malformed;
  if (service->retry == RetryKind::throttling) return false;
  for (auto const code : transient_codes)
    if (service->code == code) return true;
  return service->http_status >= 500 || service->http_status == 408;
}

}  // namespace HEALTHLAKE_NAMESPACE
