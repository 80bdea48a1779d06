// Invariant: what was constructed is destroyed once, whatever is put in its place, and the index says what there is.
#include "healthlake/core/one_of.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <utility>

using namespace healthlake;

namespace {

// Counts how many of it there are.
struct Counted {
  int* count;
  explicit Counted(int& living) : count(&living) { ++*count; }
  Counted(Counted const& other) : count(other.count) { ++*count; }
  Counted(Counted&& other) noexcept : count(other.count) { ++*count; }
  Counted& operator=(Counted const&) = delete;
  ~Counted() { --*count; }
  friend bool operator==(Counted const&, Counted const&) = default;
};

using Three = detail::OneOf<int, Counted, std::string>;

}  // namespace

TEST_CASE("a value is destroyed when another one takes its place, when it is reset, and at the end") {
  int living = 0;
  {
    Three one;
    CHECK(one.index() == Three::nothing);
    one.emplace<1>(living);
    CHECK(living == 1);
    CHECK(one.index() == 1);
    one.emplace<1>(living);
    CHECK(living == 1);
    one.emplace<0>(5);
    CHECK(living == 0);
    CHECK(*one.get_if<0>() == 5);
    one.emplace<1>(living);
    one.reset();
    CHECK(living == 0);
    CHECK(one.index() == Three::nothing);
    CHECK(one.get_if<1>() == nullptr);
    one.emplace<1>(living);
    Three copy{one};
    CHECK(living == 2);
    CHECK(copy == one);
    Three text;
    text.emplace<2>(std::size_t{40}, 'x');
    copy = text;
    CHECK(living == 1);
    CHECK(*copy.get_if<2>() == std::string(40, 'x'));
    text = std::move(one);
    CHECK(text.index() == 1);
    CHECK(living == 2);
  }
  CHECK(living == 0);
}

TEST_CASE("the storage is as large as the largest type") {
  CHECK(detail::largest({1, 5, 3}) == 5);
  CHECK(detail::largest({5, 1}) == 5);
  CHECK(detail::largest({1, 5}) == 5);
}
