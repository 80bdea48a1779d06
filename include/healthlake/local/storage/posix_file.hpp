// Files of the operating system: descriptors that close themselves, whole reads and writes, the names in a folder.
//
// Rules: POSIX systems only; an interrupted call is made again; errors are strings for people.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"

namespace healthlake::detail {

// An open file or folder.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

inline Unexpected<std::string> system_failure(std::string what, int code) {
  return Unexpected{std::move(what) + ": " + std::generic_category().message(code)};
}

inline Result<std::string, std::string> read_all(int fd) {
  std::string bytes;
  for (;;) {
    char block[65536];
    ssize_t const count = ::read(fd, block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("cannot read", errno);
    if (count == 0) return bytes;
    bytes.append(block, static_cast<std::size_t>(count));
  }
}

inline Result<Unit, std::string> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t const count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("cannot write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return Unit{};
}

// The names in a folder, sorted, without `.` and `..`.
inline Result<std::vector<std::string>, std::string> names_in(int folder) {
  int const own = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);  // a position of its own
  DIR* const stream = own < 0 ? nullptr : ::fdopendir(own);
  if (!stream) {
    int const code = errno;
    if (own >= 0) ::close(own);
    return system_failure("cannot read a folder", code);
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

inline bool is_regular(int fd) noexcept {
  struct stat info {};
  return ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
}

// The kind of a folder's entry without following links: S_IFREG, S_IFDIR, ..., 0 if there is none.
inline mode_t kind_of_entry(int folder, std::string const& name) noexcept {
  struct stat info {};
  return ::fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 ? info.st_mode & S_IFMT : 0;
}

}  // namespace healthlake::detail
