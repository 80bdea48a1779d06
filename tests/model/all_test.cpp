// Invariant: the lists of operations and of waiters are the service model's of November 2026, each type once and in
// alphabetical order.
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

TEST_CASE("all waiters") {
  std::vector<std::string_view> names;
  AllWaiters::for_each([&]<WaiterShape W>() { names.push_back(W::name); });
  CHECK(names.size() == AllWaiters::size);
  CHECK(AllWaiters::size == 5);
  CHECK(std::is_sorted(names.begin(), names.end()));
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}
