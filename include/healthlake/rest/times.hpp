// Times in the FHIR REST interface: the instants of a query, and the dates that the service writes for people.
//
// Rules: FHIR's `instant` (R4, 2.24.0.1): date, time with seconds, and Z or an offset of two digits each,
// `2010-03-14T09:00:00.000-04:00`. The service writes the times of a job as "Apr 21, 2023 5:58:02 PM", without a zone;
// they are taken as UTC. A time that cannot be read is absent, and is never a reason to fail.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/core/values.hpp"

namespace HEALTHLAKE_NAMESPACE::rest {

/// Parses an instant of FHIR. Nullopt for anything else: a date, a time without a zone, an offset of one digit.
std::optional<Timestamp> parse_instant(std::string_view text) noexcept;

/// `Apr 21, 2023 5:58:02 PM`, in UTC; milliseconds are truncated. Precondition: time.in_range().
std::string to_service_time(Timestamp time);

/// Parses a time that the service wrote: "Apr 21, 2023 5:58:02 PM", or without AM or PM on a 24-hour clock, optionally
/// followed by UTC or GMT; or an instant. Nullopt for anything else.
std::optional<Timestamp> parse_service_time(std::string_view text) noexcept;

/// The time in a member of a response: a string that parse_service_time accepts, or a number of epoch seconds; nullopt
/// if it is absent or neither.
std::optional<Timestamp> time_of(std::optional<Document> const& member);

}  // namespace HEALTHLAKE_NAMESPACE::rest

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/rest/impl/times.ipp"
#endif
