// The functions of local/storage/file_store.hpp.
#pragma once

#include <fcntl.h>
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
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/local/storage/file_store.hpp"
#include "healthlake/local/storage/object_store.hpp"
#include "healthlake/local/storage/posix_file.hpp"
#include "healthlake/text/ascii.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::string_view segment_fault(std::string_view segment) noexcept {
  if (segment.empty()) return "a key must not contain an empty segment, or begin or end with a slash";
  if (segment == "." || segment == "..") return "a key must not contain the segment . or ..";
  if (segment.size() > 255) return "a segment of a key must have at most 255 bytes";
  if (segment.starts_with(temporary_prefix))
    return "a segment of a key must not begin with the prefix of temporary files";
  for (char const c : segment)
    if (is_control(c) || c == '\\') return "a key must not contain control characters or backslashes";
  return {};
}

HEALTHLAKE_DECL Result<std::vector<std::string>, std::string> safe_path(std::string_view bucket, std::string_view key) {
  std::string_view fault = bucket_fault(bucket);
  if (fault.empty()) fault = key_fault(key);
  std::vector<std::string> segments{std::string{bucket}};
  while (fault.empty()) {
    std::size_t const slash = (std::min)(key.find('/'), key.size());
    fault = segment_fault(key.substr(0, slash));
    segments.emplace_back(key.substr(0, slash));
    if (slash == key.size()) break;
    key.remove_prefix(slash + 1);
  }
  if (!fault.empty()) return Unexpected{std::string{fault}};
  return segments;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Result<std::unique_ptr<FileStore>, std::string> FileStore::open(std::string const& root,
                                                                                FileCalls const& calls) {
  if (root.find('\0') != std::string::npos) return Unexpected{std::string{"the root's name contains a NUL byte"}};
  detail::FileDescriptor directory{::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!directory) return detail::system_failure("cannot open the directory " + root, errno);
  return std::unique_ptr<FileStore>{new FileStore{std::move(directory), calls}};
}

HEALTHLAKE_DECL Result<Unit, std::string> FileStore::put(std::string_view bucket, std::string_view key,
                                                         std::string_view bytes) {
  auto path = detail::safe_path(bucket, key);
  if (!path) return Unexpected{std::move(path).error()};
  auto directory = open_parent(*path, true);
  if (!directory) return Unexpected{std::move(directory).error()};
  std::string const& name = path->back();
  mode_t const there = detail::entry_type(directory->get(), name);
  if (there != 0 && there != S_IFREG) return Unexpected{name + " is not a regular file"};

  std::string temporary;
  auto const file = create_temporary(directory->get(), temporary);
  if (!file) return Unexpected{file.error()};
  auto written = detail::write_all(file->get(), bytes, *calls_);
  if (written) written = detail::sync(file->get(), name, *calls_);
  if (written && calls_->rename(directory->get(), temporary.c_str(), name.c_str()) != 0)
    written = detail::system_failure("cannot rename to " + name, errno);
  if (!written) {
    static_cast<void>(calls_->remove(directory->get(), temporary.c_str()));
    return written;
  }
  return detail::sync(directory->get(), "the directory of " + name, *calls_);
}

HEALTHLAKE_DECL Result<std::string, std::string> FileStore::get(std::string_view bucket, std::string_view key) const {
  auto path = detail::safe_path(bucket, key);
  if (!path) return Unexpected{std::move(path).error()};
  auto directory = open_parent(*path, false);
  if (!directory) return Unexpected{std::move(directory).error()};
  std::string const& name = path->back();
  detail::FileDescriptor const file{
      ::openat(directory->get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  if (!file) return detail::system_failure("cannot open " + name, errno);
  if (!detail::is_regular(file.get())) return Unexpected{name + " is not a regular file"};
  return detail::read_all(file.get(), max_object_bytes);
}

HEALTHLAKE_DECL Result<std::vector<std::string>, std::string> FileStore::list(std::string_view bucket,
                                                                              std::string_view prefix) const {
  if (auto const fault = bucket_fault(bucket); !fault.empty()) return Unexpected{std::string{fault}};
  std::vector<std::string> keys;
  std::string const name{bucket};
  if (detail::entry_type(root_.get(), name) == 0) return keys;
  auto directory = open_directory(root_.get(), name);
  if (!directory) return Unexpected{std::move(directory).error()};
  if (auto done = collect(directory->get(), {}, prefix, keys); !done) return Unexpected{std::move(done).error()};
  std::sort(keys.begin(), keys.end());
  return keys;
}

HEALTHLAKE_DECL Result<detail::FileDescriptor, std::string> FileStore::open_directory(int directory,
                                                                                      std::string const& name) {
  detail::FileDescriptor inner{::openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  if (!inner)
    return detail::system_failure("cannot open the directory " + name + " (symbolic links are not followed)", errno);
  return inner;
}

HEALTHLAKE_DECL Result<detail::FileDescriptor, std::string> FileStore::create_directory(int directory,
                                                                                        std::string const& name) const {
  if (calls_->create_directory(directory, name.c_str()) != 0 && errno != EEXIST)
    return detail::system_failure("cannot create the directory " + name, errno);
  auto inner = open_directory(directory, name);
  if (!inner) return inner;
  if (auto synced = detail::sync(directory, "the directory of " + name, *calls_); !synced)
    return Unexpected{std::move(synced).error()};
  return inner;
}

HEALTHLAKE_DECL Result<detail::FileDescriptor, std::string> FileStore::open_parent(std::vector<std::string> const& path,
                                                                                   bool create) const {
  auto const step = [&](int directory, std::string const& name) {
    return create ? create_directory(directory, name) : open_directory(directory, name);
  };
  auto directory = step(root_.get(), path.front());
  for (std::size_t i = 1; directory && i + 1 < path.size(); ++i) directory = step(directory->get(), path[i]);
  return directory;
}

HEALTHLAKE_DECL Result<detail::FileDescriptor, std::string> FileStore::create_temporary(int directory,
                                                                                        std::string& name) {
  for (int left = max_leftovers;; --left) {
    name = std::string{detail::temporary_prefix} + std::to_string(::getpid()) + "-" + std::to_string(++writes_);
    detail::FileDescriptor file{
        calls_->create(directory, name.c_str(), O_WRONLY | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644)};
    if (file) return file;
    if (errno != EEXIST || left == 0) return detail::system_failure("cannot create a temporary file", errno);
  }
}

HEALTHLAKE_DECL Result<Unit, std::string> FileStore::collect(int directory, std::string const& parent,
                                                             std::string_view prefix, std::vector<std::string>& keys) {
  auto names = detail::directory_entries(directory);
  if (!names) return Unexpected{std::move(names).error()};
  for (auto const& name : *names) {
    std::string const key = parent + name;
    std::string const below = key + "/";
    // What cannot lead to the prefix is not even looked at: a bucket may contain many results beside few inputs.
    bool const leads = below.starts_with(prefix) || prefix.starts_with(below);
    if (!leads && !key.starts_with(prefix)) continue;
    if (!detail::segment_fault(name).empty() || !key_fault(key).empty()) continue;
    mode_t const type = detail::entry_type(directory, name);
    if (type == S_IFREG && key.starts_with(prefix)) keys.push_back(key);
    if (type != S_IFDIR || !leads) continue;
    auto inner = open_directory(directory, name);
    if (!inner) return Unexpected{std::move(inner).error()};
    if (auto done = collect(inner->get(), below, prefix, keys); !done) return done;
  }
  return Unit{};
}

}  // namespace HEALTHLAKE_NAMESPACE
