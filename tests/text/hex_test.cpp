// Reading and writing hexadecimal digits agree.
#include "healthlake/text/hex.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>

using namespace healthlake::detail;

TEST_CASE("each of the 256 bytes has the value of a hexadecimal digit or none") {
  for (int value = 0; value < 256; ++value) {
    auto const c = static_cast<char>(value);
    CAPTURE(value);
    auto const lower = lower_hex_digits.find(c);
    auto const upper = upper_hex_digits.find(c);
    int const expected = lower != std::string_view::npos   ? static_cast<int>(lower)
                         : upper != std::string_view::npos ? static_cast<int>(upper)
                                                           : -1;
    CHECK(hex_value(c) == expected);
    CHECK((hex_value(c) >= 0) == is_hex_digit(c));
  }
  CHECK(lower_hex_digits == "0123456789abcdef");
  CHECK(upper_hex_digits == "0123456789ABCDEF");
}

TEST_CASE("hexadecimal digits, the most significant one first") {
  char text[8];
  put_hex(text, 0x0123'89ab);
  CHECK(std::string_view{text, 8} == "012389ab");
  bytes::put_word(text, hex_digits(0xcdef'fa90));
  CHECK(std::string_view{text, 8} == "cdeffa90");
}

TEST_CASE("every digit is written in every position") {
  for (unsigned place = 0; place < 8; ++place)
    for (std::uint32_t digit = 0; digit < 16; ++digit) {
      char text[8];
      put_hex(text, digit << 4 * (7 - place));
      for (unsigned i = 0; i < 8; ++i) CHECK(text[i] == (i == place ? lower_hex_digits[digit] : '0'));
      char one_by_one[10] = "<........";
      put_hex_digits(one_by_one + 1, digit << 4 * (7 - place));
      CHECK(std::string_view{one_by_one} == "<" + std::string{text, 8});
    }
}
