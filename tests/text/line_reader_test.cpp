// However a stream is cut into pieces, its lines, their numbers and offsets are the same.
#include "healthlake/text/line_reader.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <string_view>
#include <vector>

using namespace healthlake;

namespace {

constexpr std::size_t unlimited = (std::numeric_limits<std::size_t>::max)();

// Each line as `number@offset:text`; `!` in place of the text of one that is too long.
std::string shown(detail::Line const& line) {
  return std::to_string(line.number) + "@" + std::to_string(line.offset) + ":" +
         (line.too_long ? "!" : std::string{line.text});
}

using Lines = std::vector<std::string>;

Lines lines_of(std::string_view text, std::size_t piece, std::size_t limit, detail::LineReader& reader) {
  Lines lines;
  auto const take = [&](std::string_view bytes, bool last) {
    while (auto const line = reader.next(bytes, last)) {
      lines.push_back(shown(*line));
      CHECK(line->text.size() <= limit);
    }
    CHECK(bytes.empty());
  };
  while (!text.empty()) {
    std::string const bytes{text.substr(0, piece)};
    take(bytes, false);
    text.remove_prefix(bytes.size());
  }
  take({}, true);
  return lines;
}

// In pieces of every size, with one reader after the other stream, and as one last piece.
void check(std::string_view text, Lines const& expected, std::size_t limit = unlimited) {
  CAPTURE(text);
  CAPTURE(limit);
  detail::LineReader kept{limit};
  for (std::size_t piece = 1; piece <= text.size() + 1; ++piece) {
    CAPTURE(piece);
    CHECK(lines_of(text, piece, limit, kept) == expected);
  }
  Lines at_once;
  while (auto const line = kept.next(text, true)) at_once.push_back(shown(*line));
  CHECK(at_once == expected);
}

}  // namespace

TEST_CASE("lines end with LF, CR LF or the stream") {
  check("", {});
  check("\n", {"1@0:"});
  check("a", {"1@0:a"});
  check("a\n", {"1@0:a"});
  check("a\r\nb\n\r\n\nc\r", {"1@0:a", "2@3:b", "3@5:", "4@7:", "5@8:c"});
  // A CR alone ends no line, and only the last one of several is part of the end.
  check("a\rb\r\r\n", {"1@0:a\rb\r"});
  check(std::string_view{"\0\n\0", 3}, {std::string{"1@0:"} + '\0', std::string{"2@2:"} + '\0'});
}

TEST_CASE("a byte order mark is skipped at the beginning only, and whole only") {
  check("\xEF\xBB\xBFx\n\xEF\xBB\xBFy", {"1@3:x", "2@5:\xEF\xBB\xBFy"});
  check("\xEF\xBB\xBF", {});
  check("\xEF\xBB\xBF\xEF\xBB\xBF\n", {"1@3:\xEF\xBB\xBF"});
  check("\xEF\xBB", {"1@0:\xEF\xBB"});
  check("\xEF\xBBx\n", {"1@0:\xEF\xBBx"});
}

TEST_CASE("a line at the limit is a line, one byte more is not") {
  check("abc\nabcd\nabcde", {"1@0:abc", "2@4:!", "3@9:!"}, 3);
  check("abc\r\nabcd\r\nab", {"1@0:abc", "2@5:!", "3@11:ab"}, 3);
  // Neither the mark nor the CR counts.
  check(
      "\xEF\xBB\xBF"
      "abc\r\nx",
      {"1@3:abc", "2@8:x"}, 3);
  check(
      "\xEF\xBB\xBF"
      "abcd\r\nx",
      {"1@3:!", "2@9:x"}, 3);
  check("a\n\nb", {"1@0:!", "2@2:", "3@3:!"}, 0);
  // Half a mark is not yet too long.
  for (std::size_t const limit : {0u, 1u, 2u}) check("\xEF\xBB\xBFxyz\n", {"1@3:!"}, limit);
  check("\xEF\xBB", {"1@0:!"}, 1);
}

TEST_CASE("a line that is too long is reported before it ends, and the rest of it is not kept") {
  detail::LineReader reader{4};
  std::string_view piece = "0123456789";
  auto const line = reader.next(piece);
  REQUIRE(line);
  CHECK(line->too_long);
  for (int again = 0; again < 100; ++again) {
    piece = "0123456789";
    CHECK_FALSE(reader.next(piece));
  }
  piece = "x\nend\n";
  CHECK(shown(*reader.next(piece)) == "2@1012:end");
}

TEST_CASE("a line within a piece is not copied") {
  detail::LineReader reader{unlimited};
  std::string_view const text = "first\nsecond\nthird";
  std::string_view piece = text;
  for (int count = 0; count < 2; ++count) {
    auto const line = reader.next(piece, true);
    REQUIRE(line);
    CHECK(line->text.data() >= text.data());
    CHECK(line->text.data() < text.data() + text.size());
  }
  // Not even the last one, if the stream ends with the piece.
  CHECK(reader.next(piece, true)->text.data() == text.data() + 13);
}
