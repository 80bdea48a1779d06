// Strings built from pieces and numbers are those of the standard library, and untrusted strings in messages are shown
// in one notation that no terminal obeys.
#include "healthlake/text/text.hpp"

#include <doctest/doctest.h>

#include <charconv>
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
