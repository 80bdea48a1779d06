#include "healthlake/local/storage/object_store.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace healthlake;

TEST_CASE("memory keeps what was put last, bucket by bucket") {
  MemoryStore store;
  REQUIRE(store.put("one", "b", "1"));
  REQUIRE(store.put("one", "a/x", std::string_view{"\0\n", 2}));
  REQUIRE(store.put("one", "a/y", "old"));
  REQUIRE(store.put("one", "a/y", "new"));
  REQUIRE(store.put("two", "b", "2"));
  CHECK(*store.get("one", "b") == "1");
  CHECK(*store.get("two", "b") == "2");
  CHECK(*store.get("one", "a/y") == "new");
  CHECK(store.get("one", "a/x")->size() == 2);
  CHECK(*store.list("one", "") == std::vector<std::string>{"a/x", "a/y", "b"});
  CHECK(*store.list("one", "a/") == std::vector<std::string>{"a/x", "a/y"});
  CHECK(store.list("one", "c")->empty());
  CHECK(store.list("three", "")->empty());
}

TEST_CASE("memory says why it has or takes no object") {
  MemoryStore store;
  CHECK(store.get("one", "a").error() == "no such bucket");
  REQUIRE(store.put("one", "a", ""));
  CHECK(store.get("one", "b").error() == "no such key");
  CHECK(store.put("Bad", "a", "").error().find("bucket") != std::string::npos);
  CHECK(store.put("one", "", "").error().find("key") != std::string::npos);
  store.deny("one");
  CHECK(store.put("one", "a", "x").error() == "access denied");
  CHECK(*store.get("one", "a") == "");
  CHECK(store.put("two", "a", "x"));
}
