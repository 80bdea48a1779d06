// Files below one directory, named by the keys of objects (POSIX).
//
// Rules: a name is a relative path whose segments could not mean anything else: none is empty, `.` or `..`, none
// contains a control character (C0, DEL, C1) or a backslash. Symbolic links below the directory are not followed. A
// file appears under its name once it is complete.
#pragma once

#include <string>
#include <string_view>

#include "healthlake/core/result.hpp"

namespace healthlake_fetch {

/// An open file or directory.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  [[nodiscard]] int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_;
};

/// What is wrong with the name of a file; empty if it is safe.
std::string_view name_fault(std::string_view name);

class OutputDirectory {
 public:
  /// Opens a directory; creates it if it does not exist.
  static healthlake::Result<OutputDirectory, std::string> open(std::string const& path);
  OutputDirectory(OutputDirectory&&) = default;
  OutputDirectory& operator=(OutputDirectory&&) = delete;
  ~OutputDirectory();

  /// Begins a file, in place of one that was not finished.
  healthlake::Result<healthlake::Unit, std::string> begin();
  healthlake::Result<healthlake::Unit, std::string> write(std::string_view bytes);
  /// Ends the file: from now on, it has this name. Creates the directories that it is in.
  healthlake::Result<healthlake::Unit, std::string> finish(std::string_view name);

 private:
  explicit OutputDirectory(Descriptor root);

  Descriptor root_;
  std::string temporary_;
  Descriptor file_{};
};

}  // namespace healthlake_fetch
