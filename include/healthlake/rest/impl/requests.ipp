// The functions of rest/requests.hpp.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/type_of.hpp"
#include "healthlake/core/validate.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/rest/export.hpp"
#include "healthlake/rest/outcome.hpp"
#include "healthlake/rest/requests.hpp"
#include "healthlake/rest/shapes.hpp"
#include "healthlake/rest/times.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/percent.hpp"
#include "healthlake/text/text.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE::rest::detail {

// The segments of a path below `/datastore/<id>/r4/`.
struct FhirPath {
  std::string_view datastore_id{};
  std::string_view rest{};
};

HEALTHLAKE_DECL std::optional<FhirPath> fhir_path(std::string_view path) noexcept {
  constexpr std::string_view before = "/datastore/";
  constexpr std::string_view after = "/r4/";
  if (!path.starts_with(before)) return std::nullopt;
  path.remove_prefix(before.size());
  std::string_view const id = path.substr(0, path.find('/'));
  path.remove_prefix(id.size());
  if (!match_path_segment(id) || !path.starts_with(after)) return std::nullopt;
  return FhirPath{id, path.substr(after.size())};
}

// Whether a Prefer header has this preference (RFC 7240, 2), alone or among others.
HEALTHLAKE_DECL bool prefers(Headers const& headers, std::string_view wanted) {
  bool found = false;
  for (Header const line : headers) {
    if (!equal_ignoring_case(line.name, "Prefer")) continue;
    healthlake::detail::for_each_piece(line.value, ',', [&](std::string_view one) {
      one = healthlake::detail::trim_white_space(one.substr(0, one.find(';')));
      found = found || equal_ignoring_case(one, wanted);
    });
  }
  return found;
}

HEALTHLAKE_DECL bool is_fhir_json(Headers const& headers) {
  if (headers.count("Content-Type") != 1) return false;
  std::string_view const value = *headers.find("Content-Type");
  return equal_ignoring_case(healthlake::detail::trim_white_space(value.substr(0, value.find(';'))),
                             "application/fhir+json");
}

// Reads the parameters of a start.
class QueryReader {
 public:
  explicit QueryReader(StartExportRequest& input) : input_(input) {}

  // What is wrong with the query; empty if nothing is.
  std::string read(std::string_view query) {
    std::string fault;
    if (query.empty()) return fault;
    healthlake::detail::for_each_piece(query, '&', [&](std::string_view piece) {
      if (!fault.empty() || piece.empty()) return;
      auto const equals = (std::min)(piece.find('='), piece.size());
      std::string const name = percent_decode(piece.substr(0, equals));
      std::string const value = percent_decode(piece.substr((std::min)(equals + 1, piece.size())));
      if (!valid_utf8(name) || !valid_utf8(value)) fault = "The query is not valid UTF-8.";
      else fault = read_one(name, value);
    });
    return fault;
  }

 private:
  template <class T>
  static std::string set(std::string_view name, std::optional<T>& member, std::optional<T> value,
                         std::string_view expected) {
    if (member) return concat({name, " is given twice; give it once"});
    if (!value) return concat({name, " must be ", expected});
    member = std::move(value);
    return {};
  }

  std::string read_one(std::string_view name, std::string const& value) {
    constexpr std::string_view instant = "an instant of FHIR, such as 2010-03-14T09:00:00.000Z, percent-encoded";
    if (name == "_type") return set(name, input_.types, std::optional{pieces_of(value)}, "resource types");
    if (name == "_since") return set(name, input_.since, parse_instant(value), instant);
    if (name == "_until") return set(name, input_.until, parse_instant(value), instant);
    if (name == "_outputFormat")
      return set(name, input_.output_format, std::optional{OpenEnum<OutputFormat>::from(value)}, "a format");
    if (name == "_security" || name == "_tag") {
      auto& list = name == "_tag" ? input_.tags : input_.security;
      if (!list) list.emplace();
      list->push_back(value);
      return {};
    }
    return concat({"The parameter ", quoted(name, 64),
                   " is not supported; supported are _type, _since, _until, _outputFormat, _security and _tag."});
  }

  static std::vector<std::string> pieces_of(std::string_view value) {
    std::vector<std::string> pieces;
    healthlake::detail::for_each_piece(value, ',', [&](std::string_view one) { pieces.emplace_back(one); });
    return pieces;
  }

  StartExportRequest& input_;
};

HEALTHLAKE_DECL std::string fault_of(Malformed const& fault) {
  std::string text = concat({"The body is not valid, at byte ", Decimal{fault.offset}});
  if (!fault.path.empty()) append(text, {", ", fault.path});
  return concat({text, ": ", fault.message});
}

// The members that are missing or invalid; empty if there are none.
HEALTHLAKE_DECL std::string faults_of(Type const& type, void const* input, std::vector<MissingMember> const& missing,
                                      ValidateOptions const& options) {
  std::string text;
  for (auto const& member : missing) append(text, {text.empty() ? "" : "; ", "body.", member.path, ": required"});
  if (!missing.empty()) return text;
  std::vector<Violation> violations;
  healthlake::detail::find_violations(type, input, options, violations);
  for (auto const& violation : violations) append(text, {text.empty() ? "" : "; ", to_string(violation)});
  return text;
}

HEALTHLAKE_DECL Result<ExportRequest, HttpResponse> refuse(int status, std::string_view code,
                                                           std::string_view diagnostics) {
  return Unexpected{write_outcome(status, code, diagnostics)};
}

