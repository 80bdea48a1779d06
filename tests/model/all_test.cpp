// Invariant: the list of operations is the service model's of November 2026, each once and in alphabetical order.
#include "healthlake/model/all.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string_view>
#include <vector>

using namespace healthlake;

TEST_CASE("all operations") {
  std::vector<std::string_view> names;
  AllOperations::for_each([&]<Operation Op>() { names.push_back(Op::name); });
  CHECK(names.size() == AllOperations::size);
  CHECK(AllOperations::size == 26);
  CHECK(std::is_sorted(names.begin(), names.end()));
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}
