// Invariant: each of the faults that other implementations had is the subject of a test here that names it.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include "../support/conformance.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

using namespace healthlake;

namespace {

// The numbers after `fault` or `faults` in the names of the test cases of a file: `faults 46, 47: ...`.
void add_faults(std::string_view source, std::set<int>& faults) {
  for (auto at = source.find("TEST_CASE("); at != source.npos; at = source.find("TEST_CASE(", at + 1)) {
    auto name = source.substr(at + 10);
    while (!name.empty() && (detail::is_white_space(name.front()) || name.front() == '"')) name.remove_prefix(1);
    if (!name.starts_with("fault")) continue;
    auto numbers = name.substr(0, name.find(':'));
    numbers.remove_prefix(numbers.find(' ') + 1);
    detail::for_each_piece(numbers, ',', [&](std::string_view number) {
      while (number.starts_with(' ')) number.remove_prefix(1);
      auto const parsed = parse_integer(number);
      CAPTURE(std::string{name.substr(0, 60)});
      CHECK(parsed.size == number.size());
      faults.insert(static_cast<int>(parsed.value));
    });
  }
}

std::set<int> tested_faults() {
  std::set<int> faults;
  for (auto const& entry : std::filesystem::recursive_directory_iterator{"tests"}) {
    if (!entry.path().string().ends_with("_test.cpp")) continue;
    std::ifstream file{entry.path()};
    add_faults(std::string{std::istreambuf_iterator<char>{file}, {}}, faults);
  }
  return faults;
}

}  // namespace

TEST_CASE("the faults that others had: each has a test that names it") {
  auto const faults = load_conformance("credentials/faults.json");
  auto const tested = tested_faults();
  CHECK(faults.size() == 86);
  std::set<int> ids;
  for (auto const& fault : faults) {
    int const id = fault.at("id").get<int>();
    ids.insert(id);
    CAPTURE(id);
    CAPTURE(fault.at("fault").get<std::string>());
    CHECK_MESSAGE(tested.count(id) != 0, "no test names it");
  }
  CHECK(ids.size() == 86);
  for (int const id : tested) CHECK(ids.count(id) == 1);
}
