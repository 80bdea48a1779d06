// The constraints of what a FHIR REST request puts into its path and query.
//
// Rules: an id that becomes a segment of a path must not be able to leave it, so slashes, percent signs and dot
// segments are refused before anything is sent. Resource types are those of FHIR R4 (4.0.1), the version of
// HealthLake's endpoints: with a misspelt one, a server may export nothing, or everything.
#pragma once

#include <string_view>

#include "healthlake/core/type.hpp"
#include "healthlake/model/rules.hpp"

namespace HEALTHLAKE_NAMESPACE::rest {

/// Whether this is the name of a resource type of FHIR R4, such as `Patient`. Names are case-sensitive.
bool is_resource_type(std::string_view name) noexcept;

namespace detail {

// `[A-Za-z0-9._\-]+`, but not `.` or `..`.
bool match_path_segment(std::string_view text) noexcept;
// The data type `id` of FHIR, with the same exceptions.
bool match_fhir_id(std::string_view text) noexcept;
bool match_system_and_code(std::string_view text) noexcept;

inline constexpr Pattern path_segment{"path_segment", R"((?!\.{1,2}$)[A-Za-z0-9._\-]+)", &match_path_segment};
inline constexpr Pattern fhir_id{"fhir_id", R"((?!\.{1,2}$)[A-Za-z0-9.\-]{1,64})", &match_fhir_id};
inline constexpr Pattern resource_type{"resource_type", "(a resource type of FHIR R4, such as Patient)",
                                       &is_resource_type};
inline constexpr Pattern system_and_code{"system_and_code", R"([^\s|]+\|[^\s|]*)", &match_system_and_code};

// Of a data store and of a job, which both have at most 32 characters in the service model.
inline constexpr Rules PathId{.shape = "PathId", .min = 1, .max = 32, .pattern = &path_segment};
inline constexpr Rules GroupId{.shape = "GroupId", .min = 1, .max = 64, .pattern = &fhir_id};
inline constexpr Rules ResourceType{.shape = "ResourceType", .min = 1, .max = 64, .pattern = &resource_type};
inline constexpr Rules ResourceTypes{
    .shape = "ResourceTypes", .kind = Kind::list, .min = 1, .max = 160, .member = &ResourceType};
inline constexpr Rules SystemAndCode{.shape = "SystemAndCode", .min = 2, .max = 1024, .pattern = &system_and_code};
inline constexpr Rules SystemsAndCodes{
    .shape = "SystemsAndCodes", .kind = Kind::list, .min = 1, .max = 16, .member = &SystemAndCode};

}  // namespace detail
}  // namespace HEALTHLAKE_NAMESPACE::rest

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/rest/impl/rules.ipp"
#endif