HEALTHLAKE_DECL Result<ExportRequest, HttpResponse> refuse_method(std::string_view allowed) {
  HttpResponse response = write_outcome(405, "not-supported", concat({"The method must be ", allowed, "."}));
  response.headers.add("Allow", allowed);  // RFC 9110, 15.5.6
  return Unexpected{std::move(response)};
}

// `$export`, `Patient/$export` or `Group/<id>/$export`; false for anything else.
HEALTHLAKE_DECL bool read_scope(std::string_view path, StartExportRequest& input) {
  // A `$` may be sent encoded; its signature is another one then.
  std::string const decoded = percent_decode(path);
  path = decoded;
  constexpr std::string_view operation = "$export";
  if (path == operation) return true;
  if (!path.ends_with("/$export")) return false;
  path.remove_suffix(operation.size() + 1);
  if (path == "Patient") {
    input.scope = ExportScope::patient;
    return true;
  }
  if (!path.starts_with("Group/") || path.find('/', 6) != std::string_view::npos) return false;
  input.scope = ExportScope::group;
  input.group_id = path.substr(6);
  return true;
}

HEALTHLAKE_DECL Result<ExportRequest, HttpResponse> read_start(HttpRequest const& request, StartExportRequest input,
                                                               std::string_view query, RequestOptions const& options) {
  if (request.method != "POST") return refuse_method("POST");
  if (!is_fhir_json(request.headers))
    return refuse(415, "not-supported", "Content-Type must be application/fhir+json.");
  if (!prefers(request.headers, "respond-async"))
    return refuse(400, "required", "An export is asynchronous; send the header `Prefer: respond-async`.");
  if (request.body.size() > options.max_body_bytes)
    return refuse(413, "too-long", concat({"The body exceeds ", Decimal{options.max_body_bytes}, " bytes."}));
  if (std::string const fault = QueryReader{input}.read(query); !fault.empty()) return refuse(400, "invalid", fault);
  std::vector<MissingMember> missing;
  Malformed malformed;
  if (!healthlake::detail::decode_to(request.body, type_of<ExportBody>(), &input.body, options.decode, missing,
                                     malformed))
    return refuse(400, "structure", fault_of(malformed));
  std::string fault = faults_of(type_of<StartExportRequest>(), &input, missing, options.validate);
  if (Violation violation; fault.empty() && !check_start(&input, violation)) fault = to_string(violation);
  if (!fault.empty()) return refuse(400, "invalid", fault);
  return ExportRequest{std::move(input)};
}

HEALTHLAKE_DECL Result<HttpResponse> in_response(int status, Result<std::string> body) {
  if (!body) return Unexpected{std::move(body).error()};
  HttpResponse response{.status = status, .body = *std::move(body)};
  response.headers.add("Content-Type", "application/json");
  return response;
}

}  // namespace HEALTHLAKE_NAMESPACE::rest::detail

namespace HEALTHLAKE_NAMESPACE::rest {

HEALTHLAKE_DECL bool is_fhir_target(std::string_view target) noexcept {
  return detail::fhir_path(target.substr(0, target.find('?'))).has_value();
}

HEALTHLAKE_DECL Result<ExportRequest, HttpResponse> read_export_request(HttpRequest const& request,
                                                                        RequestOptions const& options) {
  std::string_view const target = request.target;
  auto const mark = (std::min)(target.find('?'), target.size());
  std::string_view const query = target.substr((std::min)(mark + 1, target.size()));
  auto const path = detail::fhir_path(target.substr(0, mark));
  if (target.size() > options.max_target_bytes)
    return detail::refuse(414, "too-long",
                          concat({"The request target exceeds ", Decimal{options.max_target_bytes}, " bytes."}));
  constexpr std::string_view unknown =
      "Interaction not supported; supported are $export, Patient/$export, Group/<id>/$export and export/<job>.";
  if (!path) return detail::refuse(404, "not-supported", unknown);
  if (StartExportRequest input{.datastore_id = std::string{path->datastore_id}}; detail::read_scope(path->rest, input))
    return detail::read_start(request, std::move(input), query, options);
  constexpr std::string_view exports = "export/";
  if (!path->rest.starts_with(exports)) return detail::refuse(404, "not-supported", unknown);
  ExportId id{std::string{path->datastore_id}, std::string{path->rest.substr(exports.size())}};
  if (request.method != "GET" && request.method != "DELETE") return detail::refuse_method("GET, DELETE");
  if (!query.empty()) return detail::refuse(400, "invalid", "The status of an export has no parameters.");
  if (std::string const fault = detail::faults_of(type_of<ExportId>(), &id, {}, options.validate); !fault.empty())
    return detail::refuse(400, "invalid", fault);
  if (request.method == "GET") return ExportRequest{DescribeRequest{std::move(id)}};
  return ExportRequest{CancelRequest{std::move(id)}};
}

HEALTHLAKE_DECL Result<HttpResponse> write_started(StartExportResponse const& output) {
  auto response = detail::in_response(202, encode(output));
  if (response && !output.content_location.empty()) response->headers.add("Content-Location", output.content_location);
  return response;
}

HEALTHLAKE_DECL Result<HttpResponse> write_described(DescribedExport const& output, bool accepted) {
  auto response = detail::in_response(accepted ? 202 : 200, encode(output));
  if (response && !output.progress.empty()) response->headers.add("X-Progress", output.progress);
  return response;
}

}  // namespace HEALTHLAKE_NAMESPACE::rest
