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
#include "healthlake/json/encode.hpp"
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

/// The limits and the strictness of a server.
struct DispatchOptions {
  /// The maximum size of a request body, as received and decompressed. Default 1 MiB, more than any input of this
  /// service needs.
  std::size_t max_body_bytes = std::size_t{1} << 20;
  /// How requests are decoded: strictly by default. Of the limits, the size is that of max_body_bytes.
  DecodeOptions decode{.strict = true};
  /// A server implements one model: by default, unknown enumeration values and union members are rejected.
  ValidateOptions validate{.unknown_enum_values = false, .unknown_union_members = false};
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

  [[nodiscard]] HttpResponse const& response() const& noexcept { return response_; }
  [[nodiscard]] HttpResponse&& response() && noexcept { return std::move(response_); }

  /// What is sent if an output or a modelled error cannot be encoded.
  static HttpResponse unwritable() {
    return write_error("InternalServerException", "The response could not be written.", 500);
  }

 private:
  HttpResponse response_;
};

namespace detail {

// Whether the Content-Type is this media type, regardless of case and parameters (RFC 9110, 8.3.1).
inline bool has_media_type(Headers const& headers, std::string_view wanted) {
  if (headers.count("Content-Type") != 1) return false;
  std::string_view const value = *headers.find("Content-Type");
  return equal_ignoring_case(trim_blanks(value.substr(0, value.find(';'))), wanted);
}

// Whether `path` is `outer` or inside it.
inline bool is_within(std::string_view path, std::string_view outer) noexcept {
  if (!path.starts_with(outer)) return false;
  return path.size() == outer.size() || outer.empty() || path[outer.size()] == '.' || path[outer.size()] == '[';
}

inline std::string constraint_text(Violation const& violation) {
  bool const have = violation.rule == Rule::length || violation.rule == Rule::depth;
  std::string text = (have ? "Member must have " : "Member must be ") + violation.expected;
  if (!violation.found.empty()) text += " (found " + violation.found + ")";
  return text;
}

// All violations as one message; empty if there are none. It begins like those of AWS, which people and programs search
// for; paths are in wire names.
inline std::string validation_message(std::vector<MissingMember> const& missing,
                                      std::vector<Violation> const& violations) {
  std::size_t count = 0;
  std::string list;
  auto const add = [&](std::string_view path, std::string_view constraint) {
    list += (++count == 1 ? ": Value at '" : "; Value at '");
    list += path;
    list += "' failed to satisfy constraint: ";
    list += constraint;
  };
  for (auto const& member : missing) add(member.path, "Member must not be null");
  for (auto const& violation : violations) {
    // The initial value of a missing member may violate rules as well; those are not reported.
    bool const unsent = std::any_of(missing.begin(), missing.end(), [&](MissingMember const& member) {
      return is_within(violation.path, member.path);
    });
    if (!unsent) add(violation.path, constraint_text(violation));
  }
  if (count == 0) return {};
  std::string message = std::to_string(count) + " validation error" + (count == 1 ? "" : "s") + " detected" + list;
  cut_to(message, 10'000);  // the limit of HealthLakeString
  return message;
}

// The response to a request whose body cannot be read.
inline HttpResponse refuse_body(BodyFault fault, bool gzip, DispatchOptions const& options) {
  switch (fault) {
    case BodyFault::unsupported_coding: break;
    case BodyFault::corrupt: return write_error("SerializationException", "The body is not valid gzip data.", 400);
    case BodyFault::too_large:
      return write_error("RequestEntityTooLargeException",
                         "The body is larger than " + std::to_string(options.max_body_bytes) + " bytes.", 413);
  }
  auto response = write_error(
      "UnsupportedMediaTypeException",
      gzip ? "The only supported Content-Encoding is gzip, applied once." : "Content-Encoding is not supported.", 415);
  response.headers.add("Accept-Encoding", gzip ? "gzip" : "identity");  // RFC 9110, 12.5.3
  return response;
}

// Reads and validates the input of any operation. Returns false with the response to send in `refusal`.
inline bool read_input(OperationInfo const& operation, void* input, HttpRequest const& request,
                       DispatchOptions const& options, HttpResponse& refusal) {
  bool const gzip = operation.traits.gzip && options.decompression.gunzip;
  std::string storage;
  std::string_view body;
  BodyFault why = BodyFault::too_large;
  if (request.body.size() > options.max_body_bytes ||
      !plain_body(request, operation.traits.gzip, options.decompression, options.max_body_bytes, storage, body, why)) {
    refusal = refuse_body(why, gzip, options);
    return false;
  }
  Type const& type = operation.input();
  DecodeOptions decode_options = options.decode;
  decode_options.max_bytes = options.max_body_bytes;
  std::vector<MissingMember> missing;
  if (Malformed fault; !decode_to(body, type, input, decode_options, missing, fault)) {
    std::string message = "The body is not valid input of the operation, at byte " + std::to_string(fault.offset);
    if (!fault.path.empty()) message += ", " + fault.path;
    refusal = write_error("SerializationException", message + ": " + fault.message + ".", 400);
    return false;
  }
  std::vector<Violation> violations;
  find_violations(type, input, options.validate, violations);
  std::string const message = validation_message(missing, violations);
  if (message.empty()) return true;
  refusal = write_error("ValidationException", message, 400);
  return false;
}

// Writes the output of any operation as a response.
inline HttpResponse write_output(OperationInfo const& operation, void const* output) {
  if (operation.traits.no_output) return make_response(200, {}, {});
  std::string body;
  Violation failure;
  if (!encode_to(body, operation.output(), output, {}, failure)) return HandlerError::unwritable();
  return make_response(200, std::move(body), {});
}

}  // namespace detail

/// Dispatches requests to handlers, and turns their results into responses. Not thread-safe; handlers must not call the
/// dispatcher.
class Dispatcher {
 public:
  Dispatcher() = default;
  explicit Dispatcher(DispatchOptions options) : options_(options) {}

