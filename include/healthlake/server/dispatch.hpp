// The server side of awsJson1_0: dispatches requests to one typed handler per operation, and answers all other requests
// with the protocol's own errors.
//
// Rules: a handler is called only with inputs that have every required member and satisfy the rules of their shape. A
// message repeats nothing of a request except what the validator shows (with sensitive values redacted). These are
// rejected, in this order, with the codes and statuses of AWS's "Common Errors" and of Smithy's servers:
//   a method other than POST               MethodNotAllowedException       405, with `Allow: POST`
//   a path other than `/`                  UnknownOperationException       404
//   X-Amz-Target missing, twice, unknown   UnknownOperationException       404
//   another media type                     UnsupportedMediaTypeException   415
//   a body over max_body_bytes             RequestEntityTooLargeException  413, also once decompressed
//   an unsupported content coding          UnsupportedMediaTypeException   415, with `Accept-Encoding`
//   invalid gzip data                      SerializationException          400
//   invalid JSON, wrong types, too deep    SerializationException          400
//   missing members, violated rules        ValidationException             400
// The media type is application/x-amz-json-1.0, in any case and with any parameters. That of version 1.1 is rejected: a
// test server that is more lenient than the protocol would hide a client's bug.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/core/validate.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/protocol/error_response.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// What is known about a request besides its input. The server fills it in; a handler reads it.
struct RequestContext {
  /// Returned as x-amzn-RequestId. If empty or not a valid field value, the dispatcher generates one from a counter.
  std::string request_id{};
  /// The access key id that signed the request, from the verifier; empty if signatures are not verified.
  std::string access_key_id{};
  /// When the request was received.
  Timestamp now{};
};

/// The limits and the strictness of a server. What DecodeOptions and ValidateOptions call the same has the same
/// meaning; they are not members themselves, since whoever set one limit of theirs would reset the strictness that a
/// server has by default.
struct DispatchOptions {
  /// The maximum size of a request body, as received and decompressed. Default 1 MiB, more than any input of this
  /// service needs.
  std::size_t max_body_bytes = std::size_t{1} << 20;
  /// The limits of decoding. Defaults: those of DecodeOptions.
  unsigned max_depth = ValidateOptions{}.max_depth;
  /// As in DecodeOptions.
  std::size_t max_elements = DecodeOptions{}.max_elements;
  /// As in DecodeOptions.
  std::size_t max_missing = DecodeOptions{}.max_missing;
  /// The maximum number of violations in a message. Default: that of ValidateOptions.
  std::size_t max_violations = ValidateOptions{}.max_violations;
  /// Refuses what Smithy's servers refuse (DecodeOptions::strict). Default true.
  bool strict = true;
  /// A server implements one model: by default, unknown enumeration values and union members are rejected.
  bool unknown_enum_values = false;
  /// As in ValidateOptions. Default false.
  bool unknown_union_members = false;
  /// As in ValidateOptions. Default none.
  bool (*also_accept)(Pattern const& pattern, std::string_view text) = nullptr;
  /// As in DecodeOptions. Default: the library's own.
  Tokenizer tokenizer = nullptr;
  /// For operations whose requests may be compressed. By default, compressed requests are rejected.
  RequestDecompression decompression{};
};

/// What a handler returns instead of an output: any modelled error, or one with another code.
class HandlerError {
 public:
  /// `return Unexpected{ResourceNotFoundException{.message = "..."}};`. The status is that of the shape. An error that
  /// cannot be encoded (because of invalid UTF-8 in its message) becomes an InternalServerException.
  template <ErrorShape E>
  HandlerError(E const& error, ServiceInfo const& service = healthlake_service) {
    auto written = write_error(error, {}, service);
    response_ = written ? *std::move(written) : unwritable();
  }
  /// An error that is not modelled.
  HandlerError(std::string_view code, std::string_view message, int http_status)
      : response_(write_error(code, message, http_status)) {}

  /// The response to send.
  [[nodiscard]] HttpResponse const& response() const& noexcept { return response_; }
  /// The response to send, to move from.
  [[nodiscard]] HttpResponse&& response() && noexcept { return std::move(response_); }

  /// What is sent if an output or a modelled error cannot be encoded.
  static HttpResponse unwritable();

 private:
  HttpResponse response_;
};

namespace detail {

// Whether the Content-Type is this media type, regardless of case and parameters (RFC 9110, 8.3.1).
bool has_media_type(Headers const& headers, std::string_view wanted);

// Whether `path` is `outer` or inside it.
bool is_within(std::string_view path, std::string_view outer) noexcept;

std::string constraint_text(Violation const& violation);

// All violations as one message; empty if there are none. It begins like those of AWS, which people and programs search
// for; paths are in wire names.
std::string validation_message(std::vector<MissingMember> const& missing, std::vector<Violation> const& violations);

// The response to a request whose body cannot be read.
HttpResponse refuse_body(BodyFault fault, bool gzip, DispatchOptions const& options);

// Reads and validates the input of any operation. Returns false with the response to send in `refusal`.
bool read_input(OperationInfo const& operation, void* input, HttpRequest const& request, DispatchOptions const& options,
                HttpResponse& refusal);

// Writes the output of any operation as a response.
HttpResponse write_output(OperationInfo const& operation, void const* output);

}  // namespace detail

/// Dispatches requests to handlers, and turns their results into responses. Not thread-safe; handlers must not call the
/// dispatcher.
class Dispatcher {
 public:
  Dispatcher() = default;
  /// With other limits, or another strictness.
  explicit Dispatcher(DispatchOptions options) : options_(options) {}

  /// Sets the handler of an operation, replacing any previous one:
  /// `Result<Output, HandlerError>(Input const&, RequestContext const&)`. The errors that it returns are not checked
  /// against the operation's model, since a service returns common errors too.
  template <Operation Op, class Handler>
    requires std::copy_constructible<Handler> &&
             std::is_invocable_r_v<Result<typename Op::Output, HandlerError>, Handler&, typename Op::Input const&,
                                   RequestContext const&>
  Dispatcher& on(Handler handler) {
    return add(operation_info<Op>,
               [handler = std::move(handler)](HttpRequest const& request, RequestContext const& context,
                                              DispatchOptions const& options) mutable {
                 typename Op::Input input{};
                 if (HttpResponse refusal; !detail::read_input(operation_info<Op>, &input, request, options, refusal))
                   return refusal;
                 Result<typename Op::Output, HandlerError> output = handler(std::as_const(input), context);
                 if (!output) return std::move(output).error().response();
                 return detail::write_output(operation_info<Op>, &*output);
               });
  }

  /// Handles a request; never fails. Every response has an x-amzn-RequestId.
  HttpResponse handle(HttpRequest const& request) { return handle(request, RequestContext{}); }
  /// The same, with what the server knows about the request: its id, who signed it, the time.
  HttpResponse handle(HttpRequest const& request, RequestContext context);

  /// The limits and the strictness that the dispatcher was constructed with.
  [[nodiscard]] DispatchOptions const& options() const noexcept { return options_; }

 private:
  using Run = std::function<HttpResponse(HttpRequest const&, RequestContext const&, DispatchOptions const&)>;
  struct Route {
    std::string target;
    Run run;
  };

  Dispatcher& add(OperationInfo const& operation, Run run);
  HttpResponse route(HttpRequest const& request, RequestContext const& context);
  static HttpResponse unknown_operation(std::string_view message);

  // In the form of a UUID, like those of the service.
  std::string next_request_id();

  DispatchOptions options_;
  std::vector<Route> routes_;
  std::uint64_t requests_ = 0;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/server/impl/dispatch.ipp"
#endif
