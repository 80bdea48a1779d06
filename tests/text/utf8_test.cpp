#include "healthlake/text/utf8.hpp"

#include <doctest/doctest.h>

#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {
using namespace std::string_view_literals;
using healthlake::count_code_points;
using healthlake::decode_utf8;
using healthlake::valid_utf8;
using healthlake::valid_utf8_prefix;

// RFC 3629, section 3: the table of bit patterns.
std::string encode(char32_t c) {
  auto const byte = [](char32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | (c >> 6)), byte(0x80 | (c & 0x3F))};
  if (c < 0x10000) return {byte(0xE0 | (c >> 12)), byte(0x80 | ((c >> 6) & 0x3F)), byte(0x80 | (c & 0x3F))};
  return {byte(0xF0 | (c >> 18)), byte(0x80 | ((c >> 12) & 0x3F)), byte(0x80 | ((c >> 6) & 0x3F)),
          byte(0x80 | (c & 0x3F))};
}

struct Bad {
  char const* why;
  std::string_view bytes;
};

std::vector<Bad> const ill_formed = {
    {"a lone continuation byte", "\x80"sv},
    {"the last continuation byte", "\xBF"sv},
    {"an overlong NUL", "\xC0\x80"sv},
    {"an overlong slash", "\xC0\xAF"sv},
    {"an overlong U+007F", "\xC1\xBF"sv},
    {"an overlong U+07FF", "\xE0\x9F\xBF"sv},
    {"an overlong U+FFFF", "\xF0\x8F\xBF\xBF"sv},
    {"the first surrogate", "\xED\xA0\x80"sv},
    {"the last surrogate", "\xED\xBF\xBF"sv},
    {"U+110000", "\xF4\x90\x80\x80"sv},
    {"a lead byte past U+10FFFF", "\xF5\x80\x80\x80"sv},
    {"a five-byte form", "\xF8\x88\x80\x80\x80"sv},
    {"a six-byte form", "\xFC\x84\x80\x80\x80\x80"sv},
    {"four bytes with the lead byte of five", "\xFA\x80\x80\x80"sv},
    {"four bytes with the lead byte of six", "\xFC\x80\x80\x80"sv},
    {"FE", "\xFE"sv},
    {"FF", "\xFF"sv},
    {"two bytes, the second missing", "\xC3"sv},
    {"three bytes, the last missing", "\xE2\x82"sv},
    {"four bytes, the last missing", "\xF0\x9F\x98"sv},
    {"ASCII in second place", "\xC3(\xBC"sv},
    {"ASCII in third place", "\xE2\x82("sv},
    {"a lead byte in fourth place", "\xF0\x9F\x98\xC3"sv},
};
}  // namespace

TEST_CASE("every code point except the surrogates is decoded from its encoding") {
  std::size_t wrong = 0;
  for (char32_t c = 0; c < 0x110000; ++c) {
    bool const surrogate = c >= 0xD800 && c <= 0xDFFF;
    std::string const text = encode(c);
    auto const decoded = decode_utf8(text);
    bool const as_expected = surrogate ? decoded.length == 0 : decoded.value == c && decoded.length == text.size();
    if (!as_expected || valid_utf8(text) == surrogate || (!surrogate && count_code_points(text) != 1)) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("every sequence of two bytes is valid if and only if the grammar of RFC 3629 says so") {
  std::size_t accepted = 0;
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0; second < 256; ++second) {
      std::string const text = {static_cast<char>(first), static_cast<char>(second)};
      bool const two_ascii = first < 0x80 && second < 0x80;
      bool const one_pair = first >= 0xC2 && first <= 0xDF && second >= 0x80 && second <= 0xBF;
      if (valid_utf8(text) != (two_ascii || one_pair)) FAIL_CHECK("bytes " << first << ' ' << second);
      if (valid_utf8(text)) ++accepted;
    }
  }
  CHECK(accepted == 128 * 128 + 30 * 64);
}

