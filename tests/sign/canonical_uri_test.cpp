// Invariants: equivalent targets have the same canonical form; a path is normal if and only if normalizing it changes
// nothing, so that taking a normal one as it is changes nothing either.
#include "healthlake/sign/canonical_uri.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace healthlake;

namespace {
std::string path(std::string_view raw, bool normalize = true, bool encode = true) {
  return detail::written([&](auto& sink) { detail::write_canonical_path(sink, raw, normalize, encode); });
}
std::string query(std::string_view raw) {
  return detail::written([&](auto& sink) { detail::write_canonical_query(sink, raw); });
}
}  // namespace

TEST_CASE("a path is normalized, then encoded once more") {
  CHECK(path("") == "/");
  CHECK(path("/") == "/");
  CHECK(path("//") == "/");
  CHECK(path("/example/..") == "/");
  CHECK(path("/..") == "/");
  CHECK(path("/../..//../a") == "/a");
  CHECK(path("/a/b/../c") == "/a/c");
  CHECK(path("/./example") == "/example");
  CHECK(path("//example//") == "/example/");
  CHECK(path("/a/b/.") == "/a/b/");
  CHECK(path("/a/b/..") == "/a/");
  CHECK(path("/.../..a/b..") == "/.../..a/b..");
  CHECK(path("/a b/%20/\xe1\x88\xb4") == "/a%20b/%2520/%E1%88%B4");
  CHECK(path("/-._~09AZaz") == "/-._~09AZaz");
  CHECK(path("/$&+,:;=@[]*'") == "/%24%26%2B%2C%3A%3B%3D%40%5B%5D%2A%27");
  CHECK(path("no/slash") == "/no/slash");
  CHECK(path("*") == "/%2A");
}

TEST_CASE("a path is normal if normalizing it changes nothing: all of up to 7 characters") {
  constexpr std::string_view alphabet = "/.a";
  std::vector<std::string> paths{""};
  for (std::size_t at = 0; at < paths.size(); ++at) {
    std::string const each = paths[at];
    CAPTURE(each);
    REQUIRE(detail::is_normal_path(each) == (detail::normalize_path(each) == each));
    for (char const c : alphabet)
      if (each.size() < 7) paths.push_back(each + c);
  }
  CHECK(paths.size() == 3280);
}

TEST_CASE("a path that is not normalized is only encoded") {
  CHECK(path("", false) == "/");
  CHECK(path("x", false) == "/x");
  CHECK(path("//example//", false) == "//example//");
  CHECK(path("/a/./../b c", false) == "/a/./../b%20c");
}

TEST_CASE("a path that is not encoded is only normalized, or nothing at all") {
  CHECK(path("", false, false) == "/");
  CHECK(path("x", false, false) == "/x");
  CHECK(path("/a%20b/%2B/%C3%A9//../.", false, false) == "/a%20b/%2B/%C3%A9//../.");
  CHECK(path("/a%20b//../c/", true, false) == "/c/");
}

TEST_CASE("a query is decoded, encoded again and sorted") {
  CHECK(query("").empty());
  CHECK(query("b=2&a=1") == "a=1&b=2");
  CHECK(query("a=2&a=1&a=10") == "a=1&a=10&a=2");
  CHECK(query("Param2=v&Param1=v&param0=v") == "Param1=v&Param2=v&param0=v");
  CHECK(query("a&b=") == "a=&b=");
  CHECK(query("&&a=1&&") == "a=1");
  CHECK(query("=x") == "=x");
  CHECK(query("a=b=c") == "a=b%3Dc");
  CHECK(query("a=%20%2f%2F~") == "a=%20%2F%2F~");
  CHECK(query("a=+ b/-") == "a=%2B%20b%2F-");
  CHECK(query("a=%30%39%41%5a%61%7A%09%99%2c,.") == "a=09AZaz%09%99%2C%2C.");
  CHECK(query("\xe1\x88\xb4=bar") == "%E1%88%B4=bar");
  // Sorted as encoded: `%` comes before every letter.
  CHECK(query("a=1&\xc3\xa9=1") == "%C3%A9=1&a=1");
  // Values keep their places while others are encoded at three bytes for each one.
  std::string long_query;
  std::string long_result;
  for (char c = 'a'; c <= 'z'; ++c) {
    long_query += (long_query.empty() ? "" : "&") + std::string(20, '\xff') + c + "=" + std::string(20, '\xfe');
    long_result += long_result.empty() ? "" : "&";
    for (int i = 0; i < 20; ++i) long_result += "%FF";
    long_result += std::string{c} + "=";
    for (int i = 0; i < 20; ++i) long_result += "%FE";
  }
  CHECK(query(long_query) == long_result);
  // What is not an escape is left as it is.
  CHECK(query("a=%&b=%4&c=%4g&d=%g4&e=100%") == "a=%25&b=%254&c=%254g&d=%25g4&e=100%25");
}
