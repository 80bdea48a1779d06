// Errors as values: which phase failed, where, what was expected and what to do about it.
//
// Rules: an Error never contains a credential or the value of a sensitive member; what a peer repeats of a credential
// is replaced (protocol/redact.hpp). Untrusted strings (a service's message, an excerpt of a body) are bounded, and
// `to_string` escapes their control characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/one_of.hpp"
#include "healthlake/core/timestamp.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Which rule of a shape a value violates: a constraint trait of Smithy, or a rule of the encoding.
enum class Rule : std::uint8_t {
  /// A required member is absent, a union has no member, or an enumeration no value.
  missing,
  /// Too few or too many characters, bytes, elements or entries (length trait).
  length,
  /// A number too small or too large (range trait), or a time outside of the years 1 to 9999.
  range,
  /// A string that does not match (pattern trait).
  pattern,
  /// An unknown spelling of an enumeration or an unknown member of a union, where ValidateOptions does not accept them.
  enumeration,
  /// A string that is not valid UTF-8, or a Document that is not JSON.
  utf8,
  /// Nested deeper than ValidateOptions::max_depth, or than 64 levels when it is written.
  depth,
  /// A number that a format cannot carry. JSON as Smithy defines it carries all, so nothing here reports it.
  number,
};

/// One violated rule of one member.
struct Violation {
  /// The path, in wire names: `OutputDataConfig.S3Configuration.S3Uri`, `Tags[3].Key`.
  std::string path{};
  /// Which rule is violated.
  Rule rule = Rule::missing;
  /// What the rule requires, to be read after "expected": `1 to 64 characters`.
  std::string expected{};
  /// What was found instead, truncated; `***` if the member is sensitive.
  std::string found{};

  friend bool operator==(Violation const&, Violation const&) = default;
};

/// The input violates rules of its shape; nothing was sent. Lists every violation, up to
/// ValidateOptions::max_violations.
struct InvalidInput {
  /// In the order of the member table, depth first; never empty in an error of a call.
  std::vector<Violation> violations{};

  friend bool operator==(InvalidInput const&, InvalidInput const&) = default;
};

/// Which part of a call's setup is invalid or missing.
enum class SetupPhase : std::uint8_t {
  /// There are none, or they are invalid.
  credentials,
  /// The request cannot be signed, or the hash engine failed.
  signing,
  /// It cannot be resolved, or is invalid.
  endpoint,
  /// A machine was asked for a result that it does not have.
  usage,
};

/// The call could not be prepared, or its machine was misused; nothing was sent because of it.
struct SetupError {
  /// What was being prepared.
  SetupPhase phase = SetupPhase::endpoint;
  /// What is missing or invalid, where it was looked for, and how to fix it.
  std::string message{};

  friend bool operator==(SetupError const&, SetupError const&) = default;
};

/// Why there is no usable HTTP response.
enum class TransportReason : std::uint8_t {
  /// Name resolution, TCP connect or TLS handshake failed.
  connect_failed,
  /// The connection was not established in time.
  connect_timeout,
  /// The connection was established, but the response was not received in time.
  read_timeout,
  /// The connection was closed or reset before the response was complete.
  connection_lost,
  /// The peer's certificate could not be verified. Never retried.
  tls_verification,
  /// The response exceeds the transport's size limit. Never retried.
  response_too_large,
  /// The response is not valid HTTP. Never retried.
  not_http,
  /// The caller cancelled the request. Never retried.
  cancelled,
  /// The proxy rejected the request (its status is in the message), or the proxy option is invalid. Never retried.
  proxy_refused,
};

/// There is no usable HTTP response. Returned by a Transport in place of one.
struct TransportError {
  /// What went wrong, and so whether the call may be retried.
  TransportReason reason = TransportReason::connection_lost;
  /// The adapter's message, for people.
  std::string message{};
  /// False only if the transport knows that no byte of the request reached the server.
  bool may_have_reached_server = true;

  friend bool operator==(TransportError const&, TransportError const&) = default;
};

/// An HTTP message that does not conform to the protocol: truncated, too large, nested too deeply, or with a wrong type
/// or encoding; or a string that is not a time (`from_iso8601`).
struct Malformed {
  /// What was expected and what was found.
  std::string message{};
  /// The path of the member, as in Violation::path; empty for the document itself.
  std::string path{};
  /// The offset in the body, in bytes, at which the fault was found.
  std::size_t offset = 0;
  /// The HTTP status of the response; 0 for a request.
  int http_status = 0;
  /// The value of x-amzn-RequestId, to quote to AWS Support; empty if there is none.
  std::string request_id{};
  /// At most excerpt_limit bytes of the body before `offset`, with control characters and non-ASCII bytes as `\xNN`.
  /// Empty once a sensitive member was seen.
  std::string excerpt{};

  /// The maximum size of an excerpt before escaping, in bytes.
  static constexpr std::size_t excerpt_limit = 64;

  friend bool operator==(Malformed const&, Malformed const&) = default;
};

/// How the standard retry mode classifies an error.
enum class RetryKind : std::uint8_t {
  /// Not retried.
  none,
  /// A failure that may pass, such as a status of 503.
  transient,
  /// Too many requests: retried after longer delays, at a lower cost to the quota.
  throttling,
  /// No response in time; as `transient`, but for its cost under RetrySpec::v2_0.
  timeout,
};

/// An error response of the service, modelled or not.
struct ServiceError {
  /// The error's shape name without namespace or URI suffix (`ThrottlingException`), whether it is known or not; empty
  /// if the service sent none, so that only `http_status` is known.
  std::string code{};
  /// The service's message; may be empty.
  std::string message{};
  /// The HTTP status of the response.
  int http_status = 0;
  /// The value of x-amzn-RequestId, to quote to AWS Support.
  std::string request_id{};
  /// How the retry mode classified the error; what was retried nevertheless failed, see Error::gave_up.
  RetryKind retry = RetryKind::none;
  /// The beginning of a body that is not in this protocol (such as a proxy's error page), as in Malformed::excerpt;
  /// otherwise empty.
  std::string excerpt{};