TEST_CASE("invalid UTF-8 is found at any position") {
  for (auto const& bad : ill_formed) {
    CAPTURE(bad.why);
    std::string_view const bytes = bad.bytes;
    CHECK(decode_utf8(bytes).length == 0);
    for (std::size_t before = 0; before <= 17; ++before) {
      for (std::size_t after : {0u, 1u, 7u, 8u, 9u}) {
        std::string const text = std::string(before, 'a') + std::string(bytes) + std::string(after, 'z');
        CHECK_FALSE(valid_utf8(text));
        CHECK(valid_utf8_prefix(text) == before);
      }
    }
  }
}

TEST_CASE("ordinary text, NUL and noncharacters are valid UTF-8") {
  for (std::string_view text : {""sv, "a"sv, "12345678"sv, "123456789"sv, "\0"sv, "a\0b"sv, "\xEF\xBF\xBF"sv,
                                "\xEF\xB7\x90"sv, "\xF4\x8F\xBF\xBF"sv, "Grüße, 世界 😀"sv, "e\xCC\x81"sv}) {
    CAPTURE(text);
    CHECK(valid_utf8(text));
    CHECK(valid_utf8_prefix(text) == text.size());
  }
}

TEST_CASE("decoding begins at the given offset and never reads past the end") {
  std::string_view const text = "aé€😀";
  CHECK(decode_utf8(text, 0) == healthlake::DecodedCodePoint{U'a', 1});
  CHECK(decode_utf8(text, 1) == healthlake::DecodedCodePoint{U'é', 2});
  CHECK(decode_utf8(text, 2).length == 0);
  CHECK(decode_utf8(text, 3) == healthlake::DecodedCodePoint{U'€', 3});
  CHECK(decode_utf8(text, 6) == healthlake::DecodedCodePoint{U'😀', 4});
  CHECK(decode_utf8(text, 10).length == 0);
  CHECK(decode_utf8(text, std::string_view::npos).length == 0);
  CHECK(decode_utf8("").length == 0);
  CHECK(decode_utf8(text.substr(0, 9), 6).length == 0);
  static_assert(decode_utf8("\xC3\xBC").value == U'ü');
}

TEST_CASE("code points are counted, not bytes") {
  CHECK(count_code_points("") == 0);
  CHECK(count_code_points("abc") == 3);
  CHECK(count_code_points("a\0b"sv) == 3);
  CHECK(count_code_points("Grüße") == 5);
  CHECK(count_code_points("世界") == 2);
  CHECK(count_code_points("😀") == 1);
  CHECK(count_code_points("e\xCC\x81") == 2);
  for (std::size_t ascii = 0; ascii <= 17; ++ascii) {
    for (std::size_t wide = 0; wide <= 9; ++wide) {
      std::string text(ascii, 'a');
      for (std::size_t i = 0; i < wide; ++i) text += "€";
      CHECK(count_code_points(text) == ascii + wide);
      CHECK(count_code_points("ü" + text + "😀") == ascii + wide + 2);
    }
  }
}

TEST_CASE("in invalid UTF-8 every byte that is not a continuation byte counts") {
  CHECK(count_code_points("\x80\x80") == 0);
  CHECK(count_code_points("\xFF\xC0") == 2);
  CHECK(count_code_points("\x80\xBF\x80\xBF\x80\xBF\x80\xBF\x80") == 0);
  CHECK(count_code_points("\xC0\xFF\xC0\xFF\xC0\xFF\xC0\xFF\xC0") == 9);
}

TEST_CASE("every code point except the surrogates is encoded so that it decodes to itself") {
  std::size_t wrong = 0;
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text = ">";
    healthlake::append_utf8(text, c);
    if (text != ">" + encode(c)) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a string is truncated between two sequences, never inside one") {
  std::string_view const text = "aé€😀b";
  std::size_t const borders[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11, 11};
  for (std::size_t limit = 0; limit < std::size(borders); ++limit) {
    CAPTURE(limit);
    CHECK(healthlake::utf8_prefix(text, limit) == text.substr(0, borders[limit]));
  }
  CHECK(healthlake::utf8_prefix("\x80\x80\x80", 2).empty());
}
