// The classification of a character is right for each of the 256 bytes.
#include "healthlake/text/ascii.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace healthlake;
using namespace healthlake::detail;

namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view lowers = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view uppers = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

std::string characters(int from, int to) {
  std::string out;
  for (int c = from; c <= to; ++c) out.push_back(static_cast<char>(c));
  return out;
}

template <class Use>
void for_each_byte(Use use) {
  for (int value = 0; value < 256; ++value) {
    CAPTURE(value);
    use(static_cast<char>(value));
  }
}

}  // namespace

TEST_CASE("a set has the characters and ranges it is spelled with, and no non-ASCII bytes") {
  constexpr AsciiSet set{"-a-cX_0-2"};
  constexpr AsciiSet last{"b-"};
  for_each_byte([&](char c) {
    CHECK(set.has(c) == (std::string_view{"-abcX_012"}.find(c) != std::string_view::npos));
    CHECK(last.has(c) == (c == 'b' || c == '-'));
  });
}

TEST_CASE("each class has exactly its characters") {
  std::string const letters = std::string{lowers} + std::string{uppers};
  struct Kind {
    char const* name;
    bool (*has)(char);
    std::string members;
  };
  for (auto const& kind : {Kind{"ascii", is_ascii, characters(0, 127)},
                           {"digit", is_digit, std::string{digits}},
                           {"lower", is_lower, std::string{lowers}},
                           {"upper", is_upper, std::string{uppers}},
                           {"alpha", is_alpha, letters},
                           {"alnum", is_alnum, letters + std::string{digits}},
                           {"hex digit", is_hex_digit, "0123456789abcdefABCDEF"},
                           {"C0 control", is_c0_control, characters(0, 31)},
                           {"control", is_control, characters(0, 31) + "\x7f"},
                           {"visible", is_visible, characters(33, 126)},
                           {"printable", is_printable, characters(32, 126)},
                           {"blank", is_blank, " \t"},
                           {"white space", is_white_space, " \t\n\r"}}) {
    CAPTURE(kind.name);
    for_each_byte([&](char c) { CHECK(kind.has(c) == (kind.members.find(c) != std::string::npos)); });
  }
}

TEST_CASE("only A to Z change in lower case") {
  for_each_byte([](char c) {
    auto const at = uppers.find(c);
    CHECK(ascii_lower(c) == (at == std::string_view::npos ? c : lowers[at]));
  });
}

TEST_CASE("a string in lower case is its characters in lower case, at every length and position") {
  for (std::size_t size = 0; size < 20; ++size)
    for (int value = 0; value < 256; ++value) {
      std::string text(size, '@');
      for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(value + static_cast<int>(i * 37));
      std::string expected = ">";
      for (char const c : text) expected.push_back(ascii_lower(c));
      std::string found = ">";
      append_lower(found, text);
      REQUIRE(found == expected);
    }
}

TEST_CASE("strings are equal ignoring case if all their characters are") {
  CHECK(equal_ignoring_case("", ""));
  CHECK(equal_ignoring_case("Content-TYPE", "content-Type"));
  CHECK_FALSE(equal_ignoring_case("a", "ab"));
  for (int a = 0; a < 256; ++a)
    for_each_byte([&](char b) {
      auto const c = static_cast<char>(a);
      CHECK(equal_ignoring_case({&c, 1}, {&b, 1}) == (ascii_lower(c) == ascii_lower(b)));
    });
}

TEST_CASE("all characters of a string are in a class, or one is not") {
  constexpr AsciiSet set{"a-c"};
  CHECK(all_are(is_digit, ""));
  CHECK(all_are(is_digit, "0123456789"));
  CHECK(all_are(set, "abcabc"));
  for (std::size_t at = 0; at < 3; ++at) {
    std::string text = "012";
    text[at] = 'x';
    CHECK_FALSE(all_are(is_digit, text));
    CHECK_FALSE(all_are(set, text));
  }
}

TEST_CASE("white space is removed at both ends, and nowhere else") {
  CHECK(trim_white_space("").empty());
  CHECK(trim_white_space(" \t\r\n").empty());
  CHECK(trim_white_space("a") == "a");
  CHECK(trim_white_space(" a ") == "a");
  CHECK(trim_white_space(" \ta b\r\n") == "a b");
  CHECK(trim_white_space("\xA0"
                         "a\v") ==
        "\xA0"
        "a\v");
}

TEST_CASE("a digit and its value correspond") {
  CHECK(decimal_digits == digits);
  CHECK(lower_letters == lowers);
  for (int value = 0; value < 10; ++value) {
    CHECK(digit_of(value) == digits[static_cast<std::size_t>(value)]);
    CHECK(digit_value(digit_of(value)) == value);
  }
}
