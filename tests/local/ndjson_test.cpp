#include "healthlake/local/ndjson.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace healthlake;

namespace {

std::vector<std::pair<std::size_t, std::string>> lines_of(std::string_view text) {
  std::vector<std::pair<std::size_t, std::string>> lines;
  for_each_line(text, [&](std::size_t number, std::string_view line) { lines.emplace_back(number, line); });
  return lines;
}
std::string nested(std::size_t levels) {
  return "{\"resourceType\":\"A\",\"x\":" + std::string(levels, '[') + std::string(levels, ']') + "}";
}

}  // namespace

TEST_CASE("lines are counted from 1, and empty ones, CRs and a byte order mark do not count") {
  using Lines = std::vector<std::pair<std::size_t, std::string>>;
  CHECK(lines_of("").empty());
  CHECK(lines_of("a\r\n\n \t\nb") == Lines{{1, "a"}, {4, "b"}});
  CHECK(lines_of("\xEF\xBB\xBF"
                 "a\nb\n") == Lines{{1, "a"}, {2, "b"}});
  CHECK(lines_of("\xEF\xBB\xBF").empty());
  // In the middle of a text it is not one.
  CHECK(lines_of("a\n\xEF\xBB\xBF"
                 "b") == Lines{{1, "a"},
                               {2,
                                "\xEF\xBB\xBF"
                                "b"}});
}

TEST_CASE("a text with a byte order mark has the resources that it has without") {
  std::string const text = "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n";
  Ndjson const marked{{{"x", "\xEF\xBB\xBF" + text}}};
  CHECK(marked.bad_lines() == 0);
  CHECK(marked.by_type() == Ndjson{{{"x", text}}}.by_type());
}

TEST_CASE("a line that is not a resource is named by its reason") {
  CHECK(read_resource_head("{\"resourceType\":\"Patient\"}").fault.empty());
  for (std::string const line :
       {"", "[]", "{}", "{\"resourceType\":\"\"}", "{\"resourceType\":1}", "{\"resourceType\":\"A\""})
    CHECK_MESSAGE(read_resource_head(line).fault == "not a JSON object with a resourceType", line);
  // The object is a level of its own.
  CHECK(read_resource_head(nested(max_resource_depth - 1)).type == "A");
  ResourceHead const deep = read_resource_head(nested(max_resource_depth));
  CHECK(deep.type.empty());
  CHECK(deep.fault == "nested deeper than 64 levels");
  CHECK(read_resource_head(nested(100'000)).fault == "nested deeper than 64 levels");
  // Not even without a limit is this a resource.
  CHECK(read_resource_head(nested(100).substr(1)).fault == "not a JSON object with a resourceType");
  std::string longest = "{\"resourceType\":\"A\",\"x\":\"";
  longest.append(max_resource_bytes - longest.size() - 2, 'x').append("\"}");
  REQUIRE(longest.size() == max_resource_bytes);
  CHECK(read_resource_head(longest).type == "A");
  longest.insert(longest.size() - 2, "x");
  CHECK(read_resource_head(longest).fault == "longer than 16 MiB");
}

TEST_CASE("the first line that is not a resource is reported with the reason") {
  Ndjson const lines{{{"a.ndjson", "{\"resourceType\":\"A\"}\n" + nested(64) + "\nx\n"}}};
  CHECK(lines.lines() == 3);
  CHECK(lines.bad_lines() == 2);
  CHECK(lines.first_bad_line() == "line 2 of a.ndjson: nested deeper than 64 levels");
}
