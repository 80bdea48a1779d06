// The protocol awsJson1_0: serializes operations to HTTP messages and back, for clients and servers.
//
// Rules (Smithy, awsJson1_0): every request is a POST with `Content-Type: application/x-amz-json-1.0` and
// `X-Amz-Target: <Service>.<Operation>`; the body is a JSON object, `{}` if the input has no members. A client
// validates the input first; an empty body, which a server sends for an operation without output, is read as `{}`. A
// response is a success if its status is 2xx. Whether members that a response lacks make it malformed or are reported
// in its metadata is up to ReadOptions; they are never filled in silently.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/validate.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/protocol/content_coding.hpp"
#include "healthlake/protocol/error_response.hpp"
#include "healthlake/protocol/host_prefix.hpp"
#include "healthlake/protocol/redact.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The media type of awsJson1_0.
inline constexpr std::string_view aws_json_content_type = "application/x-amz-json-1.0";

/// Which required members a response must contain.
enum class MissingMembers : std::uint8_t {
  /// Malformed if any required member is missing anywhere.
  fail_all,
  /// Malformed if the operation's output itself lacks one; those missing deeper are listed in the metadata. The
  /// default.
  fail_own,
  /// Never malformed; all missing members are listed in the metadata, and keep their initial values.
  report,
};

/// How to read a response.
struct ReadOptions {
  DecodeOptions decode{};
  MissingMembers missing = MissingMembers::fail_own;
};

/// What is known about a call besides its output.
struct ResponseMetadata {
  int http_status = 0;
  std::string request_id{};
  /// The number of requests sent; 0 if not called through a machine of flow/.
  unsigned attempts = 0;
  /// The idempotency token that the request carried, whoever made it; empty if the operation has none, or no flow sent
  /// it.
  std::string client_token{};
  /// What was added to the local time to sign, as learned from the service's Date (see ClockBounds); 0 for nothing.
  Milliseconds clock_correction{};
  /// Required members that the response lacked.
  std::vector<MissingMember> missing{};
};

/// An operation's output and its metadata.
template <class Output>
struct Response {
  Output output{};
  ResponseMetadata metadata{};
};

namespace detail {

// Makes `request` the request of an operation, with an empty body, and reuses its memory.
inline void write_head(HttpRequest& request, OperationInfo const& operation, Endpoint const& at) {
  // Room for these headers and those that calls and signatures add.
  constexpr std::size_t usual_size = 704;
  request.method = "POST";
  request.scheme = at.scheme;
  request.authority = at.authority;
  request.target = at.path;
  request.target.push_back('/');
  request.body.clear();
  request.headers.clear();
  request.headers.reserve(usual_size);
  request.headers.add("Content-Type", aws_json_content_type);
  request.headers.add("X-Amz-Target", {operation.service.target_prefix, ".", operation.name});
  // Smithy, awsQueryCompatible: with this header a client asks for the error codes of the query protocol.
  if (operation.service.query_compatible) request.headers.add("x-amzn-query-mode", "true");
}

}  // namespace detail

/// The request of an operation with a body that is already serialized. If `host_prefix` is false, the operation's host
/// prefix is omitted, for endpoints without wildcard DNS. Precondition: the prefix has no labels, or is omitted.
inline HttpRequest make_request(OperationInfo const& operation, std::string body, Endpoint const& endpoint,
                                bool host_prefix = true) {
  HttpRequest request;
  bool const prefixed = host_prefix && !operation.traits.host_prefix.empty();
  detail::write_head(request, operation,
                     prefixed ? detail::with_host_prefix(endpoint, operation.traits.host_prefix) : endpoint);
  request.body = std::move(body);
  return request;
}

