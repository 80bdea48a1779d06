// A journal in a file: DIR/journal.ndjson.
//
// Rules: when `append` returns, the line is on the disk (fdatasync), so it survives a killed process and a lost power
// supply alike. One process at a time: the file is locked. The file is readable for its owner only, for a journal holds
// what requests held. POSIX systems only.
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

namespace healthlake {

/// Keeps a journal in a file.
class FileJournal final : public Journal {
 public:
  /// Opens, or makes, the journal in a folder that is there. The errors: no such folder, a link or something else than
  /// a file in the journal's place, another process that has it open.
  static Result<std::unique_ptr<FileJournal>, std::string> open(std::string const& dir) {
    detail::FileDescriptor const folder{::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!folder) return detail::system_failure("cannot open the folder " + dir, errno);
    detail::FileDescriptor file{
        ::openat(folder.get(), name, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600)};
    std::string const path = dir + "/" + name;
    if (!file) return detail::system_failure("cannot open " + path, errno);
    if (!detail::is_regular(file.get())) return Unexpected{"there is something else than a file at " + path};
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
      return detail::system_failure("cannot lock " + path + " (another process has it?)", errno);
    // The file's name has to survive, too.
    if (::fsync(folder.get()) != 0) return detail::system_failure("cannot sync the folder " + dir, errno);
    return std::unique_ptr<FileJournal>{new FileJournal{std::move(file)}};
  }

  Result<std::string, std::string> read() override {
    if (::lseek(file_.get(), 0, SEEK_SET) < 0) return detail::system_failure("cannot read the journal", errno);
    return detail::read_all(file_.get());
  }

  Result<Unit, std::string> cut(std::size_t bytes) override {
    if (::ftruncate(file_.get(), static_cast<off_t>(bytes)) != 0)
      return detail::system_failure("cannot cut the journal", errno);
    return sync();
  }

  Result<Unit, std::string> append(std::string_view line) override {
    std::string bytes{line};
    bytes.push_back('\n');
    if (auto written = detail::write_all(file_.get(), bytes); !written) return written;
    return sync();
  }

 private:
  static constexpr char const* name = "journal.ndjson";

  explicit FileJournal(detail::FileDescriptor file) noexcept : file_(std::move(file)) {}

  Result<Unit, std::string> sync() {
    if (::fdatasync(file_.get()) != 0) return detail::system_failure("cannot sync the journal", errno);
    return Unit{};
  }

  detail::FileDescriptor file_;
};

}  // namespace healthlake
