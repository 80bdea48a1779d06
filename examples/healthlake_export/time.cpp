#include "time.hpp"

#include <charconv>
#include <cstddef>

namespace healthlake_export {
namespace {

using namespace healthlake;

// Reads exactly so many digits from the front of the text.
bool take_digits(std::string_view& text, std::size_t count, int& number) {
  if (text.size() < count || text.substr(0, count).find_first_not_of("0123456789") != std::string_view::npos)
    return false;
  std::from_chars(text.data(), text.data() + count, number);
  text.remove_prefix(count);
  return true;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

bool take_time_of_day(std::string_view& text, CivilTime& civil) {
  if (!take_digits(text, 2, civil.hour) || !take(text, ':') || !take_digits(text, 2, civil.minute) ||
      !take(text, ':') || !take_digits(text, 2, civil.second))
    return false;
  if (!take(text, '.')) return true;
  // Digits beyond the millisecond are dropped.
  int digits = 0;
  for (int digit = 0; take_digits(text, 1, digit); ++digits)
    if (digits < 3) civil.millisecond = civil.millisecond * 10 + digit;
  for (int more = digits; more < 3; ++more) civil.millisecond *= 10;
  return digits > 0;
}

}  // namespace

std::optional<Timestamp> parse_time(std::string_view text) {
  std::string_view rest = text;
  CivilTime civil;
  bool const date = take_digits(rest, 4, civil.year) && take(rest, '-') && take_digits(rest, 2, civil.month) &&
                    take(rest, '-') && take_digits(rest, 2, civil.day);
  if (!date)
    return text.find_first_not_of("0123456789.") == std::string_view::npos && !text.starts_with('.')
               ? from_epoch_seconds(text)
               : std::nullopt;
  if (rest.empty()) return from_civil(civil);
  if (!take(rest, 'T') || !take_time_of_day(rest, civil) || rest != "Z") return std::nullopt;
  return from_civil(civil);
}

std::string show_time(Timestamp time) {
  if (!time.in_range()) return "-";
  std::string text = to_iso8601(time);
  return text.erase(text.size() - 5) + "Z";
}

}  // namespace healthlake_export
