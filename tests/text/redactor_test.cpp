// Invariant: of a secret that a Redactor knows, no 16 characters in a row are in what it cleaned, however they were
// spelled; nothing else is changed.
#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "../support/spellings.hpp"
#include "healthlake/text/redactor.hpp"

using namespace healthlake;

namespace {
// As a token of AWS STS is: base64, with a beginning that all have.
constexpr std::string_view token =
    "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDk+y7Vq0b1bX3f+8wZkq/Hn2Jt5RzYc4Lm6Pd9As0GhQIg"
    "Tw1Bv8EuKx3Oy5Cj7Fs2Mn4Lp6Qr9Dt+Gh/Ia0Ub1Vc8We3Xf5Yg7ZQ==";

std::string clean(std::string_view text, std::string_view secret = token) {
  Redactor redactor;
  redactor.add(secret);
  std::string out{text};
  redactor.clean(out);
  return out;
}
}  // namespace

TEST_CASE("redactor: every spelling of a secret is replaced, and the text around it stays") {
  for (auto const& spelled : spellings::of(token)) {
    CAPTURE(spelled);
    std::string const out = clean("The request was `" + spelled + "`, and that is wrong.");
    CHECK(out.find("***") != std::string::npos);
    for (std::size_t at = 0; at + 16 <= token.size(); ++at) {
      std::string const piece{token.substr(at, 16)};
      REQUIRE(out.find(piece) == std::string::npos);
      REQUIRE(out.find(spellings::escaped(piece, "%02x", true)) == std::string::npos);
    }
    // What stays of a spelling is what is no part of the secret: separators, and what base64 has around it.
    CHECK(out.size() < 42 + spelled.size() / 2);
    CHECK(out.starts_with("The request was `"));
    CHECK(out.ends_with("`, and that is wrong."));
  }
}

TEST_CASE("redactor: a secret as it is gives three stars") {
  CHECK(clean(token) == "***");
  CHECK(clean("a " + std::string{token} + " b " + std::string{token}) == "a *** b ***");
  CHECK(clean(std::string{token} + std::string{token}) == "***");
  CHECK(clean(spellings::escaped(token, "%%%02X") + "&x=1") == "***&x=1");
  CHECK(clean("{\"message\":\"" + spellings::escaped(token, "\\u%04x", true) + "\"}") == "{\"message\":\"***\"}");
}

TEST_CASE("redactor: any piece of 16 characters is found, wherever it begins and ends") {
  for (std::size_t begin = 0; begin + 16 <= token.size(); ++begin)
    for (std::size_t size = 16; size < 40 && begin + size <= token.size(); ++size) {
      REQUIRE(clean("<" + std::string{token.substr(begin, size)} + ">") == "<***>");
      // Behind a piece that is too short to count.
      REQUIRE(clean(std::string{token.substr(0, 11)} + "|" + std::string{token.substr(begin, size)}) ==
              std::string{token.substr(0, 11)} + "|***");
    }
}

TEST_CASE("redactor: a shorter secret counts whole, and one of fewer than eight characters not at all") {
  CHECK(clean("key hunter2-hunter2!", "hunter2-hunt") == "key ***er2!");
  CHECK(clean("the hunter2- and the Hunter2-h", "hunter2-h") == "the hunter2- and the ***");
  CHECK(clean("a secret is a secret", "secret") == "a secret is a secret");
  CHECK(clean("nothing to see", "") == "nothing to see");
}

TEST_CASE("redactor: repetitions within a secret hide nothing") {
  std::string const secret = "abcdabcdabcdabcdabcdabcdX" + std::string(40, 'a') + "Yabcdabcdabcdabcd";
  CHECK(clean("<" + secret + ">", secret) == "<***>");
  CHECK(clean("<" + secret.substr(0, 20) + secret + ">", secret) == "<***>");
}

TEST_CASE("redactor: secrets that share parts, with themselves or with others, are found all the same") {
  auto const cleaned = [](std::string text, std::initializer_list<std::string_view> secrets) {
    Redactor redactor;
    for (auto const secret : secrets) redactor.add(secret);
    redactor.clean(text);
    return text;
  };
  CHECK(cleaned("x abcdefgh.", {"abcdefgh1", "abcdefgh"}) == "x ***.");
  CHECK(cleaned("x abcdefgh1.", {"abcdefgh", "abcdefgh1"}) == "x ***.");
  CHECK(cleaned("bcdefghabcdefghZ", {"abcdefghabcdefghZ"}) == "***");
  CHECK(cleaned("ababababababc", {"abababababc"}) == "ab***");
  CHECK(cleaned("k1=abcdefghijkl", {"k1=abcdefghijk", "abcdefghijkl"}).size() <= 4);
  CHECK(cleaned("Yabcdefgh1234567", {"abcdefgh", "XYabcdefgh1234567"}) == "***");
  std::string const long_one = "abcdefgh" + std::string{token};
  CHECK(cleaned("<" + long_one + ">", {"abcdefgh", long_one}) == "<***>");
}

