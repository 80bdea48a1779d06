// The file with a token that a container's agent or the provider of a web identity leaves behind, and replaces now and
// then.
//
// Rules: the file is read for each use. No message contains any of the token.
#pragma once

#include <cstddef>
#include <string>

#include "healthlake/core/result.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/sign/credentials.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The largest token file that is read; such tokens have at most 20,000 characters.
inline constexpr std::size_t max_token_file_bytes = std::size_t{64} << 10;

namespace detail {

// Reads a file with one token: without white space at either end, and of visible characters and spaces alone. The error
// names the file.
Result<Secret, std::string> read_token(LocalSystemRef system, std::string const& path);

}  // namespace detail
}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/token_file.ipp"
#endif