namespace detail {

// What few operations need: null for the others, which do not link it then.
struct Extras {
  Endpoint (*host_labels)(Endpoint const&, OperationInfo const&, void const*, std::vector<Violation>&) = nullptr;
  void (*compress)(HttpRequest&, RequestCompression const&) = nullptr;
  void (*query_code)(Headers const&, std::string&, Redactor&) = nullptr;
};
template <Operation Op>
inline constexpr Extras extras_of{operation_info<Op>.traits.host_prefix.empty() ? nullptr : &with_host_labels,
                                  operation_info<Op>.traits.gzip ? &compress_request : nullptr,
                                  operation_info<Op>.service.query_compatible ? &take_query_code : nullptr};

// How to write a request.
struct WriteOptions {
  Extras const& extras;
  ValidateOptions const& validate;
  RequestCompression const& compression;
  bool host_prefix = true;
  // The idempotency token if the input lacks one.
  std::string_view token{};
};

// Validates an input and writes its request, reusing the memory of `request`. Returns false with `error` on failure.
inline bool write_erased(HttpRequest& request, OperationInfo const& operation, void const* input,
                         Endpoint const& endpoint, WriteOptions const& options, std::optional<Error>& error) {
  Type const& type = operation.input();
  std::vector<Violation> violations;
  Validator{options.validate, violations}.check(type, input, nullptr, Path::root(type.sensitive));
  if (options.host_prefix && options.extras.host_labels)
    write_head(request, operation, options.extras.host_labels(endpoint, operation, input, violations));
  else write_head(request, operation, endpoint);
  if (violations.empty()) {
    Violation failure;
    if (encode_to(request.body, type, input, options.token, failure)) {
      if (options.extras.compress) options.extras.compress(request, options.compression);
      return true;
    }
    violations.push_back(std::move(failure));
  }
  violations.resize(std::clamp<std::size_t>(options.validate.max_violations, 1, violations.size()));
  error.emplace(InvalidInput{std::move(violations)});
  return false;
}

// The first member whose absence makes a response malformed; null if there is none.
inline MissingMember const* gap_in(std::vector<MissingMember> const& missing, MissingMembers wanted) noexcept {
  if (wanted == MissingMembers::report) return nullptr;
  for (auto const& member : missing)
    if (wanted == MissingMembers::fail_all || member.outermost) return &member;
  return nullptr;
}

// Whether a success has a `__type` and no member of the output: an error that something on the way gave the status of a
// success.
inline bool holds_only_a_type(Type const& type, void const* output, std::string_view body) noexcept {
  if (body.find("\"__type\"") == std::string_view::npos) return false;
  for (auto const& member : type.members)
    if (member.is(required) || member.get(output)) return false;
  return true;
}

// What is known of a success beside its output. Request ids as AWS makes them cost nothing.
inline void redact(ResponseMetadata& metadata, Headers const& sent) {
  if (metadata.missing.empty() && (metadata.request_id.empty() || is_uuid(metadata.request_id))) return;
  Redactor redactor = redactor_for(sent);
  redactor.clean(metadata.request_id);
  for (auto& member : metadata.missing) redactor.clean(member.path);
}

// Decodes the output of a success. Returns false with `error` for an error response or a malformed one. `sent` are the
// headers that the request was sent with.
inline bool read_erased(OperationInfo const& operation, HttpResponse const& response, void* output,
                        Extras const& extras, ReadOptions const& options, ResponseMetadata& metadata,
                        Headers const& sent, std::optional<Error>& error) {
  if (response.status < 200 || response.status > 299) {
    Redactor redactor = redactor_for(sent);
    error.emplace(read_error(response, extras.query_code, operation.errors, options.decode, redactor));
    return false;
  }
  metadata.http_status = response.status;
  metadata.request_id = request_id_of(response.headers);
  std::string_view const body = response.body.empty() ? std::string_view{"{}"} : std::string_view{response.body};
  Malformed fault;
  if (decode_to(body, operation.output(), output, options.decode, metadata.missing, fault)) {
    auto const* gap = gap_in(metadata.missing, options.missing);
    bool const error_only = !gap && holds_only_a_type(operation.output(), output, body);
    if (!gap && !error_only) {
      redact(metadata, sent);
      return true;
    }
    fault.message = gap ? "the response lacks a required member" : "the response has an error type and no output";
    if (gap) fault.path = gap->path;
    fault.offset = response.body.size();
  } else {
    blame_coding(response.headers, fault);
  }
  fault.http_status = response.status;
  fault.request_id = std::move(metadata.request_id);
  redact(fault, body, sent);
  error.emplace(std::move(fault));
  return false;
}

inline bool check_amz_target(OperationInfo const& operation, HttpRequest const& request, Malformed& fault) {
  auto const target = request.headers.find("X-Amz-Target");
  std::string const expected = concat({operation.service.target_prefix, ".", operation.name});
  if (target && *target == expected) return true;
  fault.message = concat({"X-Amz-Target is not ", expected});
  return false;
}

// Reads the input of a request to this operation. Returns false with `fault` if it is malformed.
inline bool read_request_erased(OperationInfo const& operation, HttpRequest const& request, void* input,
                                DecodeOptions const& options, RequestDecompression const& decompression,
                                std::vector<MissingMember>& missing, Malformed& fault) {
  if (!check_amz_target(operation, request, fault)) return false;
  std::string storage;
  std::string_view body;
  BodyFault why{};
  if (plain_body(request, operation.traits.gzip, decompression, options.max_bytes, storage, body, why))
    return decode_to(body, operation.input(), input, options, missing, fault);
  switch (why) {
    case BodyFault::unsupported_coding: fault.message = "the content coding of the request is not supported"; break;
    case BodyFault::corrupt: fault.message = "the body is not valid gzip data"; break;
    case BodyFault::too_large:
      fault.message = concat({"the decompressed body exceeds the limit of ", Decimal{options.max_bytes}, " bytes"});
      break;
  }
  return false;
}

}  // namespace detail

