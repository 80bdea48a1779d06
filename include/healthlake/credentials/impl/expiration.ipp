// The functions of credentials/expiration.hpp.
#pragma once

#include <optional>
#include <string_view>

#include "healthlake/core/iso8601.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/expiration.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::optional<Timestamp> parse_expiration(std::string_view text) noexcept {
  detail::ReadDate const read = detail::read_date(text, {});
  if (read.fault != detail::DateFault::none) return std::nullopt;
  return read.time;
}

}  // namespace HEALTHLAKE_NAMESPACE
