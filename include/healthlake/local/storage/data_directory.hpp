// Reads data stores from a directory: one subdirectory per data store, with NDJSON files.
//
// Rules: symbolic links are followed, since the directory belongs to the caller. POSIX systems only.
#pragma once

#include <map>
#include <string>

#include "healthlake/core/result.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Data stores by id, each with the content of its files by name, as LocalHealthLake::add_datastore takes it.
using DatastoreFiles = std::map<std::string, std::map<std::string, std::string>>;

/// Reads each subdirectory of `data_dir` as a data store: its name is the id, its `*.ndjson` files contain the
/// resources. Other files, and names that begin with a dot, are ignored; symbolic links are followed. The error names
/// what cannot be read.
Result<DatastoreFiles, std::string> load_datastores(std::string const& data_dir);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/storage/impl/data_directory.ipp"
#endif
