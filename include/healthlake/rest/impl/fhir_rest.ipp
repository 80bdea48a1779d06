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
    while (at < json.size() && json[at] != '"') at += json[at] == '\\' ? 2 : 1;
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
  std::vector<Violation> violations;
  healthlake::detail::find_violations(operation.input(), input, options.validate, violations);
  if (violations.empty() && binding.check) binding.check(input, violations);
  // Room for these headers and those that calls and signatures add.
  constexpr std::size_t usual_size = 704;
  request.method = binding.method;
  request.scheme = endpoint.scheme;
  request.authority = endpoint.authority;
  request.target = endpoint.path;
  request.body.clear();
  request.headers.clear();
  request.headers.reserve(usual_size);
  for (Header const& line : binding.headers) request.headers.add(line.name, line.value);
  if (violations.empty()) {
    binding.write_target(request.target, input);
    Violation failure;
    if (!binding.body || encode_to(request.body, binding.body_type(), binding.body(input), {}, failure)) return true;
    violations.push_back(std::move(failure));
  }
  violations.resize(std::clamp<std::size_t>(options.validate.max_violations, 1, violations.size()));
  error.emplace(InvalidInput{std::move(violations)});
  return false;
}

HEALTHLAKE_DECL bool read_rest(OperationInfo const& operation, HttpResponse const& response, void* output,
                               ReadOptions const& options, ResponseMetadata& metadata, Headers const& sent,
                               Binding const& binding, std::optional<Error>& error) {
  if (response.status < 200 || response.status > 299) {
    Redactor redactor = redactor_for(sent);
    error.emplace(read_outcome(response, options.decode, redactor));
    return false;
  }
  metadata.http_status = response.status;
  metadata.request_id = request_id_of(response.headers);
  std::string body = response.body.empty() ? std::string{"{}"} : response.body;
  Malformed fault;
  // What is too long to be read is not copied and searched either.
  if (body.size() <= options.decode.max_bytes) respell_members(body, operation.output());
  bool const decoded =
      healthlake::detail::decode_to(body, operation.output(), output, options.decode, metadata.missing, fault);
  if (binding.finish(output, response, decoded, metadata.missing)) {
    auto const* gap = healthlake::detail::gap_in(metadata.missing, options.missing);
    if (!gap) {
      healthlake::detail::redact(metadata, sent);
      return true;
    }
    fault.message = "the response lacks a required member";
    fault.path = gap->path;
    fault.offset = response.body.size();
  } else {
    healthlake::detail::blame_coding(response.headers, fault);
  }
  fault.http_status = response.status;
  fault.request_id = std::move(metadata.request_id);
  healthlake::detail::redact(fault, body, sent);
  error.emplace(std::move(fault));
  return false;
}

}  // namespace HEALTHLAKE_NAMESPACE::rest::detail

namespace HEALTHLAKE_NAMESPACE::rest {

HEALTHLAKE_DECL std::optional<Milliseconds> retry_delay_of(Headers const& headers, Timestamp now) {
  constexpr Milliseconds longest{86'400'000};
  auto const value = headers.find("Retry-After");
  if (!value) return std::nullopt;
  if (auto const date = from_http_date(*value)) {
    auto const sent = headers.find("Date");
    Timestamp const base = (sent ? from_http_date(*sent) : std::nullopt).value_or(now);
    return std::clamp(*date - base, Milliseconds{0}, longest);
  }
  if (value->empty() || !healthlake::detail::all_are(healthlake::detail::is_digit, *value)) return std::nullopt;
  auto const seconds = parse_integer(*value);
  if (!seconds.in_range || seconds.value > longest.count / 1000) return longest;
  return Milliseconds{seconds.value * 1000};
}

}  // namespace HEALTHLAKE_NAMESPACE::rest
