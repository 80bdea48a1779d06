// The access token that `aws sso login` leaves in ~/.aws/sso/cache.
//
// Rules: the file is read at each fetch, since a new login replaces it. Nothing here logs in, refreshes a token or
// writes a file.
#pragma once

#include <cstddef>
#include <string>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/sign/credentials.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The largest token file that is read.
inline constexpr std::size_t max_sso_token_file_bytes = std::size_t{64} << 10;

/// The token, and when it expires.
struct SsoToken {
  /// Sent as x-amz-sso_bearer_token.
  Secret access_token{};
  /// The `expiresAt` of the file, which is in the future.
  Timestamp expiration{};
};

/// The path of the token's file: `~/.aws/sso/cache/<digits>.json`, where the digits are the SHA-1 of the session's name
/// or, in the older form, of the start URL. Empty if there is no home folder.
std::string sso_token_file(LocalSystemRef system, SsoPlan const& plan);

/// Reads the token. The failure is about a file that is absent, unreadable, not what was expected, or out of date, and
/// says with which command to log in.
Result<SsoToken, CredentialsFailure> read_sso_token(LocalSystemRef system, SsoPlan const& plan, Timestamp now);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/sso_token.ipp"
#endif
