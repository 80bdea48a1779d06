#include "healthlake/local/storage/journal.hpp"

#include <doctest/doctest.h>

using namespace healthlake;

TEST_CASE("a journal in memory contains the appended lines, each with its line end") {
  MemoryJournal journal;
  CHECK(journal.read().value_or("?").empty());
  REQUIRE(journal.append("one"));
  REQUIRE(journal.append(""));
  REQUIRE(journal.append("two"));
  CHECK(journal.read().value_or("?") == "one\n\ntwo\n");
  CHECK(journal.bytes() == "one\n\ntwo\n");
}

TEST_CASE("what is cut off a journal in memory is gone") {
  MemoryJournal journal{"one\ntorn"};
  REQUIRE(journal.cut(4));
  REQUIRE(journal.append("two"));
  CHECK(journal.bytes() == "one\ntwo\n");
}

TEST_CASE("a full journal in memory accepts no lines, and loses none") {
  MemoryJournal journal;
  journal.fail_after(1);
  REQUIRE(journal.append("one"));
  auto const refused = journal.append("two");
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == "no space left");
  CHECK(journal.bytes() == "one\n");
  journal.fail_after(1);
  CHECK(journal.append("two"));
  CHECK(journal.bytes() == "one\ntwo\n");
}