  /// Sets the handler of an operation, replacing any previous one:
  /// `Result<Output, HandlerError>(Input const&, RequestContext const&)`. The errors that it returns are not checked
  /// against the operation's model, since a service returns common errors too.
  template <Operation Op, class Handler>
    requires std::copy_constructible<Handler> &&
             std::is_invocable_r_v<Result<typename Op::Output, HandlerError>, Handler&, typename Op::Input const&,
                                   RequestContext const&>
  Dispatcher& on(Handler handler) {
    OperationInfo const& operation = operation_info<Op>;
    std::string target = std::string{operation.service.target_prefix} + "." + std::string{operation.name};
    std::erase_if(routes_, [&](Route const& route) { return route.target == target; });
    routes_.push_back(
        {std::move(target), [handler = std::move(handler)](HttpRequest const& request, RequestContext const& context,
                                                           DispatchOptions const& options) mutable {
           typename Op::Input input{};
           if (HttpResponse refusal; !detail::read_input(operation_info<Op>, &input, request, options, refusal))
             return refusal;
           Result<typename Op::Output, HandlerError> output = handler(std::as_const(input), context);
           if (!output) return std::move(output).error().response();
           return detail::write_output(operation_info<Op>, &*output);
         }});
    return *this;
  }

  /// Handles a request; never fails. Every response has an x-amzn-RequestId.
  HttpResponse handle(HttpRequest const& request) { return handle(request, RequestContext{}); }
  HttpResponse handle(HttpRequest const& request, RequestContext context) {
    if (context.request_id.empty() || forbidden_field_value(context.request_id)) context.request_id = next_request_id();
    HttpResponse response = route(request, context);
    response.headers.set("x-amzn-RequestId", context.request_id);
    return response;
  }

  [[nodiscard]] DispatchOptions const& options() const noexcept { return options_; }

 private:
  struct Route {
    std::string target;
    std::function<HttpResponse(HttpRequest const&, RequestContext const&, DispatchOptions const&)> run;
  };

  HttpResponse route(HttpRequest const& request, RequestContext const& context) {
    if (request.method != "POST") {
      HttpResponse response = write_error("MethodNotAllowedException", "The method must be POST.", 405);
      response.headers.add("Allow", "POST");  // RFC 9110, 15.5.6
      return response;
    }
    auto const target = request.headers.find("X-Amz-Target");
    if (request.target != "/" || !target || request.headers.count("X-Amz-Target") != 1)
      return unknown_operation("The path must be `/`, and one X-Amz-Target header must name the operation.");
    for (auto& candidate : routes_) {
      if (candidate.target != *target) continue;
      if (!detail::has_media_type(request.headers, aws_json_content_type))
        return write_error("UnsupportedMediaTypeException",
                           "Content-Type must be " + std::string{aws_json_content_type} + ".", 415);
      return candidate.run(request, context, options_);
    }
    return unknown_operation("X-Amz-Target does not name an operation of this server.");
  }

  static HttpResponse unknown_operation(std::string_view message) {
    return write_error("UnknownOperationException", message, 404);
  }

  // In the form of a UUID, like those of the service.
  std::string next_request_id() {
    std::string const count = std::to_string(++requests_);
    std::string id = "00000000-0000-4000-8000-";
    id.append(12 - (std::min<std::size_t>)(count.size(), 12), '0');
    return id + count;
  }

  DispatchOptions options_;
  std::vector<Route> routes_;
  std::uint64_t requests_ = 0;
};

}  // namespace HEALTHLAKE_NAMESPACE
