// Each line that is not blank is visited once: as a resource, or as a fault that says where it is and contains nothing
// of it.
#include "healthlake/json/ndjson.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace healthlake;

namespace {

using Found = Result<NdjsonRecord, NdjsonFault>;

std::string shown(Found const& found) {
  if (!found) return to_string(found.error());
  return std::to_string(found->line) + "@" + std::to_string(found->offset) + ":" + found->resource_type + "/" +
         found->id + (found->has_id ? "" : "-") + " " + std::to_string(found->json.size());
}

std::vector<std::string> read(std::string_view text, std::size_t piece = std::string_view::npos,
                              NdjsonLimits limits = NdjsonLimits{}) {
  std::vector<std::string> lines;
  NdjsonReader reader{limits};
  auto const visit = [&](Found const& found) { lines.push_back(shown(found)); };
  for (; !text.empty(); text.remove_prefix((std::min)(piece, text.size()))) {
    std::string const bytes{text.substr(0, piece)};
    CHECK(reader.feed(bytes, visit));
  }
  CHECK(reader.finish(visit));
  return lines;
}

NdjsonFault fault_of(std::string_view text, NdjsonLimits limits = NdjsonLimits{}) {
  NdjsonFault fault;
  NdjsonReader reader{limits};
  auto const visit = [&](Found const& found) {
    REQUIRE_FALSE(found);
    fault = found.error();
  };
  reader.feed(text, visit);
  reader.finish(visit);
  CHECK(fault.line != 0);
  return fault;
}

std::string nested(std::size_t levels) {
  return R"({"resourceType":"A","x":)" + std::string(levels, '[') + std::string(levels, ']') + "}";
}

}  // namespace

TEST_CASE("records have their type, id and place, whatever the pieces") {
  std::string const text =
      "\xEF\xBB\xBF{\"resourceType\":\"Patient\",\"id\":\"p-1\"}\r\n"
      "\n \t\r\n"
      "{\"name\":{\"resourceType\":\"No\",\"id\":\"no\"},\"resourceType\":\"Observation\"}\n"
      "{\"id\":\"a/b\",\"resourceType\":\"Basic\"}\n"
      "{\"id\":7,\"resourceType\":\"Basic\"}";
  std::vector<std::string> const expected = {"1@3:Patient/p-1 37", "4@47:Observation/- 69", "5@117:Basic/ 35",
                                             "6@153:Basic/ 31"};
  for (std::size_t piece = 1; piece <= text.size(); ++piece) CHECK(read(text, piece) == expected);
}

TEST_CASE("a fault says where it is, of which type, and nothing of the line") {
  std::string const text =
      "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n"
      "{\"resourceType\":\"Patient\",\"ssn\":\"123-45-6789\" oops\n"
      "[\"secret-name\"]\n"
      "{\"resourceType\":\"secret name\"}\n"
      "{\"ssn\":\"123-45-6789\"}\n"
      "{\"resourceType\":\"Patient\",\"resourceType\":\"secret-name\"}\n"
      "{\"resourceType\":\"Patient\"}{}\n"
      "{\"resourceType\":\"Patient\",\"x\":\"secret\xFF\"}\n"
      "{\"resourceType\":\"Patient\",\"x\":\"secr";
  for (std::size_t const piece : {std::size_t{1}, std::size_t{7}, text.size()}) {
    auto const lines = read(text, piece);
    REQUIRE(lines.size() == 9);
    CHECK(lines[0] == "1@0:Patient/1 35");
    CHECK(lines[1] == "line 2, byte 82, Patient: unexpected byte in JSON text");
    CHECK(lines[2].starts_with("line 3, byte "));
    CHECK(lines[3].starts_with("line 4, byte "));
    CHECK(lines[4].starts_with("line 5, byte "));
    CHECK(lines[5].starts_with("line 6, byte "));
    CHECK(lines[5].find("appears more than once") != std::string::npos);
    CHECK(lines[6].ends_with("Patient: trailing characters after the JSON value"));
    CHECK(lines[7].ends_with("Patient: invalid UTF-8"));
    CHECK(lines[8].ends_with("byte " + std::to_string(text.size()) + ", Patient: unexpected end of JSON text"));
    for (auto const& line : lines)
      for (std::string_view const content : {"secr", "ssn", "123-45", "oops"})
        CHECK_MESSAGE(line.find(content) == std::string::npos, line);
  }
}