TEST_CASE("redactor: what is no secret stays, escapes and all") {
  for (std::string_view const text :
       {"", "%", "%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%", "\\", "\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\", "&&&&&&#x;&#;&;", "%2",
        "\\u00", "&#x110000;", "&#99999999999999999999;", "%C3%A9 \\u00e9 \xC3\xA9", "IQoJb3JpZ2luX2V",
        "100 % of it \\o/ & more", "The request signature we calculated does not match the signature you provided."})
    CHECK(clean(text) == text);
}

TEST_CASE("redactor: a secret that is full of escapes itself is found as it is, and escaped") {
  std::string const secret = "p%41ss\\u0042w&amp;rd%2F%2f\\n%25%25&#65;z";
  CHECK(clean("<" + secret + ">", secret) == "<***>");
  CHECK(clean("<" + spellings::escaped(secret, "%%%02X") + ">", secret) == "<***>");
  CHECK(clean("<" + spellings::escaped(secret, "\\u%04x") + ">", secret) == "<***>");
}

TEST_CASE("redactor: punctuation within a secret is found in the escapes that only punctuation has") {
  std::string const secret = "pa\"ss<wo>rd'&12=3;4$5";
  CHECK(clean("<b>pa&quot;ss&lt;wo&gt;rd&apos;&amp;12=3;4$5</b>", secret) == "<b>***</b>");
  CHECK(clean("<b>pa&#34;ss&lt;wo&gt;rd&#39;&amp;12&equals;3;4$5</b>", secret) == "<b>***</b>");
  CHECK(clean("[" + spellings::escaped(secret, "\\u{%x}") + "]", secret) == "[***]");
  CHECK(clean("[" + spellings::escaped(secret, "\\u{%06X}", true) + "]", secret) == "[***]");
  CHECK(clean("[" + spellings::escaped(secret, "%%u%04x") + "]", secret) == "[***]");
}

