// A journal in a file: DIR/journal.ndjson.
//
// Rules: when `append` returns, the line is on the disk (fsync), so it survives a killed process and a power failure;
// when `open` returns, so are the lines that an earlier process wrote. A line that cannot be written completely is
// removed, at the latest before the next one. The file is locked, so only one process at a time can open it. Only its
// owner can read it, since a journal contains the content of requests. POSIX systems only.
#pragma once

#include <sys/types.h>

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
                                                                FileCalls const& calls = system_file_calls);

  Result<std::string, std::string> read() override;

  Result<Unit, std::string> cut(std::size_t bytes) override;

  Result<Unit, std::string> append(std::string_view line) override;

  /// Reserves the space on the disk. If the file system does not support that, writes the bytes and removes them again,
  /// which shows that there is space now.
  Result<Unit, std::string> reserve(std::size_t bytes) override;

 private:
  static constexpr char const* name = "journal.ndjson";

  FileJournal(detail::FileDescriptor file, FileCalls const& calls, off_t size) noexcept
      : file_(std::move(file)), calls_(&calls), size_(size) {}

  static constexpr std::size_t block_size = 65536;

  // Where the last line of a file of this size begins, complete or not; `size` if the file cannot be read.
  static off_t begin_of_last_line(int fd, off_t size);
  // Writes the last line once more, in place: if an earlier sync of it failed, the kernel may take it for written, so
  // that a sync alone would not do. In blocks, since it may be as long as what an import added. Nothing is lost if this
  // fails or is interrupted, since the bytes are the same; it may fail on a full disk, where a service that only reads
  // should start all the same.
  static void renew_last_line(int directory, off_t size, FileCalls const& calls);

  // Removes what may be after the last complete line.
  Result<Unit, std::string> clean();

  detail::FileDescriptor file_;
  FileCalls const* calls_;
  // The size of the lines that were written completely.
  off_t size_;
  bool clean_ = true;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/storage/impl/file_journal.ipp"
#endif
