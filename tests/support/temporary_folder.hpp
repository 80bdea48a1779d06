// A folder that is gone with the object, whole files, and limits of this process.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

inline void write_file(std::filesystem::path const& path, std::string const& bytes) {
  std::ofstream{path, std::ios::binary} << bytes;
}

inline std::string read_file(std::filesystem::path const& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

struct TemporaryFolder {
  std::filesystem::path path{};

  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "healthlake-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TemporaryFolder(TemporaryFolder const&) = delete;
  TemporaryFolder& operator=(TemporaryFolder const&) = delete;
};

// A limit of this process while the object lives.
class Limit {
 public:
  Limit(int resource, rlim_t value) : resource_(resource) {
    REQUIRE(::getrlimit(resource, &before_) == 0);
    rlimit const limit{value, before_.rlim_max};
    REQUIRE(::setrlimit(resource, &limit) == 0);
  }
  ~Limit() { ::setrlimit(resource_, &before_); }
  Limit(Limit const&) = delete;
  Limit& operator=(Limit const&) = delete;

 private:
  int resource_;
  rlimit before_{};
};

// Calls `attempt(spare)` while this process can open no more files than `spare`, from 0 to 7.
template <class F>
void with_few_descriptors(F&& attempt) {
  for (rlim_t spare = 0; spare < 8; ++spare) {
    int const next = ::dup(0);
    REQUIRE(next >= 0);
    ::close(next);
    Limit const few{RLIMIT_NOFILE, static_cast<rlim_t>(next) + spare};
    attempt(spare);
  }
}