TEST_CASE("redactor: a text of beginnings of secrets does not multiply its size by theirs") {
  // Without repetitions, and with little else.
  std::string varied;
  for (int i = 0; varied.size() < 2000; ++i) varied += std::string{token.substr(0, 17)} + std::to_string(i * 7919);
  std::string const equal(2000, '/');
  for (std::string_view const secret : {std::string_view{varied}, std::string_view{equal}})
    for (std::size_t const size : {8U, 15U, 16U}) {
      std::string text;
      while (text.size() < 200'000) text += std::string{secret.substr(0, size)} + "!";
      text += "<" + std::string{secret} + ">";
      std::string const out = clean(text, secret);
      // After so many that no honest text has them, they are no longer compared but hidden.
      CHECK(out.size() < text.size() / 2);
      CHECK(out.ends_with("<***>"));
      CHECK(out.find(secret.substr(0, 16)) == std::string::npos);
    }
}

TEST_CASE("redactor: a place in the text moves along") {
  Redactor redactor;
  redactor.add(token);
  std::string const text = "ab" + std::string{token} + "cd" + std::string{token} + "ef";
  std::size_t const size = token.size();
  struct Move {
    std::size_t before;
    std::size_t after;
  };
  for (Move const move : {Move{0, 0},
                          {1, 1},
                          {2, 2},
                          {3, 5},
                          {2 + size, 5},
                          {3 + size, 6},
                          {4 + size, 7},
                          {5 + size, 10},
                          {4 + 2 * size, 10},
                          {5 + 2 * size, 11},
                          {6 + 2 * size, 12}}) {
    CAPTURE(move.before);
    std::string out;
    std::size_t offset = move.before;
    CHECK(redactor.clean(text, out, &offset));
    CHECK(out == "ab***cd***ef");
    CHECK(offset == move.after);
  }
}

TEST_CASE("redactor: several secrets, and any bytes around them") {
  Redactor redactor;
  redactor.add(token);
  redactor.add("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
  std::uint64_t state = 7;
  for (int round = 0; round < 2000; ++round) {
    std::string noise[2];
    for (auto& text : noise)
      for (int i = 0; i < 40; ++i) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        text += (state >> 60) == 0   ? '%'
                : (state >> 60) == 1 ? '\\'
                : (state >> 60) == 2 ? '&'
                                     : static_cast<char>(state >> 33);
      }
    // A tilde ends any escape, and stands in no secret.
    std::string text = noise[0] + "~~~" + std::string{token} + "~" + noise[1] + "~~~0123456789ABCDEF01234567";
    redactor.clean(text);
    REQUIRE(text == noise[0] + "~~~***~" + noise[1] + "~~~***");
  }
}

TEST_CASE("redactor: each visible character is found in each escape, alone") {
  for (char const* const format : {"%%%02X", "%%%02x", "\\u%04x", "\\U%04X", "\\x%02x", "\\X%02X", "\\u{%x}",
                                   "\\u{%06X}", "%%u%04x", "%%U%04X", "&#%u;", "&#%06u;", "&#x%x;", "&#X%04X;"})
    for (char c = '!'; c <= '~'; ++c) {
      // Fifteen characters, so that all of them have to be found.
      std::string const secret = std::string{"1234567"} + c + "ghijklm";
      CAPTURE(secret);
      CAPTURE(format);
      CHECK(clean("<1234567" + spellings::escaped({&c, 1}, format, true) + "ghijklm>", secret) == "<***>");
    }
}

TEST_CASE("redactor: base64url is base64, in secrets and in texts") {
  CHECK(clean("<ab-cd_efgh>", "ab+cd/efgh") == "<***>");
  CHECK(clean("<ab+cd/efgh>", "ab-cd_efgh") == "<***>");
  for (std::string_view const other :
       {"ab,cd/efgh", "ab.cd/efgh", "ab*cd/efgh", "ab+cd^efgh", "ab+cd.efgh", "ab+cd0efgh"})
    CHECK(clean(other, "ab-cd_efgh") == other);
}

TEST_CASE("redactor: what only resembles an escape is none") {
  struct Case {
    std::string_view text;
    std::string_view secret;
  };
  // Read less strictly, each would be the secret.
  for (auto const& test : {Case{"1234567&#5a;ghijklm", "1234567<ghijklm"},
                           {"1234567&#5f;ghijklm", "1234567Aghijklm"},
                           {"1234567&l;ghijklm", "1234567<ghijklm"},
                           {"1234567&ampx;ghijklm", "1234567&ghijklm"},
                           {"1234567&lt,ghijklm", "1234567<ghijklm"},
                           {"1234567\\x{7e}ghijklm", "1234567~ghijklm"},
                           {"1234567\\y7eghijklm", "1234567~ghijklm"},
                           {"1234567\\w7eghijklm", "1234567~ghijklm"},
                           {"1234567%7gghijklm", "1234567~ghijklm"},
                           {"ghijklm\\u{110000}nopqrstu", "ghijklmnopqrstu"},
                           {"ghijklm&#1114112;nopqrstu", "ghijklmnopqrstu"},
                           {"ghijklm&#;nopqrstu", "ghijklmnopqrstu"},
                           {"ghijklm\\u{}nopqrstu", "ghijklmnopqrstu"}}) {
    CAPTURE(test.text);
    CHECK(clean(test.text, test.secret) == test.text);
  }
}

TEST_CASE("redactor: escapes of what is not visible are as good as white space") {
  for (std::string_view const blank :
       {"%00", "%0a", "%20", "%7f", "\\u00e9", "\\u{10ffff}", "&#1114111;", "\\n", "\\t"})
    CHECK(clean("ghijklm" + std::string{blank} + "nopqrstu", "ghijklmnopqrstu") == "***");
}

TEST_CASE("redactor: of base64, exactly the characters that depend on the secret alone are replaced") {
  for (std::size_t size = 8; size <= 20; ++size) {
    std::string const secret = std::string{"k9#Qz!7x$Lm2&Wp5*Rt8"}.substr(0, size);
    for (std::size_t before = 0; before < 6; ++before)
      for (std::size_t after = 0; after < 3; ++after) {
        CAPTURE(secret);
        CAPTURE(before);
        std::string const text = spellings::base64(std::string(before, '\xff') + secret + std::string(after, '\xff'));
        std::size_t const begin = (before * 8 + 5) / 6;
        std::size_t const end = (before + size) * 8 / 6;
        CHECK(clean(text, secret) == text.substr(0, begin) + "***" + text.substr(end));
      }
  }
}

TEST_CASE("redactor: a dump is found if its digits have zeros among them, behind a queue of characters too") {
  struct Dump {
    char const* format;
    std::string_view expected;
  };
  // What stands around the digits stays.
  for (auto const& dump : {Dump{"%02x", "<***"}, {"%02x ", "<*** "}, {"0x%02x,", "<0x***,"}, {"0X%02X ", "<0X*** "}})
    for (std::string_view const secret : {"p0p0@@PP", "0123456789"})
      CHECK(clean("<" + spellings::escaped(secret, dump.format, true), secret) == dump.expected);
  CHECK(clean("&30,31,32,33,34,x35,36,37,38,39", "0123456789") == "&***");
}

TEST_CASE("redactor: a secret of exactly eight characters is found, be it the first or a later one") {
  Redactor redactor;
  redactor.add("hunter2-");
  redactor.add("letmein!");
  std::string text = "hunter2- and letmein!";
  CHECK(redactor.clean(text));
  CHECK(text == "*** and ***");
}

TEST_CASE("redactor: a string without a secret is reported and left alone") {
  Redactor redactor;
  std::string text = "hunter2-";
  std::string out = "old";
  CHECK_FALSE(redactor.clean(text));
  redactor.add("letmein!");
  CHECK_FALSE(redactor.clean(text));
  CHECK(text == "hunter2-");
  CHECK_FALSE(redactor.clean(text, out));
  CHECK(out == "old");
  CHECK(redactor.clean("<letmein!>", out));
  CHECK(out == "<***>");
  // One allocation does.
  std::string long_one = "letmein!" + std::string(2900, 'x');
  std::string cleaned;
  CHECK(redactor.clean(long_one, cleaned));
  CHECK(cleaned.size() == 2903);
  CHECK(cleaned.capacity() >= long_one.size());
}
