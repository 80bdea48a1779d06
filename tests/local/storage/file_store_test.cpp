#include "healthlake/local/storage/file_store.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/recorded_calls.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace healthlake;
namespace fs = std::filesystem;

namespace {

void write(fs::path const& path, std::string const& bytes) { write_file(path, bytes); }
std::string read(fs::path const& path) { return read_file(path); }

// A directory with the store's root and, next to it, what must not be touched.
struct Fixture {
  TemporaryFolder folder{};
  fs::path base = folder.path;
  fs::path root;
  fs::path outside;
  std::unique_ptr<FileStore> store;

  Fixture() {
    root = base / "root";
    outside = base / "outside";
    fs::create_directories(root);
    fs::create_directories(outside / "folder");
    write(outside / "secret.txt", "secret");
    auto opened = FileStore::open(root.string());
    REQUIRE(opened);
    store = *std::move(opened);
  }

  // Everything outside the root is as it was made.
  void check_outside() const {
    CHECK(read(outside / "secret.txt") == "secret");
    CHECK(fs::is_empty(outside / "folder"));
    CHECK(std::distance(fs::directory_iterator{outside}, {}) == 2);
    CHECK(std::distance(fs::directory_iterator{base}, {}) == 2);
  }
  // All paths below the root, to see that nothing is left behind.
  [[nodiscard]] std::vector<std::string> below_root() const {
    std::vector<std::string> paths;
    for (auto const& entry : fs::recursive_directory_iterator{root}) {
      paths.push_back(entry.path().lexically_relative(root).string());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
  }
  void check_refused(std::string const& bucket, std::string const& key) {
    auto const before = below_root();
    CHECK_MESSAGE(!store->put(bucket, key, "evil"), bucket << " " << key);
    CHECK_MESSAGE(!store->get(bucket, key), bucket << " " << key);
    CHECK(below_root() == before);
    check_outside();
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "an object is a file below the root") {
  std::string const bytes{"a\0\r\n\xff", 5};
  REQUIRE(store->put("bucket", "a/b/c.ndjson", bytes));
  CHECK(read(root / "bucket/a/b/c.ndjson") == bytes);
  CHECK(*store->get("bucket", "a/b/c.ndjson") == bytes);
  REQUIRE(store->put("bucket", "a/b/c.ndjson", ""));
  CHECK(*store->get("bucket", "a/b/c.ndjson") == "");
  std::string const large(300'000, 'x');
  REQUIRE(store->put("bucket", "top", large));
  CHECK(*store->get("bucket", "top") == large);
  CHECK(below_root() ==
        std::vector<std::string>{"bucket", "bucket/a", "bucket/a/b", "bucket/a/b/c.ndjson", "bucket/top"});
}

TEST_CASE_FIXTURE(Fixture, "list gives the keys that begin with a prefix, sorted by bytes") {
  for (std::string const key : {"b", "a/z", "a/b/c", "a-b", "a.b"}) REQUIRE(store->put("bucket", key, "x"));
  REQUIRE(store->put("other", "a", "x"));
  CHECK(*store->list("bucket", "") == std::vector<std::string>{"a-b", "a.b", "a/b/c", "a/z", "b"});
  CHECK(*store->list("bucket", "a/") == std::vector<std::string>{"a/b/c", "a/z"});
  CHECK(*store->list("bucket", "a/b") == std::vector<std::string>{"a/b/c"});
  CHECK(store->list("empty", "")->empty());
  CHECK_FALSE(store->list("..", ""));
  // What exists but is not an object: symbolic links, names that are not valid keys, temporary files of another
  // process.
  fs::create_symlink(outside, root / "bucket/link");
  fs::create_symlink(outside / "secret.txt", root / "bucket/file");
  write(root / "bucket/.healthlake-tmp-1-1", "x");
  write(root / "bucket/back\\slash", "x");
  CHECK(*store->list("bucket", "") == std::vector<std::string>{"a-b", "a.b", "a/b/c", "a/z", "b"});
}

// What is beside the inputs of a job, all results so far for example, must not make a job slower or fail.
TEST_CASE_FIXTURE(Fixture, "list enters only directories that lead to the prefix") {
  for (std::string const key : {"in/a/b", "in.ndjson", "inner/c", "out/1/2/3/4/5/6/7/8/x", "i/x"})
    REQUIRE(store->put("bucket", key, "x"));
  int const next = ::dup(0);
  REQUIRE(next >= 0);
  ::close(next);
  // Four: the bucket, two directories in it, and the one being read. `out` would need more.
  Limit const few{RLIMIT_NOFILE, static_cast<rlim_t>(next) + 4};
  CHECK(store->list("bucket", "in").value_or(std::vector<std::string>{}) ==
        std::vector<std::string>{"in.ndjson", "in/a/b", "inner/c"});
  CHECK(store->list("bucket", "in/").value_or(std::vector<std::string>{}) == std::vector<std::string>{"in/a/b"});
  CHECK(store->list("bucket", "in/a/b").value_or(std::vector<std::string>{}) == std::vector<std::string>{"in/a/b"});
  CHECK(store->list("bucket", "in/a/bc").value_or(std::vector<std::string>{"x"}).empty());
  CHECK_FALSE(store->list("bucket", ""));
}

TEST_CASE_FIXTURE(Fixture, "a bucket that is a link or a file cannot be listed") {
  fs::create_directory_symlink(outside, root / "linked");
  write(root / "file", "x");
  CHECK_FALSE(store->list("linked", ""));
  CHECK_FALSE(store->list("file", ""));
}

TEST_CASE_FIXTURE(Fixture, "keys cannot climb out of their bucket") {
  for (std::string const key : {"..",
                                ".",
                                "../x",
                                "a/..",
                                "a/../x",
                                "../../outside/secret.txt",
                                "a/../../../outside/x",
                                "./x",
                                "a/./x",
                                "/x",
                                "/etc/passwd",
                                "//x",
                                "a//x",
                                "a/",
                                "/",
                                "",
                                "..\\x",
                                "a\\..\\x",
                                "\\",
                                "C:\\x"})
    check_refused("bucket", key);
  check_refused("bucket", (outside / "x").string());
  check_refused("bucket", std::string{"a\0b", 3});
  check_refused("bucket", std::string{"..\0", 3});
  check_refused("bucket", "a\nb");
  check_refused("bucket", "a\x7f");
  check_refused("bucket", "a\xff");
  CHECK_FALSE(fs::exists(root / "bucket"));
}

TEST_CASE_FIXTURE(Fixture, "nothing is decoded: what looks like dots is just a name") {
  for (std::string const key :
       {"%2e%2e/x", "%2e%2e%2fx", "..%2f..%2fx", "%252e%252e/x", "....", ".../x", "..a/x", "a../x", ".. /x", " ../x",
        "\xef\xbc\x8e\xef\xbc\x8e/x", "\xe2\x80\xa5/x", "~/x", "$HOME/x", "-rf", "*", "a;b", "con", "\xc3\xbc"}) {
    REQUIRE_MESSAGE(store->put("bucket", key, key), key);
    CHECK(*store->get("bucket", key) == key);
    CHECK(read(root / "bucket" / key) == key);
  }
  CHECK(store->list("bucket", "")->size() == 19);
  check_outside();
}

TEST_CASE_FIXTURE(Fixture, "buckets cannot climb either, and have to be names that S3 allows") {
  for (std::string const bucket : {"..", ".", "", "/", "../outside", "a/b", "a..b", "/tmp", "Bucket", "a_b", "ab", "\\",
                                   "~", "127.0.0.1", "xn--a", ".hidden", "a%2fb", "..%2foutside"})
    check_refused(bucket, "x");
  check_refused(std::string{"abc\0", 4}, "x");
  check_refused(std::string(64, 'a'), "x");
  check_refused(outside.string(), "x");
  CHECK(below_root().empty());
}

TEST_CASE_FIXTURE(Fixture, "names have the lengths that files may have") {
  std::string const longest(255, 'n');
  CHECK(store->put("bucket", longest, "x"));
  CHECK(store->put("bucket", "d/" + longest, "x"));
  check_refused("bucket", longest + "n");
  check_refused("fresh", longest + "n");  // and no folder is made for it
  check_refused("bucket", longest + "n/x");
  // 128 code points of two bytes each: bytes count.
  std::string wide;
  for (int i = 0; i < 128; ++i) wide += "\xc3\xbc";
  check_refused("bucket", wide);
  // A long way is fine, up to what S3 allows.
  std::string key;
  while (key.size() < 1020) key += "a/";
  CHECK(store->put("bucket", key + "bcde", "deep"));
  CHECK(*store->get("bucket", key + "bcde") == "deep");
  CHECK(store->list("bucket", "a/")->size() == 1);
  CHECK_FALSE(store->put("bucket", key + "bcdef", "x"));
}

TEST_CASE_FIXTURE(Fixture, "a link in place of the bucket is not followed") {
  fs::create_directory_symlink(outside, root / "bucket");
  check_refused("bucket", "x");
  check_refused("bucket", "folder/x");
  check_refused("bucket", "secret.txt");
}

TEST_CASE_FIXTURE(Fixture, "a link in the middle of the way is not followed") {
  fs::create_directories(root / "bucket/a");
  fs::create_directory_symlink(outside, root / "bucket/a/absolute");
  fs::create_directory_symlink("../../../outside", root / "bucket/a/relative");
  // Also one that leads to a place inside the root, and one that leads nowhere.
  fs::create_directory_symlink("../a", root / "bucket/a/inside");
  fs::create_directory_symlink("nowhere", root / "bucket/a/dangling");
  fs::create_directory_symlink(outside / "made", root / "bucket/a/dangling-outside");
  fs::create_directory_symlink("loop", root / "bucket/a/loop");
  for (std::string const link : {"absolute", "relative", "inside", "dangling", "dangling-outside", "loop"}) {
    check_refused("bucket", "a/" + link + "/x");
    check_refused("bucket", "a/" + link + "/folder/x");
  }
  CHECK(store->put("bucket", "a/x", "fine"));
}

TEST_CASE_FIXTURE(Fixture, "a link in place of the object is neither written through nor read") {
  fs::create_directories(root / "bucket");
  fs::create_symlink(outside / "secret.txt", root / "bucket/secret");
  fs::create_symlink(outside / "new.txt", root / "bucket/dangling");
  fs::create_symlink("../../outside/secret.txt", root / "bucket/relative");
  fs::create_directory_symlink(outside / "folder", root / "bucket/folder");
  for (std::string const key : {"secret", "dangling", "relative", "folder"}) check_refused("bucket", key);
}

TEST_CASE_FIXTURE(Fixture, "a hard link to a file outside is replaced, not written through") {
  fs::create_directories(root / "bucket");
  fs::create_hard_link(outside / "secret.txt", root / "bucket/x");
  REQUIRE(store->put("bucket", "x", "new"));
  CHECK(*store->get("bucket", "x") == "new");
  check_outside();
}

TEST_CASE_FIXTURE(Fixture, "what is not a file is not replaced by one, and a file is not a directory") {
  fs::create_directories(root / "bucket/folder");
  REQUIRE(::mkfifo((root / "bucket/pipe").c_str(), 0644) == 0);
  check_refused("bucket", "folder");
  check_refused("bucket", "pipe");
  REQUIRE(store->put("bucket", "file", "x"));
  check_refused("bucket", "file/x");
  check_refused("bucket", "file/x/y");
  write(root / "plain", "x");
  check_refused("plain", "x");
}

TEST_CASE_FIXTURE(Fixture, "temporary names cannot be used, and no temporary file is left behind") {
  check_refused("bucket", ".healthlake-tmp-1-1");
  check_refused("bucket", ".healthlake-tmp-/x");
  REQUIRE(store->put("bucket", "x", "old"));
  // A link, symbolic or hard, that waits where the next temporary file would be is not written through either.
  std::string const next = ".healthlake-tmp-" + std::to_string(::getpid()) + "-";
  fs::create_symlink(outside / "secret.txt", root / "bucket" / (next + "2"));
  fs::create_hard_link(outside / "secret.txt", root / "bucket" / (next + "3"));
  REQUIRE(store->put("bucket", "x", "new"));
  CHECK(*store->get("bucket", "x") == "new");
  check_outside();
  // Others' names are theirs; ours is gone.
  CHECK(below_root() == std::vector<std::string>{"bucket", "bucket/" + next + "2", "bucket/" + next + "3", "bucket/x"});
}

TEST_CASE_FIXTURE(Fixture, "an object that cannot be written whole is not written, and the old one stays") {
  REQUIRE(store->put("bucket", "x", "old"));
  {
    // The system's own way to run out of space.
    struct sigaction const ignore = [] {
      struct sigaction action {};
      action.sa_handler = SIG_IGN;
      return action;
    }();
    struct sigaction before {};
    REQUIRE(::sigaction(SIGXFSZ, &ignore, &before) == 0);
    Limit const small{RLIMIT_FSIZE, 10'000};
    CHECK(store->put("bucket", "x", std::string(20'000, 'x')).error().starts_with("cannot write: "));
    REQUIRE(::sigaction(SIGXFSZ, &before, nullptr) == 0);
  }
  CHECK(*store->get("bucket", "x") == "old");
  CHECK(below_root() == std::vector<std::string>{"bucket", "bucket/x"});
}

TEST_CASE_FIXTURE(Fixture, "a root that is removed is an error") {
  fs::remove(root);
  CHECK(store->put("bucket", "x", "x").error().starts_with("cannot create the directory bucket: "));
  CHECK_FALSE(store->get("bucket", "x"));
  fs::create_directories(root);
}

TEST_CASE_FIXTURE(Fixture, "running out of descriptors is an error at every step, and harmless") {
  REQUIRE(store->put("bucket", "a/b", "old"));
  REQUIRE(store->put("store", "c.ndjson", "{}"));
  int failures = 0;
  bool complete = false;
  with_few_descriptors([&](rlim_t spare) {
    auto const keys = store->list("bucket", "");
    auto const bytes = store->get("bucket", "a/b");
    auto const written = store->put("bucket", "a/b", "old");
    failures += (keys ? 0 : 1) + (bytes ? 0 : 1) + (written ? 0 : 1);
    if (keys) CHECK(*keys == std::vector<std::string>{"a/b"});
    if (bytes) CHECK(*bytes == "old");
    complete = keys && bytes && written;
    if (spare == 0) CHECK(failures == 3);
  });
  CHECK(complete);
  CHECK(failures > 6);
  CHECK(below_root() == std::vector<std::string>{"bucket", "bucket/a", "bucket/a/b", "store", "store/c.ndjson"});
}

TEST_CASE_FIXTURE(Fixture, "reading what is not there says so") {
  CHECK(store->get("bucket", "a").error().find("bucket") != std::string::npos);
  CHECK_FALSE(fs::exists(root / "bucket"));
  REQUIRE(store->put("bucket", "a", "x"));
  CHECK(store->get("bucket", "b").error().starts_with("cannot open b: "));
  CHECK(store->get("bucket", "c/d").error().starts_with("cannot open the directory c "));
}

TEST_CASE_FIXTURE(Fixture, "the root has to be a folder; it may be reached by a link") {
  CHECK_FALSE(FileStore::open((base / "nothing").string()));
  CHECK_FALSE(FileStore::open((outside / "secret.txt").string()));
  CHECK_FALSE(FileStore::open(""));
  CHECK_FALSE(FileStore::open(root.string() + std::string{"\0x", 2}));
  fs::create_directory_symlink(root, root / "self");
  auto through_link = FileStore::open((root / "self").string());
  REQUIRE(through_link);
  CHECK((*through_link)->put("bucket", "a", "x"));
  CHECK(read(root / "bucket/a") == "x");
}

TEST_CASE_FIXTURE(Fixture, "temporary files that a killed process left stay there, and others are made") {
  auto const leftover = [&](int number) {
    return root / "bucket" / (".healthlake-tmp-" + std::to_string(::getpid()) + "-" + std::to_string(number));
  };
  fs::create_directory(root / "bucket");
  for (int number = 1; number <= 3; ++number) write(leftover(number), "left");
  REQUIRE(store->put("bucket", "key", "new"));
  CHECK(read(root / "bucket/key") == "new");
  for (int number = 1; number <= 3; ++number) CHECK(read(leftover(number)) == "left");
  CHECK(below_root().size() == 5);

  // Not for ever: 101 numbers in a row are taken, so this attempt fails and the next one gets beyond them.
  for (int number = 5; number <= 105; ++number) write(leftover(number), "left");
  auto const failed = store->put("bucket", "other", "x");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().find("cannot create a temporary file") != std::string::npos);
  CHECK(read(leftover(105)) == "left");
  CHECK(store->put("bucket", "other", "x"));
}

// What is written must survive a power failure from the moment `put` returns: bytes before the name, folders before
// what is in them.
TEST_CASE_FIXTURE(Fixture, "an object is synced, then renamed, then its folder synced, and so are folders on the way") {
  RecordedCalls const calls{root};
  auto const durable = FileStore::open(root.string(), calls);
  REQUIRE(durable);
  REQUIRE((*durable)->put("bucket", "a/x", "bytes"));
  std::vector<std::string> const order{"mkdir bucket",        "sync .",
                                       "mkdir bucket/a",      "sync bucket",
                                       "create bucket/a/tmp", "write bucket/a/tmp",
                                       "sync bucket/a/tmp",   "rename bucket/a/tmp bucket/a/x",
                                       "sync bucket/a"};
  CHECK(calls.log == order);
  // A folder that is there may have been made by a process that was killed before it could sync.
  calls.log.clear();
  REQUIRE((*durable)->put("bucket", "a/x", "others"));
  CHECK(calls.log == order);
}

TEST_CASE_FIXTURE(Fixture, "an object that cannot be synced is not written, and the old one stays") {
  RecordedCalls const calls{root};
  auto const durable = FileStore::open(root.string(), calls);
  REQUIRE(durable);
  REQUIRE((*durable)->put("bucket", "x", "old"));
  calls.room = 2;
  auto const full = (*durable)->put("bucket", "x", "new");
  REQUIRE_FALSE(full);
  CHECK(full.error().starts_with("cannot write: "));
  CHECK(*(*durable)->get("bucket", "x") == "old");
  calls.room = 100;
  calls.sync_error = EIO;
  CHECK_FALSE((*durable)->put("bucket", "x", "new"));
  CHECK(*(*durable)->get("bucket", "x") == "old");
  CHECK(below_root() == std::vector<std::string>{"bucket", "bucket/x"});
  calls.sync_error = 0;
  REQUIRE((*durable)->put("bucket", "x", "new"));
  CHECK(*(*durable)->get("bucket", "x") == "new");
}

// A sparse file takes no room on the disk, but would take all memory.
TEST_CASE_FIXTURE(Fixture, "an object that is too large is not read") {
  REQUIRE(store->put("bucket", "x", "x"));
  fs::resize_file(root / "bucket/x", FileStore::max_object_bytes + 1);
  CHECK(store->get("bucket", "x").error() == "the file is larger than 1073741824 bytes");
  fs::resize_file(root / "bucket/x", 3);
  CHECK(store->get("bucket", "x")->size() == 3);
}
