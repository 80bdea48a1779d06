#include "healthlake/json/decode.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "../support/rich.hpp"

using namespace healthlake;
using namespace std::string_view_literals;

TEST_CASE("an excerpt is the end of what was read, printable and bounded") {
  CHECK(detail::excerpt_before("", 0).empty());
  CHECK(detail::excerpt_before("abc", 0).empty());
  CHECK(detail::excerpt_before("abc", 2) == "ab");
  CHECK(detail::excerpt_before("abc", 99) == "abc");
  CHECK(detail::excerpt_before("a\n\0\x7F\xC3\xBC~ "sv, 8) == "a\\x0a\\x00\\x7f\\xc3\\xbc~ ");
  std::string const text = std::string(100, 'a') + std::string(64, 'b');
  CHECK(detail::excerpt_before(text, 164) == std::string(64, 'b'));
  CHECK(detail::excerpt_before(text, 100) == std::string(64, 'a'));
}

TEST_CASE("a decoded value comes with what was missing") {
  auto const decoded = decode<rich::Node>(R"({"Children":[{"Name":"a"}]})");
  REQUIRE(decoded.has_value());
  CHECK(decoded->value.name.empty());
  CHECK(decoded->value.children.size() == 1);
  CHECK(decoded->missing == std::vector<MissingMember>{{"Name", true}});
}

TEST_CASE("a fault has a message, a path, an offset and an excerpt") {
  auto const decoded = decode<rich::Node>(R"({"Name":"n","Children":[{"Name":7}]})");
  REQUIRE_FALSE(decoded.has_value());
  CHECK(decoded.error() == Malformed{.message = "expected a string, found a number",
                                     .path = "Children[0].Name",
                                     .offset = 33,
                                     .excerpt = R"({"Name":"n","Children":[{"Name":7)"});
}

TEST_CASE("truncated JSON text is a fault wherever it ends") {
  std::string const text{rich::all_kinds_json};
  for (std::size_t length = 0; length < text.size(); ++length) {
    CAPTURE(length);
    auto const decoded = decode<rich::Kinds>(std::string_view{text}.substr(0, length));
    REQUIRE_FALSE(decoded.has_value());
    REQUIRE(decoded.error().offset <= length);
  }
  CHECK(decode<rich::Kinds>(text).has_value());
  CHECK(decode<rich::Kinds>(text + " \n").has_value());
}

TEST_CASE("a message with any one byte changed yields a value or a fault") {
  std::string const text{rich::all_kinds_json};
  std::size_t faults = 0;
  for (std::size_t at = 0; at < text.size(); ++at)
    for (char const byte : {'\0', '"', '}', ']', ',', '9', '\x80', '\xFF'}) {
      std::string changed = text;
      changed[at] = byte;
      auto const decoded = decode<rich::Kinds>(changed);
      if (decoded) continue;
      ++faults;
      REQUIRE_FALSE(decoded.error().message.empty());
      REQUIRE(decoded.error().offset <= text.size());
    }
  CHECK(faults > text.size() * 4);
}
