// Which resources of a data store an export by FHIR REST writes.
//
// Rules: what AWS does not document is decided here, from what the resources say themselves:
// - a resource belongs to a patient if it is that Patient, or any `reference` in it names `Patient/<id>`, relative or
//   absolute; the scope Patient is what belongs to any Patient of the data store, and the scope Group what belongs to
//   those that the Group names, and of the Groups only that one;
// - the time of the last update is meta.lastUpdated, if it is an instant; security labels and tags are the codings of
//   meta.security and meta.tag; a meta that cannot be read is absent;
// - _since and _until include the given time.
#pragma once

#include <string_view>

#include "healthlake/local/ndjson.hpp"
#include "healthlake/rest/shapes.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Whether there is a Group of this id.
bool has_group(Ndjson const& resources, std::string_view id);

/// The resources that this request selects.
Ndjson select_resources(Ndjson const& resources, rest::StartExportRequest const& request);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/selection.ipp"
#endif
