#include "healthlake/core/error.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace healthlake;

TEST_CASE("an Error knows its phase, its details and its HTTP status") {
  Error const invalid{InvalidInput{{{"JobName", Rule::length, "1 to 64 characters", "65 characters"}}}};
  Error const setup{SetupError{SetupPhase::credentials, "set AWS_ACCESS_KEY_ID"}};
  Error const transport{TransportError{TransportReason::tls_verification, "self-signed", false}};
  Error const malformed{Malformed{.message = "expected a string, found a number", .http_status = 200}};
  Error const service{ServiceError{.code = "ConflictException", .http_status = 409}};

  CHECK(invalid.kind() == ErrorKind::invalid);
  CHECK(setup.kind() == ErrorKind::setup);
  CHECK(transport.kind() == ErrorKind::transport);
  CHECK(malformed.kind() == ErrorKind::malformed);
  CHECK(service.kind() == ErrorKind::service);

  CHECK(invalid.as<InvalidInput>()->violations.size() == 1);
  CHECK(invalid.as<ServiceError>() == nullptr);
  CHECK(service.as<ServiceError>()->is("ConflictException"));
  CHECK_FALSE(service.as<ServiceError>()->is("Conflict"));

  CHECK(invalid.http_status() == 0);
  CHECK(setup.http_status() == 0);
  CHECK(transport.http_status() == 0);
  CHECK(malformed.http_status() == 200);
  CHECK(service.http_status() == 409);

  CHECK(service == Error{ServiceError{.code = "ConflictException", .http_status = 409}});
  CHECK_FALSE(service == malformed);
}

TEST_CASE("errors as strings") {
  CHECK(to_string(Error{InvalidInput{{{"JobName", Rule::length, "1 to 64 characters", "65 characters"},
                                      {"Tags[3].Key", Rule::utf8, "valid UTF-8", ""}}}}) ==
        "invalid input\n"
        "  JobName: expected 1 to 64 characters, found 65 characters\n"
        "  Tags[3].Key: expected valid UTF-8");
  CHECK(to_string(Error{InvalidInput{}}) == "invalid input");
  CHECK(to_string(Error{SetupError{SetupPhase::endpoint, "no region"}}) == "endpoint: no region");
  CHECK(to_string(Error{TransportError{TransportReason::connect_timeout, "after 3 s"}}) ==
        "transport: connect timeout: after 3 s");
  CHECK(to_string(Error{TransportError{TransportReason::cancelled, ""}}) == "transport: cancelled");
  CHECK(to_string(Error{Malformed{.message = "expected a string, found a number",
                                  .path = "JobId",
                                  .offset = 12,
                                  .http_status = 200,
                                  .excerpt = "{\"JobId\":1"}}) ==
        "malformed response, HTTP 200, at byte 12, JobId: expected a string, found a number, near `{\"JobId\":1`");
  CHECK(to_string(Error{Malformed{.message = "invalid UTF-8"}}) == "malformed, at byte 0: invalid UTF-8");
  CHECK(to_string(Error{ServiceError{
            .code = "ThrottlingException", .message = "slow down", .http_status = 429, .request_id = "r-1"}}) ==
        "ThrottlingException (HTTP 429, request r-1): slow down");
  CHECK(to_string(Error{ServiceError{.http_status = 502, .excerpt = "<html>"}}) ==
        "error without a code (HTTP 502), body begins `<html>`");
}

TEST_CASE("the message of an error is the whole of it") {
  Error const service{ServiceError{.code = "ConflictException", .message = "busy", .http_status = 409}};
  CHECK(service.message() == to_string(service));
  CHECK(service.message().find("busy") != std::string::npos);
}

TEST_CASE("a peer's message cannot inject lines, colours or window titles") {
  ServiceError const service{.code = "A\nB", .message = "m\x1b]0;t\x07", .http_status = 400, .request_id = "r\r"};
  CHECK(to_string(Error{service}) == "A\\x0aB (HTTP 400, request r\\x0d): m\\x1b]0;t\\x07");
  CHECK(to_string(Error{TransportError{.message = "x\ny"}}) == "transport: connection lost: x\\x0ay");
}