/// Client: validates an input and writes its request, compressed if the operation allows it and `compression` is set.
/// Errors: InvalidInput with every violation.
template <Operation Op>
Result<HttpRequest> write_request(typename Op::Input const& input, Endpoint const& endpoint,
                                  ValidateOptions const& options = {}, RequestCompression const& compression = {}) {
  HttpRequest request;
  std::optional<Error> error;
  if (!detail::write_erased(request, operation_info<Op>, &input, endpoint,
                            {detail::extras_of<Op>, options, compression}, error))
    return Unexpected{std::move(*error)};
  return request;
}

/// Client: reads a response. Errors: ServiceError for any status other than 2xx, Malformed for a body that is not valid
/// output of the operation.
template <Operation Op>
Result<Response<typename Op::Output>> read_response(HttpResponse const& http, ReadOptions const& options = {}) {
  Response<typename Op::Output> response;
  std::optional<Error> error;
  if (!detail::read_erased(operation_info<Op>, http, &response.output, detail::extras_of<Op>, options,
                           response.metadata, {}, error))
    return Unexpected{std::move(*error)};
  return response;
}

/// Server: reads the input of a request to this operation. Missing required members are listed with the value; it is up
/// to the server to reject them (server/dispatch.hpp does). Errors: Malformed, also for a content coding that the
/// operation does not allow or `decompression` does not support. DecodeOptions::max_bytes limits the decompressed body.
template <Operation Op>
Result<Decoded<typename Op::Input>, Malformed> read_request(HttpRequest const& request,
                                                            DecodeOptions const& options = {},
                                                            RequestDecompression const& decompression = {}) {
  Decoded<typename Op::Input> decoded;
  Malformed fault;
  if (!detail::read_request_erased(operation_info<Op>, request, &decoded.value, options, decompression, decoded.missing,
                                   fault))
    return Unexpected{std::move(fault)};
  return decoded;
}

/// Server: writes a success response, without a body if the operation has no output. Errors: InvalidInput if the output
/// cannot be encoded (see `encode`).
template <Operation Op>
Result<HttpResponse> write_response(typename Op::Output const& output, ResponseHeaders const& headers = {}) {
  if constexpr (operation_info<Op>.traits.no_output) return detail::make_response(200, {}, headers);
  else
    return encode(output).transform(
        [&](std::string&& body) { return detail::make_response(200, std::move(body), headers); });
}

}  // namespace HEALTHLAKE_NAMESPACE
