#include "healthlake/json/decode.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "../support/rich.hpp"
#include "healthlake/text/bytes.hpp"

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

namespace {

// `{"Name":"n","Children":[...]}` with one child of each of these sizes in bytes, 11 at least.
std::string parent_of(std::vector<std::size_t> const& sizes) {
  std::string text = R"({"Name":"n","Children":[)";
  for (std::size_t const size : sizes) {
    if (text.back() != '[') text += ',';
    text += R"({"Name":")" + std::string(size - 11, 'a') + R"("})";
  }
  return text + "]}";
}

std::size_t capacity_after(std::string const& text) {
  auto const decoded = decode<rich::Node>(text);
  REQUIRE(decoded.has_value());
  return decoded->value.children.capacity();
}

}  // namespace

TEST_CASE(
    "a list is allocated once if its members are as long as the first, and never for more bytes than the text has") {
  for (std::size_t const count : {2U, 3U, 10U, 100U}) {
    CAPTURE(count);
    std::size_t const room = capacity_after(parent_of(std::vector<std::size_t>(count, 4 * sizeof(rich::Node))));
    CHECK(room >= count);
    // With 32-bit registers, a list grows as any vector does.
    if (detail::bytes::words_pay) CHECK(room <= count + 1);
  }
  for (std::size_t const first : {11U, 100U, 1000U})
    for (std::size_t const rest : {11U, 5000U}) {
      CAPTURE(first);
      CAPTURE(rest);
      std::vector<std::size_t> sizes(100, rest);
      sizes.front() = first;
      std::string const text = parent_of(sizes);
      // A list that was not allocated for all doubles.
      std::size_t const fitting = text.size() / sizeof(rich::Node);
      CHECK(capacity_after(text) <= (std::max)(fitting, 2 * sizes.size()));
    }
  // The limit on members is the one on room, too.
  CHECK(decode<rich::Node>(parent_of(std::vector<std::size_t>(100, 400)), {.max_elements = 10}).error().message ==
        "more than 10 members in lists and maps");
}
