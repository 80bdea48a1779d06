// Times as people write and read them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "healthlake/core/timestamp.hpp"

namespace healthlake_export {

/// `2026-11-25`, `2026-11-25T19:05:08Z`, also with a fraction of a second, or seconds since 1970.
std::optional<healthlake::Timestamp> parse_time(std::string_view text);

/// `2026-11-25T19:05:08Z`; `-` if the time is out of range.
std::string show_time(healthlake::Timestamp time);

}  // namespace healthlake_export
