// Parses the times that people, programs and AWS write: RFC 3339, and the basic format of ISO 8601.
//
// Rules: a time without a zone is an error, never local time or UTC. Every error says what was expected, and where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Parses `2026-08-07T23:34:47Z`: RFC 3339, 5.6, with any fraction of a second (truncated to milliseconds) and any
/// offset (`+02:00`, also `+0200`); `-00:00` is UTC. Also accepted: `t`, `z`, a space in place of the T, `UTC` in place
/// of the Z (which older versions of the AWS CLI write), and the basic format, `20260807T233447Z`.
///
/// A leap second, 23:59:60 UTC on the last day of a month, becomes the second after it, without its fraction, since a
/// Timestamp has no leap seconds. Anything else is Malformed, with the offset of the first character that is not as
/// expected: a date without a time or a zone, a time that does not exist, trailing characters, and times outside the
/// years 0001 to 9999.
Result<Timestamp, Malformed> from_iso8601(std::string_view text);

namespace detail {

// What is wrong with a date and time, in the order of the messages.
enum class DateFault : std::uint8_t {
  none,
  year,
  dash,
  month,
  day,
  time,
  hour,
  colon,
  minute,
  second,
  fraction,
  zone,
  trailing,
  range,
};

struct ReadDate {
  Timestamp time{};
  DateFault fault = DateFault::none;
  std::size_t offset = 0;
};

// Which forms are read besides RFC 3339 without leap seconds.
struct DateForms {
  bool basic = false;
  bool leap_seconds = false;
};

// Needs no memory.
ReadDate read_date(std::string_view text, DateForms forms) noexcept;

}  // namespace detail
}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/core/impl/iso8601.ipp"
#endif
