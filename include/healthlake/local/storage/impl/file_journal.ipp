// The functions of local/storage/file_journal.hpp.
#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/local/storage/file_journal.hpp"
#include "healthlake/local/storage/journal.hpp"
#include "healthlake/local/storage/posix_file.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Result<std::unique_ptr<FileJournal>, std::string> FileJournal::open(std::string const& dir,
                                                                                    FileCalls const& calls) {
  detail::FileDescriptor const directory{::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!directory) return detail::system_failure("cannot open the directory " + dir, errno);
  detail::FileDescriptor file{
      calls.create(directory.get(), name, O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600)};
  std::string const path = dir + "/" + name;
  if (!file) return detail::system_failure("cannot open " + path, errno);
  if (!detail::is_regular(file.get())) return Unexpected{path + " is not a regular file"};
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
    return detail::system_failure("cannot lock " + path + " (is another process using it?)", errno);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return detail::system_failure("cannot read the size of " + path, errno);
  // A process that was killed may have written a line that is not on the disk yet; whoever reads it will rely on it.
  renew_last_line(directory.get(), info.st_size, calls);
  if (auto synced = detail::sync(file.get(), path, calls); !synced) return Unexpected{std::move(synced).error()};
  // The directory entry of the file has to survive, too.
  if (auto synced = detail::sync(directory.get(), "the directory " + dir, calls); !synced)
    return Unexpected{std::move(synced).error()};
  return std::unique_ptr<FileJournal>{new FileJournal{std::move(file), calls, info.st_size}};
}

HEALTHLAKE_DECL off_t FileJournal::begin_of_last_line(int fd, off_t size) {
  char block[block_size];
  // The line end at the end of the file is its own.
  for (off_t end = size - 1; end > 0;) {
    auto const count = (std::min)(end, static_cast<off_t>(sizeof block));
    end -= count;
    auto const bytes = static_cast<std::size_t>(count);
    if (::pread(fd, block, bytes, end) != count) return size;
    std::size_t const line_end = std::string_view{block, bytes}.rfind('\n');
    if (line_end != std::string_view::npos) return end + static_cast<off_t>(line_end) + 1;
  }
  return 0;
}

HEALTHLAKE_DECL void FileJournal::renew_last_line(int directory, off_t size, FileCalls const& calls) {
  detail::FileDescriptor const file{calls.create(directory, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600)};
  if (!file) return;
  off_t at = begin_of_last_line(file.get(), size);
  if (::lseek(file.get(), at, SEEK_SET) != at) return;
  char block[block_size];
  while (at < size) {
    auto const count = (std::min)(size - at, static_cast<off_t>(sizeof block));
    auto const bytes = static_cast<std::size_t>(count);
    if (::pread(file.get(), block, bytes, at) != count) return;
    if (auto const written = detail::write_all(file.get(), {block, bytes}, calls); !written) return;
    at += count;
  }
}

HEALTHLAKE_DECL Result<std::string, std::string> FileJournal::read() {
  if (::lseek(file_.get(), 0, SEEK_SET) < 0) return detail::system_failure("cannot read the journal", errno);
  return detail::read_all(file_.get());
}

HEALTHLAKE_DECL Result<Unit, std::string> FileJournal::cut(std::size_t bytes) {
  if (calls_->truncate(file_.get(), static_cast<off_t>(bytes)) != 0)
    return detail::system_failure("cannot truncate the journal", errno);
  size_ = static_cast<off_t>(bytes);
  clean_ = true;
  return detail::sync(file_.get(), "the journal", *calls_);
}

HEALTHLAKE_DECL Result<Unit, std::string> FileJournal::append(std::string_view line) {
  if (auto cleaned = clean(); !cleaned) return cleaned;
  std::string bytes{line};
  bytes.push_back('\n');
  clean_ = false;
  auto written = detail::write_all(file_.get(), bytes, *calls_);
  if (written) written = detail::sync(file_.get(), "the journal", *calls_);
  if (written) {
    size_ += static_cast<off_t>(bytes.size());
    clean_ = true;
  } else {
    // If that fails too, it is retried before the next line.
    static_cast<void>(clean());
  }
  return written;
}

HEALTHLAKE_DECL Result<Unit, std::string> FileJournal::reserve(std::size_t bytes) {
  if (auto cleaned = clean(); !cleaned) return cleaned;
  if (calls_->reserve(file_.get(), size_, static_cast<off_t>(bytes)) == 0) return Unit{};
  if (errno != ENOSYS && errno != EOPNOTSUPP) return detail::system_failure("cannot reserve disk space", errno);
  clean_ = false;
  auto written = detail::write_all(file_.get(), std::string(bytes, ' '), *calls_);
  auto cleaned = clean();
  return written ? cleaned : written;
}

HEALTHLAKE_DECL Result<Unit, std::string> FileJournal::clean() {
  return clean_ ? Result<Unit, std::string>{Unit{}} : cut(static_cast<std::size_t>(size_));
}

}  // namespace HEALTHLAKE_NAMESPACE
