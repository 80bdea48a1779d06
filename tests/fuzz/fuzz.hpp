// What the fuzz targets share: the check that ends a run with a message, parsers for HTTP messages, a table of shapes.
//
// A target is one file with its invariants at the top and `LLVMFuzzerTestOneInput`; run.sh builds and runs all of them.
// Inputs are plain text where possible, so that seeds can be written by hand and a crash can be read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "healthlake/http/message.hpp"
#include "healthlake/testing/samples.hpp"
#include "tests/fuzz/all_shapes.hpp"

// libFuzzer's entry point, defined by each target.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

/// Ends the run if `condition` is false; `what` names the invariant, `shown` is printed with it.
#define FUZZ_REQUIRE(condition, what, shown)                                                   \
  do {                                                                                         \
    if (!(condition)) ::healthlake::fuzz::broken(#condition, what, shown, __FILE__, __LINE__); \
  } while (false)

namespace healthlake::fuzz {

[[noreturn]] inline void broken(char const* condition, char const* what, std::string_view shown, char const* file,
                                int line) {
  std::fprintf(stderr, "%s:%d: %s\n  does not hold: %s\n  with: %.*s\n", file, line, what, condition,
               static_cast<int>(shown.size() < 4096 ? shown.size() : 4096), shown.data());
  std::abort();
}

inline std::string_view as_text(std::uint8_t const* data, std::size_t size) {
  return size == 0 ? std::string_view{} : std::string_view{reinterpret_cast<char const*>(data), size};
}

/// Removes the first line from the front and returns it without the line feed.
inline std::string_view take_line(std::string_view& text) {
  std::size_t const end = text.find('\n');
  std::string_view const line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  return line;
}

/// A line with what a line cannot contain: U+0001 represents a line feed.
inline std::string unfold(std::string_view line) {
  std::string out{line};
  for (char& c : out)
    if (c == '\x01') c = '\n';
  return out;
}

/// Removes field lines `Name: value` from the front, up to and including an empty line.
inline Headers take_headers(std::string_view& text) {
  Headers headers;
  while (!text.empty()) {
    std::string_view const line = take_line(text);
    if (line.empty()) break;
    std::size_t const colon = line.find(':');
    std::string_view value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    headers.add(unfold(line.substr(0, colon)), unfold(value));
  }
  return headers;
}

/// Four parts: status, field lines, an empty line, the body. A status of no digits is 0.
inline HttpResponse take_response(std::string_view text) {
  HttpResponse response;
  for (char const c : take_line(text).substr(0, 6))
    if (c >= '0' && c <= '9') response.status = response.status * 10 + (c - '0');
  response.headers = take_headers(text);
  response.body = text;
  return response;
}

/// Method, authority and target on one line each, then as for a response.
inline HttpRequest take_request(std::string_view text) {
  HttpRequest request;
  request.method = unfold(take_line(text));
  request.authority = unfold(take_line(text));
  request.target = unfold(take_line(text));
  request.headers = take_headers(text);
  request.body = text;
  return request;
}

/// One function for each shape of AllShapes: `Test<T>::run`, with `Argument` as its one parameter.
template <template <class> class Test, class Argument>
struct ShapeTable {
  struct Row {
    std::string_view shape;
    void (*run)(Argument);
  };

  template <class... T>
  static constexpr std::array<Row, sizeof...(T)> make(TypeList<T...>) {
    return {Row{healthlake::detail::table_of<T>.shape, &Test<T>::run}...};
  }
  static constexpr auto rows = make(AllShapes{});

  /// Removes the choice of a row from the front: a line with the name of a shape, as in seeds, or else one byte.
  static Row const& take(std::string_view& input) {
    std::string_view rest = input;
    std::string_view const name = take_line(rest);
    for (auto const& row : rows) {
      if (row.shape != name) continue;
      input = rest;
      return row;
    }
    auto const choice = input.empty() ? 0U : static_cast<unsigned char>(input[0]);
    input.remove_prefix(input.empty() ? 0 : 1);
    return rows[choice % rows.size()];
  }
};

}  // namespace healthlake::fuzz
