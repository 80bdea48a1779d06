// Objects as files: s3://bucket/key is ROOT/bucket/key.
//
// Rules: nothing outside the root can be written or read, whatever bucket, key and root contain: names are checked,
// each segment of the path is opened relative to the directory before it, and a symbolic link in the path is an error,
// never followed. (Only a local process that moves directories out of the root during a write could do harm; it could
// do the same by itself.) Writes are atomic: an object is written to a temporary file in its directory and renamed.
// When `put` returns, the object survives a power failure: its bytes, its name and its directories are on the disk.
// POSIX systems only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/local/storage/object_store.hpp"
#include "healthlake/local/storage/posix_file.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

inline constexpr std::string_view temporary_prefix = ".healthlake-tmp-";

// What is wrong with one segment of a path; empty if nothing is.
std::string_view segment_fault(std::string_view segment) noexcept;

// Bucket and key as the segments of a path.
Result<std::vector<std::string>, std::string> safe_path(std::string_view bucket, std::string_view key);

}  // namespace detail

/// Keeps objects in files below a directory. In addition to the rules of S3, the segments of a key must not be empty,
/// `.` or `..`, longer than 255 bytes, or contain backslashes or control characters; `%2e%2e` is just a name.
class FileStore final : public ObjectStore {
 public:
  /// A larger object cannot be read, so that a file cannot take all memory.
  static constexpr std::size_t max_object_bytes = std::size_t{1} << 30;

  /// Opens the root, an existing directory. The root itself may be a symbolic link, since the caller chooses it.
  /// `calls` must outlive the store.
  static Result<std::unique_ptr<FileStore>, std::string> open(std::string const& root,
                                                              FileCalls const& calls = system_file_calls);

  Result<Unit, std::string> put(std::string_view bucket, std::string_view key, std::string_view bytes) override;

  [[nodiscard]] Result<std::string, std::string> get(std::string_view bucket, std::string_view key) const override;

  [[nodiscard]] Result<std::vector<std::string>, std::string> list(std::string_view bucket,
                                                                   std::string_view prefix) const override;

 private:
  FileStore(detail::FileDescriptor root, FileCalls const& calls) noexcept : root_(std::move(root)), calls_(&calls) {}

  // Opens a subdirectory. O_NOFOLLOW: a symbolic link is an error.
  static Result<detail::FileDescriptor, std::string> open_directory(int directory, std::string const& name);

  // The same, created if necessary. An existing one may be from a process that was killed before it could sync it.
  [[nodiscard]] Result<detail::FileDescriptor, std::string> create_directory(int directory,
                                                                             std::string const& name) const;

  // The directory of the last segment.
  [[nodiscard]] Result<detail::FileDescriptor, std::string> open_parent(std::vector<std::string> const& path,
                                                                        bool create) const;

  // A new file, and its name. A killed process with the same process id may have left files with such names: they stay,
  // and a later number is used.
  Result<detail::FileDescriptor, std::string> create_temporary(int directory, std::string& name);

  // Collects the keys below the path `parent` that begin with `prefix`: files only; symbolic links are not followed. A
  // path that `put` would refuse is not an object.
  static Result<Unit, std::string> collect(int directory, std::string const& parent, std::string_view prefix,
                                           std::vector<std::string>& keys);

  static constexpr int max_leftovers = 100;

  detail::FileDescriptor root_;
  FileCalls const* calls_;
  std::uint64_t writes_ = 0;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/storage/impl/file_store.ipp"
#endif