TEST_CASE("the names of rules, phases and reasons") {
  CHECK(to_string(Rule::missing) == "required");
  CHECK(to_string(Rule::length) == "length");
  CHECK(to_string(Rule::range) == "range");
  CHECK(to_string(Rule::pattern) == "pattern");
  CHECK(to_string(Rule::enumeration) == "enum");
  CHECK(to_string(Rule::utf8) == "utf8");
  CHECK(to_string(Rule::depth) == "depth");
  CHECK(to_string(Rule::number) == "number");
  CHECK(to_string(SetupPhase::credentials) == "credentials");
  CHECK(to_string(SetupPhase::signing) == "signing");
  CHECK(to_string(SetupPhase::endpoint) == "endpoint");
  CHECK(to_string(SetupPhase::usage) == "usage");
  CHECK(to_string(TransportReason::connect_failed) == "connect failed");
  CHECK(to_string(TransportReason::connect_timeout) == "connect timeout");
  CHECK(to_string(TransportReason::read_timeout) == "read timeout");
  CHECK(to_string(TransportReason::connection_lost) == "connection lost");
  CHECK(to_string(TransportReason::tls_verification) == "TLS verification");
  CHECK(to_string(TransportReason::response_too_large) == "response too large");
  CHECK(to_string(TransportReason::not_http) == "not HTTP");
  CHECK(to_string(TransportReason::cancelled) == "cancelled");
  CHECK(to_string(TransportReason::proxy_refused) == "proxy refused");
}

// A retryable error that was not retried any further says why; any other error adds nothing.
TEST_CASE("an error says why a call gave up") {
  Error error{ServiceError{.code = "ThrottlingException", .message = "slow down", .http_status = 429}};
  CHECK(error.gave_up == GaveUp::no);
  std::string const plain = "ThrottlingException (HTTP 429): slow down";
  CHECK(to_string(error) == plain);
  error.gave_up = GaveUp::not_retryable;
  CHECK(to_string(error) == plain);
  error.gave_up = GaveUp::max_attempts;
  CHECK(to_string(error) == plain + "; no attempts left");
  error.gave_up = GaveUp::quota;
  CHECK(to_string(error) == plain + "; retry quota empty");
  error.gave_up = GaveUp::may_have_acted;
  CHECK(to_string(error) == plain + "; not sent again");
  error.gave_up = GaveUp::timeout;
  CHECK(to_string(error) == plain + "; no time left");
  CHECK_FALSE(error == Error{ServiceError{.code = "ThrottlingException", .message = "slow down", .http_status = 429}});
}

TEST_CASE("error: what may have happened all the same, and the token with which to ask again") {
  Error error{TransportError{TransportReason::read_timeout, ""}};
  std::string const plain = to_string(error);
  error.client_token = "t-1";
  CHECK(to_string(error) == plain);
  error.effect = Effect::possible;
  CHECK(to_string(error) == plain + "; the request may have been carried out: call again with ClientToken t-1");
  error.effect = Effect::earlier;
  CHECK(to_string(error) == plain + "; an earlier attempt may have been carried out: call again with ClientToken t-1");
  error.client_token.clear();
  error.gave_up = GaveUp::max_attempts;
  CHECK(to_string(error) == plain + "; no attempts left; an earlier attempt may have been carried out");
}

TEST_CASE("an Error is copied, moved, assigned and compared whatever phase failed") {
  std::string const message(40, 'm');
  Error const errors[] = {InvalidInput{{{.path = message, .rule = Rule::length}}},
                          SetupError{SetupPhase::signing, message}, TransportError{TransportReason::not_http, message},
                          Malformed{.message = message, .offset = 7},
                          ServiceError{.code = message, .http_status = 400}};
  for (Error const& from : errors) {
    Error copied = from;
    copied.client_token = message;
    CHECK(copied != from);
    copied.client_token.clear();
    CHECK(copied == from);
    for (Error const& to : errors) {
      CHECK((from == to) == (&from == &to));
      Error assigned = to;
      assigned = from;
      CHECK(assigned == from);
      Error moved = to;
      moved = std::move(assigned);
      CHECK(moved == from);
    }
  }
  Error changed = errors[4];
  changed.as<ServiceError>()->retry = RetryKind::transient;
  CHECK(changed.as<Malformed>() == nullptr);
  CHECK(changed != errors[4]);
}

TEST_CASE("two errors differ if any of what goes with the detail does") {
  Error const error{TransportError{TransportReason::read_timeout, ""}};
  Error other = error;
  CHECK(other == error);
  other.gave_up = GaveUp::quota;
  CHECK(other != error);
  other = error;
  other.effect = Effect::possible;
  CHECK(other != error);
  other = error;
  other.client_token = "t-1";
  CHECK(other != error);
  other = error;
  other.clock_correction = Milliseconds{1};
  CHECK(other != error);
}

TEST_CASE("an error knows whether the call was cancelled") {
  CHECK(Error{TransportError{TransportReason::cancelled, ""}}.cancelled());
  CHECK_FALSE(Error{TransportError{TransportReason::read_timeout, ""}}.cancelled());
  CHECK_FALSE(Error{InvalidInput{}}.cancelled());
}