  /// Whether the code is `other`: `error.is("ConflictException")`. Case matters.
  [[nodiscard]] bool is(std::string_view other) const noexcept { return code == other; }
  friend bool operator==(ServiceError const&, ServiceError const&) = default;
};

/// Why a call made no further attempts.
enum class GaveUp : std::uint8_t {
  /// It did not give up: it continues, or it succeeded.
  no,
  /// The error is not retryable, or nothing was sent.
  not_retryable,
  /// RetryPolicy::max_attempts were made.
  max_attempts,
  /// The retry quota that the calls of a session share was empty: many calls are failing.
  quota,
  /// The operation must not run twice (Repeat::if_not_done), and the attempt may have been carried out.
  may_have_acted,
  /// CallOptions::timeout, or that of the wait, leaves no time for another attempt.
  timeout,
  /// The call was cancelled.
  cancelled,
};

/// What the service may have done in spite of an error.
enum class Effect : std::uint8_t {
  /// Nothing: no attempt was carried out, or the operation only reads.
  none,
  /// The request may have been carried out: its reply was lost, cannot be read, or says that the service failed.
  possible,
  /// The last attempt was refused, but an earlier one may have been carried out. A Conflict or NotFound may be its
  /// doing.
  earlier,
};

/// The phase that failed.
enum class ErrorKind : std::uint8_t {
  /// InvalidInput: the input breaks the model.
  invalid,
  /// SetupError: no credentials, endpoint or signature.
  setup,
  /// TransportError: no response.
  transport,
  /// Malformed: a response that is not in this protocol.
  malformed,
  /// ServiceError: the service answered with an error.
  service,
};

/// The error type of every call.
struct Error {
 private:
  // In the order of ErrorKind.
  using Detail = detail::OneOf<InvalidInput, SetupError, TransportError, Malformed, ServiceError>;

 public:
  /// Why the call that failed with this error did not retry; `no` if the error is not from a call.
  GaveUp gave_up = GaveUp::no;
  /// Whether the call may have had an effect all the same.
  Effect effect = Effect::none;
  /// The idempotency token that all attempts of the call carried, whoever made it; empty if the operation has none.
  /// A call that is made again with it is the same call to the service.
  std::string client_token{};
  /// What is added to the local time to sign, as learned from the service's Date (see ClockBounds); 0 for nothing.
  Milliseconds clock_correction{};

  /// From what is known of the phase that failed. Defined once per program, as are the copies, since most files do
  /// nothing else with an Error.
  /// @{
  Error(InvalidInput what);
  Error(SetupError what);
  Error(TransportError what);
  Error(Malformed what);
  Error(ServiceError what);
  /// @}
  Error(Error const& other);
  Error(Error&& other) noexcept;
  Error& operator=(Error const& other);
  Error& operator=(Error&& other) noexcept;
  ~Error();

  /// Which of the five structures `as` returns.
  [[nodiscard]] ErrorKind kind() const noexcept { return static_cast<ErrorKind>(detail_.index()); }

  /// The details of one phase, or null if another one failed: `error.as<ServiceError>()`.
  template <class D>
  [[nodiscard]] D const* as() const noexcept {
    return detail_.get_if<Detail::index_of<D>()>();
  }
  /// The same, to change the details.
  template <class D>
  [[nodiscard]] D* as() noexcept {
    return detail_.get_if<Detail::index_of<D>()>();
  }

  /// The entire error as a string, for a log or a terminal: the same as `to_string(error)`.
  [[nodiscard]] std::string message() const;

  /// Whether the call ended because it was cancelled, by its machine or by its transport.
  [[nodiscard]] bool cancelled() const noexcept;

  /// The HTTP status of the response, or 0 if there was none.
  [[nodiscard]] int http_status() const noexcept;

  /// Whether all members and the details are equal.
  friend bool operator==(Error const& a, Error const& b) { return a.equals(b); }

 private:
  [[nodiscard]] bool equals(Error const& other) const;

  Detail detail_;
};

/// The name of a rule in lower case; that of the Smithy trait, if there is one.
constexpr std::string_view to_string(Rule rule) noexcept {
  constexpr std::string_view names[] = {"required", "length", "range", "pattern", "enum", "utf8", "depth", "number"};
  return names[static_cast<std::size_t>(rule)];
}

/// The name of a phase, in lower case.
constexpr std::string_view to_string(SetupPhase phase) noexcept {
  constexpr std::string_view names[] = {"credentials", "signing", "endpoint", "usage"};
  return names[static_cast<std::size_t>(phase)];
}

/// A reason in words: `connection lost`.
constexpr std::string_view to_string(TransportReason reason) noexcept {
  constexpr std::string_view names[] = {"connect failed",  "connect timeout",  "read timeout",
                                        "connection lost", "TLS verification", "response too large",
                                        "not HTTP",        "cancelled",        "proxy refused"};
  return names[static_cast<std::size_t>(reason)];
}

/// One violation as a line: `JobName: expected 1 to 64 characters, found 65 characters`.
std::string to_string(Violation const& violation);

/// The entire error for a log or a terminal, with one line for each violation. If a retryable error was not retried any
/// further, the clock was corrected, or the service may have acted in spite of the error, it says so: `...; retry quota
/// empty; clock corrected by 600000 ms; the request may have been carried out: call again with ClientToken
/// 7c9e6679-...`.
std::string to_string(Error const& error);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/core/impl/error.ipp"
#endif
