// Invariant: each of the faults that other implementations had is the subject of a test here that names it, or there is
// a reason why it cannot occur.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
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

// Faults of the FHIR REST interface: this library exports by StartFHIRExportJob and DescribeFHIRExportJob, which are
// calls of the awsJson protocol.
constexpr char const* no_rest = "only the REST interface has it, which this library does not speak";
std::map<int, char const*> const cannot_occur{{73, no_rest}, {74, no_rest}, {75, no_rest}, {76, no_rest}, {77, no_rest},
                                              {78, no_rest}, {79, no_rest}, {80, no_rest}, {81, no_rest}, {82, no_rest},
                                              {83, no_rest}, {84, no_rest}, {85, no_rest}, {86, no_rest}};

}  // namespace

TEST_CASE("the faults that others had: each has a test that names it, or a reason") {
  auto const faults = load_conformance("credentials/faults.json");
  auto const tested = tested_faults();
  CHECK(faults.size() == 86);
  std::set<int> ids;
  for (auto const& fault : faults) {
    int const id = fault.at("id").get<int>();
    ids.insert(id);
    CAPTURE(id);
    CAPTURE(fault.at("fault").get<std::string>());
    bool const has_test = tested.count(id) != 0;
    bool const has_reason = cannot_occur.count(id) != 0;
    CHECK_MESSAGE(has_test != has_reason, (has_test ? "it is tested, so it needs no reason" : "no test names it"));
    if (has_reason) CHECK(fault.at("area") == "bulk export");
  }
  CHECK(ids.size() == 86);
  for (int const id : tested) CHECK(ids.count(id) == 1);
}
