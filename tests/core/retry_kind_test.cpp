#include "healthlake/core/retry_kind.hpp"

#include <doctest/doctest.h>

using namespace healthlake;

TEST_CASE("throttling codes take precedence over the status and the shape's trait") {
  for (auto const code : throttling_codes) {
    CAPTURE(code);
    CHECK(retry_kind(code, 400) == RetryKind::throttling);
    CHECK(retry_kind(code, 500) == RetryKind::throttling);
    CHECK(retry_kind(code, 400, RetryKind::transient) == RetryKind::throttling);
  }
  CHECK(retry_kind("throttlingexception", 400) == RetryKind::none);
  CHECK(retry_kind("ThrottlingException ", 400) == RetryKind::none);
}

TEST_CASE("a shape's trait takes precedence over the status") {
  CHECK(retry_kind("Modelled", 500, RetryKind::throttling) == RetryKind::throttling);
  CHECK(retry_kind("Modelled", 400, RetryKind::transient) == RetryKind::transient);
  CHECK(retry_kind("Modelled", 400) == RetryKind::none);
}

TEST_CASE("transient statuses and codes") {
  for (int const status : {500, 502, 503, 504}) {
    CHECK(retry_kind("", status) == RetryKind::transient);
    CHECK(retry_kind("AnyCode", status) == RetryKind::transient);
  }
  for (int const status : {200, 301, 400, 402, 403, 404, 408, 409, 412, 424, 429, 501, 505, 509})
    CHECK(retry_kind("", status) == RetryKind::none);
  CHECK(retry_kind("RequestTimeout", 400) == RetryKind::transient);
  CHECK(retry_kind("RequestTimeoutException", 408) == RetryKind::transient);
  CHECK(retry_kind("ValidationException", 400) == RetryKind::none);
  CHECK(retry_kind("InternalServerException", 400) == RetryKind::none);
}

TEST_CASE("transport errors") {
  CHECK(retry_kind(TransportReason::connect_failed) == RetryKind::transient);
  CHECK(retry_kind(TransportReason::connection_lost) == RetryKind::transient);
  CHECK(retry_kind(TransportReason::connect_timeout) == RetryKind::timeout);
  CHECK(retry_kind(TransportReason::read_timeout) == RetryKind::timeout);
  CHECK(retry_kind(TransportReason::tls_verification) == RetryKind::none);
  CHECK(retry_kind(TransportReason::response_too_large) == RetryKind::none);
  CHECK(retry_kind(TransportReason::not_http) == RetryKind::none);
  CHECK(retry_kind(TransportReason::cancelled) == RetryKind::none);
  CHECK(retry_kind(TransportReason::proxy_refused) == RetryKind::none);
}
