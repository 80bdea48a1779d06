#include "healthlake/local/storage/posix_file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/recorded_calls.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace healthlake;
using detail::FileDescriptor;

namespace {

FileDescriptor open_in(TemporaryFolder const& folder, char const* name, int flags) {
  return FileDescriptor{::open((folder.path / name).c_str(), flags | O_CLOEXEC, 0600)};
}
bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

}  // namespace

TEST_CASE("a descriptor is closed once: with the last object that has it") {
  TemporaryFolder const folder;
  int fd = -1;
  {
    FileDescriptor file = open_in(folder, "a", O_WRONLY | O_CREAT);
    REQUIRE(file);
    fd = file.get();
    FileDescriptor moved{std::move(file)};
    CHECK(moved.get() == fd);
    FileDescriptor assigned;
    CHECK_FALSE(assigned);
    assigned = std::move(moved);
    CHECK(assigned.get() == fd);
    CHECK(is_open(fd));
  }
  CHECK_FALSE(is_open(fd));
}

TEST_CASE("files are written and read whole, whatever their size") {
  TemporaryFolder const folder;
  for (std::size_t const size : {0U, 1U, 65'535U, 65'536U, 65'537U, 300'000U}) {
    std::string const bytes(size, 'x');
    FileDescriptor const out = open_in(folder, "a", O_WRONLY | O_CREAT | O_TRUNC);
    REQUIRE(detail::write_all(out.get(), bytes));
    FileDescriptor const in = open_in(folder, "a", O_RDONLY);
    CHECK(detail::read_all(in.get()).value_or("?") == bytes);
  }
}

TEST_CASE("what cannot be read or written is an error that says so") {
  TemporaryFolder const folder;
  FileDescriptor const out = open_in(folder, "a", O_WRONLY | O_CREAT);
  CHECK(detail::read_all(out.get()).error().starts_with("cannot read: "));
  FileDescriptor const in = open_in(folder, "a", O_RDONLY);
  CHECK(detail::write_all(in.get(), "x").error().starts_with("cannot write: "));
  CHECK(detail::directory_entries(in.get()).error().starts_with("cannot read a directory: "));
  CHECK(detail::directory_entries(-1).error().starts_with("cannot read a directory: "));
}

TEST_CASE("the names in a folder are sorted, and can be read again") {
  TemporaryFolder const folder;
  for (char const* name : {"b", "a", ".hidden"}) write_file(folder.path / name, "");
  std::filesystem::create_directory(folder.path / "c");
  FileDescriptor const dir{::open(folder.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  std::vector<std::string> const expected{".hidden", "a", "b", "c"};
  for (int i = 0; i < 2; ++i)
    CHECK(detail::directory_entries(dir.get()).value_or(std::vector<std::string>{}) == expected);
}

TEST_CASE("links are links, not what they lead to") {
  TemporaryFolder const folder;
  write_file(folder.path / "file", "");
  std::filesystem::create_directory(folder.path / "folder");
  std::filesystem::create_symlink("file", folder.path / "link");
  FileDescriptor const dir{::open(folder.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  CHECK(detail::entry_type(dir.get(), "file") == S_IFREG);
  CHECK(detail::entry_type(dir.get(), "folder") == S_IFDIR);
  CHECK(detail::entry_type(dir.get(), "link") == S_IFLNK);
  CHECK(detail::entry_type(dir.get(), "nothing") == 0);
  CHECK(detail::is_regular(open_in(folder, "file", O_RDONLY).get()));
  CHECK_FALSE(detail::is_regular(dir.get()));
  CHECK_FALSE(detail::is_regular(-1));
}

TEST_CASE("each folder that is made is synced in the one above it, from the top") {
  TemporaryFolder const folder;
  RecordedCalls const calls{folder.path};
  REQUIRE(create_directories(folder.path / "a/b/c", calls));
  CHECK(std::filesystem::is_directory(folder.path / "a/b/c"));
  CHECK(calls.log ==
        std::vector<std::string>{"sync ..", "mkdir a", "sync .", "mkdir a/b", "sync a", "mkdir a/b/c", "sync a/b"});
  calls.log.clear();
  REQUIRE(create_directories(folder.path / "e/", calls));
  CHECK(calls.log == std::vector<std::string>{"sync ..", "mkdir e", "sync ."});
  write_file(folder.path / "file", "");
  CHECK(create_directories(folder.path / "file/x", calls).error().find("file") != std::string::npos);
  CHECK(create_directories(folder.path / "file", calls).error().find("file") != std::string::npos);
  calls.sync_error = EIO;
  CHECK(create_directories(folder.path / "f", calls).error().starts_with("cannot sync the directory "));
}

// It may be from a process that was killed before it could sync it: what is written in it then would be lost with it.
TEST_CASE("a folder that is there is synced in the one above it, too, if that can be read") {
  TemporaryFolder const folder;
  RecordedCalls const calls{folder.path};
  std::filesystem::create_directories(folder.path / "a/b");
  for (char const* const path : {"a/b", "a/b/"}) {
    calls.log.clear();
    REQUIRE(create_directories(folder.path / path, calls));
    CHECK(calls.log == std::vector<std::string>{"sync a"});
  }
  calls.log.clear();
  REQUIRE(create_directories(folder.path / "a/b/c/d", calls));
  CHECK(calls.log == std::vector<std::string>{"sync a", "mkdir a/b/c", "sync a/b", "mkdir a/b/c/d", "sync a/b/c"});
  calls.sync_error = EIO;
  CHECK(create_directories(folder.path / "a/b", calls).error().starts_with("cannot sync the directory "));
  // A mount point in a file system that is read-only or does not sync directories; but nothing is created in one.
  for (int const error : {EINVAL, EROFS}) {
    calls.sync_error = error;
    CHECK(create_directories(folder.path / "a/b", calls));
    CHECK_FALSE(create_directories(folder.path / ("a/new" + std::to_string(error)), calls));
  }
  CHECK(create_directories("/"));
  CHECK(create_directories("."));
  CHECK(create_directories("./"));
}
