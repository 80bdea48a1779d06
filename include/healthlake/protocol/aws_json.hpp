// awsJson1_0: operations to HTTP messages and back, for clients and for servers.
//
// Rules (Smithy, awsJson1_0): every request is a POST with `Content-Type: application/x-amz-json-1.0` and
// `X-Amz-Target: <Service>.<Operation>`; the body is a JSON object, `{}` if the input has no members. A client
// validates before it writes; a reader accepts an empty body as `{}`, which a server writes for an operation without
// output. A response is a success if its status is 2xx. Members that a response lacks are malformed or metadata, as
// ReadOptions says, and never made up silently.
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

namespace healthlake {

/// The media type of awsJson1_0.
inline constexpr std::string_view aws_json_content_type = "application/x-amz-json-1.0";

/// What a response must hold to be believed.
enum class MissingMembers : std::uint8_t {
  /// Malformed if any required member is missing anywhere.
  fail_all,
  /// Malformed if the operation's own output lacks one; deeper gaps are listed in the metadata. The default.
  fail_own,
  /// Never malformed; all gaps are listed in the metadata, and the members keep their initial values.
  report,
};

/// How to read a message.
struct ReadOptions {
  DecodeOptions decode{};
  MissingMembers missing = MissingMembers::fail_own;
};

/// What is known about a call beside its output.
struct ResponseMetadata {
  int http_status = 0;
  std::string request_id{};
  /// How many requests were sent; 0 where no flow counted them.
  unsigned attempts = 0;
  /// Required members that the response lacked.
  std::vector<MissingMember> missing{};
};

/// An operation's output and what is known about the call.
template <class Output>
struct Response {
  Output output{};
  ResponseMetadata metadata{};
};

namespace detail {

// Makes `request` the request of an operation, in the memory it has; the body is empty then.
inline void write_head(HttpRequest& request, OperationInfo const& operation, Endpoint const& at) {
  // Room for these lines and those that calls and signatures add.
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
  // Smithy, awsQueryCompatible: by this header a client asks for the codes of the query protocol.
  if (operation.service.query_compatible) request.headers.add("x-amzn-query-mode", "true");
}

}  // namespace detail

/// The request of an operation with a body that is written already. `host_prefix` false leaves the operation's host
/// prefix off, as an endpoint without wildcard DNS needs it. Precondition: the prefix has no labels, or is left off.
inline HttpRequest make_request(OperationInfo const& operation, std::string body, Endpoint const& endpoint,
                                bool host_prefix = true) {
  HttpRequest request;
  bool const prefixed = host_prefix && !operation.traits.host_prefix.empty();
  detail::write_head(request, operation,
                     prefixed ? with_host_prefix(endpoint, operation.traits.host_prefix) : endpoint);
  request.body = std::move(body);
  return request;
}

namespace detail {

// What few operations need, so that the others do not link it; null where an operation does not.
struct Extras {
  Endpoint (*host_labels)(Endpoint const&, OperationInfo const&, void const*, std::vector<Violation>&) = nullptr;
  void (*compress)(HttpRequest&, RequestCompression const&) = nullptr;
  void (*query_code)(Headers const&, std::string&, Redactor&) = nullptr;
};
template <Operation Op>
inline constexpr Extras extras_of{operation_info<Op>.traits.host_prefix.empty() ? nullptr : &with_host_labels,
                                  operation_info<Op>.traits.gzip ? &compress_request : nullptr,
                                  operation_info<Op>.service.query_compatible ? &take_query_code : nullptr};

// How a request is written.
struct WriteOptions {
  Extras const& extras;
  ValidateOptions const& validate;
  RequestCompression const& compression;
  bool host_prefix = true;
  // For an idempotency token that the input lacks.
  std::string_view token{};
};

// Validates an input and writes its request, in the memory that `request` has. Nothing is returned if all went well.
inline std::optional<Error> write_erased(HttpRequest& request, OperationInfo const& operation, void const* input,
                                         Endpoint const& endpoint, WriteOptions const& options) {
  Type const& type = operation.input();
  std::vector<Violation> violations;
  Validator{options.validate, violations}.check(type, input, nullptr, Path::root(type.sensitive));
  if (options.host_prefix && options.extras.host_labels)
    write_head(request, operation, options.extras.host_labels(endpoint, operation, input, violations));
  else write_head(request, operation, endpoint);
  if (!violations.empty()) {
    violations.resize(std::clamp<std::size_t>(options.validate.max_violations, 1, violations.size()));
    return std::optional<Error>{std::in_place, InvalidInput{std::move(violations)}};
  }
  auto encoded = encode_to(request.body, type, input, options.token);
  if (!encoded) return std::move(encoded.error());
  if (options.extras.compress) options.extras.compress(request, options.compression);
  return std::nullopt;
}

// The first member whose absence makes a response malformed; null if there is none.
inline MissingMember const* gap_in(std::vector<MissingMember> const& missing, MissingMembers wanted) noexcept {
  if (wanted == MissingMembers::report) return nullptr;
  for (auto const& member : missing)
    if (wanted == MissingMembers::fail_all || member.outermost) return &member;
  return nullptr;
}

// What is known of a success beside its output. Request ids as AWS makes them cost nothing.
inline void redact(ResponseMetadata& metadata, Headers const& sent) {
  if (metadata.missing.empty() && (metadata.request_id.empty() || is_uuid(metadata.request_id))) return;
  Redactor redactor = redactor_for(sent);
  redactor.clean(metadata.request_id);
  for (auto& member : metadata.missing) redactor.clean(member.path);
}

// Decodes the output of a success, or the error of anything else. Nothing is returned if all went well. `sent` are the
// headers that the request went out with.
inline std::optional<Error> read_erased(OperationInfo const& operation, HttpResponse const& response, void* output,
                                        Extras const& extras, ReadOptions const& options, ResponseMetadata& metadata,
                                        Headers const& sent) {
  if (response.status < 200 || response.status > 299) {
    Redactor redactor = redactor_for(sent);
    return std::optional<Error>{std::in_place,
                                read_error(response, extras.query_code, operation.errors, options.decode, redactor)};
  }
  metadata.http_status = response.status;
  metadata.request_id = request_id_of(response.headers);
  std::string_view const body = response.body.empty() ? std::string_view{"{}"} : std::string_view{response.body};
  Malformed fault;
  if (decode_to(body, operation.output(), output, options.decode, metadata.missing, fault)) {
    auto const* gap = gap_in(metadata.missing, options.missing);
    if (!gap) {
      redact(metadata, sent);
      return std::nullopt;
    }
    fault.message = "the response lacks a required member";
    fault.path = gap->path;
    fault.offset = response.body.size();
  }
  fault.http_status = response.status;
  fault.request_id = std::move(metadata.request_id);
  redact(fault, body, sent);
  return std::optional<Error>{std::in_place, std::move(fault)};
}

inline Result<Unit, Malformed> check_amz_target(OperationInfo const& operation, HttpRequest const& request) {
  auto const target = request.headers.find("X-Amz-Target");
  std::string const expected = std::string{operation.service.target_prefix} + "." + std::string{operation.name};
  if (!target || *target != expected) return Unexpected{Malformed{.message = "X-Amz-Target is not " + expected}};
  return Unit{};
}

inline Result<std::string_view, Malformed> read_body(OperationInfo const& operation, HttpRequest const& request,
                                                     DecodeOptions const& options,
                                                     RequestDecompression const& decompression, std::string& storage) {
  if (auto fits = check_amz_target(operation, request); !fits) return Unexpected{std::move(fits.error())};
  auto const body = plain_body(request, operation.traits.gzip, decompression, options.max_bytes, storage);
  if (body) return *body;
  switch (body.error()) {
    case BodyFault::unsupported_coding:
      return Unexpected{Malformed{.message = "the content coding of the request is not supported here"}};
    case BodyFault::corrupt: return Unexpected{Malformed{.message = "the body is not the gzip data it should be"}};
    case BodyFault::too_large: break;
  }
  return Unexpected{Malformed{.message = "the decompressed body exceeds the limit of " +
                                         std::to_string(options.max_bytes) + " bytes"}};
}

}  // namespace detail

/// Client: validates an input and writes its request, compressed if the operation allows it and `compression` does it.
/// Errors: InvalidInput with every violation.
template <Operation Op>
Result<HttpRequest> write_request(typename Op::Input const& input, Endpoint const& endpoint,
                                  ValidateOptions const& options = {}, RequestCompression const& compression = {}) {
  HttpRequest request;
  auto error = detail::write_erased(request, operation_info<Op>, &input, endpoint,
                                    {detail::extras_of<Op>, options, compression});
  if (error) return Unexpected{std::move(*error)};
  return request;
}

/// Client: reads a response. Errors: ServiceError for any status but 2xx, Malformed for a body that is not the
/// operation's output.
template <Operation Op>
Result<Response<typename Op::Output>> read_response(HttpResponse const& http, ReadOptions const& options = {}) {
  Response<typename Op::Output> response;
  auto error = detail::read_erased(operation_info<Op>, http, &response.output, detail::extras_of<Op>, options,
                                   response.metadata, {});
  if (error) return Unexpected{std::move(*error)};
  return response;
}

/// Server: reads the input of a request that is addressed to this operation. Required members that are missing are
/// listed with the value; whether to refuse them is the server's business (server/dispatch.hpp does). Malformed also
/// for a content coding that the operation does not allow or `decompression` does not do; DecodeOptions::max_bytes is
/// for the decompressed body.
template <Operation Op>
Result<Decoded<typename Op::Input>, Malformed> read_request(HttpRequest const& request,
                                                            DecodeOptions const& options = {},
                                                            RequestDecompression const& decompression = {}) {
  std::string storage;
  auto const body = detail::read_body(operation_info<Op>, request, options, decompression, storage);
  if (!body) return Unexpected{std::move(body).error()};
  return decode<typename Op::Input>(*body, options);
}

/// Server: writes the response of a success, without a body if the operation has no output. InvalidInput if the output
/// cannot be written (see `encode`).
template <Operation Op>
Result<HttpResponse> write_response(typename Op::Output const& output, ResponseHeaders const& headers = {}) {
  if constexpr (operation_info<Op>.traits.no_output) return detail::make_response(200, {}, headers);
  else
    return encode(output).transform(
        [&](std::string&& body) { return detail::make_response(200, std::move(body), headers); });
}

}  // namespace healthlake
