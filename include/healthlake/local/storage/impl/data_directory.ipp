// The functions of local/storage/data_directory.hpp.
#pragma once

#include <fcntl.h>

#include <cerrno>
#include <string>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/local/storage/data_directory.hpp"
#include "healthlake/local/storage/posix_file.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Result<DatastoreFiles, std::string> load_datastores(std::string const& data_dir) {
  detail::FileDescriptor const root{::open(data_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!root) return detail::system_failure("cannot open the directory " + data_dir, errno);
  auto ids = detail::directory_entries(root.get());
  if (!ids) return Unexpected{data_dir + ": " + ids.error()};
  DatastoreFiles datastores;
  for (auto const& id : *ids) {
    if (id.starts_with('.')) continue;
    detail::FileDescriptor const directory{::openat(root.get(), id.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!directory && errno == ENOTDIR) continue;
    if (!directory) return detail::system_failure("cannot open " + data_dir + "/" + id, errno);
    auto names = detail::directory_entries(directory.get());
    if (!names) return Unexpected{data_dir + "/" + id + ": " + names.error()};
    auto& texts = datastores[id];
    for (auto const& name : *names) {
      if (name.starts_with('.') || !name.ends_with(".ndjson")) continue;
      std::string const shown = data_dir + "/" + id + "/" + name;
      detail::FileDescriptor const file{::openat(directory.get(), name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
      if (!file) return detail::system_failure("cannot open " + shown, errno);
      auto text = detail::read_all(file.get());
      if (!text) return Unexpected{shown + ": " + text.error()};
      texts.emplace(name, *std::move(text));
    }
  }
  return datastores;
}

}  // namespace HEALTHLAKE_NAMESPACE
