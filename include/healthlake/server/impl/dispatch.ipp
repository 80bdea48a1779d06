// The functions of server/dispatch.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/validate.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/protocol/error_response.hpp"
#include "healthlake/server/dispatch.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL HttpResponse HandlerError::unwritable() {
  return write_error("InternalServerException", "The response could not be written.", 500);
}

}  // namespace HEALTHLAKE_NAMESPACE

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL bool has_media_type(Headers const& headers, std::string_view wanted) {
  if (headers.count("Content-Type") != 1) return false;
  std::string_view const value = *headers.find("Content-Type");
  return equal_ignoring_case(trim_blanks(value.substr(0, value.find(';'))), wanted);
}

HEALTHLAKE_DECL bool is_within(std::string_view path, std::string_view outer) noexcept {
  if (!path.starts_with(outer)) return false;
  return path.size() == outer.size() || outer.empty() || path[outer.size()] == '.' || path[outer.size()] == '[';
}

HEALTHLAKE_DECL std::string constraint_text(Violation const& violation) {
  bool const have = violation.rule == Rule::length || violation.rule == Rule::depth;
  std::string text = (have ? "Member must have " : "Member must be ") + violation.expected;
  if (!violation.found.empty()) text += " (found " + violation.found + ")";
  return text;
}

HEALTHLAKE_DECL std::string validation_message(std::vector<MissingMember> const& missing,
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

HEALTHLAKE_DECL HttpResponse refuse_body(BodyFault fault, bool gzip, DispatchOptions const& options) {
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

HEALTHLAKE_DECL bool read_input(OperationInfo const& operation, void* input, HttpRequest const& request,
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
  DecodeOptions const decode_options{.max_bytes = options.max_body_bytes,
                                     .max_depth = options.max_depth,
                                     .max_elements = options.max_elements,
                                     .max_missing = options.max_missing,
                                     .strict = options.strict,
                                     .tokenizer = options.tokenizer};
  std::vector<MissingMember> missing;
  if (Malformed fault; !decode_to(body, type, input, decode_options, missing, fault)) {
    std::string message = "The body is not valid input of the operation, at byte " + std::to_string(fault.offset);
    if (!fault.path.empty()) message += ", " + fault.path;
    refusal = write_error("SerializationException", message + ": " + fault.message + ".", 400);
    return false;
  }
  std::vector<Violation> violations;
  find_violations(type, input,
                  {.max_violations = options.max_violations,
                   .max_depth = options.max_depth,
                   .unknown_enum_values = options.unknown_enum_values,
                   .unknown_union_members = options.unknown_union_members,
                   .also_accept = options.also_accept},
                  violations);
  std::string const message = validation_message(missing, violations);
  if (message.empty()) return true;
  refusal = write_error("ValidationException", message, 400);
  return false;
}

HEALTHLAKE_DECL HttpResponse write_output(OperationInfo const& operation, void const* output) {
  if (operation.traits.no_output) return make_response(200, {}, {});
  std::string body;
  Violation failure;
  if (!encode_to(body, operation.output(), output, {}, failure)) return HandlerError::unwritable();
  return make_response(200, std::move(body), {});
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Dispatcher& Dispatcher::add(OperationInfo const& operation, Run run) {
  std::string target = std::string{operation.service.target_prefix} + "." + std::string{operation.name};
  std::erase_if(routes_, [&](Route const& route) { return route.target == target; });
  routes_.push_back({std::move(target), std::move(run)});
  return *this;
}

HEALTHLAKE_DECL HttpResponse Dispatcher::handle(HttpRequest const& request, RequestContext context) {
  if (context.request_id.empty() || forbidden_field_value(context.request_id)) context.request_id = next_request_id();
  HttpResponse response = route(request, context);
  response.headers.set("x-amzn-RequestId", context.request_id);
  return response;
}

HEALTHLAKE_DECL HttpResponse Dispatcher::route(HttpRequest const& request, RequestContext const& context) {
  if (request.method != "POST") {
    HttpResponse response = write_error("MethodNotAllowedException", "The method must be POST.", 405);
    response.headers.add("Allow", "POST");  // RFC 9110, 15.5.6
    return response;
  }
  if (request.target != "/" || request.headers.count("X-Amz-Target") != 1)
    return unknown_operation("The path must be `/`, and one X-Amz-Target header must name the operation.");
  auto const target = request.headers.find("X-Amz-Target");
  for (auto& candidate : routes_) {
    if (candidate.target != *target) continue;
    if (!detail::has_media_type(request.headers, aws_json_content_type))
      return write_error("UnsupportedMediaTypeException",
                         "Content-Type must be " + std::string{aws_json_content_type} + ".", 415);
    return candidate.run(request, context, options_);
  }
  return unknown_operation("X-Amz-Target does not name an operation of this server.");
}

HEALTHLAKE_DECL HttpResponse Dispatcher::unknown_operation(std::string_view message) {
  return write_error("UnknownOperationException", message, 404);
}

HEALTHLAKE_DECL std::string Dispatcher::next_request_id() {
  std::string const count = std::to_string(++requests_);
  std::string id = "00000000-0000-4000-8000-";
  id.append(12 - (std::min<std::size_t>)(count.size(), 12), '0');
  return id + count;
}

}  // namespace HEALTHLAKE_NAMESPACE
