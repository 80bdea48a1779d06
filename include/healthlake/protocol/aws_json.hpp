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
  /// Malformed only if it has an error type and no member of the output; otherwise all missing members are listed in
  /// the
  /// metadata, and keep their initial values.
  report,
};

/// How to read a response.
struct ReadOptions {
  /// The limits of the body, and which tokenizer reads it.
  DecodeOptions decode{};
  /// What to do about required members that the response lacks.
  MissingMembers missing = MissingMembers::fail_own;
};

/// What is known about a call besides its output.
struct ResponseMetadata {
  /// The status of the response, 200 to 299.
  int http_status = 0;
  /// The value of x-amzn-RequestId, to quote to AWS Support; empty if there is none.
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
  /// What the operation returned.
  Output output{};
  /// What else is known about the call.
  ResponseMetadata metadata{};
};

namespace detail {

// Makes `request` the request of an operation, with an empty body, and reuses its memory.
void write_head(HttpRequest& request, OperationInfo const& operation, Endpoint const& at);

}  // namespace detail

/// The request of an operation with a body that is already serialized. If `host_prefix` is false, the operation's host
/// prefix is omitted, for endpoints without wildcard DNS. Precondition: the prefix has no labels, or is omitted.
HttpRequest make_request(OperationInfo const& operation, std::string body, Endpoint const& endpoint,
                         bool host_prefix = true);

namespace detail {

struct WriteOptions;

// What differs between operations: null for what only few need, so that the others do not link it.
struct Extras {
  Endpoint (*host_labels)(Endpoint const&, OperationInfo const&, void const*, std::vector<Violation>&) = nullptr;
  void (*compress)(HttpRequest&, RequestCompression const&) = nullptr;
  void (*query_code)(Headers const&, std::string&, Redactor&) = nullptr;
  // Those of a protocol other than awsJson1_0 (rest/), as write_erased and read_erased; the delay that a response asks
  // for, as retry_after_of returns it.
  bool (*write)(HttpRequest&, OperationInfo const&, void const*, Endpoint const&, WriteOptions const&,
                std::optional<Error>&) = nullptr;
  bool (*read)(OperationInfo const&, HttpResponse const&, void*, Extras const&, ReadOptions const&, ResponseMetadata&,
               Headers const&, std::optional<Error>&) = nullptr;
  std::optional<Milliseconds> (*retry_after)(Headers const&, Timestamp) = nullptr;
};
template <Operation Op>
consteval Extras make_extras() {
  Extras extras{operation_info<Op>.traits.host_prefix.empty() ? nullptr : &with_host_labels,
                operation_info<Op>.traits.gzip ? &compress_request : nullptr,
                operation_info<Op>.service.query_compatible ? &take_query_code : nullptr};
  if constexpr (requires { typename Op::Protocol; }) {
    extras.write = &Op::Protocol::template write<Op>;
    extras.read = &Op::Protocol::template read<Op>;
    extras.retry_after = &Op::Protocol::retry_after;
  }
  return extras;
}
template <Operation Op>
inline constexpr Extras extras_of = make_extras<Op>();

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
bool write_erased(HttpRequest& request, OperationInfo const& operation, void const* input, Endpoint const& endpoint,
                  WriteOptions const& options, std::optional<Error>& error);

// The first member whose absence makes a response malformed; null if there is none.
MissingMember const* gap_in(std::vector<MissingMember> const& missing, MissingMembers wanted) noexcept;

// Whether a success has a `__type` and no member of the output: an error that something on the way gave the status of a
// success.
bool holds_only_a_type(Type const& type, void const* output, std::vector<MissingMember> const& missing,
                       std::string_view body, DecodeOptions const& options);

// What is known of a success beside its output. Request ids as AWS makes them cost nothing.
void redact(ResponseMetadata& metadata, Headers const& sent);

// Decodes the output of a success. Returns false with `error` for an error response or a malformed one. `sent` are the
// headers that the request was sent with.
bool read_erased(OperationInfo const& operation, HttpResponse const& response, void* output, Extras const& extras,
                 ReadOptions const& options, ResponseMetadata& metadata, Headers const& sent,
                 std::optional<Error>& error);

bool check_amz_target(OperationInfo const& operation, HttpRequest const& request, Malformed& fault);

// Reads the input of a request to this operation. Returns false with `fault` if it is malformed.
bool read_request_erased(OperationInfo const& operation, HttpRequest const& request, void* input,
                         DecodeOptions const& options, RequestDecompression const& decompression,
                         std::vector<MissingMember>& missing, Malformed& fault);

}  // namespace detail

/// Client: validates an input and writes its request, compressed if the operation allows it and `compression` is set.
/// Errors: InvalidInput with every violation.
template <Operation Op>
Result<HttpRequest> write_request(typename Op::Input const& input, Endpoint const& endpoint,
                                  ValidateOptions const& options = {}, RequestCompression const& compression = {}) {
  constexpr auto write = detail::extras_of<Op>.write != nullptr ? detail::extras_of<Op>.write : &detail::write_erased;
  HttpRequest request;
  std::optional<Error> error;
  if (!write(request, operation_info<Op>, &input, endpoint, {detail::extras_of<Op>, options, compression}, error))
    return Unexpected{std::move(*error)};
  return request;
}

/// Client: reads a response. Errors: ServiceError for any status other than 2xx, Malformed for a body that is not valid
/// output of the operation.
template <Operation Op>
Result<Response<typename Op::Output>> read_response(HttpResponse const& http, ReadOptions const& options = {}) {
  constexpr auto read = detail::extras_of<Op>.read != nullptr ? detail::extras_of<Op>.read : &detail::read_erased;
  Response<typename Op::Output> response;
  std::optional<Error> error;
  if (!read(operation_info<Op>, http, &response.output, detail::extras_of<Op>, options, response.metadata, {}, error))
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

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/protocol/impl/aws_json.ipp"
#endif
