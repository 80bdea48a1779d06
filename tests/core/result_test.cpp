#include "healthlake/core/result.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

using namespace healthlake;

namespace {
struct Fault {
  std::string why;
};
Result<int, Fault> half(int n) {
  if (n % 2 != 0) return Unexpected{Fault{"odd"}};
  return n / 2;
}
}  // namespace

TEST_CASE("a Result holds its value") {
  Result<std::string, Fault> result{"value"};
  CHECK(result.has_value());
  CHECK(static_cast<bool>(result));
  CHECK(*result == "value");
  CHECK(result->size() == 5);
  *result += "s";
  Result<std::string, Fault> const& constant = result;
  CHECK(*constant == "values");
  CHECK(constant->size() == 6);
  CHECK(constant.value_or("other") == "values");
  std::string const moved = *std::move(result);
  CHECK(moved == "values");
}

TEST_CASE("a Result holds its error") {
  Result<int, Fault> result = Unexpected{Fault{"why"}};
  CHECK_FALSE(result.has_value());
  CHECK_FALSE(static_cast<bool>(result));
  CHECK(result.error().why == "why");
  result.error().why = "because";
  Result<int, Fault> const& constant = result;
  CHECK(constant.error().why == "because");
  CHECK(constant.value_or(7) == 7);
  Fault const moved = std::move(result).error();
  CHECK(moved.why == "because");
}

TEST_CASE("and_then and transform continue with the value and forward the error") {
  CHECK(*half(8).and_then(half) == 2);
  CHECK(half(6).and_then(half).error().why == "odd");
  bool called = false;
  CHECK(half(1)
            .and_then([&](int) {
              called = true;
              return half(2);
            })
            .error()
            .why == "odd");
  CHECK(*half(8).transform([](int n) { return std::to_string(n); }) == "4");
  CHECK(half(1)
            .transform([&](int n) {
              called = true;
              return n;
            })
            .error()
            .why == "odd");
  CHECK_FALSE(called);
}

TEST_CASE("a Result moves what cannot be copied, and converts the error type") {
  Result<std::unique_ptr<int>, Fault> result{std::make_unique<int>(3)};
  auto const length = std::move(result).transform([](std::unique_ptr<int>&& p) { return *p; });
  CHECK(*length == 3);
  Result<int, std::string> text = Unexpected{"literal"};
  CHECK(text.error() == "literal");
  static_assert(!std::is_constructible_v<Result<int, std::string>, Unexpected<Fault>>);
  CHECK(Result<Unit, Fault>{Unit{}}.has_value());
}
