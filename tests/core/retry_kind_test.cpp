// Invariants: the standard retry mode retries what it names and nothing else; an error may pass, or its request have
// been carried out, in exactly the cases that the header lists.
#include "healthlake/core/retry_kind.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

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

TEST_CASE("which errors may pass") {
  auto const service = [](std::string code, int status, RetryKind retry = RetryKind::none) {
    return may_pass(ServiceError{.code = std::move(code), .http_status = status, .retry = retry});
  };
  for (int const status : {500, 501, 503, 505, 599, 408, 429}) CHECK(service("AnyCode", status));
  for (int const status : {200, 400, 403, 404, 407, 409, 410, 428, 430, 499}) {
    CAPTURE(status);
    CHECK_FALSE(service("AnyCode", status));
    CHECK(service("", status));
    CHECK(service("AnyCode", status, RetryKind::throttling));
    CHECK(service("AnyCode", status, RetryKind::transient));
    for (auto const code : expired_codes) CHECK(service(std::string{code}, status));
  }
  CHECK(may_pass(Malformed{.message = "not JSON"}));
  CHECK_FALSE(may_pass(InvalidInput{}));
  CHECK_FALSE(may_pass(SetupError{SetupPhase::credentials, "none"}));
  for (auto const reason : {TransportReason::connect_failed, TransportReason::connection_lost,
                            TransportReason::connect_timeout, TransportReason::read_timeout, TransportReason::not_http})
    CHECK(may_pass(TransportError{reason, ""}));
  for (auto const reason : {TransportReason::tls_verification, TransportReason::response_too_large,
                            TransportReason::cancelled, TransportReason::proxy_refused})
    CHECK_FALSE(may_pass(TransportError{reason, ""}));
}

TEST_CASE("after which errors the request may have been carried out") {
  auto const service = [](std::string code, int status, RetryKind retry = RetryKind::none) {
    return may_have_acted(ServiceError{.code = std::move(code), .http_status = status, .retry = retry});
  };
  for (int const status : {500, 501, 503, 599, 408}) {
    CAPTURE(status);
    CHECK(service("AnyCode", status));
    CHECK(service("AnyCode", status, RetryKind::transient));
    CHECK_FALSE(service("AnyCode", status, RetryKind::throttling));
  }
  for (int const status : {400, 404, 407, 409, 429, 499}) {
    CAPTURE(status);
    CHECK_FALSE(service("AnyCode", status));
    for (auto const code : transient_codes) CHECK(service(std::string{code}, status));
  }
  CHECK(may_have_acted(Malformed{.message = "not JSON"}));
  CHECK_FALSE(may_have_acted(InvalidInput{}));
  CHECK_FALSE(may_have_acted(SetupError{SetupPhase::credentials, "none"}));
  for (auto const reason :
       {TransportReason::connection_lost, TransportReason::read_timeout, TransportReason::tls_verification,
        TransportReason::response_too_large, TransportReason::not_http, TransportReason::cancelled}) {
    CHECK(may_have_acted(TransportError{.reason = reason, .may_have_reached_server = true}));
    CHECK_FALSE(may_have_acted(TransportError{.reason = reason, .may_have_reached_server = false}));
  }
  for (auto const reason : {TransportReason::connect_failed, TransportReason::connect_timeout})
    CHECK_FALSE(may_have_acted(TransportError{.reason = reason, .may_have_reached_server = true}));
}
