// POSIX files: descriptors that close themselves, complete reads and writes, the names in a directory, and the system
// calls that decide what survives a power failure.
//
// Rules: POSIX systems only; interrupted calls are retried; errors are human-readable strings. What has to survive is
// written, synced and renamed, and its directory is synced, in this order.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// Makes a system call again for as long as a signal interrupts it.
template <class Call>
int retry_interrupted(Call call) {
  for (;;)
    if (int const result = call(); result >= 0 || errno != EINTR) return result;
}

}  // namespace detail

/// The system calls that decide what survives a power failure or a full disk, as in POSIX. A test passes its own, which
/// record the order or fail. For one thread at a time.
class FileCalls {
 public:
  constexpr FileCalls() = default;
  FileCalls(FileCalls const&) = delete;
  FileCalls& operator=(FileCalls const&) = delete;
  // g++ 12 has no defaulted one yet when the constant below is made.
  virtual constexpr ~FileCalls() {}  // NOLINT(modernize-use-equals-default)

  /// As openat(2) with O_CREAT added to `flags`: the one call that makes a file.
  virtual int create(int directory, char const* name, int flags, mode_t mode) const;
  /// As write(2).
  virtual ssize_t write(int fd, char const* bytes, std::size_t size) const { return ::write(fd, bytes, size); }
  /// Writes the data of a file and the metadata needed to read it, or the entries of a directory, to the disk.
  virtual int sync(int fd) const;
  /// Within one directory.
  virtual int rename(int directory, char const* from, char const* to) const;
  /// As unlinkat(2), for a file.
  virtual int remove(int directory, char const* name) const { return ::unlinkat(directory, name, 0); }
  /// As mkdirat(2), with mode 0755.
  virtual int create_directory(int directory, char const* name) const { return ::mkdirat(directory, name, 0755); }
  /// As ftruncate(2).
  virtual int truncate(int fd, off_t size) const;
  /// Reserves disk space after the end of a file, without changing its size. ENOSYS if the system does not support it,
  /// EFBIG if the process may not write files of that size, which the system itself reports only to writes.
  virtual int reserve(int fd, off_t from, off_t size) const;
};

/// The calls of the operating system.
inline constexpr FileCalls system_file_calls{};

}  // namespace HEALTHLAKE_NAMESPACE

namespace HEALTHLAKE_NAMESPACE::detail {

// An open file or directory.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();
  [[nodiscard]] int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

Unexpected<std::string> system_failure(std::string what, int code);

// The whole file. It is an error if it has more than `most` bytes.
Result<std::string, std::string> read_all(int fd, std::size_t most = (std::numeric_limits<std::size_t>::max)());

Result<Unit, std::string> write_all(int fd, std::string_view bytes, FileCalls const& calls = system_file_calls);

Result<Unit, std::string> sync(int fd, std::string const& name, FileCalls const& calls);

// The names in a directory, sorted, without `.` and `..`.
Result<std::vector<std::string>, std::string> directory_entries(int directory);

bool is_regular(int fd) noexcept;

// The type of a directory entry, without following symbolic links: S_IFREG, S_IFDIR, ...; 0 if it does not exist.
mode_t entry_type(int directory, std::string const& name) noexcept;

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

/// Creates a directory, and its parents if they do not exist; when this returns, they survive a power failure, also if
/// the directory existed (unless the one above it cannot be read). The error names the directory that cannot be
/// created.
Result<Unit, std::string> create_directories(std::filesystem::path const& directory,
                                             FileCalls const& calls = system_file_calls);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/storage/impl/posix_file.ipp"
#endif
