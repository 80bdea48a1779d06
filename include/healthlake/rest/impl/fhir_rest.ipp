// The functions of rest/fhir_rest.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/core/type.hpp"
#include "healthlake/core/validate.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/protocol/error_response.hpp"
#include "healthlake/protocol/redact.hpp"
#include "healthlake/rest/fhir_rest.hpp"
#include "healthlake/rest/outcome.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::rest::detail {

using healthlake::detail::encode_to;
using healthlake::detail::is_white_space;

// The spelling of a name in the tables that a structure consists of; empty if no table has it in either case. The
// shapes of this folder are not recursive.
HEALTHLAKE_DECL std::string_view spelling_of(Type const& type, std::string_view name) {
  for (auto const& member : type.members) {
    std::string_view const own = member.name;
    if (own.substr(1) == name.substr(1) && equal_ignoring_case(own.substr(0, 1), name.substr(0, 1))) return own;
    if (member.type().kind != Kind::structure) continue;
    if (auto const inner = spelling_of(member.type(), name); !inner.empty()) return inner;
  }
  return {};
}

HEALTHLAKE_DECL void respell_members(std::string& json, Type const& type) {
  for (std::size_t at = json.find('"'); at < json.size(); at = json.find('"', at)) {
    std::size_t const begin = ++at;
    while (at < json.size() && json[at] != '"') at += json[at] == '\\' ? 2U : 1U;
    if (at >= json.size()) return;
    std::string_view const name = std::string_view{json}.substr(begin, at - begin);
    std::size_t after = ++at;
    while (after < json.size() && is_white_space(json[after])) ++after;
    // Only a member's name has a colon after it.
    if (name.empty() || after >= json.size() || json[after] != ':') continue;
    if (auto const own = spelling_of(type, name); !own.empty()) json[begin] = own[0];
  }
}

HEALTHLAKE_DECL bool write_rest(HttpRequest& request, OperationInfo const& operation, void const* input,
                                Endpoint const& endpoint, healthlake::detail::WriteOptions const& options,
                                Binding const& binding, std::optional<Error>& error) {
  // Validates the input, and makes a request of awsJson1_0, of which scheme, authority and memory remain.
  if (!healthlake::detail::write_erased(request, operation, input, endpoint, options, error)) return false;
  Violation violation;
  if (binding.check && !binding.check(input, violation)) {
    error.emplace(InvalidInput{{std::move(violation)}});
    return false;
  }
  request.method = binding.method;
  request.target = endpoint.path;
  binding.write_target(request.target, input);
  request.headers.clear();
  for (Header const& line : binding.headers) request.headers.add(line.name, line.value);
  request.body.clear();
  // Cannot fail, since the body is a part of the input.
  if (binding.body) static_cast<void>(encode_to(request.body, binding.body_type(), binding.body(input), {}, violation));
  return true;
}

HEALTHLAKE_DECL bool read_rest(OperationInfo const& operation, HttpResponse const& response, void* output,
                               healthlake::detail::Extras const& extras, ReadOptions const& options,
                               ResponseMetadata& metadata, Headers const& sent, Binding const& binding,
                               std::optional<Error>& error) {
  // What is too long to be read is not searched either.
  HttpResponse respelled = response;
  if (response.body.size() <= options.decode.max_bytes) respell_members(respelled.body, operation.output());
  ReadOptions const lenient{options.decode, MissingMembers::report};
  bool const decoded =
      healthlake::detail::read_erased(operation, respelled, output, extras, lenient, metadata, sent, error);
  if (!decoded && error->as<ServiceError>()) {
    Redactor redactor = redactor_for(sent);
    read_issues(response, options.decode, redactor, *error->as<ServiceError>());
    return false;
  }
  if (!binding.finish(output, response, decoded, metadata.missing)) return false;
  if (!decoded) {
    error.reset();
    metadata.request_id = request_id_of(response.headers);
    healthlake::detail::redact(metadata, sent);
  }
  auto const* gap = healthlake::detail::gap_in(metadata.missing, options.missing);
  if (!gap) return true;
  error.emplace(Malformed{.message = "the response lacks a required member",
                          .path = gap->path,
                          .offset = response.body.size(),
                          .http_status = response.status,
                          .request_id = metadata.request_id});
  return false;
}

}  // namespace HEALTHLAKE_NAMESPACE::rest::detail

namespace HEALTHLAKE_NAMESPACE::rest {

HEALTHLAKE_DECL std::optional<Milliseconds> retry_delay_of(Headers const& headers, Timestamp now) {
  auto const value = headers.find("Retry-After");
  if (!value) return std::nullopt;
  if (auto const date = from_http_date(*value)) return std::clamp(*date - now, Milliseconds{0}, longest_retry_after);
  if (value->empty() || !healthlake::detail::all_are(healthlake::detail::is_digit, *value)) return std::nullopt;
  auto const seconds = parse_integer(*value);
  if (!seconds.in_range || seconds.value > longest_retry_after.count / 1000) return longest_retry_after;
  return Milliseconds{seconds.value * 1000};
}

}  // namespace HEALTHLAKE_NAMESPACE::rest
