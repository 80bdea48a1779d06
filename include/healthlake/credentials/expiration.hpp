// Parses the times at which credentials expire: RFC 3339, as programs, containers and AWS's own tools write it.
//
// Rules: a time without a zone is an error, never local time or UTC. An unreadable time is never "does not expire".
#pragma once

#include <optional>
#include <string_view>

#include "healthlake/core/timestamp.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Parses `2099-05-01T10:00:00Z`: RFC 3339, 5.6, with any fraction of a second (truncated to milliseconds) and any
/// offset (`+02:00`, also `+0200`); `t`, `z` and a space in place of the T are accepted, and `UTC` in place of the Z,
/// which older versions of the AWS CLI write. nullopt for anything else, for times that do not exist (a second 60
/// included), and outside the years 0001 to 9999.
std::optional<Timestamp> parse_expiration(std::string_view text) noexcept;

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/expiration.ipp"
#endif
