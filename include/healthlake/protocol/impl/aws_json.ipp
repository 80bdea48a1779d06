// The functions of protocol/aws_json.hpp.
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
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/protocol/content_coding.hpp"
#include "healthlake/protocol/error_response.hpp"
#include "healthlake/protocol/host_prefix.hpp"
#include "healthlake/protocol/redact.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void write_head(HttpRequest& request, OperationInfo const& operation, Endpoint const& at) {
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

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL HttpRequest make_request(OperationInfo const& operation, std::string body, Endpoint const& endpoint,
                                         bool host_prefix) {
  HttpRequest request;
  bool const prefixed = host_prefix && !operation.traits.host_prefix.empty();
  detail::write_head(request, operation,
                     prefixed ? detail::with_host_prefix(endpoint, operation.traits.host_prefix) : endpoint);
  request.body = std::move(body);
  return request;
}

}  // namespace HEALTHLAKE_NAMESPACE

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL bool write_erased(HttpRequest& request, OperationInfo const& operation, void const* input,
                                  Endpoint const& endpoint, WriteOptions const& options, std::optional<Error>& error) {
  Type const& type = operation.input();
  std::vector<Violation> violations;
  find_violations(type, input, options.validate, violations);
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

HEALTHLAKE_DECL MissingMember const* gap_in(std::vector<MissingMember> const& missing, MissingMembers wanted) noexcept {
  if (wanted == MissingMembers::report) return nullptr;
  for (auto const& member : missing)
    if (wanted == MissingMembers::fail_all || member.outermost) return &member;
  return nullptr;
}

HEALTHLAKE_DECL bool holds_only_a_type(Type const& type, void const* output, std::vector<MissingMember> const& missing,
                                       std::string_view body, DecodeOptions const& options) {
  std::size_t required_ones = 0;
  for (auto const& member : type.members) {
    if (member.is(required)) ++required_ones;
    else if (member.get(output)) return false;
  }
  for (auto const& member : missing)
    if (member.outermost) --required_ones;
  if (required_ones != 0 || body.size() <= 2) return false;
  // Not a search of the body: a name can be spelled with escapes, and stand in a member of another name.
  ErrorBody error;
  std::vector<MissingMember> ignored;
  Malformed fault;
  return !decode_to(body, type_of<ErrorBody>(), &error, options, ignored, fault) || error.type.has_value();
}

HEALTHLAKE_DECL void redact(ResponseMetadata& metadata, Headers const& sent) {
  if (metadata.missing.empty() && (metadata.request_id.empty() || is_uuid(metadata.request_id))) return;
  Redactor redactor = redactor_for(sent);
  redactor.clean(metadata.request_id);
  for (auto& member : metadata.missing) redactor.clean(member.path);
}

HEALTHLAKE_DECL bool read_erased(OperationInfo const& operation, HttpResponse const& response, void* output,
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
    bool const error_only =
        !gap && holds_only_a_type(operation.output(), output, metadata.missing, body, options.decode);
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

HEALTHLAKE_DECL bool check_amz_target(OperationInfo const& operation, HttpRequest const& request, Malformed& fault) {
  auto const target = request.headers.find("X-Amz-Target");
  std::string const expected = concat({operation.service.target_prefix, ".", operation.name});
  if (target && *target == expected) return true;
  fault.message = concat({"X-Amz-Target is not ", expected});
  return false;
}

HEALTHLAKE_DECL bool read_request_erased(OperationInfo const& operation, HttpRequest const& request, void* input,
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

}  // namespace HEALTHLAKE_NAMESPACE::detail
