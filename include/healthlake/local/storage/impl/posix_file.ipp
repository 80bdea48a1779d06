// The functions of local/storage/posix_file.hpp.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/local/storage/posix_file.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL int FileCalls::create(int directory, char const* name, int flags, mode_t mode) const {
  return detail::retry_interrupted([&] { return ::openat(directory, name, flags | O_CREAT, mode); });
}

HEALTHLAKE_DECL int FileCalls::sync(int fd) const {
  return detail::retry_interrupted([&] { return ::fsync(fd); });
}

HEALTHLAKE_DECL int FileCalls::rename(int directory, char const* from, char const* to) const {
  return ::renameat(directory, from, directory, to);
}

HEALTHLAKE_DECL int FileCalls::truncate(int fd, off_t size) const {
  return detail::retry_interrupted([&] { return ::ftruncate(fd, size); });
}

HEALTHLAKE_DECL int FileCalls::reserve(int fd, off_t from, off_t size) const {
  rlimit most{};
  if (::getrlimit(RLIMIT_FSIZE, &most) == 0 && most.rlim_cur != RLIM_INFINITY &&
      static_cast<rlim_t>(from) + static_cast<rlim_t>(size) > most.rlim_cur) {
    errno = EFBIG;
    return -1;
  }
#if defined(FALLOC_FL_KEEP_SIZE)
  return detail::retry_interrupted([&] { return ::fallocate(fd, FALLOC_FL_KEEP_SIZE, from, size); });
#else
  static_cast<void>(fd), static_cast<void>(from), static_cast<void>(size);
  errno = ENOSYS;
  return -1;
#endif
}

}  // namespace HEALTHLAKE_NAMESPACE

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

HEALTHLAKE_DECL FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

HEALTHLAKE_DECL Unexpected<std::string> system_failure(std::string what, int code) {
  return Unexpected{std::move(what) + ": " + std::generic_category().message(code)};
}

HEALTHLAKE_DECL Result<std::string, std::string> read_all(int fd, std::size_t most) {
  auto const too_large = [&] { return Unexpected{"the file is larger than " + std::to_string(most) + " bytes"}; };
  // Known at once for a regular file, and only at the end for one that grows.
  struct stat info {};
  if (::fstat(fd, &info) == 0 && info.st_size > 0 && static_cast<std::uintmax_t>(info.st_size) > most)
    return too_large();
  std::string bytes;
  for (;;) {
    char block[65536];
    ssize_t const count = ::read(fd, block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("cannot read", errno);
    if (count == 0) return bytes;
    if (static_cast<std::size_t>(count) > most - bytes.size()) return too_large();
    bytes.append(block, static_cast<std::size_t>(count));
  }
}

HEALTHLAKE_DECL Result<Unit, std::string> write_all(int fd, std::string_view bytes, FileCalls const& calls) {
  while (!bytes.empty()) {
    ssize_t const count = calls.write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("cannot write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return Unit{};
}

HEALTHLAKE_DECL Result<Unit, std::string> sync(int fd, std::string const& name, FileCalls const& calls) {
  if (calls.sync(fd) != 0) return system_failure("cannot sync " + name, errno);
  return Unit{};
}

HEALTHLAKE_DECL Result<std::vector<std::string>, std::string> directory_entries(int directory) {
  int const own = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);  // a position of its own
  DIR* const stream = own < 0 ? nullptr : ::fdopendir(own);
  if (!stream) {
    int const code = errno;
    if (own >= 0) ::close(own);
    return system_failure("cannot read a directory", code);
  }
  std::vector<std::string> names;
  while (dirent const* const entry = ::readdir(stream)) {
    std::string name{static_cast<char const*>(entry->d_name)};
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  ::closedir(stream);
  std::sort(names.begin(), names.end());
  return names;
}

HEALTHLAKE_DECL bool is_regular(int fd) noexcept {
  struct stat info {};
  return ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
}

HEALTHLAKE_DECL mode_t entry_type(int directory, std::string const& name) noexcept {
  struct stat info {};
  return ::fstatat(directory, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 ? info.st_mode & S_IFMT : 0;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Result<Unit, std::string> create_directories(std::filesystem::path const& directory,
                                                             FileCalls const& calls) {
  if (directory.empty()) return Unit{};
  std::error_code ignored;
  bool const there = std::filesystem::is_directory(directory, ignored);
  std::filesystem::path const above =
      directory.has_filename() ? directory.parent_path() : directory.parent_path().parent_path();
  std::string const name = (directory.has_filename() ? directory : directory.parent_path()).filename();
  if (!there)
    if (auto created = create_directories(above, calls); !created) return created;
  std::string const parent = above.empty() ? std::string{"."} : above.string();
  detail::FileDescriptor const fd{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  // A directory that exists may be in one that this process may not read.
  if (!fd && there) return Unit{};
  if (!fd) return detail::system_failure("cannot open the directory " + parent, errno);
  if (!there && calls.create_directory(fd.get(), name.c_str()) != 0) {
    int const code = errno;
    // Another process may have created it in the meantime.
    if (code != EEXIST || !std::filesystem::is_directory(directory, ignored))
      return detail::system_failure("cannot create the directory " + directory.string(),
                                    code == EEXIST ? ENOTDIR : code);
  }
  // Also if it exists: a process that was killed may have created it and not come to this. But then it may also be in a
  // file system that is read-only, or cannot sync a directory.
  if (calls.sync(fd.get()) == 0 || (there && (errno == EINVAL || errno == EROFS))) return Unit{};
  return detail::system_failure("cannot sync the directory " + parent, errno);
}

}  // namespace HEALTHLAKE_NAMESPACE
