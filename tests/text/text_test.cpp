// Strings built from pieces and numbers are those of the standard library, and untrusted strings in messages are shown
// in one notation that no terminal obeys.
#include "healthlake/text/text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

using namespace healthlake;

namespace {

template <class N>
std::string text_of(N number) {
  return std::string{Decimal{number}.view()};
}

}  // namespace

TEST_CASE("numbers are written in decimal, as std::to_string does") {
  CHECK(text_of(0) == "0");
  CHECK(text_of(-1) == "-1");
  CHECK(text_of(std::size_t{16} << 20) == "16777216");
  CHECK(text_of(std::int8_t{-128}) == "-128");
  CHECK(text_of(std::numeric_limits<std::int32_t>::min()) == "-2147483648");
  CHECK(text_of(std::numeric_limits<std::uint32_t>::max()) == "4294967295");
  CHECK(text_of(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(text_of(std::numeric_limits<std::int64_t>::max()) == "9223372036854775807");
  CHECK(text_of(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  std::int64_t power = 1;
  for (int digits = 1; digits < 19; ++digits, power *= 10)
    for (std::int64_t const number : {power - 1, power, power + 1, -power})
      CHECK(text_of(number) == std::to_string(number));
}

TEST_CASE("pieces are concatenated in order, empty ones included") {
  CHECK(concat({"", ""}).empty());
  CHECK(concat({"at most ", Decimal{64}, " levels"}) == "at most 64 levels");
  std::string text = "a";
  append(text, {"b", std::string(40, 'c'), std::string_view{"\0d", 2}});
  CHECK(text == "ab" + std::string(40, 'c') + std::string{"\0d", 2});
  std::string const piece(60, 'p');
  CHECK(concat({piece, piece, piece}).capacity() < 220);
}

TEST_CASE("integers are parsed up to the first other character") {
  struct Case {
    std::string_view text;
    std::int64_t value;
    std::size_t size;
  };
  for (auto const& wanted : {Case{"0", 0, 1},
                             {"-0", 0, 2},
                             {"007", 7, 3},
                             {"42 ", 42, 2},
                             {"1.5", 1, 1},
                             {"-12e3", -12, 3},
                             {"9223372036854775807", 9223372036854775807, 19},
                             {"-9223372036854775808", std::numeric_limits<std::int64_t>::min(), 20}}) {
    CAPTURE(wanted.text);
    auto const parsed = parse_integer(wanted.text);
    CHECK(parsed.value == wanted.value);
    CHECK(parsed.size == wanted.size);
    CHECK(parsed.in_range);
  }
}

TEST_CASE("what is not an integer has size 0") {
  for (std::string_view const text : {"", "-", "+1", " 1", "x", "--1", ".5", "-x"}) {
    CAPTURE(text);
    CHECK(parse_integer(text).size == 0);
    CHECK(parse_integer(text).in_range);
  }
}

TEST_CASE("an integer that does not fit in 64 bits is reported, however long it is") {
  for (std::string_view const text : {"9223372036854775808", "-9223372036854775809", "18446744073709551616",
                                      "36893488147419103232", "99999999999999999999999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_integer(text).in_range);
    CHECK(parse_integer(text).size == text.size());
  }
}

TEST_CASE("parsing agrees with std::from_chars around every power of two") {
  for (unsigned shift = 0; shift < 64; ++shift)
    for (int offset = -1; offset <= 1; ++offset)
      for (std::string const sign : {"", "-"}) {
        std::string const text =
            sign + std::to_string((std::uint64_t{1} << shift) + static_cast<std::uint64_t>(offset));
        CAPTURE(text);
        std::int64_t expected = 0;
        bool const fits = std::from_chars(text.data(), text.data() + text.size(), expected).ec == std::errc{};
        auto const parsed = parse_integer(text);
        CHECK(parsed.in_range == fits);
        if (fits) CHECK(parsed.value == expected);
      }
}

TEST_CASE("each of the 256 bytes is shown as itself if it is printable ASCII, otherwise escaped") {
  constexpr std::string_view digits = "0123456789abcdef";
  for (unsigned value = 0; value < 256; ++value) {
    auto const c = static_cast<char>(value);
    std::string const byte{c};
    CAPTURE(value);
    std::string const expected =
        value >= 0x20 && value < 0x7F ? byte : std::string{'\\', 'x', digits[value / 16], digits[value % 16]};
    CHECK(printable_ascii(byte) == expected);
    CHECK(printable(byte) == expected);
    bool const slashed = c == '"' || c == '\\';
    CHECK(quoted(byte, 9) == std::string{"\""} + (slashed ? "\\" : "") + expected + "\"");
  }
}

TEST_CASE("a string for a message is truncated at its limit, and shows it") {
  CHECK(printable_ascii("").empty());
  CHECK(printable_ascii("12345", 5) == "12345");
  CHECK(printable_ascii("123456", 5) == "12345...");
  CHECK(printable_ascii("\n\n\n", 2) == "\\x0a\\x0a...");
  CHECK(printable_ascii(std::string(64, 'x')) == std::string(64, 'x'));
  CHECK(printable_ascii(std::string(65, 'x')) == std::string(64, 'x') + "...");
  CHECK(quoted("", 9) == "\"\"");
  CHECK(quoted("plain ~", 9) == "\"plain ~\"");
  CHECK(quoted("a\"b\\c", 9) == "\"a\\\"b\\\\c\"");
  CHECK(quoted("\n\x7F\xC3\xBC", 9) == "\"\\x0a\\x7f\\xc3\\xbc\"");
  CHECK(quoted("12345", 5) == "\"12345\"");
  CHECK(quoted("123456", 5) == "\"12345\"...");
  CHECK(printable("12345", 5) == "12345");
  CHECK(printable("123456", 5) == "12345...");
  CHECK(printable("ab\xC3\xBC", 4) == "ab\xC3\xBC");
  CHECK(printable("ab\xC3\xBC", 3) == "ab...");
}

TEST_CASE("a peer's message keeps its script and loses what a terminal obeys") {
  CHECK(printable("").empty());
  CHECK(printable("Zürich 患者 🏥") == "Zürich 患者 🏥");
  CHECK(printable("a\nb\x1b[31m\x7f") == "a\\x0ab\\x1b[31m\\x7f");
  CHECK(printable("\xC2\xA0\xFF\xC3") == "\xC2\xA0\\xff\\xc3");
  CHECK(printable("\xFF\xC3\xBC") == "\\xff\xC3\xBC");
  CHECK(printable("\xED\xA0\x80") == "\\xed\\xa0\\x80");
  for (unsigned low = 0x80; low < 0xA0; ++low) {
    std::string const control{'\xC2', static_cast<char>(low)};
    CHECK(printable(control) == printable_ascii(control));
  }
}

TEST_CASE("a string is split at each separator, and empty pieces count") {
  auto const pieces = [](std::string_view text) {
    std::string out;
    detail::for_each_piece(text, ',', [&](std::string_view piece) { append(out, {"<", piece, ">"}); });
    return out;
  };
  CHECK(pieces("") == "<>");
  CHECK(pieces("a") == "<a>");
  CHECK(pieces("a,b") == "<a><b>");
  CHECK(pieces(",a,,") == "<><a><><>");
}

namespace {

// The same by written arithmetic: all digits in a row, and where the point belongs among them.
detail::ScaledInteger scaled_by_hand(bool negative, std::string whole, std::string const& fraction, int exponent) {
  std::string digits = whole + fraction;
  auto point = static_cast<std::ptrdiff_t>(whole.size()) + exponent;
  if (point < 0) digits.insert(0, static_cast<std::size_t>(-point), '0');
  point = point < 0 ? 0 : point;
  auto const size = static_cast<std::size_t>(point);
  if (digits.size() < size) digits.append(size - digits.size(), '0');
  std::string integer = digits.substr(0, size);
  integer.erase(0, (std::min)(integer.find_first_not_of('0'), integer.size()));
  std::string const most = negative ? "9223372036854775808" : "9223372036854775807";
  bool const fits = integer.size() < most.size() || (integer.size() == most.size() && integer <= most);
  std::uint64_t magnitude = 0;
  for (char const c : integer) magnitude = magnitude * 10 + static_cast<std::uint64_t>(c - '0');
  return {.value = static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude),
          .valid = true,
          .exact = digits.find_first_not_of('0', size) == std::string::npos,
          .in_range = fits};
}

}  // namespace

TEST_CASE("a JSON number is scaled by a power of ten without losing a digit") {
  for (std::string const whole :
       {"0", "7", "10", "922337203685477", "9223372036854775", "92233720368547758", "99999999999999999",
        "100000000000000000", "922337203685477580", "999999999999999999", "1000000000000000000", "9223372036854775807",
        "9223372036854775808", "9223372036854775809", "18446744073709551615", "18446744073709551616",
        "36893488147419103232", "100000000000000000000000000"})
    for (std::string const fraction :
         {"", "0", "5", "000", "807", "808", "999", "1230", "0001", "80700", "00000000001"})
      for (int exponent = -30; exponent <= 30; exponent += exponent < -4 || exponent > 4 ? 5 : 1)
        for (std::string const mark : {"e", "E+"})
          for (int const places : {0, 3})
            for (bool const negative : {false, true}) {
              std::string text = (negative ? "-" : "") + whole + (fraction.empty() ? "" : "." + fraction);
              // No exponent is the same as one of zero.
              if (exponent != 0 || mark != "e")
                text += (exponent < 0 ? mark.substr(0, 1) : mark) + std::to_string(exponent);
              auto const found = detail::parse_scaled(text, places);
              auto const expected = scaled_by_hand(negative, whole, fraction, exponent + places);
              bool const same = found.valid && found.exact == expected.exact && found.in_range == expected.in_range &&
                                (!found.in_range || found.value == expected.value);
              if (!same) FAIL_CHECK(text << " times ten to the power of " << places);
            }
}

TEST_CASE("an exponent of any length only makes a number zero or too large") {
  for (std::string const digits : {"400", "999999999999999999", "99999999999999999999999999999999999999999999"}) {
    CAPTURE(digits);
    CHECK_FALSE(detail::parse_scaled("1e" + digits, 0).in_range);
    CHECK_FALSE(detail::parse_scaled("0.1e" + digits, 0).in_range);
    auto const tiny = detail::parse_scaled("123e-" + digits, 3);
    CHECK(tiny.in_range);
    CHECK_FALSE(tiny.exact);
    CHECK(tiny.value == 0);
    for (std::string const zero : {"0e", "0.0e", "-0e-"}) {
      auto const found = detail::parse_scaled(zero + digits, 3);
      CHECK(found.valid);
      CHECK(found.in_range);
      CHECK(found.exact);
      CHECK(found.value == 0);
    }
  }
}

TEST_CASE("what is not a number is not scaled") {
  for (std::string_view const text :
       {"",   "-",   "a",   "-a",   "--1",   "+1",    ".5",   "/",    ":",    "1a",   "1.5.5", "1.2,",
        "1 ", "1f1", "1d1", "1e1a", "1e1.5", "1e--1", "1e,1", "1e*1", "1e.1", "1e/1", "1e+-1", "1e-+1"}) {
    CAPTURE(text);
    CHECK_FALSE(detail::parse_scaled(text, 0).valid);
  }
}

TEST_CASE("nothing behind a number is read, even if it ends where its exponent should begin") {
  for (std::string_view const text : {"1e", "1e+", "1e-"}) {
    CAPTURE(text);
    CHECK(detail::parse_scaled(text, 0).value == 1);
  }
}
