// A journal in a file: DIR/journal.ndjson.
//
// Rules: when `append` returns, the line is on the disk (fsync), so it survives a killed process and a power failure. A
// line that cannot be written completely is removed, at the latest before the next one. The file is locked, so only one
// process at a time can open it. Only its owner can read it, since a journal contains the content of requests. POSIX
// systems only.
#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/local/storage/journal.hpp"
#include "healthlake/local/storage/posix_file.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Keeps a journal in a file.
class FileJournal final : public Journal {
 public:
  /// Opens or creates the journal in an existing directory. It is an error if the directory does not exist, if the
  /// journal is a symbolic link or not a regular file, or if another process has it open. `calls` must outlive the
  /// journal.
  static Result<std::unique_ptr<FileJournal>, std::string> open(std::string const& dir,
                                                                FileCalls const& calls = system_file_calls) {
    detail::FileDescriptor const directory{::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!directory) return detail::system_failure("cannot open the directory " + dir, errno);
    detail::FileDescriptor file{
        ::openat(directory.get(), name, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600)};
    std::string const path = dir + "/" + name;
    if (!file) return detail::system_failure("cannot open " + path, errno);
    if (!detail::is_regular(file.get())) return Unexpected{path + " is not a regular file"};
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
      return detail::system_failure("cannot lock " + path + " (is another process using it?)", errno);
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) return detail::system_failure("cannot read the size of " + path, errno);
    // The directory entry of the file has to survive, too.
    if (auto synced = detail::sync(directory.get(), "the directory " + dir, calls); !synced)
      return Unexpected{std::move(synced).error()};
    return std::unique_ptr<FileJournal>{new FileJournal{std::move(file), calls, info.st_size}};
  }

  Result<std::string, std::string> read() override {
    if (::lseek(file_.get(), 0, SEEK_SET) < 0) return detail::system_failure("cannot read the journal", errno);
    return detail::read_all(file_.get());
  }

  Result<Unit, std::string> cut(std::size_t bytes) override {
    if (calls_->truncate(file_.get(), static_cast<off_t>(bytes)) != 0)
      return detail::system_failure("cannot truncate the journal", errno);
    size_ = static_cast<off_t>(bytes);
    clean_ = true;
    return detail::sync(file_.get(), "the journal", *calls_);
  }

  Result<Unit, std::string> append(std::string_view line) override {
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

  /// Reserves the space on the disk. If the file system does not support that, writes the bytes and removes them again,
  /// which shows that there is space now.
  Result<Unit, std::string> reserve(std::size_t bytes) override {
    if (auto cleaned = clean(); !cleaned) return cleaned;
    if (calls_->reserve(file_.get(), size_, static_cast<off_t>(bytes)) == 0) return Unit{};
    if (errno != ENOSYS && errno != EOPNOTSUPP) return detail::system_failure("cannot reserve disk space", errno);
    clean_ = false;
    auto written = detail::write_all(file_.get(), std::string(bytes, ' '), *calls_);
    auto cleaned = clean();
    return written ? cleaned : written;
  }

 private:
  static constexpr char const* name = "journal.ndjson";

  FileJournal(detail::FileDescriptor file, FileCalls const& calls, off_t size) noexcept
      : file_(std::move(file)), calls_(&calls), size_(size) {}

  // Removes what may be after the last complete line.
  Result<Unit, std::string> clean() {
    return clean_ ? Result<Unit, std::string>{Unit{}} : cut(static_cast<std::size_t>(size_));
  }

  detail::FileDescriptor file_;
  FileCalls const* calls_;
  // The size of the lines that were written completely.
  off_t size_;
  bool clean_ = true;
};

}  // namespace HEALTHLAKE_NAMESPACE
