#include "healthlake/local/storage/data_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "tests/support/temporary_folder.hpp"

using namespace healthlake;
namespace fs = std::filesystem;

TEST_CASE("each folder is a data store with its ndjson files") {
  TemporaryFolder const folder;
  fs::path const& root = folder.path;
  fs::create_directories(root / "store1/inner");
  fs::create_directories(root / "store2");
  fs::create_directories(root / ".git");
  write_file(root / "README.md", "x");
  write_file(root / "store1/Patient.ndjson", "{}\n");
  write_file(root / "store1/more.ndjson", "[]");
  write_file(root / "store1/notes.txt", "x");
  write_file(root / "store1/.hidden.ndjson", "x");
  write_file(root / "store1/ndjson", "x");
  fs::create_directory_symlink("store1", root / "linked");
  auto const stores = load_datastores(root.string());
  REQUIRE(stores);
  CHECK(*stores == DatastoreFiles{{"linked", {{"Patient.ndjson", "{}\n"}, {"more.ndjson", "[]"}}},
                                  {"store1", {{"Patient.ndjson", "{}\n"}, {"more.ndjson", "[]"}}},
                                  {"store2", {}}});
}

TEST_CASE("a data folder that cannot be read is an error with its name") {
  TemporaryFolder const folder;
  fs::path const root = folder.path / "root";
  fs::create_directories(root);
  write_file(folder.path / "secret.txt", "secret");
  CHECK(load_datastores((folder.path / "nothing").string()).error().find("nothing") != std::string::npos);
  CHECK(load_datastores((folder.path / "secret.txt").string()).error().find("secret.txt") != std::string::npos);
  fs::create_directories(root / "store1/Patient.ndjson");
  CHECK(load_datastores(root.string()).error().find("store1/Patient.ndjson") != std::string::npos);
  fs::remove(root / "store1/Patient.ndjson");
  fs::create_symlink("nowhere", root / "store1/Patient.ndjson");
  CHECK(load_datastores(root.string()).error().find("store1/Patient.ndjson") != std::string::npos);
  fs::remove_all(root / "store1");
  fs::create_symlink("nowhere", root / "store1");
  CHECK(load_datastores(root.string()).error().find("store1") != std::string::npos);
}

TEST_CASE("running out of descriptors is an error at every step of reading a data folder") {
  TemporaryFolder const folder;
  fs::create_directories(folder.path / "store");
  write_file(folder.path / "store/a.ndjson", "{}");
  int failures = 0;
  bool complete = false;
  with_few_descriptors([&](rlim_t) {
    auto const stores = load_datastores(folder.path.string());
    failures += stores ? 0 : 1;
    complete = stores.has_value();
  });
  CHECK(complete);
  CHECK(failures >= 3);
}
