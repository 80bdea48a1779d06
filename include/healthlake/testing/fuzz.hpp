// What a fuzz target needs: a check that ends the run with a message, parsers for the HTTP messages in seeds, and a way
// to run a target on files without a fuzzer.
//
// Rules: an adapter, since it prints and reads files. A target is one file with its invariants at the top and
// `LLVMFuzzerTestOneInput`. Inputs are plain text where possible, so that seeds can be written by hand and a crash can
// be read: docs/fuzzing.md has their forms.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "healthlake/http/message.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/version.hpp"

/// libFuzzer's entry point, defined by each target. Returns 0.
// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

/// Ends the run if `condition` is false; `what` names the invariant, `shown` is printed with it.
#define HEALTHLAKE_FUZZ_REQUIRE(condition, what, shown)                                        \
  do {                                                                                         \
    if (!(condition)) ::healthlake::fuzz::broken(#condition, what, shown, __FILE__, __LINE__); \
  } while (false)

namespace HEALTHLAKE_NAMESPACE::fuzz {

/// Prints where and why an invariant does not hold, and aborts. See HEALTHLAKE_FUZZ_REQUIRE.
[[noreturn]] inline void broken(char const* condition, char const* what, std::string_view shown, char const* file,
                                int line) {
  std::fprintf(stderr, "%s:%d: %s\n  does not hold: %s\n  with: %.*s\n", file, line, what, condition,
               static_cast<int>(shown.size() < 4096 ? shown.size() : 4096), shown.data());
  std::abort();
}

/// The input as a string.
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
    if (healthlake::detail::is_digit(c)) response.status = response.status * 10 + healthlake::detail::digit_value(c);
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

/// Runs a target on each file, and on each file in each folder, that `argv` names after the program: for regression
/// tests, and for compilers without libFuzzer. Returns 0; or 1, after a message, if a file cannot be read or there was
/// none.
inline int replay(int (*target)(std::uint8_t const*, std::size_t), int argc, char const* const* argv) {
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < argc; ++i) {
    std::error_code none;
    if (!std::filesystem::is_directory(argv[i], none)) {
      files.emplace_back(argv[i]);
      continue;
    }
    for (auto const& entry : std::filesystem::recursive_directory_iterator{argv[i], none})
      if (entry.is_regular_file(none)) files.push_back(entry.path());
  }
  // The order of a folder differs from machine to machine.
  std::sort(files.begin(), files.end());
  for (auto const& path : files) {
    std::ifstream file{path, std::ios::binary};
    std::vector<char> const bytes{std::istreambuf_iterator<char>{file}, {}};
    if (!file.is_open() || file.bad()) {
      std::fprintf(stderr, "%s cannot be read\n", path.string().c_str());
      return 1;
    }
    target(reinterpret_cast<std::uint8_t const*>(bytes.data()), bytes.size());
  }
  std::fprintf(stderr, "%zu inputs\n", files.size());
  return files.empty() ? 1 : 0;
}

}  // namespace HEALTHLAKE_NAMESPACE::fuzz
