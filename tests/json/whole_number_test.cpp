// A JSON number is an integer exactly if its value is whole, however it is written, and keeps all of its digits.
#include "healthlake/json/whole_number.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

using healthlake::detail::parse_whole_number;

namespace {

bool reads(std::string_view number, std::int64_t value) {
  auto const parsed = parse_whole_number(number);
  return parsed.size == number.size() && parsed.in_range && parsed.value == value;
}
bool has_fraction(std::string_view number) { return parse_whole_number(number).size != number.size(); }
bool too_large(std::string_view number) {
  auto const parsed = parse_whole_number(number);
  return parsed.size == number.size() && !parsed.in_range;
}

}  // namespace

TEST_CASE("whole numbers with a fraction part or an exponent") {
  constexpr std::int64_t max = std::numeric_limits<std::int64_t>::max();
  CHECK(reads("22", 22));
  CHECK(reads("22.0", 22));
  CHECK(reads("-22.000", -22));
  CHECK(reads("1e3", 1000));
  CHECK(reads("1E+3", 1000));
  CHECK(reads("2.5e1", 25));
  CHECK(reads("2500e-2", 25));
  CHECK(reads("0.0", 0));
  CHECK(reads("-0.0", 0));
  CHECK(reads("0e999999999999999999999", 0));
  CHECK(reads("0.000e-999999999999999999999", 0));
  CHECK(reads("0.00000000000000000012e20", 12));
  CHECK(reads("9223372036854775807.0", max));
  CHECK(reads("-9223372036854775808.0", -max - 1));
  CHECK(reads("9.223372036854775807e18", max));
  CHECK(reads("92233720368547758070e-1", max));
  CHECK(reads("1" + std::string(100, '0') + "e-100", 1));
}

TEST_CASE("fractions are not whole numbers") {
  for (std::string_view const number : {"0.5", "22.01", "1e-1", "-1.000001", "125e-2", "0.1e-99999999999999999999",
                                        "9223372036854775807.5", "1e-99999999999999999999", "0.01e1"}) {
    CAPTURE(number);
    CHECK(has_fraction(number));
  }
}

TEST_CASE("whole numbers beyond 64 bits are out of range") {
  for (std::string_view const number :
       {"9223372036854775808", "9223372036854775808.0", "-9223372036854775809.0", "1e19", "1e99999999999999999999",
        "18446744073709551616.0", "0.0001e999", "9223372036854775808e0"}) {
    CAPTURE(number);
    CHECK(too_large(number));
  }
}

TEST_CASE("every way to write a number with four digits is read alike") {
  for (int value = 0; value < 10'000; value += 7) {
    std::string const digits = std::to_string(value);
    for (std::size_t point = 0; point <= digits.size(); ++point) {
      std::string const before = point == 0 ? "0" : digits.substr(0, point);
      if (before.size() > 1 && before[0] == '0') continue;
      std::string const mantissa = point == digits.size() ? before : before + "." + digits.substr(point);
      std::string const number = mantissa + "e" + std::to_string(digits.size() - point);
      CAPTURE(number);
      CHECK(reads(number, value));
      CHECK(reads("-" + number, -value));
    }
  }
}
