#include "healthlake/core/result.hpp"

#include <doctest/doctest.h>
#if defined(__unix__)
#include <sys/wait.h>
#include <unistd.h>
#endif

#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

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

TEST_CASE("value() is the value, in the category of the Result") {
  Result<std::string, Fault> result{"value"};
  result.value() += "s";
  CHECK(std::as_const(result).value() == "values");
  std::string const moved = std::move(result).value();
  CHECK(moved == "values");
  CHECK(half(8).value() == 4);
  using R = Result<std::string, Fault>;
  static_assert(std::is_same_v<decltype(std::declval<R&>().value()), std::string&>);
  static_assert(std::is_same_v<decltype(std::declval<R const&>().value()), std::string const&>);
  static_assert(std::is_same_v<decltype(std::declval<R>().value()), std::string&&>);
  static_assert(std::is_same_v<decltype(std::declval<R const>().value()), std::string const&&>);
  static_assert(noexcept(std::declval<R&>().value()));
}

#if defined(__unix__)
namespace {
// How a process ends that takes the value of `result`: the number of its signal, or 0.
int signal_of_value(Result<int, Fault> const& result) {
  pid_t const child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // Quietly, and without the handler of the test runner.
    std::signal(SIGABRT, SIG_DFL);
    static_cast<void>(std::freopen("/dev/null", "w", stderr));
    _exit(result.value() == 4 ? 0 : 1);
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}
}  // namespace

TEST_CASE("value() of an error ends the program") {
  CHECK(signal_of_value(half(8)) == 0);
  CHECK(signal_of_value(half(7)) == SIGABRT);
}
#endif

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

namespace {
// Counts its objects, so that a test sees one that was not destroyed or destroyed twice.
struct Counted {
  explicit Counted(int n) : number(n) { ++alive; }
  Counted(Counted const& other) : number(other.number) { ++alive; }
  Counted(Counted&& other) noexcept : number(std::exchange(other.number, -1)) { ++alive; }
  Counted& operator=(Counted const&) = default;
  Counted& operator=(Counted&& other) noexcept { return number = std::exchange(other.number, -1), *this; }
  ~Counted() { --alive; }

  int number;
  static inline int alive = 0;
};
struct CountedFault : Counted {
  using Counted::Counted;
};
using CountedResult = Result<Counted, CountedFault>;

CountedResult value_of(int n) { return Counted{n}; }
CountedResult fault_of(int n) { return Unexpected{CountedFault{n}}; }
// Negative for an error.
int content_of(CountedResult const& result) { return result ? result->number : -result.error().number; }
}  // namespace

TEST_CASE("a Result is copied, moved and assigned from either alternative to either, and destroys each object once") {
  for (auto* const make_to : {&value_of, &fault_of}) {
    for (auto* const make_from : {&value_of, &fault_of}) {
      CountedResult const from = make_from(2);
      CountedResult copied = make_to(1);
      copied = from;
      CHECK(content_of(copied) == content_of(from));
      CHECK(content_of(CountedResult{from}) == content_of(from));
      CountedResult moved = make_to(1);
      moved = make_from(2);
      CHECK(content_of(moved) == content_of(from));
      CHECK(content_of(CountedResult{std::move(moved)}) == content_of(from));
      auto const& same = copied;
      copied = same;
      CHECK(content_of(copied) == content_of(from));
    }
  }
  CHECK(Counted::alive == 0);
}

TEST_CASE("a Result can be copied if both alternatives can, and moves without exceptions if the value does") {
  static_assert(!std::is_copy_constructible_v<Result<std::unique_ptr<int>, Fault>>);
  static_assert(!std::is_copy_assignable_v<Result<std::unique_ptr<int>, Fault>>);
  static_assert(std::is_nothrow_move_constructible_v<Result<std::unique_ptr<int>, Fault>>);
  static_assert(std::is_nothrow_move_assignable_v<Result<std::unique_ptr<int>, Fault>>);
  static_assert(std::is_copy_constructible_v<Result<std::string, Fault>>);
  static_assert(std::is_copy_assignable_v<Result<std::string, Fault>>);
  CHECK(Unit{} == Unit{});
}

namespace {
// Throws when it is moved for the `fuse`th time.
struct Fused {
  explicit Fused(int moves) : fuse(moves) {}
  Fused(Fused&& other) : fuse(other.fuse - 1) { burn(); }
  Fused& operator=(Fused&& other) {
    fuse = other.fuse - 1;
    burn();
    return *this;
  }
  void burn() const {
    if (fuse == 0) throw 7;
  }
  int fuse;
};
}  // namespace

TEST_CASE("a Result that held an error keeps it if moving the value throws") {
  Result<Fused, std::string> result = Unexpected{"a string that is too long for the short-string buffer"};
  // One move into the source, one into the parameter of the assignment; the third is the one into `result`.
  Result<Fused, std::string> source{Fused{3}};
  CHECK_THROWS_AS(result = std::move(source), int);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error() == "a string that is too long for the short-string buffer");
  result = Result<Fused, std::string>{Fused{9}};
  CHECK(result.has_value());
}

TEST_CASE("a copy of a Result holds the same, and leaves it alone") {
  std::string const text(40, 'x');
  Result<std::string, Fault> const value{text};
  Result<std::string, Fault> const error = Unexpected{Fault{text + "!"}};
  Result<std::string, Fault> const value_copy{value};  // NOLINT(performance-unnecessary-copy-initialization)
  Result<std::string, Fault> const error_copy{error};  // NOLINT(performance-unnecessary-copy-initialization)
  REQUIRE(value_copy.has_value());
  CHECK(*value_copy == text);
  CHECK(*value == text);
  REQUIRE_FALSE(error_copy.has_value());
  CHECK(error_copy.error().why == text + "!");
  // A value that is laid out in another way than the error.
  Result<std::vector<int>, Fault> const numbers{std::vector<int>{1, 2, 3}};
  Result<std::vector<int>, Fault> const numbers_copy{numbers};  // NOLINT(performance-unnecessary-copy-initialization)
  CHECK(*numbers_copy == std::vector<int>{1, 2, 3});
  CHECK(error.error().why == text + "!");
}
