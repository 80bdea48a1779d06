#include "healthlake/local/storage/file_journal.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "tests/support/temporary_folder.hpp"

using namespace healthlake;

namespace {

struct Folder : TemporaryFolder {
  [[nodiscard]] std::string text() const { return read_file(path / "journal.ndjson"); }
};

}  // namespace

TEST_CASE("lines are in the file when append returns, and are read back") {
  Folder const folder;
  {
    auto const journal = FileJournal::open(folder.path);
    REQUIRE(journal);
    CHECK((*journal)->read().value_or("?").empty());
    REQUIRE((*journal)->append("one"));
    CHECK(folder.text() == "one\n");
    REQUIRE((*journal)->append("two"));
    CHECK((*journal)->read().value_or("") == "one\ntwo\n");
    REQUIRE((*journal)->append("three"));
    CHECK(folder.text() == "one\ntwo\nthree\n");
  }
  auto const journal = FileJournal::open(folder.path);
  REQUIRE(journal);
  REQUIRE((*journal)->cut(4));
  REQUIRE((*journal)->append("four"));
  CHECK(folder.text() == "one\nfour\n");
}

TEST_CASE("the file is its owner's only, and one process has it at a time") {
  Folder const folder;
  auto const journal = FileJournal::open(folder.path);
  REQUIRE(journal);
  struct stat info {};
  REQUIRE(::stat((folder.path / "journal.ndjson").c_str(), &info) == 0);
  CHECK((info.st_mode & 0077) == 0);
  auto const second = FileJournal::open(folder.path);
  REQUIRE_FALSE(second);
  CHECK(second.error().find("lock") != std::string::npos);
}

TEST_CASE("no folder, a link and a folder in the journal's place are refused") {
  Folder const folder;
  CHECK_FALSE(FileJournal::open((folder.path / "none").string()));
  std::filesystem::create_symlink("elsewhere", folder.path / "journal.ndjson");
  CHECK_FALSE(FileJournal::open(folder.path));
  CHECK_FALSE(std::filesystem::exists(folder.path / "elsewhere"));
  std::filesystem::remove(folder.path / "journal.ndjson");
  std::filesystem::create_directory(folder.path / "journal.ndjson");
  CHECK_FALSE(FileJournal::open(folder.path));
  std::filesystem::remove(folder.path / "journal.ndjson");
  REQUIRE(::mkfifo((folder.path / "journal.ndjson").c_str(), 0600) == 0);
  CHECK_FALSE(FileJournal::open(folder.path));
}
