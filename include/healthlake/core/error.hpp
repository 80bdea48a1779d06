// What can go wrong, as values: which phase failed, where, what was expected and what to do about it.
//
// Rules: an Error never carries a credential, and never the value of a sensitive member; what a peer repeats of one is
// replaced (protocol/redact.hpp). Texts that come from outside (a service's message, an excerpt of a body) are bounded,
// and `to_string` shows none of their control characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "healthlake/text/text.hpp"
#include "healthlake/text/utf8.hpp"

namespace healthlake {

/// Which rule of a shape a value breaks (the constraint traits of Smithy, and the two rules of the text itself).
enum class Rule : std::uint8_t { missing, length, range, pattern, enumeration, utf8, depth, number };

/// One broken rule of one member.
struct Violation {
  /// Where, in the names of the wire: `OutputDataConfig.S3Configuration.S3Uri`, `Tags[3].Key`.
  std::string path{};
  Rule rule = Rule::missing;
  /// What the rule asks for, to be read after "expected": `1 to 64 characters`.
  std::string expected{};
  /// What was there instead, shortened, and `***` where the member is sensitive.
  std::string found{};

  friend bool operator==(Violation const&, Violation const&) = default;
};

/// The input breaks rules of its shape; nothing was sent. Every violation is listed, up to
/// ValidateOptions::max_violations.
struct InvalidInput {
  std::vector<Violation> violations{};

  friend bool operator==(InvalidInput const&, InvalidInput const&) = default;
};

/// Which part of the setup of a call is wrong or missing.
enum class SetupPhase : std::uint8_t {
  credentials,
  signing,
  endpoint,
  /// A machine was asked for a result that it does not have.
  usage,
};

/// The call could not be prepared, or its machine was used wrongly; this sent nothing.
struct SetupError {
  SetupPhase phase = SetupPhase::endpoint;
  /// What is missing or wrong, where it was looked for, and what to do.
  std::string message{};

  friend bool operator==(SetupError const&, SetupError const&) = default;
};

/// Why a transport has no usable HTTP response.
enum class TransportReason : std::uint8_t {
  /// Name resolution, TCP connect or TLS handshake failed.
  connect_failed,
  /// The connection was not made in time.
  connect_timeout,
  /// The connection was made, but the response did not come in time.
  read_timeout,
  /// The connection broke before the response was complete.
  connection_lost,
  /// The peer's certificate could not be verified. Never retried.
  tls_verification,
  /// The response exceeds the transport's size limit. Never retried.
  response_too_large,
  /// What came is not HTTP. Never retried.
  not_http,
  /// The caller asked the transport to stop. Never retried.
  cancelled,
};

/// No usable HTTP response. What a Transport returns in place of one.
struct TransportError {
  TransportReason reason = TransportReason::connection_lost;
  /// The adapter's own words, for people.
  std::string message{};
  /// False only if the transport knows that no byte of the request reached the server.
  bool may_have_reached_server = true;

  friend bool operator==(TransportError const&, TransportError const&) = default;
};

/// An HTTP message that is not this protocol: truncated, oversized, over-deep, wrongly typed or wrongly encoded.
struct Malformed {
  /// What was expected and what was there.
  std::string message{};
  /// The member concerned, as in Violation::path; empty for the document itself.
  std::string path{};
  /// How many bytes of the body had been read when the fault showed.
  std::size_t offset = 0;
  /// The HTTP status of the response; 0 for a request.
  int http_status = 0;
  std::string request_id{};
  /// At most excerpt_limit bytes of the body around `offset`, with control characters and non-ASCII bytes as `\xNN`.
  /// Empty inside a sensitive member.
  std::string excerpt{};

  static constexpr std::size_t excerpt_limit = 64;

  friend bool operator==(Malformed const&, Malformed const&) = default;
};

/// How a retry strategy sees an error (the kinds of the standard retry mode).
enum class RetryKind : std::uint8_t { none, transient, throttling, timeout };

/// An error that the service answered with, modelled or not.
struct ServiceError {
  /// The error's shape name without namespace or URI suffix (`ThrottlingException`). Any code the service
  /// sends is kept; empty if it sent none, and then `http_status` is all there is to go by.
  std::string code{};
  /// The service's own words; may be empty.
  std::string message{};
  int http_status = 0;
  /// The value of x-amzn-RequestId; quote it to AWS support.
  std::string request_id{};
  RetryKind retry = RetryKind::none;
  /// The beginning of a body that is not this protocol (a proxy's page, say), as in Malformed::excerpt; else empty.
  std::string excerpt{};

