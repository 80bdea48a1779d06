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
#include "healthlake/http/message.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/protocol/redact.hpp"
#include "healthlake/protocol/retry_kind.hpp"
#include "healthlake/text/ascii.hpp"
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
inline std::string request_id_of(Headers const& headers) {
  for (auto const name : {"x-amzn-requestid", "x-amz-request-id"})
    if (auto const value = headers.find(name)) return std::string{*value};
  return {};
}

/// The value of the header x-amzn-query-error, for services with Smithy's awsQueryCompatible trait.
struct QueryError {
  std::string code;
  /// `Sender` or `Receiver`.
  std::string fault;
};

/// Parses `Code;Fault`; nullopt if the header is missing or has another form.
inline std::optional<QueryError> query_error_of(Headers const& headers) {
  auto const value = headers.find("x-amzn-query-error");
  if (!value) return std::nullopt;
  auto const semicolon = value->find(';');
  if (semicolon == std::string_view::npos || semicolon == 0 || semicolon + 1 == value->size()) return std::nullopt;
  if (value->find(';', semicolon + 1) != std::string_view::npos) return std::nullopt;
  return QueryError{std::string{value->substr(0, semicolon)}, std::string{value->substr(semicolon + 1)}};
}

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
inline std::string coding_hint(Headers const& headers) {
  auto const coding = headers.find("content-encoding");
  if (!coding || coding->empty() || equal_ignoring_case(*coding, "identity")) return {};
  return concat({"the response has `Content-Encoding: ", excerpt_before(*coding, Malformed::excerpt_limit),
                 "`, which was not requested"});
}

// The value of a JSON string; false, with an empty `text`, if the member is absent or not a string.
inline bool text_of(std::optional<Document> const& member, std::string& text) {
  text.clear();
  if (!member || !member->json.starts_with('"')) return false;
  DecodeOptions const options;
  ShapeBuilder builder{type_of<std::string>(), &text, options};
  tokenize(member->json, builder, options);
  if (builder.failed()) text.clear();
  return !builder.failed();
}

inline void cut_to(std::string& text, std::size_t limit) { text.resize(utf8_prefix(text, limit).size()); }

// Prepends the hint to the fault of the body.
inline void blame_coding(Headers const& headers, Malformed& fault) {
  std::string hint = coding_hint(headers);
  if (!hint.empty()) fault.message = concat({hint, ": ", fault.message});
}

inline std::string error_code_of(Headers const& headers, ErrorBody const& body, Redactor& redactor) {
  std::string code;
  if (auto const header = headers.find("x-amzn-errortype")) code = clean_error_code(*header);
  std::string text;
  for (auto const* member : {&body.type, &body.code})
    if (code.empty() && text_of(*member, text)) code = clean_error_code(text);
  redactor.clean(code);
  cut_to(code, max_error_code_bytes);
  // A truncated code may end in a blank.
  while (!code.empty() && is_blank(code.back())) code.pop_back();
  return code;
}

// Replaces the code with that of the query protocol, if the header has one.
inline void take_query_code(Headers const& headers, std::string& code, Redactor& redactor) {
  auto query = query_error_of(headers);
  if (!query) return;
  code = std::move(query->code);
  redactor.clean(code);
  cut_to(code, max_error_code_bytes);
}

// `query_code` is null if the service is not query compatible, so that its operations do not link it. `redactor` knows
// what the request was signed with.
inline ServiceError read_error(HttpResponse const& response,
                               void (*query_code)(Headers const&, std::string&, Redactor&),
                               std::span<ErrorInfo const* const> modelled, DecodeOptions const& options,
                               Redactor& redactor) {
  ServiceError error{.http_status = response.status, .request_id = request_id_of(response.headers)};
  redactor.clean(error.request_id);
  ErrorBody members;
  std::vector<MissingMember> missing;
  Malformed fault;
  if (!decode_to(response.body, type_of<ErrorBody>(), &members, options, missing, fault)) {
    members = {};
    error.excerpt = excerpt_at_start(response.body, redactor);
    if (!response.body.empty()) error.message = coding_hint(response.headers);
  }
  error.code = error_code_of(response.headers, members, redactor);
  if (error.message.empty() && !text_of(members.message, error.message))
    text_of(members.capital_message, error.message);
  redactor.clean(error.message);
  cut_to(error.message, max_error_message_bytes);

  RetryKind of_shape = RetryKind::none;
  for (auto const* info : modelled)
    if (error.is(info->code)) of_shape = info->traits.retry;
  error.retry = retry_kind(error.code, error.http_status, of_shape);
  if (query_code) query_code(response.headers, error.code, redactor);
  return error;
}

}  // namespace detail

/// Reads an error response. Returns an error whatever the body contains, since the status suffices. `modelled` are the
/// errors of the operation, for their retryable traits. A body that exceeds the limits of `options` is not read.
inline ServiceError read_error(HttpResponse const& response, ServiceInfo const& service = healthlake_service,
                               std::span<ErrorInfo const* const> modelled = {}, DecodeOptions const& options = {}) {
  Redactor nothing;
  return detail::read_error(response, service.query_compatible ? &detail::take_query_code : nullptr, modelled, options,
                            nothing);
}

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

inline HttpResponse make_response(int status, std::string body, ResponseHeaders const& headers) {
  HttpResponse response{.status = status, .body = std::move(body)};
  response.headers.add("Content-Type", "application/x-amz-json-1.0");
  if (!headers.request_id.empty()) response.headers.add("x-amzn-RequestId", headers.request_id);
  return response;
}

}  // namespace detail

/// Writes an error that is not modelled, such as one of the protocol itself.
inline HttpResponse write_error(std::string_view code, std::string_view message, int http_status,
                                ResponseHeaders const& headers = {}) {
  std::string body;
  JsonWriter writer{body};
  writer.begin_object();
  writer.key("__type");
  writer.string(code);
  writer.key("Message");
  writer.string(valid_utf8(message) ? message : std::string_view{"(message is not valid UTF-8)"});
  writer.end_object();
  return detail::make_response(http_status, std::move(body), headers);
}

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
