// The functions of local/selection.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/shape.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/local/ndjson.hpp"
#include "healthlake/local/selection.hpp"
#include "healthlake/protocol/error_response.hpp"
#include "healthlake/rest/shapes.hpp"
#include "healthlake/rest/times.hpp"
#include "healthlake/text/ascii.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

struct CodingMembers {
  std::optional<std::string> system{};
  std::optional<std::string> code{};

  static consteval auto shape() {
    return structure("CodingMembers", field<&CodingMembers::system>("system"), field<&CodingMembers::code>("code"));
  }
};
struct MetaMembers {
  std::optional<Document> last_updated{};
  std::optional<std::vector<CodingMembers>> security{};
  std::optional<std::vector<CodingMembers>> tags{};

  static consteval auto shape() {
    return structure("MetaMembers", field<&MetaMembers::last_updated>("lastUpdated"),
                     field<&MetaMembers::security>("security"), field<&MetaMembers::tags>("tag"));
  }
};
struct WithMeta {
  std::optional<MetaMembers> meta{};

  static consteval auto shape() { return structure("WithMeta", field<&WithMeta::meta>("meta")); }
};

// The id of the patient that a reference names; empty if it names none.
HEALTHLAKE_DECL std::string_view patient_in(std::string_view reference) {
  constexpr std::string_view type = "Patient/";
  std::size_t const at = reference.rfind(type);
  if (at == std::string_view::npos || (at != 0 && reference[at - 1] != '/')) return {};
  reference.remove_prefix(at + type.size());
  std::string_view const id = reference.substr(0, reference.find('/'));
  return rest::detail::match_fhir_id(id) ? id : std::string_view{};
}

// The ids of the patients that a resource names.
HEALTHLAKE_DECL std::set<std::string, std::less<>> patients_in(std::string_view line) {
  constexpr std::string_view key = "\"reference\"";
  std::set<std::string, std::less<>> patients;
  for (std::size_t at = line.find(key); at != std::string_view::npos; at = line.find(key, at)) {
    at += key.size();
    std::string_view rest = trim_white_space(line.substr(at));
    if (!rest.starts_with(':')) continue;
    rest = trim_white_space(rest.substr(1));
    if (!rest.starts_with('"')) continue;
    // The only escape that a reference needs is that of a slash.
    std::string reference;
    for (char const c : rest.substr(1, rest.find('"', 1) - 1))
      if (c != '\\') reference.push_back(c);
    if (auto const id = patient_in(reference); !id.empty()) patients.emplace(id);
  }
  return patients;
}

HEALTHLAKE_DECL std::string const* find_resource(Ndjson const& resources, std::string_view type, std::string_view id) {
  auto const lines = resources.by_type().find(type);
  if (lines == resources.by_type().end()) return nullptr;
  for (auto const& line : lines->second)
    if (read_resource_head(line).id == id) return &line;
  return nullptr;
}

HEALTHLAKE_DECL bool has_labels(std::optional<std::vector<CodingMembers>> const& codings,
                                std::optional<std::vector<std::string>> const& wanted) {
  if (!wanted) return true;
  return codings && std::all_of(wanted->begin(), wanted->end(), [&](std::string_view one) {
           auto const bar = one.find('|');
           std::string_view const code = one.substr(bar + 1);
           return std::any_of(codings->begin(), codings->end(), [&](CodingMembers const& coding) {
             return coding.system == one.substr(0, bar) && (code.empty() || coding.code == code);
           });
         });
}

// Whether a resource passes the filters on its meta.
HEALTHLAKE_DECL bool passes(std::string_view line, rest::StartExportRequest const& request) {
  if (!request.since && !request.until && !request.security && !request.tags) return true;
  auto const read = decode<WithMeta>(line, {.max_bytes = max_resource_bytes, .max_depth = max_resource_depth});
  MetaMembers const meta = read ? read->value.meta.value_or(MetaMembers{}) : MetaMembers{};
  std::string text;
  auto const updated = text_of(meta.last_updated, text) ? rest::parse_instant(text) : std::nullopt;
  if (request.since && updated && *updated < *request.since) return false;
  if (request.until && (!updated || *updated > *request.until)) return false;
  return has_labels(meta.security, request.security) && has_labels(meta.tags, request.tags);
}

// The patients whose resources are exported.
class PatientScope {
 public:
  PatientScope(Ndjson const& resources, rest::StartExportRequest const& request) {
    if (request.scope == rest::ExportScope::group) {
      group_ = request.group_id.value_or(std::string{});
      if (auto const* const group = find_resource(resources, "Group", group_)) patients_ = patients_in(*group);
      return;
    }
    auto const all = resources.by_type().find("Patient");
    if (all == resources.by_type().end()) return;
    for (auto const& line : all->second)
      if (auto id = read_resource_head(line).id; !id.empty()) patients_.insert(std::move(id));
  }

  [[nodiscard]] bool has(std::string_view type, std::string_view line) const {
    if (type == "Group" && !group_.empty()) return read_resource_head(line).id == group_;
    if (type == "Patient" && patients_.contains(read_resource_head(line).id)) return true;
    auto const named = patients_in(line);
    return std::any_of(named.begin(), named.end(), [&](auto const& id) { return patients_.contains(id); });
  }

 private:
  std::string group_;
  std::set<std::string, std::less<>> patients_;
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL bool has_group(Ndjson const& resources, std::string_view id) {
  return detail::find_resource(resources, "Group", id) != nullptr;
}

HEALTHLAKE_DECL Ndjson select_resources(Ndjson const& resources, rest::StartExportRequest const& request) {
  std::optional<detail::PatientScope> scope;
  if (request.scope != rest::ExportScope::system) scope.emplace(resources, request);
  Ndjson selected;
  for (auto const& [type, lines] : resources.by_type()) {
    if (request.types && std::find(request.types->begin(), request.types->end(), type) == request.types->end())
      continue;
    for (auto const& line : lines)
      if ((!scope || scope->has(type, line)) && detail::passes(line, request)) selected.add({}, line);
  }
  return selected;
}

}  // namespace HEALTHLAKE_NAMESPACE