  [[nodiscard]] bool is(std::string_view other) const noexcept { return code == other; }
  friend bool operator==(ServiceError const&, ServiceError const&) = default;
};

/// Why a call made no further attempt.
enum class GaveUp : std::uint8_t {
  /// It did not: it goes on, or it succeeded.
  no,
  /// The error would come again, or nothing was sent.
  not_retryable,
  /// RetryPolicy::max_attempts were made.
  max_attempts,
  /// The retry quota that the calls of a session share was empty: many calls fail at present.
  quota,
};

/// The phase that failed; the order is that of Error::detail.
enum class ErrorKind : std::uint8_t { invalid, setup, transport, malformed, service };

/// The error of every call.
struct Error {
  std::variant<InvalidInput, SetupError, TransportError, Malformed, ServiceError> detail;
  /// Why the call that had this error did not try again; `no` if no call had it.
  GaveUp gave_up = GaveUp::no;

  template <class D>
    requires std::is_constructible_v<decltype(detail), D&&>
  Error(D&& what) : detail(std::forward<D>(what)) {}

  [[nodiscard]] ErrorKind kind() const noexcept { return static_cast<ErrorKind>(detail.index()); }

  /// The details of one phase, or null if another one failed: `error.as<ServiceError>()`.
  template <class D>
  [[nodiscard]] D const* as() const noexcept {
    return std::get_if<D>(&detail);
  }

  /// The HTTP status of the response, or 0 if there was none.
  [[nodiscard]] int http_status() const noexcept {
    if (auto const* service = as<ServiceError>()) return service->http_status;
    if (auto const* malformed = as<Malformed>()) return malformed->http_status;
    return 0;
  }

  friend bool operator==(Error const&, Error const&) = default;
};

/// The name of a rule in lower case, as in the Smithy trait of the same name.
constexpr std::string_view to_string(Rule rule) noexcept {
  constexpr std::string_view names[] = {"required", "length", "range", "pattern", "enum", "utf8", "depth", "number"};
  return names[static_cast<std::size_t>(rule)];
}

constexpr std::string_view to_string(SetupPhase phase) noexcept {
  constexpr std::string_view names[] = {"credentials", "signing", "endpoint", "usage"};
  return names[static_cast<std::size_t>(phase)];
}

constexpr std::string_view to_string(TransportReason reason) noexcept {
  constexpr std::string_view names[] = {"connect failed",   "connect timeout",    "read timeout", "connection lost",
                                        "TLS verification", "response too large", "not HTTP",     "cancelled"};
  return names[static_cast<std::size_t>(reason)];
}

/// One violation as a line: `JobName: expected 1 to 64 characters, found 65 characters`.
inline std::string to_string(Violation const& violation) {
  std::string text = concat({violation.path, ": expected ", violation.expected});
  if (!violation.found.empty()) append(text, {", found ", violation.found});
  return text;
}

namespace detail {
inline std::string describe(InvalidInput const& invalid) {
  std::string text = "invalid input";
  for (auto const& violation : invalid.violations) append(text, {"\n  ", to_string(violation)});
  return text;
}
inline std::string describe(SetupError const& setup) { return concat({to_string(setup.phase), ": ", setup.message}); }
inline std::string describe(TransportError const& transport) {
  std::string text = concat({"transport: ", to_string(transport.reason)});
  if (!transport.message.empty()) append(text, {": ", printable(transport.message)});
  return text;
}
inline std::string describe(Malformed const& malformed) {
  std::string text = "malformed";
  if (malformed.http_status != 0) append(text, {" response, HTTP ", Decimal{malformed.http_status}});
  append(text, {", at byte ", Decimal{malformed.offset}});
  if (!malformed.path.empty()) append(text, {", ", malformed.path});
  append(text, {": ", malformed.message});
  if (!malformed.excerpt.empty()) append(text, {", near `", malformed.excerpt, "`"});
  return text;
}
inline std::string describe(ServiceError const& service) {
  std::string text = service.code.empty() ? std::string{"error without a code"} : printable(service.code);
  append(text, {" (HTTP ", Decimal{service.http_status}});
  if (!service.request_id.empty()) append(text, {", request ", printable(service.request_id)});
  text += ")";
  if (!service.message.empty()) append(text, {": ", printable(service.message)});
  if (!service.excerpt.empty()) append(text, {", body begins `", service.excerpt, "`"});
  return text;
}
}  // namespace detail

/// The whole error for a log or a terminal; several lines if several rules are broken. It says so if a retryable error
/// was not retried any further: `...; retry quota empty`.
inline std::string to_string(Error const& error) {
  std::string text = std::visit([](auto const& what) { return detail::describe(what); }, error.detail);
  if (error.gave_up == GaveUp::max_attempts) text += "; no attempts left";
  if (error.gave_up == GaveUp::quota) text += "; retry quota empty";
  return text;
}

}  // namespace healthlake
