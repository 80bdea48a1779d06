// Error responses of awsJson1_0: reading the code and the message, and writing them.
//
// Rules: the code is the header x-amzn-errortype, or else the body's "__type", or else its "code", without anything
// from the first ":" on and up to the first "#" (Smithy, awsJson1_0, operation error serialization). The message is
// "message", or else "Message". Where implementations differ: the header takes precedence over the body and "__type"
// over "code"; "Code" is ignored, as is a code that is empty or not a string; a comma in the header is part of the
// code. The HTTP status is reported even if the body is not a JSON object.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/retry_kind.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/protocol/redact.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Longer messages are truncated: the model's HealthLakeString allows 10,000 characters, of at most four bytes each.
inline constexpr std::size_t max_error_message_bytes = 40'000;
/// Longer codes are truncated.
inline constexpr std::size_t max_error_code_bytes = 256;

namespace detail {

// `aws.protocoltests.json10#FooError:http://...` is `FooError`.
constexpr std::string_view clean_error_code(std::string_view code) noexcept {
  code = code.substr(0, code.find(':'));
  if (auto const hash = code.find('#'); hash != std::string_view::npos) code.remove_prefix(hash + 1);
  return trim_blanks(code);
}

}  // namespace detail

/// The request id of a response, to quote to AWS Support; empty if there is none.
std::string request_id_of(Headers const& headers);

/// The value of the header x-amzn-query-error, for services with Smithy's awsQueryCompatible trait.
struct QueryError {
  /// The code by which clients of the older query protocol know the error.
  std::string code;
  /// `Sender` or `Receiver`.
  std::string fault;
};

/// Parses `Code;Fault`; nullopt if the header is missing or has another form.
std::optional<QueryError> query_error_of(Headers const& headers);

namespace detail {

// The members of an error body that this layer reads, of any type.
struct ErrorBody {
  std::optional<Document> type{};
  std::optional<Document> code{};
  std::optional<Document> message{};
  std::optional<Document> capital_message{};

  static consteval auto shape() {
    return structure("ErrorBody", field<&ErrorBody::type>("__type"), field<&ErrorBody::code>("code"),
                     field<&ErrorBody::message>("message"), field<&ErrorBody::capital_message>("Message"));
  }
};

// A hint for a body that cannot be read: its content coding (RFC 9110, 8.4), which this library never requests. Empty
// if it has none.
std::string coding_hint(Headers const& headers);

// The value of a JSON string; false, with an empty `text`, if the member is absent or not a string.
bool text_of(std::optional<Document> const& member, std::string& text);

inline void cut_to(std::string& text, std::size_t limit) { text.resize(utf8_prefix(text, limit).size()); }

// Prepends the hint to the fault of the body.
void blame_coding(Headers const& headers, Malformed& fault);

std::string error_code_of(Headers const& headers, ErrorBody const& body, Redactor& redactor);

// Replaces the code with that of the query protocol, if the header has one.
void take_query_code(Headers const& headers, std::string& code, Redactor& redactor);

// `query_code` is null if the service is not query compatible, so that its operations do not link it. `redactor` knows
// what the request was signed with.
ServiceError read_error(HttpResponse const& response, void (*query_code)(Headers const&, std::string&, Redactor&),
                        std::span<ErrorInfo const* const> modelled, DecodeOptions const& options, Redactor& redactor);

}  // namespace detail

/// Reads an error response. Returns an error whatever the body contains, since the status suffices. `modelled` are the
/// errors of the operation, for their retryable traits. A body that exceeds the limits of `options` is not read.
ServiceError read_error(HttpResponse const& response, ServiceInfo const& service = healthlake_service,
                        std::span<ErrorInfo const* const> modelled = {}, DecodeOptions const& options = {});

/// Decodes the body of an error response into its shape, for errors with further members.
template <ErrorShape E>
Result<Decoded<E>, Malformed> read_error_as(HttpResponse const& response, DecodeOptions const& options = {}) {
  auto decoded = decode<E>(response.body.empty() ? std::string_view{"{}"} : std::string_view{response.body}, options);
  if (!decoded) {
    detail::blame_coding(response.headers, decoded.error());
    decoded.error().http_status = response.status;
    decoded.error().request_id = request_id_of(response.headers);
  }
  return decoded;
}

/// What a server sends in the headers of a response.
struct ResponseHeaders {
  /// Sent as x-amzn-RequestId unless empty.
  std::string request_id{};
};

namespace detail {

HttpResponse make_response(int status, std::string body, ResponseHeaders const& headers);

}  // namespace detail

/// Writes an error that is not modelled, such as one of the protocol itself.
HttpResponse write_error(std::string_view code, std::string_view message, int http_status,
                         ResponseHeaders const& headers = {});

/// Writes a modelled error: "__type" and its members, and x-amzn-query-error for a query compatible service if the
/// error has a code in the query protocol (Smithy, awsQueryCompatible). Errors: InvalidInput if a member cannot be
/// encoded (see `encode`).
template <ErrorShape E>
Result<HttpResponse> write_error(E const& error, ResponseHeaders const& headers = {},
                                 ServiceInfo const& service = healthlake_service) {
  auto members = encode(error);
  if (!members) return Unexpected{std::move(members.error())};
  std::string body = "{\"__type\":\"";
  if (!service.shape_namespace.empty()) body += std::string{service.shape_namespace} + "#";
  body += error_info<E>.code;
  body.push_back('"');
  if (members->size() > 2) body.push_back(',');
  body.append(*members, 1);
  auto response = detail::make_response(E::error.http_status, std::move(body), headers);
  if (service.query_compatible && !E::error.query_code.empty())
    response.headers.add("x-amzn-query-error", {E::error.query_code, E::error.server_fault ? ";Receiver" : ";Sender"});
  return response;
}

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/protocol/impl/error_response.ipp"
#endif
