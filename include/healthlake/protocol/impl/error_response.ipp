// The functions of protocol/error_response.hpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/retry_kind.hpp"
#include "healthlake/core/type_of.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/json/shape_builder.hpp"
#include "healthlake/json/tokenize.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/protocol/error_response.hpp"
#include "healthlake/protocol/redact.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::string request_id_of(Headers const& headers) {
  for (auto const name : {"x-amzn-requestid", "x-amz-request-id"})
    if (auto const value = headers.find(name)) return std::string{*value};
  return {};
}

HEALTHLAKE_DECL std::optional<QueryError> query_error_of(Headers const& headers) {
  auto const value = headers.find("x-amzn-query-error");
  if (!value) return std::nullopt;
  auto const semicolon = value->find(';');
  if (semicolon == std::string_view::npos || semicolon == 0 || semicolon + 1 == value->size()) return std::nullopt;
  if (value->find(';', semicolon + 1) != std::string_view::npos) return std::nullopt;
  return QueryError{std::string{value->substr(0, semicolon)}, std::string{value->substr(semicolon + 1)}};
}

}  // namespace HEALTHLAKE_NAMESPACE

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::string coding_hint(Headers const& headers) {
  auto const coding = headers.find("content-encoding");
  if (!coding || coding->empty() || equal_ignoring_case(*coding, "identity")) return {};
  return concat({"the response has `Content-Encoding: ", excerpt_before(*coding, Malformed::excerpt_limit),
                 "`, which was not requested"});
}

HEALTHLAKE_DECL bool text_of(std::optional<Document> const& member, std::string& text) {
  text.clear();
  if (!member) return false;
  DecodeOptions const options;
  ShapeBuilder builder{type_of<std::string>(), &text, options};
  tokenize(member->json, builder, options);
  if (builder.failed()) text.clear();
  return !builder.failed();
}

HEALTHLAKE_DECL void blame_coding(Headers const& headers, Malformed& fault) {
  std::string hint = coding_hint(headers);
  if (!hint.empty()) fault.message = concat({hint, ": ", fault.message});
}

HEALTHLAKE_DECL std::string error_code_of(Headers const& headers, ErrorBody const& body, Redactor& redactor) {
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

HEALTHLAKE_DECL void take_query_code(Headers const& headers, std::string& code, Redactor& redactor) {
  auto query = query_error_of(headers);
  if (!query) return;
  code = std::move(query->code);
  redactor.clean(code);
  cut_to(code, max_error_code_bytes);
}

HEALTHLAKE_DECL ServiceError read_error(HttpResponse const& response,
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

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL ServiceError read_error(HttpResponse const& response, ServiceInfo const& service,
                                        std::span<ErrorInfo const* const> modelled, DecodeOptions const& options) {
  Redactor nothing;
  return detail::read_error(response, service.query_compatible ? &detail::take_query_code : nullptr, modelled, options,
                            nothing);
}

}  // namespace HEALTHLAKE_NAMESPACE

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL HttpResponse make_response(int status, std::string body, ResponseHeaders const& headers) {
  HttpResponse response{.status = status, .body = std::move(body)};
  response.headers.add("Content-Type", "application/x-amz-json-1.0");
  if (!headers.request_id.empty()) response.headers.add("x-amzn-RequestId", headers.request_id);
  return response;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL HttpResponse write_error(std::string_view code, std::string_view message, int http_status,
                                         ResponseHeaders const& headers) {
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

}  // namespace HEALTHLAKE_NAMESPACE
