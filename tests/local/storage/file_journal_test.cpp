#include "healthlake/local/storage/file_journal.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "healthlake/local/storage/file_store.hpp"
#include "tests/support/local_bench.hpp"
#include "tests/support/recorded_calls.hpp"
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

// After a failure the file is as before, so that the next line does not stick to half of one.
TEST_CASE("a full disk leaves no torn line, and lines fit again as soon as there is room") {
  Folder const folder;
  RecordedCalls const calls{folder.path};
  auto const journal = FileJournal::open(folder.path, calls);
  REQUIRE(journal);
  REQUIRE((*journal)->append("one"));
  for (std::size_t const room : {0U, 1U, 3U}) {
    calls.room = room;
    auto const refused = (*journal)->append("two");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().starts_with("cannot write: "));
    CHECK(folder.text() == "one\n");
  }
  calls.room = 100;
  calls.sync_error = EIO;
  CHECK_FALSE((*journal)->append("two"));
  CHECK(folder.text() == "one\n");
  calls.sync_error = 0;
  REQUIRE((*journal)->append("two"));
  CHECK(folder.text() == "one\ntwo\n");
}

TEST_CASE("half a line that cannot be cut off at once is cut off before the next line") {
  Folder const folder;
  RecordedCalls const calls{folder.path};
  auto const journal = FileJournal::open(folder.path, calls);
  REQUIRE(journal);
  REQUIRE((*journal)->append("one"));
  calls.room = 2;
  calls.truncate_error = EIO;
  CHECK_FALSE((*journal)->append("two"));
  CHECK(folder.text() == "one\ntw");
  calls.room = 100;
  CHECK_FALSE((*journal)->append("two"));
  CHECK_FALSE((*journal)->reserve(1));
  CHECK(folder.text() == "one\ntw");
  calls.truncate_error = 0;
  REQUIRE((*journal)->append("two"));
  CHECK(folder.text() == "one\ntwo\n");
}

TEST_CASE("room can be asked for beforehand, also where the file system cannot reserve it, and changes nothing") {
  for (int const error : {0, ENOSYS, EOPNOTSUPP}) {
    Folder const folder;
    RecordedCalls const calls{folder.path};
    auto const journal = FileJournal::open(folder.path, calls);
    REQUIRE(journal);
    REQUIRE((*journal)->append("one"));
    calls.reserve_error = error;
    CHECK((*journal)->reserve(100'000));
    CHECK(folder.text() == "one\n");
    calls.room = 50;
    CHECK_FALSE((*journal)->reserve(100));
    CHECK(folder.text() == "one\n");
    calls.room = 100;
    REQUIRE((*journal)->append("two"));
    CHECK(folder.text() == "one\ntwo\n");
  }
}

TEST_CASE("room beyond the size that the process may write is refused before anything is written") {
  Folder const folder;
  auto const journal = FileJournal::open(folder.path);
  REQUIRE(journal);
  {
    Limit const small{RLIMIT_FSIZE, 10'000};
    CHECK((*journal)->reserve(10'000));
    auto const refused = (*journal)->reserve(10'001);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().starts_with("cannot reserve disk space: "));
  }
  CHECK((*journal)->reserve(10'001));
  CHECK(folder.text().empty());
}

// A process that was killed may have written a line that is not on the disk yet. What is read is reported, so it has to
// be durable first; and later lines continue it. After a sync that failed, the line must be written again.
TEST_CASE("a journal that is opened is on the disk, with its name, before anything of it is read") {
  for (auto const& last : {std::string{"two\n"}, std::string{"tw"}, std::string{"\n"}, std::string(70'000, 'x'),
                           std::string(65'535, 'x') + "\n", std::string(200'000, 'x') + "\n", std::string{}}) {
    Folder const folder;
    std::string const text = last.empty() ? "" : "one\n" + last;
    write_file(folder.path / "journal.ndjson", text);
    RecordedCalls const calls{folder.path};
    REQUIRE(FileJournal::open(folder.path, calls));
    std::vector<std::string> order{"create journal.ndjson", "create journal.ndjson"};
    // In blocks: a line may be as long as what an import added.
    order.insert(order.end(), (last.size() + 65'535) / 65'536, "write journal.ndjson");
    order.emplace_back("sync journal.ndjson");
    order.emplace_back("sync .");
    CHECK(calls.log == order);
    CHECK(folder.text() == text);
    // Only the last line, and only if there is room.
    calls.room = last.size();
    REQUIRE(FileJournal::open(folder.path, calls));
    CHECK(calls.room == 0);
    REQUIRE(FileJournal::open(folder.path, calls));
    CHECK(folder.text() == text);
    calls.sync_error = EIO;
    auto const refused = FileJournal::open(folder.path, calls);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().starts_with("cannot sync "));
  }
}

// A record of what is done may not be durable before what was done.
TEST_CASE("what a job wrote is on the disk before the record that says so") {
  Folder const folder;
  std::filesystem::create_directory(folder.path / "s3");
  RecordedCalls const calls{folder.path};
  auto const store = FileStore::open((folder.path / "s3").string(), calls);
  auto const journal = FileJournal::open(folder.path, calls);
  REQUIRE(store);
  REQUIRE(journal);
  REQUIRE((*store)->put("bucket", "in/a.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"2\"}\nbad\n"));
  Timestamp now = bench_begin;
  LocalHealthLake service{[&] { return now; }, **store};
  REQUIRE(service.add_datastore("given", {{"x", "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n"}}));
  REQUIRE(service.open_journal(**journal));
  auto const send = [&]<class Op>(Op, typename Op::Input const& input) {
    CHECK(service.send(*write_request<Op>(input, {.scheme = "http", .authority = "localhost"}))->status == 200);
  };
  send(StartFHIRExportJob{}, {.output_data_config = output_to("s3://bucket/out"),
                              .datastore_id = "given",
                              .data_access_role_arn = bench_role});
  send(StartFHIRImportJob{}, {.input_data_config = {{std::string{"s3://bucket/in"}}},
                              .job_output_data_config = output_to("s3://bucket/log"),
                              .datastore_id = "given",
                              .data_access_role_arn = bench_role});
  calls.log.clear();
  now = now + Milliseconds{6'000};
  service.settle();

  // Each rename comes after the sync of its file and before that of its directory, which comes before the next record.
  std::set<std::string> unsynced_files;
  std::set<std::string> unsynced_folders;
  int renamed = 0;
  int records = 0;
  for (auto const& call : calls.log) {
    std::string const what = call.substr(call.find(' ') + 1);
    if (call == "write journal.ndjson") {
      CHECK_MESSAGE(unsynced_folders.empty(), call);
      ++records;
    } else if (call.starts_with("write ")) {
      unsynced_files.insert(what);
    } else if (call.starts_with("sync ")) {
      unsynced_files.erase(what);
      unsynced_folders.erase(what);
    } else if (call.starts_with("rename ")) {
      ++renamed;
      CHECK_MESSAGE(unsynced_files.empty(), call);
      unsynced_folders.insert(std::filesystem::path{what.substr(what.find(' ') + 1)}.parent_path());
    } else if (call.starts_with("mkdir ")) {
      std::string const parent = std::filesystem::path{what}.parent_path();
      unsynced_folders.insert(parent.empty() ? std::string{"."} : parent);
    }
  }
  // An export's file; an import's manifest and two logs. A record each, and one of the time that passed.
  CHECK(renamed == 4);
  CHECK(records == 3);
}
