#include "healthlake/core/path.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace healthlake;
using healthlake::detail::Path;

TEST_CASE("a path as a string") {
  Path const root = Path::root(false);
  CHECK(root.text().empty());
  CHECK(root.depth() == 0);
  CHECK_FALSE(root.sensitive());
  Path const tags = Path::member(root, "Tags", false);
  CHECK(tags.text() == "Tags");
  Path const third = Path::element(tags, 3, false);
  CHECK(third.text() == "Tags[3]");
  Path const key = Path::member(third, "Key", false);
  CHECK(key.text() == "Tags[3].Key");
  CHECK(key.depth() == 3);
  Path const entry = Path::entry(key, "a", false, false);
  CHECK(entry.text() == "Tags[3].Key[\"a\"]");
  CHECK(Path::entry(key, "a", true, false).text() == "Tags[3].Key[***]");
}

TEST_CASE("keys in a path are truncated and escaped") {
  Path const root = Path::root(false);
  CHECK(Path::entry(root, std::string(64, 'k'), false, false).text() == "[\"" + std::string(64, 'k') + "\"]");
  CHECK(Path::entry(root, std::string(65, 'k'), false, false).text() == "[\"" + std::string(64, 'k') + "\"...]");
  CHECK(Path::entry(root, "a\n\x7F\xC3\xBC~ ", false, false).text() == "[\"a\\x0a\\x7f\\xc3\\xbc~ \"]");
  CHECK(Path::entry(root, "a\"]\\", false, false).text() == "[\"a\\\"]\\\\\"]");
}

TEST_CASE("everything inside a sensitive value is sensitive") {
  Path const root = Path::root(true);
  Path const member = Path::member(root, "M", false);
  CHECK(member.sensitive());
  Path const open = Path::root(false);
  Path const secret = Path::member(open, "M", true);
  CHECK(Path::element(secret, 0, false).sensitive());
  CHECK(Path::entry(secret, "k", false, false).sensitive());
  CHECK_FALSE(Path::entry(open, "k", true, false).sensitive());
}
