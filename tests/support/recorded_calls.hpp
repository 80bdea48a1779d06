// System calls that are made and remembered, with the names of what they are about, or that fail.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "healthlake/local/storage/posix_file.hpp"

/// Names are relative to `base`; temporary files are called `tmp`.
class RecordedCalls final : public healthlake::FileCalls {
 public:
  explicit RecordedCalls(std::filesystem::path base) : base_(std::filesystem::canonical(base)) {}

  /// One entry per call: `write a/tmp`, `sync a/tmp`, `rename a/tmp a/x`, `sync a`, `mkdir a/b`, ...
  mutable std::vector<std::string> log{};
  /// How many more bytes fit on the disk.
  mutable std::size_t room = static_cast<std::size_t>(-1);
  /// Errors of calls, 0 for none.
  mutable int sync_error = 0;
  mutable int truncate_error = 0;
  mutable int reserve_error = 0;

  int create(int directory, char const* name, int flags, mode_t mode) const override {
    log.push_back("create " + in(directory, name));
    return FileCalls::create(directory, name, flags, mode);
  }
  int remove(int directory, char const* name) const override {
    log.push_back("remove " + in(directory, name));
    return FileCalls::remove(directory, name);
  }
  ssize_t write(int fd, char const* bytes, std::size_t size) const override {
    log.push_back("write " + name_of(fd));
    if (room == 0) return fail(ENOSPC);
    std::size_t const fits = size < room ? size : room;
    ssize_t const written = FileCalls::write(fd, bytes, fits);
    if (written > 0) room -= static_cast<std::size_t>(written);
    return written;
  }
  int sync(int fd) const override {
    log.push_back("sync " + name_of(fd));
    return sync_error != 0 ? fail(sync_error) : FileCalls::sync(fd);
  }
  int rename(int directory, char const* from, char const* to) const override {
    log.push_back("rename " + in(directory, from) + " " + in(directory, to));
    return FileCalls::rename(directory, from, to);
  }
  int create_directory(int directory, char const* name) const override {
    log.push_back("mkdir " + in(directory, name));
    return FileCalls::create_directory(directory, name);
  }
  int truncate(int fd, off_t size) const override {
    log.push_back("truncate " + name_of(fd));
    return truncate_error != 0 ? fail(truncate_error) : FileCalls::truncate(fd, size);
  }
  int reserve(int fd, off_t from, off_t size) const override {
    log.push_back("reserve " + name_of(fd));
    if (reserve_error != 0) return fail(reserve_error);
    return room < static_cast<std::size_t>(size) ? fail(ENOSPC) : FileCalls::reserve(fd, from, size);
  }

 private:
  static int fail(int code) {
    errno = code;
    return -1;
  }
  [[nodiscard]] std::string in(int directory, char const* name) const {
    std::string const inner{name};
    return plain(std::filesystem::path{name_of(directory)} / inner);
  }
  [[nodiscard]] std::string name_of(int fd) const {
    std::error_code ignored;
    auto const path = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), ignored);
    return plain(path.lexically_relative(base_));
  }
  static std::string plain(std::filesystem::path const& path) {
    bool const temporary = path.filename().string().starts_with(".healthlake-tmp-");
    return (temporary ? path.parent_path() / "tmp" : path).lexically_normal().string();
  }

  std::filesystem::path base_;
};
