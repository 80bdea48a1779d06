// The functions of json/ndjson.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/ndjson.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/line_reader.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::string resource_id_of(std::string_view json) {
  if (json.size() < 3 || json.size() > 66 || json.front() != '"') return {};
  std::string_view const id = json.substr(1, json.size() - 2);
  constexpr AsciiSet allowed{"A-Za-z0-9.-"};
  return all_are(allowed, id) ? std::string{id} : std::string{};
}

HEALTHLAKE_DECL bool is_blank(Line const& line) noexcept {
  return !line.too_long && line.text.find_first_not_of(" \t") == std::string_view::npos;
}

// Decodes the members of a resource that matter here. Until the first fault, they are those of the line.
HEALTHLAKE_DECL bool read_members(std::string_view json, std::size_t max_depth, ResourceMembers& members,
                                  Malformed& fault) {
  DecodeOptions const options{.max_bytes = json.size(), .max_depth = max_depth};
  std::vector<MissingMember> missing;
  return decode_to(json, type_of<ResourceMembers>(), &members, options, missing, fault);
}

HEALTHLAKE_DECL bool is_resource_type(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 64 && all_are(is_alpha, name);
}

HEALTHLAKE_DECL Result<NdjsonRecord, NdjsonFault> read_ndjson_line(Line const& line, NdjsonLimits const& limits) {
  NdjsonFault fault{.line = line.number, .offset = line.offset};
  if (line.too_long || line.text.size() > limits.max_line_bytes) {
    fault.reason = NdjsonReason::too_long;
    fault.message = concat({"expected a line of at most ", Decimal{limits.max_line_bytes}, " bytes"});
    fault.offset += limits.max_line_bytes;
    return Unexpected{std::move(fault)};
  }
  ResourceMembers members;
  Malformed malformed;
  if (!read_members(line.text, limits.max_depth, members, malformed)) {
    // Is it only the depth?
    ResourceMembers ignored;
    Malformed otherwise;
    bool const deep =
        read_members(line.text, line.text.size() + 1, ignored, otherwise) && is_resource_type(ignored.resource_type);
    fault.reason = deep ? NdjsonReason::too_deep : NdjsonReason::not_a_resource;
    fault.message = std::move(malformed.message);
    fault.offset += malformed.offset;
    if (is_resource_type(members.resource_type)) fault.resource_type = std::move(members.resource_type);
    return Unexpected{std::move(fault)};
  }
  if (!is_resource_type(members.resource_type)) {
    fault.message = "expected a resourceType of 1 to 64 letters";
    return Unexpected{std::move(fault)};
  }
  return NdjsonRecord{.json = line.text,
                      .resource_type = std::move(members.resource_type),
                      .id = members.id ? resource_id_of(members.id->json) : std::string{},
                      .has_id = members.id.has_value(),
                      .line = line.number,
                      .offset = line.offset};
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::string to_string(NdjsonFault const& fault) {
  return concat({"line ", Decimal{fault.line}, ", byte ", Decimal{fault.offset},
                 fault.resource_type.empty() ? "" : ", ", fault.resource_type, ": ", fault.message});
}

}  // namespace HEALTHLAKE_NAMESPACE