TEST_CASE("each limit is exact, and says itself") {
  NdjsonLimits const limits{.max_line_bytes = 40, .max_depth = 3};
  std::string longest = R"({"resourceType":"A","x":")";
  longest.append(40 - longest.size() - 2, 'x').append("\"}");
  CHECK(read(longest + "\r\n" + longest, 1, limits).size() == 2);
  CHECK(fault_of(longest + " ", limits).reason == NdjsonReason::too_long);
  CHECK(to_string(fault_of(longest + " ", limits)) == "line 1, byte 40: expected a line of at most 40 bytes");
  CHECK(read(nested(2), 1, limits).front().starts_with("1@0:A"));
  NdjsonFault const deep = fault_of(nested(3), limits);
  CHECK(deep.reason == NdjsonReason::too_deep);
  CHECK(to_string(deep).find(", A: nested deeper than 3 levels") != std::string::npos);
  // By default: 64 levels.
  CHECK(read(nested(63)).front().starts_with("1@0:A"));
  CHECK(fault_of(nested(64)).reason == NdjsonReason::too_deep);
  CHECK(fault_of(nested(100'000)).reason == NdjsonReason::too_deep);
  // Without the limit, this would be no resource either.
  CHECK(fault_of(nested(100).substr(1)).reason == NdjsonReason::not_a_resource);
  CHECK(fault_of(std::string(100'000, '[')).reason == NdjsonReason::not_a_resource);
}

TEST_CASE("a line that is too long is visited once, and the next ones are read") {
  std::string const good = R"({"resourceType":"A"})";
  NdjsonLimits const limits{.max_line_bytes = 32};
  std::string const text = good + "\n" + std::string(1000, 'x') + "\n" + good + "\n";
  for (std::size_t piece = 1; piece <= 64; ++piece) {
    auto const lines = read(text, piece, limits);
    REQUIRE(lines.size() == 3);
    CHECK(lines[1] == "line 2, byte 53: expected a line of at most 32 bytes");
    CHECK(lines[2] == "3@1022:A/- 20");
  }
}

TEST_CASE("the caller can stop at any line") {
  NdjsonReader reader;
  int visited = 0;
  auto const stop = [&](Found const&) { return ++visited < 2; };
  CHECK_FALSE(reader.feed("{}\n{}\n{}\n", stop));
  CHECK(visited == 2);
}

TEST_CASE("a reader can be used for one stream after another") {
  NdjsonReader reader;
  std::vector<std::string> lines;
  auto const visit = [&](Found const& found) { lines.push_back(shown(found)); };
  for (int stream = 0; stream < 2; ++stream) {
    CHECK(reader.feed("\xEF\xBB\xBF{\"resourceType\":\"A\"}\n{\"resourceType\":\"B\"", visit));
    CHECK(reader.finish(visit));
    CHECK(reader.finish(visit));
  }
  REQUIRE(lines.size() == 4);
  CHECK(lines[2] == lines[0]);
  CHECK(lines[3] == lines[1]);
}

TEST_CASE("an id has 1 to 64 letters, digits, hyphens and dots") {
  auto const id_of = [](std::string const& json) {
    auto const lines = read("{\"resourceType\":\"A\",\"id\":" + json + "}");
    REQUIRE(lines.size() == 1);
    std::string const& line = lines[0];
    return line.substr(line.find('/') + 1, line.rfind(' ') - line.find('/') - 1);
  };
  std::string const longest(64, 'x');
  for (std::string const& id :
       {std::string{"a"}, std::string{"7"}, std::string{"-."}, std::string{"A-z.09"}, longest}) {
    CAPTURE(id);
    CHECK(id_of("\"" + id + "\"") == id);
  }
  for (std::string const& json : {std::string{"\"\""}, "\"" + longest + "x\"", std::string{"123"}, std::string{"12345"},
                                  std::string{"true"}, std::string{"{\"a\":1}"}, std::string{"\"a_b\""},
                                  std::string{"\"a b\""}, std::string{"\"a,\""}, std::string{"\"a/\""}}) {
    CAPTURE(json);
    CHECK(id_of(json).empty());
  }
}

TEST_CASE("a resourceType has 1 to 64 letters") {
  auto const line = [](std::string const& type) { return "{\"resourceType\":\"" + type + "\"}"; };
  CHECK(read(line(std::string(64, 'A')))[0].starts_with("1@0:AAAA"));
  for (std::string const& bad : {std::string{}, std::string(65, 'A'), std::string{"A1"}, std::string{"A b"}}) {
    NdjsonFault const fault = fault_of(line(bad));
    CHECK(fault.reason == NdjsonReason::not_a_resource);
    CHECK(fault.message == "expected a resourceType of 1 to 64 letters");
  }
  // Nor is it too deep a resource.
  CHECK(fault_of("{\"resourceType\":\"A1\",\"x\":" + std::string(100, '[') + std::string(100, ']') + "}").reason ==
        NdjsonReason::not_a_resource);
}

TEST_CASE("a whole line that is over the limit is too long, whoever split the stream") {
  std::string const text = R"({"resourceType":"A"})";
  detail::Line const line{.text = text, .number = 3, .offset = 7};
  CHECK(detail::read_ndjson_line(line, {.max_line_bytes = text.size()}).has_value());
  auto const found = detail::read_ndjson_line(line, {.max_line_bytes = text.size() - 1});
  REQUIRE_FALSE(found);
  CHECK(found.error().reason == NdjsonReason::too_long);
}
