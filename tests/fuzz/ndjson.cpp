// Invariants of reading newline-delimited JSON from pieces; the first bytes choose the size of the pieces and the
// limits:
// - every piece size gives the same records and faults, in the order of their lines, each line at most once;
// - lines, numbers and offsets are those of a search for LF in the whole text: a record's bytes are the text at its
//   offset, without the line end, and every line that is not blank is visited;
// - a record is JSON within the limits, and its type consists of letters; a fault is within its line, and its message
//   and type are printable ASCII.
#include <algorithm>
#include <vector>

#include "healthlake/json/ndjson.hpp"
#include "healthlake/json/tokenize.hpp"
#include "healthlake/text/ascii.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {
using namespace healthlake;

struct Visited {
  bool good = false;
  std::uint64_t line = 0;
  std::uint64_t offset = 0;
  std::string what{};
  friend bool operator==(Visited const&, Visited const&) = default;
};

std::vector<Visited> read(std::string_view text, std::size_t piece, NdjsonLimits limits) {
  std::vector<Visited> visited;
  NdjsonReader reader{limits};
  auto const visit = [&](Result<NdjsonRecord, NdjsonFault> const& found) {
    if (found) visited.push_back({true, found->line, found->offset, std::string{found->json}});
    else visited.push_back({false, found.error().line, found.error().offset, to_string(found.error())});
  };
  for (; !text.empty(); text.remove_prefix((std::min)(piece, text.size()))) {
    // A copy of its own, so that a view into an earlier piece is found.
    std::string const bytes{text.substr(0, piece)};
    reader.feed(bytes, visit);
  }
  reader.finish(visit);
  return visited;
}

struct Expected {
  std::uint64_t number;
  std::size_t begin;
  std::string_view text;
};

std::vector<Expected> lines_of(std::string_view text, std::size_t max_bytes) {
  std::vector<Expected> lines;
  std::uint64_t number = 1;
  for (std::size_t at = 0; at < text.size(); ++number) {
    std::size_t const end = (std::min)(text.find('\n', at), text.size());
    std::size_t begin = at;
    if (number == 1 && text.starts_with("\xEF\xBB\xBF")) begin += 3;
    std::string_view line = text.substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    // Even blanks can be too long.
    if (line.size() > max_bytes || line.find_first_not_of(" \t") != line.npos) lines.push_back({number, begin, line});
    at = end + 1;
  }
  return lines;
}

void check(Visited const& visited, Expected const& line, NdjsonLimits const& limits) {
  FUZZ_REQUIRE(visited.line == line.number, "every line once, in order", visited.what);
  if (!visited.good) {
    FUZZ_REQUIRE(visited.offset >= line.begin && visited.offset <= line.begin + line.text.size(),
                 "a fault is within its line", visited.what);
    FUZZ_REQUIRE(std::all_of(visited.what.begin(), visited.what.end(), [](char c) { return c >= ' ' && c <= '~'; }),
                 "a fault is printable", visited.what);
    return;
  }
  FUZZ_REQUIRE(visited.offset == line.begin && visited.what == line.text, "a record is its line", visited.what);
  FUZZ_REQUIRE(line.text.size() <= limits.max_line_bytes, "no record is longer than the limit", visited.what);
  FUZZ_REQUIRE(well_formed_json(line.text, {.max_depth = limits.max_depth}), "a record is JSON", visited.what);
}
}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size < 3) return 0;
  std::string_view const text = fuzz::as_text(data + 3, size - 3);
  NdjsonLimits const limits{.max_line_bytes = std::size_t{data[1]} * 4, .max_depth = std::size_t{data[2]} % 70 + 1};
  auto const whole = read(text, (std::max<std::size_t>)(text.size(), 1), limits);
  auto const pieces = read(text, std::size_t{data[0]} % 64 + 1, limits);
  FUZZ_REQUIRE(whole == pieces, "the pieces do not matter", text);
  auto const lines = lines_of(text, limits.max_line_bytes);
  FUZZ_REQUIRE(lines.size() == whole.size(), "every line is visited", text);
  for (std::size_t i = 0; i < lines.size(); ++i) check(whole[i], lines[i], limits);
  return 0;
}
