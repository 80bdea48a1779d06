// SHA-1 (FIPS 180-4, 6.1), for the names of the files in ~/.aws/sso/cache.
//
// Rules: for names only. Nothing here is secret, and nothing relies on SHA-1 being hard to break.
#pragma once

#include <string>
#include <string_view>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// The digest of a string as 40 lower-case hexadecimal digits.
std::string sha1_hex(std::string_view text);

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/sha1.ipp"
#endif
